"""A book whose lots said whose they are: afterwards the entry that opened them does, and nobody holds less or more."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from core.older import AT, FIRST, files, upgrade
from shop import Shop
from shopcrm.core import ledger, migrations
from shopcrm.core.book import open_book
from shopcrm.core.errors import BookNotUpgraded, KeyReused
from shopcrm.features.cards import statement as cards
from shopcrm.features.points import counter
from shopcrm.features.points import statement as points
from shopcrm.features.wallet import statement as wallet

ANA, BO, TOO = 1, 2, 3  # the third is Ana on another card, merged into her

# (customer, kind, amount, day, reverses) of entries by number; (entry, customer, what is own, days) of lots by number;
# (entry, lot, amount) of draws.
POINTS = (
    [
        (ANA, "adjust", 100, "2026-01-05", None), (BO, "adjust", 40, "2026-01-06", None),
        (TOO, "adjust", 30, "2026-01-07", None), (ANA, "redeem", -50, "2026-01-20", None),
        (ANA, "reverse", 50, "2026-01-21", 4), (ANA, "adjust", -10, "2026-01-22", None),
        (BO, "expire", -40, "2026-02-01", None),
    ],
    [
        (1, ANA, 100, "2026-01-05", "2026-01-05", "2026-12-31"), (2, BO, 40, "2026-01-06", "2026-01-06", "2026-01-31"),
        (3, TOO, 30, "2026-01-07", "2026-03-07", None),
    ],
    [(4, 1, 50), (5, 1, -50), (6, 1, 10), (7, 2, 40)],
)  # fmt: skip
WALLETS = (
    [
        (ANA, "top_up", 12_000, "2026-01-05", None), (BO, "top_up", 500, "2026-01-06", None),
        (TOO, "top_up", 700, "2026-01-07", None), (ANA, "pay", -3_500, "2026-01-20", None),
    ],
    [
        (1, ANA, "principal", 10_000, "2026-01-05", None), (1, ANA, "bonus", 2_000, "2026-01-05", "2026-12-31"),
        (2, BO, "principal", 500, "2026-01-06", None), (3, TOO, "principal", 700, "2026-01-07", None),
    ],
    [(4, 1, 3_000), (4, 2, 500)],
)  # fmt: skip
CARDS = (
    [
        (BO, "sell", 10, "2026-01-05", None), (TOO, "sell", 5, "2026-01-06", None), (BO, "use", -1, "2026-01-20", None),
        (BO, "use", -2, "2026-01-21", None),
    ],
    [(1, BO, "剪发", 10, "2026-01-05", None), (2, TOO, "Facial", 5, "2026-01-06", "2026-06-30")],
    [(3, 1, 1), (4, 1, 2)],
)  # fmt: skip
LEDGERS: dict[str, tuple[list[Any], ...]] = {"points": POINTS, "wallet": WALLETS, "visit": CARDS}


@pytest.fixture
def older(tmp_path: Path) -> Shop:
    """A shop whose book is of revision 0007, with lots of points, of money and of visits."""
    path = tmp_path / "shop.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {0x53484F50}")
        migrations.upgrade(connection, "0007")
        connection.exec_driver_sql("INSERT INTO settings_version VALUES (1, NULL, ?, ?, 'Lan')", (FIRST, AT))
        connection.exec_driver_sql(
            "INSERT INTO customer (id, code, name) VALUES (1, 'C-0001', 'Ana'), (2, 'C-0002', 'Bo'),"
            " (3, 'C-0003', 'Ana too')"
        )
        connection.exec_driver_sql("INSERT INTO customer_merge VALUES (3, 1, 1, '2026-01-10', ?, 'Lan')", (AT,))
        for name, (entries, lots, draws) in LEDGERS.items():
            sales = (None, None) if name == "points" else ()
            _insert(connection, f"{name}_entry", [
                (number, f"k{number}", who, kind, amount, on, AT, "Lan", *sales, None, back, None, "by hand", "{}", 1)
                for number, (who, kind, amount, on, back) in enumerate(entries, 1)
            ])  # fmt: skip
            _insert(connection, f"{name}_lot", [(number, *lot) for number, lot in enumerate(lots, 1)])
            _insert(connection, f"{name}_draw", draws)
    engine.dispose()
    path.chmod(0o600)
    return Shop(path)


def _insert(connection: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" for _ in rows[0])
    connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - tables of this file


def test_lots_come_along_and_their_entries_say_whose_they_are(older: Shop) -> None:
    upgrade(older)
    for name, (entries, lots, draws) in LEDGERS.items():
        assert older.rows(f"SELECT * FROM {name}_lot ORDER BY id") == [  # noqa: S608 - names of this file
            (number, entry, *own) for number, (entry, _who, *own) in enumerate(lots, 1)
        ]
        opened = f"{name}_lot lot JOIN {name}_entry opened ON opened.id = entry_id"
        whose = older.rows(f"SELECT customer_id FROM {opened} ORDER BY lot.id")  # noqa: S608
        assert whose == [(who,) for _entry, who, *_ in lots]
        assert older.rows(f"SELECT * FROM {name}_draw ORDER BY entry_id, lot_id") == draws  # noqa: S608
        moved = older.rows(f"SELECT * FROM {name}_entry ORDER BY id")  # noqa: S608
        assert [(row[2], row[3], row[4], row[5]) for row in moved] == [entry[:4] for entry in entries]


def test_no_page_that_a_table_left_stays_in_the_file(older: Shop) -> None:
    upgrade(older)
    assert older.rows("PRAGMA freelist_count") == [(0,)]
    assert older.rows("PRAGMA integrity_check") == [("ok",)]


def test_everybody_holds_what_they_held_and_the_book_is_sound(older: Shop) -> None:
    held = {
        name: older.rows(
            f"SELECT customer_id, {amount} - (SELECT total({amount}) FROM {name}_draw WHERE lot_id = lot.id)"  # noqa: S608
            f" FROM {name}_lot lot ORDER BY id"
        )
        for name, amount in (("points", "points"), ("wallet", "amount_minor"), ("visit", "visits"))
    }
    upgrade(older)
    assert older.check()
    with older.reading("2026-02-01") as book:
        for of in ledger.LEDGERS:
            for ids in ((ANA, TOO), (BO,)):
                left = sum(lot.left for lot in ledger.open_lots(book, ids[0], of))
                assert left == sum(rest for who, rest in held[of.table] if who in ids)


def test_statements_say_what_they_said(older: Shop) -> None:
    with older.reading("2026-02-01") as book:
        ana, bo = points.statement(book, "Ana"), points.statement(book, "Bo")
        purse = wallet.statement(book, "C-0001")
        hers, his = cards.statement(book, "C-0001"), cards.statement(book, "Bo")
    assert (ana.balance_points, ana.pending_points, ana.spendable_points, bo.balance_points) == (120, 30, 90, 0)
    assert [(line.key, line.balance) for line in ana.items] == [
        ("k1", 100), ("k3", 130), ("k4", 80), ("k5", 130), ("k6", 120),
    ]  # fmt: skip
    assert [(str(lot.expires_on), lot.points, lot.left) for lot in ana.lots] == [
        ("2026-12-31", 100, 90), ("None", 30, 30),
    ]  # fmt: skip
    assert [(lot.purse, lot.left_minor) for lot in purse.lots] == [
        ("principal", 7_000), ("principal", 700), ("bonus", 1_500),
    ]  # fmt: skip
    assert [(card.card, card.left) for card in hers.cards] == [("Facial", 5)]
    assert [(line.card, line.left) for line in his.items] == [("剪发", 10), ("剪发", 9), ("剪发", 7)]


def test_a_key_is_still_one_entry(older: Shop) -> None:
    with older.writing("2026-02-02") as book:
        moved = counter.adjust(book, "C-0001", points=-5, reason="test", key="once")
        with pytest.raises(KeyReused):
            counter.adjust(book, "C-0001", points=-6, reason="test", key="once")
    assert moved.balance_points == 115
    columns = 'customer_id, kind, points, "on", posted_at, by, rule, inputs, settings_version_id'
    again = f"INSERT INTO points_entry (key, {columns}) SELECT key, {columns} FROM points_entry"  # noqa: S608
    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE constraint failed: points_entry\.key"):
        older.write(again)


@pytest.mark.parametrize("name", LEDGERS)
def test_a_lot_of_somebody_else_than_its_entry_is_not_given_away(older: Shop, name: str) -> None:
    older.write(f"DROP TRIGGER {name}_lot_no_update")
    older.write(f"UPDATE {name}_lot SET customer_id = {ANA} WHERE customer_id = {BO}")  # noqa: S608 - names of this file
    content = older.path.read_bytes()
    with pytest.raises(BookNotUpgraded, match=f"rows of {name}_lot"), open_book(older.path):
        pass
    assert older.path.read_bytes() == content
    assert sorted(files(older)) == ["shop.db", "shop.db.0007.backup"]
