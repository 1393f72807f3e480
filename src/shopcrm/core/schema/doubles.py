"""Who turned out to be whom and who did not, and what was changed about customers by hand."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field

from shopcrm.core.schema.base import PERSONAL, Row, table_of


class CustomerMerge(Row, table=True):
    """A customer who turned out to be another. This pointer is all there is of a merge: no other row changes."""

    __tablename__ = "customer_merge"
    __table_args__ = (
        Index("ix_customer_merge_kept_id", "kept_id"),
        CheckConstraint("customer_id <> into_id AND customer_id <> kept_id", name="into_another"),
    )

    customer_id: int = Field(primary_key=True, foreign_key="customer.id")  # who is listed no longer
    into_id: int = Field(foreign_key="customer.id")  # into whom, as it was typed
    kept_id: int = Field(foreign_key="customer.id")  # who answers for them, where that one was merged again
    on: date
    at: datetime
    by: str = Field(sa_type=Text)


class NotSame(Row, table=True):
    """Two customers who look like one and are not: said by hand, and not asked again."""

    __tablename__ = "not_same"
    __table_args__ = (CheckConstraint("one_id < other_id", name="in_order"), {"sqlite_with_rowid": False})

    one_id: int = Field(primary_key=True, foreign_key="customer.id")
    other_id: int = Field(primary_key=True, foreign_key="customer.id")
    on: date
    by: str = Field(sa_type=Text)


class CustomerChange(Row, table=True):
    """What was changed about a customer by hand: a field, as it was and as it is."""

    __tablename__ = "customer_change"
    __table_args__ = (Index("ix_customer_change_customer_id", "customer_id"),)

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    on: date
    at: datetime
    by: str = Field(sa_type=Text)
    field: str = Field(sa_type=Text)
    before: str | None = Field(default=None, sa_type=Text, sa_column_kwargs=PERSONAL)
    after: str | None = Field(default=None, sa_type=Text, sa_column_kwargs=PERSONAL)


customer_merge = table_of(CustomerMerge)
not_same = table_of(NotSame)
customer_change = table_of(CustomerChange)
