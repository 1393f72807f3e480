"""What customers hold: balances, and the open lots behind them, as of any day."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from shopcrm.core.book import Book
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.points import points_draw, points_entry, points_lot

CHUNK = 900  # bound values in one statement; SQLite's oldest limit is 999


@dataclass(frozen=True, slots=True)
class Balance:
    """A customer's points on a day. Lots past their last good day count no more, swept or not."""

    balance_points: int
    pending_points: int
    spendable_points: int
    frees_on: date | None  # the last day on which pending points become spendable


@dataclass(slots=True)
class Lot:
    """Points that came together; `left` is what no entry has drawn yet."""

    id: int
    points: int
    left: int
    earned_on: date
    available_on: date
    expires_on: date | None
    sale_id: int | None
    entry_id: int | None = None  # that opened it; not known of lots that are only put back into


@dataclass(slots=True)
class Expiration:
    """What an entry took out of a lot on the day after its last; `points` have not been put back."""

    entry_id: int
    on: date
    points: int
    lot: Lot


@dataclass(slots=True)
class Account:
    """The open side of one customer's ledger while postings are worked out."""

    lots: list[Lot] = field(default_factory=list)
    expirations: list[Expiration] = field(default_factory=list)  # loaded only where clawbacks look at them
    lapsed: Counter[int] = field(default_factory=Counter)  # lot → let go since it had ended; loaded with them
    deficit: int = 0
    last_on: date | None = None
    posted_on: date | None = None  # the last of what is being posted now


def balance(book: Book, customer_id: int) -> Balance:
    """The customer's points as of the business date."""
    entered = book.connection.scalar(
        select(func.coalesce(func.sum(points_entry.c.points), 0)).where(
            points_entry.c.customer_id == customer_id, points_entry.c.on <= book.as_of
        )
    )
    lots = open_lots(book, customer_id)
    expired = sum(lot.left for lot in lots if lot.expires_on and lot.expires_on < book.as_of)
    pending = [lot for lot in lots if lot.available_on > book.as_of]
    balance_points = int(entered or 0) - expired
    pending_points = sum(lot.left for lot in pending)
    return Balance(
        balance_points=balance_points,
        pending_points=pending_points,
        spendable_points=max(0, balance_points - pending_points),
        frees_on=max((lot.available_on for lot in pending), default=None),
    )


def balances(book: Book, customer_ids: Sequence[int]) -> dict[int, int]:
    """The points of each of these customers as of the business date, without lots past their last good day."""
    accounts = load_accounts(book, customer_ids, until=book.as_of)
    return {
        customer_id: sum(lot.left for lot in account.lots if not lot.expires_on or lot.expires_on >= book.as_of)
        - account.deficit
        for customer_id, account in ((each, accounts[each]) for each in customer_ids)
    }


def open_lots(book: Book, customer_id: int) -> list[Lot]:
    """The customer's lots with something left as of the business date, in the order they are spent."""
    accounts = load_accounts(book, [customer_id], until=book.as_of)
    return sorted(accounts[customer_id].lots, key=spending_order)


def outstanding_points(book: Book) -> int:
    """All points that customers hold as of the business date, less lots past their last good day."""
    entered = book.connection.scalar(
        select(func.coalesce(func.sum(points_entry.c.points), 0)).where(points_entry.c.on <= book.as_of)
    )
    past = book.connection.execute(lots_left(points_lot.c.expires_on < book.as_of, until=book.as_of))
    return int(entered or 0) - sum(int(row.left) for row in past)


