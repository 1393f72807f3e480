"""Points refunds at the sales they give back, whichever of the two came in first."""

from typing import Any

from sqlalchemy import select, update

from shopcrm.core.book import Book
from shopcrm.core.schema.sales import sale

_CHUNK = 500  # receipt numbers in one statement


def link_refunds(book: Book) -> int:
    """Points refunds at the sale they give back, where it has come in since; such a refund is a new revision.

    Numbers are not unique: the sale is the latest of that number, on or before the refund's day, of the same store
    where that has one. A refund without a customer belongs to the customer of its sale.
    """
    waiting = book.connection.execute(
        select(sale).where(sale.c.refund_of_receipt.is_not(None), sale.c.refund_of_id.is_(None))
    ).all()
    if not waiting:
        return 0
    wanted = sorted({row.refund_of_receipt for row in waiting})
    sold: dict[tuple[str, str], list[Any]] = {}
    for start in range(0, len(wanted), _CHUNK):
        statement = select(sale.c.id, sale.c.source, sale.c.receipt, sale.c.on, sale.c.store, sale.c.customer_id)
        statement = statement.where(sale.c.receipt.in_(wanted[start : start + _CHUNK]), sale.c.kind == "sale")
        for row in book.connection.execute(statement):
            sold.setdefault((row.source, row.receipt), []).append(row)
    linked = 0
    for refund in waiting:
        fitting = [s for s in sold.get((refund.source, refund.refund_of_receipt), ()) if s.on <= refund.on]
        if fitting:
            best = max(fitting, key=lambda s: (s.store == refund.store, s.on, s.id))
            owner = refund.customer_id if refund.customer_id is not None else best.customer_id
            values = {"refund_of_id": best.id, "customer_id": owner, "revision": refund.revision + 1}
            book.connection.execute(update(sale).where(sale.c.id == refund.id).values(values))
            linked += 1
    return linked
