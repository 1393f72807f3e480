"""A customer's wallet: every entry with the balance after it, the lots that are left, and the bonus still to come."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from shopcrm.core import ledger, wallet
from shopcrm.core.audience import find_one
from shopcrm.core.book import Book
from shopcrm.core.merging import is_of
from shopcrm.core.schema.house import note
from shopcrm.core.schema.wallet import wallet_entry
from shopcrm.features.wallet.plans import Coming, load_plans


@dataclass(frozen=True, slots=True)
class WalletLine:
    """One entry, signed, purse by purse; `balance_minor` is the sum of entries up to it."""

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
class LotLeft:
    """Money of one purse that came together, with what is left of it, in the order it is spent."""

    purse: str
    earned_on: date
    expires_on: date | None
    amount_minor: int
    left_minor: int


@dataclass(frozen=True, slots=True)
class WalletStatement:
    """All of a wallet as of one day: what was paid in, what the shop added, both together, and what is to come."""

    customer: str
    name: str | None
    member_no: str | None
    phone: str | None
    principal_minor: int
    bonus_minor: int
    balance_minor: int
    coming_bonus_minor: int
    lots: tuple[LotLeft, ...]
    coming: tuple[Coming, ...]
    items: tuple[WalletLine, ...]


def statement(book: Book, text: str) -> WalletStatement:
    """The wallet of one customer. Raises CustomerUnknown, CustomerAmbiguous."""
    found = find_one(book, text)
    held = wallet.balance(book, found.id)
    coming = _coming(book, found.id)
    lots = (lot for lot in ledger.open_lots(book, found.id, ledger.MONEY) if not _is_past(book, lot.expires_on))
    return WalletStatement(
        customer=found.customer,
        name=found.name,
        member_no=found.member_no,
        phone=found.phone,
        principal_minor=held.principal_minor,
        bonus_minor=held.bonus_minor,
        balance_minor=held.balance_minor,
        coming_bonus_minor=sum(part.bonus_minor for part in coming),
        lots=tuple(LotLeft(lot.label or "", lot.earned_on, lot.expires_on, lot.amount, lot.left) for lot in lots),
        coming=coming,
        items=_lines(book, found.id),
    )


def _is_past(book: Book, last_day: date | None) -> bool:
    return last_day is not None and last_day < book.as_of


def _coming(book: Book, customer_id: int) -> tuple[Coming, ...]:
    plans = load_plans(book, customer_id, least_parts=2, until=book.as_of)
    parts = [Coming(plan.due_on(number), minor, plan.entry_id) for plan in plans for number, minor in plan.to_come()]
    return tuple(sorted(parts, key=lambda part: (part.due_on, part.entry)))


def _lines(book: Book, customer_id: int) -> tuple[WalletLine, ...]:
    entries = (
        select(wallet_entry, note.c.text)
        .outerjoin(note, note.c.id == wallet_entry.c.reason_id)
        .where(is_of(book, wallet_entry.c.customer_id, customer_id), wallet_entry.c.on <= book.as_of)
        .order_by(wallet_entry.c.on, wallet_entry.c.id)
    )
    rows = book.connection.execute(entries).all()
    moved = wallet.moved_by(book, [row.id for row in rows])
    lines, running = [], 0
    for row in rows:
        running += row.amount_minor
        posted_on = row.posted_at.astimezone(book.zone).date()
        lines.append(
            WalletLine(
                entry=row.id,
                on=row.on,
                kind=row.kind,
                principal_minor=moved[row.id].principal_minor,
                bonus_minor=moved[row.id].bonus_minor,
                balance_minor=running,
                receipt=row.receipt,
                reason=row.text,
                posted_on=posted_on if posted_on != row.on else None,
                key=row.key,
            )
        )
    return tuple(lines)
