"""The points ledger's gatekeeper: the only writer of entries, lots and draws. It only ever grows.

Laws, asserted for every customer touched before a commit and re-proved for all of them by `book check`:
the sum of entries is what is left in lots less the deficit; no lot is drawn below zero; only a reversal leaves a
deficit, and none is left while a lot is open.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select

from shopcrm.core.book import Book
from shopcrm.core.clock import stored_instant
from shopcrm.core.errors import EntryBeforeLast, InsufficientPoints, KeyReused, PendingPoints
from shopcrm.core.schema.house import note
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.points import points_draw, points_entry, points_lot

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # json.dumps builds one for each call
_CHUNK = 900  # bound values in one statement; SQLite's oldest limit is 999


@dataclass(frozen=True, slots=True)
class Posting:
    """One event to post. `key` names all that makes it one event; `rule` and `inputs` say why, for ever."""

    key: str
    customer_id: int
    kind: str
    points: int
    on: date
    rule: str
    inputs: Mapping[str, object]
    settings_version_id: int
    sale_id: int | None = None
    sale_revision: int | None = None
    receipt: str | None = None
    reason: str | None = None
    available_on: date | None = None  # credits: first spendable day, the day itself where not said
    expires_on: date | None = None  # credits: last good day, never where not said


@dataclass(frozen=True, slots=True)
class Posted:
    """What `post` answers: the entry, and whether it stood there already."""

    entry_id: int
    points: int
    on: date
    is_repeat: bool


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


@dataclass(slots=True)
class _Account:
    """The open side of one customer's ledger while postings are worked out."""

    lots: list[Lot] = field(default_factory=list)
    deficit: int = 0
    last_on: date | None = None


def post(book: Book, posting: Posting) -> Posted:
    """Posts one event, or answers with the first posting of the same key and content.

    Raises KeyReused (same key, other content), InsufficientPoints, PendingPoints, EntryBeforeLast.
    """
    return _post(book, [posting])[0]


def post_many(book: Book, postings: Sequence[Posting]) -> list[Posted]:
    """Posts a sweep's events in the order given, set-based. Raises as `post` does; nothing is posted then."""
    return _post(book, postings)


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


def open_lots(book: Book, customer_id: int) -> list[Lot]:
    """The customer's lots with something left as of the business date, in the order they are spent."""
    accounts = _load_accounts(book, [customer_id], until=book.as_of)
    return sorted(accounts[customer_id].lots, key=_spending_order)


def outstanding_points(book: Book) -> int:
    """All points that customers hold as of the business date, less lots past their last good day."""
    entered = book.connection.scalar(
        select(func.coalesce(func.sum(points_entry.c.points), 0)).where(points_entry.c.on <= book.as_of)
    )
    past = book.connection.execute(_lots_left(points_lot.c.expires_on < book.as_of, until=book.as_of))
    return int(entered or 0) - sum(int(row.left) for row in past)


def broken_laws(book: Book, customer_ids: Sequence[int] | None = None) -> Iterator[str]:
    """A sentence for every law that does not hold, for these customers or for all."""
    chunks: Sequence[Sequence[int] | None] = [None] if customer_ids is None else list(_chunks(customer_ids))
    for chunk in chunks:
        yield from _broken_laws(book, chunk)


def _post(book: Book, postings: Sequence[Posting]) -> list[Posted]:
    known = _known_keys(book, [posting.key for posting in postings])
    accounts = _load_accounts(book, sorted({p.customer_id for p in postings if p.key not in known}))
    writer = _Writer(book)
    answers = []
    for posting in postings:
        if (first := known.get(posting.key)) is not None:
            answers.append(_answer_repeat(book, posting, first))
            continue
        account = accounts[posting.customer_id]
        entry_id = writer.add_entry(posting)
        if posting.points > 0:
            _credit(writer, account, posting, entry_id)
        else:
            _debit(book, writer, account, posting, entry_id)
        account.last_on = max(posting.on, account.last_on or posting.on)
        answers.append(Posted(entry_id, posting.points, posting.on, False))
    writer.write()
    touched = sorted({p.customer_id for p in postings if p.key not in known})
    # Beyond a chunk it is cheaper to prove the laws for everyone at once.
    broken = next(broken_laws(book, touched if len(touched) <= _CHUNK else None), None)
    assert broken is None, broken
    return answers


