"""Brings an older book up to date: a proven backup beside it, the migration, and proof that every row came along."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from shopcrm.core import backups, migrations
from shopcrm.core.backups import Sums
from shopcrm.core.errors import BookNotUpgraded
from shopcrm.core.language import translate as _
from shopcrm.core.names import spelt

_SPELT = "0007"  # since when a name is never written without how it sounds

# Columns that a migration does away with: what their sum is found in afterwards.
_OF_PURSE = (
    "SELECT (SELECT TOTAL(amount_minor) FROM wallet_lot WHERE purse = '{0}') - (SELECT TOTAL(d.amount_minor)"
    " FROM wallet_draw d JOIN wallet_lot l ON l.id = d.lot_id WHERE l.purse = '{0}')"
)
_OF_OPENING = "SELECT TOTAL(e.customer_id) FROM {0}_lot l JOIN {0}_entry e ON e.id = l.entry_id"
_BECAME = {
    ("wallet_entry", "principal_minor"): _OF_PURSE.format("principal"),
    ("wallet_entry", "bonus_minor"): _OF_PURSE.format("bonus"),
    **{(f"{ledger}_lot", "customer_id"): _OF_OPENING.format(ledger) for ledger in ("points", "wallet", "visit")},
}


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade did: which revision the book had, and where it stands as it was."""

    revision: str
    backup: Path
    sha256: str


def upgrade_book(connection: Connection, path: Path, revision: str) -> Upgraded:
    """Backs the book up and migrates it, in the transaction of the caller.

    The transaction holds the write lock, and foreign keys are off: with them on, a table written anew takes its
    children along. Raises BookUnsound for a book that was damaged before, OSError where no backup can be written.
    """
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    columns = backups.columns_of(driver)
    before = backups.sums_of(driver, columns)
    backup = backups.back_up(path, path.with_name(f"{path.name}.{revision}.backup"))
    _expect_equal(path, before, backup.sums)
    migrations.upgrade(connection)
    if revision < _SPELT:
        _spell_names(driver)
    _expect_equal(path, before, backups.sums_of(driver, columns, became=_BECAME))
    backups.expect_references(driver)
    return Upgraded(revision, backup.path, backup.sha256)


def _spell_names(driver: sqlite3.Connection) -> None:
    """Writes down how names sound that were written before this was kept.

    Not by the migration: a name must sound the same whenever it was written, and how is not frozen.
    """
    driver.create_function("pinyin_of", 1, lambda name: spelt(name).pinyin, deterministic=True)
    driver.create_function("initials_of", 1, lambda name: spelt(name).initials, deterministic=True)
    driver.execute(
        "UPDATE customer SET pinyin = pinyin_of(name), initials = initials_of(name)"
        " WHERE name IS NOT NULL AND pinyin IS NULL"
    )


def _expect_equal(path: Path, before: Sums, after: Sums) -> None:
    for table, sums in before.items():
        if after.get(table) != sums:
            raise BookNotUpgraded(path=path, reason=_("rows of {table} would not have come along").format(table=table))
