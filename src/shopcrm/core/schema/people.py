"""Customers, and the identities that name them."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from shopcrm.core.schema.base import PERSONAL, any_of, table_of, whole

IDENTITY_KINDS = ("member_no", "phone", "email", "till_id", "name")


class Customer(SQLModel, table=True):
    """A person on the shop's list."""

    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("code"),
        any_of("gender", "female", "male", "other"),
        CheckConstraint("birth_month BETWEEN 1 AND 12", name="birth_month_range"),
        CheckConstraint("birth_day BETWEEN 1 AND 31", name="birth_day_range"),
        CheckConstraint("(birth_month IS NULL) = (birth_day IS NULL)", name="birthday_whole"),
        whole("birth_year"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_type=Text)
    name: str | None = Field(default=None, sa_type=Text, sa_column_kwargs=PERSONAL)
    birth_year: int | None = Field(default=None, sa_column_kwargs=PERSONAL)
    birth_month: int | None = Field(default=None, sa_column_kwargs=PERSONAL)
    birth_day: int | None = Field(default=None, sa_column_kwargs=PERSONAL)
    is_birthday_lunar: bool = Field(default=False, sa_column_kwargs={"server_default": false(), **PERSONAL})
    gender: str | None = Field(default=None, sa_type=Text, sa_column_kwargs=PERSONAL)
    joined_on: date | None = None
    batch_id: int | None = Field(default=None, foreign_key="batch.id")


class Identity(SQLModel, table=True):
    """One thing that names a customer. A till's own id and a bare name identify only in their source."""

    __tablename__ = "identity"
    __table_args__ = (
        UniqueConstraint("kind", "value", "source", "customer_id"),
        Index(
            "uq_identity_member_no",
            "value",
            unique=True,
            sqlite_where=text("kind = 'member_no'"),
            postgresql_where=text("kind = 'member_no'"),
        ),
        Index("ix_identity_customer_id", "customer_id"),
        any_of("kind", *IDENTITY_KINDS),
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    kind: str = Field(sa_type=Text)
    value: str = Field(sa_type=Text, sa_column_kwargs=PERSONAL)
    source: str = Field(default="", sa_type=Text)
    batch_id: int | None = Field(default=None, foreign_key="batch.id")


customer = table_of(Customer)
identity = table_of(Identity)
