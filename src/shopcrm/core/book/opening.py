"""Opens the book for reading or for one short transaction, or writes a new one."""

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Index, Select, Table, func, insert, select

from shopcrm.core import clock
from shopcrm.core.book.sqlite import (
    APPLICATION_ID,
    BUSY_SECONDS,
    build_index,
    check_owner,
    connect,
    connected,
    driver_of,
    give_back_pages,
    plain_words,
    rewrite_if_due,
)
from shopcrm.core.errors import (
    BookElsewhere,
    BookExists,
    BookNewer,
    BookNotFound,
    BookNotUpgraded,
    BookOlder,
    BookReadOnly,
    NotABook,
)
from shopcrm.core.settings import Settings, SettingsHistory, load_history

if TYPE_CHECKING:
    from shopcrm.core.migrations.upgrading import Upgraded

REVISION = "0008"
_PORTION = 10_000  # rows handed to the driver at once


@dataclass(eq=False)
class Book:
    """An open book, inside one transaction. Writers hold the write lock from the first moment."""

    path: Path
    connection: Connection
    now: datetime  # aware UTC: the instant of this command
    asked_as_of: date | None
    by: str
    command: str
    is_writable: bool
    is_dry_run: bool = False
    upgraded: "Upgraded | None" = None  # what opening an older book did first
    changes: list[str] = field(default_factory=list)  # said by features, kept by the audit trail
    known: dict[str, Any] = field(default_factory=dict)  # what a module looked up once in this transaction, by its name

    @cached_property
    def history(self) -> SettingsHistory:
        """Every version of the settings, with the rules of any day."""
        return load_history(self.connection)

    @cached_property
    def settings(self) -> Settings:
        """The rules in force on the business date."""
        return self.history.on(self.as_of)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return clock.find_zone(self.history.first.shop.timezone)

    @cached_property
    def as_of(self) -> date:
        """The business date: the one asked for, else the shop's date at this instant."""
        return self.asked_as_of or self.now.astimezone(self.zone).date()

    @property
    def currency(self) -> str:
        """The one currency of this book."""
        return self.history.first.shop.currency

    @property
    def exponent(self) -> int:
        """The decimals of its currency."""
        return self.history.first.shop.exponent

    def next_id(self, table: Table) -> int:
        """The first free row key. Safe because a writer is alone in the book until it commits."""
        return int(self.connection.scalar(select(func.coalesce(func.max(table.c.id), 0)))) + 1  # type: ignore[arg-type]

    def insert_many(
        self,
        table: Table,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
        same: Mapping[str, str | int] | None = None,
    ) -> None:
        """Inserts rows given as tuples in the order of `columns`, drawn one by one: a million need not be in memory.

        `same` holds what is the same in all of them: said once, and not bound a million times. Columns that are not
        named take the database's default, or nothing. The values go to the driver as they are:
        dates as ISO text, instants by `clock.stored_instant`, JSON as text. SQLAlchemy's per-row processing would cost
        more than the insert (12 s instead of 5 s for a million sales).
        """
        quote = self.connection.dialect.identifier_preparer.quote
        marker = "?" if self.connection.dialect.paramstyle == "qmark" else "%s"
        said = {name: _literal(value) for name, value in (same or {}).items()}
        names = ", ".join(map(quote, (*columns, *said)))
        marks = ", ".join((*(marker for _ in columns), *said.values()))
        statement = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})"  # noqa: S608 - names of the schema
        waiting = iter(rows)
        while portion := list(islice(waiting, _PORTION)):
            self.connection.exec_driver_sql(statement, portion)

    def read_many(self, wanted: Select[Any]) -> Iterator[tuple[Any, ...]]:
        """Rows as the driver gives them, drawn one by one: days and instants as text, JSON as text.

        A million rows through SQLAlchemy take eight seconds, and one past it.
        """
        cursor: Any = self.connection.execute(wanted).cursor
        rows: Iterator[tuple[Any, ...]] = iter(cursor)  # each driver's can be iterated, though DB-API does not ask it
        return rows

    @contextmanager
    def built_last(self, index: Index, rows: int) -> Iterator[None]:
        """Builds an index after that many rows went into its table, where they are most of it.

        Built at once it takes half of what keeping it up row by row does. What fails rolls back with everything else.
        """
        table = index.table
        assert table is not None
        is_worth_it = (
            rows > _PORTION and int(self.connection.scalar(select(func.count()).select_from(table)) or 0) < rows
        )
        if is_worth_it:
            index.drop(self.connection)
        yield
        if is_worth_it:
            build_index(self.connection, index)

    @contextmanager
    def tried(self) -> Iterator[None]:
        """What is done within can be looked at until the end, and is rolled back there, with what was told of it."""
        told = len(self.changes)
        savepoint = self.connection.begin_nested()
        try:
            yield
        finally:
            savepoint.rollback()
            del self.changes[told:]

    def tell(self, change: str) -> None:
        """Says for the audit trail what is being changed; no personal data. Nothing told, nothing audited."""
        self.changes.append(change)


