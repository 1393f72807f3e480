"""Lists coupons as of a day, and tells everything that became of one."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from shopcrm.core import coupons
from shopcrm.core.audience import by_ids, find_one
from shopcrm.core.book import Book
from shopcrm.core.clock import Period
from shopcrm.core.coupons import Coupon
from shopcrm.core.coupons.wording import worth
from shopcrm.core.errors import UsageWrong
from shopcrm.core.language import translate as _
from shopcrm.core.merging import is_of
from shopcrm.core.schema.coupons import STATUSES, coupon, coupon_issue


@dataclass(frozen=True, slots=True)
class CouponRow:
    """One coupon, what it gives and how it stands. `owed` is what is still to be handed over for it."""

    code: str
    customer: str | None
    name: str | None
    offer: str
    gives: str
    status: str
    issued_on: date
    starts_on: date
    expires_on: date | None
    owed: str | None


@dataclass(frozen=True, slots=True)
class CouponList:
    """Coupons in the order of their issue."""

    items: tuple[CouponRow, ...]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One thing that became of a coupon: when, by whom, why, and on which receipt."""

    on: date
    event: str
    by: str
    receipt: str | None
    store: str | None
    discount_minor: int | None
    payable_minor: int | None
    status: str
    expires_on: date | None
    reason: str | None
    posted_on: date | None  # where it was posted on another day than it counts for


@dataclass(frozen=True, slots=True)
class ShownCoupon:
    """One coupon with every event, the latest last."""

    code: str
    customer: str | None
    name: str | None
    offer: str
    version: int
    gives: str
    min_spend_minor: int | None
    status: str
    starts_on: date
    expires_on: date | None
    owed: str | None
    handed_on: date | None
    events: tuple[EventRow, ...]


def list_all(
    book: Book,
    *,
    customer: str | None = None,
    offer: str | None = None,
    status: str | None = None,
    within: Period | None = None,
    is_owed: bool = False,
) -> CouponList:
    """Coupons issued by the business date: of a customer, of an offer, of a status, expiring within so many days.

    Raises CustomerUnknown, CustomerAmbiguous, OfferUnknown, UsageWrong.
    """  # fmt: skip
    if status not in (None, *STATUSES):
        problem = _("{option} is one of {known}").format(option="--status", known=", ".join(STATUSES))
        raise UsageWrong(problem=problem, command="shopcrm coupons list")
    wanted = []
    if customer is not None:
        wanted.append(is_of(book, coupon.c.customer_id, find_one(book, customer).id))
    if offer is not None:
        wanted.append(coupon.c.offer_id == coupons.find_offer(book, offer).id)
    if within is not None:
        wanted.append(coupon.c.expires_on.between(book.as_of, within.last_day(book.as_of)))
    found = [
        held
        for held in coupons.coupons_of(book, *wanted)
        if (status is None or held.status == status)
        and (within is None or held.status == "issued")
        and (not is_owed or held.is_owed)
    ]
    who = by_ids(book, [held.customer_id for held in found if held.customer_id])
    return CouponList(tuple(CouponRow(**_facts(book, held, who), issued_on=held.issued_on) for held in found))


def show(book: Book, text: str) -> ShownCoupon:
    """A coupon with all its events up to the business date. Raises CouponUnknown."""
    held = coupons.find_coupon(book, text)
    who = by_ids(book, [held.customer_id] if held.customer_id else [])
    return ShownCoupon(
        **_facts(book, held, who),
        version=held.terms.version,
        min_spend_minor=held.terms.min_spend_minor,
        handed_on=held.handed_on,
        events=(_first(book, held), *(_event(book, event) for event in coupons.events_of(book, held.id))),
    )


def _facts(book: Book, held: Coupon, who: Any) -> dict[str, Any]:
    holder = who[held.customer_id] if held.customer_id else None
    return {
        "code": held.shown,
        "customer": holder.customer if holder else None,
        "name": holder.name if holder else None,
        "offer": held.terms.offer,
        "gives": worth(book, held.terms),
        "status": held.status,
        "starts_on": held.starts_on,
        "expires_on": held.expires_on,
        "owed": held.terms.item if held.is_owed else None,
    }


def _first(book: Book, held: Coupon) -> EventRow:
    """The issue, which is one for many coupons."""
    row = book.connection.execute(select(coupon_issue).where(coupon_issue.c.id == held.issue_id)).one()
    posted_on = row.posted_at.astimezone(book.zone).date()
    _starts_on, expires_on = held.terms.good_days(held.issued_on)
    return EventRow(
        on=row.on, event="issue", by=row.by, receipt=None, store=None, discount_minor=None, payable_minor=None,
        status="issued", expires_on=expires_on, reason=None, posted_on=posted_on if posted_on != row.on else None,
    )  # fmt: skip


def _why(event: coupons.Event) -> str | None:
    """What a sweep went by, where nobody gave a reason."""
    receipt = event.inputs.get("receipt") if event.kind == "restore" else None
    return _("{receipt} was given back").format(receipt=receipt) if receipt else None


def _event(book: Book, event: coupons.Event) -> EventRow:
    posted_on = event.posted_at.astimezone(book.zone).date()
    return EventRow(
        on=event.on, event=event.kind, by=event.by, receipt=event.receipt, store=event.store,
        discount_minor=event.discount_minor, payable_minor=event.payable_minor, status=event.status,
        expires_on=event.expires_on, reason=event.reason or _why(event),
        posted_on=posted_on if posted_on != event.on else None,
    )  # fmt: skip
