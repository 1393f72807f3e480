"""What customers allow us to send, by which channel and what for."""

from datetime import date

from sqlalchemy import Boolean, Index, Text
from sqlmodel import Field

from shopcrm.core.schema.base import PERSONAL, Row, one_of, table_of

CHANNELS = ("sms", "phone", "email", "wechat", "post")
PURPOSES = ("marketing", "service")


class Consent(Row, table=True):
    """What a customer said about a channel and a purpose on a day; the latest holds."""

    __tablename__ = "consent"
    __table_args__ = (
        Index("ix_consent_customer_id_channel", "customer_id", "channel"),
        one_of("channel", *CHANNELS),
        one_of("purpose", *PURPOSES),
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    channel: str = Field(sa_type=Text)
    purpose: str = Field(default="marketing", sa_type=Text, sa_column_kwargs={"server_default": "marketing"})
    is_granted: bool = Field(sa_type=Boolean)
    source: str = Field(sa_type=Text)  # where it was said: the sheet's profile, or "hand"
    on: date
    evidence: str | None = Field(default=None, sa_type=Text, sa_column_kwargs=PERSONAL)
    by: str | None = Field(default=None, sa_type=Text)
    batch_id: int | None = Field(default=None, foreign_key="batch.id")


consent = table_of(Consent)
