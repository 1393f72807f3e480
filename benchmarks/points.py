"""Points in a book of a million sales: the first accrual, a night of expiry, and a look at the counter."""

import gc
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.measuring import Ratio, compare
from benchmarks.startup import python, shopcrm
from shopcrm.core.book import open_book
from shopcrm.features import init, settings
from shopcrm.features.points import accrual, expiry

SALES, CUSTOMERS = 1_000_000, 100_000
_FIRST, _AS_OF, _NOW = date(2025, 1, 1), date(2026, 6, 30), datetime(2026, 6, 30, tzinfo=UTC)
_LEDGER = ("points_entry", "points_lot", "points_draw")
_EXPIRING = 100_000


def measure(folder: str) -> Iterator[Ratio]:
    """Accrual against copying the rows that it writes, expiry against three seconds, look-ups against an import."""
    gc.disable()  # as the program itself does at its start
    here = Path(folder)
    sold = _book(here / "sold.db", SALES)
    accrued, copied, bare = here / "accrued.db", here / "copied.db", here / "bare.db"

    def ours() -> None:
        _sweep(accrued, accrual.accrue)

    def anew() -> None:
        for book in (accrued, copied):
            shutil.copy(sold, book)

    anew()
    ours()  # so that there are rows to copy
    shutil.copy(accrued, here / "rows.db")
    rows = here / "rows.db"

    what = "points accrue, 1,000,000 sales / INSERT … SELECT of the same rows"
    yield compare(what, lambda: _copy(rows, copied), ours, 2, 5, before=anew)
    what = "the same / INSERT … SELECT into five columns, two indexes"
    yield compare(what, lambda: _copy_bare(rows, bare), ours, 5, 5, before=anew)
    yield from _nights(accrued, here)
    yield from _counter(accrued)


def _nights(accrued: Path, here: Path) -> Iterator[Ratio]:
    nothing_new = compare("", lambda: None, lambda: _sweep(accrued, accrual.accrue), None, 2)
    yield Ratio("points accrue again, nothing new, s / 1 s", 1.0, nothing_new.ours, None)
    due = _book(here / "due.db", _EXPIRING)
    with open_book(due, write=True, as_of=_FIRST - timedelta(1), now=_NOW) as book:
        settings.set_value(book, "points.expiry", "1 day")
    _sweep(due, accrual.accrue)
    expired = compare("", lambda: None, lambda: _sweep(due, expiry.expire), None, 1)
    yield Ratio("points expire, 100,000 customers, s / 3 s", 3.0, expired.ours, 1.0)


def _counter(book: Path) -> Iterator[Ratio]:
    floor = python("-c", "import sqlmodel")
    statement = shopcrm(book, "points", "statement", "C-0042")
    yield compare("points statement in that book / import sqlmodel", floor, statement, 1.4, 9)
    receipts = iter(range(10_000))

    def redeem() -> None:
        shopcrm(book, "points", "redeem", "C-0042", "--points", "1", "--receipt", f"B-{next(receipts)}")()

    yield compare("points redeem in that book / import sqlmodel", floor, redeem, 1.4, 9)


def _sweep(path: Path, run: object) -> None:
    with open_book(path, write=True, as_of=_AS_OF, now=_NOW) as book:
        run(book)  # type: ignore[operator]


def _book(path: Path, sales: int) -> Path:
    """A shop's book with so many sales, one line each, of a hundred thousand customers.

    A million come with thirty thousand refunds; a hundred thousand are one a customer, and none came back.
    """
    init.init(
        path, shop_name="Bench", currency="CNY", timezone="Asia/Shanghai", country="CN", template="apparel",
        by="bench", now=_NOW,
    )  # fmt: skip
    dice, people = random.Random(7), CUSTOMERS
    days = [(_FIRST + timedelta(n)).isoformat() for n in range(500)]
    is_big = sales > people
    sold = [
        (number, (number * 7919) % people + 1, days[number * 500 // sales], dice.randrange(1_000, 60_000))
        for number in range(sales)
    ]
    back = [
        (sales + place, who, days[min(499, number * 500 // sales + 3)], -minor, number + 1)
        for place, (number, who, _, minor) in enumerate(sold[17::33] if is_big else [])
    ]
    with closing(sqlite3.connect(path)) as driver, driver:
        driver.execute("PRAGMA page_size = 16384")
        driver.execute(
            'INSERT INTO batch (id, sheet, tab, sha256, profile, kind, mapping, "on", imported_at, by, rows, added,'
            " updated, unchanged, skipped, rejects) VALUES (1, 'till.csv', '', '', 'generic', 'sales', '{}',"
            " '2026-06-30', '2026-06-30 00:00:00.000000', 'bench', 0, 0, 0, 0, 0, 0)"
        )
        driver.executemany(
            "INSERT INTO customer (id, code, name, birth_month, birth_day) VALUES (?, ?, ?, 5, 9)",
            ((n, f"C-{n:04d}", f"顾客{n}") for n in range(1, people + 1)),
        )
        driver.executemany(
            "INSERT INTO identity (customer_id, kind, value, source) VALUES (?, 'phone', ?, '')",
            ((n, f"+86138{n:08d}") for n in range(1, people + 1)),
        )
        driver.executemany(
            'INSERT INTO sale (id, source, store, "on", receipt, kind, customer_id, net_minor, refund_of_id, revision,'
            " batch_id) VALUES (? + 1, 'till', 'main', ?, ?, ?, ?, ?, ?, 1, 1)",
            [*((n, on, f"R-{n}", "sale", who, minor, None) for n, who, on, minor in sold),
             *((n, on, f"B-{n}", "refund", who, minor, of) for n, who, on, minor, of in back)],
        )  # fmt: skip
        driver.execute(
            "INSERT INTO sale_line (sale_id, position, sku, item, category, quantity_milli, net_minor)"
            " SELECT id, 1, 'SKU-' || id % 500, 'Silk dress', 'Dresses', 1000, net_minor FROM sale"
        )
    return path


def _copy(rows: Path, into: Path) -> None:
    with closing(sqlite3.connect(into)) as driver, driver:
        driver.execute("PRAGMA cache_size = -65536")
        driver.execute("PRAGMA secure_delete = ON")
        driver.execute("PRAGMA foreign_keys = ON")
        driver.execute("PRAGMA recursive_triggers = ON")
        driver.execute("ATTACH ? AS there", (str(rows),))
        driver.execute("BEGIN IMMEDIATE")
        for table in _LEDGER:
            driver.execute(f"INSERT INTO {table} SELECT * FROM there.{table}")  # noqa: S608 - names from above


def _copy_bare(rows: Path, into: Path) -> None:
    into.unlink(missing_ok=True)
    with closing(sqlite3.connect(into)) as driver, driver:
        driver.execute("PRAGMA cache_size = -65536")
        driver.execute("ATTACH ? AS there", (str(rows),))
        driver.execute('CREATE TABLE entry (id INTEGER PRIMARY KEY, customer_id, points, "on", sale_id)')
        driver.execute("CREATE INDEX by_customer ON entry (customer_id)")
        driver.execute("CREATE INDEX by_sale ON entry (sale_id)")
        driver.execute("BEGIN IMMEDIATE")
        driver.execute('INSERT INTO entry SELECT id, customer_id, points, "on", sale_id FROM there.points_entry')
