"""An erasure that is killed at any moment: once it is run again nothing is left, and no sum has changed."""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from core.test_book_processes import process_environment
from features.one_person import found_in, live
from features.test_privacy import erase, ledgers
from shop import Shop, open_shop
from shopcrm.core.schema.preferences import customer_note
from soak import IS_SOAK

KILLS = 40 if IS_SOAK else 3
NOTES = 40_000 if IS_SOAK else 10_000  # of others, to make it last
PROGRAM = Path(__file__).with_name("erasing_process.py")


@pytest.mark.soak
@pytest.mark.parametrize("attempt", range(KILLS))
def test_after_a_kill_an_erasure_that_is_run_again_leaves_nothing(tmp_path: Path, attempt: int) -> None:
    chance = random.Random(f"moment {attempt}")
    before, seconds = undisturbed()
    shop = copy(tmp_path)
    with erasing(shop) as running:
        time.sleep(seconds * chance.random())
        running.send_signal(signal.SIGKILL)
        running.wait(10)

    shop.check()  # first of all, so that it meets the journal that was left behind
    is_done = shop.rows("SELECT count(*) FROM erasure") == [(2,)]
    assert erase(shop).is_repeat is is_done
    assert found_in(shop.path) == {}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop.db"]
    assert ledgers(shop) == list(before)


def test_any_command_that_writes_finishes_what_was_killed_while_the_file_was_written_anew(tmp_path: Path) -> None:
    shop = copy(tmp_path)
    journal = tmp_path / "shop.db-journal"
    with erasing(shop) as running:
        while running.poll() is None:
            if shop_is_due(shop) and journal.exists():
                running.send_signal(signal.SIGKILL)
                break
            time.sleep(0.0005)
        running.wait(10)
    with shop.writing():
        pass
    assert shop.rows("PRAGMA user_version") == [(0,)]
    if shop.rows("SELECT count(*) FROM erasure") == [(2,)]:
        assert found_in(shop.path) == {}


def shop_is_due(shop: Shop) -> bool:
    """Whether the header says that the file is to be written anew: user_version, at byte 60."""
    with shop.path.open("rb") as file:
        return int.from_bytes(file.read(64)[60:64], "big") == 1


@contextmanager
def erasing(shop: Shop) -> Iterator["subprocess.Popen[str]"]:
    """Another process that erases; it has begun when the test goes on."""
    command = [sys.executable, str(PROGRAM), str(shop.path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=process_environment()
    ) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == "ready\n"
            assert running.stdin is not None
            running.stdin.write("go\n")
            running.stdin.flush()
            yield running
        finally:
            running.kill()


@cache
def lived_in() -> Path:
    """A book with the person in it, and with many notes about somebody else."""
    shop = open_shop(Path(mkdtemp(prefix="shopcrm-")), template="apparel")
    live(shop)
    with shop.writing() as book:
        rows = (
            (2, "note", f"came for number {n}", "2026-06-01", "2026-06-01 04:00:00.000000", "") for n in range(NOTES)
        )
        book.insert_many(customer_note, ("customer_id", "kind", "text", "on", "at", "by"), rows)
    return shop.path


def copy(folder: Path) -> Shop:
    """The book, to do with as one likes."""
    return Shop(Path(shutil.copy(lived_in(), folder / "shop.db")))


@cache
def undisturbed() -> tuple[tuple[str, ...], float]:
    """The ledgers, and the seconds that an erasure takes which nothing disturbs."""
    shop = copy(Path(mkdtemp(prefix="shopcrm-")))
    before = tuple(ledgers(shop))
    with erasing(shop) as running:
        began = time.monotonic()
        assert running.wait(60) == 0
    return before, time.monotonic() - began
