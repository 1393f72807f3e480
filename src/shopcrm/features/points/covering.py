"""Says what an opening balance covers: the till that named it has counted all its sales and refunds until that day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from shopcrm.core.book import Book
from shopcrm.core.schema.points import OPENING, points_entry
from shopcrm.core.schema.sales import sale


def opening_days(book: Book) -> Mapping[int, date]:
    """Customer → the day of their last opening of points that was not taken back, be it after the business date.

    A sweep for an earlier day must pass over what an opening of a later day holds already.
    """
    # No opening names a sale, and that column is indexed.
    entry = points_entry.alias("opening")
    last = select(entry.c.customer_id, func.max(entry.c.on)).where(entry.c.sale_id.is_(None), _stands(entry))
    return {row[0]: row[1] for row in book.connection.execute(last.group_by(entry.c.customer_id))}


def covered() -> ColumnElement[bool]:
    """Of sales and refunds that are not settled as they stand: those that an opening covers, so that none is due.

    They are dated up to their customer's opening, and nothing was ever posted for them.
    """
    entry, back, taken = points_entry.alias("opening"), sale.alias("given_back"), points_entry.alias("taken")
    until = select(entry.c.id).where(entry.c.customer_id == sale.c.customer_id, entry.c.on >= sale.c.on, _stands(entry))
    posted = select(taken.c.id).where(taken.c.sale_id == sale.c.id)
    # What refunds took was worked out from the sale as it stood: where it changes, they are looked at again.
    gave_back = select(taken.c.id).join(back, back.c.id == taken.c.sale_id).where(back.c.refund_of_id == sale.c.id)
    untouched = and_(~posted.correlate(sale).exists(), ~gave_back.correlate(sale).exists())
    return and_(until.correlate(sale).exists(), or_(sale.c.revision == 1, untouched))


def _stands(entry: Any) -> ColumnElement[bool]:
    back = points_entry.alias("back")
    # By customer, since that is indexed.
    taken_back = select(back.c.id).where(back.c.customer_id == entry.c.customer_id, back.c.reverses_id == entry.c.id)
    return and_(entry.c.rule == OPENING, entry.c.kind == "adjust", ~taken_back.exists())
