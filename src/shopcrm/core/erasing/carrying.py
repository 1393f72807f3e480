"""Carries the list of the erased from one book into an older copy of it, and erases in that who is on the list."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import insert, select

from shopcrm.core import erased as knowing
from shopcrm.core.book import Book
from shopcrm.core.erasing.erasing import Erased, erase, person_of
from shopcrm.core.schema.people import customer, identity
from shopcrm.core.schema.privacy import erased_identity, erasure_secret


class Register(NamedTuple):
    """Who was erased from a book, as far as anybody can tell: keys and hashes."""

    secrets: Sequence[str]
    digests: Sequence[str]


def read_register(driver: sqlite3.Connection) -> Register:
    """The register of a book, of whatever revision: an empty one where it keeps none."""
    names = {row[0] for row in driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"erasure_secret", "erased_identity"} <= names:
        return Register((), ())
    secrets = [row[0] for row in driver.execute("SELECT secret FROM erasure_secret ORDER BY id")]
    return Register(secrets, [row[0] for row in driver.execute("SELECT digest FROM erased_identity")])


def carry_over(book: Book, register: Register, reason: str) -> Erased:
    """Erases everyone of the register who is in this book, and keeps the register for the sheets that come."""
    own = set(book.connection.scalars(select(erasure_secret.c.secret)))
    if fresh := [secret for secret in register.secrets if secret not in own]:
        book.connection.execute(insert(erasure_secret), [{"secret": secret} for secret in fresh])
    found = erase(book, sorted(_known(book, register)), reason) if register.digests else Erased(0, 0, 0, 0)
    kept = set(book.connection.scalars(select(erased_identity.c.digest)))
    if lacking := [digest for digest in register.digests if digest not in kept]:
        book.connection.execute(insert(erased_identity), [{"digest": digest} for digest in lacking])
    book.known.pop(knowing.__name__, None)
    return found


def _known(book: Book, register: Register) -> set[int]:
    """The customers of this book whom the register knows: by an identity of theirs, or by code and name."""
    known = knowing.Erased(list(register.secrets), dict.fromkeys(register.digests))
    columns = (identity.c.kind, identity.c.value, identity.c.source, identity.c.customer_id)
    rows = book.connection.execute(select(*columns)).all()
    found = {row[3] for row in rows if known.knows(row[0], row[1], row[2])}
    named = book.connection.execute(select(customer.c.id, customer.c.code, customer.c.name))
    return found | {row[0] for row in named if row[2] and known.knows(*person_of(row[1], row[2]))}
