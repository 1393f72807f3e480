"""How each ledger refuses: in points, in money, or in visits on a card."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from shopcrm.core.book import Book
from shopcrm.core.errors import (
    EntryBeforeLast,
    InsufficientBalance,
    InsufficientPoints,
    InsufficientPurse,
    InsufficientVisits,
    KeyReused,
    PendingPoints,
    ShopError,
    VisitsEntryBeforeLast,
    VisitsKeyReused,
    WalletEntryBeforeLast,
    WalletKeyReused,
)
from shopcrm.core.language import mark
from shopcrm.core.language import translate as _
from shopcrm.core.ledger.accounts import Account, Lot, code_of
from shopcrm.core.ledger.events import Posting
from shopcrm.core.ledger.ledgers import MONEY, POINTS, Ledger
from shopcrm.core.money import format_minor

# What a receipt was used for, by the kind of its entry.
_DONE = {
    "redeem": mark("{receipt} was redeemed"),
    "top_up": mark("{receipt} was topped up"),
    "pay": mark("{receipt} was paid"),
    "sell": mark("{receipt} was sold"),
    "use": mark("{receipt} was used"),
}


def short(
    book: Book, of: Ledger, account: Account, p: Posting, has: int, needed: int, label: str | None = None
) -> ShopError:
    """A debit that asks for more than there is, of one label or of all together."""
    code = code_of(book, p.customer_id)
    if of is POINTS:
        return _short_of_points(account.lots, p, {"customer": code, "spendable_points": has, "needed_points": needed})
    if of is MONEY:
        facts = {
            "customer": code, "held": format_minor(has, book.exponent), "needed": format_minor(needed, book.exponent),
            "currency": book.currency, "held_minor": has, "needed_minor": needed,
        }  # fmt: skip
        return InsufficientPurse(purse=_(label), **facts) if label else InsufficientBalance(**facts)
    return InsufficientVisits(customer=code, card=label or "", held=has, needed=needed)


def reused(
    book: Book, of: Ledger, *, key: str, on: date, amount: int, customer_id: int, kind: str, receipt: str | None
) -> ShopError:
    """A key that stands with other content."""
    said = _DONE.get(kind) if receipt else None
    done = _(said or mark("Under this key something else was posted")).format(receipt=receipt)
    facts: dict[str, Any] = {"key": key, "on": on, "customer": code_of(book, customer_id), "kind": kind, "done": done}
    if of is POINTS:
        return KeyReused(points=amount, number=abs(amount), **facts)
    if of is MONEY:
        shown = format_minor(abs(amount), book.exponent)
        return WalletKeyReused(amount=shown, amount_minor=amount, currency=book.currency, **facts)
    return VisitsKeyReused(visits=amount, number=abs(amount), **facts)


def reused_by(book: Book, of: Ledger, first: Any) -> ShopError:
    """The same, said of the row of the entry that stands under the key."""
    return reused(
        book, of, key=first.key, on=first.on, amount=first._mapping[of.amount], customer_id=first.customer_id,
        kind=first.kind, receipt=first.receipt,
    )  # fmt: skip


def before_last(book: Book, of: Ledger, p: Posting, last_on: date) -> ShopError:
    """A debit that is dated before the customer's last entry."""
    facts = {"customer": code_of(book, p.customer_id), "last_on": last_on, "on": p.on}
    if of is POINTS:
        return EntryBeforeLast(**facts)
    return WalletEntryBeforeLast(**facts) if of is MONEY else VisitsEntryBeforeLast(**facts)


def shown(book: Book, of: Ledger, amount: int) -> str:
    """An amount as a sentence about the ledger says it, without what it counts."""
    return format_minor(amount, book.exponent) if of is MONEY else str(amount)


def said(book: Book, of: Ledger, amount: int) -> str:
    """An amount with what it counts: `30 points`, `12.50 CNY`, `3 visits`."""
    if of is MONEY:
        return f"{format_minor(amount, book.exponent)} {book.currency}"
    return (_("{count} points") if of is POINTS else _("{count} visits")).format(count=amount)


def _short_of_points(lots: Sequence[Lot], p: Posting, facts: dict[str, object]) -> ShopError:
    pending = [lot for lot in lots if lot.left and lot.available_on > p.on]
    if not pending:
        return InsufficientPoints(**facts)
    frees_on = max(lot.available_on for lot in pending)
    return PendingPoints(**facts, pending_points=sum(lot.left for lot in pending), frees_on=frees_on)
