"""The audit trail: append-only, each row's digest covering the row before it, so that no row goes missing unseen.

The number of rows and the last digest are kept apart, since rows that are cut off the end leave a chain that is whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import Connection, Text, func, insert, select, type_coerce, update

from shopcrm.core.clock import stored_instant
from shopcrm.core.schema.trail import audit, audit_head


@dataclass(frozen=True, slots=True)
class Cut:
    """How many rows were written, and how many of them stand there; None where it is not known any more."""

    written: int | None
    standing: int


def append(connection: Connection, *, at: datetime, by: str, as_of: date, command: str, changes: Sequence[str]) -> None:
    """Adds one row for a command: who, when, on which business date, what changed."""
    head = connection.execute(select(audit_head)).one_or_none()
    change = "; ".join(changes)
    digest = digest_of(head.digest if head else "", stored_instant(at), by, str(as_of), command, change)
    row = {"at": at, "by": by, "as_of": as_of, "command": command, "change": change}
    connection.execute(insert(audit), {**row, "digest": digest})
    if head:
        connection.execute(update(audit_head), {"rows": head.rows + 1, "digest": digest})
    else:
        connection.execute(insert(audit_head), {"id": 1, "rows": 1, "digest": digest})


def broken_rows(connection: Connection) -> Iterator[int]:
    """The ids of rows that do not follow from the row before them: by their digest, or by their number."""
    previous, number = "", 0
    # As texts: what somebody wrote into a column of days need not be one.
    columns = (type_coerce(audit.c[name], Text) for name in ("at", "by", "as_of", "command", "change", "digest"))
    for row_id, *said, digest in connection.execute(select(audit.c.id, *columns).order_by(audit.c.id)):
        if digest != digest_of(previous, *said) or row_id != number + 1:
            yield row_id
        previous, number = digest, row_id


def cut(connection: Connection) -> Cut | None:
    """What lacks at the end of the trail; None where it ends as it was written."""
    head = connection.execute(select(audit_head)).one_or_none()
    standing = connection.scalar(select(func.count()).select_from(audit)) or 0
    last = connection.scalar(select(audit.c.digest).order_by(audit.c.id.desc()).limit(1))
    if head is None:
        return Cut(None, standing) if standing else None
    return None if (head.rows, head.digest) == (standing, last) else Cut(head.rows, standing)


def digest_of(previous: str, *said: str) -> str:
    """The digest of a row, from that of the row before it and what stands in its columns, as the book stores them."""
    return sha256("\x1f".join(map(str, (previous, *said))).encode(errors="surrogateescape")).hexdigest()
