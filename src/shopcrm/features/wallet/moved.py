"""What every command that moves money in a wallet answers, and how it is posted: once, however often it is typed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from shopcrm.core import ledger, wallet
from shopcrm.core.audience import Found
from shopcrm.core.book import Book
from shopcrm.core.errors import AmountNotPositive
from shopcrm.core.language import translate
from shopcrm.core.ledger import MONEY
from shopcrm.core.money import format_minor, parse_minor


@dataclass(frozen=True, slots=True)
class Moved:
    """One entry, signed, and what both purses hold after it: `principal_minor` and `bonus_minor` make the balance."""

    entry: int
    customer: str
    name: str | None
    amount_minor: int
    from_principal_minor: int
    from_bonus_minor: int
    principal_minor: int
    bonus_minor: int
    balance_minor: int
    on: date
    key: str
    receipt: str | None
    is_repeat: bool


def move(book: Book, found: Found, *, key: str, kind: str, amount: int, rule: str, **details: Any) -> Moved:
    """Posts one event of a customer on the business date, and tells the audit trail.

    `details` are further fields of a ledger.Posting. Raises what ledger.post raises.
    """
    posting = ledger.Posting(
        key=key, customer_id=found.id, kind=kind, amount=amount, on=book.as_of, rule=rule,
        settings_version_id=book.settings.version_id, **{"inputs": {}, **details},
    )  # fmt: skip
    posted = ledger.post(book, posting, MONEY)
    if not posted.is_repeat:
        amount_said = f"{format_minor(amount, book.exponent)} {book.currency}"
        book.tell(f"{kind} {amount_said} in the wallet of {found.customer}, entry {posted.entry_id}")
    return as_moved(book, found, posted, key, posting.receipt)


def as_moved(book: Book, found: Found, posted: ledger.Posted, key: str, receipt: str | None) -> Moved:
    """What was posted, beside what the wallet holds now."""
    moved, held = wallet.moved_by(book, [posted.entry_id])[posted.entry_id], wallet.balance(book, found.id)
    return Moved(
        entry=posted.entry_id,
        customer=found.customer,
        name=found.name,
        amount_minor=posted.amount,
        from_principal_minor=moved.principal_minor,
        from_bonus_minor=moved.bonus_minor,
        principal_minor=held.principal_minor,
        bonus_minor=held.bonus_minor,
        balance_minor=held.balance_minor,
        on=posted.on,
        key=key,
        receipt=receipt,
        is_repeat=posted.is_repeat,
    )


def read_amount(book: Book, text: str) -> int:
    """Minor units of an amount to be moved. Raises AmountUnreadable, AmountNotPositive."""
    minor = parse_minor(text, book.exponent)
    refuse_wrong_amount(book, minor, translate("write how much, more than 0"), minor > 0)
    return minor


def read_receipt(book: Book, receipt: str, minor: int) -> str:
    """The number of a receipt as keys have it. Raises AmountNotPositive where there is none."""
    number = ledger.plain_number(receipt)
    refuse_wrong_amount(book, minor, translate("the number of the receipt is needed"), bool(number))
    return number


def refuse_wrong_amount(book: Book, minor: int, expected: str, is_right: bool) -> None:
    """Raises AmountNotPositive, which says what was expected instead."""
    if not is_right:
        amount = format_minor(minor, book.exponent)
        raise AmountNotPositive(amount=amount, amount_minor=minor, currency=book.currency, expected=expected)
