"""What became of coupons: read back, newest last."""

from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

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
    rows = book.connection.execute(_of_a_coupon(), {"as_of": book.as_of, "coupon_id": coupon_id})
    return [Event(*row) for row in rows]


def redeemed_on(book: Book, store: str, receipt: str, on: date) -> list[Event]:
    """The redemptions that stand on a receipt: those that no restore took back."""
    said = {"as_of": book.as_of, "on": on, "receipt": receipt, "store": store}
    return [Event(*row) for row in book.connection.execute(_standing_on_a_receipt(), said)]


@cache  # asked for every coupon at the counter, and dear to put together
def _standing_on_a_receipt() -> Select[Any]:
    back = coupon_event.alias("back")
    is_back = select(back.c.id).where(back.c.reverses_id == coupon_event.c.id).exists()
    here = (coupon_event.c[name] == bindparam(name) for name in ("on", "receipt", "store"))
    return _events().where(coupon_event.c.kind == "redeem", *here, ~is_back)


@cache
def _of_a_coupon() -> Select[Any]:
    return _events().where(coupon_event.c.coupon_id == bindparam("coupon_id"))


def _events() -> Select[Any]:
    columns = [note.c.text if name == "reason" else coupon_event.c[name] for name in Event._fields]
    joined = select(*columns).outerjoin_from(coupon_event, note, note.c.id == coupon_event.c.reason_id)
    return joined.where(coupon_event.c.on <= bindparam("as_of")).order_by(coupon_event.c.id)
