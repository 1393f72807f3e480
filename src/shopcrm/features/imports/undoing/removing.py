"""Takes out of the book what a batch added, as far as nothing that stays refers to it."""

from collections.abc import Container, Iterator

from sqlalchemy import ColumnElement, delete, exists, false, or_, select, update

from shopcrm.core.book import Book
from shopcrm.core.portions import portions
from shopcrm.core.schema import every_table
from shopcrm.core.schema.consents import consent
from shopcrm.core.schema.intake import review
from shopcrm.core.schema.people import customer, identity
from shopcrm.core.schema.points import points_entry
from shopcrm.core.schema.preferences import customer_tag
from shopcrm.core.schema.sales import sale, sale_line
from shopcrm.core.schema.standing import segment_snapshot
from shopcrm.core.schema.stock import stock_item

# What says nothing without its customer, and goes along.
_THEIR_OWN = (identity, customer_tag, consent, review, segment_snapshot)


def unlink_refunds(book: Book, batch_id: int, changed: Container[int]) -> None:
    """Refunds of other batches that were pointed at sales of this one wait for a sale again, as a new revision."""
    added = select(sale.c.id).where(sale.c.batch_id == batch_id)
    pointing = select(sale.c.id).where(sale.c.refund_of_id.in_(added), sale.c.batch_id != batch_id)
    unlinked = {"refund_of_id": None, "revision": sale.c.revision + 1}
    for refund_id in [row.id for row in book.connection.execute(pointing) if row.id not in changed]:
        book.connection.execute(update(sale).where(sale.c.id == refund_id).values(unlinked))


def remove_receipts(book: Book, batch_id: int, changed: Container[int]) -> tuple[int, int]:
    """Deletes the batch's receipts, or withdraws those that points were posted for; answers how many of either."""
    is_posted = exists(select(points_entry.c.id).where(points_entry.c.sale_id == sale.c.id))
    rows = book.connection.execute(
        select(sale.c.id, sale.c.withdrawn, is_posted.label("is_posted")).where(sale.c.batch_id == batch_id)
    )
    own = [row for row in rows if row.id not in changed]
    # What was withdrawn by hand stays as its owner wanted it: the sheet, imported again, must not bring it back.
    by_hand = {row.id for row in own if row.withdrawn == "hand"}
    removed = [row.id for row in own if not row.is_posted and row.id not in by_hand]
    withdrawn = [row.id for row in own if row.is_posted and row.id not in by_hand]
    for ids in portions(withdrawn):
        undone = {"withdrawn": "undo", "revision": sale.c.revision + 1}
        book.connection.execute(update(sale).where(sale.c.id.in_(ids)).values(undone))
    for ids in portions(removed):
        book.connection.execute(update(sale).where(sale.c.refund_of_id.in_(ids)).values(refund_of_id=None))
        book.connection.execute(delete(sale_line).where(sale_line.c.sale_id.in_(ids)))
        book.connection.execute(delete(sale).where(sale.c.id.in_(ids)))
    return len(removed), len(withdrawn) + len(by_hand)


def remove_customers(book: Book, batch_id: int) -> tuple[int, tuple[str, ...]]:
    """Deletes the batch's customers; answers how many went, and the codes of those that something refers to.

    Those keep their name and identities, so that the sheet, imported again, finds them and their ledger.
    """
    added = select(customer.c.id, customer.c.code).where(customer.c.batch_id == batch_id).order_by(customer.c.id)
    kept = {row.id: row.code for row in book.connection.execute(added.where(or_(false(), *_references())))}
    gone = [row.id for row in book.connection.execute(added) if row.id not in kept]
    for table in (customer_tag, consent, review):
        book.connection.execute(delete(table).where(table.c.batch_id == batch_id))
    for ids in portions(gone):
        for table in _THEIR_OWN:
            book.connection.execute(delete(table).where(table.c.customer_id.in_(ids)))
        book.connection.execute(delete(customer).where(customer.c.id.in_(ids)))
    stays = select(customer.c.id).where(customer.c.batch_id == batch_id)
    of_others = identity.c.customer_id.not_in(stays)
    book.connection.execute(delete(identity).where(identity.c.batch_id == batch_id, of_others))
    return len(gone), tuple(kept.values())


def remove_stock(book: Book, batch_id: int, changed: Container[int]) -> int:
    """Deletes what the batch put on the shelf; answers how much."""
    rows = book.connection.execute(select(stock_item.c.id).where(stock_item.c.batch_id == batch_id))
    removed = [row.id for row in rows if row.id not in changed]
    for ids in portions(removed):
        book.connection.execute(delete(stock_item).where(stock_item.c.id.in_(ids)))
    return len(removed)


def _references() -> Iterator[ColumnElement[bool]]:
    """A condition for every table that may refer to a customer and does not go along."""
    own = {table.name for table in _THEIR_OWN}
    for table in every_table().sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == "customer" and table.name not in own:
                yield exists(select(key.parent).where(key.parent == customer.c.id))
