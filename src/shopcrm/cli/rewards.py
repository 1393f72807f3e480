"""`shopcrm rewards`: what points can be exchanged for."""

from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, help=_("What points can be exchanged for.")
)

Code = Annotated[str, typer.Argument(metavar="CODE", help=_("A short code, such as MUG."))]


@app.command(
    help=_("Add a reward; its price stays, a dearer one is another reward."),
    epilog=_('Example:  shopcrm rewards add MUG --name "Mug, blue" --points 800'),
)
def add(
    ctx: typer.Context,
    code: Code,
    name: Annotated[str, typer.Option(metavar="TEXT", help=_("What it is."))],
    points: Annotated[int, typer.Option(metavar="N", help=_("How many points it costs."))],
    cash: Annotated[str | None, typer.Option(metavar="X", help=_("Money that is paid on top [none]."))] = None,
) -> None:
    from shopcrm.features import rewards

    with open_book(ctx, write=True) as book:
        result = rewards.add(book, code, name=name, points=points, cash=cash)
    sentence = _("{reward} {name}: {points:point|points} and {cash_minor} {currency}.")
    render.show(ctx, result, (_("In the book already, nothing changed: ") if result.is_repeat else "") + sentence)


@app.command(
    "list",
    help=_("Every reward, the cheapest first; retired ones are marked."),
    epilog=_("Example:  shopcrm rewards list"),
)
def list_(ctx: typer.Context) -> None:
    from shopcrm.features import rewards

    with open_book(ctx) as book:
        result = rewards.list_all(book)
    columns = ("reward", "name", "points", "cash_minor", "added_on", "retired_on")
    render.show(ctx, result, _("{count:reward|rewards}."), columns=columns)


@app.command(
    help=_("Give a reward no more; what was exchanged for it stays."), epilog=_("Example:  shopcrm rewards retire MUG")
)
def retire(ctx: typer.Context, code: Code) -> None:
    from shopcrm.features import rewards

    with open_book(ctx, write=True) as book:
        result = rewards.retire(book, code)
    sentence = _("{reward} {name} is not given any more since {retired_on}.")
    render.show(ctx, result, sentence)
