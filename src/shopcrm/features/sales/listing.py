"""Lists sales and refunds, the newest first."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select

from shopcrm.core.audience import find_one
from shopcrm.core.book import Book
from shopcrm.core.merging import is_of
from shopcrm.core.schema.sales import counting, sale
from shopcrm.features.sales.rows import SaleRow, as_rows


@dataclass(frozen=True, slots=True)
class SaleList:
    """The newest of what was asked for. `found` and `net_minor` are of all of it; what is withdrawn adds nothing."""

    found: int
    net_minor: int
    items: tuple[SaleRow, ...]


def list_all(
    book: Book,
    *,
    customer: str | None = None,
    first_on: date | None = None,
    last_on: date | None = None,
    store: str | None = None,
    limit: int | None = None,
) -> SaleList:
    """Sales and refunds up to the business date, withdrawn ones among them.

    Raises CustomerUnknown, CustomerAmbiguous.
    """
    among = [sale.c.on <= min(last_on or book.as_of, book.as_of)]
    if customer is not None:
        among.append(is_of(book, sale.c.customer_id, find_one(book, customer).id))
    if first_on is not None:
        among.append(sale.c.on >= first_on)
    if store is not None:
        among.append(sale.c.store == store)
    worth = func.coalesce(func.sum(case((counting, sale.c.net_minor), else_=0)), 0)
    found, net_minor = book.connection.execute(select(func.count(), worth).where(*among)).one()
    # A sale without a time of day stands behind those of its day that have one.
    newest = (sale.c.on.desc(), sale.c.at.desc(), sale.c.id.desc())
    rows = book.connection.execute(select(sale).where(*among).order_by(*newest).limit(limit)).all()
    return SaleList(found, int(net_minor), tuple(as_rows(book, rows)))
