"""Reverses the points that a batch led to, out of and into the lots they came from and went to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Select, or_, select

from shopcrm.core import ledger
from shopcrm.core.book import Book
from shopcrm.core.portions import portions
from shopcrm.core.schema.points import points_entry
from shopcrm.core.schema.sales import sale
from shopcrm.features.imports.undoing.restoring import Before


def reverse_points(book: Book, batch: Any, before: Mapping[int, Before]) -> list[int]:
    """Posts against all that was posted for the batch's receipts and for its changes; answers the points moved.

    What refunds took goes back first, so that what their sales gave is whole when it is taken.
    """
    entries = {row.entry_id: row for row in (*_of_added(book, batch.id, before), *_of_changed(book, before))}
    standing: defaultdict[tuple[int, int], int] = defaultdict(int)
    receipts = {}
    for row in entries.values():
        standing[row.id, row.customer_id] += row.points
        receipts[row.id] = row
    postings = [
        _posting(book, batch.id, receipts[sale_id], customer_id, -points, before)
        for (sale_id, customer_id), points in standing.items()
        if points
    ]
    postings.sort(key=lambda p: (p.amount < 0, p.on, p.sale_id, p.customer_id))
    return [posted.amount for posted in ledger.post_many(book, postings)]


def _of_added(book: Book, batch_id: int, before: Mapping[int, Before]) -> Iterator[Any]:
    rows = book.connection.execute(_posted().where(sale.c.batch_id == batch_id))
    yield from (row for row in rows if row.id not in before)


def _of_changed(book: Book, before: Mapping[int, Before]) -> Iterator[Any]:
    """What was posted for a revision that goes: for the receipt itself, and for its refunds, worked out from it."""
    for ids in portions(list(before)):
        for row in book.connection.execute(_posted().where(or_(sale.c.id.in_(ids), sale.c.refund_of_id.in_(ids)))):
            own, sold = before.get(row.id), before.get(row.refund_of_id)
            is_later = own is not None and row.sale_revision > own["revision"]
            if is_later or (sold is not None and row.inputs.get("sale_revision", 0) > sold["revision"]):
                yield row


def _posted() -> Select[Any]:
    entry = points_entry.c
    posted = (entry.id.label("entry_id"), entry.customer_id, entry.points, entry.sale_revision, entry.inputs)
    columns = (sale.c.id, sale.c.on, sale.c.receipt, sale.c.revision, sale.c.batch_id, sale.c.refund_of_id)
    return select(*columns, *posted).join(points_entry, entry.sale_id == sale.c.id)


def _posting(
    book: Book, batch_id: int, row: Any, customer_id: int, points: int, before: Mapping[int, Before]
) -> ledger.Posting:
    # A receipt that is withdrawn by this is settled with it. One that is restored is not: accrual looks at it again.
    is_withdrawn = before[row.id].get("withdrawn") if row.id in before else row.batch_id == batch_id
    return ledger.Posting(
        key=f"undo:batch:{batch_id}:sale:{row.id}:{customer_id}",
        customer_id=customer_id,
        kind="reverse",
        amount=points,
        on=row.on,
        rule="imports.undo",
        inputs={"batch": batch_id},
        settings_version_id=book.settings.version_id,
        sale_id=row.id,
        sale_revision=row.revision + bool(is_withdrawn),
        receipt=row.receipt,
        # What goes back and was owed once finds no lot: it ends as points of its day do.
        expires_on=book.history.on(row.on).points.expiry.last_good_day(row.on) if points > 0 else None,
    )
