"""`shopcrm points`: earn, redeem, adjust, explain."""

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book
from shopcrm.cli.points_counter import Customer, counter_app
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, help=_("Earn, redeem and explain points.")
)


@app.command(
    help=_("Post the points of every sale and refund that has not had them yet."),
    epilog=_("Example:  shopcrm points accrue"),
)
def accrue(ctx: typer.Context) -> None:
    from shopcrm.features.points import accrual

    with open_book(ctx, write=True) as book:
        result = accrual.accrue(book)
    sentence = _("Up to {as_of}: {earned_points} points earned and {reversed_points} taken back, in {entries} entries.")
    render.show(ctx, result, sentence)


@app.command(
    help=_("Every entry of a customer, the balance after it, and what is left."),
    epilog=_("Example:  shopcrm points statement C-0042"),
)
def statement(ctx: typer.Context, customer: Customer) -> None:
    from shopcrm.features.points import statement as feature

    with open_book(ctx) as book:
        result = feature.statement(book, customer)
    sentence = _(
        "{who}: {balance_points} points, {spendable_points} to spend (worth {value_minor} {currency}),"
        " {pending_points} pending."
    )
    render.show(ctx, result, sentence, columns=("on", "kind", "points", "balance", "receipt", "reason", "posted_on"))


app.add_typer(counter_app)
