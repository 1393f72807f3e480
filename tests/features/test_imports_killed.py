"""An import that is killed at any moment leaves nothing or all of it in the book; importing again makes it right."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from core.test_book_processes import process_environment
from shop import Shop, blank_book, open_shop
from soak import IS_SOAK

KILLS = 50 if IS_SOAK else 6
ROWS = 50_000 if IS_SOAK else 20_000  # above ten thousand receipts indexes are built anew
HISTORY = ("audit", "audit_head", "batch")  # when it was imported, not what


@pytest.mark.soak
@pytest.mark.parametrize("attempt", range(KILLS))
def test_a_killed_import_leaves_nothing_or_all_and_importing_again_makes_it_right(shop: Shop, attempt: int) -> None:
    chance = random.Random(f"moment {attempt}")
    part = max(chance.random(), chance.random())  # the later ones more often: that is when it writes
    seconds = seconds_of_an_import()
    with importing(shop, sheet()) as running:
        time.sleep(seconds * part)
        running.send_signal(signal.SIGKILL)
        running.wait(10)

    shop.check()  # first of all, so that it meets the journal that was left behind
    left = rows_of(shop.path)
    assert left in (rows_of(blank_book("general", "CNY", "Asia/Shanghai")), undisturbed())
    was_all = left == undisturbed()
    again = shop.import_sheets(sheet())
    assert [item.added for item in again.items] == [0 if was_all else receipts_of_the_sheet()]
    assert rows_of(shop.path) == undisturbed()
    assert len(shop.rows("SELECT id FROM batch")) == 1
    shop.check()
    if IS_SOAK:
        assert shop.dump() == undisturbed_dump()


def importing(shop: Shop, sheet: Path) -> subprocess.Popen[bytes]:
    """The command that a person types, at work."""
    command = [sys.executable, "-m", "shopcrm", "--book", str(shop.path), "--quiet", "import", str(sheet)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=process_environment())


@cache
def sheet() -> Path:
    """A till's sheet with as many lines, of walk-ins and of customers with numbers and phones."""
    chance = random.Random("sheet")
    lines = ["receipt,date,time,member_no,phone,item,quantity,amount"]
    for receipt in range(1, ROWS):
        buyer = chance.randrange(12_000)
        who = f"M-{buyer:05},{13800000000 + buyer}" if buyer < 8_000 else ","
        day = f"2026-{1 + receipt % 6:02}-{1 + receipt % 28:02},{9 + receipt % 12:02}:{receipt % 60:02}"
        for _ in range(chance.choice((1, 1, 2, 3))):
            price = chance.randrange(1_000, 90_000) / 100
            lines.append(f"R-{receipt},{day},{who},Item {chance.randrange(300)},{chance.randrange(1, 4)},{price:.2f}")
        if len(lines) > ROWS:
            break
    path = Path(mkdtemp(prefix="shopcrm-")) / "till.csv"
    path.write_text("\n".join(lines[: ROWS + 1]), encoding="utf-8")
    return path


@cache
def undisturbed_shop() -> tuple[Shop, float]:
    """The book after an import that nothing disturbed, and the seconds it took."""
    shop = open_shop(Path(mkdtemp(prefix="shopcrm-")))
    began = time.monotonic()
    with importing(shop, sheet()) as running:
        assert running.wait(120) == 0
    return shop, time.monotonic() - began


def seconds_of_an_import() -> float:
    return undisturbed_shop()[1]


@cache
def undisturbed() -> dict[str, list[tuple[Any, ...]]]:
    return rows_of(undisturbed_shop()[0].path)


@cache
def undisturbed_dump() -> tuple[str, ...]:
    return undisturbed_shop()[0].dump()


def receipts_of_the_sheet() -> int:
    return len(undisturbed()["sale"])


def rows_of(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the history, past all of our own code: stricter than the dump, ids and all."""
    with closing(sqlite3.connect(path)) as book:
        names = [name for (name,) in book.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: book.execute(f"SELECT * FROM {name}").fetchall() for name in names if name not in HISTORY}  # noqa: S608 - names of the schema
