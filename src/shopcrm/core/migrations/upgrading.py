"""Brings an older book up to date: a proven backup beside it, the migration, and proof that every row came along."""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from hashlib import file_digest
from itertools import count
from pathlib import Path

from sqlalchemy import Connection

from shopcrm.core import migrations
from shopcrm.core.errors import BookNotUpgraded, BookUnsound
from shopcrm.core.language import translate as _
from shopcrm.core.names import spelt

Columns = Mapping[str, tuple[str, ...]]  # of every table
Sums = Mapping[str, tuple[object, ...]]

# Columns that a migration does away with: what their sum is found in afterwards.
_OF_PURSE = (
    "SELECT (SELECT TOTAL(amount_minor) FROM wallet_lot WHERE purse = '{0}') - (SELECT TOTAL(d.amount_minor)"
    " FROM wallet_draw d JOIN wallet_lot l ON l.id = d.lot_id WHERE l.purse = '{0}')"
)
_BECAME = {
    ("wallet_entry", "principal_minor"): _OF_PURSE.format("principal"),
    ("wallet_entry", "bonus_minor"): _OF_PURSE.format("bonus"),
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
    columns = _columns(driver)
    before = _sums(driver, columns)
    backup, digest = _back_up(path, revision, columns, before)
    migrations.upgrade(connection)
    _spell_names(driver)
    _expect_equal(path, before, _sums(driver, columns))
    _expect_references(driver)
    return Upgraded(revision, backup, digest)


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


def _back_up(path: Path, revision: str, columns: Columns, expected: Sums) -> tuple[Path, str]:
    """A copy that is proven before it gets its name, and its SHA-256."""
    part = path.with_name(f"{path.name}.{revision}.part")
    part.unlink(missing_ok=True)  # left by an upgrade that was killed
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        # Through a second connection: SQLite does not copy out of one that is about to write.
        with closing(_read_only(path)) as source, closing(sqlite3.connect(part)) as target:
            target.execute("PRAGMA journal_mode = OFF")  # a copy that was cut short is thrown away, not mended
            source.backup(target)
        with closing(_read_only(part)) as copy:
            _expect_sound(copy)
            _expect_equal(path, expected, _sums(copy, columns))
        # Of the copy alone: whoever opens and closes the book's own file drops the lock that SQLite holds on it.
        digest = _sha256(part)
        return _keep(part, path, revision, digest), digest
    finally:
        part.unlink(missing_ok=True)


def _keep(part: Path, path: Path, revision: str, digest: str) -> Path:
    # An earlier backup is never written over; the one of an upgrade that was killed afterwards serves again.
    for number in count(1):
        again = f"-{number}" if number > 1 else ""
        kept = path.with_name(f"{path.name}.{revision}{again}.backup")
        if not kept.exists():
            part.rename(kept)
            return kept
        if _sha256(kept) == digest:
            return kept
    raise AssertionError


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)


def _expect_sound(driver: sqlite3.Connection) -> None:
    for (said,) in driver.execute("PRAGMA integrity_check(1)"):
        if said != "ok":
            raise BookUnsound(finding=_("the file is damaged: {reason}").format(reason=said))
    _expect_references(driver)


def _expect_references(driver: sqlite3.Connection) -> None:
    for table, _row, other, _key in driver.execute("PRAGMA foreign_key_check"):
        sentence = _("a row of {table} refers to a row of {other} that is not there")
        raise BookUnsound(finding=sentence.format(table=table, other=other))


def _columns(driver: sqlite3.Connection) -> Columns:
    tables = driver.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'"
    ).fetchall()
    return {table: tuple(row[1] for row in driver.execute(f"PRAGMA table_info({table})")) for (table,) in tables}


def _sums(driver: sqlite3.Connection, columns: Columns) -> Sums:
    """Of every table its rows, and of every column how many values there are and their sum (of texts, their length)."""
    standing = _columns(driver)
    return {
        table: driver.execute(_summing(table, names, standing[table])).fetchone() for table, names in columns.items()
    }


def _summing(table: str, names: tuple[str, ...], standing: tuple[str, ...]) -> str:
    value = """COUNT("{0}"), TOTAL(CASE typeof("{0}") WHEN 'integer' THEN "{0}" ELSE LENGTH(CAST("{0}" AS BLOB)) END)"""
    sums = (value.format(n) if n in standing else f"COUNT(*), ({_BECAME[table, n]})" for n in names)
    return f"SELECT COUNT(*), {', '.join(sums)} FROM {table}"  # noqa: S608 - names of the schema


def _expect_equal(path: Path, before: Sums, after: Sums) -> None:
    for table, sums in before.items():
        if after[table] != sums:
            raise BookNotUpgraded(path=path, reason=_("rows of {table} would not have come along").format(table=table))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
