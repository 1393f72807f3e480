"""Facts that came in: batches, and sales with their lines."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from shopcrm.core.schema.base import Row, any_of, index_of_some, one_of, table_of, whole


class Batch(Row, table=True):
    """One import of one sheet."""

    __tablename__ = "batch"
    __table_args__ = (one_of("kind", "customers", "sales", "stock"),)

    id: int | None = Field(default=None, primary_key=True)
    sheet: str = Field(sa_type=Text)
    tab: str = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)
    profile: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    mapping: dict[str, str] = Field(sa_type=JSON)
    on: date
    imported_at: datetime
    by: str = Field(sa_type=Text)
    rows: int
    added: int
    updated: int
    unchanged: int
    skipped: int
    rejects: int
    said: dict[str, object] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"})
    undone_on: date | None = None


class Sale(Row, table=True):
    """One receipt; a refund is a negative one that points, where known, at the sale it gives back.

    Tills restart their numbers, so a receipt is known by source, store, day and number together. A withdrawn one
    counts nowhere: it was taken back by hand, by the till that now calls it void, or with the batch that brought it.
    """

    __tablename__ = "sale"
    __table_args__ = (
        # The number first: it tells rows apart soonest, and refunds look their sale up by it.
        UniqueConstraint("receipt", "on", "store", "source", "kind", name="uq_sale_receipt"),
        # Covers the aggregate per customer, which every sweep over sales begins with.
        Index("ix_sale_customer", "customer_id", "on", "kind", "net_minor", "withdrawn"),
        Index("ix_sale_store", "store"),  # which stores there are, asked at the counter
        index_of_some("ix_sale_refund_of_id", "refund_of_id", where="refund_of_id IS NOT NULL"),
        one_of("kind", "sale", "refund"),
        any_of("withdrawn", "hand", "till", "undo"),
        whole("net_minor"),
        whole("discount_minor"),
        whole("tax_minor"),
        CheckConstraint("kind = 'sale' OR net_minor <= 0", name="refund_negative"),
        CheckConstraint("revision >= 1", name="revision_counted"),
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(sa_type=Text)
    store: str = Field(sa_type=Text)
    on: date
    receipt: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    at: datetime | None = None
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    refund_of_id: int | None = Field(default=None, foreign_key="sale.id")
    refund_of_receipt: str | None = Field(default=None, sa_type=Text)  # as the sheet says; the sale may come later
    net_minor: int
    cashier: str | None = Field(default=None, sa_type=Text)
    payment_method: str | None = Field(default=None, sa_type=Text)
    discount_minor: int | None = None  # what was taken off, and the tax in or on top: as the till says, for information
    tax_minor: int | None = None
    withdrawn: str | None = Field(default=None, sa_type=Text)
    reason_id: int | None = Field(default=None, foreign_key="note.id")  # why it was given back or withdrawn by hand
    revision: int = 1
    batch_id: int = Field(foreign_key="batch.id")


class SaleLine(Row, table=True):
    """One item on a receipt."""

    __tablename__ = "sale_line"
    __table_args__ = (
        whole("quantity_milli"),
        whole("net_minor"),
        whole("unit_cost_minor"),
        {"sqlite_with_rowid": False},
    )

    sale_id: int = Field(primary_key=True, foreign_key="sale.id")
    position: int = Field(primary_key=True)
    sku: str | None = Field(default=None, sa_type=Text)
    item: str | None = Field(default=None, sa_type=Text)
    category: str | None = Field(default=None, sa_type=Text)
    quantity_milli: int
    net_minor: int
    unit_cost_minor: int | None = None


batch = table_of(Batch)
sale = table_of(Sale)
sale_line = table_of(SaleLine)

by_store = next(index for index in sale.indexes if index.name == "ix_sale_store")
by_customer = next(index for index in sale.indexes if index.name == "ix_sale_customer")
counting = sale.c.withdrawn.is_(None)  # every sum over sales asks for this
