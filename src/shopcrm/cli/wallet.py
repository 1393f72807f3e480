"""`shopcrm wallet`: what customers have paid in ahead, and what the shop added to it."""

from enum import StrEnum
from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    help=_("Top up, pay with and explain stored value."),
)

Customer = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help=_("Code, phone, last four digits, member number, e-mail or name."))
]
Amount = Annotated[str, typer.Option(metavar="X", help=_("How much money."))]
Store = Annotated[str | None, typer.Option(metavar="NAME", help=_("The store, where there are several."))]
Reason = Annotated[str, typer.Option(metavar="TEXT", help=_("Why; shown in the statement."))]


class Purse(StrEnum):
    """What was paid in, or what the shop added."""

    principal = "principal"
    bonus = "bonus"


@app.command(
    help=_("Pay money into a customer's wallet, with the bonus that the settings add."),
    epilog=_("Example:  shopcrm wallet topup C-0042 --amount 500 --receipt R-1009"),
)
def topup(
    ctx: typer.Context,
    customer: Customer,
    amount: Amount,
    receipt: Annotated[str, typer.Option(metavar="R", help=_("The receipt of the top-up."))],
    store: Store = None,
) -> None:
    from shopcrm.features.wallet import counter

    with open_book(ctx, write=True) as book:
        result = counter.top_up(book, customer, amount=amount, receipt=receipt, store=store)
    sentence = _(
        "{who}: {from_principal_minor} {currency} topped up, {from_bonus_minor} bonus on top; {balance_minor} now, of"
        " which {principal_minor} principal and {bonus_minor} bonus."
    )
    if result.later_bonus_minor:
        sentence += " " + _("{later_bonus_minor} more bonus comes month by month until {later_until_on}.")
    render.show(ctx, result, _repeated(result.is_repeat) + sentence)


@app.command(
    help=_("Pay for a receipt out of a customer's wallet: principal first, then bonus."),
    epilog=_("Example:  shopcrm wallet pay C-0042 --amount 120 --receipt R-1010"),
)
def pay(
    ctx: typer.Context,
    customer: Customer,
    amount: Amount,
    receipt: Annotated[str, typer.Option(metavar="R", help=_("The receipt that is paid."))],
    store: Store = None,
) -> None:
    from shopcrm.features.wallet import counter

    with open_book(ctx, write=True) as book:
        result = counter.pay(book, customer, amount=amount, receipt=receipt, store=store)
    sentence = _(
        "{who}: {amount_minor} {currency}; {balance_minor} left, of which {principal_minor} principal and {bonus_minor}"
        " bonus."
    )
    render.show(ctx, result, _repeated(result.is_repeat) + sentence)


@app.command(
    help=_("Give principal back in money; the bonus that it brought falls away with it."),
    epilog=_("Example:  shopcrm wallet refund C-0042 --preview"),
)
def refund(
    ctx: typer.Context,
    customer: Customer,
    amount: Annotated[str | None, typer.Option(metavar="X", help=_("How much money [all the principal]."))] = None,
    receipt: Annotated[
        str | None, typer.Option(metavar="R", help=_("The receipt of the refund, where there is one."))
    ] = None,
    store: Store = None,
    preview: Annotated[bool, typer.Option("--preview", help=_("Show what it would do; change nothing."))] = False,
) -> None:
    from shopcrm.features.wallet import refunds

    with open_book(ctx, write=True, is_preview=preview) as book:
        result = refunds.refund(book, customer, amount=amount, receipt=receipt, store=store)
    sentence = _(
        "{who}: {refund_minor} {currency} to hand out, {forfeited_bonus_minor} bonus falls away; {balance_minor} left."
    )
    if result.stopped_bonus_minor:
        sentence += " " + _("Of the bonus still to come {stopped_bonus_minor} falls away as well.")
    before = _("Preview, nothing is changed: ") if preview else _repeated(result.is_repeat)
    render.show(ctx, result, before + sentence)