def load_accounts(book: Book, customer_ids: Sequence[int], until: date | None = None) -> dict[int, Account]:
    """The accounts of these customers, with entries dated after `until` not yet made."""
    accounts: dict[int, Account] = defaultdict(Account)
    for chunk in chunks(customer_ids):
        entered = {
            row.customer_id: row
            for row in book.connection.execute(
                select(
                    points_entry.c.customer_id,
                    func.sum(points_entry.c.points).label("points"),
                    func.max(points_entry.c.on).label("last_on"),
                )
                .where(points_entry.c.customer_id.in_(chunk), *_until(points_entry.c.on, until))
                .group_by(points_entry.c.customer_id)
            )
        }
        for row in book.connection.execute(lots_left(points_lot.c.customer_id.in_(chunk), until)):
            accounts[row.customer_id].lots.append(
                Lot(
                    row.id,
                    row.points,
                    row.left,
                    row.earned_on,
                    row.available_on,
                    row.expires_on,
                    row.sale_id,
                    row.entry_id,
                )
            )
        for customer_id, row in entered.items():
            account = accounts[customer_id]
            account.last_on = row.last_on
            account.deficit = sum(lot.left for lot in account.lots) - row.points
    return accounts


def last_standing_on(book: Book, customer_id: int, after: date) -> date | None:
    """The day of the customer's last entry after a day that stands; None where there is none.

    An entry that was taken back whole does not, nor does what took it back.
    """
    entry, back = points_entry.alias("entry"), points_entry.alias("back")
    first = func.coalesce(entry.c.reverses_id, entry.c.id)
    undone = select(func.sum(back.c.points)).where(back.c.reverses_id == first).scalar_subquery()
    made = select(back.c.points).where(back.c.id == first).scalar_subquery()
    stands = func.coalesce(undone, 0) + made != 0
    late = (entry.c.customer_id == customer_id, entry.c.on > after, stands)
    last_on: date | None = book.connection.scalar(select(func.max(entry.c.on)).where(*late))
    return last_on


def load_expirations(book: Book, accounts: Mapping[int, Account], customer_ids: Sequence[int]) -> None:
    """Adds to each of these accounts what has expired in it."""
    lots = {lot.id: lot for account in accounts.values() for lot in account.lots}
    put_back = points_entry.alias("put_back")
    for chunk in chunks(customer_ids):
        back = select(func.coalesce(func.sum(put_back.c.points), 0)).where(put_back.c.reverses_id == points_entry.c.id)
        columns = (points_entry.c.id.label("expiry_id"), points_entry.c.on, points_draw.c.points.label("taken"))
        opened = points_entry.alias("opened")
        rows = book.connection.execute(
            select(points_lot, *columns, back.scalar_subquery().label("back"), opened.c.sale_id)
            .join(points_draw, points_draw.c.entry_id == points_entry.c.id)
            .join(points_lot, points_lot.c.id == points_draw.c.lot_id)
            .join(opened, opened.c.id == points_lot.c.entry_id)
            .where(points_entry.c.customer_id.in_(chunk), points_entry.c.kind == "expire")
            .order_by(points_entry.c.id)
        )
        for row in rows:
            if row.taken > row.back:
                account = accounts[row.customer_id]
                days = (row.earned_on, row.available_on, row.expires_on)
                lot = lots.setdefault(row.id, Lot(row.id, row.points, 0, *days, row.sale_id, row.entry_id))
                account.expirations.append(Expiration(row.expiry_id, row.on, row.taken - row.back, lot))


def load_taken(book: Book, entry_ids: Sequence[int]) -> dict[int, list[Lot]]:
    """What these entries have drawn and no reversal of them has put back: lots in which `left` is what can go back."""
    taken: dict[int, list[Lot]] = defaultdict(list)
    reversal, opened, draw = points_entry.alias("reversal"), points_entry.alias("opened"), points_draw.c
    for chunk in chunks(entry_ids):
        undone = (
            select(reversal.c.reverses_id, draw.lot_id, func.sum(draw.points).label("points"))
            .join(points_draw, draw.entry_id == reversal.c.id)
            .where(reversal.c.reverses_id.in_(chunk))
            .group_by(reversal.c.reverses_id, draw.lot_id)
            .subquery()
        )
        left = (draw.points + func.coalesce(undone.c.points, 0)).label("left")
        rows = book.connection.execute(
            select(points_lot, draw.entry_id.label("drawer_id"), left, opened.c.sale_id)
            .join(points_draw, draw.lot_id == points_lot.c.id)
            .join(opened, opened.c.id == points_lot.c.entry_id)
            .outerjoin(undone, and_(undone.c.reverses_id == draw.entry_id, undone.c.lot_id == draw.lot_id))
            .where(draw.entry_id.in_(chunk), points_lot.c.entry_id != draw.entry_id, left > 0)
        )
        for row in rows:
            days = (row.earned_on, row.available_on, row.expires_on)
            taken[row.drawer_id].append(Lot(row.id, row.points, row.left, *days, row.sale_id, row.entry_id))
    return taken


