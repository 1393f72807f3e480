"""What every change by hand leaves behind: a batch, so that it can be taken back, and what a sale said before."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select

from shopcrm.core.book import Book
from shopcrm.core.clock import stored_instant
from shopcrm.core.language import mark
from shopcrm.core.schema.intake import row_change
from shopcrm.core.schema.sales import batch, sale_line
from shopcrm.sheets.records import Line

SOURCE = "hand"
SHEET = mark("by hand")
# What a change may touch, under the names by which the change log keeps it; what names a receipt never changes.
_KEPT = (
    "customer_id", "refund_of_id", "refund_of_receipt", "net_minor", "cashier", "payment_method", "discount_minor",
    "tax_minor", "withdrawn", "reason_id", "revision",
)  # fmt: skip


def begin_batch(book: Book, *, added: int = 0, updated: int = 0) -> int:
    """A batch for what one command changes, as a sheet would bring it."""
    batch_id = book.next_id(batch)
    values = {
        "id": batch_id, "sheet": SHEET, "tab": "", "sha256": "", "profile": SOURCE, "kind": "sales", "mapping": {},
        "on": book.as_of, "imported_at": book.now, "by": book.by, "rows": added + updated, "added": added,
        "updated": updated, "unchanged": 0, "skipped": 0, "rejects": 0, "said": {},
    }  # fmt: skip
    book.connection.execute(insert(batch).values(**values))
    return batch_id


def keep_before(book: Book, sales: Sequence[Any], batch_id: int) -> None:
    """Keeps what these rows of `sale` and their lines say before the batch changes them."""
    changes = []
    for row in sales:
        before: dict[str, object] = {name: getattr(row, name) for name in _KEPT}
        before |= {"at": None if row.at is None else stored_instant(row.at), "lines": lines_of(book, row.id)}
        changes.append((batch_id, "sale", row.id, json.dumps(before, ensure_ascii=False)))
    book.insert_many(row_change, ("batch_id", "table_name", "row_id", "before"), changes)


def lines_of(book: Book, sale_id: int) -> list[Line]:
    """The lines of a sale in their order."""
    columns = [sale_line.c[name] for name in Line._fields]
    wanted = select(*columns).where(sale_line.c.sale_id == sale_id).order_by(sale_line.c.position)
    return [Line(*row) for row in book.connection.execute(wanted)]
