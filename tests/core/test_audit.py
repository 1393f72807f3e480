"""The audit trail: every row's digest covers the row before it, so that whoever changes one is found out."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import select

from shop import Shop
from shopcrm.core import audit
from shopcrm.core.schema.house import audit as audit_table


@pytest.fixture
def trail(shop: Shop) -> Shop:
    """A shop with five rows in its audit trail."""
    for name in ("Ana", "Bo", "Cai", "Dan", "Eve"):
        shop.customer(name)
    return shop


def broken(shop: Shop) -> list[int]:
    with shop.reading() as book:
        return list(audit.broken_rows(book.connection))


def tamper(shop: Shop, damage: str) -> None:
    """Writes past the triggers, as only somebody with the file in hand can."""
    with closing(sqlite3.connect(shop.path)) as outsider:
        outsider.execute("DROP TRIGGER audit_no_update")
        outsider.execute("DROP TRIGGER audit_no_delete")
        outsider.execute(damage)
        outsider.commit()


def test_a_trail_that_nobody_touched_is_unbroken(trail: Shop) -> None:
    assert broken(trail) == []
    with trail.reading() as book:
        rows = book.connection.execute(select(audit_table).order_by(audit_table.c.id)).all()
    assert [row.change for row in rows] == [f"C-000{number} added" for number in range(1, 6)]
    assert len({row.digest for row in rows}) == 5


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE audit SET at = '2026-06-30 05:00:00.000000' WHERE id = 3",
        "UPDATE audit SET \"by\" = 'somebody' WHERE id = 3",
        "UPDATE audit SET as_of = '2026-06-29' WHERE id = 3",
        "UPDATE audit SET command = 'other' WHERE id = 3",
        "UPDATE audit SET change = 'C-0003 was never added' WHERE id = 3",
        "UPDATE audit SET digest = (SELECT digest FROM audit WHERE id = 2) WHERE id = 3",
    ],
    ids=["at", "by", "as_of", "command", "change", "digest"],
)
def test_a_row_that_was_changed_is_found(trail: Shop, damage: str) -> None:
    tamper(trail, damage)
    assert broken(trail)[0] == 3


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("DELETE FROM audit WHERE id = 3", [4]),
        ("DELETE FROM audit WHERE id = 1", [2]),
        ("UPDATE audit SET id = CASE id WHEN 3 THEN 40 ELSE 30 END WHERE id IN (3, 4)", [5, 30, 40]),
    ],
    ids=["one taken out", "the first taken out", "two moved"],
)
def test_a_row_that_is_missing_or_moved_is_found(trail: Shop, damage: str, found: list[int]) -> None:
    tamper(trail, damage)
    assert broken(trail) == found


def test_two_identical_commands_are_two_different_rows(shop: Shop) -> None:
    ana = shop.customer("Ana")
    ana.adjusted(5)
    ana.adjusted(5)
    with shop.reading() as book:
        digests = book.connection.scalars(select(audit_table.c.digest)).all()
    assert len(set(digests)) == len(digests) == 3
    assert broken(shop) == []
