"""Changes a book past everything that guards it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from shop import Shop


@contextmanager
def tampering(shop: Shop) -> Iterator[sqlite3.Connection]:
    """The file past everything that guards it: foreign keys, checks, and triggers, which are put back afterwards."""
    with closing(sqlite3.connect(shop.path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _name, sql in triggers:
            connection.execute(sql)
        connection.commit()
