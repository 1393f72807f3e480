"""Puts a backup in the place of the book: proven, brought up to date, and without anyone who was erased since."""

import shutil
import sqlite3
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import func, select

from shopcrm.core import backups, erasing
from shopcrm.core.book import Book, locate, open_book
from shopcrm.core.book.sqlite import APPLICATION_ID, BUSY_SECONDS, plain_words
from shopcrm.core.errors import BackupNotFound, BookReadOnly, BookUnsound, NotABook
from shopcrm.core.language import translate
from shopcrm.core.merging import is_listed
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.sales import counting, sale

_NOBODY = erasing.Register((), ())


@dataclass(frozen=True, slots=True)
class Restored:
    """What the book is now. `erased` people of the backup were erased again, since the book that it replaces says so.

    `kept` is the book that was replaced. Where `is_register_lost`, that was too damaged to say who was erased since.
    """

    book: Path
    file: Path
    sha256: str
    customers: int
    sales: int
    last_sale_on: date | None
    erased: int
    kept: Path | None
    is_register_lost: bool


def restore(place: str | Path, file: Path, *, by: str, command: str, now: datetime, dry_run: bool = False) -> Restored:
    """Puts `file` in the place of the book, or describes that; a damaged or missing book can be replaced as well.

    Raises BackupNotFound, NotABook, BookNewer, BookUnsound for the backup; BookBusy, BookReadOnly.
    """
    path = locate(place).resolve()
    if not file.is_file():
        raise BackupNotFound(path=file)
    with plain_words(file, BUSY_SECONDS):
        _expect_sound(file)
    register = _register(path)
    workshop = backups.workshop(path)
    shutil.rmtree(workshop, ignore_errors=True)  # left by one that was killed
    try:
        workshop.mkdir(mode=0o700)
        made = workshop / path.name
        backups.copy_book(file.resolve(), made)
        digest = backups.sha256_of(made)
        with open_book(made, write=True, by=by, command=command, now=now) as book:
            why = translate("erased again when a backup was restored")
            did = erasing.carry_over(book, register or _NOBODY, why)
            book.tell(f"restored from a backup, SHA-256 {digest}")
            sold = book.connection.execute(select(func.count(), func.max(sale.c.on)).where(counting)).one()
            people = _count_people(book)
        _expect_sound(made)
        kept = None if dry_run else _swap(made, path)
    except OSError as failure:
        raise BookReadOnly(path=path, reason=failure.strerror or str(failure)) from None
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return Restored(path, file, digest, people, sold[0], sold[1], did.people, kept, register is None)


def _expect_sound(path: Path) -> None:
    with closing(backups.read_only(path)) as driver:
        if driver.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise NotABook(path=path)
        backups.expect_sound(driver)


def _register(path: Path) -> erasing.Register | None:
    """Who was erased from the book that is replaced; None where it is too damaged to say."""
    if not path.exists():
        return _NOBODY
    try:
        with closing(backups.read_only(path)) as driver:
            return erasing.read_register(driver)
    except sqlite3.Error:
        return None


def _count_people(book: Book) -> int:
    return book.connection.scalar(select(func.count()).select_from(customer).where(is_listed())) or 0


def _swap(made: Path, path: Path) -> Path | None:
    """Moves the new book to its place in one step; the old one is kept under another name."""
    if not path.exists():
        made.replace(path)
        return None
    with ExitStack() as stack:
        try:
            with plain_words(path, BUSY_SECONDS):
                driver = stack.enter_context(closing(sqlite3.connect(path, timeout=BUSY_SECONDS)))
                driver.execute("BEGIN IMMEDIATE")  # nobody writes into the old book while it changes its name
        except (BookUnsound, NotABook):
            pass  # it could not be written anyway
        kept = backups.keep_aside(path, path.with_name(f"{path.name}.before-restore{backups.ENDING}"))
        journal = path.with_name(f"{path.name}-journal")
        if journal.exists():  # of a writer that was killed: it belongs to the old book, and would spoil the new one
            journal.rename(kept.with_name(f"{kept.name}-journal"))
        made.replace(path)
    return kept
