"""Takes coupons out of use, gives them back, lets them last longer, and notes what was handed over for them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from shopcrm.core import coupons
from shopcrm.core.book import Book
from shopcrm.core.clock import parse_date
from shopcrm.core.coupons import Coupon
from shopcrm.core.errors import CouponNotChanged, CouponRedeemed, CouponVoid, NothingToOwe, UsageWrong
from shopcrm.core.language import translate as _
from shopcrm.core.schema.people import customer


@dataclass(frozen=True, slots=True)
class Changed:
    """A coupon as it stands after a command; with `is_repeat` it stood so before."""

    code: str
    offer: str
    customer: str | None
    name: str | None
    status: str
    expires_on: date | None
    item: str | None
    handed_on: date | None
    is_repeat: bool


def void(book: Book, text: str, *, reason: str) -> Changed:
    """Takes a coupon out of use that nobody has redeemed. Raises CouponUnknown, CouponRedeemed, CouponNotChanged."""
    held, said = coupons.find_coupon(book, text), _reason(reason, "void")
    if held.status == "redeemed":
        raise _redeemed(book, held)
    if held.status != "void":
        coupons.change(book, held, "void", reason=said)
        book.tell(f"coupon {held.shown} void")
    return _changed(book, text, is_repeat=held.status == "void")


def restore(book: Book, text: str, *, reason: str, until: str | None = None) -> Changed:
    """Gives a redeemed or void coupon back by hand, as good as it was, or until a later day.

    Where its last day has passed meanwhile it comes back expired. What was handed over for it is owed again if it is
    redeemed once more. Raises CouponUnknown, CouponNotChanged, LimitReached, BudgetExhausted.
    """
    held, said = coupons.find_coupon(book, text), _reason(reason, "restore")
    expires_on = _later(book, held, until)
    last = next(reversed(coupons.events_of(book, held.id)), None)
    if last and last.kind == "restore" and held.status in ("issued", "expired"):
        if expires_on != held.expires_on:
            reason = _("it was given back already; extending it lets it last longer")
            raise CouponNotChanged(coupon=held.shown, reason=reason.format(coupon=held.shown))
        return _changed(book, text, is_repeat=True)
    if held.status not in ("redeemed", "void"):
        raise CouponNotChanged(coupon=held.shown, reason=_("it is not used"))
    if held.status == "void":
        coupons.refuse_beyond_limits(book, coupons.current_terms(book, held.terms.offer_id), [held.customer_id])
    reverses_id = _redemption(book, held).id if held.status == "redeemed" else None
    coupons.restore(book, held, on=book.as_of, expires_on=expires_on, reverses_id=reverses_id, reason=said)
    book.tell(f"coupon {held.shown} restored")
    return _changed(book, text, is_repeat=False)


def extend(book: Book, text: str, *, until: str, reason: str) -> Changed:
    """Lets a coupon last until a later day, also one that has expired.

    Raises CouponUnknown, CouponRedeemed, CouponVoid, CouponNotChanged, BudgetExhausted, DateUnreadable.
    """
    held, said = coupons.find_coupon(book, text), _reason(reason, "extend")
    if held.status == "redeemed":
        raise _redeemed(book, held)
    if held.status == "void":
        raise CouponVoid(coupon=held.shown, on=held.changed_on)
    if held.expires_on is None:
        raise CouponNotChanged(coupon=held.shown, reason=_("it never expires"))
    day = parse_date(until)
    if held.expires_on == day and held.status == "issued":
        return _changed(book, text, is_repeat=True)
    if day <= held.expires_on or day < book.as_of:
        reason = _("it is good until {expires_on}, and {until} is no later day").format(
            expires_on=held.expires_on, until=day
        )
        raise CouponNotChanged(coupon=held.shown, reason=reason)
    if held.status == "expired":
        today = coupons.current_terms(book, held.terms.offer_id)
        out = coupons.given_out(book, held.terms.offer_id)
        given_minor, more_minor = out.discount_minor + out.promised_minor, held.terms.most_minor or 0
        coupons.refuse_beyond_budget(book, today.offer, today.budget_minor, given_minor, more_minor)
    coupons.change(book, held, "extend", expires_on=day, reason=said)
    book.tell(f"coupon {held.shown} extended to {day}")
    return _changed(book, text, is_repeat=False)


def hand_over(book: Book, text: str) -> Changed:
    """Notes that the gift or service of a redeemed coupon was handed over. Raises CouponUnknown, NothingToOwe."""
    held = coupons.find_coupon(book, text)
    if held.terms.item is None:
        raise NothingToOwe(coupon=held.shown, reason=_("it takes money off"))
    if held.status != "redeemed":
        raise NothingToOwe(coupon=held.shown, reason=_("it was not redeemed"))
    if held.handed_on is None:
        coupons.change(book, held, "handover")
        book.tell(f"coupon {held.shown} handed over")
    return _changed(book, text, is_repeat=held.handed_on is not None)


def _later(book: Book, held: Coupon, until: str | None) -> date | None:
    if until is None or held.expires_on is None:
        return held.expires_on
    day = parse_date(until)
    if day < book.as_of:
        raise CouponNotChanged(coupon=held.shown, reason=_("{until} is past").format(until=day))
    return max(held.expires_on, day)


def _redemption(book: Book, held: Coupon) -> coupons.Event:
    return next(event for event in reversed(coupons.events_of(book, held.id)) if event.kind == "redeem")


def _redeemed(book: Book, held: Coupon) -> CouponRedeemed:
    last = _redemption(book, held)
    return CouponRedeemed(coupon=held.shown, on=last.on, receipt=last.receipt)


def _reason(text: str, verb: str) -> str:
    if not text.strip():
        raise UsageWrong(problem=_("A reason is needed."), command=f"shopcrm coupons {verb}")
    return text.strip()


def _changed(book: Book, text: str, *, is_repeat: bool) -> Changed:
    held = coupons.find_coupon(book, text)
    who = book.connection.execute(
        select(customer.c.code, customer.c.name).where(customer.c.id == held.customer_id)
    ).one_or_none()
    return Changed(
        code=held.shown,
        offer=held.terms.offer,
        customer=who.code if who else None,
        name=who.name if who else None,
        status=held.status,
        expires_on=held.expires_on,
        item=held.terms.item,
        handed_on=held.handed_on,
        is_repeat=is_repeat,
    )
