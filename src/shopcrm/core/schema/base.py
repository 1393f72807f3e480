"""How tables are written here: names of constraints, checks that hold the line, and the mark of personal data."""

from collections.abc import Iterator
from typing import Any

from pydantic import ConfigDict
from sqlalchemy import CheckConstraint, Column, Index, Table, text
from sqlmodel import SQLModel
from sqlmodel.main import SQLModelMetaclass

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# Columns so marked hold personal data: erased on request, masked on screen, copied nowhere.
PERSONAL: dict[str, Any] = {"info": {"personal": True}}


class _TableAlone(SQLModelMetaclass):
    """Makes the table of a class and no mapper, which took half of what a table costs every command that reads it."""

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> None:  # noqa: N805
        type.__init__(cls, name, bases, namespace)
        if options.get("table"):
            parts = namespace.get("__table_args__", ())
            settings = next((part for part in parts if isinstance(part, dict)), {})
            parts = (*_named_columns(cls), *(part for part in parts if part is not settings))
            Table(namespace["__tablename__"], SQLModel.metadata, *parts, **settings)


class Row(SQLModel, metaclass=_TableAlone):
    """The base of all tables. Nobody makes objects of them, so that nothing is built that would check or map these."""

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


def _named_columns(model: type) -> Iterator[Column[Any]]:
    for name, column in vars(model).items():
        if isinstance(column, Column):
            column.name = column.key = name
            yield column
