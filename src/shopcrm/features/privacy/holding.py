"""Everything that is held about one person, found by walking from the customer along every reference there is.

No table is named here that could be forgotten: whatever refers to the customer is theirs, and what refers to that.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select

from shopcrm.core.book import Book
from shopcrm.core.portions import portions
from shopcrm.core.schema import every_table
from shopcrm.core.schema.house import note
from shopcrm.core.schema.intake import row_change
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.trail import audit

# Of the shop, and of everybody: what a person's rows refer to, and what is referred to there.
_NOT_THEIRS = frozenset(
    {"settings_version", "batch", "audit_head", "erasure_secret", "campaign", "offer", "offer_terms"}
)

Rows = dict[str, list[dict[str, Any]]]  # by table; each row by column


def everything(book: Book, ids: Sequence[int]) -> Rows:
    """Every row about a person who has these row keys, by table."""
    tables = every_table().sorted_tables  # what is referred to comes first
    found: dict[str, list[Any]] = {"customer": _fetch(book, customer, [customer.c.id.in_(ids)])}
    keys: dict[str, list[int]] = {"customer": list(ids)}
    for table in (each for each in tables if each.name not in ("customer", *_NOT_THEIRS)):
        rows = _fetch(book, table, list(_theirs(table, keys)))
        if rows:
            found[table.name] = rows
            if "id" in table.c:
                keys[table.name] = [row["id"] for row in rows]
    found["note"] = _notes(book, found)
    own = (row_change.c.table_name == "customer", row_change.c.row_id.in_(ids))
    found["row_change"] = _fetch(book, row_change, [own[0] & own[1]])
    found["audit"] = list(_trail(book, [row["code"] for row in found["customer"]]))
    return {name: [_plain(row) for row in rows] for name, rows in found.items() if rows}


def _theirs(table: Table, keys: Mapping[str, Sequence[int]]) -> Iterator[ColumnElement[bool]]:
    """Conditions under which a row is the person's: it names them, else it refers to a row that is theirs."""
    references = [key for key in table.foreign_keys if key.column.table.name in keys]
    naming = [key for key in references if key.column.table.name == "customer"]
    for key in naming or references:
        if key.column.table is not table:
            wanted = keys[key.column.table.name]
            for portion in portions(wanted):
                yield key.parent.in_(portion)


def _fetch(book: Book, table: Table, conditions: Sequence[ColumnElement[bool]]) -> list[Any]:
    found: dict[tuple[Any, ...], Any] = {}
    for start in range(0, len(conditions), 4):
        wanted = select(table).where(or_(*conditions[start : start + 4]))
        for row in book.connection.execute(wanted):
            found[tuple(row._mapping[each] for each in table.primary_key.columns)] = dict(row._mapping)
    return [found[key] for key in sorted(found)]


def _notes(book: Book, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Any]:
    tables = every_table().tables
    wanted = sorted({
        row[key.parent.name]
        for name, rows in found.items()
        for key in tables[name].foreign_keys
        for row in rows
        if key.column.table is note and row[key.parent.name] is not None
    })  # fmt: skip
    conditions = [note.c.id.in_(portion) for portion in portions(wanted)]
    return _fetch(book, note, conditions)


def _trail(book: Book, codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The commands that speak of the customer, each with that change alone: the others are about other people."""
    named = or_(*(audit.c.change.contains(code, autoescape=True) for code in codes))
    for row in book.connection.execute(select(audit).where(named).order_by(audit.c.id)):
        own = [part for part in row.change.split("; ") if {*codes} & {*part.replace(",", " ").split()}]
        if own:
            yield {"at": row.at, "by": row.by, "as_of": row.as_of, "command": row.command, "change": "; ".join(own)}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else value
