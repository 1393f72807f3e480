"""A customer's points statement: every entry with the balance after it, and the lots that are left."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from shopcrm.core import ledger
from shopcrm.core.audience import find_one
from shopcrm.core.book import Book
from shopcrm.core.merging import is_of
from shopcrm.core.schema.house import note
from shopcrm.core.schema.points import points_entry


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One entry; `balance` is the sum of entries up to it."""

    entry: int
    on: date
    kind: str
    points: int
    balance: int
    receipt: str | None
    reason: str | None
    posted_on: date | None  # where the entry was posted on another day than it counts for
    key: str


@dataclass(frozen=True, slots=True)
class LotLeft:
    """Points that came together, with what is left of them."""

    earned_on: date
    available_on: date
    expires_on: date | None
    points: int
    left: int


@dataclass(frozen=True, slots=True)
class Statement:
    """All of it as of one day. `value_minor` is what the spendable points are worth."""

    customer: str
    name: str | None
    member_no: str | None
    phone: str | None
    balance_points: int
    pending_points: int
    spendable_points: int
    value_minor: int
    lots: tuple[LotLeft, ...]
    items: tuple[StatementLine, ...]


def statement(book: Book, text: str) -> Statement:
    """The statement of one customer. Raises CustomerUnknown, CustomerAmbiguous."""
    found = find_one(book, text)
    balance = ledger.balance(book, found.id)
    return Statement(
        customer=found.customer,
        name=found.name,
        member_no=found.member_no,
        phone=found.phone,
        balance_points=balance.balance_points,
        pending_points=balance.pending_points,
        spendable_points=balance.spendable_points,
        value_minor=book.settings.points.worth_minor(balance.spendable_points),
        lots=tuple(
            LotLeft(lot.earned_on, lot.available_on, lot.expires_on, lot.amount, lot.left)
            for lot in ledger.open_lots(book, found.id)
        ),
        items=_lines(book, found.id),
    )


def _lines(book: Book, customer_id: int) -> tuple[StatementLine, ...]:
    entries = (
        select(points_entry, note.c.text)
        .outerjoin(note, note.c.id == points_entry.c.reason_id)
        .where(is_of(book, points_entry.c.customer_id, customer_id), points_entry.c.on <= book.as_of)
        .order_by(points_entry.c.on, points_entry.c.id)
    )
    lines, running = [], 0
    for row in book.connection.execute(entries):
        running += row.points
        posted_on = row.posted_at.astimezone(book.zone).date()
        lines.append(
            StatementLine(
                entry=row.id,
                on=row.on,
                kind=row.kind,
                points=row.points,
                balance=running,
                receipt=row.receipt,
                reason=row.text,
                posted_on=posted_on if posted_on != row.on else None,
                key=row.key,
            )
        )
    return tuple(lines)
