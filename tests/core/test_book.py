"""The book: what may be opened, what one transaction promises, and the sentence when it cannot be."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from core.postings import posting
from shop import NOW, Shop, open_shop
from shopcrm.core import ledger
from shopcrm.core.book import create_book, open_book
from shopcrm.core.clock import stored_instant
from shopcrm.core.errors import (
    BookExists,
    BookNotFound,
    BookReadOnly,
)
from shopcrm.core.schema.house import note
from shopcrm.core.schema.people import customer, identity
from shopcrm.core.schema.points import points_entry
from shopcrm.core.schema.sales import batch
from shopcrm.core.schema.trail import audit
from shopcrm.core.settings import read_template

FIRST = {**read_template("general"), "shop.name": "Lan", "shop.currency": "CNY", "shop.timezone": "Asia/Shanghai"}
FIRST["shop.country"] = "CN"


def notes(path: Path) -> list[str]:
    with open_book(path) as book:
        return list(book.connection.scalars(select(note.c.text)))


def write_note(path: Path, text: str) -> None:
    with open_book(path, write=True, now=NOW) as book:
        book.connection.execute(insert(note).values(text=text))


# --- a new book -------------------------------------------------------------------------------------------


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_a_new_book_is_its_owners_alone_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        path = create_book(tmp_path / "books" / "shop.db", FIRST, by="Lan", now=NOW)
        assert mode(path) == 0o600
        assert mode(path.parent) == 0o700
        with open_book(path, write=True) as book:
            book.connection.execute(insert(note).values(text="x"))
            journal = path.with_name("shop.db-journal")
            assert mode(journal) == 0o600
    assert mode(path) == 0o600


def test_every_folder_made_on_the_way_is_its_owners_alone(tmp_path: Path) -> None:
    with umask(0):
        create_book(tmp_path / "far" / "away" / "shop.db", FIRST, by="Lan", now=NOW)
    assert [mode(tmp_path / "far"), mode(tmp_path / "far" / "away")] == [0o700, 0o700]


def test_a_new_book_never_takes_the_place_of_a_file(shop: Shop, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Lan")
    for path in (shop.path, letter, tmp_path):
        with pytest.raises(BookExists):
            create_book(path, FIRST, by="Lan", now=NOW)
    assert letter.read_text() == "Dear Lan"


def test_a_book_that_could_not_be_finished_is_not_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with pytest.raises(StatementError):
        create_book(path, {"shop.name": object()}, by="Lan", now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_place_below_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file" / "shop.db", tmp_path / "file" / "books" / "shop.db"):
        with pytest.raises(BookReadOnly) as refusal:
            create_book(path, FIRST, by="Lan", now=NOW)
        assert refusal.value.message.startswith(f"{path} cannot be written: ")


def test_what_init_writes_holds_since_ever(tmp_path: Path) -> None:
    path = create_book(tmp_path / "shop.db", FIRST, by="Lan", now=NOW)
    with open_book(path, as_of=date(1990, 1, 1)) as book:
        (version,) = book.history.versions
        assert (version.effective_on, version.by, version.set_at) == (None, "Lan", NOW)
        assert (book.settings.shop.name, book.currency, book.exponent, book.zone.key) == (
            "Lan",
            "CNY",
            2,
            "Asia/Shanghai",
        )


# --- the business date ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "as_of"),
    [("2026-06-30 15:59", "2026-06-30"), ("2026-06-30 16:00", "2026-07-01"), ("2025-12-31 16:00", "2026-01-01")],
)
def test_the_business_date_is_the_date_where_the_shop_stands(shop: Shop, now: str, as_of: str) -> None:
    with open_book(shop.path, now=datetime.fromisoformat(now).replace(tzinfo=UTC)) as book:
        assert str(book.as_of) == as_of


def test_the_business_date_that_was_asked_for_wins(shop: Shop) -> None:
    with open_book(shop.path, now=NOW, as_of=date(2020, 2, 29)) as book:
        assert book.as_of == date(2020, 2, 29)


# --- one transaction --------------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, BookNotFound])
def test_nothing_is_committed_when_anything_fails(shop: Shop, failure: type[BaseException]) -> None:
    before = shop.path.read_bytes()
    with pytest.raises(failure), open_book(shop.path, write=True) as book:
        book.connection.execute(insert(note).values(text="lost"))
        book.tell("something")
        raise failure
    assert shop.path.read_bytes() == before


def test_a_dry_run_does_everything_and_leaves_every_byte_as_it_was(shop: Shop) -> None:
    shop.customer("Ana").bought("10", on="2026-01-01")
    before = shop.path.read_bytes()
    with open_book(shop.path, write=True, dry_run=True, now=NOW) as book:
        ledger.post(book, posting("a", 10, "2026-01-01"))
        book.connection.exec_driver_sql("PRAGMA cache_size = 5")
        book.connection.execute(insert(note), [{"text": "x" * 1000} for _ in range(2000)])
        assert shop.path.stat().st_size > len(before)
        book.tell("much")
        assert ledger.balance(book, 1).balance_points == 10
    assert shop.path.read_bytes() == before
    assert [entry.name for entry in shop.path.parent.iterdir()] == ["shop.db"]


def test_a_reader_cannot_write(shop: Shop) -> None:
    before = shop.path.read_bytes()
    with pytest.raises(BookReadOnly), open_book(shop.path) as book:
        book.connection.execute(insert(note).values(text="lost"))
    assert shop.path.read_bytes() == before


def test_reading_leaves_no_trace(shop: Shop) -> None:
    before = shop.path.stat()
    assert notes(shop.path) == []
    after = shop.path.stat()
    assert (after.st_mtime_ns, after.st_size) == (before.st_mtime_ns, before.st_size)


@pytest.mark.parametrize("write", [False, True], ids=["read", "write"])
def test_foreign_keys_are_on_in_every_connection(shop: Shop, write: bool) -> None:
    with open_book(shop.path, write=write) as book:
        assert book.connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_an_entry_of_nobody_is_refused(shop: Shop) -> None:
    with pytest.raises(IntegrityError), open_book(shop.path, write=True, now=NOW) as book:
        ledger.post(book, posting("a", 10, "2026-01-01", of=99))
    with shop.reading() as book:
        assert book.connection.execute(select(points_entry)).all() == []


def test_what_is_erased_is_overwritten_in_the_file(shop: Shop) -> None:
    write_note(shop.path, "Ana is allergic to wool")
    assert b"allergic to wool" in shop.path.read_bytes()
    with open_book(shop.path, write=True) as book:
        book.connection.execute(note.delete())
    assert b"allergic to wool" not in shop.path.read_bytes()


# --- the audit trail --------------------------------------------------------------------------------------


def test_what_was_told_is_kept_in_one_row_with_who_and_when(shop: Shop) -> None:
    with open_book(shop.path, write=True, as_of=date(2026, 3, 31), by="Mei", command="points adjust", now=NOW) as book:
        book.tell("first")
        book.tell("second")
    with shop.reading() as book:
        row = book.connection.execute(select(audit).order_by(audit.c.id.desc())).first()
        assert row is not None
        assert (row.at, row.by, row.as_of, row.command, row.change) == (
            NOW, "Mei", date(2026, 3, 31), "points adjust", "first; second",
        )  # fmt: skip


def test_where_nothing_was_told_nothing_is_audited(shop: Shop) -> None:
    with open_book(shop.path, write=True) as book:
        book.connection.execute(insert(note).values(text="kept"))
    with open_book(shop.path, write=True, dry_run=True) as book:
        book.tell("never happened")
    with suppress(ValueError), open_book(shop.path, write=True) as book:
        book.tell("never happened")
        raise ValueError
    with shop.reading() as book:
        assert book.connection.execute(select(audit)).all() == []
    assert notes(shop.path) == ["kept"]


# --- many rows at once ------------------------------------------------------------------------------------


def test_rows_are_inserted_in_whichever_order_their_columns_are_named(shop: Shop) -> None:
    given = {
        "rejects": 6, "sheet": "till.csv", "mapping": '{"日期": "date"}', "tab": "", "sha256": "0", "by": "Mei",
        "profile": "generic", "kind": "sales", "on": "2026-01-31", "imported_at": stored_instant(NOW), "rows": 1,
        "added": 2, "updated": 3, "unchanged": 4, "skipped": 5,
    }  # fmt: skip
    with open_book(shop.path, write=True) as book:
        book.insert_many(batch, list(given), [tuple(given.values())])
        book.insert_many(batch, list(given)[::-1], iter([tuple(given.values())[::-1]]))
        rows = book.connection.execute(select(batch)).all()
    expected = {**given, "mapping": {"日期": "date"}, "on": date(2026, 1, 31), "imported_at": NOW}
    assert [{name: getattr(row, name) for name in expected} for row in rows] == [expected, expected]


def test_columns_that_are_not_named_are_empty_and_those_that_may_not_be_are_missed(shop: Shop) -> None:
    shop.customer("Ana")
    with open_book(shop.path, write=True) as book:
        book.insert_many(identity, ("kind", "customer_id", "source", "value"), [("email", 1, "", "ana@example.com")])
        (row,) = book.connection.execute(select(identity).where(identity.c.kind == "email")).all()
        assert (row.customer_id, row.value, row.source, row.batch_id) == (1, "ana@example.com", "", None)
        with pytest.raises(IntegrityError, match="source"):
            book.insert_many(identity, ("kind", "customer_id", "value"), [("email", 1, "ana@example.org")])


def test_no_rows_are_no_statement(shop: Shop) -> None:
    with open_book(shop.path, write=True) as book:
        book.insert_many(note, ("text",), [])
        assert book.next_id(note) == 1


def test_the_next_row_key_follows_the_largest(shop: Shop) -> None:
    with open_book(shop.path, write=True) as book:
        assert book.next_id(customer) == 1
        book.insert_many(customer, ("id", "code"), [(7, "C-0007"), (3, "C-0003")])
        assert book.next_id(customer) == 8


# --- one transaction after another ------------------------------------------------------------------------


def test_a_book_that_is_put_in_the_place_of_another_is_the_one_that_is_opened(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = open_shop(tmp_path / "other")
    write_note(other.path, "second")
    write_note(shop.path, "first")
    old = shop.path.rename(tmp_path / "old.db")
    other.path.rename(shop.path)
    write_note(shop.path, "third")
    assert (notes(shop.path), notes(old)) == (["second", "third"], ["first"])


def test_a_book_that_was_given_another_name_is_written_under_that_name(shop: Shop) -> None:
    write_note(shop.path, "first")
    renamed = shop.path.rename(shop.path.with_name("renamed.db"))
    write_note(renamed, "second")
    assert notes(renamed) == ["first", "second"]


def test_what_another_program_writes_between_two_transactions_is_seen(shop: Shop) -> None:
    write_note(shop.path, "here")
    shop.write("INSERT INTO note (text) VALUES ('there')")
    assert notes(shop.path) == ["here", "there"]
    shop.write("ALTER TABLE note ADD COLUMN more TEXT")
    write_note(shop.path, "again")
    assert notes(shop.path) == ["here", "there", "again"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux lists the files that are open")
def test_of_two_that_were_open_at_once_one_is_kept_open(shop: Shop) -> None:
    def opened() -> int:
        return sum(1 for each in Path("/proc/self/fd").iterdir() if os.path.realpath(each) == str(shop.path))

    with open_book(shop.path), open_book(shop.path), open_book(shop.path):
        assert opened() == 3
    assert opened() == 1


def test_a_transaction_that_broke_off_leaves_nothing_to_the_next(shop: Shop) -> None:
    with pytest.raises(ZeroDivisionError), open_book(shop.path, write=True, now=NOW) as book:
        book.connection.execute(insert(note).values(text="lost"))
        book.connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        book.connection.exec_driver_sql("CREATE TEMP TABLE held (id)")
        raise ZeroDivisionError
    with open_book(shop.path, write=True, now=NOW) as book:
        assert list(book.connection.exec_driver_sql("SELECT name FROM sqlite_temp_master")) == []
        assert book.connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert notes(shop.path) == []
