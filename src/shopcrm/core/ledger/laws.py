"""The ledger's laws, worked out again from all rows.

A credit is what its lots came with and what it put back; the sum of entries is what is left in lots less the deficit;
no lot is drawn below zero; a debit draws exactly what it takes, except that a reversal may leave a deficit, and none is
left while a lot is open; no lot is drawn from after its last day but to expire it, nor while it is pending but by a
clawback; nothing is taken back twice.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from shopcrm.core.book import Book
from shopcrm.core.language import translate as _
from shopcrm.core.ledger.accounts import chunks, code_of, lots_left
from shopcrm.core.schema.points import points_draw, points_entry, points_lot


def broken_laws(book: Book, customer_ids: Sequence[int] | None = None) -> Iterator[str]:
    """A sentence for every law that does not hold, for these customers or for all."""
    for portion in [None] if customer_ids is None else chunks(customer_ids):
        yield from _broken_laws(book, portion)


def _broken_laws(book: Book, chunk: Sequence[int] | None) -> Iterator[str]:
    def among(column: ColumnElement[Any]) -> ColumnElement[bool]:
        return column.is_not(None) if chunk is None else column.in_(chunk)

    yield from _overdrawn(book, among)
    yield from _adding_up(book, among)
    yield from _miscredited(book, among)
    yield from _misdrawn(book, among)
    yield from _misdated(book, among)
    yield from _overreversed(book, among)


def _overdrawn(book: Book, among: Any) -> Iterator[str]:
    lots = lots_left(among(points_lot.c.customer_id), None).subquery()
    wrong = select(lots).where(or_(lots.c.left < 0, lots.c.left > lots.c.points))
    for row in book.connection.execute(wrong):
        sentence = _("lot {lot} of {customer} has {left} of {points} points left")
        yield sentence.format(lot=row.id, customer=code_of(book, row.customer_id), left=row.left, points=row.points)


def _adding_up(book: Book, among: Any) -> Iterator[str]:
    lots, entry = lots_left(among(points_lot.c.customer_id), None).subquery(), points_entry.c
    ends = func.max(func.coalesce(lots.c.expires_on, date.max)).label("ends")  # when nothing is open any more
    held = select(lots.c.customer_id, func.sum(lots.c.left).label("left"), ends).group_by(lots.c.customer_id).subquery()
    entered = (
        select(entry.customer_id, func.sum(entry.points).label("points"), func.max(entry.on).label("last_on"))
        .where(among(entry.customer_id))
        .group_by(entry.customer_id)
        .subquery()
    )
    left = func.coalesce(held.c.left, 0).label("left")
    deficit = left - entered.c.points
    rows = (
        select(entered.c.customer_id, entered.c.points, left)
        .outerjoin(held, held.c.customer_id == entered.c.customer_id)
        .where(or_(deficit < 0, and_(deficit > 0, held.c.ends >= entered.c.last_on)))
    )
    for row in book.connection.execute(rows):
        sentence = _("the entries of {customer} add up to {points} points, their lots to {left}")
        yield sentence.format(customer=code_of(book, row.customer_id), points=row.points, left=row.left)


def _miscredited(book: Book, among: Any) -> Iterator[str]:
    back = (
        select(points_draw.c.entry_id, func.sum(points_draw.c.points).label("points"))
        .join(points_entry, points_entry.c.id == points_draw.c.entry_id)
        .where(points_draw.c.points < 0, among(points_entry.c.customer_id))
        .group_by(points_draw.c.entry_id)
        .subquery()
    )
    came = func.coalesce(func.sum(points_lot.c.points), 0) - func.coalesce(back.c.points, 0)
    statement = (
        select(points_entry.c.id, points_entry.c.kind, points_entry.c.points, came.label("came"))
        .outerjoin(points_lot, points_lot.c.entry_id == points_entry.c.id)
        .outerjoin(back, back.c.entry_id == points_entry.c.id)
        .where(points_entry.c.points > 0, among(points_entry.c.customer_id))
        .group_by(points_entry.c.id, points_entry.c.kind, points_entry.c.points, back.c.points)
        .having(came != points_entry.c.points)
    )
    for row in book.connection.execute(statement):
        sentence = _("entry {entry} ({kind} {points}) opened lots of {came} points")
        yield sentence.format(entry=row.id, kind=row.kind, points=row.points, came=row.came)


def _misdrawn(book: Book, among: Any) -> Iterator[str]:
    drawn = func.coalesce(func.sum(points_draw.c.points), 0)
    statement = (
        select(points_entry.c.id, points_entry.c.kind, points_entry.c.points, drawn.label("drawn"))
        .outerjoin(points_draw, points_draw.c.entry_id == points_entry.c.id)
        .where(points_entry.c.points < 0, among(points_entry.c.customer_id))
        .group_by(points_entry.c.id, points_entry.c.kind, points_entry.c.points)
        .having(
            or_(
                drawn > -points_entry.c.points,
                and_(drawn < -points_entry.c.points, points_entry.c.kind != "reverse"),
            )
        )
    )
    for row in book.connection.execute(statement):
        sentence = _("entry {entry} ({kind} {points}) drew {drawn} points from lots")
        yield sentence.format(entry=row.id, kind=row.kind, points=row.points, drawn=row.drawn)


def _misdated(book: Book, among: Any) -> Iterator[str]:
    entry, lot = points_entry.c, points_lot.c
    is_past, is_pending = entry.on > lot.expires_on, entry.on < lot.available_on
    is_wrong = case(
        (lot.entry_id == entry.id, False),  # a credit that pays a deficit draws from its own lot
        (entry.kind == "expire", or_(lot.expires_on.is_(None), ~is_past)),
        (entry.kind == "reverse", is_past),
        else_=or_(is_past, is_pending),
    )
    rows = (
        select(entry.id, entry.kind, entry.on, lot.id.label("lot"), lot.available_on, lot.expires_on)
        .join(points_draw, points_draw.c.entry_id == entry.id)
        .join(points_lot, lot.id == points_draw.c.lot_id)
        .where(points_draw.c.points > 0, is_wrong, among(entry.customer_id))
    )
    for row in book.connection.execute(rows):
        sentence = _("entry {entry} ({kind}) drew on {on} from lot {lot}, which is good from {first} to {last}")
        last = row.expires_on or _("ever")
        yield sentence.format(entry=row.id, kind=row.kind, on=row.on, lot=row.lot, first=row.available_on, last=last)


def _overreversed(book: Book, among: Any) -> Iterator[str]:
    first = points_entry.alias("first")
    back = func.sum(points_entry.c.points)
    rows = (
        select(first.c.id, first.c.points, back.label("back"))
        .join(points_entry, points_entry.c.reverses_id == first.c.id)
        .where(among(first.c.customer_id))
        .group_by(first.c.id, first.c.points)
        .having(func.abs(first.c.points + back) > func.abs(first.c.points))
    )
    for row in book.connection.execute(rows):
        sentence = _("entry {entry} of {points} points was taken back by {back}")
        yield sentence.format(entry=row.id, points=row.points, back=row.back)
