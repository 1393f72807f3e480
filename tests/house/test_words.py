"""One word for one thing, everywhere: what the code and the sentences must not call things."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from docs.catalog import messages

from house.source import ROOT, Module, modules

# Word → the names in which it may stand after all.
NOT_IN_NAMES = {
    "member": {"member_no", "member_nos"},  # an identity's kind; the person is a customer
    "client": set(),
    "user": {"_operating_system_user"},  # who is logged in at the till's computer
    "transaction": {"transaction"},  # of the database, in core/book/; a sale is a sale
    "orders": {"_ORDERS"},  # orders of day, month and year; a sale is a sale
    "blast": set(),
    "voucher": set(),
    "promo": set(),
    "churn": set(),
    "churned": set(),
    "burn": set(),
    "deduct": set(),
    "upload": set(),
    "manager": set(),
    "helper": set(),
}  # fmt: skip

NOT_IN_SENTENCES = re.compile(
    r"\b(clients?|users?|transactions?|blasts?|vouchers?|promos?|churn(ed)?|burn(ed)?|deduct(ed)?|opt-?(in|out)"
    r"|database)\b",
    re.IGNORECASE,
)

# Put together here, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
TICKET = re.compile(
    r"\b(?:issues?|tickets?|bugs?|pull request|PR) +(?:no\. *)?#?\d+|(?<![\w&(\[/#-])#\d{1,4}\b(?!\w)", re.I
)

WRITTEN = sorted(
    path
    for folder in ("src", "docs", "tests", "benchmarks", "examples")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".md", ".toml", ".po"}
)


@pytest.mark.parametrize("word", NOT_IN_NAMES)
def test_no_name_uses_a_word_that_means_something_else_here(word: str) -> None:
    found = [
        f"{module.name}:{line} {name}"
        for module in modules("src")
        for line, name in names(module)
        if {word, f"{word}s"} & set(words(name)) and not any(name == good for good in NOT_IN_NAMES[word])
    ]
    assert found == []


def test_a_transaction_is_the_books_alone() -> None:
    speaking = {module.name for module in modules("src") for _, name in names(module) if name == "transaction"}
    assert speaking <= {"src/shopcrm/core/book/opening.py"}


def test_no_sentence_uses_a_word_that_means_something_else_here() -> None:
    sentences = [form for message in messages() for form in ([message] if isinstance(message, str) else message)]
    assert sentences
    assert [sentence for sentence in sentences if NOT_IN_SENTENCES.search(sentence)] == []


@pytest.mark.parametrize("pattern", [UNFINISHED, TICKET], ids=["unfinished", "ticket"])
def test_nothing_is_left_to_do_and_nothing_needs_a_ticket_to_be_understood(pattern: re.Pattern[str]) -> None:
    found = [f"{place}: {line}" for path in WRITTEN for place, line in lines(path) if pattern.search(line)]
    assert found == []


@pytest.mark.parametrize(
    ("line", "is_ticket"),
    [
        ("see issue 12", True),
        ("fixes #12", True),
        ("# as bug #7 said", True),
        ("issues = 2", False),
        ("[points](#points)", False),
        ("colour #336699, &#39;", False),
        ("row issue", False),
    ],
)
def test_tickets_are_told_from_other_numbers(line: str, is_ticket: bool) -> None:
    assert bool(TICKET.search(line)) is is_ticket


def names(module: Module) -> Iterator[tuple[int, str]]:
    """Every name that this module gives to something: functions, classes, parameters, variables, columns."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.alias):
            yield node.lineno, node.asname or ""
    yield 1, Path(module.name).stem


def words(name: str) -> list[str]:
    """`RowIssue` and `row_issue` as row, issue."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def lines(path: Path) -> Iterator[tuple[str, str]]:
    if path == Path(__file__):
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        yield f"{path.relative_to(ROOT)}:{number}", line
