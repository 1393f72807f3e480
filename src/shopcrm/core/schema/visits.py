"""The ledger of visit cards: visits paid for ahead, as entries, the lots that sold cards open, and draws from lots.

Append-only: triggers refuse every UPDATE and DELETE. Only core/ledger writes here.
"""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from shopcrm.core.schema.base import Row, any_of, index_of_some, table_of, whole

ENTRY_KINDS = ("sell", "use", "refund", "expire", "reverse")


class VisitEntry(Row, table=True):
    """One signed line of visits. The key names everything that makes it one event."""

    __tablename__ = "visit_entry"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_visit_entry_customer_id_on", "customer_id", "on"),
        index_of_some("ix_visit_entry_reverses_id", "reverses_id", where="reverses_id IS NOT NULL"),
        any_of("kind", *ENTRY_KINDS),
        whole("visits"),
        CheckConstraint("visits <> 0", name="visits_moved"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_type=Text)
    customer_id: int = Field(foreign_key="customer.id")
    kind: str = Field(sa_type=Text)
    visits: int
    on: date
    posted_at: datetime
    by: str = Field(sa_type=Text)
    receipt: str | None = Field(default=None, sa_type=Text)
    reverses_id: int | None = Field(default=None, foreign_key="visit_entry.id")
    reason_id: int | None = Field(default=None, foreign_key="note.id")
    rule: str = Field(sa_type=Text)
    inputs: dict[str, object] = Field(sa_type=JSON)
    settings_version_id: int = Field(foreign_key="settings_version.id")


class VisitLot(Row, table=True):
    """One card that was sold to the customer of the entry: what it is for, how many visits it came with, its end."""

    __tablename__ = "visit_lot"
    __table_args__ = (
        Index("ix_visit_lot_entry_id", "entry_id"),
        whole("visits"),
        CheckConstraint("visits > 0", name="visits_positive"),
        CheckConstraint("expires_on >= earned_on", name="expires_after_earned"),
    )

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="visit_entry.id")
    card: str = Field(sa_type=Text)
    visits: int
    earned_on: date
    expires_on: date | None = None


class VisitDraw(Row, table=True):
    """What one entry took from one card; negative where a reversal puts it back."""

    __tablename__ = "visit_draw"
    __table_args__ = (
        Index("ix_visit_draw_lot_id", "lot_id"),
        whole("visits"),
        CheckConstraint("visits <> 0", name="visits_moved"),
        {"sqlite_with_rowid": False},
    )

    entry_id: int = Field(primary_key=True, foreign_key="visit_entry.id")
    lot_id: int = Field(primary_key=True, foreign_key="visit_lot.id")
    visits: int


visit_entry = table_of(VisitEntry)
visit_lot = table_of(VisitLot)
visit_draw = table_of(VisitDraw)
