"""Offers: the terms that coupons are issued under. Terms only grow: what changes is a new version."""

from datetime import date, datetime

from sqlalchemy import JSON, Boolean, CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field

from shopcrm.core.schema.base import Row, any_of, table_of, whole

OFFER_KINDS = ("amount", "percent", "gift", "service", "exchange")


class Offer(Row, table=True):
    """What coupons are named by; a retired one issues no more."""

    __tablename__ = "offer"
    __table_args__ = (UniqueConstraint("code"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_type=Text)
    added_on: date
    retired_on: date | None = None


class OfferTerms(Row, table=True):
    """One version of an offer's terms: a coupon keeps those it was issued under. Append-only."""

    __tablename__ = "offer_terms"
    __table_args__ = (
        UniqueConstraint("offer_id", "version"),
        any_of("kind", *OFFER_KINDS),
        whole("value_minor"),
        whole("max_discount_minor"),
        whole("min_spend_minor"),
        whole("budget_minor"),
        CheckConstraint("value_minor >= 0", name="value_minor_not_negative"),
        CheckConstraint("last_on >= first_on", name="ends_after_it_begins"),
        CheckConstraint("version >= 1", name="version_counted"),
    )

    id: int | None = Field(default=None, primary_key=True)
    offer_id: int = Field(foreign_key="offer.id")
    version: int
    on: date
    posted_at: datetime
    by: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    value_minor: int | None = None  # amount: what is taken off; exchange: what is left to pay for the piece
    off_rate: str | None = Field(default=None, sa_type=Text)  # percent: the part that is taken off, such as 1/5
    item: str | None = Field(default=None, sa_type=Text)  # gift and service: what is handed over
    max_discount_minor: int | None = None
    min_spend_minor: int | None = None
    first_on: date | None = None
    last_on: date | None = None
    valid_days: int | None = None
    start_after_days: int | None = None
    per_customer: int | None = None
    issue_limit: int | None = None
    budget_minor: int | None = None
    categories: list[str] = Field(default_factory=list, sa_type=JSON)
    skus: list[str] = Field(default_factory=list, sa_type=JSON)
    tiers: list[str] = Field(default_factory=list, sa_type=JSON)
    segments: list[str] = Field(default_factory=list, sa_type=JSON)
    combines: list[str] = Field(default_factory=list, sa_type=JSON)  # product, order
    is_birthday_month: bool = Field(default=False, sa_type=Boolean)
    is_bearer: bool = Field(default=False, sa_type=Boolean)


offer = table_of(Offer)
offer_terms = table_of(OfferTerms)
