"""`shopcrm cards`: visits paid for ahead, ten haircuts on a card, used one by one."""

from datetime import date
from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book
from shopcrm.core import clock
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, help=_("Sell and use visit cards.")
)

Customer = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help=_("Code, phone, last four digits, member number, e-mail or name."))
]
Card = Annotated[str | None, typer.Argument(metavar="[CARD]", help=_("Its name [the only one]."))]
Store = Annotated[str | None, typer.Option(metavar="NAME", help=_("The store, where there are several."))]


@app.command(
    help=_("Sell a card of so many visits."),
    epilog=_("Example:  shopcrm cards sell C-0042 Haircut --visits 10 --price 300 --receipt R-1009"),
)
def sell(
    ctx: typer.Context,
    customer: Customer,
    card: Annotated[str, typer.Argument(metavar="CARD", help=_("What it is for."))],
    visits: Annotated[int, typer.Option(metavar="N", help=_("How many visits."))],
    price: Annotated[str, typer.Option(metavar="X", help=_("What it costs."))],
    receipt: Annotated[str, typer.Option(metavar="R", help=_("The receipt it is sold on."))],
    until: Annotated[str | None, typer.Option(metavar="DATE", help=_("Its last good day [good for ever]."))] = None,
    store: Store = None,
) -> None:
    from shopcrm.features.cards import counter

    last_day: date | None = clock.parse_date(until) if until else None
    with open_book(ctx, write=True) as book:
        result = counter.sell(
            book, customer, card, visits=visits, price=price, receipt=receipt, until=last_day, store=store
        )
    sentence = _("{who}: a card of {visits} visits, {card}, for {price_minor} {currency}; {left_visits} visits now.")
    render.show(ctx, result, _repeated(result.is_repeat) + sentence)


@app.command(
    help=_("Use visits of a customer's card."),
    epilog=_("Example:  shopcrm cards use C-0042 --receipt R-1010"),
)
def use(
    ctx: typer.Context,
    customer: Customer,
    receipt: Annotated[str, typer.Option(metavar="R", help=_("The receipt of the visit."))],
    card: Card = None,
    visits: Annotated[int, typer.Option(metavar="N", help=_("How many visits."))] = 1,
    store: Store = None,
) -> None:
    from shopcrm.features.cards import counter

    with open_book(ctx, write=True) as book:
        result = counter.use(book, customer, card, receipt=receipt, visits=visits, store=store)
    sentence = _("{who}: {visits} on {card}; {left_visits} visits left.")
    render.show(ctx, result, _repeated(result.is_repeat) + sentence)


@app.command(
    help=_("Give back visits that were not used."),
    epilog=_("Example:  shopcrm cards refund C-0042 Haircut --preview"),
)
def refund(
    ctx: typer.Context,
    customer: Customer,
    card: Card = None,
    visits: Annotated[int | None, typer.Option(metavar="N", help=_("How many visits [all]."))] = None,
    receipt: Annotated[
        str | None, typer.Option(metavar="R", help=_("The receipt of the refund, where there is one."))
    ] = None,
    store: Store = None,
    preview: Annotated[bool, typer.Option("--preview", help=_("Show what it would do; change nothing."))] = False,
) -> None:
    from shopcrm.features.cards import refunds

    with open_book(ctx, write=True, is_preview=preview) as book:
        result = refunds.refund(book, customer, card, visits=visits, receipt=receipt, store=store)
    sentence = _("{who}: {visits} on {card}, {refund_minor} {currency} to hand out; {left_visits} visits left.")
    before = _("Preview, nothing is changed: ") if preview else _repeated(result.is_repeat)
    render.show(ctx, result, before + sentence)


@app.command(
    help=_("Take one entry back whole: visits go where they came from."),
    epilog=_('Example:  shopcrm cards reverse 12 --reason "wrong customer"'),
)
def reverse(
    ctx: typer.Context,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", help=_("Its number, as `cards statement` shows it."))],
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("Why; shown in the statement."))],
) -> None:
    from shopcrm.features.cards import reversals

    with open_book(ctx, write=True) as book:
        result = reversals.reverse(book, entry, reason=reason)
    sentence = _("{who}: {visits} on {card}, entry {reverses} is taken back; {left_visits} visits now.")
    render.show(ctx, result, _repeated(result.is_repeat) + sentence)


@app.command(
    help=_("A customer's cards with the visits left on each, and every entry."),
    epilog=_("Example:  shopcrm cards statement C-0042"),
)
def statement(ctx: typer.Context, customer: Customer) -> None:
    from shopcrm.features.cards import statement as feature

    with open_book(ctx) as book:
        result = feature.statement(book, customer)
    columns = ("entry", "on", "kind", "card", "visits", "left", "receipt", "reason")
    render.show(ctx, result, _("{who}: {left_visits} visits left."), columns=columns)


@app.command(
    help=_("The visits that all cards still promise, by name: what the shop owes."),
    epilog=_("Example:  shopcrm cards liability"),
)
def liability(ctx: typer.Context) -> None:
    from shopcrm.features.cards import statement as feature

    with open_book(ctx) as book:
        result = feature.liability(book)
    sentence = _("{visits} visits left on all cards, {value_minor} {currency} of what they cost.")
    render.show(ctx, result, sentence)


@app.command(
    help=_("End cards that are past their last good day."),
    epilog=_("Example:  shopcrm cards expire"),
)
def expire(ctx: typer.Context) -> None:
    from shopcrm.features.cards import expiry

    with open_book(ctx, write=True) as book:
        result = expiry.expire(book)
    sentence = _("Up to {as_of}: {visits} visits of {customers} customers ended, in {entries} entries.")
    render.show(ctx, result, sentence)


def _repeated(is_repeat: bool) -> str:
    return _("Posted before, nothing changed: ") if is_repeat else ""
