"""`shopcrm wallet`: what customers have paid in ahead, and what the shop added to it."""

from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, help=_("Look into customers' stored value.")
)


@app.command(
    help=_("Every entry of a customer's wallet, and the balance after it."),
    epilog=_("Example:  shopcrm wallet statement C-0042"),
)
def statement(
    ctx: typer.Context,
    customer: Annotated[
        str, typer.Argument(metavar="CUSTOMER", help=_("Code, phone, last four digits, member number, e-mail or name."))
    ],
) -> None:
    from shopcrm.features import wallet

    with open_book(ctx) as book:
        result = wallet.statement(book, customer)
    sentence = _("{who}: {balance_minor} {currency}, of which {principal_minor} principal and {bonus_minor} bonus.")
    columns = ("on", "kind", "principal_minor", "bonus_minor", "balance_minor", "receipt", "reason")
    render.show(ctx, result, sentence, columns=columns)


@app.command(
    help=_("What all wallets hold together: what the shop owes."),
    epilog=_("Example:  shopcrm wallet liability"),
)
def liability(ctx: typer.Context) -> None:
    from shopcrm.features import wallet

    with open_book(ctx) as book:
        result = wallet.liability(book)
    sentence = _(
        "{customers:customer holds|customers hold} {balance_minor} {currency}: {principal_minor} principal,"
        " {bonus_minor} bonus."
    )
    render.show(ctx, result, sentence, is_answer=True)
