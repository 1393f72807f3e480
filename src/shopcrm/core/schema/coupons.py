"""Coupons: who was given which code, and everything that became of it.

A coupon's status moves by conditional updates, each with an event; events only grow. Only core/coupons writes here.
"""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from shopcrm.core.schema.base import Row, any_of, index_of_some, table_of, whole

STATUSES = ("issued", "redeemed", "expired", "void")
EVENT_KINDS = ("redeem", "void", "expire", "restore", "extend", "handover")


class CouponIssue(Row, table=True):
    """One issue of coupons to an audience: the first event of each of them. Append-only."""

    __tablename__ = "coupon_issue"
    __table_args__ = (UniqueConstraint("key"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_type=Text)
    terms_id: int = Field(foreign_key="offer_terms.id")
    audience: dict[str, object] = Field(sa_type=JSON)
    count: int
    on: date
    posted_at: datetime
    by: str = Field(sa_type=Text)


class Coupon(Row, table=True):
    """One code. Whom it is for and what it is worth never change; nobody in particular for a bearer's."""

    __tablename__ = "coupon"
    __table_args__ = (
        UniqueConstraint("code"),
        Index("ix_coupon_customer_id", "customer_id"),
        Index("ix_coupon_offer_id_customer_id", "offer_id", "customer_id"),
        index_of_some("ix_coupon_expires_on", "expires_on", where="status = 'issued'"),
        any_of("status", *STATUSES),
        CheckConstraint("expires_on >= starts_on", name="expires_after_start"),
        CheckConstraint("handed_on IS NULL OR status = 'redeemed'", name="handed_when_redeemed"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_type=Text)
    offer_id: int = Field(foreign_key="offer.id")
    terms_id: int = Field(foreign_key="offer_terms.id")
    issue_id: int = Field(foreign_key="coupon_issue.id")
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    issued_on: date
    starts_on: date
    expires_on: date | None = None
    status: str = Field(default="issued", sa_type=Text, sa_column_kwargs={"server_default": "issued"})
    handed_on: date | None = None  # gift and service: when what it stands for was handed over


class CouponEvent(Row, table=True):
    """What became of a coupon, and how it stood afterwards. Append-only."""

    __tablename__ = "coupon_event"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_coupon_event_coupon_id", "coupon_id"),
        index_of_some("ix_coupon_event_reverses_id", "reverses_id", where="reverses_id IS NOT NULL"),
        index_of_some("ix_coupon_event_redeemed", "on", "receipt", where="kind = 'redeem'"),
        any_of("kind", *EVENT_KINDS),
        any_of("status", *STATUSES),
        whole("discount_minor"),
        whole("payable_minor"),
        CheckConstraint("discount_minor >= 0", name="discount_minor_not_negative"),
        CheckConstraint("payable_minor >= 0", name="payable_minor_not_negative"),
        CheckConstraint("(kind = 'redeem') = (discount_minor IS NOT NULL)", name="discount_of_redemptions"),
        CheckConstraint("(kind = 'redeem') = (payable_minor IS NOT NULL)", name="payable_of_redemptions"),
        CheckConstraint("(kind = 'redeem') = (receipt IS NOT NULL)", name="receipt_of_redemptions"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_type=Text)
    coupon_id: int = Field(foreign_key="coupon.id")
    kind: str = Field(sa_type=Text)
    on: date
    posted_at: datetime
    by: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)  # after the event, like the last good day
    expires_on: date | None = None
    store: str | None = Field(default=None, sa_type=Text)
    receipt: str | None = Field(default=None, sa_type=Text)
    discount_minor: int | None = None
    payable_minor: int | None = None
    reverses_id: int | None = Field(default=None, foreign_key="coupon_event.id")  # what a restore takes back
    reason_id: int | None = Field(default=None, foreign_key="note.id")
    inputs: dict[str, object] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"})


coupon_issue = table_of(CouponIssue)
coupon = table_of(Coupon)
coupon_event = table_of(CouponEvent)
