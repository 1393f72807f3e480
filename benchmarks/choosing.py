"""Choosing customers: typical texts over 100,000 customers and 500,000 sales, against the aggregate of the sales."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.measuring import Ratio, compare
from shopcrm.core import audience
from shopcrm.core.book import Book, open_book
from shopcrm.core.schema import every_table
from shopcrm.features import init

CUSTOMERS, SALES = 100_000, 500_000
_AS_OF, _NOW = date(2026, 6, 30), datetime(2026, 6, 30, tzinfo=UTC)
TEXTS = {
    "tier, tag, birthday": "tier = gold and tag = retro and birthday in next 7 days",
    "recency, spend, tier": "tier >= silver and recency_days > 60 and spend in last 365 days >= 1000",
    "what was bought": "bought category = dresses in last 90 days and has phone",
}


def measure(folder: str) -> Iterator[Ratio]:
    """Each of a few texts; all of them stay under a second."""
    path = Path(folder) / "choosing.db"
    _fill(path)

    def floor() -> None:
        with closing(sqlite3.connect(path)) as raw:
            raw.execute(
                'SELECT customer_id, max("on"), count(DISTINCT "on"), sum(net_minor) FROM sale GROUP BY customer_id'
            ).fetchall()

    for what, text in TEXTS.items():
        yield compare(f"customers by {what} / the raw aggregate", floor, lambda text=text: _choose(path, text), 3, 3)  # type: ignore[misc]


def _choose(path: Path, text: str) -> None:
    with open_book(path, as_of=_AS_OF, now=_NOW) as book:
        assert audience.chosen(book, text)


def _fill(path: Path) -> None:
    blank = path.with_name("blank.db")
    init.init(
        blank, shop_name="Bench", currency="CNY", timezone="Asia/Shanghai", country="CN", template="apparel",
        by="bench", now=_NOW,
    )  # fmt: skip
    shutil.copy(blank, path)
    dice, tables, people = random.Random(7), every_table().tables, range(1, CUSTOMERS + 1)
    with open_book(path, write=True, as_of=_AS_OF, now=_NOW) as book:
        book.connection.execute(tables["batch"].insert(), [{
            "id": 1, "kind": "sales", "mapping": {}, "on": _AS_OF, "imported_at": _NOW,
            **dict.fromkeys(("sheet", "tab", "sha256", "profile", "by"), "x"),
            **dict.fromkeys(("rows", "added", "updated", "unchanged", "skipped", "rejects"), 0),
        }])  # fmt: skip
        columns = ("id", "code", "name", "birth_month", "birth_day", "is_birthday_lunar")
        rows = ((n, f"C-{n:04d}", f"name {n}", dice.randrange(1, 13), dice.randrange(1, 29), n % 2) for n in people)
        book.insert_many(tables["customer"], columns, rows)
        phones = ((n, "phone", f"+86138{n:08d}", "") for n in people if n % 3)
        book.insert_many(tables["identity"], ("customer_id", "kind", "value", "source"), phones)
        book.insert_many(tables["customer_tag"], ("customer_id", "tag"), ((n, "retro") for n in people if n % 5 == 0))
        tiers = (
            (n, tier, "2026-01-01", 0, 1, "2026-01-01 00:00:00.000000")
            for n in people
            for step, tier in ((2, "silver"), (4, "gold"), (8, "black"))
            if n % step == 0
        )
        names = ("customer_id", "tier", "on", "spend_minor", "settings_version_id", "posted_at")
        book.insert_many(tables["tier_change"], names, tiers)
        _add_sales(book, dice)


def _add_sales(book: Book, dice: random.Random) -> None:
    tables = every_table().tables
    days = [(_AS_OF - timedelta(number)).isoformat() for number in range(730)]
    sales = (
        (number, dice.choice(days), f"R{number}", dice.randrange(1, CUSTOMERS + 1), dice.randrange(1_000, 90_000))
        for number in range(SALES)
    )
    same: dict[str, str | int] = {"source": "till", "store": "main", "kind": "sale", "batch_id": 1, "revision": 1}
    book.insert_many(tables["sale"], ("id", "on", "receipt", "customer_id", "net_minor"), sales, same)
    goods = ("dresses", "shoes", "belts", "bags", "hats")
    lines = ((number, 1, f"item {number % 400}", goods[number % 5], 1000, 1000) for number in range(SALES))
    columns = ("sale_id", "position", "item", "category", "quantity_milli", "net_minor")
    book.insert_many(tables["sale_line"], columns, lines)
