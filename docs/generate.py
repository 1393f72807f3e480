"""Writes cli.md and errors.md from the program itself: `make docs`, or into another folder that is named.

Every word comes from the commands and the error classes, and the JSON answers are those of real commands on a book
made for the purpose. The same source gives the same text, on any terminal and on any day.
"""

import inspect
import io
import json
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import indent
from typing import Any

import typer

from shopcrm.cli import app as cli
from shopcrm.core.errors import ATTENTION, BUSY, INTERRUPTED, REFUSED, UNSOUND, USAGE, ShopError

NOTE = "<!-- Made by `make docs`; to change it, change the program. -->\n\n"

EXIT_CODES = {
    0: "done",
    REFUSED: "refused, with a sentence that says why; nothing was changed",
    USAGE: "the command line, or a value in it, cannot be understood",
    ATTENTION: "done, but rows need attention: they are listed, and `--rejects` writes them out",
    UNSOUND: "the book is unsound: `book check` found a law broken, or the file is damaged",
    BUSY: "the book is busy: another command was writing for longer than 30 s; try again later",
    INTERRUPTED: "interrupted; nothing was changed",
}

_REFUSALS = """\
A refusal changes nothing. It is two lines on stderr, what happened and a command to type next, and under
`--json` one object in `errors` with the same two texts, the code, and the values in braces below.
The codes are for programs: they stay when a sentence is worded better."""

_JSON = """\
With `--json` every command answers with exactly one object on one line of stdout (shown here on several), also where
it refuses. `status` is `ok`, `partial` (exit code 3) or `error`; `errors` holds the refusal, or the rows that need
attention. Lists are `data.items`. `_minor` is money in the smallest unit of `data.currency`, `_points` a whole number,
`_on` a date of the shop's, `_at` an instant in UTC. The codes are in [errors.md](errors.md)."""

_SHARED_OPTIONS = {"--help", "--install-completion", "--show-completion"}


def main(folder: Path) -> None:
    """Writes both pages."""
    (folder / "cli.md").write_text(command_reference(), encoding="utf-8")
    (folder / "errors.md").write_text(error_list(), encoding="utf-8")


def command_reference() -> str:
    """cli.md: root options, exit codes, the JSON envelope, and every command under the heading of its noun."""
    root: Any = typer.main.get_command(cli.app)
    top = typer.Context(root, info_name="shopcrm")
    nouns = [(name, cli.load(name)) for name in cli.COMMANDS]
    return _page(
        [
            "# The command line",
            str(root.help),
            "    shopcrm [ROOT OPTIONS] COMMAND [OPTIONS]",
            _table(("command", "what it is for"), [(f"[{name}](#{name})", noun.help) for name, noun in nouns]),
            "## Root options",
            "They say where and how, and may stand before or behind the command.",
            _parameters([p for p in root.get_params(top) if p.opts[0] != "--help"], top),
            "## Exit codes",
            _exit_codes(),
            "## JSON",
            _JSON,
            *_real_answers(),
            *(text for name, noun in nouns for text in _noun(name, noun, top)),
        ]
    )


def error_list() -> str:
    """errors.md: every refusal by its code, in the groups of the source."""
    texts = ["# Refusals", _REFUSALS, "## Exit codes", _exit_codes()]
    errors = sorted(_every_error(ShopError), key=lambda error: (inspect.getfile(error), _line(error)))
    for group, members in groupby(errors, key=_group):
        texts.append(f"## {group[:1].upper()}{group[1:]}")
        by_code: dict[str, list[type[ShopError]]] = {}
        for error in members:
            by_code.setdefault(error.code, []).append(error)
        texts += [text for code, classes in by_code.items() for text in _error(code, classes)]
    return _page(texts)


def _noun(name: str, noun: Any, top: Any) -> Iterator[str]:
    context = typer.Context(noun, info_name=name, parent=top)
    yield f"## {name}"
    verbs = getattr(noun, "commands", None)
    if verbs is None:
        yield from _command(noun, context)
        return
    yield str(noun.help)
    for verb, command in verbs.items():
        yield f"### {name} {verb}"
        yield from _command(command, typer.Context(command, info_name=verb, parent=context))


def _command(command: Any, context: Any) -> Iterator[str]:
    parameters = [p for p in command.get_params(context) if p.opts[0] not in _SHARED_OPTIONS]
    parameters.sort(key=lambda p: p.param_type_name != "argument")
    yield str(command.help)
    usage = " ".join([context.command_path, *map(_usage, sorted(parameters, key=lambda p: not p.required))])
    yield f"    {usage}"
    if parameters:
        yield _parameters(parameters, context)
    example = command.epilog.partition(":")[2].strip()
    if example != usage:
        yield "Example:"
        yield f"    {example}"


def _usage(parameter: Any) -> str:
    name = _name(parameter) + (" ..." if parameter.multiple else "")
    return name if parameter.required else f"[{name}]"


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar)
    return parameter.opts[0] if parameter.is_flag else f"{parameter.opts[0]} {parameter.metavar}"


def _parameters(parameters: Sequence[Any], context: Any) -> str:
    rows = [(f"`{_name(p)}`", " ".join(p.get_help_record(context)[1].split())) for p in parameters]
    return _table(("option", "meaning"), rows)


def _exit_codes() -> str:
    return _table(("exit code", "meaning"), [(f"**{code}**", said) for code, said in EXIT_CODES.items()])


def _real_answers() -> list[str]:
    with TemporaryDirectory() as folder, chdir(folder):
        book = ["--book", "shop.db", "--by", "Lan", "--as-of", "2026-03-31", "--json"]
        _run([*book, "init", "--shop-name", "Lan's Boutique"])
        _run([*book, "customers", "add", "--name", "王芳", "--phone", "13800138000"])
        _run([*book, "points", "adjust", "C-0001", "--points", "+50", "--reason", "welcome"])
        redeem = ["points", "redeem", "C-0001", "--points"]
        asked = ([*redeem, "20", "--receipt", "R-1009"], [*redeem, "51", "--receipt", "R-1010"])
        return [f"```console\n$ shopcrm --json {shlex.join(line)}\n{_run([*book, *line])}\n```" for line in asked]


def _run(arguments: Sequence[str]) -> str:
    with redirect_stdout(io.StringIO()) as said, redirect_stderr(io.StringIO()):
        cli.run(arguments)
    return json.dumps(json.loads(said.getvalue()), ensure_ascii=False, indent=2)


def _every_error(base: type[ShopError]) -> Iterator[type[ShopError]]:
    for error in base.__subclasses__():
        yield error
        yield from _every_error(error)


def _error(code: str, classes: Sequence[type[ShopError]]) -> Iterator[str]:
    yield f"### {code}"
    for error in classes:
        yield f"{inspect.getdoc(error)} Exit code {error.exit_code}."
        hint = f"\nTry:   {error.hint}" if error.hint else ""
        yield indent(f"Error: {error.sentence}{hint}", "    ")


def _group(error: type[ShopError]) -> str:
    """The heading in the source that a class stands under: `# --- the book ---`."""
    before = Path(inspect.getfile(error)).read_text(encoding="utf-8").splitlines()[: _line(error)]
    headings = [found[1] for line in before if (found := re.fullmatch(r"# --- (.+?) -+", line))]
    return headings[-1] if headings else error.__module__.rpartition(".")[2]


def _line(error: type[ShopError]) -> int:
    return inspect.getsourcelines(error)[1]


def _page(texts: Sequence[str]) -> str:
    return NOTE + "\n\n".join(texts) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