def load_drawn(book: Book, sale_ids: Sequence[int]) -> dict[tuple[int, int], list[Lot]]:
    """What the entries of these sales have drawn, by sale and customer: lots in which `left` is what can go back."""
    drawn: dict[tuple[int, int], list[Lot]] = defaultdict(list)
    opened = points_entry.alias("opened")
    taken = func.sum(points_draw.c.points)
    columns = (
        points_entry.c.sale_id,
        points_lot.c.customer_id,
        points_lot.c.id,
        points_lot.c.points,
        points_lot.c.earned_on,
        points_lot.c.available_on,
        points_lot.c.expires_on,
        opened.c.sale_id.label("of_sale_id"),
    )
    for chunk in chunks(sale_ids):
        rows = book.connection.execute(
            select(*columns, taken.label("taken"))
            .select_from(points_draw)
            .join(points_entry, points_entry.c.id == points_draw.c.entry_id)
            .join(points_lot, points_lot.c.id == points_draw.c.lot_id)
            .join(opened, opened.c.id == points_lot.c.entry_id)
            .where(points_entry.c.sale_id.in_(chunk), points_lot.c.entry_id != points_draw.c.entry_id)
            .group_by(*columns)
            .having(taken > 0)
        )
        for row in rows:
            lot = Lot(row.id, row.points, row.taken, row.earned_on, row.available_on, row.expires_on, row.of_sale_id)
            drawn[row.sale_id, row.customer_id].append(lot)
    return drawn


def lots_left(condition: ColumnElement[bool], until: date | None) -> Any:
    """Lots with something left, draws dated after `until` not yet made."""
    drawn = (
        select(points_draw.c.lot_id, func.sum(points_draw.c.points).label("points"))
        .join(points_lot, points_lot.c.id == points_draw.c.lot_id)
        .join(points_entry, points_entry.c.id == points_draw.c.entry_id)
        .where(condition, *_until(points_entry.c.on, until))
        .group_by(points_draw.c.lot_id)
        .subquery()
    )
    left = points_lot.c.points - func.coalesce(drawn.c.points, 0)
    return (
        select(
            points_lot.c.id,
            points_lot.c.customer_id,
            left.label("left"),
            points_lot.c.points,
            points_lot.c.earned_on,
            points_lot.c.available_on,
            points_lot.c.expires_on,
            points_entry.c.sale_id,
            points_lot.c.entry_id,
        )
        .join(points_entry, points_entry.c.id == points_lot.c.entry_id)
        .outerjoin(drawn, drawn.c.lot_id == points_lot.c.id)
        .where(condition, left != 0, *_until(points_lot.c.earned_on, until))
    )


def spending_order(lot: Lot) -> tuple[date, date, int]:
    """Sorts lots into the order in which they are spent."""
    # Soonest expiry first, never-expiring last, then the oldest.
    return (lot.expires_on or date.max, lot.earned_on, lot.id)


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The values in portions that one statement can bind."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _until(column: ColumnElement[Any], until: date | None) -> list[ColumnElement[bool]]:
    return [] if until is None else [column <= until]


def code_of(book: Book, customer_id: int) -> str:
    """What the customer is called at the counter."""
    return str(book.connection.scalar(select(customer.c.code).where(customer.c.id == customer_id)))
