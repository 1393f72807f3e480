"""The audit trail: every row's digest covers the row before it, so that whoever changes one is found out."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from core.older import older_shop, upgrade
from shop import Shop
from shopcrm.core import audit
from shopcrm.core.errors import BookUnsound
from shopcrm.core.schema.trail import audit as audit_table
from soak import IS_SOAK

EDITS = 500 if IS_SOAK else 50
COLUMNS = ("id", "at", "by", "as_of", "command", "change", "digest")


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


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM audit WHERE id = 5",
        "DELETE FROM audit WHERE id > 2",
        "DELETE FROM audit",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET rows = 4",
        "UPDATE audit SET id = 50 WHERE id = 5",
    ],
)
def test_rows_that_are_cut_off_the_end_are_found(trail: Shop, damage: str) -> None:
    trail.check()
    tamper(trail, damage)
    with trail.reading() as book:
        assert audit.cut(book.connection) or list(audit.broken_rows(book.connection))


def test_a_row_that_follows_but_that_no_command_wrote_is_found(trail: Shop) -> None:
    ((last,),) = trail.rows("SELECT digest FROM audit WHERE id = 5")
    row = ("2026-06-30 04:00:00.000000", "test", "2026-06-30", "test", "C-0006 added")
    values = "', '".join((*row, audit.digest_of(last, *row)))
    tamper(trail, f"INSERT INTO audit VALUES (6, '{values}')")  # noqa: S608 - values of this test
    with trail.reading() as book:
        assert (list(audit.broken_rows(book.connection)), audit.cut(book.connection)) == ([], audit.Cut(5, 6))


@pytest.mark.soak
def test_whatever_is_done_to_the_trail_is_found(trail: Shop) -> None:
    whole = trail.path.read_bytes()
    chance = random.Random("edits")
    for _ in range(EDITS):
        trail.path.write_bytes(whole)
        damage = edit(chance)
        tamper(trail, damage)
        with trail.reading() as book:
            assert list(audit.broken_rows(book.connection)) or audit.cut(book.connection), damage


def edit(chance: random.Random) -> str:
    """One thing that somebody with the file in hand may do."""
    one, other = chance.sample(range(1, 6), 2)
    column = chance.choice(COLUMNS)
    value = chance.choice(("9", "''", "'x'", "'2026-01-01'", f"'C-{chance.randrange(10_000):04}'", "X'00ff'"))
    if column == "id":
        value = str(chance.randrange(6, 99))
    swapped = f"CASE id WHEN {one} THEN {other} + 100 ELSE {one} + 100 END WHERE id IN ({one}, {other})"
    copied = f'{one} + 5, at, "by", as_of, command, change, digest FROM audit WHERE id = {other}'
    changes = (
        f'UPDATE audit SET "{column}" = {value} WHERE id = {one}',  # noqa: S608 - values of this test
        f"DELETE FROM audit WHERE id = {one}",  # noqa: S608
        f"DELETE FROM audit WHERE id >= {one}",  # noqa: S608
        f"UPDATE audit SET id = {swapped}",  # noqa: S608
        f"INSERT INTO audit SELECT {copied}",
    )
    return chance.choice(changes)


def test_the_check_of_the_book_says_that_rows_are_missing(trail: Shop) -> None:
    tamper(trail, "DELETE FROM audit WHERE id > 3")
    with pytest.raises(BookUnsound) as refused:
        trail.check()
    assert any("5 rows were written, 3 are there" in finding for finding in refused.value.details["findings"])


def test_an_older_book_gets_the_end_of_its_trail_kept(tmp_path: Path) -> None:
    older = older_shop(tmp_path)
    upgrade(older)
    older.check()
    ((rows, digest),) = older.rows("SELECT rows, digest FROM audit_head")
    assert [(rows, digest)] == older.rows("SELECT id, digest FROM audit ORDER BY id DESC LIMIT 1")
    assert rows == 2
