"""Posts what sales earn, column by column: credits that open one lot each and touch nothing that stood before.

A million of them as single postings would take five times as long.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from typing import NamedTuple

from sqlalchemy import Column, Date, MetaData, Table, and_, func, insert, or_, select

from shopcrm.core.book import Book
from shopcrm.core.clock import stored_instant
from shopcrm.core.language import translate as _
from shopcrm.core.schema.points import points_draw, points_entry, points_lot

_BY_SALE = "earn:sale:"
_ENTRY_COLUMNS = (
    "id", "key", "customer_id", "points", "on", "sale_id", "sale_revision", "receipt", "inputs", "settings_version_id"
)  # fmt: skip


# Where the days of new lots stand while these are written: SQLite looks them up by their key, entry by entry.
_DAYS = Table(
    "day_of_lot", MetaData(), Column("on", Date, primary_key=True), Column("available_on", Date),
    Column("expires_on", Date), prefixes=["TEMPORARY"], sqlite_with_rowid=False,
)  # fmt: skip


class Clawback(NamedTuple):
    """What a refund takes back of a sale that earns in the same sweep, out of the lot that it opens."""

    place: int  # of the sale among the earnings
    key: str
    points: int  # 1 or more
    on: str
    sale_id: int
    revision: int
    receipt: str
    inputs: str
    settings_version_id: int


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


def post_earnings(book: Book, earnings: Sequence[Earning], clawbacks: Sequence[Clawback], rule: str) -> None:
    """Posts an entry with one lot for each earning, and for each clawback one that draws from the lot of its sale.

    For customers who owe nothing: a credit would have to pay that first.
    """
    if not earnings:
        return
    entry_id, lot_id, rows = book.next_id(points_entry), book.next_id(points_lot), len(earnings)
    same = {"posted_at": stored_instant(book.now), "by": book.by, "rule": rule}
    entries = (
        (number, f"{_BY_SALE}{e[0]}:{e[1]}", e[2], e[3], e[4], e[0], e[1], e[5], e[6], e[7])
        for number, e in zip(count(entry_id), earnings, strict=False)
    )
    taken = (
        (number, c[1], earnings[c[0]][2], -c[2], c[3], c[4], c[5], c[6], c[7], c[8])
        for number, c in zip(count(entry_id + rows), clawbacks, strict=False)
    )
    with ExitStack() as stack:
        for table in (points_entry, points_lot):
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                stack.enter_context(book.built_last(index, rows))
        book.insert_many(points_entry, _ENTRY_COLUMNS, entries, {"kind": "earn", **same})
        book.insert_many(points_entry, _ENTRY_COLUMNS, taken, {"kind": "reverse", **same})
        _open_lots(book, earnings, entry_id, lot_id)
    draws = ((number, lot_id + c[0], c[2]) for number, c in zip(count(entry_id + rows), clawbacks, strict=False))
    book.insert_many(points_draw, ("entry_id", "lot_id", "points"), draws)
    broken = next(_broken(book, entry_id, lot_id, rows), None)
    assert broken is None, broken


def _open_lots(book: Book, earnings: Sequence[Earning], entry_id: int, lot_id: int) -> None:
    """One lot for each of the new entries. Their days are few, and are handed over once; the rest is copied."""
    _DAYS.create(book.connection)
    told = sorted({(e.on, e.available_on, e.expires_on) for e in earnings}, key=lambda days: days[0])
    book.insert_many(_DAYS, [column.name for column in _DAYS.c], told)
    entry, day = points_entry.c, _DAYS.c
    new = (
        select(
            entry.id - entry_id + lot_id, entry.id, entry.customer_id, entry.points, entry.on, day.available_on,
            day.expires_on,
        )
        .join_from(points_entry, _DAYS, day.on == entry.on)
        .where(entry.id.between(entry_id, entry_id + len(earnings) - 1))
    )  # fmt: skip
    columns = ("id", "entry_id", "customer_id", "points", "earned_on", "available_on", "expires_on")
    book.connection.execute(insert(points_lot).from_select(columns, new))
    _DAYS.drop(book.connection)


def _broken(book: Book, entry_id: int, lot_id: int, rows: int) -> Iterator[str]:
    """Every new entry has its one lot of as many points, and what is taken fits into it: so the laws hold as before."""
    entry, lot, draw = points_entry.c, points_lot.c, points_draw.c
    paired = points_entry.join(points_lot, lot.id == entry.id - entry_id + lot_id)
    among = entry.id.between(entry_id, entry_id + rows - 1)
    differs = or_(
        lot.entry_id != entry.id, lot.points != entry.points, lot.customer_id != entry.customer_id,
        lot.earned_on != entry.on, entry.points <= 0,
    )  # fmt: skip
    pairs = book.connection.scalar(select(func.count()).select_from(paired).where(among))
    if pairs != rows:
        yield _("{rows} earnings have {pairs} lots").format(rows=rows, pairs=pairs)
    if wrong := book.connection.scalar(select(func.min(entry.id)).select_from(paired).where(among, differs)):
        yield _("entry {entry} and its lot differ").format(entry=wrong)
    taken = func.sum(draw.points)
    over = select(lot.id).join(points_draw, draw.lot_id == lot.id).where(draw.entry_id >= entry_id + rows)
    if wrong := book.connection.scalar(over.group_by(lot.id, lot.points).having(taken > lot.points)):
        yield _("more was taken from lot {lot} than came").format(lot=wrong)
    torn = select(entry.id).join(points_draw, draw.entry_id == entry.id).join(points_lot, lot.id == draw.lot_id)
    fits = and_(draw.points == -entry.points, lot.customer_id == entry.customer_id, lot.earned_on <= entry.on)
    lasts = or_(lot.expires_on.is_(None), lot.expires_on >= entry.on)
    if wrong := book.connection.scalar(torn.where(entry.id >= entry_id + rows, ~and_(fits, lasts))):
        yield _("entry {entry} draws what it does not take").format(entry=wrong)
