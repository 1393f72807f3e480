"""How many coupons of an offer are out, redeemed, expired and void on a day, and what they took off."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select

from shopcrm.core import coupons
from shopcrm.core.book import Book
from shopcrm.core.coupons import Terms
from shopcrm.core.schema.coupons import coupon, coupon_event


@dataclass(slots=True)
class Tally:
    """Coupons by how they stand on the business date, and money off: given already, and promised by open ones.

    `open` are good today or later. A restored redemption counts nowhere; a percent without a limit promises nothing
    that could be counted.
    """

    by_status: Counter[str] = field(default_factory=Counter)
    discount_minor: int = 0
    promised_minor: int = 0

    @property
    def issued(self) -> int:
        """All that were given out, void ones among them."""
        return self.by_status.total()

    @property
    def counting(self) -> int:
        """Those that use up a limit: all but the void ones."""
        return self.issued - self.by_status["void"]

    @property
    def open(self) -> int:
        """Those that can still be redeemed."""
        return self.by_status["issued"]


def tally_all(book: Book, offer_id: int | None = None) -> Mapping[int, Tally]:
    """A tally for each offer (or the one) that has coupons, by its row key, as of the business date."""
    meant = [] if offer_id is None else [coupon.c.offer_id == offer_id]
    tallies: dict[int, Tally] = {}
    groups = book.connection.execute(_grouped(book, meant)).all()
    terms = coupons.terms_by_id(book, *{row.terms_id for row in groups})
    for row in groups:
        tally, status = tallies.setdefault(row.offer_id, Tally()), _status(book.as_of, row, terms[row.terms_id])
        tally.by_status[status] += row.coupons
        if status == "issued":
            tally.promised_minor += (terms[row.terms_id].most_minor or 0) * row.coupons
    given = (
        select(coupon.c.offer_id, func.sum(coupon_event.c.discount_minor))
        .join(coupon, coupon.c.id == coupon_event.c.coupon_id)
        .where(*standing_redemptions(book), *meant)
        .group_by(coupon.c.offer_id)
    )
    for key, minor in book.connection.execute(given):
        tallies[key].discount_minor = int(minor)
    return tallies


def standing_redemptions(book: Book) -> list[ColumnElement[bool]]:
    """The conditions of an event that is a redemption up to the business date, and was not taken back by then."""
    back = coupon_event.alias("back")
    # A set, asked once: there is no index to look each of them up by.
    taken_back = select(back.c.reverses_id).where(back.c.reverses_id.is_not(None), back.c.on <= book.as_of)
    return [coupon_event.c.kind == "redeem", coupon_event.c.on <= book.as_of, coupon_event.c.id.not_in(taken_back)]


def _grouped(book: Book, meant: list[ColumnElement[bool]]) -> Any:
    """Coupons that stand alike, counted: a hundred thousand fall into a few groups."""
    event, own = coupon_event.c, coupon.c
    latest = (
        select(
            event.coupon_id,
            func.max(event.id).filter(event.on <= book.as_of).label("id"),
            (func.max(event.on) > book.as_of).label("is_later"),
        )
        .join(coupon, own.id == event.coupon_id)
        .where(*meant)
        .group_by(event.coupon_id)
        .subquery()
    )
    known = (
        own.offer_id, own.terms_id, own.issued_on, own.status, own.expires_on, latest.c.is_later,
        event.status.label("last_status"), event.expires_on.label("last_expires_on"),
    )  # fmt: skip
    return (
        select(*known, func.count().label("coupons"))
        .outerjoin_from(coupon, latest, latest.c.coupon_id == own.id)
        .outerjoin(coupon_event, event.id == latest.c.id)
        .where(own.issued_on <= book.as_of, *meant)
        .group_by(*known)
    )


def _status(as_of: date, row: Any, terms: Terms) -> str:
    """How the coupons of a group stood on a day, as core.coupons says it of one."""
    if not row.is_later:
        status, expires_on = row.status, row.expires_on
    elif row.last_status is None:
        status, expires_on = "issued", terms.good_days(row.issued_on)[1]
    else:
        status, expires_on = row.last_status, row.last_expires_on
    return "expired" if status == "issued" and expires_on and expires_on < as_of else str(status)
