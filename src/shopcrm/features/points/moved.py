"""What every command that moves points by hand answers, and how it is posted: once, however often it is typed."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import normalize

from sqlalchemy import func, select

from shopcrm.core import ledger
from shopcrm.core.audience import Found
from shopcrm.core.book import Book
from shopcrm.core.errors import InsufficientPoints, PeriodBeforeLastExpiry, PointsNotAccrued, PointsNotPositive
from shopcrm.core.merging import is_of
from shopcrm.core.schema.points import points_entry
from shopcrm.features.points.waiting import waiting_sales


@dataclass(frozen=True, slots=True)
class Moved:
    """One entry and the balance after it. `points` is signed; `value_minor` is what the points are worth."""

    entry: int
    customer: str
    name: str | None
    points: int
    balance_points: int
    value_minor: int
    on: date
    key: str
    is_repeat: bool


def move(book: Book, found: Found, *, key: str, kind: str, points: int, rule: str, **details: Any) -> Moved:
    """Posts one event of a customer on the business date, and tells the audit trail.

    `details` are further fields of a ledger.Posting. Raises what ledger.post raises.
    """
    posting = as_posting(book, found, key=key, kind=kind, points=points, rule=rule, **details)
    try:
        posted = ledger.post(book, posting)
    except InsufficientPoints as short:
        sales = waiting_sales(book, found)
        raise (PointsNotAccrued(**short.details, sales=sales) if sales else short) from None
    if not posted.is_repeat:
        book.tell(f"{kind} {points} points of {found.customer}, entry {posted.entry_id}")
    return Moved(
        entry=posted.entry_id,
        customer=found.customer,
        name=found.name,
        points=posted.amount,
        balance_points=ledger.balance(book, found.id).balance_points,
        value_minor=book.settings.points.worth_minor(abs(posted.amount)),
        on=posted.on,
        key=key,
        is_repeat=posted.is_repeat,
    )


def as_posting(
    book: Book, found: Found, *, key: str, kind: str, points: int, rule: str, **details: Any
) -> ledger.Posting:
    """One event of a customer on the business date, by the rules in force."""
    return ledger.Posting(
        key=key, customer_id=found.id, kind=kind, amount=points, on=book.as_of, rule=rule,
        settings_version_id=book.settings.version_id, **{"inputs": {}, **details},
    )  # fmt: skip


def plain_text(text: str) -> str:
    """A number, code or name without the blanks and wide characters of how it was typed."""
    return " ".join(normalize("NFKC", text).split())


def refuse_wrong_number(points: int, expected: str, is_right: bool) -> None:
    """Raises PointsNotPositive, which says what was expected instead."""
    if not is_right:
        raise PointsNotPositive(points=points, expected=expected)


def refuse_before_expiry(book: Book, found: Found) -> None:
    """Refuses points by hand that are dated before points of the customer expired.

    Whoever looked at that day has seen a balance that these points would change. Raises PeriodBeforeLastExpiry.
    """
    expired_on = book.connection.scalar(
        select(func.max(points_entry.c.on)).where(
            is_of(book, points_entry.c.customer_id, found.id), points_entry.c.kind == "expire"
        )
    )
    if expired_on and book.as_of < expired_on:
        raise PeriodBeforeLastExpiry(customer=found.customer, expired_on=expired_on, on=book.as_of)
