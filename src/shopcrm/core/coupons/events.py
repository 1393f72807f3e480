"""What became of coupons: read back, newest last."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, select

from shopcrm.core.book import Book
from shopcrm.core.schema.coupons import coupon_event
from shopcrm.core.schema.house import note


class Event(NamedTuple):
    """One thing that became of a coupon, and how it stood afterwards."""

    id: int
    coupon_id: int
    kind: str
    on: date
    posted_at: datetime
    by: str
    status: str
    expires_on: date | None
    store: str | None
    receipt: str | None
    discount_minor: int | None
    payable_minor: int | None
    reverses_id: int | None
    reason: str | None
    key: str
    inputs: dict[str, object]


def events_of(book: Book, coupon_id: int) -> list[Event]:
    """Every event of a coupon up to the business date."""
    return _read(book, coupon_event.c.coupon_id == coupon_id)


def redeemed_on(book: Book, store: str, receipt: str, on: date) -> list[Event]:
    """The redemptions that stand on a receipt: those that no restore took back."""
    back = coupon_event.alias("back")
    is_back = select(back.c.id).where(back.c.reverses_id == coupon_event.c.id).exists()
    here = (
        coupon_event.c.kind == "redeem", coupon_event.c.on == on, coupon_event.c.receipt == receipt,
        coupon_event.c.store == store, ~is_back,
    )  # fmt: skip
    return _read(book, *here)


def _read(book: Book, *conditions: ColumnElement[bool]) -> list[Event]:
    columns = [note.c.text if name == "reason" else coupon_event.c[name] for name in Event._fields]
    rows = book.connection.execute(
        select(*columns)
        .outerjoin_from(coupon_event, note, note.c.id == coupon_event.c.reason_id)
        .where(coupon_event.c.on <= book.as_of, *conditions)
        .order_by(coupon_event.c.id)
    ).all()
    return [Event(*row) for row in rows]
