"""Says what depends on a batch, so that it cannot be taken back."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Select, Table, func, or_, select

from shopcrm.core.book import Book
from shopcrm.core.language import translate as _
from shopcrm.core.schema.doubles import customer_change
from shopcrm.core.schema.intake import review, row_change
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.points import points_draw, points_entry, points_lot
from shopcrm.core.schema.sales import batch, sale
from shopcrm.core.schema.stock import stock_item
from shopcrm.features.imports.undoing.restoring import Before
from shopcrm.features.imports.writing.opened import spent_openings


def dependences(book: Book, batch_id: int, changed: Mapping[int, Before]) -> tuple[str, ...]:
    """A sentence for each fact that came later and depends on the batch; none where it can be taken back.

    `changed` are the receipts that the batch changed, with what they said before.
    """
    found = (
        *_changed_since(book, batch_id),
        *_changed_by_hand(book, batch_id),
        *_refunded_since(book, batch_id),
        *_points_used(book, batch_id, changed),
        *_bought_since(book, batch_id),
        *_answered(book, batch_id),
        *_spent(book, batch_id),
    )
    return tuple(dict.fromkeys(found))


def _changed_since(book: Book, batch_id: int) -> Iterator[str]:
    sentence = _("batch {batch} changed {what} after it")
    own = row_change.alias("own")
    for table, named in ((sale, sale.c.receipt), (customer, customer.c.code), (stock_item, stock_item.c.sku)):
        changed_here = select(own.c.row_id).where(own.c.batch_id == batch_id, own.c.table_name == table.name)
        rows = book.connection.execute(
            select(row_change.c.batch_id, named.label("named"))
            .join(table, table.c.id == row_change.c.row_id)
            .join(batch, batch.c.id == row_change.c.batch_id)
            .where(
                row_change.c.table_name == table.name,
                row_change.c.batch_id > batch_id,
                batch.c.undone_on.is_(None),
                or_(table.c.batch_id == batch_id, table.c.id.in_(changed_here)),
            )
            .order_by(row_change.c.id)
        )
        for row in rows:
            yield sentence.format(batch=row.batch_id, what=_named(table, row.named))


def _changed_by_hand(book: Book, batch_id: int) -> Iterator[str]:
    """Customers whose facts the batch changed and somebody changed again: as before it would be as before both."""
    rows = book.connection.execute(
        select(customer.c.code)
        .join(row_change, row_change.c.row_id == customer.c.id)
        .join(batch, batch.c.id == row_change.c.batch_id)
        .join(customer_change, customer_change.c.customer_id == customer.c.id)
        .where(
            row_change.c.batch_id == batch_id,
            row_change.c.table_name == customer.name,
            customer_change.c.field.in_(("name", "birthday", "gender")),
            customer_change.c.at >= batch.c.imported_at,
        )
        .distinct()
        .order_by(customer.c.code)
    )
    for row in rows:
        yield _("{customer} was changed by hand after it").format(customer=row.code)


def _named(table: Table, name: str) -> str:
    return _("receipt {receipt}").format(receipt=name) if table is sale else name


def _refunded_since(book: Book, batch_id: int) -> Iterator[str]:
    sold = sale.alias("sold")
    rows = book.connection.execute(
        select(sale.c.batch_id, sold.c.receipt)
        .join(sold, sold.c.id == sale.c.refund_of_id)
        .where(sold.c.batch_id == batch_id, sale.c.batch_id > batch_id, sale.c.withdrawn.is_(None))
        .order_by(sale.c.id)
    )
    for row in rows:
        yield _("a refund in batch {batch} gives back receipt {receipt}").format(
            batch=row.batch_id, receipt=row.receipt
        )


def _points_used(book: Book, batch_id: int, changed: Mapping[int, Before]) -> Iterator[str]:
    """Draws, by anything else, on lots that the batch's receipts opened and that undoing closes."""
    earned, drawing = points_entry.alias("earned"), points_entry.alias("drawing")
    own = _receipts_of(batch_id)
    reversed_too = select(sale.c.id).where(or_(sale.c.id.in_(own), sale.c.refund_of_id.in_(own)))
    columns = (
        points_lot.c.id.label("lot_id"),
        customer.c.code,
        earned.c.sale_id.label("of_sale_id"),
        earned.c.sale_revision,
        drawing.c.sale_id,
        drawing.c.kind,
    )
    rows = book.connection.execute(
        select(*columns, func.max(drawing.c.on).label("on"), func.sum(points_draw.c.points).label("points"))
        .select_from(points_draw)
        .join(points_lot, points_lot.c.id == points_draw.c.lot_id)
        .join(earned, earned.c.id == points_lot.c.entry_id)
        .join(drawing, drawing.c.id == points_draw.c.entry_id)
        .join(customer, customer.c.id == earned.c.customer_id)
        .where(earned.c.sale_id.in_(own), drawing.c.id != earned.c.id)
        .where(or_(drawing.c.sale_id.is_(None), drawing.c.sale_id.not_in(reversed_too)))
        .group_by(*columns)
        .order_by(points_lot.c.id, drawing.c.kind)
    )
    drawn: defaultdict[tuple[int, int | None], int] = defaultdict(int)
    by: dict[tuple[int, int | None], Any] = {}
    for row in rows:
        if row.of_sale_id not in changed or row.sale_revision > changed[row.of_sale_id]["revision"]:
            drawn[row.lot_id, row.sale_id] += row.points
            by.setdefault((row.lot_id, row.sale_id), row)
    for of, points in drawn.items():
        if points > 0:  # what was put back since depends on nothing
            yield _used(by[of])


def _receipts_of(batch_id: int) -> Select[tuple[int]]:
    """The receipts whose entries are reversed with the batch."""
    changed = select(row_change.c.row_id).where(row_change.c.batch_id == batch_id, row_change.c.table_name == "sale")
    return select(sale.c.id).where(or_(sale.c.batch_id == batch_id, sale.c.id.in_(changed)))


def _used(row: Any) -> str:
    if row.kind == "redeem":
        return _("{customer} has redeemed points that its sales earned").format(customer=row.code)
    sentence = _("points of {customer} that its sales earned were taken on {on} ({kind})")
    return sentence.format(customer=row.code, on=row.on, kind=_(row.kind))


def _bought_since(book: Book, batch_id: int) -> Iterator[str]:
    restored = select(row_change.c.row_id).where(row_change.c.batch_id == batch_id, row_change.c.table_name == "sale")
    rows = book.connection.execute(
        select(sale.c.batch_id, customer.c.code)
        .join(customer, customer.c.id == sale.c.customer_id)
        .where(
            customer.c.batch_id == batch_id,
            sale.c.batch_id != batch_id,
            sale.c.withdrawn.is_(None),
            sale.c.id.not_in(restored),
        )
        .distinct()
        .order_by(sale.c.batch_id, customer.c.code)
    )
    for row in rows:
        yield _("batch {batch} has sales of {customer}, whom it added").format(batch=row.batch_id, customer=row.code)


def _answered(book: Book, batch_id: int) -> Iterator[str]:
    rows = book.connection.execute(
        select(review.c.id, customer.c.code)
        .join(customer, customer.c.id == review.c.customer_id)
        .where(or_(review.c.batch_id == batch_id, customer.c.batch_id == batch_id), review.c.answer.is_not(None))
        .order_by(review.c.id)
    )
    for row in rows:
        yield _("question {review} about {customer} was answered").format(review=row.id, customer=row.code)


def _spent(book: Book, batch_id: int) -> Iterator[str]:
    for code in spent_openings(book, batch_id):
        yield _("{customer} has spent of the opening balance that it brought").format(customer=code)
