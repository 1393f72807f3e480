"""`shopcrm coupons print`: cards to cut out and hand over."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from shopcrm.cli import asking, render
from shopcrm.cli.context import open_book, options_of
from shopcrm.core.language import translate as _

print_app = typer.Typer(rich_markup_mode=None, add_completion=False)


@print_app.command(
    "print",
    help=_("Write an offer's open coupons as cards with QR codes, to print and cut out."),
    epilog=_("Example:  shopcrm coupons print SPRING20 --to cards.html"),
)
def print_(
    ctx: typer.Context,
    offer: Annotated[str, typer.Argument(metavar="OFFER", help=_("Its code, as `offers list` names it."))],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help=_("The page (.html) or workbook (.xlsx) to write."))],
) -> None:
    from shopcrm.features.offers import printing

    options_of(ctx)
    if to.is_file():
        what = _("{to} is there already. Write over it?").format(to=to)
        asking.confirm(ctx, what, shlex.join(["coupons", "print", offer, "--to", str(to)]))
    with open_book(ctx) as book:
        result = printing.print_cards(book, offer, to)
    render.show(ctx, result, _("Wrote {to}: {coupons} cards of {offer}, {named} with a name."))
