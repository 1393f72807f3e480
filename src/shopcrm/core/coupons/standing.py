"""How coupons stand on a day: found by their code, or listed."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select

from shopcrm.core.book import Book
from shopcrm.core.codes import near_codes, plain_code, shown_code
from shopcrm.core.coupons.terms import Terms, terms_by_id
from shopcrm.core.errors import CouponUnknown
from shopcrm.core.language import translate
from shopcrm.core.merging import kept
from shopcrm.core.portions import portions
from shopcrm.core.schema.coupons import coupon, coupon_event

_FEW, _LIKELY = 20, 3_600


class Coupon(NamedTuple):
    """One coupon as of the business date: past its last good day it is expired, swept or not."""

    id: int
    code: str
    terms: Terms
    customer_id: int | None
    issue_id: int
    issued_on: date
    starts_on: date
    expires_on: date | None
    status: str
    handed_on: date | None
    changed_on: date | None  # the day of its last event, up to the business date
    last_on: date | None  # the day of its last event, whenever

    @property
    def shown(self) -> str:
        """The code in groups, as it is printed."""
        return shown_code(self.code)

    @property
    def is_owed(self) -> bool:
        """Whether something is still to be handed over for it."""
        return self.status == "redeemed" and self.terms.item is not None and self.handed_on is None


def find_coupon(book: Book, text: str) -> Coupon:
    """The coupon with that code, however it was typed, issued by the business date.

    Raises CouponUnknown, which names the nearest: one wrong, missing, swapped or superfluous character away.
    """
    code = plain_code(text)
    rows = book.connection.execute(_of_code(), {"as_of": book.as_of, "code": code}).all()
    found = next(_as_they_stood(book, rows), None)
    if found is None:
        raise CouponUnknown(text=text, nearest=_nearest(book, code))
    return found


def coupons_of(book: Book, *conditions: ColumnElement[bool]) -> Iterator[Coupon]:
    """Coupons issued by the business date, in the order of their issue, as they stood on it."""
    wanted = select(coupon).where(coupon.c.issued_on <= book.as_of, *conditions).order_by(coupon.c.id)
    yield from _as_they_stood(book, book.connection.execute(wanted).all())


@cache  # asked at the counter for every coupon, and dear to put together
def _of_code() -> Select[Any]:
    return select(coupon).where(coupon.c.code == bindparam("code"), coupon.c.issued_on <= bindparam("as_of"))


def _as_they_stood(book: Book, rows: Sequence[Any]) -> Iterator[Coupon]:
    terms = terms_by_id(book, *{row.terms_id for row in rows})
    latest = _latest_events(book, [row.id for row in rows])
    for row in rows:
        yield _standing(book, row, terms[row.terms_id], latest.get(row.id))


def among(coupon_ids: Sequence[int]) -> ColumnElement[bool]:
    """The condition of being one of a few coupons, by their row keys."""
    return coupon.c.id.in_(coupon_ids)


class _Latest(NamedTuple):
    """The last event of a coupon up to the business date, and the day of its last one at all."""

    kind: str | None
    status: str | None
    expires_on: date | None
    on: date | None
    last_on: date


def _standing(book: Book, row: Any, terms: Terms, latest: _Latest | None) -> Coupon:
    if latest is None or latest.last_on <= book.as_of:
        status, expires_on, handed_on = row.status, row.expires_on, row.handed_on
    elif latest.status is None:
        status, expires_on, handed_on = "issued", terms.good_days(row.issued_on)[1], None
    else:
        status, expires_on = latest.status, latest.expires_on
        handed_on = latest.on if latest.kind == "handover" else None
    if status == "issued" and expires_on and expires_on < book.as_of:
        status = "expired"
    holder_id = None if row.customer_id is None else kept(book, row.customer_id)
    return Coupon(
        row.id, row.code, terms, holder_id, row.issue_id, row.issued_on, row.starts_on, expires_on, status,
        handed_on, latest.on if latest else None, latest.last_on if latest else None,
    )  # fmt: skip


def _latest_events(book: Book, coupon_ids: Sequence[int]) -> dict[int, _Latest]:
    event = coupon_event.c
    latest: dict[int, _Latest] = {}
    if len(coupon_ids) <= _FEW:
        return _latest_of_few(book, coupon_ids)
    for portion in portions(coupon_ids):
        among = event.coupon_id.in_(portion)
        known = func.max(event.id).filter(event.on <= book.as_of)
        days = select(event.coupon_id, func.max(event.on).label("last_on"), known.label("id"))
        last = days.where(among).group_by(event.coupon_id).subquery()
        rows = select(last.c.coupon_id, event.kind, event.status, event.expires_on, event.on, last.c.last_on)
        for row in book.connection.execute(rows.outerjoin_from(last, coupon_event, event.id == last.c.id)):
            latest[row[0]] = _Latest(*row[1:])
    return latest


def _latest_of_few(book: Book, coupon_ids: Sequence[int]) -> dict[int, _Latest]:
    # All of their events, since putting the statement that finds the last ones together takes longer at the counter.
    rows = book.connection.execute(_moves(), {"coupon_ids": coupon_ids})
    found: dict[int, _Latest] = {}
    for coupon_id, kind, status, expires_on, on in rows:
        before = found.get(coupon_id)
        last_on = max(on, before.last_on) if before else on
        if on <= book.as_of:
            found[coupon_id] = _Latest(kind, status, expires_on, on, last_on)
        else:
            found[coupon_id] = before._replace(last_on=last_on) if before else _Latest(None, None, None, None, last_on)
    return found


@cache
def _moves() -> Select[Any]:
    event = coupon_event.c
    columns = (event.coupon_id, event.kind, event.status, event.expires_on, event.on)
    return select(*columns).where(event.coupon_id.in_(bindparam("coupon_ids", expanding=True))).order_by(event.id)


def _nearest(book: Book, code: str) -> str:
    near = sorted(near_codes(code))[:_LIKELY]
    for portion in portions(near):
        is_near = and_(coupon.c.code.in_(portion), coupon.c.issued_on <= book.as_of)
        if found := book.connection.scalar(select(func.min(coupon.c.code)).where(is_near)):
            return translate("the nearest is {code}").format(code=shown_code(found))
    return translate("none is like it")
