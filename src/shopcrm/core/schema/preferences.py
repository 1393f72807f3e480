"""What customers are tagged with, what they like, and what was noted about them."""

from datetime import date, datetime

from sqlalchemy import JSON, Index, Text, UniqueConstraint
from sqlmodel import Field

from shopcrm.core.schema.base import PERSONAL, Row, one_of, table_of


class CustomerTag(Row, table=True):
    """One tag of a customer: by hand, from a sheet, or by a rule of the settings that says why."""

    __tablename__ = "customer_tag"
    __table_args__ = (UniqueConstraint("customer_id", "tag"),)

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    tag: str = Field(sa_type=Text)
    rule: str | None = Field(default=None, sa_type=Text)  # of the settings; none where a person or a sheet said so
    why: dict[str, object] | None = Field(default=None, sa_type=JSON)  # the figures that the rule looked at
    since_on: date | None = None
    expires_on: date | None = None
    by: str | None = Field(default=None, sa_type=Text)
    batch_id: int | None = Field(default=None, foreign_key="batch.id")


class Preference(Row, table=True):
    """What a customer likes in one field of the trade: their style, size or scene."""

    __tablename__ = "preference"
    __table_args__ = (UniqueConstraint("customer_id", "field"),)

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    field: str = Field(sa_type=Text)
    value: str = Field(sa_type=Text, sa_column_kwargs=PERSONAL)
    on: date
    by: str = Field(sa_type=Text)


class CustomerNote(Row, table=True):
    """What somebody wrote down about a customer, or why the customer did not buy."""

    __tablename__ = "customer_note"
    __table_args__ = (
        Index("ix_customer_note_customer_id", "customer_id"),
        one_of("kind", "note", "not_bought"),
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    kind: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text, sa_column_kwargs=PERSONAL)
    on: date
    at: datetime
    by: str = Field(sa_type=Text)


customer_tag = table_of(CustomerTag)
preference = table_of(Preference)
customer_note = table_of(CustomerNote)
