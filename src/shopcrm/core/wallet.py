"""The wallet's gatekeeper: the only writer of stored value. It only ever grows, and no purse ever falls below zero.

What a customer paid in (principal) and what the shop added (bonus) are two purses, both in minor units.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, outerjoin, select

from shopcrm.core.book import Book
from shopcrm.core.clock import stored_instant
from shopcrm.core.errors import InsufficientBalance, WalletEntryBeforeLast, WalletKeyReused
from shopcrm.core.language import mark
from shopcrm.core.language import translate as _
from shopcrm.core.ledger.accounts import CHUNK, chunks, code_of
from shopcrm.core.money import format_minor
from shopcrm.core.schema.house import note
from shopcrm.core.schema.wallet import wallet_entry

_PURSES = {"principal": mark("principal"), "bonus": mark("bonus")}


class WalletPosting(NamedTuple):
    """One event to post, signed. `key` names all that makes it one event; `rule` and `inputs` say why, for ever."""

    key: str
    customer_id: int
    kind: str
    principal_minor: int
    bonus_minor: int
    on: date
    rule: str
    inputs: Mapping[str, object]
    settings_version_id: int
    receipt: str | None = None
    reason: str | None = None
    reverses_id: int | None = None  # the entry that this one takes back whole


@dataclass(frozen=True, slots=True)
class Posted:
    """What `post` answers: the entry, and whether it stood there already."""

    entry_id: int
    principal_minor: int
    bonus_minor: int
    on: date
    is_repeat: bool


class Balance(NamedTuple):
    """What a wallet holds, purse by purse."""

    principal_minor: int
    bonus_minor: int

    @property
    def balance_minor(self) -> int:
        """Both purses together."""
        return self.principal_minor + self.bonus_minor


def post(book: Book, posting: WalletPosting) -> Posted:
    """Posts one event, or answers with the first posting of the same key and content.

    Raises WalletKeyReused (same key, other content), InsufficientBalance, WalletEntryBeforeLast.
    """
    return post_many(book, [posting])[0]


def post_many(book: Book, postings: Sequence[WalletPosting]) -> list[Posted]:
    """Posts events in the order given, set-based. Raises as `post` does; nothing is posted then."""
    known = _standing(book, [p.key for p in postings])
    touched = sorted({p.customer_id for p in postings if p.key not in known})
    held = balances(book, touched, until=None)
    last_on = _last_days(book, touched)
    entry_id, answers, fresh = book.next_id(wallet_entry), [], list[tuple[int, WalletPosting]]()
    for p in postings:
        if p.key in known:
            answers.append(_answer_repeat(book, p, known[p.key]))
            continue
        held[p.customer_id] = _after(book, p, held[p.customer_id], last_on.get(p.customer_id, p.on))
        last_on[p.customer_id] = max(p.on, last_on.get(p.customer_id, p.on))
        known[p.key] = _Standing(
            entry_id, p.on, p.customer_id, p.kind, p.principal_minor, p.bonus_minor, p.receipt, p.reason
        )
        fresh.append((entry_id, p))
        answers.append(Posted(entry_id, p.principal_minor, p.bonus_minor, p.on, False))
        entry_id += 1
    _write(book, fresh)
    # Beyond a portion it is cheaper to prove the laws for everyone at once.
    broken = next(broken_laws(book, touched if len(touched) <= CHUNK else None), None)
    assert broken is None, broken
    return answers


def balance(book: Book, customer_id: int) -> Balance:
    """What the customer's wallet holds as of the business date."""
    return balances(book, [customer_id], until=book.as_of)[customer_id]


def balances(book: Book, customer_ids: Sequence[int], until: date | None) -> dict[int, Balance]:
    """What these wallets hold, entries dated after `until` not yet made; nothing where nothing was paid in."""
    found = dict.fromkeys(customer_ids, Balance(0, 0))
    sums = [func.sum(wallet_entry.c[name]) for name in Balance._fields]
    for chunk in chunks(customer_ids):
        statement = select(wallet_entry.c.customer_id, *sums).where(wallet_entry.c.customer_id.in_(chunk))
        if until is not None:
            statement = statement.where(wallet_entry.c.on <= until)
        rows = book.connection.execute(statement.group_by(wallet_entry.c.customer_id))
        found.update({row[0]: Balance(int(row[1]), int(row[2])) for row in rows})
    return found


def broken_laws(book: Book, customer_ids: Sequence[int] | None = None) -> Iterator[str]:
    """A sentence for every law that does not hold, for these customers or for all.

    No purse was below zero after any entry, in the order of days; a reversal takes back one entry, whole and once.
    """
    for chunk in [None] if customer_ids is None else chunks(customer_ids):
        among = [] if chunk is None else [wallet_entry.c.customer_id.in_(chunk)]
        yield from _overdrawn(book, among)
        yield from _misreversed(book, among)


def _overdrawn(book: Book, among: Sequence[ColumnElement[bool]]) -> Iterator[str]:
    entry = wallet_entry.c
    order: dict[str, Any] = {"partition_by": entry.customer_id, "order_by": (entry.on, entry.id)}
    running = (
        select(
            entry.customer_id,
            entry.on,
            func.sum(entry.principal_minor).over(**order).label("principal_minor"),
            func.sum(entry.bonus_minor).over(**order).label("bonus_minor"),
        )
        .where(*among)
        .subquery()
    )
    below = or_(running.c.principal_minor < 0, running.c.bonus_minor < 0)
    for row in book.connection.execute(select(running).where(below)):
        sentence = _("the wallet of {customer} held {principal} of principal and {bonus} of bonus on {on}")
        amounts = _shown(book, row.principal_minor, row.bonus_minor)
        yield sentence.format(customer=code_of(book, row.customer_id), on=row.on, **amounts)


