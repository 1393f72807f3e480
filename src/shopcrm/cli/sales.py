"""`shopcrm sales`: add, list, show and withdraw, for what has no sheet."""

from typing import TYPE_CHECKING, Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book
from shopcrm.core.clock import parse_date
from shopcrm.core.language import translate as _

if TYPE_CHECKING:
    from shopcrm.features.sales import SaleRow, Shown

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    help=_("Add, list, show and withdraw sales by hand."),
)

Receipt = Annotated[str, typer.Argument(metavar="RECEIPT", help=_("The number on the receipt."))]
On = Annotated[str | None, typer.Option(metavar="DATE", help=_("Its day, where several have the number."))]
Store = Annotated[str | None, typer.Option(metavar="NAME", help=_("The store, where there are several."))]
Kind = Annotated[str | None, typer.Option(metavar="KIND", help=_("sale or refund, where both have the number."))]
Source = Annotated[str | None, typer.Option(metavar="NAME", help=_("The till that brought it, or hand."))]
Customer = Annotated[
    str | None,
    typer.Option(metavar="CUSTOMER", help=_("Code, phone, last four digits, member number, e-mail or name.")),
]


@app.command(
    help=_("Write a sale that has no sheet, or a refund; the same one again changes nothing."),
    epilog=_('Example:  shopcrm sales add --receipt H-12 --customer 8000 --amount 680 --line "Silk dress|680"'),
)
def add(
    ctx: typer.Context,
    receipt: Annotated[str, typer.Option(metavar="R", help=_("The number on the receipt."))],
    amount: Annotated[
        str | None, typer.Option(metavar="X", help=_("What was paid [the sum of the lines]; negative for a refund."))
    ] = None,
    line: Annotated[
        list[str] | None,
        typer.Option(metavar="ITEM|AMOUNT", help=_("Or ITEM|QUANTITY|AMOUNT, or with SKU| in front; may repeat.")),
    ] = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help=_("The day of the sale [today]."))] = None,
    time: Annotated[str | None, typer.Option(metavar="HH:MM", help=_("The time of day."))] = None,
    store: Store = None,
    customer: Customer = None,
    payment_method: Annotated[str | None, typer.Option(metavar="M", help=_("Cash, card, WeChat, …"))] = None,
    refund_of: Annotated[str | None, typer.Option(metavar="RECEIPT", help=_("The receipt that it gives back."))] = None,
    sold_on: Annotated[
        str | None, typer.Option(metavar="DATE", help=_("The day of that receipt, where several have the number."))
    ] = None,
) -> None:
    from shopcrm.features import sales

    with open_book(ctx, write=True) as book:
        result = sales.add(
            book, receipt=receipt, amount=amount, lines=line or (), on=parse_date(on) if on else None, time=time,
            store=store, customer=customer, payment_method=payment_method, refund_of=refund_of,
            sold_on=parse_date(sold_on) if sold_on else None,
        )  # fmt: skip
    sentence = _receipt(result) + (" " + _("It gives back {refund_of}.") if result.refund_of else "")
    if result.is_repeat:
        sentence = _("In the book already, nothing changed: ") + sentence
    render.show(ctx, result, sentence, then="" if result.is_repeat else "shopcrm points accrue")


@app.command(
    "list",
    help=_("Sales and refunds, the newest first; withdrawn ones are marked."),
    epilog=_("Example:  shopcrm sales list --customer C-0042 --from 2026-03-01"),
)
def list_(
    ctx: typer.Context,
    customer: Customer = None,
    from_: Annotated[str | None, typer.Option("--from", metavar="DATE", help=_("From this day on."))] = None,
    to: Annotated[str | None, typer.Option(metavar="DATE", help=_("Up to this day."))] = None,
    store: Annotated[str | None, typer.Option(metavar="NAME", help=_("One store's only."))] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help=_("The newest N only."))] = 50,
) -> None:
    from shopcrm.features import sales

    first_on, last_on = parse_date(from_) if from_ else None, parse_date(to) if to else None
    with open_book(ctx) as book:
        result = sales.list_all(book, customer=customer, first_on=first_on, last_on=last_on, store=store, limit=limit)
    columns = ("receipt", "on", "customer", "name", "kind", "net_minor", "withdrawn", "store")
    render.show(ctx, result, _("{count} of {found} receipts; {net_minor} {currency} net in all."), columns=columns)


@app.command(
    help=_("One receipt: lines, refunds, points, where it came from, and why it counts no more."),
    epilog=_("Example:  shopcrm sales show R-1009"),
)
def show(
    ctx: typer.Context, receipt: Receipt, on: On = None, store: Store = None, kind: Kind = None, source: Source = None
) -> None:
    from shopcrm.features import sales

    asked = sales.Asked(receipt, parse_date(on) if on else None, store, _kind(kind), source)
    with open_book(ctx) as book:
        result = sales.show(book, asked)
    render.show(ctx, result, f"{_receipt(result)} {_details(result)}")


@app.command(
    help=_("Make a receipt count nowhere any more; its refunds go with it."),
    epilog=_('Example:  shopcrm sales withdraw R-1009 --reason "typed twice"'),
)
def withdraw(
    ctx: typer.Context,
    receipt: Receipt,
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("Why; kept with the receipt."))],
    on: On = None,
    store: Store = None,
    kind: Kind = None,
    source: Source = None,
) -> None:
    from shopcrm.features import sales

    asked = sales.Asked(receipt, parse_date(on) if on else None, store, _kind(kind), source)
    with open_book(ctx, write=True) as book:
        result = sales.withdraw(book, asked, reason=reason)
    sentence = _("Receipt {receipt} of {on} ({net_minor} {currency}) counts nowhere any more.")
    if result.refunds:
        sentence += " " + _("Its refunds are withdrawn with it: {refunds}.")
    if not ctx.obj.is_dry_run:
        sentence += " " + _("To take that back: shopcrm imports undo {batch}")
    if result.is_repeat:
        sentence = _("Receipt {receipt} of {on} was withdrawn before; nothing is changed.")
    render.show(ctx, result, sentence, then="" if result.is_repeat else "shopcrm points accrue")


def _kind(text: str | None) -> str | None:
    if text not in (None, "sale", "refund"):
        raise typer.BadParameter(_("{option} is one of {known}").format(option="--kind", known="sale, refund"))
    return text


def _receipt(result: "SaleRow") -> str:
    """A sentence for what every receipt has, over the fields of the result."""
    sentence = _("{receipt} of {on}: {net_minor} {currency} for {listed}.")
    return sentence if result.customer else _("{receipt} of {on}: {net_minor} {currency} for a walk-in.")


def _details(result: "Shown") -> str:
    """A sentence for each of what only some receipts have."""
    of_some = (
        (result.withdrawn and result.reason, _("Withdrawn by {withdrawn}: {reason}.")),
        (result.withdrawn and not result.reason, _("Withdrawn by {withdrawn}.")),
        (result.refund_of, _("It gives back {refund_of}.")),
        (result.time, _("At {time}.")),
        (result.store, _("In {store}.")),
        (result.cashier, _("Cashier {cashier}.")),
        (result.payment_method, _("Paid by {payment_method}.")),
        (result.discount_minor, _("Discount {discount_minor}.")),
        (result.tax_minor, _("Tax {tax_minor}.")),
        (True, _("{points} points posted. Revision {revision}, from batch {batch} ({sheet}).")),
    )
    return " ".join(sentence for is_so, sentence in of_some if is_so)
