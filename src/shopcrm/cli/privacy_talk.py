"""What is said beside an erasure: what goes before it is asked for, and who else may still know the person."""

from collections.abc import Sequence
from typing import Any

import typer

from shopcrm.cli.context import Options
from shopcrm.cli.render import talk
from shopcrm.core.language import Counted
from shopcrm.core.language import translate as _
from shopcrm.core.money import format_minor

_SHOWN = 20


def tell_loss(ctx: typer.Context, planned: Any) -> None:
    """Says what goes for good, and what is left behind that is nobody's."""
    options: Options = ctx.obj
    sentence = _("To go for good: {identities:identity|identities}, {rows:row|rows}, {texts:text|texts} of others.")
    counts = {name: Counted(getattr(planned, name)) for name in ("identities", "rows", "texts")}
    talk(ctx, sentence.format(**counts))
    if planned.merged:
        talk(ctx, _("With them go, as the same person: {codes}.").format(codes=", ".join(planned.merged)))
    if planned.balance_points or planned.balance_minor:
        money = format_minor(planned.balance_minor, options.exponent)
        sentence = _("They hold {points} points and {money} {currency} in the wallet, which are nobody's afterwards.")
        points = f"{planned.balance_points:,}"
        talk(ctx, sentence.format(points=points, money=money, currency=options.currency or ""))


def tell_who(ctx: typer.Context, planned: Any) -> None:
    """Lists those who go, before it is asked for."""
    for item in planned.items[:_SHOWN]:
        who = " ".join(filter(None, (item.customer, item.name, item.phone)))
        talk(ctx, _("  {who}, last on {on}").format(who=who, on=item.last_on or "–"))
    if len(planned.items) > _SHOWN:
        talk(ctx, _("… and {count} more.").format(count=len(planned.items) - _SHOWN))


def tell_rest(ctx: typer.Context, result: Any, backups: str) -> None:
    """Says what may still know them: copies of the book, sheets, and texts that cannot be changed."""
    if result.backups and backups == "delete":
        said = _("Copies of the book that go, too: {files}.")
        talk(ctx, said.format(files=", ".join(str(path) for path in result.backups)))
    elif result.backups:
        talk(ctx, _("Copies of the book that still know them: {files}. --backups delete deletes these.").format(
            files=", ".join(str(path) for path in result.backups)))  # fmt: skip
    if sheets := getattr(result, "sheets", ()):
        said = _("Sheets outside the book that may still name them: {sheets}; workbooks that were exported, too.")
        talk(ctx, said.format(sheets=", ".join(sheets[:_SHOWN])))
    for trace in getattr(result, "traces", ()):
        said = _("The book still names them in {table}.{column}, {rows:row|rows}, which cannot be changed.")
        talk(ctx, said.format(table=trace.table, column=trace.column, rows=Counted(trace.rows)))


def tell_files(ctx: typer.Context, files: Sequence[Any]) -> None:
    """Says which files others than their owner can read, and how to close them."""
    for file in files:
        if file.is_open:
            talk(ctx, _("{file} can be read by others. Close it with: chmod 600 {file}").format(file=file.file))
