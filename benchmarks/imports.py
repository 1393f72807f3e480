"""Imports: a million lines against csv and executemany into the same tables, and a workbook against calamine."""

import csv
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from benchmarks.measuring import Ratio, compare
from shopcrm.core.book import open_book
from shopcrm.features import imports, init

LINES, CUSTOMERS = 1_000_000, 100_000
NOW = datetime(2026, 6, 30, tzinfo=UTC)
_BEGIN = datetime(2025, 1, 1, 9, tzinfo=UTC)
_HEADER = (
    "receipt", "datetime", "store", "cashier", "member_no", "sku", "item", "category", "quantity", "unit_price",
    "net_amount", "payment_method",
)  # fmt: skip
_GOODS = [(f"SKU-{n:04}", f"item {n}", f"kind {n % 12}") for n in range(400)]
_MEMORY = 700.0  # MB


def measure(folder: str) -> Iterator[Ratio]:
    """The import of a million lines: its time, its memory, how it grows; and a workbook's reading."""
    here, fresh = Path(folder), count()
    blank = blank_book(here)
    big, small = here / "lines.csv", here / "tenth.csv"
    write_lines(big, LINES, CUSTOMERS)
    write_lines(small, LINES // 10, CUSTOMERS // 10)

    def raw() -> None:
        book = here / f"raw-{next(fresh)}.db"
        shutil.copy(blank, book)
        _raw_import(book, big)
        book.unlink()

    def take_in(sheet: Path) -> None:
        book = here / f"book-{next(fresh)}.db"
        shutil.copy(blank, book)
        import_sheet(book, sheet)
        book.unlink()

    million = compare("import 1,000,000 lines / csv + executemany, same tables", raw, lambda: take_in(big), 4, 2)
    yield million
    yield compare("1,000,000 lines / 100,000 lines", lambda: take_in(small), lambda: take_in(big), 12, 2)
    yield Ratio("peak memory of that import, MB / 700 MB", _MEMORY, _peak_memory(here, blank, big), 1)
    yield from _workbook(here)


def blank_book(here: Path) -> Path:
    """A new book."""
    blank = here / "blank.db"
    if not blank.exists():
        init.init(
            blank, shop_name="Bench", currency="CNY", timezone="Asia/Shanghai", country="CN", template="apparel",
            by="bench", now=NOW,
        )  # fmt: skip
    return blank


def write_lines(path: Path, lines: int, customers: int) -> None:
    """Receipts of one to four lines, as a till exports a year and a half of them."""
    dice = random.Random(11)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        at, number, written = _BEGIN, 0, 0
        while written < lines:
            number += 1
            at += timedelta(seconds=dice.randrange(5, 180))
            of = (f"R{number:07}", at.strftime("%Y-%m-%d %H:%M:%S"), f"store {number % 3}", f"clerk {number % 9}",
                  f"M{dice.randrange(customers):06}")  # fmt: skip
            paid = dice.choice(("cash", "wechat", "alipay"))
            for _ in range(min(dice.randrange(1, 5), lines - written)):
                many, price = dice.randrange(1, 4), dice.randrange(500, 90_000)
                writer.writerow(
                    (*of, *dice.choice(_GOODS), many, f"{price / 100:.2f}", f"{many * price / 100:.2f}", paid)
                )
                written += 1


def import_sheet(book: Path, sheet: Path) -> None:
    """What `shopcrm import` does between its start and its answer."""
    with open_book(book, now=NOW) as opened:
        staged = imports.stage(opened, [sheet])
    with open_book(book, write=True, now=NOW) as opened:
        imports.take_in(opened, staged)


def _raw_import(path: Path, sheet: Path) -> None:
    """The floor: every cell through csv.reader, and the same rows into the same tables with their indexes live."""
    with closing(sqlite3.connect(path)) as raw, sheet.open(newline="", encoding="utf-8") as file:
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(
            'INSERT INTO batch (id, sheet, tab, sha256, profile, kind, mapping, "on", imported_at, "by", rows, added,'
            " updated, unchanged, skipped, rejects) VALUES (1, 's', 't', '', '', 'sales', '{}', '2026-06-30',"
            " '2026-06-30 00:00:00', '', 0, 0, 0, 0, 0, 0)"
        )
        rows = csv.reader(file)
        next(rows)
        people: dict[str, int] = {}
        sales: dict[str, tuple[object, ...]] = {}
        lines: list[tuple[object, ...]] = []
        places: dict[str, int] = {}
        for number, at, store, clerk, who, sku, item, category, many, _price, net, paid in rows:
            buyer = people.setdefault(who, len(people) + 1)
            if number not in sales:
                sales[number] = (len(sales) + 1, store, at[:10], number, at, buyer, clerk, paid)
                places[number] = 0
            places[number] += 1
            minor = int(net.replace(".", ""))
            lines.append((sales[number][0], places[number], sku, item, category, int(many) * 1000, minor))
        raw.executemany(
            "INSERT INTO customer (id, code, batch_id) VALUES (?, ?, 1)",
            ((key, f"C-{key:04d}") for key in people.values()),
        )
        raw.executemany(
            "INSERT INTO identity (customer_id, kind, value, source, batch_id) VALUES (?, 'member_no', ?, '', 1)",
            ((key, who) for who, key in people.items()),
        )
        raw.executemany(
            'INSERT INTO sale (id, source, store, "on", receipt, kind, at, customer_id, net_minor, cashier,'
            " payment_method, revision, batch_id) VALUES (?, '', ?, ?, ?, 'sale', ?, ?, 0, ?, ?, 1, 1)",
            sales.values(),
        )
        raw.executemany(
            "INSERT INTO sale_line (sale_id, position, sku, item, category, quantity_milli, net_minor)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            lines,
        )
        raw.commit()


# Of the process itself: what the system counts of a child includes the parent as it was when the child was made.
_IMPORT = """
import re, sys
from pathlib import Path
from shopcrm.__main__ import main
sys.argv = ["shopcrm", "--book", sys.argv[1], "--quiet", "import", sys.argv[2]]
try:
    main()
finally:
    print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1], file=sys.stderr)
"""


def _peak_memory(here: Path, blank: Path, sheet: Path) -> float:
    """The most MB that a process of its own holds while it imports the sheet. Linux alone tells."""
    book = here / "memory.db"
    shutil.copy(blank, book)
    line = [sys.executable, "-c", _IMPORT, str(book), str(sheet)]
    ran = subprocess.run(line, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    book.unlink()
    return int(ran.stderr.split()[-1]) / 1024


def _workbook(here: Path) -> Iterator[Ratio]:
    import openpyxl
    from python_calamine import load_workbook

    path = here / "lines.xlsx"
    book = openpyxl.Workbook(write_only=True)
    tab = book.create_sheet("lines")
    with (here / "tenth.csv").open(newline="", encoding="utf-8") as file:
        for place, row in enumerate(csv.reader(file)):
            tab.append(row if not place else [*row[:8], int(row[8]), float(row[9]), float(row[10]), row[11]])
    book.save(path)

    def floor() -> None:
        with load_workbook(path) as opened:
            opened.get_sheet_by_index(0).to_python(skip_empty_area=False)

    def read() -> None:
        with open_book(blank_book(here), now=NOW) as opened:
            imports.stage(opened, [path])

    yield compare("read 100,000 rows of xlsx / calamine's own read", floor, read, 3, 3)
