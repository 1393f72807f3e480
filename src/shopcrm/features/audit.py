"""The audit trail, to read: who changed what, when, by which command."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import or_, select

from shopcrm.core.audience import find_one
from shopcrm.core.book import Book
from shopcrm.core.clock import to_instant
from shopcrm.core.errors import CustomerErased
from shopcrm.core.merging import ids_of
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.trail import audit


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One command: its number in the trail, the shop's local day and time, and what it changed."""

    row: int
    on: date
    time: str
    by: str
    command: str
    change: str
    as_of: date


@dataclass(frozen=True, slots=True)
class AuditList:
    """Rows of the trail, the latest first; `count_all` is how many there are, listed or not."""

    count_all: int
    items: tuple[AuditRow, ...]


def list_rows(book: Book, *, who: str | None = None, since: date | None = None, limit: int | None = None) -> AuditList:
    """Commands that changed the book, written on `since` or later, or that speak of one customer.

    Raises CustomerUnknown, CustomerAmbiguous. Who was erased is asked for by their code.
    """
    codes = _codes(book, who) if who else []
    wanted = select(audit).order_by(audit.c.id.desc())
    if since:
        wanted = wanted.where(audit.c.at >= to_instant(datetime.combine(since, time.min), book.zone))
    if codes:
        wanted = wanted.where(or_(*(audit.c.change.contains(code, autoescape=True) for code in codes)))
    named = [re.compile(rf"(?<![\w-]){re.escape(code)}(?!\w)") for code in codes]
    rows = [
        row
        for row in book.connection.execute(wanted)
        if not named or any(pattern.search(row.change) for pattern in named)
    ]
    items = []
    for row in rows[:limit]:
        local = row.at.astimezone(book.zone)
        items.append(AuditRow(row.id, local.date(), f"{local:%H:%M}", row.by, row.command, row.change, row.as_of))
    return AuditList(len(rows), tuple(items))


def _codes(book: Book, who: str) -> list[str]:
    """The codes of a person: their own, and those of everyone merged into them."""
    try:
        ids = ids_of(book, find_one(book, who).id)
    except CustomerErased as gone:
        return [gone.details["customer"]]
    return list(book.connection.scalars(select(customer.c.code).where(customer.c.id.in_(ids))))