@app.command(
    help=_("Add money or take it by hand, with a reason."),
    epilog=_('Example:  shopcrm wallet adjust C-0042 --amount +20 --purse bonus --reason "waited too long"'),
)
def adjust(
    ctx: typer.Context,
    customer: Customer,
    amount: Annotated[str, typer.Option(metavar="±X", help=_("+X adds, -X takes."))],
    reason: Reason,
    purse: Annotated[Purse, typer.Option(help=_("What was paid in, or what the shop added."))] = Purse.principal,
    key: Annotated[str | None, typer.Option(metavar="K", help=_("Makes a retry harmless."))] = None,
) -> None:
    from shopcrm.features.wallet import counter

    with open_book(ctx, write=True) as book:
        result = counter.adjust(book, customer, amount=amount, reason=reason, purse=purse, key=key)
    sentence = _("{who}: {amount_minor} {currency}; {balance_minor} now.")
    render.show(ctx, result, _repeated(result.is_repeat) + sentence)


@app.command(
    help=_("Take one entry back whole: money goes where it came from, and what belongs to the entry goes with it."),
    epilog=_('Example:  shopcrm wallet reverse 12 --reason "wrong customer"'),
)
def reverse(
    ctx: typer.Context,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", help=_("Its number, as `wallet statement` shows it."))],
    reason: Reason,
) -> None:
    from shopcrm.features.wallet import reversals

    with open_book(ctx, write=True) as book:
        result = reversals.reverse(book, entry, reason=reason)
    sentence = _("{who}: {amount_minor} {currency}, entry {reverses} is taken back; {balance_minor} now.")
    if result.others:
        sentence = _(
            "{who}: {amount_minor} {currency}, entry {reverses} is taken back, and {others_minor} that belong to it;"
            " {balance_minor} now."
        )
    render.show(ctx, result, _repeated(result.is_repeat) + sentence)


@app.command(
    help=_("Every entry of a customer's wallet, the balance after it, and the bonus still to come."),
    epilog=_("Example:  shopcrm wallet statement C-0042"),
)
def statement(ctx: typer.Context, customer: Customer) -> None:
    from shopcrm.features.wallet import statement as feature

    with open_book(ctx) as book:
        result = feature.statement(book, customer)
    sentence = _("{who}: {balance_minor} {currency}, of which {principal_minor} principal and {bonus_minor} bonus.")
    if result.coming:
        sentence += " " + _("{coming_bonus_minor} of bonus is still to come.")
    columns = ("entry", "on", "kind", "principal_minor", "bonus_minor", "balance_minor", "receipt", "reason")
    render.show(ctx, result, sentence, columns=columns)


@app.command(
    help=_("What all wallets hold together, and the bonus that is promised: what the shop owes."),
    epilog=_("Example:  shopcrm wallet liability"),
)
def liability(ctx: typer.Context) -> None:
    from shopcrm.features.wallet import liability as feature

    with open_book(ctx) as book:
        result = feature.liability(book)
    sentence = _(
        "{customers:customer holds|customers hold} {balance_minor} {currency}: {principal_minor} principal,"
        " {bonus_minor} bonus."
    )
    if result.coming_bonus_minor:
        sentence += " " + _("{coming_bonus_minor} of bonus is still to come.")
    render.show(ctx, result, sentence, is_answer=True)


@app.command(
    help=_("Post the parts of bonus that have come due."),
    epilog=_("Example:  shopcrm wallet accrue"),
)
def accrue(ctx: typer.Context) -> None:
    from shopcrm.features.wallet import accrual

    with open_book(ctx, write=True) as book:
        result = accrual.accrue(book)
    sentence = _("Up to {as_of}: {bonus_minor} {currency} of bonus for {customers} customers, in {entries} entries.")
    render.show(ctx, result, sentence)


@app.command(
    help=_("End bonus that is past its last good day."),
    epilog=_("Example:  shopcrm wallet expire"),
)
def expire(ctx: typer.Context) -> None:
    from shopcrm.features.wallet import expiry

    with open_book(ctx, write=True) as book:
        result = expiry.expire(book)
    sentence = _(
        "Up to {as_of}: {bonus_minor} {currency} of bonus of {customers} customers ended, in {entries} entries."
    )
    render.show(ctx, result, sentence)


def _repeated(is_repeat: bool) -> str:
    return _("Posted before, nothing changed: ") if is_repeat else ""
