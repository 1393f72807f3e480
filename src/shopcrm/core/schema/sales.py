"""Facts that came in by sheet: batches, sales with their lines, and what a later sheet changed."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from shopcrm.core.schema.base import PERSONAL, one_of, table_of, whole


class Batch(SQLModel, table=True):
    """One import of one sheet."""

    __tablename__ = "batch"
    __table_args__ = (one_of("kind", "customers", "sales"),)

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


class Sale(SQLModel, table=True):
    """One receipt; a refund is a negative one that points, where known, at the sale it gives back.

    Tills restart their numbers, so a receipt is known by source, store, day and number together.
    """

    __tablename__ = "sale"
    __table_args__ = (
        # The number first: it tells rows apart soonest, and refunds look their sale up by it.
        UniqueConstraint("receipt", "on", "store", "source", "kind", name="uq_sale_receipt"),
        # Covers the aggregate per customer, which every sweep over sales begins with.
        Index("ix_sale_customer", "customer_id", "on", "kind", "net_minor"),
        one_of("kind", "sale", "refund"),
        whole("net_minor"),
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
    revision: int = 1
    batch_id: int = Field(foreign_key="batch.id")


class SaleLine(SQLModel, table=True):
    """One item on a receipt."""

    __tablename__ = "sale_line"
    __table_args__ = (whole("quantity_milli"), whole("net_minor"), {"sqlite_with_rowid": False})

    sale_id: int = Field(primary_key=True, foreign_key="sale.id")
    position: int = Field(primary_key=True)
    sku: str | None = Field(default=None, sa_type=Text)
    item: str | None = Field(default=None, sa_type=Text)
    category: str | None = Field(default=None, sa_type=Text)
    quantity_milli: int
    net_minor: int


class RowChange(SQLModel, table=True):
    """What a row said before a batch changed it, so that the batch can be taken back."""

    __tablename__ = "row_change"
    __table_args__ = (one_of("table_name", "customer", "sale"), Index("ix_row_change_batch_id", "batch_id"))

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id")
    table_name: str = Field(sa_type=Text)
    row_id: int
    before: dict[str, object] = Field(sa_type=JSON, sa_column_kwargs=PERSONAL)


batch = table_of(Batch)
sale = table_of(Sale)
sale_line = table_of(SaleLine)
row_change = table_of(RowChange)
