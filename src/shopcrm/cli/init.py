"""`shopcrm init`: begin a book."""

from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import options_of
from shopcrm.core import clock
from shopcrm.core.language import translate as _

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    help=_("Begin: write a new book for a shop."),
    epilog=_('Example:  shopcrm init --shop-name "Lan\'s Boutique" --currency CNY --template apparel'),
)
def init(
    ctx: typer.Context,
    shop_name: Annotated[str, typer.Option(metavar="NAME", help=_("What the shop is called."))],
    currency: Annotated[str, typer.Option(metavar="CODE", help=_("The one currency of the book."))] = "CNY",
    timezone: Annotated[str, typer.Option(metavar="ZONE", help=_("Where the shop's days end."))] = "Asia/Shanghai",
    country: Annotated[str, typer.Option(metavar="CODE", help=_("Whose phone numbers need no prefix."))] = "CN",
    template: Annotated[str, typer.Option(metavar="NAME", help=_("First rules: apparel or general."))] = "general",
) -> None:
    from shopcrm.features import init as feature

    options = options_of(ctx)
    result = feature.init(
        options.place, shop_name=shop_name, currency=currency, timezone=timezone, country=country, template=template,
        by=options.by, now=clock.now(), dry_run=options.is_dry_run,
    )  # fmt: skip
    sentence = _("The book of {shop_name} is {book}: amounts in {currency}, days of {timezone}, rules “{template}”.")
    render.show(ctx, result, sentence, then="shopcrm import CUSTOMERS.xlsx SALES.csv")
