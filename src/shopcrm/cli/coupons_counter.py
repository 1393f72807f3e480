"""`shopcrm coupons`, at the counter: check and redeem."""

from pathlib import Path
from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book
from shopcrm.core.language import translate as _

counter_app = typer.Typer(rich_markup_mode=None, add_completion=False)

Code = Annotated[str, typer.Argument(metavar="CODE", help=_("As printed; case, dashes and look-alikes do not matter."))]
Codes = Annotated[list[str], typer.Argument(metavar="CODE...", help=_("One coupon, or several that go together."))]
Total = Annotated[str | None, typer.Option(metavar="X", help=_("What the receipt comes to before coupons."))]
Lines = Annotated[
    Path | None, typer.Option(metavar="FILE", help=_("A sheet of what is on it: SKU, category, quantity, amount."))
]
Store = Annotated[str | None, typer.Option(metavar="NAME", help=_("The store, where there are several."))]
Customer = Annotated[str | None, typer.Option(metavar="CUSTOMER", help=_("Who is at the counter, where it is known."))]


@counter_app.command(
    help=_("Say whether coupons count on a receipt, and what they take off it; changes nothing."),
    epilog=_("Example:  shopcrm coupons check K7QMD-3XPBW --total 268.00"),
)
def check(
    ctx: typer.Context,
    codes: Codes,
    total: Total = None,
    lines: Lines = None,
    receipt: Annotated[str, typer.Option(metavar="R", help=_("The receipt, where it has a number yet."))] = "",
    store: Store = None,
    customer: Customer = None,
) -> None:
    from shopcrm.features.coupons import checking

    with open_book(ctx) as book:
        result, refusal = checking.check(book, checking.Asked(codes, total, lines, receipt, store, customer))
    sentence = _("{code}: {discount_minor} {currency} off, {payable_minor} to pay.")
    render.answer(ctx, result, sentence, refusal)


@counter_app.command(
    help=_("Use coupons on a receipt."),
    epilog=_("Example:  shopcrm coupons redeem K7QMD-3XPBW --receipt R-1009 --total 268.00"),
)
def redeem(
    ctx: typer.Context,
    codes: Codes,
    receipt: Annotated[str, typer.Option(metavar="R", help=_("The receipt they are used on."))],
    total: Total = None,
    lines: Lines = None,
    store: Store = None,
    customer: Customer = None,
) -> None:
    from shopcrm.features.coupons import checking, redeeming

    with open_book(ctx, write=True) as book:
        result = redeeming.redeem(book, checking.Asked(codes, total, lines, receipt, store, customer))
    sentence = _("{code} on {receipt}: {discount_minor} {currency} off, {payable_minor} to pay.")
    if result.owed:
        sentence += " " + _("To hand over: {owed}.")
    if result.is_repeat:
        sentence = _("Done already, nothing changed: ") + sentence
    render.answer(ctx, result, sentence, None)
