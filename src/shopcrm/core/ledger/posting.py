"""Adds entries to the ledger, with the lots they open and the draws they make; the laws are asserted before it ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import outerjoin, select

from shopcrm.core.book import Book
from shopcrm.core.errors import KeyReused
from shopcrm.core.language import translate as _
from shopcrm.core.ledger.accounts import CHUNK, chunks, code_of, load_accounts, load_drawn, load_expirations, load_taken
from shopcrm.core.ledger.events import Posting
from shopcrm.core.ledger.lapsing import load_lapsed
from shopcrm.core.ledger.laws import broken_laws
from shopcrm.core.ledger.moving import credit, debit
from shopcrm.core.ledger.writing import Writer
from shopcrm.core.schema.house import note
from shopcrm.core.schema.points import points_entry


@dataclass(frozen=True, slots=True)
class Posted:
    """What `post` answers: the entry (0 where all of it was waived), and whether it stood there already."""

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
    fresh = [p for p in postings if p.key not in known]
    touched = sorted({p.customer_id for p in fresh})
    accounts = load_accounts(book, touched)
    clawed = [p for p in fresh if p.kind == "reverse" and p.points < 0]
    load_expirations(book, accounts, sorted({p.customer_id for p in clawed}))
    load_lapsed(book, accounts, sorted({p.customer_id for p in clawed if p.sale_id}))
    drawn = load_drawn(book, [p.sale_id for p in fresh if p.sale_id and _is_giving_back(p)])
    taken = load_taken(book, [p.reverses_id for p in fresh if p.reverses_id and _is_giving_back(p)])
    writer = Writer(book)
    answers = []
    for p in postings:
        first = known.get(p.key)
        if first is not None:
            answers.append(_answer_repeat(book, p, first))
            continue
        account = accounts[p.customer_id]
        entry_id: int | None
        if p.points > 0:
            own = taken.get(p.reverses_id, []) if p.reverses_id else drawn.get((p.sale_id or 0, p.customer_id), [])
            entry_id, points = credit(writer, account, p, own if _is_giving_back(p) else ()), p.points
        else:
            entry_id, points = debit(book, writer, account, p)
        account.last_on = max(p.on, account.last_on or p.on)
        account.posted_on = max(p.on, account.posted_on or p.on)
        if entry_id is not None:
            known[p.key] = _Standing(entry_id, p.on, p.customer_id, p.kind, points, p.receipt, p.reason)
        answers.append(Posted(entry_id or 0, points, p.on, False))
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


def _standing(book: Book, keys: Sequence[str]) -> dict[str, _Standing]:
    columns = [points_entry.c[name] for name in ("id", "on", "customer_id", "kind", "points", "receipt")]
    said = outerjoin(points_entry, note, note.c.id == points_entry.c.reason_id)
    standing = {}
    for portion in chunks(keys):
        wanted = select(points_entry.c.key, *columns, note.c.text).select_from(said)
        rows = book.connection.execute(wanted.where(points_entry.c.key.in_(portion)))
        standing.update({row[0]: _Standing._make(row[1:]) for row in rows})
    return standing


def _is_giving_back(p: Posting) -> bool:
    return p.kind == "reverse" and p.points > 0 and (p.sale_id is not None or p.reverses_id is not None)


def _answer_repeat(book: Book, p: Posting, first: _Standing) -> Posted:
    # The day is not compared: a retry after midnight is still the same event.
    if (p.customer_id, p.kind, p.points, p.receipt, p.reason) != first[2:]:
        is_receipt = first.kind == "redeem" and first.receipt
        done = _("{receipt} was redeemed") if is_receipt else _("Under this key something else was posted")
        raise KeyReused(
            key=p.key, on=first.on, points=first.points, number=abs(first.points), kind=first.kind,
            customer=code_of(book, first.customer_id), done=done.format(receipt=first.receipt),
        )  # fmt: skip
    return Posted(first.entry_id, first.points, first.on, True)
