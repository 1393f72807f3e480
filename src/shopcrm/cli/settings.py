"""`shopcrm settings`: show, set, history."""

from pathlib import Path
from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, help=_("Show and change the shop's rules.")
)


@app.command(help=_("The rules in force, as TOML."), epilog=_("Example:  shopcrm settings show > settings.toml"))
def show(ctx: typer.Context) -> None:
    from shopcrm.features import settings

    with open_book(ctx) as book:
        result = settings.show(book)
    render.show(ctx, result)


@app.command(
    "set",
    help=_("Change one rule, or all that a TOML file names, from --as-of (today) on."),
    epilog=_("Example:  shopcrm settings set tiers.gold.from 3500"),
)
def set_(
    ctx: typer.Context,
    key: Annotated[str | None, typer.Argument(metavar="KEY", help=_("As `settings show` names it."))] = None,
    value: Annotated[str | None, typer.Argument(metavar="VALUE", help=_("The new value."))] = None,
    from_: Annotated[Path | None, typer.Option("--from", metavar="FILE", help=_("A TOML file of settings."))] = None,
) -> None:
    from shopcrm.features import settings

    if (from_ is None) == (key is None) or (key is None) != (value is None):
        raise typer.BadParameter(_("write KEY VALUE, or --from FILE"))
    with open_book(ctx, write=True) as book:
        result = settings.set_from(book, from_) if from_ else settings.set_value(book, key or "", value or "")
    sentence = _("This is so already.") if result.is_repeat else _("Changed from {effective_on} on.")
    render.show(ctx, result, sentence)


@app.command(help=_("Every change of the rules."), epilog=_("Example:  shopcrm settings history"))
def history(ctx: typer.Context) -> None:
    from shopcrm.features import settings

    with open_book(ctx) as book:
        result = settings.history(book)
    render.show(ctx, result)
