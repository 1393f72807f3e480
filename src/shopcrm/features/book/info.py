"""What is in the book: counts and sums."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import and_, case, func, select

from shopcrm.core import ledger
from shopcrm.core.book import REVISION, Book
from shopcrm.core.merging import is_listed
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.sales import counting, sale, sale_line


@dataclass(frozen=True, slots=True)
class Info:
    """As of the business date, withdrawn sales left out. `sales` excludes refunds, `net_minor` includes walk-ins."""

    book: Path
    shop_name: str
    customers: int
    sales: int
    refunds: int
    lines: int
    net_minor: int
    walk_in_sales: int
    points_outstanding: int
    first_sale_on: date | None
    last_sale_on: date | None
    revision: str


def info(book: Book) -> Info:
    """Counts and sums up to the business date."""
    is_sale = sale.c.kind == "sale"
    is_walk_in = and_(is_sale, sale.c.customer_id.is_(None))
    sums = book.connection.execute(
        select(
            func.count(case((is_sale, 1))),
            func.count(case((~is_sale, 1))),
            func.coalesce(func.sum(sale.c.net_minor), 0),
            func.count(case((is_walk_in, 1))),
            func.min(case((is_sale, sale.c.on))),
            func.max(case((is_sale, sale.c.on))),
        ).where(counting, sale.c.on <= book.as_of)
    ).one()
    lines = select(func.count()).select_from(sale_line).join(sale, sale.c.id == sale_line.c.sale_id)
    return Info(
        book=book.path,
        shop_name=book.settings.shop.name,
        customers=book.connection.scalar(select(func.count()).select_from(customer).where(is_listed())) or 0,
        sales=sums[0],
        refunds=sums[1],
        lines=book.connection.scalar(lines.where(counting, sale.c.on <= book.as_of)) or 0,
        net_minor=int(sums[2]),
        walk_in_sales=sums[3],
        points_outstanding=ledger.outstanding_points(book),
        first_sale_on=sums[4],
        last_sale_on=sums[5],
        revision=REVISION,
    )
