"""The wallet's ledger: stored value as entries, the lots that credits open, and the draws that debits make from lots.

What was paid in (principal) and what the shop added (bonus) lie in lots of their own. Append-only: triggers refuse
every UPDATE and DELETE. Only core/ledger writes here.
"""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from shopcrm.core.schema.base import Row, any_of, index_of_some, table_of, whole

ENTRY_KINDS = ("top_up", "bonus", "pay", "refund", "forfeit", "expire", "adjust", "reverse")


class WalletEntry(Row, table=True):
    """One signed line of money. The key names everything that makes it one event."""

    __tablename__ = "wallet_entry"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_wallet_entry_customer_id_on", "customer_id", "on"),
        index_of_some("ix_wallet_entry_reverses_id", "reverses_id", where="reverses_id IS NOT NULL"),
        any_of("kind", *ENTRY_KINDS),
        whole("amount_minor"),
        CheckConstraint("amount_minor <> 0", name="money_moved"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_type=Text)
    customer_id: int = Field(foreign_key="customer.id")
    kind: str = Field(sa_type=Text)
    amount_minor: int
    on: date
    posted_at: datetime
    by: str = Field(sa_type=Text)
    receipt: str | None = Field(default=None, sa_type=Text)
    reverses_id: int | None = Field(default=None, foreign_key="wallet_entry.id")
    reason_id: int | None = Field(default=None, foreign_key="note.id")
    rule: str = Field(sa_type=Text)
    inputs: dict[str, object] = Field(sa_type=JSON)
    settings_version_id: int = Field(foreign_key="settings_version.id")


class WalletLot(Row, table=True):
    """Money of one purse that came together, for the customer of the entry; principal never ends, bonus may."""

    __tablename__ = "wallet_lot"
    __table_args__ = (
        Index("ix_wallet_lot_entry_id", "entry_id"),
        any_of("purse", "bonus", "principal"),
        whole("amount_minor"),
        CheckConstraint("amount_minor > 0", name="money_positive"),
        CheckConstraint("expires_on >= earned_on", name="expires_after_earned"),
        CheckConstraint("purse = 'bonus' OR expires_on IS NULL", name="principal_lasts"),
    )

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="wallet_entry.id")
    purse: str = Field(sa_type=Text)
    amount_minor: int
    earned_on: date
    expires_on: date | None = None


class WalletDraw(Row, table=True):
    """What one entry took from one lot; negative where a reversal puts it back."""

    __tablename__ = "wallet_draw"
    __table_args__ = (
        Index("ix_wallet_draw_lot_id", "lot_id"),
        whole("amount_minor"),
        CheckConstraint("amount_minor <> 0", name="money_moved"),
        {"sqlite_with_rowid": False},
    )

    entry_id: int = Field(primary_key=True, foreign_key="wallet_entry.id")
    lot_id: int = Field(primary_key=True, foreign_key="wallet_lot.id")
    amount_minor: int


wallet_entry = table_of(WalletEntry)
wallet_lot = table_of(WalletLot)
wallet_draw = table_of(WalletDraw)
