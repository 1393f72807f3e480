"""Sweeps over points that are killed at any moment: the book is sound, and sweeping again makes it what it would be."""

import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from features.test_points_processes import let_begin, process
from shop import Shop, open_shop
from shopcrm.features.points import counter, expiry
from shopcrm.sheets.records import Receipt
from soak import IS_SOAK

KILLS = 50 if IS_SOAK else 3  # of each sweep
SALES, BUYERS = 20_000 if IS_SOAK else 12_000, 800  # above ten thousand indexes are built anew
MEMORY = {"in memory": "-65536", "half in the file": "20"}  # pages, or KB below zero: what a book has by itself

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.mark.soak
@pytest.mark.parametrize("attempt", range(KILLS))
@pytest.mark.parametrize("sweep", ["accrue", "expire"])
def test_a_killed_sweep_leaves_nothing_or_all_and_sweeping_again_makes_it_right(
    tmp_path: Path, sweep: str, attempt: int
) -> None:
    chance, memory = random.Random(f"moment {attempt}"), list(MEMORY.values())[attempt % 2]
    undisturbed, seconds = swept(sweep, memory)
    shop = copy(due(sweep), tmp_path)
    with process(shop, sweep, memory) as running:
        let_begin(running)
        time.sleep(seconds * chance.random())
        running.send_signal(signal.SIGKILL)
        running.wait(10)

    assert shop.check().items  # first of all, so that it meets the journal that was left behind
    left = rows_of(shop)
    assert left in (due_rows(sweep), undisturbed)
    run(shop, sweep)
    assert rows_of(shop) == undisturbed
    if IS_SOAK:
        assert shop.dump() == undisturbed_dump(sweep)


@pytest.mark.parametrize("sweep", ["accrue", "expire"])
def test_a_sweep_that_is_killed_while_the_file_is_half_rewritten_leaves_nothing(tmp_path: Path, sweep: str) -> None:
    shop = copy(due(sweep), tmp_path)
    size, journal = shop.path.stat().st_size, shop.path.with_name("shop.db-journal")
    with process(shop, sweep, MEMORY["half in the file"]) as running:
        let_begin(running)
        while shop.path.stat().st_size == size and running.poll() is None:
            time.sleep(0.001)
        running.send_signal(signal.SIGKILL)
        assert running.wait(10) == -signal.SIGKILL
    assert journal.exists()
    assert shop.path.stat().st_size > size

    assert shop.check().items
    assert rows_of(shop) == due_rows(sweep)
    assert shop.path.stat().st_size == size
    run(shop, sweep)
    assert rows_of(shop) == swept(sweep, MEMORY["half in the file"])[0]


def run(shop: Shop, sweep: str) -> None:
    """The sweep in this process, as the other one does it."""
    if sweep == "accrue":
        shop.accrue()
    else:
        with shop.writing() as book:
            expiry.expire(book)


@cache
def due(sweep: str) -> Shop:
    """A book in which thousands of sales, or as many lots, wait for the sweep."""
    folder = Path(mkdtemp(prefix="shopcrm-"))
    if sweep == "expire":
        shop = copy(due("accrue"), folder)
        shop.accrue()
        return shop
    shop = open_shop(folder)
    shop.set("points.expiry", "30 days", as_of="2025-01-01")
    shop.take_in([shop.receipt("100", "2025-12-15", name=str(buyer)) for buyer in range(BUYERS)])
    shop.accrue("2025-12-16")
    paid = [shop.receipt("80", "2026-01-05", name=str(buyer)) for buyer in range(20)]
    for buyer, receipt in enumerate(paid):
        with shop.writing("2026-01-05") as book:
            counter.redeem(book, f"M-{buyer}", points=30, receipt=receipt.receipt)
    shop.take_in([*paid, *later(shop, paid)])
    return shop


@cache
def due_rows(sweep: str) -> Rows:
    return rows_of(due(sweep))


def later(shop: Shop, paid: Sequence[Receipt]) -> Iterator[Receipt]:
    """The sales of a spring, what came back of them, and what came back of what points had paid for."""
    chance = random.Random("spring")
    sold = []
    for _ in range(SALES):
        day, buyer = date(2026, 1, 6) + timedelta(chance.randrange(120)), chance.randrange(BUYERS)
        sold.append(shop.receipt(f"{chance.randrange(100, 90_000) / 100}", str(day), name=str(buyer)))
    yield from sold
    for receipt in (*paid, *chance.sample(sold, 1_000)):
        part = receipt.net_minor * chance.randrange(1, 101) // 100 or 1
        day = receipt.on + timedelta(chance.randrange(25))
        name = (receipt.member_no or "").removeprefix("M-")
        yield shop.receipt(f"-{part / 100}", str(day), name=name, of=receipt.receipt)


@cache
def swept(sweep: str, memory: str) -> tuple[Rows, float]:
    """The book after a sweep that nothing disturbed, and the seconds it took."""
    shop = copy(due(sweep), Path(mkdtemp(prefix="shopcrm-")))
    with process(shop, sweep, memory) as running:
        let_begin(running)
        began = time.monotonic()
        assert running.stdout is not None
        posted = int(running.stdout.read())
        seconds = time.monotonic() - began
        assert running.wait(60) == 0
    assert posted > SALES * 0.9
    assert shop.check().items
    return rows_of(shop), seconds


@cache
def undisturbed_dump(sweep: str) -> tuple[str, ...]:
    """The canonical dump of a book that was swept in one go."""
    shop = copy(due(sweep), Path(mkdtemp(prefix="shopcrm-")))
    run(shop, sweep)
    return shop.dump()


def copy(shop: Shop, folder: Path) -> Shop:
    """The same book, to do with as one likes."""
    return Shop(Path(shutil.copy(shop.path, folder / "shop.db")), shop.receipts, dict(shop.people))


def rows_of(shop: Shop) -> Rows:
    """Every row of every table, past all of our own code: stricter than the dump, ids, instants, audit and all."""
    with closing(sqlite3.connect(shop.path)) as book:
        names = [name for (name,) in book.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: book.execute(f"SELECT * FROM {name}").fetchall() for name in names}  # noqa: S608 - of the schema
