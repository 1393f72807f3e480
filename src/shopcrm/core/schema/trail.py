"""The audit trail, and where it ends."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field

from shopcrm.core.schema.base import Row, table_of


class Audit(Row, table=True):
    """Who changed what, when, by which command; each row's digest covers the row before it."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    by: str = Field(sa_type=Text)
    as_of: date
    command: str = Field(sa_type=Text)
    change: str = Field(sa_type=Text)
    digest: str = Field(sa_type=Text)


class AuditHead(Row, table=True):
    """The last row of the trail, kept apart, so that rows cut off its end are missed."""

    __tablename__ = "audit_head"

    id: int | None = Field(default=None, primary_key=True)
    rows: int
    digest: str = Field(sa_type=Text)


audit = table_of(Audit)
audit_head = table_of(AuditHead)
