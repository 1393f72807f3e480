"""Moves a coupon from one status to the next: a conditional update, so that no two can do it, and an event."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, Update, bindparam, func, insert, select, update

from shopcrm.core.book import Book
from shopcrm.core.clock import stored_instant
from shopcrm.core.coupons.standing import Coupon
from shopcrm.core.errors import CouponNotChanged, CouponRedeemed
from shopcrm.core.language import translate as _
from shopcrm.core.schema.coupons import coupon, coupon_event
from shopcrm.core.schema.house import note

_DAY = timedelta(1)


class Redemption(NamedTuple):
    """One coupon used on a receipt: what it takes off, and what is left to pay after it."""

    coupon: Coupon
    store: str
    receipt: str
    discount_minor: int
    payable_minor: int
    inputs: Mapping[str, object]

    @property
    def key(self) -> str:
        """What makes it one event, until it is taken back and done again."""
        return f"redeem:{self.store}:{self.receipt}:{self.coupon.code}"


def redeem(book: Book, redemption: Redemption) -> int:
    """Uses an issued coupon on the business date; answers the event.

    Raises CouponRedeemed where another was faster, CouponNotChanged for a day before its last event.
    """
    held = redemption.coupon
    _refuse_before_last(held, book.as_of)
    if not _move(book, held.id, "issued", {"status": "redeemed"}):
        raise CouponRedeemed(coupon=held.shown, on=book.as_of, receipt=redemption.receipt)
    return _add_event(
        book, held, "redeem", book.as_of, "redeemed", held.expires_on, key=redemption.key, store=redemption.store,
        receipt=redemption.receipt, discount_minor=redemption.discount_minor,
        payable_minor=redemption.payable_minor, inputs=dict(redemption.inputs),
    )  # fmt: skip


def change(book: Book, held: Coupon, kind: str, *, expires_on: date | None = None, reason: str | None = None) -> int:
    """Voids, extends or hands over what is owed for a coupon, on the business date; answers the event.

    `expires_on` is the new last good day of one that is extended. The caller has seen that the coupon stands so that
    this may be; what changed meanwhile raises CouponNotChanged, as does a day before its last event.
    """
    _refuse_before_last(held, book.as_of)
    changes: dict[str, dict[str, Any]] = {
        "void": {"status": "void"},
        "extend": {"status": "issued", "expires_on": expires_on},
        "handover": {"handed_on": book.as_of},
    }
    values = changes[kind]
    status, end = values.get("status", held.status), values.get("expires_on", held.expires_on)
    stored = book.connection.scalar(select(coupon.c.status).where(coupon.c.id == held.id))
    if stored not in {held.status, "issued"} or not _move(book, held.id, stored, values):
        raise CouponNotChanged(coupon=held.shown, reason=_("it was changed meanwhile"))
    return _add_event(book, held, kind, book.as_of, status, end, reason=reason)


def restore(
    book: Book,
    held: Coupon,
    *,
    on: date,
    expires_on: date | None,
    reverses_id: int | None,
    reason: str | None = None,
    inputs: Mapping[str, object] | None = None,
) -> int:
    """Gives a redeemed or void coupon back as it was, with `expires_on` as its last good day; answers the event.

    Past that day on `on` it comes back expired. Raises CouponNotChanged where it was changed meanwhile.
    """  # fmt: skip
    _refuse_before_last(held, on)
    status = "expired" if expires_on and expires_on < on else "issued"
    if not _move(book, held.id, held.status, {"status": status, "expires_on": expires_on, "handed_on": None}):
        raise CouponNotChanged(coupon=held.shown, reason=_("it was changed meanwhile"))
    return _add_event(
        book, held, "restore", on, status, expires_on, reason=reason, reverses_id=reverses_id, inputs=inputs or {}
    )  # fmt: skip


def expire_overdue(book: Book) -> Sequence[Any]:
    """Posts the expiry of every issued coupon past its last good day, on the day after it.

    Answers the rows of these coupons. A second run finds none, and one after missed nights posts what every night
    would have posted.
    """
    overdue = (coupon.c.status == "issued", coupon.c.expires_on < book.as_of)
    rows = book.connection.execute(select(coupon).where(*overdue).order_by(coupon.c.expires_on, coupon.c.id)).all()
    moved = book.connection.execute(update(coupon).where(*overdue).values(status="expired")).rowcount
    assert moved == len(rows)
    same = {"kind": "expire", "status": "expired", "posted_at": stored_instant(book.now), "by": book.by}
    book.insert_many(
        coupon_event,
        ("key", "coupon_id", "on", "expires_on"),
        (
            # Once for each last day: a coupon that was extended may end again.
            (f"expire:{row.code}:{row.expires_on}", row.id, (row.expires_on + _DAY).isoformat(), str(row.expires_on))
            for row in rows
        ),
        same,
    )
    return rows


def _move(book: Book, coupon_id: int, status: str, values: Mapping[str, Any]) -> bool:
    return book.connection.execute(_moving(), {"coupon_id": coupon_id, "before": status, **values}).rowcount == 1


@cache  # done at the counter for every coupon, and dear to put together
def _moving() -> Update:
    return update(coupon).where(coupon.c.id == bindparam("coupon_id"), coupon.c.status == bindparam("before"))


def _refuse_before_last(held: Coupon, on: date) -> None:
    if held.last_on and on < held.last_on:
        reason = _("something became of it on {last_on}, after {on}").format(last_on=held.last_on, on=on)
        raise CouponNotChanged(coupon=held.shown, reason=reason)


def _add_event(
    book: Book, held: Coupon, kind: str, on: date, status: str, expires_on: date | None, *, key: str | None = None,
    reason: str | None = None, **details: Any,
) -> int:  # fmt: skip
    earlier = book.connection.scalar(_earlier(), {"coupon_id": held.id})
    values = {
        # Numbered, so that what was taken back does not answer for what is done after it.
        "key": f"{key or f'{kind}:{held.code}'}:{on}:{int(earlier or 0) + 1}",
        "coupon_id": held.id, "kind": kind, "on": on,
        "posted_at": book.now, "by": book.by, "status": status, "expires_on": expires_on,
        "reason_id": _add_reason(book, reason), **details,
    }  # fmt: skip
    event_id = book.connection.execute(insert(coupon_event), values).inserted_primary_key
    assert event_id is not None
    return int(event_id[0])


@cache
def _earlier() -> Select[int]:
    return select(func.count()).select_from(coupon_event).where(coupon_event.c.coupon_id == bindparam("coupon_id"))


def _add_reason(book: Book, reason: str | None) -> int | None:
    if not reason:
        return None
    added = book.connection.execute(insert(note).values(text=reason)).inserted_primary_key
    assert added is not None
    return int(added[0])
