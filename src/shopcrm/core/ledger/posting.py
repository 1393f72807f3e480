"""Adds entries to the ledger, with the lots they open and the draws they make; the laws are asserted before it ends."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import outerjoin, select

from shopcrm.core.book import Book
from shopcrm.core.clock import stored_instant
from shopcrm.core.errors import EntryBeforeLast, InsufficientPoints, KeyReused, PendingPoints
from shopcrm.core.ledger.accounts import (
    CHUNK,
    Account,
    Lot,
    chunks,
    code_of,
    load_accounts,
    load_drawn,
    spending_order,
)
from shopcrm.core.ledger.laws import broken_laws
from shopcrm.core.schema.house import note
from shopcrm.core.schema.points import points_draw, points_entry, points_lot

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # json.dumps builds one for each call


class Posting(NamedTuple):
    """One event to post. `key` names all that makes it one event; `rule` and `inputs` say why, for ever.

    A credit of kind "reverse" with a sale gives back what that sale's entries drew, into the same lots.
    """

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
    reverses_id: int | None = None  # debits: the entry that is taken back, out of its own lot first


@dataclass(frozen=True, slots=True)
class Posted:
    """What `post` answers: the entry, and whether it stood there already."""

    entry_id: int
    points: int
    on: date
    is_repeat: bool


def post(book: Book, posting: Posting) -> Posted:
    """Posts one event, or answers with the first posting of the same key and content.

    Raises KeyReused (same key, other content), InsufficientPoints, PendingPoints, EntryBeforeLast.
    """
    return _post(book, [posting])[0]


def post_many(book: Book, postings: Sequence[Posting]) -> list[Posted]:
    """Posts a sweep's events in the order given, set-based. Raises as `post` does; nothing is posted then."""
    return _post(book, postings)


def _post(book: Book, postings: Sequence[Posting]) -> list[Posted]:
    known = _standing(book, [posting.key for posting in postings])
    touched = sorted({posting.customer_id for posting in postings if posting.key not in known})
    accounts = load_accounts(book, touched)
    drawn = load_drawn(book, [p.sale_id for p in postings if p.sale_id and _is_giving_back(p) and p.key not in known])
    writer = _Writer(book)
    answers = []
    for posting in postings:
        first = known.get(posting.key)
        if first is not None:
            answers.append(_answer_repeat(book, posting, first))
            continue
        account = accounts[posting.customer_id]
        entry_id = writer.add_entry(posting)
        if posting.points > 0:
            own = drawn.get((posting.sale_id or 0, posting.customer_id), [])
            _credit(writer, account, posting, entry_id, own if _is_giving_back(posting) else ())
        else:
            _debit(book, writer, account, posting, entry_id)
        account.last_on = max(posting.on, account.last_on or posting.on)
        known[posting.key] = _Standing(
            entry_id, posting.on, posting.customer_id, posting.kind, posting.points, posting.receipt, posting.reason
        )
        answers.append(Posted(entry_id, posting.points, posting.on, False))
    writer.write()
    # Beyond a portion it is cheaper to prove the laws for everyone at once.
    broken = next(broken_laws(book, touched if len(touched) <= CHUNK else None), None)
    assert broken is None, broken
    return answers


class _Standing(NamedTuple):
    """What was posted under a key."""

    entry_id: int
    on: date
    customer_id: int
    kind: str
    points: int
    receipt: str | None
    reason: str | None


