"""What customers are tagged with, and which channels they allow for marketing."""

from datetime import date

from sqlalchemy import Boolean, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from shopcrm.core.schema.base import one_of, table_of

CHANNELS = ("sms", "phone", "email", "wechat", "post")


class CustomerTag(SQLModel, table=True):
    """One tag of a customer."""

    __tablename__ = "customer_tag"
    __table_args__ = (UniqueConstraint("customer_id", "tag"),)

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    tag: str = Field(sa_type=Text)
    batch_id: int | None = Field(default=None, foreign_key="batch.id")


class Consent(SQLModel, table=True):
    """What a customer said about a channel on a day; the latest holds."""

    __tablename__ = "consent"
    __table_args__ = (
        Index("ix_consent_customer_id_channel", "customer_id", "channel"),
        one_of("channel", *CHANNELS),
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    channel: str = Field(sa_type=Text)
    is_granted: bool = Field(sa_type=Boolean)
    source: str = Field(sa_type=Text)  # where it was said: the sheet's profile, or "hand"
    on: date
    batch_id: int | None = Field(default=None, foreign_key="batch.id")


customer_tag = table_of(CustomerTag)
consent = table_of(Consent)
