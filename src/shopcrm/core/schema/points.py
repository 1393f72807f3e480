"""The points ledger: entries, the lots that credits open, and the draws that debits make from lots.

Append-only: triggers refuse every UPDATE and DELETE. Only core/ledger writes here.
"""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index, Text
from sqlmodel import Field

from shopcrm.core.schema.base import Row, any_of, index_of_some, table_of, whole

ENTRY_KINDS = ("earn", "redeem", "expire", "adjust", "reverse", "transfer", "donate")
OPENING = "opening"  # the rule of entries, of points or money, that open a balance or take an opening back


class PointsEntry(Row, table=True):
    """One signed line. The key names everything that makes it one event."""

    __tablename__ = "points_entry"
    __table_args__ = (
        # No constraint, which would be built row by row: a big sweep builds its indexes last.
        Index("uq_points_entry_key", "key", unique=True),
        Index("ix_points_entry_customer_id", "customer_id"),
        Index("ix_points_entry_sale_id", "sale_id"),
        index_of_some("ix_points_entry_reverses_id", "reverses_id", where="reverses_id IS NOT NULL"),
        index_of_some("ix_points_entry_redeemed", "on", "receipt", where="kind = 'redeem'"),
        any_of("kind", *ENTRY_KINDS),
        whole("points"),
        CheckConstraint("points <> 0", name="points_moved"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_type=Text)
    customer_id: int = Field(foreign_key="customer.id")
    kind: str = Field(sa_type=Text)
    points: int
    on: date
    posted_at: datetime
    by: str = Field(sa_type=Text)
    sale_id: int | None = Field(default=None, foreign_key="sale.id")
    sale_revision: int | None = None
    receipt: str | None = Field(default=None, sa_type=Text)
    reverses_id: int | None = Field(default=None, foreign_key="points_entry.id")
    reason_id: int | None = Field(default=None, foreign_key="note.id")
    rule: str = Field(sa_type=Text)
    inputs: dict[str, object] = Field(sa_type=JSON)
    settings_version_id: int = Field(foreign_key="settings_version.id")


class PointsLot(Row, table=True):
    """Points that came together, become spendable together and expire together: of the customer of the entry."""

    __tablename__ = "points_lot"
    __table_args__ = (
        Index("ix_points_lot_entry_id", "entry_id"),
        whole("points"),
        CheckConstraint("points > 0", name="points_positive"),
        CheckConstraint("available_on >= earned_on", name="available_after_earned"),
        CheckConstraint("expires_on >= earned_on", name="expires_after_earned"),
    )

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="points_entry.id")
    points: int
    earned_on: date
    available_on: date
    expires_on: date | None = None


class PointsDraw(Row, table=True):
    """What one entry took from one lot; negative where a reversal puts it back."""

    __tablename__ = "points_draw"
    __table_args__ = (
        Index("ix_points_draw_lot_id", "lot_id"),
        whole("points"),
        CheckConstraint("points <> 0", name="points_moved"),
        {"sqlite_with_rowid": False},
    )

    entry_id: int = Field(primary_key=True, foreign_key="points_entry.id")
    lot_id: int = Field(primary_key=True, foreign_key="points_lot.id")
    points: int


points_entry = table_of(PointsEntry)
points_lot = table_of(PointsLot)
points_draw = table_of(PointsDraw)
