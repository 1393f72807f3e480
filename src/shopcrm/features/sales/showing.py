"""Shows one receipt: its lines, its refunds, its points, where it came from, and why it counts no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from shopcrm.core.book import Book
from shopcrm.core.merging import whose
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.points import points_entry
from shopcrm.core.schema.sales import batch, sale
from shopcrm.features.sales.finding import Asked, find_one
from shopcrm.features.sales.revising import lines_of
from shopcrm.features.sales.rows import SaleRow, facts_of, quantity_of, reason_of
from shopcrm.sheets.records import Line


@dataclass(frozen=True, slots=True)
class LineRow:
    """One item; `net_minor` is what was paid for all of it, `unit_cost_minor` what one cost the shop."""

    sku: str | None
    item: str | None
    category: str | None
    quantity: str
    net_minor: int
    unit_cost_minor: int | None


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A refund of the receipt."""

    receipt: str
    on: date
    net_minor: int
    withdrawn: str | None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """Points posted for the receipt, and for which of its revisions."""

    entry: int
    on: date
    customer: str
    kind: str
    points: int
    revision: int


@dataclass(frozen=True, slots=True)
class Shown(SaleRow):
    """One receipt. `time` is the shop's; `items` are its lines; `points` is what all entries for it add up to."""

    time: str | None
    cashier: str | None
    payment_method: str | None
    discount_minor: int | None
    tax_minor: int | None
    refund_of: str | None
    refund_of_on: date | None  # the day of that sale, where it is in the book
    reason: str | None
    points: int
    revision: int
    batch: int
    sheet: str
    items: tuple[LineRow, ...]
    refunds: tuple[RefundRow, ...]
    entries: tuple[EntryRow, ...]


def show(book: Book, asked: Asked) -> Shown:
    """The one receipt that is meant. Raises SaleUnknown, SaleElsewhere, SaleAmbiguous."""
    row = find_one(book, asked)
    (facts,) = facts_of(book, [row])
    sold = select(sale.c.receipt, sale.c.on).where(sale.c.id == row.refund_of_id)
    given_back = None if row.refund_of_id is None else book.connection.execute(sold).one()
    entries = _entries(book, row.id)
    return Shown(
        **facts,
        time=row.at and row.at.astimezone(book.zone).strftime("%H:%M"),
        cashier=row.cashier,
        payment_method=row.payment_method,
        discount_minor=row.discount_minor,
        tax_minor=row.tax_minor,
        refund_of=given_back.receipt if given_back else row.refund_of_receipt,
        refund_of_on=given_back.on if given_back else None,
        reason=reason_of(book, row),
        points=sum(entry.points for entry in entries),
        revision=row.revision,
        batch=row.batch_id,
        sheet=str(book.connection.scalar(select(batch.c.sheet).where(batch.c.id == row.batch_id))),
        items=line_rows(lines_of(book, row.id)),
        refunds=refund_rows(book, row.id),
        entries=entries,
    )


def line_rows(lines: Sequence[Line]) -> tuple[LineRow, ...]:
    """Lines as they are shown."""
    return tuple(
        LineRow(sku, item, category, quantity_of(milli), net_minor, unit_cost_minor)
        for sku, item, category, milli, net_minor, unit_cost_minor in lines
    )


def refund_rows(book: Book, sale_id: int) -> tuple[RefundRow, ...]:
    """The refunds of a sale up to the business date, withdrawn ones among them, by day."""
    columns = (sale.c.receipt, sale.c.on, sale.c.net_minor, sale.c.withdrawn)
    wanted = select(*columns).where(sale.c.refund_of_id == sale_id, sale.c.on <= book.as_of)
    return tuple(RefundRow(*row) for row in book.connection.execute(wanted.order_by(sale.c.on, sale.c.id)))


def _entries(book: Book, sale_id: int) -> tuple[EntryRow, ...]:
    wanted: Any = (
        select(points_entry, customer.c.code)
        .join_from(points_entry, customer, customer.c.id == whose(book, points_entry.c.customer_id))
        .where(points_entry.c.sale_id == sale_id, points_entry.c.on <= book.as_of)
        .order_by(points_entry.c.id)
    )
    return tuple(
        EntryRow(row.id, row.on, row.code, row.kind, row.points, row.sale_revision)
        for row in book.connection.execute(wanted)
    )
