"""Redeems coupons on a receipt: once, however often it is typed and however many do it at the same moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shopcrm.core import coupons
from shopcrm.core.book import Book
from shopcrm.core.coupons import Redemption
from shopcrm.core.errors import CouponKeyReused, UsageWrong
from shopcrm.core.language import translate as _
from shopcrm.core.money import format_minor, parse_minor
from shopcrm.features.coupons.checking import Asked, Found, Part, arithmetic_of, find, judge, parts_of
from shopcrm.features.coupons.receipts import Receipt


@dataclass(frozen=True, slots=True)
class Redeemed:
    """Coupons used on a receipt, what they took off, and what is left to pay. `owed` is what is to be handed over."""

    code: str
    receipt: str
    store: str
    on: date
    total_minor: int
    discount_minor: int
    payable_minor: int
    owed: str | None
    arithmetic: tuple[str, ...]
    items: tuple[Part, ...]
    is_repeat: bool


def redeem(book: Book, asked: Asked) -> Redeemed:
    """Uses coupons on a receipt on the business date, all of them or none. The same once more changes nothing.

    Raises CouponUnknown, CouponExpired, CouponNotYet, CouponRedeemed, CouponVoid, NotForCustomer, NotInBirthdayMonth,
    LinesNeeded, NothingCovered, BelowMinSpend, NotCombinable, NothingToTakeOff, BudgetExhausted,
    CouponKeyReused, UsageWrong.
    """
    if not asked.receipt.strip():
        raise UsageWrong(problem=_("The number of the receipt is needed."), command="shopcrm coupons redeem")
    found = find(book, asked)
    if repeated := _repeated(book, asked, found):
        return repeated
    judged = judge(book, asked, found)
    if judged.refusal:
        raise judged.refusal
    parts = parts_of(judged)
    for step in judged.steps:
        held = judged.held[step.place]
        inputs = {"offer": held.terms.offer, "version": held.terms.version, "covered_minor": step.covered_minor}
        coupons.redeem(
            book,
            Redemption(
                held, judged.receipt.store, judged.receipt.number, step.discount_minor, step.left_minor,
                inputs | ({"unused_minor": step.unused_minor} if step.unused_minor else {}),
            ),
        )  # fmt: skip
        book.tell(f"coupon {held.shown} of {held.terms.offer} redeemed on {judged.receipt.number}")
    owed = [part.item for part in parts if part.item]
    return _redeemed(
        judged.receipt, book.as_of, judged.total_minor, parts, owed, arithmetic_of(book, judged), is_repeat=False
    )


def _repeated(book: Book, asked: Asked, found: Found) -> Redeemed | None:
    """The answer of before, where all of these coupons were redeemed on this receipt on this day."""
    receipt, standing, held = found.receipt, found.earlier, {each.id: each for each in found.held}
    events = [event for event in standing if event.coupon_id in held]
    if not events or len(events) < len(held):
        return None
    first = events[0]
    total_minor = (first.discount_minor or 0) + (first.payable_minor or 0)
    whole_minor = total_minor + sum(event.discount_minor or 0 for event in standing if event.id < first.id)
    if asked.total is not None and parse_minor(asked.total, book.exponent) != whole_minor:
        total = format_minor(whole_minor, book.exponent)
        coupon = held[first.coupon_id].shown
        raise CouponKeyReused(coupon=coupon, receipt=receipt.number, on=first.on, total=total, currency=book.currency)
    parts = tuple(
        Part(
            code=each.shown, offer=each.terms.offer, kind=each.terms.kind, discount_minor=event.discount_minor or 0,
            unused_minor=int(str(event.inputs.get("unused_minor", 0))), left_minor=event.payable_minor or 0,
            item=each.terms.item,
        )
        for event in events
        for each in (held[event.coupon_id],)
    )  # fmt: skip
    owed = [each.terms.item for each in held.values() if each.is_owed and each.terms.item]
    return _redeemed(receipt, first.on, whole_minor, parts, owed, (), is_repeat=True)


def _redeemed(
    receipt: Receipt,
    on: date,
    total_minor: int,
    parts: tuple[Part, ...],
    owed: Sequence[str],
    arithmetic: tuple[str, ...],
    *,
    is_repeat: bool,
) -> Redeemed:
    return Redeemed(
        code=", ".join(part.code for part in parts),
        receipt=receipt.number,
        store=receipt.store,
        on=on,
        total_minor=total_minor,
        discount_minor=sum(part.discount_minor for part in parts),
        payable_minor=parts[-1].left_minor,
        owed=", ".join(owed) or None,
        arithmetic=arithmetic,
        items=parts,
        is_repeat=is_repeat,
    )
