"""Lists the batches, and shows what one of them brought."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, literal, null, select

from shopcrm.core.book import Book
from shopcrm.core.errors import BatchUnknown
from shopcrm.core.schema.intake import row_change
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.sales import batch, sale
from shopcrm.core.schema.stock import stock_item
from shopcrm.features.imports.undoing.depending import dependences
from shopcrm.features.imports.undoing.restoring import load_before
from shopcrm.features.imports.writing.opened import opened_by

_COLUMNS = (
    "id", "on", "sheet", "tab", "profile", "kind", "rows", "added", "updated", "unchanged", "skipped", "rejects", "by",
    "undone_on",
)  # fmt: skip
_SAMPLES = 5  # of each kind of row


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One import of one sheet. `undone_on` is the day on which it was taken back."""

    batch: int
    on: date
    sheet: str
    tab: str
    profile: str
    kind: str
    rows: int
    added: int
    updated: int
    unchanged: int
    skipped: int
    rejects: int
    by: str
    undone_on: date | None


@dataclass(frozen=True, slots=True)
class BatchList:
    """Batches, the latest first."""

    items: tuple[BatchRow, ...]


@dataclass(frozen=True, slots=True)
class BroughtRow:
    """One row that a batch added or updated: a receipt, a customer by code, or a thing on the shelf."""

    became: str  # "added" or "updated"
    kind: str  # "sale", "refund", "customer" or "stock"
    what: str
    on: date | None
    customer: str | None
    net_minor: int | None


@dataclass(frozen=True, slots=True)
class BatchShown:
    """One batch: how its sheet was read, a few of the rows it brought, and why it cannot be undone, if so.

    `said` is what the sheet said about itself, and what was noticed. `brought` counts what stands in
    the book from it, by kind.
    """

    batch: int
    on: date
    sheet: str
    tab: str
    profile: str
    kind: str
    rows: int
    added: int
    updated: int
    unchanged: int
    skipped: int
    rejects: int
    by: str
    undone_on: date | None
    mapping: Mapping[str, str]
    said: Mapping[str, object]
    brought: Mapping[str, int]
    can_be_undone: bool
    reasons: tuple[str, ...]
    items: tuple[BroughtRow, ...]


def list_batches(book: Book, *, limit: int | None = None) -> BatchList:
    """Every batch up to the business date, the latest first, or the first `limit` of them."""
    columns = [batch.c[name] for name in _COLUMNS]
    wanted = select(*columns).where(batch.c.on <= book.as_of).order_by(batch.c.id.desc()).limit(limit)
    return BatchList(tuple(BatchRow(*row) for row in book.connection.execute(wanted)))


def show_batch(book: Book, batch_id: int) -> BatchShown:
    """One batch, with samples of what it added and updated. Raises BatchUnknown."""
    found = book.connection.execute(select(batch).where(batch.c.id == batch_id)).one_or_none()
    if found is None:
        raise BatchUnknown(batch=batch_id)
    row = BatchRow(*(getattr(found, name) for name in _COLUMNS))
    changed = load_before(book, batch_id).get("sale", {})
    reasons = () if found.undone_on else dependences(book, batch_id, changed)
    return BatchShown(
        **{name: getattr(row, name) for name in BatchRow.__slots__},
        mapping=found.mapping,
        said=found.said,
        brought=_brought(book, batch_id),
        can_be_undone=not found.undone_on and not reasons,
        reasons=reasons,
        items=tuple(_samples(book, batch_id)),
    )


def _brought(book: Book, batch_id: int) -> dict[str, int]:
    counted = {
        "sales": (sale.c.batch_id == batch_id, sale.c.kind == "sale"),
        "refunds": (sale.c.batch_id == batch_id, sale.c.kind == "refund"),
        "customers": (customer.c.batch_id == batch_id,),
        "stock": (stock_item.c.batch_id == batch_id,),
    }
    counts = {kind: book.connection.scalar(select(func.count()).where(*of)) for kind, of in counted.items()}
    counts["openings"] = opened_by(book, batch_id)
    return {kind: count for kind, count in counts.items() if count}


def _samples(book: Book, batch_id: int) -> Iterator[BroughtRow]:
    none = null()
    receipts = (sale.c.kind, sale.c.receipt, sale.c.on, customer.c.code, sale.c.net_minor)
    of_sales = select(*receipts).select_from(sale).outerjoin(customer, customer.c.id == sale.c.customer_id)
    people = select(literal("customer"), customer.c.code, customer.c.joined_on, none, none)
    stock = select(literal("stock"), stock_item.c.sku, none, none, none)
    for table, rows in ((sale, of_sales), (customer, people), (stock_item, stock)):
        is_here = (row_change.c.batch_id == batch_id, row_change.c.table_name == table.name)
        changed = select(row_change.c.row_id).where(*is_here)
        added = (table.c.batch_id == batch_id, table.c.id.not_in(changed))
        for became, those in (("added", added), ("updated", (table.c.id.in_(changed),))):
            wanted = rows.where(*those).order_by(table.c.id).limit(_SAMPLES)
            for row in book.connection.execute(wanted):
                yield BroughtRow(became, *row)
