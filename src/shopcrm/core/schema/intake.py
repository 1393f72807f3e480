"""What imports remember: layouts that the owner explained, questions that wait for an answer, rows as they were."""

from datetime import date

from sqlalchemy import JSON, Index, Text, UniqueConstraint
from sqlmodel import Field

from shopcrm.core.schema.base import PERSONAL, Row, one_of, table_of


class SavedProfile(Row, table=True):
    """A layout that was explained once; a sheet with the same header is read by it without being asked for."""

    __tablename__ = "saved_profile"
    __table_args__ = (
        UniqueConstraint("name"),
        UniqueConstraint("fingerprint"),
        one_of("kind", "customers", "sales", "stock"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    fingerprint: str = Field(sa_type=Text)
    mapping: dict[str, str] = Field(sa_type=JSON)
    options: dict[str, str] = Field(sa_type=JSON)  # date_order, decimal_mark, where they had to be said
    saved_on: date


class Review(Row, table=True):
    """A question about a customer that a sheet raised. The answer is remembered, so it is asked once."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("customer_id", "field", "source", "said"),
        Index("ix_review_batch_id", "batch_id"),
        one_of("field", "weak", "name", "birthday", "gender"),
        one_of("answer", "take", "keep", "new", "split"),
    )

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id")
    customer_id: int = Field(foreign_key="customer.id")
    field: str = Field(sa_type=Text)  # "weak": known by a bare name alone
    source: str = Field(sa_type=Text)
    said: str = Field(sa_type=Text, sa_column_kwargs=PERSONAL)  # the name or value on the sheet
    row: int
    person: dict[str, object] = Field(sa_type=JSON, sa_column_kwargs=PERSONAL)  # everything the row said
    answer: str | None = Field(default=None, sa_type=Text)
    answered_on: date | None = None


class RowChange(Row, table=True):
    """What a row said before a batch changed it, so that the batch can be taken back."""

    __tablename__ = "row_change"
    __table_args__ = (
        one_of("table_name", "customer", "sale", "stock_item"),
        Index("ix_row_change_batch_id", "batch_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id")
    table_name: str = Field(sa_type=Text)
    row_id: int
    before: dict[str, object] = Field(sa_type=JSON, sa_column_kwargs=PERSONAL)


saved_profile = table_of(SavedProfile)
review = table_of(Review)
row_change = table_of(RowChange)
