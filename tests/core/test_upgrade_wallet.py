"""A book whose wallets were sums of two columns: their money lies in lots afterwards, and statements say the same."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine

from core.older import AT, FIRST, files, upgrade
from shop import Shop
from shopcrm.core import migrations, wallet
from shopcrm.core.book import REVISION, open_book
from shopcrm.core.errors import BookNotUpgraded
from shopcrm.features.wallet.statement import statement

# (kind, principal, bonus, day, customer, reverses): openings, one of them taken back and opened again, and payments.
ENTRIES = [
    ("adjust", 10_000, 2_000, "2026-01-05", 1, None),
    ("adjust", 500, 0, "2026-01-05", 2, None),
    ("reverse", -500, 0, "2026-01-06", 2, 2),
    ("adjust", 700, 40, "2026-01-07", 2, None),
    ("pay", -3_000, -500, "2026-02-01", 1, None),
    ("top_up", 4_000, 0, "2026-01-20", 1, None),
    ("pay", -9_000, 0, "2026-02-02", 1, None),
]


@pytest.fixture
def older(tmp_path: Path) -> Shop:
    """A shop whose book is of revision 0003, with money in wallets."""
    path = tmp_path / "shop.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {0x53484F50}")
        migrations.upgrade(connection, "0003")
        connection.exec_driver_sql("INSERT INTO settings_version VALUES (1, NULL, ?, ?, 'Lan')", (FIRST, AT))
        connection.exec_driver_sql("INSERT INTO note VALUES (1, '抹零')")
        connection.exec_driver_sql(
            "INSERT INTO customer (id, code, name) VALUES (1, 'C-0001', 'Ana'), (2, 'C-0002', 'Bo')"
        )
        rows = [
            (number, f"k{number}", of, kind, principal, bonus, on, AT, "Lan", None, back, None, "opening", "{}", 1)
            for number, (kind, principal, bonus, on, of, back) in enumerate(ENTRIES, 1)
        ]
        marks = ", ".join("?" for _ in rows[0])
        connection.exec_driver_sql(f"INSERT INTO wallet_entry VALUES ({marks})", rows)  # noqa: S608 - question marks
    engine.dispose()
    path.chmod(0o600)
    return Shop(path)


def test_money_of_an_older_book_lies_in_lots_and_the_book_is_sound(older: Shop) -> None:
    upgrade(older)
    assert older.check()
    lots = older.rows("SELECT entry_id, purse, amount_minor, earned_on, expires_on FROM wallet_lot")
    assert lots == [
        (1, "principal", 10_000, "2026-01-05", None),
        (1, "bonus", 2_000, "2026-01-05", None),
        (2, "principal", 500, "2026-01-05", None),
        (4, "principal", 700, "2026-01-07", None),
        (4, "bonus", 40, "2026-01-07", None),
        (6, "principal", 4_000, "2026-01-20", None),
    ]
    drawn = older.rows(
        "SELECT d.entry_id, l.entry_id, l.purse, d.amount_minor FROM wallet_draw d JOIN wallet_lot l ON id = lot_id"
    )
    assert sorted(drawn) == [
        (3, 2, "principal", 500), (5, 1, "bonus", 500), (5, 1, "principal", 3_000), (7, 1, "principal", 7_000),
        (7, 6, "principal", 2_000),
    ]  # fmt: skip


def test_statements_of_an_older_book_say_what_they_said(older: Shop) -> None:
    with older.reading() as book:
        ana, bo = statement(book, "Ana"), statement(book, "Bo")
        assert wallet.balances(book, [1, 2], until=None) == {1: (2_000, 1_500), 2: (700, 40)}
    moved = {
        line.key: (line.kind, line.principal_minor, line.bonus_minor, str(line.on)) for line in (*ana.items, *bo.items)
    }
    assert moved == {f"k{number}": entry[:4] for number, entry in enumerate(ENTRIES, 1)}
    assert [line.balance_minor for line in ana.items] == [12_000, 16_000, 12_500, 3_500]


def test_an_upgrade_that_would_lose_money_is_not_made(older: Shop) -> None:
    # The migration writes its revision down last; so a book may be prepared to lose money at that moment.
    older.write(
        "CREATE TRIGGER t AFTER UPDATE ON alembic_version WHEN new.version_num = '0004'"
        " BEGIN INSERT INTO wallet_draw VALUES (1, 5, 1); END"
    )
    with pytest.raises(BookNotUpgraded, match="rows of wallet_entry"), open_book(older.path):
        pass
    assert sorted(files(older)) == ["shop.db", "shop.db.0003.backup"]


def test_a_book_without_wallets_gets_empty_tables(older: Shop) -> None:
    older.write("DROP TRIGGER wallet_entry_no_delete")
    older.write("DELETE FROM wallet_entry")
    upgrade(older)
    for table in ("wallet_entry", "wallet_lot", "wallet_draw", "visit_entry", "visit_lot", "visit_draw"):
        assert older.rows(f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608 - tables of this list
    assert older.rows("SELECT version_num FROM alembic_version") == [(REVISION,)]
