"""Posts what sales earn, all in a few statements: credits that open one lot each and touch nothing that stood before.

A million of them as single postings would take five times as long. Only what was worked out is handed over; what an
entry says about its sale is copied from there, within the book.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Column, Date, MetaData, Select, Table, and_, case, func, insert, literal, or_, select

from shopcrm.core.book import Book
from shopcrm.core.clock import stored_instant
from shopcrm.core.language import translate as _
from shopcrm.core.ledger.events import Posting
from shopcrm.core.ledger.writing import encode_inputs
from shopcrm.core.schema.base import WHERE
from shopcrm.core.schema.points import points_draw, points_entry, points_lot
from shopcrm.core.schema.sales import sale

_BY_SALE = "earn:sale:"
_SAID = (
    "id", "key", "customer_id", "kind", "points", "on", "sale_id", "sale_revision", "receipt", "rule", "inputs",
    "settings_version_id",
)  # fmt: skip

# When points of a day can be spent; of this connection alone, and dropped before it ends.
_TERMS = Table(
    "earning_terms", MetaData(), Column("on", Date, primary_key=True), Column("available_on", Date),
    Column("expires_on", Date), prefixes=["TEMPORARY"], sqlite_with_rowid=False,
)  # fmt: skip


class Terms(NamedTuple):
    """The days of what is earned on a day."""

    on: date
    available_on: date
    expires_on: date | None


class Clawback(NamedTuple):
    """What a refund takes back of a sale that earns in the same sweep, out of the lot that this opens."""

    entry_id: int  # of the sale
    posting: Posting


class Earnings(NamedTuple):
    """What was posted: how many sales earned, how much, and for whom; and how many refunds took how much back."""

    sales: int
    points: int
    customer_ids: frozenset[int]
    refunds: int
    taken_points: int


def earn_key(sale_id: int, revision: int) -> str:
    """The key under which a revision of a sale earns."""
    return f"{_BY_SALE}{sale_id}:{revision}"


def post_earnings(
    book: Book, plain: Select[Any], at_most: int, clawbacks: Callable[[], Iterable[Clawback]], terms: Iterable[Terms],
    rule: str,
) -> Earnings:  # fmt: skip
    """Posts an entry with one lot for each sale that earns, and for each clawback one that draws from that lot.

    `plain` is a statement over `sale` that names points (1 or more), inputs and settings_version_id, and has no more
    rows than `at_most`; of customers who owe nothing: a credit would have to pay that first. `clawbacks` is asked when
    the sales stand in the ledger. `terms` are those of all the days on which anything is earned.
    """
    entry_id, lot_id = book.next_id(points_entry), book.next_id(points_lot)
    indexes = {str(index.name): index for table in (points_entry, points_lot) for index in table.indexes}
    by_sale = indexes.pop("ix_points_entry_sale_id")  # which clawbacks are found by
    with ExitStack() as stack:
        for _name, index in sorted(indexes.items()):
            if WHERE not in index.info:  # none of these rows is in an index of some
                stack.enter_context(book.built_last(index, at_most))
        with book.built_last(by_sale, at_most):
            earned = _add_sales(book, plain, rule)
        _open_lots(book, entry_id, lot_id, terms)
        taken = _take_back(book, clawbacks(), entry_id + earned, lot_id - entry_id)
    paired = _paired(book, entry_id, lot_id, earned)
    broken = next(_broken(book, paired, entry_id, earned), None)
    assert broken is None, broken
    return Earnings(earned, paired.points, _customers(book, entry_id, earned), len(taken), sum(taken))


def _add_sales(book: Book, plain: Select[Any], rule: str) -> int:
    """One entry for each sale, in the order of the statement; answers how many."""
    own = {
        "key": literal(_BY_SALE).concat(sale.c.id).concat(":").concat(sale.c.revision),
        "customer_id": sale.c.customer_id,
        "kind": literal("earn"),
        "on": sale.c.on,
        "posted_at": literal(book.now, points_entry.c.posted_at.type),
        "by": literal(book.by),
        "sale_id": sale.c.id,
        "sale_revision": sale.c.revision,
        "receipt": sale.c.receipt,
        "rule": literal(rule),
    }
    said = plain.add_columns(*(value.label(name) for name, value in own.items()))
    # Without keys of their own: the database numbers them on from the last one, in the order in which they come.
    return book.connection.execute(insert(points_entry).from_select(said.selected_columns.keys(), said)).rowcount


def _open_lots(book: Book, entry_id: int, lot_id: int, terms: Iterable[Terms]) -> None:
    """One for each of the new entries."""
    _TERMS.create(book.connection)
    days = ((t.on.isoformat(), t.available_on.isoformat(), t.expires_on and t.expires_on.isoformat()) for t in terms)
    book.insert_many(_TERMS, Terms._fields, days)
    entry = points_entry.c
    said = {
        "id": entry.id + (lot_id - entry_id),
        "entry_id": entry.id,
        "points": entry.points,
        "earned_on": entry.on,
        "available_on": _TERMS.c.available_on,
        "expires_on": _TERMS.c.expires_on,
    }
    new = select(*said.values()).join_from(points_entry, _TERMS, _TERMS.c.on == entry.on).where(entry.id >= entry_id)
    book.connection.execute(insert(points_lot).from_select(list(said), new.order_by(entry.id)))
    _TERMS.drop(book.connection)


def _take_back(book: Book, clawbacks: Iterable[Clawback], entry_id: int, to_lot: int) -> list[int]:
    """Entries that draw from the lots of sales; answers how much each takes."""
    same = {"posted_at": stored_instant(book.now), "by": book.by}
    rows, draws = [], []
    for number, (sold_entry_id, p) in enumerate(clawbacks, entry_id):
        rows.append(
            (number, p.key, p.customer_id, p.kind, p.amount, p.on.isoformat(), p.sale_id, p.sale_revision, p.receipt,
             p.rule, encode_inputs(p.inputs), p.settings_version_id)
        )  # fmt: skip
        draws.append((number, sold_entry_id + to_lot, -p.amount))
    book.insert_many(points_entry, _SAID, rows, same)
    book.insert_many(points_draw, ("entry_id", "lot_id", "points"), draws)
    return [points for _, _, points in draws]


class _Paired(NamedTuple):
    """The new entries that have a lot in their place: how many, their points, and the first that differs from it."""

    rows: int
    points: int
    differing_id: int | None


def _paired(book: Book, entry_id: int, lot_id: int, rows: int) -> _Paired:
    entry, lot = points_entry.c, points_lot.c
    paired = points_entry.join(points_lot, lot.id == entry.id - entry_id + lot_id)
    among = entry.id.between(entry_id, entry_id + rows - 1)
    differs = or_(lot.entry_id != entry.id, lot.points != entry.points, lot.earned_on != entry.on, entry.points <= 0)
    points = func.coalesce(func.sum(entry.points), 0)
    found = select(func.count(), points, func.min(case((differs, entry.id)))).select_from(paired).where(among)
    return _Paired._make(book.connection.execute(found).one())


def _customers(book: Book, entry_id: int, rows: int) -> frozenset[int]:
    # Where the new ones are most of all, a plus hides the row key, so that the index over customers is read.
    key = points_entry.c.id + 0 if rows > entry_id else points_entry.c.id
    among = key.between(entry_id, entry_id + rows - 1)
    return frozenset(row[0] for row in book.read_many(select(points_entry.c.customer_id).where(among).distinct()))


def _broken(book: Book, paired: _Paired, entry_id: int, rows: int) -> Iterator[str]:
    """Every new entry has its one lot of as many points, and what is taken fits into it: so the laws hold as before."""
    entry, lot, draw = points_entry.c, points_lot.c, points_draw.c
    if paired.rows != rows:
        yield _("{rows} earnings have {pairs} lots").format(rows=rows, pairs=paired.rows)
    if paired.differing_id:
        yield _("entry {entry} and its lot differ").format(entry=paired.differing_id)
    taken = func.sum(draw.points)
    over = select(lot.id).join(points_draw, draw.lot_id == lot.id).where(draw.entry_id >= entry_id + rows)
    if wrong := book.connection.scalar(over.group_by(lot.id, lot.points).having(taken > lot.points)):
        yield _("more was taken from lot {lot} than came").format(lot=wrong)
    opened = points_entry.alias("opened")
    torn = select(entry.id).join(points_draw, draw.entry_id == entry.id).join(points_lot, lot.id == draw.lot_id)
    torn = torn.join(opened, opened.c.id == lot.entry_id)
    fits = and_(draw.points == -entry.points, opened.c.customer_id == entry.customer_id, lot.earned_on <= entry.on)
    lasts = or_(lot.expires_on.is_(None), lot.expires_on >= entry.on)
    if wrong := book.connection.scalar(torn.where(entry.id >= entry_id + rows, ~and_(fits, lasts))):
        yield _("entry {entry} draws what it does not take").format(entry=wrong)
