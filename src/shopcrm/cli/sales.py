"""`shopcrm sales`: add, list, show, refund and withdraw, for what has no sheet."""

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book
from shopcrm.core.clock import parse_date
from shopcrm.core.language import translate as _

if TYPE_CHECKING:
    from shopcrm.features.sales import SaleRow, Shown
    from shopcrm.jobs.refund import CouponEffect, Refunded

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    help=_("Add, list, show, give back and withdraw sales by hand."),
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
    render.show(
        ctx, result, _("{count} of {found:receipt|receipts}; {net_minor} {currency} net in all."), columns=columns
    )


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
    help=_("Give back a sale or part of it, and see what that does to points and tier."),
    epilog=_('Example:  shopcrm sales refund R-1009 --line "Silk dress|1" --preview'),
)
def refund(
    ctx: typer.Context,
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT", help=_("The receipt that is given back."))],
    amount: Annotated[
        str | None, typer.Option(metavar="X", help=_("What is given back [all that is left of it]."))
    ] = None,
    line: Annotated[
        list[str] | None,
        typer.Option(metavar="ITEM|QUANTITY", help=_("By SKU or item; all of it without a quantity; may repeat.")),
    ] = None,
    refund_receipt: Annotated[
        str | None,
        typer.Option(metavar="R", help=_("The refund's own number [RECEIPT-R1, -R2, …]; makes a retry harmless.")),
    ] = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help=_("The day of the refund [today]."))] = None,
    store: Store = None,
    sold_on: Annotated[
        str | None, typer.Option(metavar="DATE", help=_("The day of that receipt, where several have the number."))
    ] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help=_("Why; kept with the refund."))] = None,
    preview: Annotated[bool, typer.Option("--preview", help=_("Show all of it and change nothing."))] = False,
) -> None:
    from shopcrm.features import sales
    from shopcrm.jobs.refund import refund

    ctx.obj.is_dry_run |= preview
    asked = sales.Asked(receipt, parse_date(sold_on) if sold_on else None, store)
    with open_book(ctx, write=True) as book:
        result = refund(
            book, asked, amount=amount, lines=line or (), number=refund_receipt, on=parse_date(on) if on else None,
            reason=reason,
        )  # fmt: skip
    columns = ("on", "kind", "points", "receipt", "earned_on", "expires_on", "left")
    render.show(ctx, result, "\n".join(_effects(result)), columns=columns, then=_after_refund(ctx, result))


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


def _effects(result: "Refunded") -> Iterator[str]:
    """Sentences for what a refund does, each a line over the fields of the result."""
    gives = _("{receipt} of {on} gives back {returned_minor} {currency} of {refund_of} of {refund_of_on}.")
    yield (_("In the book already, nothing changed: ") if result.is_repeat else "") + gives
    if result.customer:
        yield _("Of {sold_minor} paid by {listed}, {left_minor} are left.")
    else:
        yield _("Of {sold_minor} paid by a walk-in, {left_minor} are left.")
    if result.before_minor and not result.is_repeat:
        yield _("Given back before: {before_minor}.")
    if result.customer:
        yield from _points_effects(result)
        if not result.is_repeat and (result.tier or result.tier_before):
            yield _tier_effect(result)
    for each in result.coupons:
        yield _coupon_effect(each)


def _points_effects(result: "Refunded") -> Iterator[str]:
    if result.clawed_points:
        yield _("{clawed_points:point is|points are} taken back.")
    if result.owed_points:
        yield _("{owed_points} of them were spent already: they are owed, and paid by what is earned next.")
    if result.ended_points:
        yield _("{ended_points:point|points} of the sale had ended unspent: nothing is owed for them.")
    if result.waived_points and result.policy == "clamp":
        yield _("{waived_points:point was|points were} spent already, and are let go.")
    if result.waived_points and result.policy == "charge":
        yield _(
            "{waived_points:point was|points were} spent already: {withheld_minor} {currency} are kept back for them."
        )
        yield _("Hand over {paid_out_minor} {currency}.")
    if result.returned_points:
        yield _("{returned_points:point that was|points that were} spent on it go back into their lots.")
    if result.lapsed_points:
        yield _("{lapsed_points} of those are past their last day and count no more.")
    if result.points and not result.is_repeat:
        yield _("Balance: {balance_before_points:point|points} before, {balance_points} after.")
    else:
        yield _("Balance: {balance_points:point|points}.")


def _tier_effect(result: "Refunded") -> str:
    if result.tier != result.tier_before:
        return _("{tier_before} is not reached any more; spend falls to {spend_minor}.")
    if result.short_minor:
        return _("Stays {tier} until the next review; spend falls to {spend_minor}, {short_minor} below {tier}.")
    return _("Stays {tier}; spend falls to {spend_minor}.")


def _coupon_effect(effect: "CouponEffect") -> str:
    reasons = {
        "part": _("Coupon {code} ({offer}) stays used: only a refund of the whole receipt gives it back."),
        "handed": _("Coupon {code} ({offer}) stays used: what it stands for was handed over."),
        "never": _("Coupon {code} ({offer}) stays used: refunds give no coupons back."),
    }
    sentence = reasons.get(effect.stays or "", _("Coupon {code} ({offer}) comes back, good until {expires_on}."))
    if effect.comes_back and effect.expires_on is None:
        sentence = _("Coupon {code} ({offer}) comes back.")
    if effect.comes_back and effect.status == "expired":
        sentence = _("Coupon {code} ({offer}) comes back, but expired on {expires_on}.")
    return sentence.format(code=effect.code, offer=effect.offer, expires_on=effect.expires_on)


def _after_refund(ctx: typer.Context, result: "Refunded") -> str:
    """The command to type next: after a preview the refund itself, under a number that makes a retry harmless."""
    if result.is_repeat:
        return ""
    if not ctx.obj.is_dry_run:
        sweeps = ["shopcrm points accrue"] if result.customer else []
        if any(each.comes_back for each in result.coupons):
            sweeps.append("shopcrm coupons settle")
        return " && ".join(sweeps)
    words = ["sales", "refund", ctx.params["receipt"]]
    for name in ("amount", "line", "on", "store", "sold_on", "reason"):
        typed = ctx.params[name] or ()
        for value in (typed,) if isinstance(typed, str) else typed:
            words += [f"--{name.replace('_', '-')}", value]
    return shlex.join(("shopcrm", *words, "--refund-receipt", result.receipt))


def _details(result: "Shown") -> str:
    """A sentence for each of what only some receipts have."""
    of_some = (
        (result.withdrawn and result.reason, _("Withdrawn by {withdrawn}: {reason}.")),
        (result.withdrawn and not result.reason, _("Withdrawn by {withdrawn}.")),
        (result.refund_of, _("It gives back {refund_of}.")),
        (not result.withdrawn and result.reason, _("Reason: {reason}.")),
        (result.time, _("At {time}.")),
        (result.store, _("In {store}.")),
        (result.cashier, _("Cashier {cashier}.")),
        (result.payment_method, _("Paid by {payment_method}.")),
        (result.discount_minor, _("Discount {discount_minor}.")),
        (result.tax_minor, _("Tax {tax_minor}.")),
        (True, _("{points:point|points} posted. Revision {revision}, from batch {batch} ({sheet}).")),
    )
    return " ".join(sentence for is_so, sentence in of_some if is_so)
