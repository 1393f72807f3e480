"""`shopcrm demo`: the whole path on an example shop, each command shown as it runs."""

import io
import shlex
from collections.abc import Sequence
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import Options, options_of
from shopcrm.core.errors import ATTENTION, NeedsYes
from shopcrm.core.language import translate as _

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the demo ran and left behind."""

    folder: Path
    book: Path
    workbooks: tuple[Path, ...]
    commands: tuple[str, ...]


@app.command(help=_("See the whole path on an example shop."), epilog=_("Example:  shopcrm demo --into try-it"))
def demo(
    ctx: typer.Context,
    into: Annotated[Path, typer.Option(metavar="FOLDER", help=_("Where to leave the book and the workbooks."))] = Path(
        "shopcrm-demo"
    ),
) -> None:
    from shopcrm.features import demo as feature

    options = options_of(ctx)
    book, workbooks = into / "shop.db", tuple(into / f"{name}.xlsx" for name in ("winback", "segments", "customers"))
    _make_room(options, into, (book, *workbooks))
    if options.is_dry_run:
        commands = _commands(into, book, (Path("…"),), feature.LAST_DAY)
    else:
        example = feature.write_example(into)
        commands = _commands(into, book, example.sheets, example.as_of)
        _run(ctx, commands)
    shown = tuple(shlex.join(["shopcrm", *command]) for command in commands)
    sentence = _("Left behind in {folder}: the book, the till's sheets, and three workbooks.")
    render.show(ctx, Shown(into, book, workbooks, shown), sentence, then=_("open {file}").format(file=workbooks[0]))


def _make_room(options: Options, into: Path, files: Sequence[Path]) -> None:
    standing = [file for file in files if file.exists()]
    if standing and not options.is_yes:
        what = _("{folder} holds an earlier demo.").format(folder=into)
        raise NeedsYes(what=what, command=f"demo --into {into}")
    if not options.is_dry_run:
        for file in standing:
            file.unlink()


def _commands(into: Path, book: Path, sheets: Sequence[Path], as_of: date) -> list[list[str]]:
    begin = ["--book", str(book)]
    at = [*begin, "--as-of", str(as_of)]
    shop = ["--shop-name", _("Lan's Boutique"), "--currency", "CNY", "--timezone", "Asia/Shanghai", "--country", "CN"]
    return [
        [*begin, "init", *shop, "--template", "apparel"],
        [*at, "import", *map(str, sheets), "--rejects", str(into / "rejects.xlsx")],
        [*at, "tiers", "assign"],
        [*at, "points", "accrue"],
        [*at, "segments", "refresh"],
        [*at, "segments", "list", "--limit", "5"],
        [*at, "winback", "build", "--limit", "40"],
        [*at, "exports", "winback", "--to", str(into / "winback.xlsx"), "--reveal"],
        [*at, "exports", "segments", "--to", str(into / "segments.xlsx")],
        [*at, "exports", "customers", "--to", str(into / "customers.xlsx")],
        [*at, "book", "check"],
    ]


def _run(ctx: typer.Context, commands: Sequence[Sequence[str]]) -> None:
    # In this process: eleven start-ups would be half of the time that the demo takes.
    from shopcrm.cli.app import run

    options: Options = ctx.obj
    with ExitStack() as stack:
        if options.is_json or options.is_quiet:  # one envelope, or nothing: not eleven
            stack.enter_context(redirect_stdout(io.StringIO()))
            stack.enter_context(redirect_stderr(io.StringIO()))
        for command in commands:
            render.say(f"\n$ {shlex.join(['shopcrm', *command])}")
            code = run(["--lang", options.language, *command])
            if code not in (0, ATTENTION):
                raise typer.Exit(code)
        render.say("")
