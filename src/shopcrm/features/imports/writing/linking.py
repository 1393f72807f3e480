"""Points refunds at the sales they give back, whichever of the two came in first."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update

from shopcrm.core.book import Book
from shopcrm.core.schema.intake import row_change
from shopcrm.core.schema.sales import counting, sale, sale_line
from shopcrm.features.imports.writing.revising import as_it_stood
from shopcrm.sheets.records import Line

_CHUNK = 500  # receipt numbers in one statement


def link_refunds(book: Book, batch_ids: Collection[int]) -> int:
    """Points refunds at the sale they give back, where it has come in since; such a refund is a new revision.

    `batch_ids` are those of this import: what a refund of an earlier one said before is kept with the batch that
    brought the sale, since with that it is taken back.

    Numbers are not unique: the sale is the latest of that number, on or before the refund's day, of the same store
    where that has one. A refund without a customer belongs to the customer of its sale, and one of a sale that was
    withdrawn is withdrawn with it.
    """
    # A sale may name another one as well: an exchange, in which what was bought is worth more than what came back.
    unlinked = (sale.c.kind == "refund", sale.c.refund_of_receipt.is_not(None), sale.c.refund_of_id.is_(None))
    waiting = book.connection.execute(select(sale).where(*unlinked, counting)).all()
    if not waiting:
        return 0
    wanted = sorted({row.refund_of_receipt for row in waiting})
    sold: dict[tuple[str, str], list[Any]] = {}
    for start in range(0, len(wanted), _CHUNK):
        statement = select(
            sale.c.id,
            sale.c.source,
            sale.c.receipt,
            sale.c.on,
            sale.c.store,
            sale.c.customer_id,
            sale.c.batch_id,
            sale.c.withdrawn,
        )
        statement = statement.where(sale.c.receipt.in_(wanted[start : start + _CHUNK]), sale.c.kind == "sale")
        for row in book.connection.execute(statement):
            sold.setdefault((row.source, row.receipt), []).append(row)
    linked, before = 0, []
    for refund in waiting:
        named = sold.get((refund.source, refund.refund_of_receipt), ())
        fitting = [s for s in named if s.on <= refund.on and s.withdrawn != "undo"]
        if fitting:
            best = max(fitting, key=lambda s: (s.withdrawn is None, s.store == refund.store, s.on, s.id))
            owner = refund.customer_id if refund.customer_id is not None else best.customer_id
            values = {"refund_of_id": best.id, "customer_id": owner, "revision": refund.revision + 1}
            values["withdrawn"] = best.withdrawn
            book.connection.execute(update(sale).where(sale.c.id == refund.id).values(values))
            linked += 1
            if batch_ids and refund.batch_id not in batch_ids:
                batch_id = best.batch_id if best.batch_id in batch_ids else max(batch_ids)
                before.append((batch_id, "sale", refund.id, _as_json(book, refund)))
    book.insert_many(row_change, ("batch_id", "table_name", "row_id", "before"), before)
    return linked


def _as_json(book: Book, refund: Any) -> str:
    """All that a refund said, with its lines."""
    columns = [sale_line.c[name] for name in Line._fields]
    rows = select(*columns).where(sale_line.c.sale_id == refund.id).order_by(sale_line.c.position)
    return as_it_stood(refund, [Line(*row) for row in book.connection.execute(rows)])
