"""Copies of a book that are proven before they get their name, and which of them stand beside it."""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from hashlib import file_digest
from itertools import count
from pathlib import Path

from shopcrm.core.errors import BookUnsound
from shopcrm.core.language import translate as _

ENDING = ".backup"

Columns = Mapping[str, tuple[str, ...]]  # of every table
Sums = Mapping[str, tuple[object, ...]]
Became = Mapping[tuple[str, str], str]  # columns that are gone: what their sum is found in


@dataclass(frozen=True, slots=True)
class Backup:
    """A proven copy: where it stands, its SHA-256, and the sums over every column of it."""

    path: Path
    sha256: str
    sums: Sums


def back_up(path: Path, wanted: Path) -> Backup:
    """Copies the book at `path` to `wanted`, for its owner's eyes only, and proves the copy first.

    Where another file stands there the copy gets the next free name beside it; where the very same one does, that
    serves. Raises BookUnsound for a book that is damaged, OSError where nothing can be written.
    """
    part = wanted.with_name(f"{wanted.name.removesuffix(ENDING)}.part")
    part.unlink(missing_ok=True)  # left by one that was killed
    try:
        copy_book(path, part)
        # Of the copy alone: whoever opens and closes the book's own file drops the lock that SQLite holds on it.
        digest = sha256_of(part)
        with closing(read_only(part)) as copy:
            expect_sound(copy)
            sums = sums_of(copy, columns_of(copy))
        return Backup(_keep(part, wanted, digest), digest, sums)
    finally:
        part.unlink(missing_ok=True)


def copy_book(path: Path, to: Path) -> None:
    """Copies a book, which may be in use, into a new file. Raises OSError, sqlite3.Error."""
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    # Through a second connection: SQLite does not copy out of one that is about to write.
    with closing(read_only(path)) as source, closing(sqlite3.connect(to)) as target:
        target.execute("PRAGMA journal_mode = OFF")  # a copy that was cut short is thrown away, not mended
        source.backup(target)


def beside(path: Path) -> tuple[Path, ...]:
    """Every backup that stands beside a book, and what a killed one left, by name."""
    found = [each for ending in (ENDING, ".part") for each in path.parent.glob(f"{path.name}.*{ending}")]
    found += workshop(path).glob("*")
    return tuple(sorted(each for each in found if each.is_file()))


def workshop(path: Path) -> Path:
    """The folder in which a book is put together that is to take the place of the one at `path`."""
    return path.with_name(f"{path.name}.restoring")


def keep_aside(path: Path, wanted: Path) -> Path:
    """Gives the file at `path` a second name beside it, the next that is free; `path` itself stays where it is."""
    kept = next(name for name in _names(wanted) if not name.exists())
    try:
        os.link(path, kept)
    except OSError:  # a file system without links
        shutil.copyfile(path, kept)
    kept.chmod(0o600)
    return kept


def expect_sound(driver: sqlite3.Connection) -> None:
    """Raises BookUnsound for a damaged file, or for references that lead nowhere."""
    for (said,) in driver.execute("PRAGMA integrity_check(1)"):
        if said != "ok":
            raise BookUnsound(finding=_("the file is damaged: {reason}").format(reason=said))
    expect_references(driver)


def expect_references(driver: sqlite3.Connection) -> None:
    """Raises BookUnsound where a row refers to one that is not there."""
    for table, _row, other, _key in driver.execute("PRAGMA foreign_key_check"):
        sentence = _("a row of {table} refers to a row of {other} that is not there")
        raise BookUnsound(finding=sentence.format(table=table, other=other))


def columns_of(driver: sqlite3.Connection) -> Columns:
    """The columns of every table."""
    tables = driver.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'"
    ).fetchall()
    return {table: tuple(row[1] for row in driver.execute(f"PRAGMA table_info({table})")) for (table,) in tables}


def sums_of(driver: sqlite3.Connection, columns: Columns, *, became: Became | None = None) -> Sums:
    """Of every table its rows, and of every column how many values there are and their sum (of texts, their length)."""
    standing = columns_of(driver)
    return {
        table: driver.execute(_summing(table, names, standing[table], became or {})).fetchone()
        for table, names in columns.items()
    }


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that cannot write."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _keep(part: Path, wanted: Path, digest: str) -> Path:
    # An earlier backup is never written over; the one of an upgrade that was killed afterwards serves again.
    for kept in _names(wanted):
        if not kept.exists():
            part.rename(kept)
            return kept
        if kept.is_file() and sha256_of(kept) == digest:
            return kept
    raise AssertionError


def _names(wanted: Path) -> Iterator[Path]:
    yield wanted
    yield from (wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}") for number in count(2))


def _summing(table: str, names: tuple[str, ...], standing: tuple[str, ...], became: Became) -> str:
    value = """COUNT("{0}"), TOTAL(CASE typeof("{0}") WHEN 'integer' THEN "{0}" ELSE LENGTH(CAST("{0}" AS BLOB)) END)"""
    sums = (value.format(n) if n in standing else f"COUNT(*), ({became[table, n]})" for n in names)
    return f"SELECT COUNT(*), {', '.join(sums)} FROM {table}"  # noqa: S608 - names of the schema