def _misreversed(book: Book, among: Sequence[ColumnElement[bool]]) -> Iterator[str]:
    first = wallet_entry.alias("first")
    back = wallet_entry.c
    times = select(func.count()).where(wallet_entry.alias("other").c.reverses_id == first.c.id).scalar_subquery()
    is_wrong = or_(
        first.c.customer_id != back.customer_id,
        first.c.principal_minor != -back.principal_minor,
        first.c.bonus_minor != -back.bonus_minor,
        times > 1,
    )
    rows = select(back.id, first.c.id).join(first, first.c.id == back.reverses_id).where(is_wrong, *among)
    for entry_id, first_id in book.connection.execute(rows):
        yield _("entry {entry} of a wallet does not take back entry {other}, whole and once").format(
            entry=entry_id, other=first_id
        )


class _Standing(NamedTuple):
    """What was posted under a key."""

    entry_id: int
    on: date
    customer_id: int
    kind: str
    principal_minor: int
    bonus_minor: int
    receipt: str | None
    reason: str | None


def _standing(book: Book, keys: Sequence[str]) -> dict[str, _Standing]:
    columns = [wallet_entry.c[name] for name in ("id", *_Standing._fields[1:-1])]
    said = outerjoin(wallet_entry, note, note.c.id == wallet_entry.c.reason_id)
    standing = {}
    for chunk in chunks(keys):
        wanted = select(wallet_entry.c.key, *columns, note.c.text).select_from(said)
        rows = book.connection.execute(wanted.where(wallet_entry.c.key.in_(chunk)))
        standing.update({row[0]: _Standing._make(row[1:]) for row in rows})
    return standing


def _last_days(book: Book, customer_ids: Sequence[int]) -> dict[int, date]:
    days: dict[int, date] = {}
    for chunk in chunks(customer_ids):
        last = select(wallet_entry.c.customer_id, func.max(wallet_entry.c.on))
        last = last.where(wallet_entry.c.customer_id.in_(chunk)).group_by(wallet_entry.c.customer_id)
        days.update({row[0]: row[1] for row in book.connection.execute(last)})
    return days


def _after(book: Book, p: WalletPosting, held: Balance, last_on: date) -> Balance:
    """What the wallet holds after a posting. Both purses are refused what they have not, whatever the kind."""
    takes = {name: -getattr(p, f"{name}_minor") for name in _PURSES}
    if p.on < last_on and any(taken > 0 for taken in takes.values()):
        raise WalletEntryBeforeLast(customer=code_of(book, p.customer_id), last_on=last_on, on=p.on)
    for name, taken in takes.items():
        has: int = getattr(held, f"{name}_minor")
        if taken > 0 and taken > has:
            raise InsufficientBalance(
                customer=code_of(book, p.customer_id),
                purse=_(_PURSES[name]),
                held=format_minor(has, book.exponent),
                needed=format_minor(taken, book.exponent),
                currency=book.currency,
                held_minor=has,
                needed_minor=taken,
            )
    return Balance(held.principal_minor + p.principal_minor, held.bonus_minor + p.bonus_minor)


def _answer_repeat(book: Book, p: WalletPosting, first: _Standing) -> Posted:
    # The day is not compared: a retry after midnight is still the same event.
    if (p.customer_id, p.kind, p.principal_minor, p.bonus_minor, p.receipt, p.reason) != first[2:]:
        raise WalletKeyReused(
            key=p.key,
            on=first.on,
            customer=code_of(book, first.customer_id),
            currency=book.currency,
            **_shown(book, first.principal_minor, first.bonus_minor),
        )
    return Posted(first.entry_id, first.principal_minor, first.bonus_minor, first.on, True)


def _write(book: Book, fresh: Sequence[tuple[int, WalletPosting]]) -> None:
    reasons = {entry_id: p.reason for entry_id, p in fresh if p.reason}
    note_ids = dict(zip(reasons, range(book.next_id(note), book.next_id(note) + len(reasons)), strict=True))
    posted_at = stored_instant(book.now)
    book.insert_many(note, ("id", "text"), [(note_ids[entry_id], text) for entry_id, text in reasons.items()])
    rows = [
        (entry_id, p.key, p.customer_id, p.kind, p.principal_minor, p.bonus_minor, p.on.isoformat(), posted_at, book.by,
         p.receipt, p.reverses_id, note_ids.get(entry_id), p.rule, json.dumps(p.inputs, ensure_ascii=False),
         p.settings_version_id)
        for entry_id, p in fresh
    ]  # fmt: skip
    book.insert_many(wallet_entry, _COLUMNS, rows)


_COLUMNS = (
    "id", "key", "customer_id", "kind", "principal_minor", "bonus_minor", "on", "posted_at", "by", "receipt",
    "reverses_id", "reason_id", "rule", "inputs", "settings_version_id",
)  # fmt: skip


def _shown(book: Book, principal_minor: int, bonus_minor: int) -> dict[str, str]:
    return {
        "principal": format_minor(principal_minor, book.exponent),
        "bonus": format_minor(bonus_minor, book.exponent),
    }
