"""`shopcrm profiles`: how known exports are read."""

from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, help=_("How the exports of tills are read.")
)

Name = Annotated[str, typer.Argument(metavar="NAME", help=_("As `profiles list` names it."))]


@app.command(
    "list",
    help=_("Every profile: those you saved, and those that came with shopcrm."),
    epilog=_("Example:  shopcrm profiles list"),
)
def list_(ctx: typer.Context) -> None:
    from shopcrm.features import profiles

    with open_book(ctx) as book:
        result = profiles.list_all(book)
    render.show(ctx, result, _("{count} profiles."))


@app.command(
    help=_("Which header a profile reads as which field."), epilog=_("Example:  shopcrm profiles show online_retail")
)
def show(ctx: typer.Context, name: Name) -> None:
    from shopcrm.features import profiles

    with open_book(ctx) as book:
        result = profiles.show(book, name)
    render.show(ctx, result, _("{profile} reads {kind}. {options}"))


@app.command(
    help=_("Forget a profile you saved; what it read stays."), epilog=_("Example:  shopcrm profiles remove till")
)
def remove(ctx: typer.Context, name: Name) -> None:
    from shopcrm.features import profiles

    with open_book(ctx, write=True) as book:
        result = profiles.remove(book, name)
    render.show(ctx, result, _("{profile} is forgotten; what it read stays."))
