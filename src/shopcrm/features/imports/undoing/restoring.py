"""Brings rows back to what they said before a batch changed them."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, DateTime, Table, bindparam, delete, insert, or_, select, update

from shopcrm.core.book import Book
from shopcrm.core.clock import read_stored_instant
from shopcrm.core.portions import portions
from shopcrm.core.schema.intake import row_change
from shopcrm.core.schema.points import points_entry
from shopcrm.core.schema.sales import sale, sale_line
from shopcrm.sheets.records import Line

Before = Mapping[str, Any]  # column → what it held, as JSON says it

_LINE_COLUMNS = ("sale_id", "position", *Line._fields)


def load_before(book: Book, batch_id: int) -> dict[str, dict[int, Before]]:
    """What the rows that a batch changed said before it, by table and row. The first change of a row counts."""
    wanted = select(row_change.c.table_name, row_change.c.row_id, row_change.c.before)
    before: dict[str, dict[int, Before]] = defaultdict(dict)
    for table, row_id, said in book.connection.execute(
        wanted.where(row_change.c.batch_id == batch_id).order_by(row_change.c.id)
    ):
        before[table].setdefault(row_id, json.loads(said) if isinstance(said, str) else said)
    return before


def restore(book: Book, table: Table, before: Mapping[int, Before]) -> int:
    """Writes the old values of these rows back; answers how many there were."""
    _write_back(book, table, {row_id: _values(table, said) for row_id, said in before.items()})
    return len(before)


def restore_receipts(book: Book, batch: Any, before: Mapping[int, Before]) -> int:
    """Writes old receipts and their lines back. Where points were posted since, as a new revision: accrual follows.

    Where none were, the old revision itself: nothing has ever been worked out from the one that goes.
    """
    followed = _followed(book, batch, before)
    current = {
        row.id: row.revision
        for ids in portions(list(before))
        for row in book.connection.execute(select(sale.c.id, sale.c.revision).where(sale.c.id.in_(ids)))
    }
    values, lines = {}, []
    for sale_id, said in before.items():
        revision = current[sale_id] + 1 if sale_id in followed else said["revision"]
        values[sale_id] = _values(sale, said) | {"revision": revision}
        lines += [_line(sale_id, place, line) for place, line in enumerate(said["lines"], 1)]
    _write_back(book, sale, values)
    for ids in portions(list(before)):
        book.connection.execute(delete(sale_line).where(sale_line.c.sale_id.in_(ids)))
    if lines:
        book.connection.execute(insert(sale_line), lines)
    return len(before)


def _followed(book: Book, batch: Any, before: Mapping[int, Before]) -> set[int]:
    """The receipts for which, or for whose refunds, points were posted since the batch came."""
    followed = set()
    columns = (sale.c.id, sale.c.refund_of_id, points_entry.c.sale_revision, points_entry.c.posted_at)
    for ids in portions(list(before)):
        of_these = or_(sale.c.id.in_(ids), sale.c.refund_of_id.in_(ids))
        entries = select(*columns).join(points_entry, points_entry.c.sale_id == sale.c.id).where(of_these)
        for row in book.connection.execute(entries):
            for sale_id in {row.id, row.refund_of_id} & before.keys():
                is_later = sale_id == row.id and row.sale_revision > before[sale_id]["revision"]
                if is_later or row.posted_at >= batch.imported_at:
                    followed.add(sale_id)
    return followed


def _write_back(book: Book, table: Table, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Rows that name the same columns in one statement: one by one they take ten times as long."""
    alike: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row_id, values in rows.items():
        alike[tuple(values)].append({"key": row_id} | {f"old_{name}": value for name, value in values.items()})
    for names, bound in alike.items():
        values = {name: bindparam(f"old_{name}") for name in names}
        book.connection.execute(update(table).where(table.c.id == bindparam("key")).values(values), bound)


def _line(sale_id: int, place: int, line: Sequence[Any]) -> dict[str, Any]:
    # Shorter where it was kept before there were costs.
    return dict.fromkeys(_LINE_COLUMNS) | dict(zip(_LINE_COLUMNS, (sale_id, place, *line), strict=False))


def _values(table: Table, said: Before) -> dict[str, Any]:
    return {
        column.name: _value(column.type, said[column.name])
        for column in table.c
        if column.name in said and column.name != "id"
    }


def _value(kind: Any, value: Any) -> Any:
    if isinstance(value, str) and isinstance(kind, DateTime):
        return read_stored_instant(value)
    if isinstance(value, str) and isinstance(kind, Date):
        return date.fromisoformat(value)
    return value
