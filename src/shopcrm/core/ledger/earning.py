"""Posts what sales earn, all in a few statements: credits that open one lot each and touch nothing that stood before.

A million of them as single postings would take five times as long. Only what was worked out is handed over; what an
entry says about its sale is copied from there, within the book.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Date,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    case,
    func,
    insert,
    literal,
    or_,
    select,
)

from shopcrm.core.book import Book
from shopcrm.core.clock import stored_instant
from shopcrm.core.language import translate as _
from shopcrm.core.schema.points import points_draw, points_entry, points_lot
from shopcrm.core.schema.sales import sale

_BY_SALE = "earn:sale:"
_TAKEN_COLUMNS = (
    "id", "key", "customer_id", "points", "on", "sale_id", "sale_revision", "receipt", "inputs", "settings_version_id"
)  # fmt: skip
_HELD = MetaData()  # tables of this connection alone, dropped before it ends

# What each sale earns, numbered from 1 in the order of the entries to be.
_EARNED = Table(
    "earned", _HELD, Column("id", Integer, primary_key=True), Column("sale_id", Integer),
    Column("customer_id", Integer), Column("points", Integer), Column("terms_id", Integer), Column("inputs", Text),
    prefixes=["TEMPORARY"],
)  # fmt: skip
_TERMS = Table(
    "earning_terms", _HELD, Column("id", Integer, primary_key=True), Column("on", Date), Column("available_on", Date),
    Column("expires_on", Date), Column("settings_version_id", Integer), Column("why", Text), prefixes=["TEMPORARY"],
)  # fmt: skip


class Terms(NamedTuple):
    """What holds alike for many sales of a day: the days of their points, and why they earn so much."""

    on: str  # days are texts, as the book keeps them
    available_on: str
    expires_on: str | None
    settings_version_id: int
    why: str  # the inside of a JSON object


# The sale, its customer, its points (1 or more), the place of its terms, and its inputs as JSON where they say more
# than its net amount and the why of its terms. A plain tuple, since there are a million of them.
Earning = tuple[int, int, int, int, str | None]


class Clawback(NamedTuple):
    """What a refund takes back of a sale that earns in the same sweep, out of the lot that it opens."""

    place: int  # of the sale among the earnings
    key: str
    customer_id: int
    points: int  # 1 or more
    on: str
    sale_id: int
    revision: int
    receipt: str
    inputs: str
    settings_version_id: int


def earn_key(sale_id: int, revision: int) -> str:
    """The key under which a revision of a sale earns."""
    return f"{_BY_SALE}{sale_id}:{revision}"


def post_earnings(
    book: Book, earnings: Sequence[Earning], terms: Iterable[Terms], clawbacks: Sequence[Clawback], rule: str
) -> None:
    """Posts an entry with one lot for each earning, and for each clawback one that draws from the lot of its sale.

    For customers who owe nothing: a credit would have to pay that first.
    """
    if not earnings:
        return
    entry_id, lot_id, rows = book.next_id(points_entry), book.next_id(points_lot), len(earnings)
    with ExitStack() as stack:
        for table in (points_entry, points_lot):
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                stack.enter_context(book.built_last(index, rows))
        _HELD.create_all(book.connection, checkfirst=False)
        book.insert_many(_EARNED, ("sale_id", "customer_id", "points", "terms_id", "inputs"), earnings)
        book.insert_many(_TERMS, ("id", *Terms._fields), ((place, *each) for place, each in enumerate(terms)))
        _add_entries(book, entry_id, rule)
        _open_lots(book, entry_id, lot_id)
        _HELD.drop_all(book.connection, checkfirst=False)
        _take_back(book, clawbacks, entry_id + rows, lot_id, rule)
    broken = next(_broken(book, entry_id, lot_id, rows), None)
    assert broken is None, broken


def _add_entries(book: Book, entry_id: int, rule: str) -> None:
    """One for each of `_EARNED`, in its order, with what it says of its sale."""
    net_minor = literal('{"net_minor":').concat(sale.c.net_minor)
    said = {
        "id": _EARNED.c.id + (entry_id - 1),
        "key": literal(_BY_SALE).concat(sale.c.id).concat(":").concat(sale.c.revision),
        "customer_id": _EARNED.c.customer_id,
        "kind": literal("earn"),
        "points": _EARNED.c.points,
        "on": _TERMS.c.on,
        "posted_at": literal(book.now, points_entry.c.posted_at.type),
        "by": literal(book.by),
        "sale_id": sale.c.id,
        "sale_revision": sale.c.revision,
        "receipt": sale.c.receipt,
        "rule": literal(rule),
        "inputs": func.coalesce(_EARNED.c.inputs, net_minor.concat(",").concat(_TERMS.c.why).concat("}")),
        "settings_version_id": _TERMS.c.settings_version_id,
    }
    new = _of_earned(said).join(sale, sale.c.id == _EARNED.c.sale_id)
    book.connection.execute(insert(points_entry).from_select(list(said), new.order_by(_EARNED.c.id)))


def _open_lots(book: Book, entry_id: int, lot_id: int) -> None:
    """One for each of the new entries."""
    said = {
        "id": _EARNED.c.id + (lot_id - 1),
        "entry_id": _EARNED.c.id + (entry_id - 1),
        "customer_id": _EARNED.c.customer_id,
        "points": _EARNED.c.points,
        "earned_on": _TERMS.c.on,
        "available_on": _TERMS.c.available_on,
        "expires_on": _TERMS.c.expires_on,
    }
    book.connection.execute(insert(points_lot).from_select(list(said), _of_earned(said).order_by(_EARNED.c.id)))


def _of_earned(said: Mapping[str, Any]) -> Select[Any]:
    return select(*said.values()).join_from(_EARNED, _TERMS, _TERMS.c.id == _EARNED.c.terms_id)


def _take_back(book: Book, clawbacks: Sequence[Clawback], entry_id: int, lot_id: int, rule: str) -> None:
    same = {"kind": "reverse", "posted_at": stored_instant(book.now), "by": book.by, "rule": rule}
    entries = (
        (number, key, customer_id, -points, *said)
        for number, (_place, key, customer_id, points, *said) in zip(count(entry_id), clawbacks, strict=False)
    )
    book.insert_many(points_entry, _TAKEN_COLUMNS, entries, same)
    draws = ((number, lot_id + c.place, c.points) for number, c in zip(count(entry_id), clawbacks, strict=False))
    book.insert_many(points_draw, ("entry_id", "lot_id", "points"), draws)


def _broken(book: Book, entry_id: int, lot_id: int, rows: int) -> Iterator[str]:
    """Every new entry has its one lot of as many points, and what is taken fits into it: so the laws hold as before."""
    entry, lot, draw = points_entry.c, points_lot.c, points_draw.c
    paired = points_entry.join(points_lot, lot.id == entry.id - entry_id + lot_id)
    among = entry.id.between(entry_id, entry_id + rows - 1)
    differs = or_(
        lot.entry_id != entry.id, lot.points != entry.points, lot.customer_id != entry.customer_id,
        lot.earned_on != entry.on, entry.points <= 0,
    )  # fmt: skip
    found = select(func.count(), func.min(case((differs, entry.id)))).select_from(paired).where(among)
    pairs, wrong = book.connection.execute(found).one()
    if pairs != rows:
        yield _("{rows} earnings have {pairs} lots").format(rows=rows, pairs=pairs)
    if wrong:
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
