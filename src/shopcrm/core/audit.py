"""The audit trail: append-only, each row's digest covering the row before it, so that no row goes missing unseen."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import Connection, insert, select

from shopcrm.core.clock import stored_instant
from shopcrm.core.schema.house import audit


def append(connection: Connection, *, at: datetime, by: str, as_of: date, command: str, changes: Sequence[str]) -> None:
    """Adds one row for a command: who, when, on which business date, what changed."""
    previous = connection.scalar(select(audit.c.digest).order_by(audit.c.id.desc()).limit(1)) or ""
    change = "; ".join(changes)
    row = {"at": at, "by": by, "as_of": as_of, "command": command, "change": change}
    digest = _digest(previous, stored_instant(at), by, str(as_of), command, change)
    connection.execute(insert(audit).values(**row, digest=digest))


def broken_rows(connection: Connection) -> Iterator[int]:
    """The ids of rows whose digest does not follow from their content and the row before them."""
    previous = ""
    for row in connection.execute(select(audit).order_by(audit.c.id)):
        if row.digest != _digest(previous, stored_instant(row.at), row.by, str(row.as_of), row.command, row.change):
            yield row.id
        previous = row.digest


def _digest(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()
