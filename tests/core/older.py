"""A book of revision 0001 as an older shopcrm left it, rows in every table: built by that frozen migration and SQL.

Ana (C-0001) bought for 100.00 and gave back 40.00, spent 25 points, and has 35. Bo is on the list only.
"""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import create_engine

from shop import NOW, Shop
from shopcrm.core import audit, migrations
from shopcrm.core.book import open_book

BACKUP = "shop.db.0001.backup"
AT = "2026-02-01 04:00:00.000000"
FIRST = Path(__file__).with_name("older_settings.json").read_text(encoding="utf-8")  # as the templates were then

_OF_OPENING = "(SELECT customer_id FROM points_entry WHERE points_entry.id = entry_id)"  # where a lot's is now

ROWS: dict[str, list[tuple[Any, ...]]] = {
    "settings_version": [(1, None, FIRST, AT, "Lan")],
    "note": [(1, "宽限"), (2, "a mistake")],
    "batch": [
        (1, "会员.xlsx", "Sheet1", "ab" * 32, "generic", "customers", "{}", "2026-01-04", AT, "Lan", 2, 2, 0, 0, 0, 0),
        (2, "till.csv", "", "cd" * 32, "generic", "sales", '{"on": "日期"}', "2026-01-05", AT, "Lan", 9, 3, 1, 0, 0, 1),
    ],
    "customer": [
        (1, "C-0001", "Ana 王", 1990, 2, 28, "female", "2025-12-24", 1),
        (2, "C-0002", "Bo", None, None, None, None, None, None),
    ],
    "identity": [
        (1, 1, "member_no", "M-1", "", 1), (2, 1, "phone", "+8613800138000", "", 1),
        (3, 1, "email", "ana@example.com", "", 1), (4, 2, "name", "Bo", "till", 2),
    ],
    "sale": [
        (1, "till", "main", "2026-01-05", "R-1", "sale", AT, 1, None, None, 10000, "Mei", "wechat", 2, 2),
        (2, "till", "main", "2026-01-10", "R-2", "refund", None, 1, 1, "R-1", -4000, None, None, 1, 2),
        (3, "till", "main", "2026-01-11", "R-3", "sale", None, None, None, None, 0, None, None, 1, 2),
    ],
    "sale_line": [
        (1, 1, "SKU-1", "丝裙", "Dresses", 1000, 6000), (1, 2, None, None, None, 2500, 4000),
        (2, 1, "SKU-2", "Hat", "Hats", -1000, -4000), (3, 1, None, "gift", None, 1000, 0),
    ],
    "row_change": [(1, 2, "sale", 1, '{"net_minor": 9000}'), (2, 2, "customer", 1, '{"name": null}')],
    "points_entry": [
        (1, "earn:sale:1:2", 1, "earn", 100, "2026-01-05", AT, "Lan", 1, 2, "R-1", None, None, "earn", "{}", 1),
        (2, "reverse:refund:2:1", 1, "reverse", -40, "2026-01-10", AT, "Lan", 2, 1, "R-2", 1, None, "refund", "{}", 1),
        (3, "redeem:S:2026-02-01:R-9", 1, "redeem", -25, "2026-02-01", AT, "", None, None, "R-9", None, 1, "", "{}", 1),
    ],
    "points_lot": [(1, 1, 1, 100, "2026-01-05", "2026-01-05", "2027-01-05")],
    "points_draw": [(2, 1, 40), (3, 1, 25)],
    "tier_change": [(1, 1, "silver", "2026-01-05", 10000, 1, AT)],
    "segment_refresh": [("2026-01-31", '{"r": [1, 2]}', 1)],
    "segment_snapshot": [
        ("2026-01-31", 1, 5, 1, 3, 26, 1, 6000, "promising"), ("2026-01-31", 2, None, None, None, None, 0, 0, "lost"),
    ],
    "campaign": [(1, "W-2026-02", "winback", "2026-02-01", '{"hold_out": "1/2"}', 1)],
    "assignment": [
        (1, 1, "treated", 1, "2026-01-05", 27, 13.5, 2.0, 1, 6000, '["丝裙"]', "[]"),
        (1, 2, "held_out", 2, "2026-01-01", 31, 7.1, 0.1, 1, 100, "[]", "[]"),
    ],
    "contact": [(1, 1, 1, "phone", "2026-02-01", AT, "Mei")],
}  # fmt: skip


def older_shop(folder: Path, *, sales: int = 0) -> Shop:
    """A shop whose book is of revision 0001, with so many more sales to walk-ins."""
    path = folder / "shop.db"
    shutil.copy(_book(sales), path)
    path.chmod(0o600)
    return Shop(path)


def upgrade(shop: Shop) -> None:
    """Opens the book, which was an older one."""
    with open_book(shop.path, now=NOW) as book:
        assert book.upgraded


def files(shop: Shop) -> dict[str, bytes]:
    """What stands in the folder of the book, byte by byte."""
    return {path.name: path.read_bytes() for path in sorted(shop.path.parent.iterdir())}


def rows_of(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of revision 0001, by the columns it had then, past all of our own code."""
    with closing(sqlite3.connect(path)) as book:
        has_customers = "customer_id" in [row[1] for row in book.execute("PRAGMA table_info(points_lot)")]
        found = {} if has_customers else {("points_lot", "customer_id"): _OF_OPENING}
        return {
            table: sorted(book.execute(f"SELECT {_listed(table, columns, found)} FROM {table}"), key=repr)  # noqa: S608
            for table, columns in _columns().items()
        }


def revision_of(path: Path) -> str:
    """The revision that stands in the file."""
    with closing(sqlite3.connect(path)) as book:
        return str(book.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@cache
def _book(sales: int) -> Path:
    path = Path(mkdtemp(prefix="shopcrm-")) / "0001.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {0x53484F50}")
        migrations.upgrade(connection, "0001")
        for table, rows in ROWS.items():
            marks = ", ".join("?" for _ in rows[0])
            connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - tables of this file
        digest = audit.digest_of("", AT, "Lan", "2026-02-01", "import", "till.csv")
        connection.exec_driver_sql(
            "INSERT INTO audit VALUES (1, ?, 'Lan', '2026-02-01', 'import', 'till.csv', ?)", (AT, digest)
        )
        _sell(connection, sales)
    engine.dispose()
    return path


def _sell(connection: Any, sales: int) -> None:
    numbers = range(100, 100 + sales)
    sold = [
        (n, "till", "main", "2026-01-12", f"W-{n}", "sale", None, None, None, None, n, None, None, 1, 2)
        for n in numbers
    ]
    lines = [(n, 1, f"SKU-{n % 50}", "Scarf", None, 1000, n) for n in numbers]
    for table, rows in (("sale", sold), ("sale_line", lines)):
        if rows:
            marks = ", ".join("?" for _ in rows[0])
            connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - tables of this file


@cache
def _columns() -> dict[str, list[str]]:
    with closing(sqlite3.connect(_book(0))) as book:
        tables = book.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'")
        return {name: [row[1] for row in book.execute(f"PRAGMA table_info({name})")] for (name,) in tables.fetchall()}


def _listed(table: str, columns: list[str], found: Mapping[tuple[str, str], str]) -> str:
    return ", ".join(found.get((table, name), f'"{name}"') for name in columns)
