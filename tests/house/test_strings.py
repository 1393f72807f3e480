"""Whatever a person reads can be read in their language, and is printed in one place."""

import ast
import re
from collections.abc import Iterator

import pytest
from docs.catalog import messages

from house.source import Module, called, modules
from shopcrm.cli import app as cli
from shopcrm.cli.labels import LABELS
from shopcrm.core.errors import ShopError

TRANSLATING = {"_", "translate", "translate_plural", "mark"}

CLI = [module for module in modules("src") if module.name.startswith("src/shopcrm/cli/")]

# Where two plain words in a row are no sentence of ours, and why.
NO_SENTENCES = {
    "src/shopcrm/core/migrations/": "what the database itself says, fixed for good by its revision",
    "src/shopcrm/core/schema/": "what the database itself says",
    "src/shopcrm/core/where/": "words of the language that customers are chosen in",
    "src/shopcrm/sheets/sample/": "what tills and shops write in their exports",
    "src/shopcrm/sheets/meaning/consents.py": "words of tills",
    "src/shopcrm/sheets/meaning/people.py": "words of tills",
    "src/shopcrm/sheets/meaning/statuses.py": "words of tills",
    "src/shopcrm/sheets/values/texts.py": "words of tills",
}

# Whose arguments are not for the person at the counter: faults that only a developer can cause; and the audit trail,
# which is in one language for good because its digests cover it. So is the `rule` that an entry is kept with.
NOT_FOR_PEOPLE = {"ValueError", "TypeError", "RuntimeError", "AssertionError", "KeyError", "tell"}


def every_error(base: type[ShopError] = ShopError) -> Iterator[type[ShopError]]:
    for error in base.__subclasses__():
        yield error
        yield from every_error(error)


def test_every_refusal_can_be_translated() -> None:
    known = messages()
    errors = list(every_error())
    assert errors
    assert [error.__name__ for error in errors if error.sentence not in known] == []
    assert [error.__name__ for error in errors if error.hint and error.hint not in known] == []


def test_every_help_text_can_be_translated() -> None:
    texts = [
        (module.at(call), keyword.value)
        for module in CLI
        for call in module.calls()
        for keyword in call.keywords
        # The stand-ins take theirs from the table of commands, where they are translated.
        if keyword.arg in ("help", "epilog", "short_help") and called(call) != "TyperCommand"
    ]
    assert texts
    assert [place for place, text in texts if not is_translated(text)] == []
    assert {entry[1] for entry in cli.COMMANDS.values()} <= set(messages())


def test_every_option_and_argument_says_what_it_is() -> None:
    declared = [(m, call) for m in CLI for call in m.calls() if called(call) in ("Option", "Argument")]
    assert declared
    silent = [m.at(call) for m, call in declared if not any(keyword.arg == "help" for keyword in call.keywords)]
    assert silent == []


def test_every_column_that_a_command_names_has_a_title() -> None:
    named = {
        (module.name, item.value)
        for module in CLI
        for value in columns_of(module)
        for item in ast.walk(value)
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    }
    assert named
    # R, F and M are called so everywhere.
    assert {(name, column) for name, column in named if column not in LABELS and column not in ("r", "f", "m")} == set()


def test_a_message_is_written_out_where_it_is_translated() -> None:
    """A message that is put together at run time is in no catalog."""
    composed = [
        module.at(call)
        for module in modules("src")
        for call in module.calls()
        if isinstance(call.func, ast.Name) and call.func.id in TRANSLATING and call.args
        if isinstance(call.args[0], ast.JoinedStr | ast.BinOp | ast.IfExp)
    ]
    assert composed == []


def test_only_one_file_prints() -> None:
    prints = [
        module.at(call)
        for module in modules("src")
        if module.name != "src/shopcrm/cli/render.py"
        for call in module.calls()
        if (isinstance(call.func, ast.Name) and call.func.id == "print")
        or called(call) in ("echo", "secho")
        or re.fullmatch(r"sys\.(__)?std(out|err)(__)?(\.buffer)?\.write(lines)?", ast.unparse(call.func))
    ]
    assert prints == []


@pytest.mark.parametrize("module", modules("src"), ids=lambda module: module.name.removeprefix("src/shopcrm/"))
def test_every_sentence_can_be_translated(module: Module) -> None:
    if module.name.startswith(tuple(NO_SENTENCES)):
        return
    passed_over = set(not_sentences(module.tree))
    known = messages()
    found = [
        f"{module.at(node)} {node.value!r}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed_over
        if re.search(r"[a-z]{2,} [a-z]{2,}", node.value) and node.value not in known and not is_command(node.value)
    ]
    assert found == []


def not_sentences(tree: ast.Module) -> Iterator[int]:
    """The constants that are docstrings, translated already, for developers, or compared with somebody else's words."""
    for node in ast.walk(tree):
        is_call = isinstance(node, ast.Call) and called(node) in TRANSLATING | NOT_FOR_PEOPLE
        is_alone = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_rule = isinstance(node, ast.keyword) and node.arg == "rule"
        if is_call or is_alone or is_rule or isinstance(node, ast.Compare):
            yield from (id(inner) for inner in ast.walk(node))


def is_command(text: str) -> bool:
    """`shopcrm points accrue`, or `winback build` as an error's hint wants it."""
    return text.startswith("shopcrm ") or text.split()[0] in cli.COMMANDS


def is_translated(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and called(value) in TRANSLATING


def columns_of(module: Module) -> Iterator[ast.expr]:
    """What is given as `columns`: to a call, or to a variable of that name."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.keyword) and node.arg == "columns":
            yield node.value
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "columns":
            yield node.value
