"""How tables are written here: names of constraints, checks that hold the line, and the mark of personal data."""

from typing import Any

from pydantic import ConfigDict
from sqlalchemy import CheckConstraint, Index, Table, text
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# Columns so marked hold personal data: erased on request, masked on screen, copied nowhere.
PERSONAL: dict[str, Any] = {"info": {"personal": True}}


class Row(SQLModel):
    """The base of all tables. Nobody makes objects of them, so Pydantic need not build what would check these."""

    model_config = ConfigDict(defer_build=True)  # type: ignore[assignment]


def index_of_some(name: str, *columns: str, where: str, is_unique: bool = False) -> Index:
    """An index over the rows that meet a condition.

    PostgreSQL is told of it in `every_table`: naming that dialect here would load it into every command, for 50 ms.
    """
    return Index(name, *columns, unique=is_unique, sqlite_where=text(where), info={WHERE: where})


WHERE = "where"  # the condition of such an index, in its info


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model, for set-based statements."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def whole(column: str) -> CheckConstraint:
    """The column holds whole numbers only: SQLite would take 12.5, or 'abc', in an INTEGER column."""
    return CheckConstraint(f"{column} = CAST({column} AS INTEGER)", name=f"{column}_whole")


def one_of(column: str, *words: str) -> CheckConstraint:
    """The column holds one of these words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def any_of(column: str, *words: str) -> CheckConstraint:
    """The column holds one of these words, compared one by one.

    For tables that take rows by the hundred thousand: SQLite looks three words or more up in a table that it builds
    anew for every row, which was a third of an import.
    """
    return CheckConstraint(" OR ".join(f"{column} = '{word}'" for word in words), name=f"{column}_known")
