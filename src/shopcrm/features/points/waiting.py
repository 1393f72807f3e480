"""Sales whose points no sweep has posted yet: what a customer who is short of points may be waiting for."""

from sqlalchemy import Date, func, select

from shopcrm.core.audience import Found
from shopcrm.core.book import Book
from shopcrm.core.merging import is_of
from shopcrm.core.schema.bare import bare
from shopcrm.core.schema.points import OPENING, points_entry

_sale = bare("sale", "id", "kind", "customer_id", "net_minor", "withdrawn", on=Date)


def waiting_sales(book: Book, found: Found) -> int:
    """How many of the customer's sales up to the business date would earn and have no entry, nor an opening's cover."""
    rate = book.settings.points.rate
    if not rate:
        return 0
    opening = points_entry.alias("opening")
    opened = select(opening.c.id).where(
        opening.c.customer_id == _sale.c.customer_id, opening.c.rule == OPENING, opening.c.on >= _sale.c.on
    )
    posted = select(points_entry.c.id).where(points_entry.c.sale_id == _sale.c.id)
    least_minor = -(-(10**book.exponent) // rate)  # that earns a point
    wanted = select(func.count()).where(
        is_of(book, _sale.c.customer_id, found.id), _sale.c.on <= book.as_of, _sale.c.kind == "sale",
        _sale.c.withdrawn.is_(None), _sale.c.net_minor >= int(least_minor), ~posted.exists(), ~opened.exists(),
    )  # fmt: skip
    return int(book.connection.scalar(wanted) or 0)
