"""Takes a batch back: what it added goes, what it changed is as before, and the points it led to are reversed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select, update

from shopcrm.core.book import Book
from shopcrm.core.errors import BatchInUse, BatchUndone, BatchUnknown
from shopcrm.core.language import translate as _
from shopcrm.core.names import spelling_of
from shopcrm.core.schema.intake import row_change
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.sales import batch
from shopcrm.core.schema.stock import stock_item
from shopcrm.features.imports.undoing.depending import dependences
from shopcrm.features.imports.undoing.removing import remove_customers, remove_receipts, remove_stock, unlink_refunds
from shopcrm.features.imports.undoing.restoring import load_before, restore, restore_receipts
from shopcrm.features.imports.undoing.reversing import reverse_points
from shopcrm.features.imports.writing.opened import take_back_openings

_SHOWN = 5  # reasons in a sentence


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of a batch that was taken back.

    `receipts_removed` are gone; `receipts_withdrawn` had points posted, so they stay and count nowhere.
    `customers_kept` were added by the batch and stay, since a ledger or a list refers to them. `openings` counts
    opening balances taken back; `entries` and `points` are the reversals of what receipts earned, signed.
    """

    batch: int
    sheet: str
    undone_on: date
    receipts_removed: int
    receipts_withdrawn: int
    receipts_restored: int
    customers_removed: int
    customers_restored: int
    customers_kept: int
    stock_removed: int
    stock_restored: int
    openings: int
    entries: int
    points: int
    kept: tuple[str, ...]  # the codes of customers who stay


def undo(book: Book, batch_id: int) -> Undone:
    """Takes the batch back as if it had never come. Raises BatchUnknown, BatchUndone, BatchInUse.

    Points are reversed on the day of their sale, so that a statement of any day reads as before. Its sheet can be
    imported again, which brings everything back.
    """
    found = book.connection.execute(select(batch).where(batch.c.id == batch_id)).one_or_none()
    if found is None:
        raise BatchUnknown(batch=batch_id)
    if found.undone_on is not None:
        raise BatchUndone(batch=batch_id, undone_on=found.undone_on)
    changed = load_before(book, batch_id)
    receipts = changed.get("sale", {})
    if reasons := dependences(book, batch_id, receipts):
        raise BatchInUse(batch=batch_id, reasons=_listed(reasons), all_reasons=reasons)
    openings = take_back_openings(book, batch_id)
    moved = reverse_points(book, found, receipts)
    unlink_refunds(book, batch_id, receipts)
    restored = restore_receipts(book, found, receipts)
    removed, withdrawn = remove_receipts(book, batch_id, receipts)
    people = {who: {**said, **spelling_of(said.get("name"))} for who, said in changed.get("customer", {}).items()}
    customers_restored = restore(book, customer, people)
    gone, kept = remove_customers(book, batch_id)
    stock_restored = restore(book, stock_item, changed.get("stock_item", {}))
    stock_removed = remove_stock(book, batch_id, changed.get("stock_item", {}))
    book.connection.execute(delete(row_change).where(row_change.c.batch_id == batch_id))
    book.connection.execute(update(batch).where(batch.c.id == batch_id).values(undone_on=book.as_of))
    book.tell(f"batch {batch_id} undone: {removed} receipts removed, {withdrawn} withdrawn, {restored} restored")
    book.tell(f"{gone} customers removed, {customers_restored} restored, {len(moved) + openings} entries reversed")
    return Undone(
        batch=batch_id,
        sheet=found.sheet,
        undone_on=book.as_of,
        receipts_removed=removed,
        receipts_withdrawn=withdrawn,
        receipts_restored=restored,
        customers_removed=gone,
        customers_restored=customers_restored,
        customers_kept=len(kept),
        stock_removed=stock_removed,
        stock_restored=stock_restored,
        openings=openings,
        entries=len(moved),
        points=sum(moved),
        kept=kept,
    )


def _listed(reasons: tuple[str, ...]) -> str:
    more = [_("and {count} more").format(count=len(reasons) - _SHOWN)] if len(reasons) > _SHOWN else []
    return "; ".join([*reasons[:_SHOWN], *more])
