"""Campaigns, who is in which arm of them and why, and every message handed over."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Float, Index, Text, UniqueConstraint
from sqlmodel import Field

from shopcrm.core.schema.base import Row, one_of, table_of, whole


class Campaign(Row, table=True):
    """One outreach with a purpose, and the terms its audience was chosen by."""

    __tablename__ = "campaign"
    __table_args__ = (UniqueConstraint("code"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_type=Text)
    purpose: str = Field(sa_type=Text)
    on: date
    terms: dict[str, object] = Field(sa_type=JSON)
    settings_version_id: int = Field(foreign_key="settings_version.id")


class Assignment(Row, table=True):
    """A customer in an arm of a campaign, with the figures that put them there."""

    __tablename__ = "assignment"
    __table_args__ = (
        one_of("arm", "treated", "held_out", "suppressed"),
        CheckConstraint("place >= 1", name="place_counted"),
        whole("spend_minor"),
        {"sqlite_with_rowid": False},
    )

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id")
    customer_id: int = Field(primary_key=True, foreign_key="customer.id")
    arm: str = Field(sa_type=Text)
    place: int
    last_on: date
    days_since: int
    usual_gap_days: float = Field(sa_type=Float)
    overdue_ratio: float = Field(sa_type=Float)
    visits: int
    spend_minor: int
    last_items: list[str] = Field(sa_type=JSON)
    usual_items: list[str] = Field(sa_type=JSON)


class Contact(Row, table=True):
    """A message handed over to a customer."""

    __tablename__ = "contact"
    __table_args__ = (
        one_of("channel", "sms", "phone", "email", "wechat", "post"),
        Index("ix_contact_customer_id_on", "customer_id", "on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id")
    channel: str = Field(sa_type=Text)
    on: date
    at: datetime
    by: str = Field(sa_type=Text)


campaign = table_of(Campaign)
assignment = table_of(Assignment)
contact = table_of(Contact)
