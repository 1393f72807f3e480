"""The wallet ledger: stored value, what was paid in (principal) and what the shop added (bonus) apart.

Append-only: triggers refuse every UPDATE and DELETE. Only core/wallet.py writes here.
"""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from shopcrm.core.schema.base import one_of, table_of, whole

ENTRY_KINDS = ("top_up", "pay", "refund", "adjust", "reverse")


class WalletEntry(SQLModel, table=True):
    """One signed line of money. The key names everything that makes it one event."""

    __tablename__ = "wallet_entry"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_wallet_entry_customer_id_on", "customer_id", "on"),
        one_of("kind", *ENTRY_KINDS),
        whole("principal_minor"),
        whole("bonus_minor"),
        CheckConstraint("principal_minor <> 0 OR bonus_minor <> 0", name="money_moved"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_type=Text)
    customer_id: int = Field(foreign_key="customer.id")
    kind: str = Field(sa_type=Text)
    principal_minor: int
    bonus_minor: int
    on: date
    posted_at: datetime
    by: str = Field(sa_type=Text)
    receipt: str | None = Field(default=None, sa_type=Text)
    reverses_id: int | None = Field(default=None, foreign_key="wallet_entry.id")
    reason_id: int | None = Field(default=None, foreign_key="note.id")
    rule: str = Field(sa_type=Text)
    inputs: dict[str, object] = Field(sa_type=JSON)
    settings_version_id: int = Field(foreign_key="settings_version.id")


wallet_entry = table_of(WalletEntry)
