"""Whose points end soon: whom to tell while they can still be spent."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from shopcrm.core import ledger
from shopcrm.core.audience import as_listed, with_listing
from shopcrm.core.book import Book
from shopcrm.core.clock import Period
from shopcrm.core.merging import whose
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.points import points_lot


@dataclass(frozen=True, slots=True)
class ExpiringRow:
    """One customer's points that end in the period, from `expires_on`, the first last good day, on."""

    customer: str
    name: str | None
    member_no: str | None
    phone: str | None
    expires_on: date
    points: int
    value_minor: int


@dataclass(frozen=True, slots=True)
class ExpiringList:
    """Who loses points up to and including `until_on`; the totals are of all, the items the first of them."""

    as_of: date
    until_on: date
    customers: int
    points: int
    value_minor: int
    items: tuple[ExpiringRow, ...]


def expiring(book: Book, within: Period, *, limit: int | None = None) -> ExpiringList:
    """Points whose last good day lies between the business date and the end of the period, both inclusive.

    By customer, the earliest day first. The value of each is rounded down as it would be at the counter, and the total
    is the sum of these.
    """
    until_on = within.last_day(book.as_of)
    lots = ledger.lots_left(points_lot.c.expires_on.between(book.as_of, until_on), book.as_of).subquery("lots")
    points, first_on = func.sum(lots.c.left).label("points"), func.min(lots.c.expires_on).label("first_on")
    who = whose(book, lots.c.customer_id).label("customer_id")
    ending = select(who, points, first_on).group_by(who).subquery("ending")
    listed = with_listing(ending.c.points, ending.c.first_on).join(ending, ending.c.customer_id == customer.c.id)
    rows = book.connection.execute(listed.order_by(ending.c.first_on, ending.c.points.desc(), customer.c.id))
    worth = book.settings.points.worth_minor
    items = [
        ExpiringRow(**as_listed(row), points=row.points, expires_on=row.first_on, value_minor=worth(row.points))
        for row in rows
    ]
    return ExpiringList(
        as_of=book.as_of,
        until_on=until_on,
        customers=len(items),
        points=sum(item.points for item in items),
        value_minor=sum(item.value_minor for item in items),
        items=tuple(items[:limit]),
    )
