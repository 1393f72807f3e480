"""The nightly end of coupons, and the return of those whose receipts came back."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select

from shopcrm.core import coupons
from shopcrm.core.audience import by_ids
from shopcrm.core.book import Book
from shopcrm.core.codes import shown_code
from shopcrm.core.coupons import Coupon
from shopcrm.core.schema.coupons import coupon, coupon_event
from shopcrm.core.schema.sales import sale


@dataclass(frozen=True, slots=True)
class ExpiredCoupon:
    """One coupon that ended, on the day after its last good one."""

    code: str
    offer: str
    customer: str | None
    expires_on: date


@dataclass(frozen=True, slots=True)
class Expired:
    """What the sweep posted."""

    as_of: date
    expired: int
    items: tuple[ExpiredCoupon, ...]


@dataclass(frozen=True, slots=True)
class ReturnedCoupon:
    """One coupon that came back with its receipt: issued again, or expired where its last day had passed."""

    code: str
    offer: str
    customer: str | None
    receipt: str
    on: date
    status: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What the sweep gave back."""

    as_of: date
    restored: int
    items: tuple[ReturnedCoupon, ...]


def expire(book: Book) -> Expired:
    """Posts the end of every coupon past its last good day, each on the day it was due."""
    rows = coupons.expire_overdue(book)
    who = by_ids(book, [row.customer_id for row in rows if row.customer_id])
    codes = {offer_id: coupons.offer_code(book, offer_id) for offer_id in {row.offer_id for row in rows}}
    if rows:
        book.tell(f"{len(rows)} coupons expired")
    items = (
        ExpiredCoupon(
            shown_code(row.code), codes[row.offer_id], who[row.customer_id].customer if row.customer_id else None,
            row.expires_on,
        )
        for row in rows
    )  # fmt: skip
    return Expired(book.as_of, len(rows), tuple(items))


def settle(book: Book) -> Settled:
    """Gives back the coupons of receipts that came back, up to the business date, on the day they came back.

    By `coupons.refund` on that day: `full` where the whole receipt was given back, `any` where a part was, `never`. A
    coupon lasts as long as it did, and `coupons.restore_days` from that day on at the least; past its end it comes back
    expired. One whose gift was handed over stays redeemed.
    """
    items = []
    for back in _came_back(book):
        expires_on, texts = back.held.expires_on, book.history.on(back.on).texts
        grace = timedelta(int(str(texts.get("coupons.restore_days", "0"))))
        if expires_on and grace:
            expires_on = max(expires_on, back.on + grace)
        inputs = {"receipt": back.receipt, "restore_days": grace.days}
        coupons.restore(book, back.held, on=back.on, expires_on=expires_on, reverses_id=back.event_id, inputs=inputs)
        items.append((back, expires_on))
    who = by_ids(book, [back.held.customer_id for back, _end in items if back.held.customer_id])
    if items:
        book.tell(f"{len(items)} coupons restored after refunds")
    return Settled(book.as_of, len(items), tuple(_returned(back, end, who) for back, end in items))


class _Back(NamedTuple):
    """A redeemed coupon whose receipt came back on a day."""

    held: Coupon
    event_id: int
    receipt: str
    on: date


def _came_back(book: Book) -> Iterator[_Back]:
    returned: dict[int, list[Any]] = defaultdict(list)
    for row in _refunds(book):
        returned[row.event_id].append(row)
    days: dict[int, tuple[int, str, date]] = {}
    for event_id, rows in returned.items():
        back_minor = 0
        for row in rows:
            back_minor -= row.net_minor
            policy = str(book.history.on(row.back_on).texts.get("coupons.refund", "full"))
            if policy == "any" or (policy == "full" and back_minor >= row.sold_minor):
                # A refund that is dated before its sale is one of that day.
                days[row.coupon_id] = (event_id, row.receipt, max(row.back_on, row.used_on))
                break
    for row in _withdrawn(book):
        days.setdefault(row.coupon_id, (row.event_id, row.receipt, book.as_of))
    for start in range(0, len(days), 900):
        among = coupons.among(sorted(days)[start : start + 900])
        for held in list(coupons.coupons_of(book, among, coupon.c.status == "redeemed")):
            event_id, receipt, on = days[held.id]
            # What was handed over for a coupon stays with it, also where that became known later.
            if held.handed_on is None and held.last_on and held.last_on <= on:
                yield _Back(held, event_id, receipt, on)


def redemptions(book: Book) -> Any:
    """Redemptions that stand, each with the sale of its receipt: in its store, or wherever it is the only one."""
    event, other, back = coupon_event.c, sale.alias("other"), coupon_event.alias("back")
    is_back = select(back.c.id).where(back.c.reverses_id == event.id).exists()
    sold = sale.alias("sold")
    same_number = select(other.c.id).where(
        other.c.on == event.on, func.upper(other.c.receipt) == event.receipt, other.c.id != sold.c.id,
        other.c.kind == "sale",
    )  # fmt: skip
    is_its = and_(func.upper(sold.c.receipt) == event.receipt, sold.c.on == event.on, sold.c.kind == "sale")
    in_store = (sold.c.store == event.store) | ~same_number.exists()
    columns = (event.id.label("event_id"), event.coupon_id, event.receipt, event.on.label("used_on"))
    return sold, select(*columns).join_from(coupon_event, sold, and_(is_its, in_store)).where(
        event.kind == "redeem", event.on <= book.as_of, ~is_back
    )


def _refunds(book: Book) -> Iterator[Any]:
    sold, redeemed = redemptions(book)
    rows = (
        redeemed.add_columns(sale.c.net_minor, sale.c.on.label("back_on"), sold.c.net_minor.label("sold_minor"))
        .join(sale, sale.c.refund_of_id == sold.c.id)
        .where(sale.c.withdrawn.is_(None), sold.c.withdrawn.is_(None), sale.c.on <= book.as_of)
        .order_by(sale.c.on, sale.c.id)
    )
    yield from book.connection.execute(rows)


def _withdrawn(book: Book) -> Iterator[Any]:
    """Of receipts that were withdrawn by hand or by the till; what was only undone may come in again."""
    sold, redeemed = redemptions(book)
    yield from book.connection.execute(redeemed.where(sold.c.withdrawn.in_(("hand", "till"))))


def _returned(back: _Back, expires_on: date | None, who: Any) -> ReturnedCoupon:
    held = back.held
    status = "expired" if expires_on and expires_on < back.on else "issued"
    holder = who[held.customer_id].customer if held.customer_id else None
    return ReturnedCoupon(held.shown, held.terms.offer, holder, back.receipt, back.on, status, expires_on)
