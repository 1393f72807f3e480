"""What a sale or refund did to a customer's points: the entries it led to, the lots they touched, what was let go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, func, select

from shopcrm.core import ledger
from shopcrm.core.book import Book
from shopcrm.core.ledger.lapsing import LAPSE
from shopcrm.core.merging import is_of
from shopcrm.core.schema.points import points_draw, points_entry, points_lot
from shopcrm.core.schema.sales import sale
from shopcrm.core.schema.waivers import points_waiver


class Mark(NamedTuple):
    """A place in the ledger, for a look at what is posted for a customer after it; and the balance there."""

    customer_id: int
    entry_id: int
    waiver_id: int
    balance_points: int


@dataclass(frozen=True, slots=True)
class Effect:
    """One entry, or what it did to one lot where it touched several; no lot for points that are owed.

    `left` is what the lot holds in the end.
    """

    on: date
    kind: str
    points: int
    receipt: str | None
    earned_on: date | None
    available_on: date | None
    expires_on: date | None
    left: int | None


@dataclass(frozen=True, slots=True)
class Effects:
    """All of it, and the balance before and after.

    Of what a refund should take, `clawed_points` are taken and `waived_points` not, by `policy`. `owed_points` are
    those taken that no lot had any more, as far as they are still owed in the end; `waived_minor` is the worth of the
    waived ones where it is charged. `ended_points` had ended unspent before, so that nothing is taken for them.
    `returned_points` go back into the lots that a redemption had drawn them from, of which `lapsed_points` into lots
    past their last day: they count no more.
    """

    clawed_points: int
    returned_points: int
    lapsed_points: int
    owed_points: int
    waived_points: int
    ended_points: int
    waived_minor: int
    policy: str
    points: int
    balance_before_points: int
    balance_points: int
    pending_points: int
    items: tuple[Effect, ...]


def mark(book: Book, customer_id: int) -> Mark:
    """Where the ledger ends now."""
    balance = ledger.balance(book, customer_id)
    return Mark(customer_id, book.next_id(points_entry) - 1, book.next_id(points_waiver) - 1, balance.balance_points)


def since(book: Book, begun: Mark) -> Effects:
    """What was posted for the customer after the mark."""
    entries, waivers = points_entry.c, points_waiver.c
    return _effects(
        book,
        begun.customer_id,
        and_(entries.id > begun.entry_id, is_of(book, entries.customer_id, begun.customer_id)),
        and_(waivers.id > begun.waiver_id, is_of(book, waivers.customer_id, begun.customer_id)),
        begun.balance_points,
    )


def of_sale(book: Book, customer_id: int, sale_id: int) -> Effects:
    """What was posted for the customer under a sale or refund as it stands now, whenever that was.

    Points that it gave back of a redemption are not among it: they stand under the redemption.
    """
    revision = select(sale.c.revision).where(sale.c.id == sale_id).scalar_subquery()
    entries, waivers = (
        and_(
            table.c.sale_id == sale_id,
            table.c.sale_revision == revision,
            is_of(book, table.c.customer_id, customer_id),
        )
        for table in (points_entry, points_waiver)
    )
    return _effects(book, customer_id, entries, waivers, ledger.balance(book, customer_id).balance_points)


def _effects(
    book: Book, customer_id: int, is_meant: ColumnElement[bool], is_waived: ColumnElement[bool], before_points: int
) -> Effects:
    first = points_entry.alias("first")
    entries = book.connection.execute(
        select(points_entry, first.c.kind.label("reversed_kind"))
        .outerjoin(first, first.c.id == points_entry.c.reverses_id)
        .where(is_meant)
        .order_by(points_entry.c.id)
    ).all()
    moves = _moves(book, is_meant)
    let_go = book.connection.execute(select(points_waiver).where(is_waived)).all()
    waivers = [waiver for waiver in let_go if waiver.policy != LAPSE]
    charged = [waiver for waiver in waivers if waiver.policy == "charge"]
    balance = ledger.balance(book, customer_id)
    taken = [entry for entry in entries if entry.kind == "reverse" and entry.points < 0]
    shortfall = sum(sum(move.points for move in moves.get(entry.id, ())) - entry.points for entry in taken)
    back = [entry for entry in entries if entry.reversed_kind == "redeem" and entry.points > 0]
    put_back = [move for entry in back for move in moves.get(entry.id, ())]
    return Effects(
        clawed_points=-sum(entry.points for entry in taken),
        returned_points=sum(entry.points for entry in back),
        lapsed_points=sum(m.points for m in put_back if m.lot.expires_on and m.lot.expires_on < book.as_of),
        owed_points=min(shortfall, max(0, -balance.balance_points)),
        waived_points=sum(waiver.points for waiver in waivers),
        ended_points=sum(waiver.points for waiver in let_go if waiver.policy == LAPSE),
        waived_minor=sum(book.history.on(waiver.on).points.worth_minor(waiver.points) for waiver in charged),
        policy=waivers[0].policy if waivers else "owe",
        points=sum(entry.points for entry in entries),
        balance_before_points=before_points,
        balance_points=balance.balance_points,
        pending_points=balance.pending_points,
        items=tuple(item for entry in entries for item in _items(entry, moves.get(entry.id, ()))),
    )


class _Move(NamedTuple):
    """Points that an entry took out of a lot, or brought into it; `points` is signed as the entry's are."""

    points: int
    lot: Any


def _moves(book: Book, is_meant: ColumnElement[bool]) -> Mapping[int, Sequence[_Move]]:
    lot, draw = points_lot.c, points_draw.c
    drawn = points_draw.alias("drawn")
    total = select(func.sum(drawn.c.points)).where(drawn.c.lot_id == lot.id).scalar_subquery()
    columns = (
        lot.id,
        lot.earned_on,
        lot.available_on,
        lot.expires_on,
        (lot.points - func.coalesce(total, 0)).label("left"),
    )
    meant = select(points_entry.c.id).where(is_meant)
    opened = select(*columns, lot.entry_id, lot.points.label("moved")).where(lot.entry_id.in_(meant))
    # A new lot that pays what was owed draws from itself: that is in `left`, and no move of its own.
    touched = (
        select(*columns, draw.entry_id, (-draw.points).label("moved"))
        .join(points_draw, draw.lot_id == lot.id)
        .where(draw.entry_id.in_(meant), draw.entry_id != lot.entry_id)
    )
    moves: dict[int, list[_Move]] = {}
    for statement in (opened, touched):
        for row in book.connection.execute(statement.order_by(lot.earned_on, lot.id)):
            moves.setdefault(row.entry_id, []).append(_Move(row.moved, row))
    return moves


def _items(entry: Row[Any], moves: Sequence[_Move]) -> list[Effect]:
    said = (entry.on, entry.kind)
    items = [
        Effect(*said, move.points, entry.receipt, move.lot.earned_on, move.lot.available_on, move.lot.expires_on,
               move.lot.left)
        for move in moves
    ]  # fmt: skip
    if rest := entry.points - sum(move.points for move in moves):
        items.append(Effect(*said, rest, entry.receipt, None, None, None, None))
    return items
