"""Adds entries to the ledger, with the lots they open and the draws they make; the laws are asserted before it ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import outerjoin, select

from shopcrm.core.book import Book
from shopcrm.core.ledger import refusing
from shopcrm.core.ledger.accounts import load_accounts, load_drawn, load_expirations, load_taken
from shopcrm.core.ledger.events import Posting
from shopcrm.core.ledger.lapsing import load_lapsed
from shopcrm.core.ledger.laws import broken_laws
from shopcrm.core.ledger.ledgers import POINTS, Ledger
from shopcrm.core.ledger.moving import credit, debit
from shopcrm.core.ledger.writing import Writer
from shopcrm.core.merging import kept, merges
from shopcrm.core.portions import PORTION, portions
from shopcrm.core.schema.house import note


@dataclass(frozen=True, slots=True)
class Posted:
    """What `post` answers: the entry (0 where all of it was waived), and whether it stood there already."""

    entry_id: int
    amount: int
    on: date
    is_repeat: bool


def post(book: Book, posting: Posting, of: Ledger = POINTS) -> Posted:
    """Posts one event, or answers with the first posting of the same key and content.

    Raises KeyReused (same key, other content) and EntryBeforeLast, each as its ledger says it; InsufficientPoints and
    PendingPoints, InsufficientBalance, or InsufficientVisits.
    """
    return _post(book, [posting], of)[0]


def post_many(book: Book, postings: Sequence[Posting], of: Ledger = POINTS) -> list[Posted]:
    """Posts a sweep's events in the order given, set-based. Raises as `post` does; nothing is posted then."""
    return _post(book, postings, of)


def _post(book: Book, postings: Sequence[Posting], of: Ledger) -> list[Posted]:
    known = _standing(book, [posting.key for posting in postings], of)
    postings = _written_for(book, postings, of)
    fresh = [p for p in postings if p.key not in known]
    touched = sorted({kept(book, p.customer_id) for p in fresh})
    accounts = load_accounts(book, touched, of=of)
    clawed = [p for p in fresh if of.may_owe and p.kind == "reverse" and p.amount < 0]
    load_expirations(book, accounts, sorted({kept(book, p.customer_id) for p in clawed}), of)
    load_lapsed(book, accounts, sorted({kept(book, p.customer_id) for p in clawed if p.sale_id}))
    drawn = load_drawn(book, [p.sale_id for p in fresh if p.sale_id and _is_giving_back(p)], of)
    taken = load_taken(book, [p.reverses_id for p in fresh if p.reverses_id and _is_giving_back(p)], of)
    writer = Writer(book, of)
    answers = []
    for p in postings:
        first = known.get(p.key)
        if first is not None:
            answers.append(_answer_repeat(book, p, first, of))
            continue
        who = kept(book, p.customer_id)
        account = accounts[who]
        entry_id: int | None
        if p.amount > 0:
            own = taken.get(p.reverses_id, []) if p.reverses_id else drawn.get((p.sale_id or 0, who), [])
            entry_id, amount = credit(writer, account, p, own if _is_giving_back(p) else ()), p.amount
        else:
            entry_id, amount = debit(book, writer, account, p)
        account.last_on = max(p.on, account.last_on or p.on)
        account.posted_on = max(p.on, account.posted_on or p.on)
        if entry_id is not None:
            known[p.key] = _Standing(entry_id, p.on, p.customer_id, p.kind, amount, p.receipt, p.reason)
        answers.append(Posted(entry_id or 0, amount, p.on, False))
    writer.write()
    # Beyond a portion it is cheaper to prove the laws for everyone at once.
    broken = next(broken_laws(book, touched if len(touched) <= PORTION else None, of), None)
    assert broken is None, broken
    return answers


def _written_for(book: Book, postings: Sequence[Posting], of: Ledger) -> Sequence[Posting]:
    """The postings, those that take an entry back for the customer whom it stands under: a merge can be undone."""
    if not merges(book):
        return postings
    holders: dict[int, int] = {}
    for portion in portions([p.reverses_id for p in postings if p.reverses_id]):
        rows = select(of.entry.c.id, of.entry.c.customer_id).where(of.entry.c.id.in_(portion))
        holders.update({row[0]: row[1] for row in book.connection.execute(rows)})
    return [p._replace(customer_id=holders.get(p.reverses_id or 0, p.customer_id)) for p in postings]


class _Standing(NamedTuple):
    """What was posted under a key."""

    entry_id: int
    on: date
    customer_id: int
    kind: str
    amount: int
    receipt: str | None
    reason: str | None


def _standing(book: Book, keys: Sequence[str], of: Ledger) -> dict[str, _Standing]:
    columns = [of.entry.c[name] for name in ("id", "on", "customer_id", "kind", of.amount, "receipt")]
    said = outerjoin(of.entry, note, note.c.id == of.entry.c.reason_id)
    standing = {}
    for portion in portions(keys):
        wanted = select(of.entry.c.key, *columns, note.c.text).select_from(said)
        rows = book.connection.execute(wanted.where(of.entry.c.key.in_(portion)))
        standing.update({row[0]: _Standing._make(row[1:]) for row in rows})
    return standing


def _is_giving_back(p: Posting) -> bool:
    return p.kind == "reverse" and p.amount > 0 and (p.sale_id is not None or p.reverses_id is not None)


def _answer_repeat(book: Book, p: Posting, first: _Standing, of: Ledger) -> Posted:
    # The day is not compared: a retry after midnight is still the same event.
    who = kept(book, first.customer_id)
    if (kept(book, p.customer_id), p.kind, p.amount, p.receipt, p.reason) != (who, *first[3:]):
        raise refusing.reused(
            book, of, key=p.key, on=first.on, amount=first.amount, customer_id=first.customer_id, kind=first.kind,
            receipt=first.receipt,
        )  # fmt: skip
    return Posted(first.entry_id, first.amount, first.on, True)
