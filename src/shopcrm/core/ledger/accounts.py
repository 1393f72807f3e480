"""What customers hold: balances, and the open lots behind them, as of any day."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from shopcrm.core.book import Book
from shopcrm.core.ledger.ledgers import POINTS, Ledger
from shopcrm.core.merging import all_ids, is_of, kept, whose
from shopcrm.core.portions import portions
from shopcrm.core.schema.people import customer


@dataclass(frozen=True, slots=True)
class Balance:
    """A customer's points on a day. Lots past their last good day count no more, swept or not."""

    balance_points: int
    pending_points: int
    spendable_points: int
    frees_on: date | None  # the last day on which pending points become spendable


@dataclass(slots=True)
class Lot:
    """What came together; `left` is what no entry has drawn yet. Lots of a lower rank are spent first."""

    id: int
    amount: int
    left: int
    earned_on: date
    available_on: date
    expires_on: date | None
    sale_id: int | None
    entry_id: int | None = None  # that opened it; not known of lots that are only put back into
    label: str | None = None
    rank: int = 0


@dataclass(slots=True)
class Expiration:
    """What an entry took out of a lot on the day after its last; `amount` has not been put back."""

    entry_id: int
    on: date
    amount: int
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
    entry = POINTS.entry
    entered = book.connection.scalar(
        select(func.coalesce(func.sum(entry.c.points), 0)).where(
            is_of(book, entry.c.customer_id, customer_id), entry.c.on <= book.as_of
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
        for customer_id, account in ((each, accounts[kept(book, each)]) for each in customer_ids)
    }


def open_lots(book: Book, customer_id: int, of: Ledger = POINTS) -> list[Lot]:
    """The customer's lots with something left as of the business date, in the order they are spent."""
    accounts = load_accounts(book, [customer_id], until=book.as_of, of=of)
    return sorted(accounts[kept(book, customer_id)].lots, key=spending_order)


def outstanding_points(book: Book) -> int:
    """All points that customers hold as of the business date, less lots past their last good day."""
    entry = POINTS.entry
    entered = book.connection.scalar(select(func.coalesce(func.sum(entry.c.points), 0)).where(entry.c.on <= book.as_of))
    past = book.connection.execute(lots_left(POINTS.lot.c.expires_on < book.as_of, until=book.as_of))
    return int(entered or 0) - sum(int(row.left) for row in past)


def load_accounts(
    book: Book, customer_ids: Sequence[int], until: date | None = None, of: Ledger = POINTS
) -> dict[int, Account]:
    """The accounts of these customers, by who answers for them; entries dated after `until` are not yet made."""
    accounts: dict[int, Account] = defaultdict(Account)
    entry = of.entry.c
    who = whose(book, entry.customer_id).label("customer_id")
    entered = select(who, func.sum(of.entry_amount).label("amount"), func.max(entry.on).label("last_on"))
    for chunk in portions(customer_ids):
        ids = all_ids(book, chunk)
        among = (entry.customer_id.in_(ids), *_until(entry.on, until))
        sums = book.connection.execute(entered.where(*among).group_by(who)).all()
        for row in book.connection.execute(lots_left(entry.customer_id.in_(ids), until, of)):
            accounts[kept(book, row.customer_id)].lots.append(_lot(of, row, row.left))
        for row in sums:
            account = accounts[row.customer_id]
            account.last_on = row.last_on
            account.deficit = sum(lot.left for lot in account.lots) - row.amount
    return accounts


def last_standing_on(book: Book, customer_id: int, after: date, of: Ledger = POINTS) -> date | None:
    """The day of the customer's last entry after a day that stands; None where there is none.

    An entry that was taken back whole does not, nor does what took it back.
    """
    entry, back = of.entry.alias("entry"), of.entry.alias("back")
    first = func.coalesce(entry.c.reverses_id, entry.c.id)
    undone = select(func.sum(back.c[of.amount])).where(back.c.reverses_id == first).scalar_subquery()
    made = select(back.c[of.amount]).where(back.c.id == first).scalar_subquery()
    stands = func.coalesce(undone, 0) + made != 0
    late = (is_of(book, entry.c.customer_id, customer_id), entry.c.on > after, stands)
    last_on: date | None = book.connection.scalar(select(func.max(entry.c.on)).where(*late))
    return last_on


def load_expirations(
    book: Book, accounts: Mapping[int, Account], customer_ids: Sequence[int], of: Ledger = POINTS
) -> None:
    """Adds to each of these accounts what has expired in it."""
    lots = {lot.id: lot for account in accounts.values() for lot in account.lots}
    expiry, put_back, opened = of.entry.c, of.entry.alias("put_back"), of.entry.alias("opened")
    for chunk in portions(customer_ids):
        back = select(func.coalesce(func.sum(put_back.c[of.amount]), 0)).where(put_back.c.reverses_id == expiry.id)
        columns = (expiry.id.label("expiry_id"), expiry.on, of.draw_amount.label("taken"))
        rows = book.connection.execute(
            select(*_lot_columns(of, opened), *columns, back.scalar_subquery().label("back"))
            .join(of.draw, of.draw.c.entry_id == expiry.id)
            .join(of.lot, of.lot.c.id == of.draw.c.lot_id)
            .join(opened, opened.c.id == of.lot.c.entry_id)
            .where(expiry.customer_id.in_(all_ids(book, chunk)), expiry.kind == "expire")
            .order_by(expiry.id)
        )
        for row in rows:
            if row.taken > row.back:
                lot = lots.setdefault(row.id, _lot(of, row, 0))
                accounts[kept(book, row.customer_id)].expirations.append(
                    Expiration(row.expiry_id, row.on, row.taken - row.back, lot)
                )


def load_taken(book: Book, entry_ids: Sequence[int], of: Ledger = POINTS) -> dict[int, list[Lot]]:
    """What these entries have drawn and no reversal of them has put back: lots in which `left` is what can go back.

    A reversal that was undone in part has drawn too, and perhaps from other lots.
    """
    taken: dict[int, list[Lot]] = defaultdict(list)
    entry, opened, draw = of.entry.alias("drawer"), of.entry.alias("opened"), of.draw.c
    columns = _lot_columns(of, opened)
    for chunk in portions(entry_ids):
        drawer_id = case((entry.c.id.in_(chunk), entry.c.id), else_=entry.c.reverses_id)
        left = func.sum(of.draw_amount)
        rows = book.connection.execute(
            select(*columns, drawer_id.label("drawer_id"), left.label("left"))
            .select_from(entry)
            .join(of.draw, draw.entry_id == entry.c.id)
            .join(of.lot, of.lot.c.id == draw.lot_id)
            .join(opened, opened.c.id == of.lot.c.entry_id)
            .where(or_(entry.c.id.in_(chunk), entry.c.reverses_id.in_(chunk)), of.lot.c.entry_id != draw.entry_id)
            .group_by(drawer_id, *(column for column in columns if column.name != "label" or of.label))
            .having(left > 0)
        )
        for row in rows:
            taken[row.drawer_id].append(_lot(of, row, row.left))
    return taken


def load_drawn(book: Book, sale_ids: Sequence[int], of: Ledger = POINTS) -> dict[tuple[int, int], list[Lot]]:
    """What the entries of these sales have drawn, by sale and person: lots in which `left` is what can go back."""
    drawn: dict[tuple[int, int], list[Lot]] = defaultdict(list)
    opened, entry = of.entry.alias("opened"), of.entry.c
    taken = func.sum(of.draw_amount)
    columns = _lot_columns(of, opened)
    for chunk in portions(sale_ids):
        rows = book.connection.execute(
            select(entry.sale_id.label("drawer_id"), *columns, taken.label("taken"))
            .select_from(of.draw)
            .join(of.entry, entry.id == of.draw.c.entry_id)
            .join(of.lot, of.lot.c.id == of.draw.c.lot_id)
            .join(opened, opened.c.id == of.lot.c.entry_id)
            .where(entry.sale_id.in_(chunk), of.lot.c.entry_id != of.draw.c.entry_id)
            .group_by(entry.sale_id, *(column for column in columns if column.name != "label" or of.label))
            .having(taken > 0)
        )
        for row in rows:
            drawn[row.drawer_id, kept(book, row.customer_id)].append(_lot(of, row, row.taken))
    return drawn


def lots_left(condition: ColumnElement[bool], until: date | None, of: Ledger = POINTS) -> Any:
    """Lots with something left, draws dated after `until` not yet made.

    The condition is one on lots and on the entries that opened them. What was taken out of a lot before it was put back
    there, by an entry that came late, is owed in between.
    """
    drawn = (
        select(of.draw.c.lot_id, func.sum(of.draw_amount).label("amount"))
        .join(of.lot, of.lot.c.id == of.draw.c.lot_id)
        .join(of.entry, of.entry.c.id == of.lot.c.entry_id)
        .where(condition)
        .group_by(of.draw.c.lot_id)
    )
    if until is not None:
        drawing = of.entry.alias("drawing")
        drawn = drawn.join(drawing, drawing.c.id == of.draw.c.entry_id).where(drawing.c.on <= until)
    sums = drawn.subquery()
    left = of.lot_amount - func.coalesce(sums.c.amount, 0)
    return (
        select(*_lot_columns(of, of.entry), left.label("left"))
        .join(of.entry, of.entry.c.id == of.lot.c.entry_id)
        .outerjoin(sums, sums.c.lot_id == of.lot.c.id)
        .where(condition, left != 0 if until is None else left > 0, *_until(of.lot.c.earned_on, until))
    )


def spending_order(lot: Lot) -> tuple[int, date, date, int]:
    """Sorts lots into the order in which they are spent."""
    # Soonest expiry first, never-expiring last, then the oldest.
    return (lot.rank, lot.expires_on or date.max, lot.earned_on, lot.id)


def _lot_columns(of: Ledger, opened: Any) -> tuple[Any, ...]:
    """What `_lot` reads of a lot and of the entry that opened it."""
    lot = of.lot.c
    return (
        lot.id, opened.c.customer_id, of.lot_amount.label("amount"), lot.earned_on,
        of.available_on.label("available_on"), lot.expires_on, of.sale_id(opened).label("of_sale_id"), lot.entry_id,
        of.lot_label.label("label"),
    )  # fmt: skip


def _lot(of: Ledger, row: Any, left: int) -> Lot:
    return Lot(
        id=row.id,
        amount=row.amount,
        left=left,
        earned_on=row.earned_on,
        available_on=row.available_on,
        expires_on=row.expires_on,
        sale_id=row.of_sale_id,
        entry_id=row.entry_id,
        label=row.label,
        rank=of.rank(row.label),
    )


def _until(column: ColumnElement[Any], until: date | None) -> list[ColumnElement[bool]]:
    return [] if until is None else [column <= until]


def code_of(book: Book, customer_id: int) -> str:
    """What the customer is called at the counter."""
    return str(book.connection.scalar(select(customer.c.code).where(customer.c.id == customer_id)))
