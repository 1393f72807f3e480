"""Withdraws a receipt: it stays in the book, with the reason, and counts nowhere any more."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from shopcrm.core.book import Book
from shopcrm.core.errors import SaleNotWritable
from shopcrm.core.language import translate as _
from shopcrm.core.schema.house import note
from shopcrm.core.schema.sales import counting, sale
from shopcrm.features.sales.finding import Asked, find_one
from shopcrm.features.sales.revising import begin_batch, keep_before
from shopcrm.features.sales.rows import SaleRow, facts_of, reason_of


@dataclass(frozen=True, slots=True)
class Withdrawn(SaleRow):
    """The receipt, and the refunds that were withdrawn with it; no batch where it had been withdrawn before."""

    reason: str | None
    refunds: tuple[str, ...]
    revision: int
    batch: int | None
    is_repeat: bool


def withdraw(book: Book, asked: Asked, *, reason: str) -> Withdrawn:
    """Makes a receipt count nowhere; the next sweep takes its points back, or gives back what a refund took.

    The refunds of a sale are withdrawn with it: without the sale they would take what was never given.
    Raises SaleUnknown, SaleElsewhere, SaleAmbiguous, SaleNotWritable.
    """
    if not reason.strip():
        raise SaleNotWritable(reason=_("a reason is needed"))
    row = find_one(book, asked, counting_first=True)
    if row.withdrawn is not None:
        (facts,) = facts_of(book, [row])
        return Withdrawn(
            **facts, reason=reason_of(book, row), refunds=(), revision=row.revision, batch=None, is_repeat=True
        )
    linked = select(sale).where(sale.c.refund_of_id == row.id, counting).order_by(sale.c.on, sale.c.id)
    refunds = list(book.connection.execute(linked))
    batch_id = begin_batch(book, updated=1 + len(refunds))
    keep_before(book, [row, *refunds], batch_id)
    reason_id = book.next_id(note)
    book.connection.execute(insert(note).values(id=reason_id, text=reason.strip()))
    changed = update(sale).where(sale.c.id.in_([row.id, *(refund.id for refund in refunds)]))
    book.connection.execute(changed.values(withdrawn="hand", reason_id=reason_id, revision=sale.c.revision + 1))
    book.tell(f"receipt {row.receipt} of {row.on} withdrawn, with {len(refunds)} refunds, batch {batch_id}")
    (facts,) = facts_of(book, [row])
    return Withdrawn(
        **facts | {"withdrawn": "hand"},
        reason=reason.strip(),
        refunds=tuple(refund.receipt for refund in refunds),
        revision=row.revision + 1,
        batch=batch_id,
        is_repeat=False,
    )
