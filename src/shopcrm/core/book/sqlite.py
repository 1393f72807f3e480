"""What only SQLite knows: the pragmas, BEGIN IMMEDIATE, read-only files, hot journals, and the driver's own words."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from time import sleep

from sqlalchemy import Connection, Engine, Index, Text, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from shopcrm.core.book.keeping import KeepingPool, file_to_open
from shopcrm.core.errors import BookBusy, BookReadOnly, BookUnsound, NotABook, ShopError

BUSY_SECONDS = 30.0
APPLICATION_ID = 0x53484F50  # "SHOP", written into the file's header
_TO_REWRITE = 1  # in the file's user_version
_ASKED = "leaves_no_trace"  # in the connection's info
_CACHE_KB, _SORTING_KB = 65_536, 4_096
_PAUSE = 0.002  # seconds between two tries for the lock


class InLowerCase(FunctionElement[str]):
    """lower(text), to be compared with texts in lower case."""

    type, inherit_cache = Text(), True


@compiles(InLowerCase)
def _lowered(text: InLowerCase, compiler: SQLCompiler, **how: object) -> str:
    return f"lower({compiler.process(text.clauses, **how)})"


@compiles(InLowerCase, "sqlite")
def _collated(text: InLowerCase, compiler: SQLCompiler, **how: object) -> str:
    # The same letters (those of ASCII) at a third of the time: nothing is written anew to be compared.
    return f"{compiler.process(text.clauses, **how)} COLLATE NOCASE"


def connect(path: Path, write: bool, busy_seconds: float, has_foreign_keys: bool = True) -> Connection:
    """A connection to that file; a transaction begins when it says so."""
    token = file_to_open.set(path)
    try:
        connection = _engine(write, busy_seconds, has_foreign_keys).connect()
    finally:
        file_to_open.reset(token)
    connection.info.pop(_ASKED, None)
    return connection


@lru_cache(maxsize=8)
def _engine(write: bool, busy_seconds: float, has_foreign_keys: bool) -> Engine:
    # One for every file, kept for as long as the process lives: a new engine compiles every statement again, which is
    # half the time of a small transaction.

    def connect() -> sqlite3.Connection:
        # isolation_level=None: the driver must not begin by itself. Left to its defaults, two processes redeemed
        # 998 of 1,000 coupons twice; with a deferred BEGIN 998 failed as locked; BEGIN IMMEDIATE gives 0 and 0.
        address = f"{file_to_open.get().as_uri()}?mode={'rw' if write else 'ro'}"
        driver = sqlite3.connect(address, uri=True, timeout=busy_seconds, isolation_level=None)
        driver.execute(f"PRAGMA foreign_keys = {'ON' if has_foreign_keys else 'OFF'}")
        driver.execute("PRAGMA recursive_triggers = ON")  # else INSERT OR REPLACE slips past an append-only table
        if write:
            driver.execute("PRAGMA secure_delete = ON")
            # Pages of 16 KB instead of 4 take a quarter off big imports; it holds for a book from its first write on.
            driver.execute("PRAGMA page_size = 16384")
            # 64 MB instead of 2: the indexes of a big import stay in memory, which takes a third off its inserts.
            driver.execute(f"PRAGMA cache_size = {-_CACHE_KB}")
        return driver

    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=KeepingPool, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        driver = driver_of(connection)
        if write:
            _take_lock(driver, busy_seconds)
        else:
            driver.execute("BEGIN")

    return engine


@contextmanager
def connected(path: Path, write: bool, busy_seconds: float) -> Iterator[Connection]:
    """A connection, given back at the end. What a killed writer left half done is rolled back first."""
    connection = connect(path, write, busy_seconds)
    try:
        if not write and _has_hot_journal(connection):
            _roll_back_hot_journal(path)
        yield connection
    except ShopError:
        raise
    except BaseException:
        connection.invalidate()  # nobody goes on with it
        raise
    finally:
        connection.close()


def check_owner(connection: Connection, path: Path) -> None:
    """Raises NotABook where the file is another program's."""
    # Asked of SQLite and not read from the file's header: closing a file that this process opened by itself drops the
    # locks that SQLite holds on it, and another process then writes into the same moment.
    if driver_of(connection).execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise NotABook(path=path)


