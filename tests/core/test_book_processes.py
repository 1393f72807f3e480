"""The book among several processes: one writes at a time, the others wait their turn, and a kill harms nothing."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from core.postings import posting
from shop import NOW, Shop
from shopcrm.core import ledger
from shopcrm.core.book import Book, open_book
from shopcrm.core.errors import BookBusy
from shopcrm.core.schema.house import note
from shopcrm.core.schema.people import customer

TESTS = Path(__file__).parent.parent
ROUNDS = 200 if os.environ.get("SHOPCRM_SOAK") else 25
KILLS = 20 if os.environ.get("SHOPCRM_SOAK") else 1


def process_environment() -> dict[str, str]:
    """What a program beside the tests is started with, so that it finds them."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])}


@contextmanager
def process(shop: Shop, *what: str) -> Iterator[subprocess.Popen[str]]:
    """Another process at the same book; killed when the test is done with it."""
    command = [sys.executable, str(TESTS / "core" / "counter_process.py"), str(shop.path), *what]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=process_environment()
    ) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline().strip() in ("ready", "holding")
            yield running
        finally:
            running.kill()


def count_notes(book: Book) -> int:
    return book.connection.scalar(select(func.count()).select_from(note)) or 0


def content(shop: Shop) -> list[str]:
    with shop.reading() as book:
        driver = book.connection.connection.driver_connection
        assert driver is not None
        return list(driver.iterdump())


@pytest.mark.soak
def test_two_processes_that_spend_the_same_points_at_once_spend_them_once(shop: Shop) -> None:
    with shop.writing() as book:
        book.insert_many(customer, ("id", "code"), [(n, f"C-{n:04d}") for n in range(1, ROUNDS + 1)])
        ledger.post_many(book, [posting(f"e{n}", 100, "2026-01-01", of=n) for n in range(1, ROUNDS + 1)])
    with process(shop, "redeem", "Mei", str(ROUNDS)) as mei, process(shop, "redeem", "Lan", str(ROUNDS)) as lan:
        for running in (mei, lan):
            assert running.stdin is not None
            running.stdin.write("go\n")
            running.stdin.flush()
        said = [running.stdout.read().split() for running in (mei, lan) if running.stdout is not None]
    rounds = Counter(tuple(sorted(words)) for words in zip(*said, strict=True))
    assert rounds == {("insufficient_points", "won"): ROUNDS}
    with shop.reading() as book:
        assert ledger.outstanding_points(book) == 0
        assert list(ledger.broken_laws(book)) == []


def test_a_writer_gives_up_after_its_patience_and_says_how_long_it_waited(shop: Shop) -> None:
    with shop.writing():
        began = time.monotonic()
        with pytest.raises(BookBusy) as refusal, open_book(shop.path, write=True, busy_seconds=0.2):
            pass
        waited = time.monotonic() - began
    assert 0.15 <= waited < 5
    assert (refusal.value.exit_code, refusal.value.details) == (75, {"seconds": 0.2})


def test_a_writer_that_waits_long_enough_gets_its_turn(shop: Shop) -> None:
    order = []

    def first() -> None:
        with shop.writing() as book:
            holding.set()
            time.sleep(0.3)
            book.connection.execute(insert(note).values(text="first"))
            order.append("first")

    holding = threading.Event()
    other = threading.Thread(target=first)
    other.start()
    holding.wait(5)
    with open_book(shop.path, write=True, busy_seconds=10, now=NOW) as book:
        order.append("second")
        seen = count_notes(book)
    other.join()
    assert (order, seen) == (["first", "second"], 1)


def test_readers_read_what_was_committed_while_somebody_writes(shop: Shop) -> None:
    with shop.writing() as writer:
        writer.connection.execute(insert(note).values(text="not yet"))
        for _ in range(2):
            with open_book(shop.path, busy_seconds=0.2) as reader:
                assert count_notes(reader) == 0
    with shop.reading() as reader:
        assert count_notes(reader) == 1


def test_readers_are_told_that_the_book_is_busy_while_a_large_write_spills_into_the_file(shop: Shop) -> None:
    """With a rollback journal nobody can read a file that is half rewritten; they wait, as writers do."""
    with shop.writing() as writer:
        writer.connection.exec_driver_sql("PRAGMA cache_size = 5")
        writer.connection.execute(insert(note), [{"text": "x" * 1000} for _ in range(2000)])
        with pytest.raises(BookBusy), open_book(shop.path, busy_seconds=0.2):
            pass
    with shop.reading() as reader:
        assert count_notes(reader) == 2000


def test_a_reader_sees_one_state_of_the_book_and_holds_up_the_commit_that_would_change_it(shop: Shop) -> None:
    before = shop.path.read_bytes()
    with shop.reading() as reader:
        assert count_notes(reader) == 0
        with pytest.raises(BookBusy), open_book(shop.path, write=True, busy_seconds=0.2) as writer:
            writer.connection.execute(insert(note).values(text="must wait"))
        assert count_notes(reader) == 0
    assert shop.path.read_bytes() == before
    with open_book(shop.path, write=True, busy_seconds=0.2) as writer:
        writer.connection.execute(insert(note).values(text="now"))


@pytest.mark.soak
@pytest.mark.parametrize("written", [1, 2000], ids=["in memory", "half in the file"])
@pytest.mark.parametrize("attempt", range(KILLS))
def test_a_writer_that_was_killed_leaves_the_book_as_it_was(shop: Shop, written: int, attempt: int) -> None:
    shop.customer("Ana").bought("10", on="2026-01-01")
    before, size = content(shop), shop.path.stat().st_size
    with process(shop, "hold", str(written)) as running:
        running.send_signal(signal.SIGKILL)
        running.wait(10)
    journal = shop.path.with_name("shop.db-journal")
    assert journal.exists()
    assert (shop.path.stat().st_size > size) == (written == 2000)  # so the file itself is half rewritten
    with open_book(shop.path, busy_seconds=0.2) as reader:
        assert reader.connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert count_notes(reader) == 0
    assert content(shop) == before
    assert shop.path.stat().st_size == size
    shop.customer("Bo").bought("10", on="2026-01-02")
    assert not journal.exists()


def test_a_killed_writer_does_not_hold_up_the_next_one(shop: Shop) -> None:
    with process(shop, "hold", "2000") as running:
        with pytest.raises(BookBusy), open_book(shop.path, write=True, busy_seconds=0.2):
            pass
        running.send_signal(signal.SIGKILL)
        running.wait(10)
    with open_book(shop.path, write=True, busy_seconds=0.2) as writer:
        assert count_notes(writer) == 0
        writer.connection.execute(insert(note).values(text="next"))


def test_a_writer_who_waits_while_another_book_takes_the_place_writes_into_that(shop: Shop, tmp_path: Path) -> None:
    """As `book restore` does it: under the lock of the old book, whose file then has another name."""
    new = tmp_path / "new.db"
    shutil.copy(shop.path, new)
    with ThreadPoolExecutor(1) as till, closing(sqlite3.connect(shop.path, isolation_level=None)) as restoring:
        restoring.execute("BEGIN IMMEDIATE")
        waiting = till.submit(shop.customer, "Ana")
        time.sleep(0.3)  # it waits for the lock by now
        old = shop.path.with_name("old.db")
        os.link(shop.path, old)
        new.replace(shop.path)
        restoring.rollback()
        waiting.result(20)
    assert [Shop(path).rows("SELECT name FROM customer") for path in (old, shop.path)] == [[], [("Ana",)]]
