"""Where customers stand: the days their tier rose, and snapshots of scores and segments."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Float, Text, UniqueConstraint
from sqlmodel import Field

from shopcrm.core.schema.base import Row, table_of, whole


class TierChange(Row, table=True):
    """A tier reached on a day, by name: tiers come and go, and what was reached stays so. Append-only."""

    __tablename__ = "tier_change"
    __table_args__ = (
        UniqueConstraint("customer_id", "tier", "on"),
        whole("spend_minor"),
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    tier: str = Field(sa_type=Text)
    on: date
    spend_minor: int
    settings_version_id: int = Field(foreign_key="settings_version.id")
    posted_at: datetime


class SegmentRefresh(Row, table=True):
    """One refresh of the segments: the day it answers for and the thresholds it used."""

    __tablename__ = "segment_refresh"

    on: date = Field(primary_key=True)
    thresholds: dict[str, object] = Field(sa_type=JSON)
    settings_version_id: int = Field(foreign_key="settings_version.id")


class SegmentSnapshot(Row, table=True):
    """One customer's scores and segment on one day; no scores for who never bought."""

    __tablename__ = "segment_snapshot"
    __table_args__ = (
        CheckConstraint("r BETWEEN 1 AND 5", name="r_range"),
        CheckConstraint("f BETWEEN 1 AND 5", name="f_range"),
        CheckConstraint("m BETWEEN 1 AND 5", name="m_range"),
        CheckConstraint("frequency >= 0", name="frequency_counted"),
        whole("monetary_minor"),
        {"sqlite_with_rowid": False},
    )

    on: date = Field(primary_key=True, foreign_key="segment_refresh.on")
    customer_id: int = Field(primary_key=True, foreign_key="customer.id")
    r: int | None = None
    f: int | None = None
    m: int | None = None
    recency_days: int | None = None
    frequency: int
    monetary_minor: int
    segment: str = Field(sa_type=Text)
    stage: str | None = Field(default=None, sa_type=Text)
    usual_gap_days: float | None = Field(default=None, sa_type=Float)
    next_from_on: date | None = None  # when the next purchase is likely, by the gaps so far
    next_to_on: date | None = None


tier_change = table_of(TierChange)
segment_refresh = table_of(SegmentRefresh)
segment_snapshot = table_of(SegmentSnapshot)
