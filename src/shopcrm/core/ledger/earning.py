"""Posts what plain sales earn, column by column: a credit that opens one lot and touches nothing that stood before.

A million of them as single postings would take five times as long.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from typing import NamedTuple

from sqlalchemy import func, or_, select

from shopcrm.core.book import Book
from shopcrm.core.clock import stored_instant
from shopcrm.core.schema.points import points_entry, points_lot

_BY_SALE = "earn:sale:"
_ENTRY_COLUMNS = (
    "id", "key", "customer_id", "kind", "points", "on", "posted_at", "by", "sale_id", "sale_revision", "receipt",
    "rule", "inputs", "settings_version_id",
)  # fmt: skip
_LOT_COLUMNS = ("id", "entry_id", "customer_id", "points", "earned_on", "available_on", "expires_on")


class Earning(NamedTuple):
    """What one sale earns. Days and inputs are texts, as the book keeps them."""

    sale_id: int
    revision: int
    customer_id: int
    points: int  # 1 or more
    on: str
    receipt: str
    inputs: str
    settings_version_id: int
    available_on: str
    expires_on: str | None


def earn_key(sale_id: int, revision: int) -> str:
    """The key under which a revision of a sale earns."""
    return f"{_BY_SALE}{sale_id}:{revision}"


def post_earnings(book: Book, earnings: Sequence[Earning], rule: str) -> None:
    """Posts one entry with one lot for each. For customers who owe nothing: a credit would have to pay that first."""
    if not earnings:
        return
    entry_id, lot_id = book.next_id(points_entry), book.next_id(points_lot)
    posted_at, by = stored_instant(book.now), book.by
    entries = (
        (
            number,
            f"{_BY_SALE}{e[0]}:{e[1]}",
            e[2],
            "earn",
            e[3],
            e[4],
            posted_at,
            by,
            e[0],
            e[1],
            e[5],
            rule,
            e[6],
            e[7],
        )
        for number, e in zip(count(entry_id), earnings, strict=False)
    )
    lots = (
        (number, number - lot_id + entry_id, e[2], e[3], e[4], e[8], e[9])
        for number, e in zip(count(lot_id), earnings, strict=False)
    )
    _write(book, entries, lots, len(earnings))
    broken = next(_broken(book, entry_id, lot_id, len(earnings)), None)
    assert broken is None, broken


def _write(book: Book, entries: Iterable[Sequence[object]], lots: Iterable[Sequence[object]], rows: int) -> None:
    with ExitStack() as stack:
        for table in (points_entry, points_lot):
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                stack.enter_context(book.built_last(index, rows))
        book.insert_many(points_entry, _ENTRY_COLUMNS, entries)
        book.insert_many(points_lot, _LOT_COLUMNS, lots)


def _broken(book: Book, entry_id: int, lot_id: int, rows: int) -> Iterator[str]:
    """Every new entry has its one lot, of as many points, from its own day on: so every law holds that held before."""
    entry, lot = points_entry.c, points_lot.c
    differs = or_(
        lot.entry_id != entry.id, lot.points != entry.points, lot.customer_id != entry.customer_id,
        lot.earned_on != entry.on, entry.points <= 0,
    )  # fmt: skip
    paired = points_entry.join(points_lot, lot.id == entry.id - entry_id + lot_id)
    among = entry.id.between(entry_id, entry_id + rows - 1)
    pairs = book.connection.scalar(select(func.count()).select_from(paired).where(among))
    if pairs != rows:
        yield f"{rows} earnings have {pairs} lots"
    if wrong := book.connection.scalar(select(func.min(entry.id)).select_from(paired).where(among, differs)):
        yield f"entry {wrong} and its lot differ"