@contextmanager
def open_book(
    place: str | Path,
    *,
    write: bool = False,
    dry_run: bool = False,
    as_of: date | None = None,
    by: str = "",
    command: str = "",
    now: datetime | None = None,
    busy_seconds: float = BUSY_SECONDS,
) -> Iterator[Book]:
    """The book at `place`, for the length of one transaction.

    With `write` the lock is taken at once and everything is committed at the end, or nothing when anything
    fails; with `dry_run` everything is done and then rolled back. A book of an older revision is upgraded first.

    Raises BookNotFound, NotABook, BookNewer, BookOlder, BookNotUpgraded, BookReadOnly, BookElsewhere; BookBusy when
    another writer holds the lock for longer than `busy_seconds`.
    """
    path = locate(place)
    named = partial(Book, path, now=now or clock.now(), asked_as_of=as_of, by=by, command=command)
    while True:
        with suppress(_ReplacedError):
            with _opened(partial(named, is_writable=write, is_dry_run=dry_run), path, write, busy_seconds) as book:
                yield book
            return


class _ReplacedError(Exception):
    """Another book took the place of this one while its lock was waited for: what is written into it would be lost."""


@contextmanager
def _opened(make: Callable[..., Book], path: Path, write: bool, busy_seconds: float) -> Iterator[Book]:
    if not path.is_file():
        raise BookNotFound(path=path) if not path.exists() else NotABook(path=path)
    if not os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
        raise BookReadOnly(path=path, reason=os.strerror(errno.EACCES))
    meant = path.stat()
    with plain_words(path, busy_seconds), connected(path.resolve(), write, busy_seconds) as connection:
        check_owner(connection, path)
        book = make(connection=connection)
        book.upgraded = _upgrade_if_older(book, busy_seconds)
        with connection.begin() as transaction:
            if write and not (path.exists() and os.path.samestat(meant, path.stat())):
                raise _ReplacedError
            _check_revision(connection, path)
            yield book
            if write and not book.is_dry_run:
                _keep_audit(book)
                transaction.commit()
            else:
                transaction.rollback()
        if write and not book.is_dry_run:
            rewrite_if_due(connection)


def create_book(place: str | Path, first_settings: Mapping[str, object], *, by: str, now: datetime) -> Path:
    """Writes a new book, readable by its owner alone, with its first settings. Raises BookExists, BookReadOnly."""
    from shopcrm.core import migrations
    from shopcrm.core.schema.house import settings_version

    path = locate(place)
    if path.exists():
        raise BookExists(path=path)
    try:
        _make_folders(path.parent)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as failure:
        raise BookReadOnly(path=path, reason=failure.strerror or str(failure)) from None
    try:
        with closing(connect(path.resolve(), True, BUSY_SECONDS)) as connection, connection.begin():
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            migrations.upgrade(connection)
            connection.execute(insert(settings_version).values(changes=dict(first_settings), set_at=now, by=by))
        # Tables that migrations rebuilt leave free pages behind; SQLite does not put those back after a rollback, so
        # that a dry run could leave bytes there.
        with closing(connect(path.resolve(), True, BUSY_SECONDS)) as connection:
            driver_of(connection).execute("VACUUM")
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def locate(place: str | Path) -> Path:
    """The file that a path or a SQLAlchemy URL names. Raises BookElsewhere for any other database."""
    if isinstance(place, Path) or "://" not in place:
        return Path(place).expanduser()
    scheme, _, file = place.partition("://")
    if scheme.partition("+")[0] != "sqlite" or len(file) < 2 or not file.startswith("/"):
        raise BookElsewhere(url=f"{scheme}://...")
    return Path(file[1:])  # sqlite:///relative.db, sqlite:////absolute.db


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def _make_folders(folder: Path) -> None:
    # Path.mkdir(parents=True) makes the folders on the way readable by everyone.
    if not folder.exists():
        _make_folders(folder.parent)
        folder.mkdir(mode=0o700)


def _upgrade_if_older(asked: Book, busy_seconds: float) -> "Upgraded | None":
    found, path = _revision(asked.connection), asked.path
    if found is None or found >= REVISION:
        return None
    if asked.is_dry_run:
        backup = path.with_name(f"{path.name}.{found}.backup")
        raise BookOlder(path=path, revision=found, known=REVISION, backup=backup)
    try:
        with plain_words(path, busy_seconds):
            return _upgrade(asked, busy_seconds)
    except (OSError, BookReadOnly) as failure:
        reason = failure.details["reason"] if isinstance(failure, BookReadOnly) else failure.strerror or str(failure)
        raise BookNotUpgraded(path=path, reason=reason) from failure


def _upgrade(asked: Book, busy_seconds: float) -> "Upgraded | None":
    from shopcrm.core.migrations import upgrading

    path = asked.path.resolve()
    # Foreign keys can only be switched before a transaction begins.
    with closing(connect(path, True, busy_seconds, has_foreign_keys=False)) as connection:
        with connection.begin():
            found = _revision(connection)
            if found is None or found >= REVISION:
                return None  # another process held the lock, and did it
            upgraded = upgrading.upgrade_book(connection, path, found)
            book = replace(asked, connection=connection, changes=[], known={})
            book.tell(f"upgraded from revision {found}; as it was: {upgraded.backup.name}, SHA-256 {upgraded.sha256}")
            _keep_audit(book)
        give_back_pages(connection)
    return upgraded


def _check_revision(connection: Connection, path: Path) -> None:
    found = _revision(connection)
    if found != REVISION:
        raise BookNewer(path=path, revision=found, known=REVISION)


def _revision(connection: Connection) -> str | None:
    # Not through SQLAlchemy: it would begin a transaction, and a writer's takes the lock.
    row = driver_of(connection).execute("SELECT version_num FROM alembic_version").fetchone()
    return row[0] if row else None


def _keep_audit(book: Book) -> None:
    if book.changes:
        from shopcrm.core import audit

        audit.append(
            book.connection, at=book.now, by=book.by, as_of=book.as_of, command=book.command, changes=book.changes
        )
