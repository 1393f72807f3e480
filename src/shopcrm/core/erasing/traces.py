"""Looks through every text of the book for somebody: proof that nothing was forgotten, before the commit."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, Text, select

from shopcrm.core.book import Book
from shopcrm.core.erasing.needles import Needles
from shopcrm.core.schema import every_table

# Goods, figures and what the program itself writes by the million; who is at work in the shop is no customer there.
_PASSED_OVER = frozenset({"sale_line", "segment_snapshot", "points_draw", "wallet_draw", "visit_draw", "tier_change"})
_OF_THE_SHOP = frozenset({"by", "cashier", "digest", "key", "inputs", "receipt", "kind", "rule", "code", "secret"})


@dataclass(frozen=True, slots=True)
class Trace:
    """Where somebody is still named, and in how many rows."""

    table: str
    column: str
    rows: int


def find_traces(book: Book, needles: Needles) -> tuple[Trace, ...]:
    """Every column of texts in which one of them is found."""
    texts = [
        column
        for table in every_table().sorted_tables
        for column in table.c
        if isinstance(column.type, (Text, JSON)) and table.name not in _PASSED_OVER and column.name not in _OF_THE_SHOP
    ]
    counts = ((column, _count(book, column, needles)) for column in texts)
    return tuple(Trace(column.table.name, column.name, rows) for column, rows in counts if rows)


def _count(book: Book, column: Column[Any], needles: Needles) -> int:
    values = book.connection.scalars(select(column).where(column.is_not(None)).distinct())
    return sum(needles.scrub(text) != text for text in map(_as_text, values))


def _as_text(said: Any) -> str:
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