class _Writer:
    """Collects rows, and writes them in three statements."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._entry_id, self._lot_id = book.next_id(points_entry), book.next_id(points_lot)
        self._entries: list[tuple[object, ...]] = []
        self._lots: list[tuple[object, ...]] = []
        self._draws: list[tuple[int, int, int]] = []
        self._posted_at = stored_instant(book.now)

    def add_entry(self, p: Posting) -> int:
        entry_id = self._entry_id
        self._entry_id += 1
        reason_id = _keep_reason(self._book, p.reason) if p.reason else None
        inputs = _encode(p.inputs)
        self._entries.append(
            (entry_id, p.key, p.customer_id, p.kind, p.points, p.on.isoformat(), self._posted_at, self._book.by,
             p.sale_id, p.sale_revision, p.receipt, reason_id, p.rule, inputs, p.settings_version_id)
        )  # fmt: skip
        return entry_id

    def add_lot(self, entry_id: int, p: Posting) -> int:
        lot_id = self._lot_id
        self._lot_id += 1
        available_on, expires_on = p.available_on or p.on, p.expires_on.isoformat() if p.expires_on else None
        self._lots.append(
            (
                lot_id,
                entry_id,
                p.customer_id,
                p.points,
                p.on.isoformat(),
                available_on.isoformat(),
                expires_on,
            )
        )
        return lot_id

    def add_draw(self, entry_id: int, lot_id: int, points: int) -> None:
        self._draws.append((entry_id, lot_id, points))

    def write(self) -> None:
        insert_many = self._book.insert_many
        insert_many(points_entry, _ENTRY_COLUMNS, self._entries)
        insert_many(points_lot, _LOT_COLUMNS, self._lots)
        insert_many(points_draw, ("entry_id", "lot_id", "points"), self._draws)


_ENTRY_COLUMNS = (
    "id", "key", "customer_id", "kind", "points", "on", "posted_at", "by", "sale_id", "sale_revision", "receipt",
    "reason_id", "rule", "inputs", "settings_version_id",
)  # fmt: skip
_LOT_COLUMNS = ("id", "entry_id", "customer_id", "points", "earned_on", "available_on", "expires_on")


def _credit(writer: _Writer, account: _Account, p: Posting, entry_id: int) -> None:
    lot_id = writer.add_lot(entry_id, p)
    repaid = min(account.deficit, p.points)
    if repaid:
        writer.add_draw(entry_id, lot_id, repaid)
        account.deficit -= repaid
    account.lots.append(Lot(lot_id, p.points, p.points - repaid, p.on, p.available_on or p.on, p.expires_on, p.sale_id))


def _debit(book: Book, writer: _Writer, account: _Account, p: Posting, entry_id: int) -> None:
    wanted = -p.points
    if p.kind == "reverse":
        lots = sorted(account.lots, key=lambda lot: _reversing_order(lot, p))
    else:
        if account.last_on and p.on < account.last_on:
            raise EntryBeforeLast(customer=_code(book, p.customer_id), last_on=account.last_on, on=p.on)
        lots = sorted((lot for lot in account.lots if _is_spendable(lot, p.on)), key=_spending_order)
        _refuse_shortage(book, account, lots, p)
    for lot in lots:
        taken = min(lot.left, wanted)
        if taken:
            writer.add_draw(entry_id, lot.id, taken)
            lot.left -= taken
            wanted -= taken
    account.deficit += wanted


def _refuse_shortage(book: Book, account: _Account, lots: Sequence[Lot], p: Posting) -> None:
    spendable = sum(lot.left for lot in lots) - account.deficit
    if spendable >= -p.points:
        return
    pending = [lot for lot in account.lots if lot.left and lot.available_on > p.on]
    facts: dict[str, Any] = {
        "customer": _code(book, p.customer_id),
        "spendable_points": spendable,
        "needed_points": -p.points,
    }
    if not pending:
        raise InsufficientPoints(**facts)
    frees_on = max(lot.available_on for lot in pending)
    raise PendingPoints(**facts, pending_points=sum(lot.left for lot in pending), frees_on=frees_on)


def _is_spendable(lot: Lot, on: date) -> bool:
    return lot.available_on <= on and (lot.expires_on is None or lot.expires_on >= on)


def _spending_order(lot: Lot) -> tuple[date, date, int]:
    # Soonest expiry first, never-expiring last, then the oldest.
    return (lot.expires_on or date.max, lot.earned_on, lot.id)


def _reversing_order(lot: Lot, p: Posting) -> tuple[bool, bool, date, date, int]:
    # What the sale itself earned goes first, then what stood there on that day, then what came later.
    is_own = p.sale_id is not None and lot.sale_id == p.sale_id
    return (not is_own, lot.earned_on > p.on, *_spending_order(lot))


def _known_keys(book: Book, keys: Sequence[str]) -> dict[str, Any]:
    known = {}
    for chunk in _chunks(keys):
        statement = (
            select(points_entry, note.c.text.label("reason"))
            .outerjoin(note, note.c.id == points_entry.c.reason_id)
            .where(points_entry.c.key.in_(chunk))
        )
        known.update({row.key: row for row in book.connection.execute(statement)})
    return known


def _answer_repeat(book: Book, p: Posting, first: Any) -> Posted:
    # The day is not compared: a retry after midnight is still the same event.
    said, stands = (
        (p.customer_id, p.kind, p.points, p.receipt),
        (first.customer_id, first.kind, first.points, first.receipt),
    )
    if said != stands:
        raise KeyReused(key=p.key, on=first.on, points=first.points, customer=_code(book, first.customer_id))
    return Posted(first.id, first.points, first.on, True)


def _keep_reason(book: Book, reason: str) -> int:
    note_id = book.next_id(note)
    book.connection.execute(insert(note).values(id=note_id, text=reason))
    return note_id


def _code(book: Book, customer_id: int) -> str:
    return str(book.connection.scalar(select(customer.c.code).where(customer.c.id == customer_id)))


def _load_accounts(book: Book, customer_ids: Sequence[int], until: date | None = None) -> dict[int, _Account]:
    accounts: dict[int, _Account] = defaultdict(_Account)
    for chunk in _chunks(customer_ids):
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
        for row in book.connection.execute(_lots_left(points_lot.c.customer_id.in_(chunk), until)):
            accounts[row.customer_id].lots.append(
                Lot(row.id, row.points, row.left, row.earned_on, row.available_on, row.expires_on, row.sale_id)
            )
        for customer_id, row in entered.items():
            account = accounts[customer_id]
            account.last_on = row.last_on
            account.deficit = sum(lot.left for lot in account.lots) - row.points
    return accounts


def _lots_left(condition: ColumnElement[bool], until: date | None) -> Any:
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
        )
        .join(points_entry, points_entry.c.id == points_lot.c.entry_id)
        .outerjoin(drawn, drawn.c.lot_id == points_lot.c.id)
        .where(condition, left != 0, *_until(points_lot.c.earned_on, until))
    )


def _until(column: ColumnElement[Any], until: date | None) -> list[ColumnElement[bool]]:
    return [] if until is None else [column <= until]


def _broken_laws(book: Book, chunk: Sequence[int] | None) -> Iterator[str]:
    def among(column: ColumnElement[Any]) -> ColumnElement[bool]:
        return column.is_not(None) if chunk is None else column.in_(chunk)

    left: dict[int, int] = defaultdict(int)
    is_open: set[int] = set()
    for row in book.connection.execute(_lots_left(among(points_lot.c.customer_id), None)):
        left[row.customer_id] += row.left
        is_open.add(row.customer_id)
        if not 0 <= row.left <= row.points:
            yield f"lot {row.id} of {_code(book, row.customer_id)} has {row.left} of {row.points} points left"
    entered = select(points_entry.c.customer_id, func.sum(points_entry.c.points).label("points"))
    entered = entered.where(among(points_entry.c.customer_id)).group_by(points_entry.c.customer_id)
    for row in book.connection.execute(entered):
        deficit = left[row.customer_id] - row.points
        if deficit < 0 or (deficit > 0 and row.customer_id in is_open):
            yield (
                f"the entries of {_code(book, row.customer_id)} add up to {row.points} points,"
                f" their lots to {left[row.customer_id]}"
            )
    yield from _misdrawn(book, among)


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
        yield f"entry {row.id} ({row.kind} {row.points}) drew {row.drawn} points from lots"


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
