"""An older book among several processes: one upgrades it, the others wait, and a kill leaves one book or the other."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from core.older import BACKUP, files, older_shop, revision_of, rows_of, upgrade
from core.test_book_processes import KILLS, process_environment
from shop import Shop
from shopcrm.core.book import open_book
from shopcrm.core.errors import BookBusy

PROGRAM = Path(__file__).with_name("upgrading_process.py")


@contextmanager
def opening(shop: Shop) -> Iterator[subprocess.Popen[str]]:
    """Another process that is about to open the book."""
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), str(shop.path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=process_environment(),
    ) as running:  # fmt: skip
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == "ready\n"
            yield running
        finally:
            running.kill()


def go(running: subprocess.Popen[str]) -> None:
    assert running.stdin is not None
    running.stdin.write("go\n")
    running.stdin.flush()


def test_of_several_processes_one_upgrades_and_the_others_wait_and_go_on(tmp_path: Path) -> None:
    older = older_shop(tmp_path, sales=2000)
    with ExitStack() as stack:
        several = [stack.enter_context(opening(older)) for _ in range(3)]
        for running in several:
            go(running)
        said = [running.stdout.readline().strip() for running in several if running.stdout]
    assert sorted(said) == ["opened", "opened", "upgraded"]
    assert sorted(files(older)) == ["shop.db", BACKUP]
    older.check()


def test_while_another_writer_is_in_the_book_it_is_busy_and_not_upgraded(tmp_path: Path) -> None:
    older = older_shop(tmp_path)
    with closing(sqlite3.connect(older.path)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(BookBusy), open_book(older.path, busy_seconds=0.1):
            pass
    assert sorted(files(older)) == ["shop.db"]
    upgrade(older)


@pytest.mark.soak
@pytest.mark.parametrize("attempt", range(KILLS * 2))
def test_an_upgrade_that_is_killed_leaves_the_older_book_whole_or_the_upgraded_one(
    tmp_path: Path, attempt: int
) -> None:
    older = older_shop(tmp_path, sales=20_000)
    before = rows_of(older.path)
    with opening(older) as running:
        go(running)
        time.sleep(random.Random(attempt).uniform(0, seconds_of_an_upgrade()))
        running.send_signal(signal.SIGKILL)
        running.wait(10)
    is_older = revision_after_a_kill(older) == "0001"
    after = rows_of(older.path)
    if is_older:
        assert after == before
        upgrade(older)
        after = rows_of(older.path)
    assert {**after, "audit": None} == {**before, "audit": None}
    assert len(after["audit"]) == len(before["audit"]) + 1
    older.customer("Ana")  # where pages were being given back, the next writer clears away the journal of that
    assert sorted(files(older)) == ["shop.db", BACKUP]
    older.check()


def revision_after_a_kill(shop: Shop) -> str:
    with closing(sqlite3.connect(shop.path)) as book:  # which also plays a journal back that was left behind
        assert book.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return revision_of(shop.path)


@cache
def seconds_of_an_upgrade() -> float:
    older = older_shop(Path(mkdtemp(prefix="shopcrm-")), sales=20_000)
    with opening(older) as running:
        began = time.monotonic()
        go(running)
        assert running.stdout is not None
        assert running.stdout.readline() == "upgraded\n"
        return time.monotonic() - began
