"""Erases people: their own rows, what others' texts say of them, and who they were."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from shopcrm.core import erased as knowing
from shopcrm.core.book import Book
from shopcrm.core.book.sqlite import leave_no_trace
from shopcrm.core.erasing.needles import Needles
from shopcrm.core.erasing.policy import CLEARED, DELETED, SCRUBBED
from shopcrm.core.erasing.typed import notes_of
from shopcrm.core.merging import all_ids
from shopcrm.core.portions import portions
from shopcrm.core.schema import every_table
from shopcrm.core.schema.intake import row_change
from shopcrm.core.schema.people import customer, identity
from shopcrm.core.schema.privacy import erased_identity, erasure, erasure_secret


@dataclass(frozen=True, slots=True)
class Erased:
    """How much went: people (everyone merged into them counted), identities, rows, and texts of others blotted."""

    people: int
    identities: int
    rows: int
    texts: int


def erase(book: Book, customer_ids: Sequence[int], reason: str) -> Erased:
    """Erases these people with everyone merged into them. Who was erased before is left out.

    The file is written anew after the commit, so that no byte of theirs stays in it.
    """
    ids = _not_erased(book, list(dict.fromkeys(all_ids(book, customer_ids))))
    leave_no_trace(book.connection)
    if not ids:
        return Erased(0, 0, 0, 0)
    needles = needles_of(book, ids)
    digests = _digests(book, ids)
    rows = _take_out(book, ids)
    identities = rows.pop("identity")
    _remember(book, ids, digests, needles.scrub(reason))
    texts = scrub(book, needles)
    book.known.pop(knowing.__name__, None)
    return Erased(len(ids), identities, sum(rows.values()), texts)


def needles_of(book: Book, ids: Sequence[int]) -> Needles:
    """What to look for in the texts of others: names that nobody else bears, and all identities that nobody shares."""
    names: set[str] = set()
    for portion in portions(ids):
        names.update(filter(None, book.connection.scalars(select(customer.c.name).where(customer.c.id.in_(portion)))))
    own = set(ids)
    for some in portions(sorted(names)):
        bearing = select(customer.c.id, customer.c.name).where(customer.c.name.in_(some))
        names -= {row.name for row in book.connection.execute(bearing) if row.id not in own}
    found = _identities(book, ids)
    return Needles(
        [*names, *(value for kind, value, _ in found if kind == "name" and value in names)],
        [(kind, value) for kind, value, _ in found if kind != "name"],
    )


def scrub(book: Book, needles: Needles) -> int:
    """Blots them out of the texts of others; answers how many texts changed."""
    if not needles:
        return 0
    tables, changed = every_table().tables, 0
    for table_name, column_name in SCRUBBED:
        table = tables[table_name]
        column = table.c[column_name]
        (key,) = table.primary_key.columns
        wanted = select(key, column).where(column.is_not(None))
        if table is row_change:
            wanted = wanted.where(row_change.c.table_name == "customer")
        for row_id, said in book.connection.execute(wanted).all():
            clean = _scrubbed(said, needles)
            if clean != said:
                statement = delete(table) if table_name == "review" else update(table).values({column_name: clean})
                book.connection.execute(statement.where(key == row_id))
                changed += 1
    return changed


def _scrubbed(said: Any, needles: Needles) -> Any:
    if isinstance(said, str):
        return needles.scrub(said)
    if isinstance(said, Mapping):
        return {name: _scrubbed(value, needles) for name, value in said.items()}
    if isinstance(said, list):
        return [_scrubbed(value, needles) for value in said]
    return said


def _not_erased(book: Book, ids: Sequence[int]) -> list[int]:
    gone: set[int] = set()
    for portion in portions(ids):
        gone.update(book.connection.scalars(select(erasure.c.customer_id).where(erasure.c.customer_id.in_(portion))))
    return [each for each in ids if each not in gone]


def _identities(book: Book, ids: Sequence[int]) -> list[tuple[str, str, str]]:
    """Kind, value and source of everything that names these and nobody else."""
    own, found = set(ids), set[tuple[str, str, str]]()
    columns = (identity.c.kind, identity.c.value, identity.c.source)
    for portion in portions(ids):
        rows = book.connection.execute(select(*columns).where(identity.c.customer_id.in_(portion)))
        found.update((row[0], row[1], row[2]) for row in rows)
    for values in portions(sorted({value for _, value, _ in found})):
        holding = select(*columns, identity.c.customer_id).where(identity.c.value.in_(values))
        found -= {tuple(said) for *said, who in book.connection.execute(holding) if who not in own}
    return sorted(found)


def _digests(book: Book, ids: Sequence[int]) -> dict[str, int]:
    """The keyed hashes by which these are known again, and whose each is."""
    secret = _secret(book)
    unshared, digests = set(_identities(book, ids)), dict[str, int]()
    for portion in portions(ids):
        rows = select(identity.c.kind, identity.c.value, identity.c.source, identity.c.customer_id)
        for kind, value, source, who in book.connection.execute(rows.where(identity.c.customer_id.in_(portion))):
            if (kind, value, source) in unshared:
                digests.setdefault(knowing.digest_of(secret, kind, value, source), who)
        named = select(customer.c.id, customer.c.code, customer.c.name).where(customer.c.id.in_(portion))
        for who, code, name in book.connection.execute(named):
            if name:  # by it a backup is known that has them under the same code
                digests.setdefault(knowing.digest_of(secret, *person_of(code, name)), who)
    return digests


def person_of(code: str, name: str) -> tuple[str, str, str]:
    """A customer as an identity of its own: kind, value, source."""
    return "person", f"{code}\x1e{name}", ""


def _secret(book: Book) -> str:
    """The key that new hashes are made with."""
    known = _secrets(book)
    if known:
        return known[0]
    secret = secrets.token_hex(32)
    book.connection.execute(insert(erasure_secret).values(secret=secret))
    return secret


def _secrets(book: Book) -> list[str]:
    return list(book.connection.scalars(select(erasure_secret.c.secret).order_by(erasure_secret.c.id)))


def _take_out(book: Book, ids: Sequence[int]) -> Counter[str]:
    """Deletes and clears what is theirs; answers how many rows of each table."""
    tables, count = every_table().tables, Counter[str]()
    note = tables["note"]
    for portion in portions(sorted(notes_of(book, ids))):
        count["note"] += book.connection.execute(update(note).where(note.c.id.in_(portion)).values(text="")).rowcount
    for portion in portions(ids):
        for name in DELETED:
            table = tables[name]
            count[name] += book.connection.execute(delete(table).where(table.c.customer_id.in_(portion))).rowcount
        for name, values in CLEARED.items():
            table = tables[name]
            key = table.c.id if name == "customer" else table.c.customer_id
            count[name] += book.connection.execute(update(table).where(key.in_(portion)).values(values)).rowcount
        own = (row_change.c.table_name == "customer", row_change.c.row_id.in_(portion))
        count["row_change"] += book.connection.execute(delete(row_change).where(*own)).rowcount
    return count


def _remember(book: Book, ids: Sequence[int], digests: Mapping[str, int], reason: str) -> None:
    at = {"on": book.as_of, "at": book.now, "by": book.by, "reason": reason}
    book.connection.execute(insert(erasure), [{"customer_id": each, **at} for each in ids])
    rows = [{"digest": digest, "customer_id": who} for digest, who in digests.items()]
    known = set(book.connection.scalars(select(erased_identity.c.digest)))
    if fresh := [row for row in rows if row["digest"] not in known]:
        book.connection.execute(insert(erased_identity), fresh)