class _Writer:
    """Collects rows, and writes them in three statements."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._entry_id, self._lot_id = book.next_id(points_entry), book.next_id(points_lot)
        self._entries: list[tuple[object, ...]] = []
        self._lots: list[tuple[object, ...]] = []
        self._draws: list[tuple[int, int, int]] = []
        self._reasons: list[tuple[int, str]] = []
        self._posted_at = stored_instant(book.now)

    def add_entry(self, p: Posting) -> int:
        entry_id = self._entry_id
        self._entry_id += 1
        reason_id = self._add_reason(p.reason) if p.reason else None
        inputs = _encode(p.inputs)
        self._entries.append(
            (entry_id, p.key, p.customer_id, p.kind, p.points, p.on.isoformat(), self._posted_at, self._book.by,
             p.sale_id, p.sale_revision, p.receipt, reason_id, p.rule, inputs, p.settings_version_id,
             p.reverses_id)
        )  # fmt: skip
        return entry_id

    def _add_reason(self, reason: str) -> int:
        if not self._reasons:
            self._reason_id = self._book.next_id(note)
        self._reasons.append((self._reason_id + len(self._reasons), reason))
        return self._reasons[-1][0]

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
        insert_many(note, ("id", "text"), self._reasons)
        insert_many(points_entry, _ENTRY_COLUMNS, self._entries)
        insert_many(points_lot, _LOT_COLUMNS, self._lots)
        insert_many(points_draw, ("entry_id", "lot_id", "points"), self._draws)


_ENTRY_COLUMNS = (
    "id", "key", "customer_id", "kind", "points", "on", "posted_at", "by", "sale_id", "sale_revision", "receipt",
    "reason_id", "rule", "inputs", "settings_version_id", "reverses_id",
)  # fmt: skip
_LOT_COLUMNS = ("id", "entry_id", "customer_id", "points", "earned_on", "available_on", "expires_on")


def _credit(writer: _Writer, account: Account, p: Posting, entry_id: int, drawn: Sequence[Lot]) -> None:
    repaid = min(account.deficit, p.points)
    account.deficit -= repaid
    rest = p.points - repaid - _give_back(writer, account, p.points - repaid, entry_id, drawn)
    if repaid + rest:
        lot_id = writer.add_lot(entry_id, p._replace(points=repaid + rest))
        if repaid:
            writer.add_draw(entry_id, lot_id, repaid)
        available_on = p.available_on or p.on
        account.lots.append(Lot(lot_id, repaid + rest, rest, p.on, available_on, p.expires_on, p.sale_id, entry_id))


def _give_back(writer: _Writer, account: Account, points: int, entry_id: int, drawn: Sequence[Lot]) -> int:
    """Puts points back into the lots they were drawn from, with their old dates; answers how many found their place."""
    standing = {lot.id: lot for lot in account.lots}
    given = 0
    for lot in drawn:
        if returned := min(lot.left, points - given):
            writer.add_draw(entry_id, lot.id, -returned)
            given += returned
            lot.left -= returned
            if lot.id not in standing:
                standing[lot.id] = replace(lot, left=0)
                account.lots.append(standing[lot.id])
            standing[lot.id].left += returned
    return given


def _is_giving_back(p: Posting) -> bool:
    return p.kind == "reverse" and p.points > 0 and p.sale_id is not None


def _debit(book: Book, writer: _Writer, account: Account, p: Posting, entry_id: int) -> None:
    wanted = -p.points
    if p.kind == "reverse":
        # Points past their last day are worth nothing: taking them would be no payment.
        alive = (lot for lot in account.lots if lot.expires_on is None or lot.expires_on >= p.on)
        lots = sorted(alive, key=lambda lot: _reversing_order(lot, p))
    else:
        if account.last_on and p.on < account.last_on:
            raise EntryBeforeLast(customer=code_of(book, p.customer_id), last_on=account.last_on, on=p.on)
        lots = sorted((lot for lot in account.lots if _is_spendable(lot, p.on)), key=spending_order)
        _refuse_shortage(book, account, lots, p)
    for lot in lots:
        taken = min(lot.left, wanted)
        if taken:
            writer.add_draw(entry_id, lot.id, taken)
            lot.left -= taken
            wanted -= taken
    account.deficit += wanted


def _refuse_shortage(book: Book, account: Account, lots: Sequence[Lot], p: Posting) -> None:
    spendable = sum(lot.left for lot in lots) - account.deficit
    if spendable >= -p.points:
        return
    pending = [lot for lot in account.lots if lot.left and lot.available_on > p.on]
    facts: dict[str, Any] = {
        "customer": code_of(book, p.customer_id),
        "spendable_points": spendable,
        "needed_points": -p.points,
    }
    if not pending:
        raise InsufficientPoints(**facts)
    frees_on = max(lot.available_on for lot in pending)
    raise PendingPoints(**facts, pending_points=sum(lot.left for lot in pending), frees_on=frees_on)


def _is_spendable(lot: Lot, on: date) -> bool:
    return lot.available_on <= on and (lot.expires_on is None or lot.expires_on >= on)


def _reversing_order(lot: Lot, p: Posting) -> tuple[bool, bool, date, date, int]:
    # What the sale or entry itself brought goes first, then what stood there on that day, then what came later.
    is_of_sale = p.sale_id is not None and lot.sale_id == p.sale_id
    is_own = is_of_sale or (p.reverses_id is not None and lot.entry_id == p.reverses_id)
    return (not is_own, lot.earned_on > p.on, *spending_order(lot))


def _standing(book: Book, keys: Sequence[str]) -> dict[str, _Standing]:
    columns = [points_entry.c[name] for name in ("id", "on", "customer_id", "kind", "points", "receipt")]
    said = outerjoin(points_entry, note, note.c.id == points_entry.c.reason_id)
    standing = {}
    for portion in chunks(keys):
        wanted = select(points_entry.c.key, *columns, note.c.text).select_from(said)
        rows = book.connection.execute(wanted.where(points_entry.c.key.in_(portion)))
        standing.update({row[0]: _Standing._make(row[1:]) for row in rows})
    return standing


def _answer_repeat(book: Book, p: Posting, first: _Standing) -> Posted:
    # The day is not compared: a retry after midnight is still the same event.
    if (p.customer_id, p.kind, p.points, p.receipt, p.reason) != first[2:]:
        raise KeyReused(key=p.key, on=first.on, points=first.points, customer=code_of(book, first.customer_id))
    return Posted(first.entry_id, first.points, first.on, True)
