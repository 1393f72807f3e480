"""`shopcrm tiers`: assign and list."""

import typer

from shopcrm.cli import render
from shopcrm.cli.choosing import Audience, Where, narrowed
from shopcrm.cli.context import open_book
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, help=_("Who has reached silver, gold, black.")
)


@app.command(
    help=_("Post every tier that customers have reached by their spend."), epilog=_("Example:  shopcrm tiers assign")
)
def assign(ctx: typer.Context) -> None:
    from shopcrm.features import tiers

    with open_book(ctx, write=True) as book:
        result = tiers.assign(book)
    render.show(ctx, result, _("As of {as_of}: {raised} tiers newly reached. Customers now: {customers_by_tier}."))


@app.command(
    "list", help=_("Every customer's tier, spend, and the way to the next."), epilog=_("Example:  shopcrm tiers list")
)
def list_(ctx: typer.Context, where: Where = None, audience: Audience = None) -> None:
    from shopcrm.features import tiers

    with open_book(ctx) as book:
        result = tiers.list_all(book, where=narrowed(where, audience))
    columns = ("customer", "name", "tier", "spend_minor", "since_on", "next_tier", "to_next_minor")
    render.show(ctx, result, _("{count:customer|customers}."), columns=columns)
