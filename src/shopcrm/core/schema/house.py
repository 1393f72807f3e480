"""The house's own tables: versions of the settings, and erasable notes."""

from datetime import date, datetime

from sqlalchemy import JSON, Text
from sqlmodel import Field

from shopcrm.core.schema.base import PERSONAL, Row, table_of


class SettingsVersion(Row, table=True):
    """A set of changed keys and the day they take effect; the version `init` writes holds since ever."""

    __tablename__ = "settings_version"

    id: int | None = Field(default=None, primary_key=True)
    effective_on: date | None = None
    changes: dict[str, object] = Field(sa_type=JSON)
    set_at: datetime
    by: str = Field(sa_type=Text)


class Note(Row, table=True):
    """Free text a person typed, apart from the append-only rows that refer to it, so that it can be erased."""

    __tablename__ = "note"

    id: int | None = Field(default=None, primary_key=True)
    text: str = Field(sa_type=Text, sa_column_kwargs=PERSONAL)


settings_version = table_of(SettingsVersion)
note = table_of(Note)
