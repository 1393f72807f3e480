"""The audit trail: append-only, each row's digest covering the row before it, so that no row goes missing unseen."""

from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import insert, select

from shopcrm.core.book import Book, stored_instant
from shopcrm.core.schema.house import audit


def append(book: Book) -> None:
    """Adds one row for this command: who, when, on which business date, what changed."""
    previous = book.connection.scalar(select(audit.c.digest).order_by(audit.c.id.desc()).limit(1)) or ""
    change = "; ".join(book.changes)
    row = {"at": book.now, "by": book.by, "as_of": book.as_of, "command": book.command, "change": change}
    digest = _digest(previous, stored_instant(book.now), book.by, str(book.as_of), book.command, change)
    book.connection.execute(insert(audit).values(**row, digest=digest))


def broken_rows(book: Book) -> Iterator[int]:
    """The ids of rows whose digest does not follow from their content and the row before them."""
    previous = ""
    for row in book.connection.execute(select(audit).order_by(audit.c.id)):
        if row.digest != _digest(previous, stored_instant(row.at), row.by, str(row.as_of), row.command, row.change):
            yield row.id
        previous = row.digest


def _digest(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()
