"""Says whether coupons count on a receipt and what they take off it: the one judgement that check and redeem share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from shopcrm.core import coupons
from shopcrm.core.audience import find_one
from shopcrm.core.birthdays import birthday_months
from shopcrm.core.book import Book
from shopcrm.core.coupons import Coupon, Event
from shopcrm.core.coupons.wording import worth
from shopcrm.core.errors import (
    BelowMinSpend,
    CouponExpired,
    CouponNotYet,
    CouponRedeemed,
    CouponVoid,
    LinesNeeded,
    NotCombinable,
    NotForCustomer,
    NothingCovered,
    NothingToTakeOff,
    NotInBirthdayMonth,
    ShopError,
)
from shopcrm.core.language import translate as _
from shopcrm.core.money import format_minor
from shopcrm.core.schema.people import customer
from shopcrm.features.coupons.arithmetic import Basket, Step, stack
from shopcrm.features.coupons.budgets import find_exhausted
from shopcrm.features.coupons.receipts import Receipt, find_receipt, read_basket


@dataclass(frozen=True, slots=True)
class Part:
    """What one coupon takes off, in its turn. `item` is what is handed over for it."""

    code: str
    offer: str
    kind: str
    discount_minor: int
    unused_minor: int
    left_minor: int
    item: str | None


@dataclass(frozen=True, slots=True)
class Checked:
    """Yes with the arithmetic, or no with the reason; a no takes nothing off. `reason` is the code of a refusal."""

    code: str
    valid: bool
    reason: str | None
    because: str | None
    total_minor: int
    discount_minor: int
    payable_minor: int
    arithmetic: tuple[str, ...]
    items: tuple[Part, ...]


class Asked(NamedTuple):
    """Coupons and the receipt they are to count on, as they were typed."""

    codes: Sequence[str]
    total: str | None = None
    lines: Path | None = None
    receipt: str = ""
    store: str | None = None
    customer: str | None = None


class Found(NamedTuple):
    """The coupons and the receipt that are meant. `earlier` were redeemed on the receipt before."""

    held: list[Coupon]
    receipt: Receipt
    earlier: list[Event]


class Judged(NamedTuple):
    """Coupons as they stand, and what they come to. `earlier` were redeemed on the receipt before."""

    held: list[Coupon]
    earlier: list[Event]
    receipt: Receipt
    total_minor: int
    steps: list[Step]
    refusal: ShopError | None


def check(book: Book, asked: Asked) -> tuple[Checked, ShopError | None]:
    """Whether coupons count together on a receipt on the business date, and what they take off; changes nothing.

    Answers the refusal beside a no. Raises CouponUnknown, UsageWrong, AmountUnreadable and what reading the lines does.
    """
    judged = judge(book, asked, find(book, asked))
    parts = () if judged.refusal else parts_of(judged)
    discount_minor = sum(part.discount_minor for part in parts)
    checked = Checked(
        code=", ".join(held.shown for held in judged.held),
        valid=judged.refusal is None,
        reason=judged.refusal.code if judged.refusal else None,
        because=judged.refusal.message if judged.refusal else None,
        total_minor=judged.total_minor,
        discount_minor=discount_minor,
        payable_minor=judged.steps[-1].left_minor if parts else judged.total_minor,
        arithmetic=() if judged.refusal else arithmetic_of(book, judged),
        items=parts,
    )
    return checked, judged.refusal


def find(book: Book, asked: Asked) -> Found:
    """What was typed, as it stands in the book. Raises CouponUnknown."""
    held = list({each.id: each for each in (coupons.find_coupon(book, text) for text in asked.codes)}.values())
    receipt = find_receipt(book, asked.receipt, asked.store)
    earlier = coupons.redeemed_on(book, receipt.store, receipt.number, book.as_of) if receipt.number else []
    return Found(held, receipt, earlier)


def judge(book: Book, asked: Asked, found: Found) -> Judged:
    """Works out coupons on a receipt. Raises UsageWrong and what reading the lines does."""
    held, receipt, earlier = found
    basket = read_basket(book, asked.total, asked.lines, receipt)
    whole_minor = basket.total_minor
    customer_id = find_one(book, asked.customer).id if asked.customer else receipt.customer_id
    refusal = next(_refusals(book, held, basket, earlier, customer_id), None)
    if refusal:
        return Judged(held, earlier, receipt, whole_minor, [], refusal)
    # What was redeemed on the receipt before has taken its part off already.
    basket.take_off(min(basket.left_minor, sum(event.discount_minor or 0 for event in earlier)))
    steps = stack(basket, [each.terms for each in held])
    discounts = [(held[step.place].terms, step.discount_minor) for step in steps]
    refusal = _without_piece(held, steps) or _for_nothing(book, held, steps) or find_exhausted(book, discounts)
    return Judged(held, earlier, receipt, whole_minor, steps, refusal)


def parts_of(judged: Judged) -> tuple[Part, ...]:
    """What each coupon takes off, in the order in which they are counted."""
    return tuple(
        Part(
            code=held.shown, offer=held.terms.offer, kind=held.terms.kind, discount_minor=step.discount_minor,
            unused_minor=step.unused_minor, left_minor=step.left_minor, item=held.terms.item,
        )
        for step in judged.steps
        for held in (judged.held[step.place],)
    )  # fmt: skip


def arithmetic_of(book: Book, judged: Judged) -> tuple[str, ...]:
    """The reckoning line by line, from the total to what is left to pay."""

    def money(minor: int) -> str:
        return format_minor(minor, book.exponent)

    lines = [_("{amount}  total").format(amount=money(judged.total_minor))]
    lines += [
        _("− {amount}  redeemed on this receipt before").format(amount=money(event.discount_minor or 0))
        for event in judged.earlier
    ]
    for step in judged.steps:
        terms = judged.held[step.place].terms
        if terms.item is not None:
            lines.append(f"+ {terms.item}  {terms.offer}")
            continue
        said = f"− {money(step.discount_minor)}  {terms.offer}: {worth(book, terms)}"
        if step.covered_minor - step.discount_minor != step.left_minor and step.discount_minor:
            said += " " + _("(of {amount})").format(amount=money(step.covered_minor))
        if step.unused_minor:
            said += " " + _("({amount} unused)").format(amount=money(step.unused_minor))
        lines.append(said)
    left_minor = judged.steps[-1].left_minor if judged.steps else judged.total_minor
    return (*lines, _("= {amount}  to pay").format(amount=money(left_minor)))


def _refusals(
    book: Book, held: Sequence[Coupon], basket: Basket, earlier: Sequence[Event], customer_id: int | None
) -> Iterator[ShopError]:
    """Every reason why coupons do not count, the most telling first; nothing where they do."""
    for each in held:
        yield from filter(None, (_state(book, each), _holder(book, each, customer_id), _goods(book, each, basket)))
    standing = {each.id for each in held}
    others = [event.coupon_id for event in earlier if event.coupon_id not in standing]
    before = list(coupons.coupons_of(book, coupons.among(others))) if others else []
    for one, other in combinations([*held, *before], 2):
        if other.terms.level not in one.terms.combines or one.terms.level not in other.terms.combines:
            yield NotCombinable(
                coupon=one.shown, offer=one.terms.offer, other=other.shown, other_offer=other.terms.offer
            )


def _state(book: Book, held: Coupon) -> ShopError | None:
    if held.status == "void":
        return CouponVoid(coupon=held.shown, on=held.changed_on)
    if held.status == "redeemed":
        last = next(event for event in reversed(coupons.events_of(book, held.id)) if event.kind == "redeem")
        return CouponRedeemed(coupon=held.shown, on=last.on, receipt=last.receipt)
    if held.status == "expired":
        return CouponExpired(coupon=held.shown, expires_on=held.expires_on)
    if held.starts_on > book.as_of:
        return CouponNotYet(coupon=held.shown, starts_on=held.starts_on, on=book.as_of)
    return None


def _holder(book: Book, held: Coupon, customer_id: int | None) -> ShopError | None:
    if held.customer_id is None:
        return None
    wanted = (customer.c.code, customer.c.birth_month, customer.c.birth_day, customer.c.is_birthday_lunar)
    holder = book.connection.execute(select(*wanted).where(customer.c.id == held.customer_id)).one()
    if customer_id not in (None, held.customer_id):
        other = book.connection.scalar(select(customer.c.code).where(customer.c.id == customer_id))
        what, reason = _("Coupon {coupon}").format(coupon=held.shown), _("it was given to {customer}")
        return NotForCustomer(what=what, customer=other, reason=reason.format(customer=holder.code))
    if held.terms.is_birthday_month:
        born = (holder.birth_month, holder.birth_day, holder.is_birthday_lunar)
        months = birthday_months(book.as_of.year, *born) if holder.birth_month else frozenset()
        if book.as_of.month not in months:
            shown = ", ".join(f"{book.as_of.year}-{month:02}" for month in sorted(months)) or _("not known")
            return NotInBirthdayMonth(coupon=held.shown, customer=holder.code, month=shown)
    return None


def _goods(book: Book, held: Coupon, basket: Basket) -> ShopError | None:
    terms, scope = held.terms, _scope(held)
    if (terms.is_scoped or terms.kind == "exchange") and basket.lines is None:
        return LinesNeeded(coupon=held.shown, scope=scope)
    covered_minor = basket.covered_minor(terms)
    if terms.is_scoped and not basket.covered(terms):
        return NothingCovered(coupon=held.shown, scope=scope)
    if terms.min_spend_minor and covered_minor < terms.min_spend_minor:
        return BelowMinSpend(
            coupon=held.shown,
            short=format_minor(terms.min_spend_minor - covered_minor, book.exponent),
            least=format_minor(terms.min_spend_minor, book.exponent),
            currency=book.currency,
            scope=" " + _("of {goods}").format(goods=scope) if terms.is_scoped else "",
        )
    return None


def _for_nothing(book: Book, held: Sequence[Coupon], steps: Sequence[Step]) -> ShopError | None:
    """A coupon for which nothing is left: it would be used up, and the customer have nothing of it."""
    for step in steps:
        coupon = held[step.place]
        if coupon.terms.item is None and not step.discount_minor:
            left = format_minor(step.covered_minor, book.exponent)
            return NothingToTakeOff(coupon=coupon.shown, left=left, currency=book.currency)
    return None


def _without_piece(held: Sequence[Coupon], steps: Sequence[Step]) -> ShopError | None:
    """A coupon that is exchanged for a piece, and no whole one is there, or is left by the others."""
    for step in steps:
        each = held[step.place]
        if each.terms.kind == "exchange" and not step.covered_minor:
            return NothingCovered(coupon=each.shown, scope=_scope(each))
    return None


def _scope(held: Coupon) -> str:
    return ", ".join((*held.terms.categories, *held.terms.skus)) or _("one piece")