@contextmanager
def plain_words(path: Path, busy_seconds: float) -> Iterator[None]:
    """Turns what the driver says into the sentence a person can act on."""
    try:
        yield
    except ShopError:
        raise
    except (DatabaseError, sqlite3.DatabaseError) as failure:
        original = failure.orig if isinstance(failure, DatabaseError) else failure
        name = getattr(original, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise BookBusy(seconds=busy_seconds) from failure
        if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_PERM")):
            raise BookReadOnly(path=path, reason=str(original)) from failure
        if name.startswith("SQLITE_CORRUPT"):
            raise BookUnsound(finding=str(original)) from failure
        if name.startswith("SQLITE_NOTADB") or "no such table: alembic" in str(original):
            raise NotABook(path=path) from failure
        raise


def build_index(connection: Connection, index: Index) -> None:
    """Builds an index over what is there already; within a writer's transaction."""
    # SQLite sorts as much at once as it may keep in memory. Small runs, which fit into the processor's cache, and their
    # merge take half the time of one big run.
    connection.exec_driver_sql(f"PRAGMA cache_size = {-_SORTING_KB}")
    try:
        index.create(connection)
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {-_CACHE_KB}")


def leave_no_trace(connection: Connection) -> None:
    """The file is to be written anew after the commit: what was deleted stays in the gaps of its pages otherwise.

    Said in the file's header and as a part of the commit, so that after a kill the next writer does it.
    """
    connection.exec_driver_sql(f"PRAGMA user_version = {_TO_REWRITE}")
    connection.info[_ASKED] = True


def rewrite_if_due(connection: Connection) -> None:
    """Writes the file anew where that is due.

    What prevents it (others who read, a full disk) is raised to whoever asked for it within this connection. To anybody
    else it says nothing and stays due: their own work is committed, and would be done twice after an error.
    """
    driver = driver_of(connection)
    if driver.execute("PRAGMA user_version").fetchone()[0] != _TO_REWRITE:
        return
    try:
        driver.execute("VACUUM")
        driver.execute("PRAGMA user_version = 0")
    except sqlite3.OperationalError:
        if _ASKED in connection.info:
            raise


def give_back_pages(connection: Connection) -> None:
    """Writes the file anew without the pages that tables left behind: a quarter of a book whose ledger was rebuilt.

    Where that cannot be done now (others are in it, a full disk), what is written later fills them.
    """
    driver = driver_of(connection)
    driver.execute("PRAGMA busy_timeout = 0")
    with suppress(sqlite3.OperationalError):
        driver.execute("VACUUM")


def driver_of(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection, past SQLAlchemy, which would begin a transaction."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _take_lock(driver: sqlite3.Connection, busy_seconds: float) -> None:
    # SQLite's own way to wait sleeps up to a tenth of a second, while others come and take the lock: of two tills that
    # redeemed coupon after coupon one got a tenth of the turns. This way each gets half.
    driver.execute("PRAGMA busy_timeout = 0")
    waited = 0.0
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
            break
        except sqlite3.OperationalError as failure:
            if not failure.sqlite_errorname.startswith("SQLITE_BUSY") or waited >= busy_seconds:
                raise
        pause = _PAUSE if waited < 1 else 20 * _PAUSE
        sleep(pause)
        waited += pause
    driver.execute(f"PRAGMA busy_timeout = {round(busy_seconds * 1000)}")


def _has_hot_journal(connection: Connection) -> bool:
    # A killed writer leaves its journal behind, and a read-only connection may not play it back.
    try:
        driver_of(connection).execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as failure:
        if failure.sqlite_errorname == "SQLITE_READONLY_ROLLBACK":
            return True
        raise
    return False


def _roll_back_hot_journal(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as writer:
        writer.execute("SELECT 1 FROM sqlite_master").fetchone()
