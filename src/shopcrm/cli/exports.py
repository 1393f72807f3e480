"""`shopcrm exports`: workbooks to open, print and hand over."""

from pathlib import Path
from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.choosing import Audience, Where, narrowed
from shopcrm.cli.context import open_book
from shopcrm.core.language import translate as _

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, add_completion=False, help=_("Write Excel workbooks."))

To = Annotated[Path, typer.Option("--to", metavar="FILE.xlsx", help=_("The workbook to write."))]
Reveal = Annotated[bool, typer.Option("--reveal", help=_("Write phones in full; kept in the audit trail."))]

_SENTENCE = _("Wrote {to}: {rows:row|rows}.")


@app.command(help=_("Whom to call, and why."), epilog=_("Example:  shopcrm exports winback --to winback.xlsx --reveal"))
def winback(ctx: typer.Context, to: To, reveal: Reveal = False) -> None:
    from shopcrm.features import exports

    with open_book(ctx, write=reveal) as book:
        result = exports.export_winback(book, to, reveal=reveal)
    render.show(ctx, result, _SENTENCE)


@app.command(
    help=_("Everyone on the list, with tier, points and purchases."),
    epilog=_("Example:  shopcrm exports customers --to customers.xlsx"),
)
def customers(
    ctx: typer.Context, to: To, where: Where = None, audience: Audience = None, reveal: Reveal = False
) -> None:
    from shopcrm.features import exports

    with open_book(ctx, write=reveal) as book:
        result = exports.export_customers(book, to, where=narrowed(where, audience), reveal=reveal)
    render.show(ctx, result, _SENTENCE)


@app.command(
    help=_("How customers fall into segments, and everyone's scores."),
    epilog=_("Example:  shopcrm exports segments --to segments.xlsx"),
)
def segments(ctx: typer.Context, to: To, reveal: Reveal = False) -> None:
    from shopcrm.features import exports

    with open_book(ctx, write=reveal) as book:
        result = exports.export_segments(book, to, reveal=reveal)
    render.show(ctx, result, _SENTENCE)
