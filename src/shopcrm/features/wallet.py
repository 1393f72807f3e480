"""Stored value: a customer's statement, and what the shop owes to all wallets together."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from shopcrm.core import wallet
from shopcrm.core.audience import find_one
from shopcrm.core.book import Book
from shopcrm.core.schema.house import note
from shopcrm.core.schema.wallet import wallet_entry


@dataclass(frozen=True, slots=True)
class WalletLine:
    """One entry; `balance_minor` is what both purses held after it."""

    entry: int
    on: date
    kind: str
    principal_minor: int
    bonus_minor: int
    balance_minor: int
    receipt: str | None
    reason: str | None
    posted_on: date | None  # where the entry was posted on another day than it counts for
    key: str


@dataclass(frozen=True, slots=True)
class WalletStatement:
    """All of a wallet as of one day: what was paid in, what the shop added, and both together."""

    customer: str
    name: str | None
    member_no: str | None
    phone: str | None
    principal_minor: int
    bonus_minor: int
    balance_minor: int
    items: tuple[WalletLine, ...]


@dataclass(frozen=True, slots=True)
class Liability:
    """What all wallets hold as of one day, and how many hold something."""

    customers: int
    principal_minor: int
    bonus_minor: int
    balance_minor: int


def statement(book: Book, text: str) -> WalletStatement:
    """The wallet of one customer. Raises CustomerUnknown, CustomerAmbiguous."""
    found = find_one(book, text)
    held = wallet.balance(book, found.id)
    return WalletStatement(
        customer=found.customer,
        name=found.name,
        member_no=found.member_no,
        phone=found.phone,
        principal_minor=held.principal_minor,
        bonus_minor=held.bonus_minor,
        balance_minor=held.balance_minor,
        items=_lines(book, found.id),
    )


def liability(book: Book) -> Liability:
    """What the shop owes to its customers' wallets; the principal could be asked back, the bonus could not."""
    entry = wallet_entry.c
    principal, bonus = func.sum(entry.principal_minor), func.sum(entry.bonus_minor)
    held = (
        select(principal.label("principal_minor"), bonus.label("bonus_minor"))
        .where(entry.on <= book.as_of)
        .group_by(entry.customer_id)
        .having(principal + bonus > 0)
        .subquery()
    )
    sums = [func.coalesce(func.sum(held.c[name]), 0) for name in ("principal_minor", "bonus_minor")]
    customers, principal_minor, bonus_minor = book.connection.execute(
        select(func.count(), *sums).select_from(held)
    ).one()
    return Liability(customers, int(principal_minor), int(bonus_minor), int(principal_minor + bonus_minor))


def _lines(book: Book, customer_id: int) -> tuple[WalletLine, ...]:
    entries = (
        select(wallet_entry, note.c.text)
        .outerjoin(note, note.c.id == wallet_entry.c.reason_id)
        .where(wallet_entry.c.customer_id == customer_id, wallet_entry.c.on <= book.as_of)
        .order_by(wallet_entry.c.on, wallet_entry.c.id)
    )
    lines, running = [], 0
    for row in book.connection.execute(entries):
        running += row.principal_minor + row.bonus_minor
        posted_on = row.posted_at.astimezone(book.zone).date()
        lines.append(
            WalletLine(
                entry=row.id,
                on=row.on,
                kind=row.kind,
                principal_minor=row.principal_minor,
                bonus_minor=row.bonus_minor,
                balance_minor=running,
                receipt=row.receipt,
                reason=row.text,
                posted_on=posted_on if posted_on != row.on else None,
                key=row.key,
            )
        )
    return tuple(lines)
