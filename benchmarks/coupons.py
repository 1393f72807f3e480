"""Coupons by the hundred thousand: giving them out, ending them, and one of them at the counter."""

import gc
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

from benchmarks.measuring import Ratio, compare
from benchmarks.startup import python, shopcrm
from shopcrm.core.book import open_book
from shopcrm.features import init
from shopcrm.features.coupons import expiring, issuing

COUPONS = 100_000
_NOW, _OVER = datetime(2026, 6, 30, tzinfo=UTC), date(2026, 8, 1)
_READ = "SELECT code, offer_id, terms_id, issue_id, customer_id, issued_on, starts_on, expires_on, status FROM coupon"


def measure(folder: str) -> Iterator[Ratio]:
    """Issuing against inserting the same rows into the same tables, the counter against an import."""
    gc.disable()  # as the program itself does at its start
    here, fresh = Path(folder), count()
    blank = _book(here / "offers.db")
    books: list[Path] = []

    def issue() -> None:
        books.append(Path(shutil.copy(blank, here / f"issued-{next(fresh)}.db")))
        with open_book(books[-1], write=True, now=_NOW) as book:
            given = issuing.issue(book, issuing.Asked("TEN", (), {"tag": "letter"}, None, "bench"))
        assert given.issued == COUPONS

    issue()  # so that there are rows to insert
    issued = books[0]
    with closing(sqlite3.connect(issued)) as driver:
        rows = driver.execute(_READ).fetchall()

    def insert() -> None:
        _insert(Path(shutil.copy(blank, here / f"raw-{next(fresh)}.db")), rows)

    yield compare("coupons issue, 100,000 customers / the same rows, executemany", insert, issue, 3, 3)
    yield from _counter(issued, [row[0] for row in rows])

    def expire() -> None:
        with open_book(shutil.copy(issued, here / "over.db"), write=True, as_of=_OVER, now=_NOW) as book:
            expiring.expire(book)

    expired = compare("", lambda: None, expire, None, 2)
    yield Ratio("coupons expire, 100,000 customers, s / 3 s", 3.0, expired.ours, None)
    for tills in (2, 8):
        seconds = _tried_at_two_tills(Path(shutil.copy(blank, here / f"tills-{tills}.db")), tills)
        yield Ratio(f"1,000 coupons, each tried at two of {tills} tills, s / 10 s", 10.0, seconds, 1.0)


def _counter(book: Path, codes: list[str]) -> Iterator[Ratio]:
    floor, fresh = python("-c", "import sqlmodel"), iter(codes)
    as_of = ("--as-of", "2026-07-01")

    def redeem() -> None:
        code = next(fresh)
        shopcrm(book, *as_of, "coupons", "redeem", code, "--total", "100", "--receipt", f"B-{code}")()

    check = shopcrm(book, *as_of, "coupons", "check", codes[-1], "--total", "100")
    yield compare("coupons check in that book / import sqlmodel", floor, check, 1.4, 9)
    yield compare("coupons redeem in that book / import sqlmodel", floor, redeem, 1.4, 9)


def _tried_at_two_tills(book: Path, tills: int) -> float:
    """Seconds from the first redemption to the last, with so many processes at the same book."""
    with open_book(book, write=True, now=_NOW) as opened:
        given = issuing.issue(opened, issuing.Asked("ANY", (), {}, 1_000, "bench")).items
    command, pipe, running = [sys.executable, "-m", "benchmarks.till", str(book)], subprocess.PIPE, []
    with ExitStack() as stack:
        for till in range(tills):
            codes = book.with_suffix(f".{till}.txt")
            codes.write_text("\n".join(each.code for each in given[till % (tills // 2) :: tills // 2]))
            program = subprocess.Popen([*command, f"T{till}", str(codes)], stdin=pipe, stdout=pipe, text=True)
            running.append(stack.enter_context(program))
        for each in running:
            assert each.stdout is not None
            each.stdout.readline()
        start = time.perf_counter()
        for each in running:
            assert each.stdin is not None
            each.stdin.write("go\n")
            each.stdin.flush()
        assert [each.wait() for each in running] == [0] * tills
        seconds = time.perf_counter() - start
    with closing(sqlite3.connect(book)) as driver:
        assert driver.execute("SELECT count(*), count(DISTINCT coupon_id) FROM coupon_event").fetchone() == (1000, 1000)
    return seconds


def _book(path: Path) -> Path:
    """A shop's book with an offer for customers and one for bearers, and a hundred thousand customers with a tag."""
    init.init(
        path, shop_name="Bench", currency="CNY", timezone="Asia/Shanghai", country="CN", template="general",
        by="bench", now=_NOW,
    )  # fmt: skip
    with closing(sqlite3.connect(path)) as driver, driver:
        people = ((number, f"C-{number:04d}", f"顾客{number}") for number in range(1, COUPONS + 1))
        driver.executemany("INSERT INTO customer (id, code, name) VALUES (?, ?, ?)", people)
        driver.execute("INSERT INTO customer_tag (customer_id, tag) SELECT id, 'letter' FROM customer")
        driver.execute(
            "INSERT INTO offer (id, code, added_on) VALUES (1, 'TEN', '2026-01-01'), (2, 'ANY', '2026-01-01')"
        )
        driver.executemany(
            'INSERT INTO offer_terms (offer_id, version, "on", posted_at, by, name, kind, value_minor, valid_days,'
            " per_customer, categories, skus, tiers, segments, combines, is_birthday_month, is_bearer) VALUES (?, 1,"
            " '2026-01-01', '2026-01-01 00:00:00.000000', '', 'Ten', 'amount', 1000, ?, ?, '[]', '[]', '[]', '[]',"
            " '[]', 0, ?)",
            [(1, 30, 1, 0), (2, None, None, 1)],
        )
    return path


def _insert(path: Path, rows: list[tuple[object, ...]]) -> None:
    with closing(sqlite3.connect(path)) as driver, driver:
        for pragma in ("cache_size = -65536", "secure_delete = ON", "foreign_keys = ON", "recursive_triggers = ON"):
            driver.execute(f"PRAGMA {pragma}")
        driver.execute("BEGIN IMMEDIATE")
        driver.execute(
            'INSERT INTO coupon_issue (id, "key", terms_id, audience, count, "on", posted_at, by)'
            " VALUES (1, 'bench', 1, '{}', ?, '2026-06-30', '2026-06-30 00:00:00.000000', '')",
            (COUPONS,),
        )
        driver.executemany(
            "INSERT INTO coupon (code, offer_id, terms_id, issue_id, customer_id, issued_on, starts_on, expires_on,"
            " status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
