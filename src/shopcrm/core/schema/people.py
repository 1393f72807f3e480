"""Customers, and the identities that name them."""

from datetime import date

from sqlalchemy import Boolean, CheckConstraint, Index, Text, UniqueConstraint, false
from sqlmodel import Field

from shopcrm.core.schema.base import PERSONAL, Row, any_of, index_of_some, table_of, whole

IDENTITY_KINDS = ("member_no", "phone", "email", "wechat", "payment", "till_id", "name")


class Customer(Row, table=True):
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
    # The name as it sounds, written with it so that looking it up asks no dictionary: 王芳 is `wang fang` and `wf`.
    pinyin: str | None = Field(default=None, sa_type=Text, sa_column_kwargs=PERSONAL)
    initials: str | None = Field(default=None, sa_type=Text, sa_column_kwargs=PERSONAL)


class Identity(Row, table=True):
    """One thing that names a customer. A till's own id and a bare name identify only in their source."""

    __tablename__ = "identity"
    __table_args__ = (
        UniqueConstraint("kind", "value", "source", "customer_id"),
        index_of_some("uq_identity_member_no", "value", where="kind = 'member_no'", is_unique=True),
        Index("ix_identity_customer_id", "customer_id"),
        any_of("kind", *IDENTITY_KINDS),
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    kind: str = Field(sa_type=Text)
    value: str = Field(sa_type=Text, sa_column_kwargs=PERSONAL)
    source: str = Field(default="", sa_type=Text)
    is_shared: bool = Field(default=False, sa_type=Boolean, sa_column_kwargs={"server_default": false()})  # by a family
    batch_id: int | None = Field(default=None, foreign_key="batch.id")


customer = table_of(Customer)
identity = table_of(Identity)
