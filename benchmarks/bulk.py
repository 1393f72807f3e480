"""Bulk work: importing a big sheet and sweeping over a big book, against bare csv and sqlite3."""

import csv
import gc
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from benchmarks.measuring import Ratio, compare
from shopcrm.core.book import open_book
from shopcrm.features import imports, init, segments, tiers, winback
from shopcrm.features.points import accrual

SALES, CUSTOMERS = 200_000, 20_000
_BEGIN, _AS_OF, _NOW = datetime(2025, 1, 1, 9, tzinfo=UTC), date(2026, 6, 30), datetime(2026, 6, 30, tzinfo=UTC)
_HEADER = ("receipt", "datetime", "member_no", "item", "quantity", "unit_price", "net_amount", "payment_method")


def measure(folder: str) -> Iterator[Ratio]:
    """The import of 200,000 sales, then the sweeps over them."""
    gc.disable()  # as the program itself does at its start
    here, fresh = Path(folder), count()
    blank = here / "blank.db"
    init.init(
        blank, shop_name="Bench", currency="CNY", timezone="Asia/Shanghai", country="CN", template="apparel",
        by="bench", now=_NOW,
    )  # fmt: skip
    sheet = here / "sales.csv"
    _write_sales(sheet)
    books: list[Path] = []

    def take_in() -> None:
        books.append(here / f"book-{next(fresh)}.db")
        shutil.copy(blank, books[-1])
        _import(books[-1], sheet)

    yield compare(
        "import 200,000 sales / csv + executemany",
        lambda: _raw_import(here / f"raw-{next(fresh)}.db", sheet),
        take_in,
        5,
        3,
    )
    yield from _sweeps(books[-1])


def _sweeps(book: Path) -> Iterator[Ratio]:
    def sweep(run: object) -> None:
        with open_book(book, write=True, as_of=_AS_OF, now=_NOW) as opened:
            run(opened)  # type: ignore[operator]

    days = iter(range(1000))

    def refresh() -> None:  # another day each time, so that nothing stands there already
        with open_book(book, write=True, as_of=_AS_OF - timedelta(days=31 * next(days)), now=_NOW) as opened:
            segments.refresh(opened)

    def floor() -> None:
        _raw_aggregate(book)

    yield compare("segments refresh / the raw aggregate", floor, refresh, 8, 4)
    yield compare("tiers assign / the raw aggregate", floor, lambda: sweep(tiers.assign), None, 1)
    yield compare("points accrue, first time / the raw aggregate", floor, lambda: sweep(accrual.accrue), None, 1)
    yield compare("points accrue, nothing new / aggregate", floor, lambda: sweep(accrual.accrue), None, 3)
    yield compare("winback build / the raw aggregate", floor, lambda: sweep(winback.build), None, 2)


def _write_sales(path: Path) -> None:
    dice = random.Random(7)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        at = _BEGIN
        for number in range(SALES):
            at += timedelta(seconds=dice.randrange(10, 420))
            quantity, price = dice.randrange(1, 4), dice.randrange(500, 90_000)
            writer.writerow(
                (
                    f"R{number:07}", at.strftime("%Y-%m-%d %H:%M:%S"), f"M{dice.randrange(CUSTOMERS):05}",
                    f"item {dice.randrange(400)}", quantity, f"{price / 100:.2f}", f"{quantity * price / 100:.2f}",
                    dice.choice(("cash", "wechat", "alipay")),
                )
            )  # fmt: skip


def _raw_import(path: Path, sheet: Path) -> None:
    with closing(sqlite3.connect(path)) as raw, sheet.open(newline="", encoding="utf-8") as file:
        raw.execute(
            "CREATE TABLE sale (id INTEGER PRIMARY KEY, receipt TEXT, at TEXT, member_no TEXT, item TEXT,"
            " quantity INTEGER, unit_price INTEGER, net_minor INTEGER, method TEXT)"
        )
        raw.execute("CREATE UNIQUE INDEX receipt ON sale (receipt, at)")
        rows = csv.reader(file)
        next(rows)
        raw.executemany(f"INSERT INTO sale VALUES (NULL{', ?' * 8})", rows)  # noqa: S608 - question marks only
        raw.commit()


def _import(path: Path, sheet: Path) -> None:
    with open_book(path, now=_NOW) as book:
        staged = imports.stage(book, [sheet])
    with open_book(path, write=True, now=_NOW) as book:
        imported, _ = imports.take_in(book, staged)
    assert imported.items[0].added == SALES


def _raw_aggregate(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(
            'SELECT customer_id, max("on"), count(DISTINCT "on"), sum(net_minor) FROM sale'
            " WHERE customer_id IS NOT NULL GROUP BY customer_id"
        ).fetchall()
