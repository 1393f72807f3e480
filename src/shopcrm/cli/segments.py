"""`shopcrm segments`: refresh and list."""

from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.choosing import Audience, Where, narrowed
from shopcrm.cli.context import open_book
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    help=_("Scores and segments: who is best, who is slipping away."),
)


@app.command(help=_("Score and name every customer."), epilog=_("Example:  shopcrm segments refresh"))
def refresh(ctx: typer.Context) -> None:
    from shopcrm.features import segments

    with open_book(ctx, write=True) as book:
        result = segments.refresh(book)
    render.show(ctx, result, _("{customers:customer|customers} as of {as_of}: {customers_by_segment}."))


@app.command(
    "list", help=_("Every customer's scores and segment."), epilog=_("Example:  shopcrm segments list --limit 20")
)
def list_(
    ctx: typer.Context,
    where: Where = None,
    audience: Audience = None,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help=_("The N best by spend."))] = None,
) -> None:
    from shopcrm.features import segments

    with open_book(ctx) as book:
        result = segments.list_all(book, where=narrowed(where, audience), limit=limit)
    columns = ("customer", "name", "r", "f", "m", "segment", "recency_days", "frequency", "monetary_minor")
    render.show(ctx, result, _("{count:customer|customers} as of {refreshed_on}."), columns=columns)
