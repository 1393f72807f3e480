"""The book: what is in it, proof of every law that it keeps, and the dump by which two books are compared."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest

from shop import Shop, open_shop
from shopcrm.core.errors import UNSOUND, BookUnsound
from shopcrm.core.schema import every_table
from shopcrm.core.schema.triggers import APPEND_ONLY, trigger_names
from shopcrm.features import book as books


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A book in which every law has something to hold for."""
    shop = open_shop(tmp_path_factory.mktemp("pattern"), template="apparel")
    fang = shop.customer("Fang", phone="13800138000")
    sold = fang.bought("1000.00", on="2026-01-05", number="R-1")
    fang.returned("40.00", on="2026-01-07", of=sold)
    shop.accrue()
    shop.assign_tiers()
    fang.redeemed(10, "R-100", on="2026-01-08")
    shop.set("points.rate", "2", as_of="2026-02-01")
    return shop


@pytest.fixture
def lived_in(pattern: Shop, tmp_path: Path) -> Shop:
    """A copy of it to do with as one likes."""
    return Shop(Path(shutil.copy(pattern.path, tmp_path / "lived-in.db")), pattern.receipts, dict(pattern.people))


@contextmanager
def tampering(shop: Shop) -> Iterator[sqlite3.Connection]:
    """The file past everything that guards it: foreign keys, checks, and triggers, which are put back afterwards."""
    with closing(sqlite3.connect(shop.path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _name, sql in triggers:
            connection.execute(sql)
        connection.commit()


def findings(shop: Shop) -> list[str]:
    with pytest.raises(BookUnsound) as refused, shop.reading() as book:
        books.check(book)
    assert refused.value.exit_code == UNSOUND
    found: list[str] = refused.value.details["findings"]
    assert refused.value.message == f"The book is unsound: {found[0]}"
    return found


def test_a_book_that_was_lived_in_is_sound(lived_in: Shop) -> None:
    proofs = lived_in.check().items

    assert len(proofs) == 9
    assert all(proof.rows for proof in proofs), "a law proved on no rows is not proved here"


@pytest.mark.parametrize(
    ("law", "sql", "sentence"),
    [
        (
            "references",
            "UPDATE identity SET customer_id = 99 WHERE kind = 'phone'",
            "a row of identity refers to a row of customer that is not there",
        ),
        (
            "values of lots",
            "UPDATE points_lot SET available_on = '2020-01-01'",
            "1 rows of points_lot break the rule",
        ),
        (
            "values of lines",
            "UPDATE sale_line SET quantity_milli = 0.5",
            "2 rows of sale_line break the rule",
        ),
        (
            "entries and lots",
            "UPDATE points_entry SET points = points + 1 WHERE kind = 'earn'",
            "the entries of C-0001 add up to 951 points, their lots to 950",
        ),
        (
            "entries gone",
            "DELETE FROM points_entry WHERE kind = 'redeem'",
            "a row of points_draw refers to a row of points_entry that is not there",
        ),
        (
            "lots",
            "UPDATE points_draw SET points = 2000 WHERE entry_id = (SELECT id FROM points_entry WHERE kind = 'redeem')",
            "lot 1 of C-0001 has -1040 of 1000 points left",
        ),
        (
            "draws",
            "UPDATE points_draw SET points = 9 WHERE entry_id = (SELECT id FROM points_entry WHERE kind = 'redeem')",
            "entry 3 (redeem -10) drew 9 points from lots",
        ),
        (
            "lines",
            "UPDATE sale_line SET net_minor = net_minor + 1 WHERE sale_id = 1",
            "the lines of receipt R-1 of 2026-01-05 add up to 100001 minor units, not 100000",
        ),
        (
            "refunds of a later sale",
            "UPDATE sale SET \"on\" = '2026-01-09' WHERE kind = 'sale'",
            "receipt R-2 of 2026-01-07 gives back something that is no earlier sale",
        ),
        (
            "refunds of a refund",
            "UPDATE sale SET refund_of_id = id WHERE kind = 'refund'",
            "receipt R-2 of 2026-01-07 gives back something that is no earlier sale",
        ),
        (
            "points outrun their sale",
            "UPDATE points_entry SET sale_id = NULL WHERE kind = 'earn'",
            "receipt R-1 of 2026-01-05 and its refunds took 40 points more than it gave",
        ),
        (
            "points of no revision",
            "UPDATE points_entry SET sale_revision = 9 WHERE kind = 'earn'",
            "entry 1 is for a revision of its sale that does not exist",
        ),
        (
            "settings",
            'UPDATE settings_version SET changes = json(\'{"winback.lapsed_by": "soon"}\') WHERE id = 2',
            "the settings from 2026-02-01 on cannot be read",
        ),
        (
            "settings that do not fit together",
            'UPDATE settings_version SET changes = json(\'{"tiers.order": ["diamond"]}\') WHERE id = 2',
            "the settings from 2026-02-01 on cannot be read",
        ),
        (
            "audit changed",
            "UPDATE audit SET change = 'nothing' WHERE id = 1",
            "row 1 of the audit trail was changed, or a row before it is missing",
        ),
        (
            "audit shortened",
            "DELETE FROM audit WHERE id = 2",
            "row 3 of the audit trail was changed, or a row before it is missing",
        ),
    ],
)
def test_every_law_that_is_broken_is_found_and_said(lived_in: Shop, law: str, sql: str, sentence: str) -> None:
    with tampering(lived_in) as connection:
        assert connection.execute(sql).rowcount > 0

    found = findings(lived_in)
    assert any(finding.startswith(sentence) for finding in found), (law, found)


@pytest.mark.parametrize("name", sorted(trigger_names()))
def test_a_ledger_without_its_guard_is_found(shop: Shop, name: str) -> None:
    with closing(sqlite3.connect(shop.path)) as connection:
        connection.execute(f"DROP TRIGGER {name}")

    assert findings(shop) == [f"the trigger {name}, which keeps a ledger append-only, is gone"]


def test_a_table_that_is_gone_is_found(shop: Shop) -> None:
    with closing(sqlite3.connect(shop.path)) as connection:
        connection.execute("DROP TABLE contact")

    assert findings(shop) == ["the table contact is gone"]


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "change", ["DELETE FROM {}", "UPDATE {} SET rowid = rowid", "REPLACE INTO {0} SELECT * FROM {0}"]
)
def test_the_database_itself_refuses_to_change_a_ledger(lived_in: Shop, table: str, change: str) -> None:
    with closing(sqlite3.connect(lived_in.path)) as connection:
        connection.execute("PRAGMA recursive_triggers = ON")
        if table == "points_draw":  # which has no row ids
            change = change.replace("rowid", "points")
        with pytest.raises(sqlite3.IntegrityError, match="only grows"):
            connection.execute(change.format(table))


# --- info ---------------------------------------------------------------------------------------------------


def test_info_counts_and_sums_as_of_the_business_date(lived_in: Shop) -> None:
    lived_in.take_in([lived_in.receipt("7.00", "2026-03-01"), lived_in.receipt("-2.00", "2026-03-02")])

    with lived_in.reading() as book:
        now = books.info(book)
    with lived_in.reading("2026-01-06") as book:
        then = books.info(book)

    assert (now.customers, now.sales, now.refunds, now.lines, now.net_minor) == (1, 2, 2, 4, 96500)
    assert (now.walk_in_sales, now.points_outstanding) == (1, 950)
    assert (now.first_sale_on, now.last_sale_on) == (date(2026, 1, 5), date(2026, 3, 1))
    assert (then.sales, then.refunds, then.lines, then.net_minor, then.points_outstanding) == (1, 0, 1, 100000, 1000)


def test_an_empty_book_has_no_days(shop: Shop) -> None:
    with shop.reading() as book:
        info = books.info(book)

    assert (info.sales, info.net_minor, info.first_sale_on, info.last_sale_on) == (0, 0, None, None)


# --- dump ---------------------------------------------------------------------------------------------------


def test_books_with_equal_facts_and_postings_dump_equal(tmp_path: Path) -> None:
    """The second book took its facts in another order, in one go, under other ids, and swept late."""
    one, two = (open_shop(_folder(tmp_path, name)) for name in ("one", "two"))
    receipts = [one.receipt(f"{n}0.00", f"2026-01-{n:02}", name="Fang", number=f"R-{n}") for n in range(1, 6)]
    for shop in (one, two):
        shop.customer("Fang", phone="13800138000")
    for receipt in receipts:
        one.take_in([receipt])
        one.accrue(as_of=receipt.on.isoformat())
    two.take_in(receipts[::-1])
    two.accrue()

    assert one.rows("SELECT id FROM sale WHERE receipt = 'R-1'") != two.rows(
        "SELECT id FROM sale WHERE receipt = 'R-1'"
    )
    assert one.dump() == two.dump()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sale SET net_minor = net_minor + 1 WHERE id = 1",
        "UPDATE sale SET cashier = 'Li' WHERE id = 1",
        "UPDATE sale SET revision = 2 WHERE id = 1",
        "UPDATE sale SET customer_id = NULL WHERE id = 1",
        "UPDATE sale_line SET item = 'Hat' WHERE sale_id = 1",
        "UPDATE customer SET name = 'Feng'",
        "UPDATE identity SET value = '+8613800138001' WHERE kind = 'phone'",
        "UPDATE points_entry SET points = points + 1 WHERE id = 1",
        "UPDATE points_entry SET \"on\" = '2026-01-06' WHERE id = 1",
        "UPDATE points_lot SET expires_on = '2027-01-05'",
        "UPDATE points_draw SET points = points + 1",
        "UPDATE settings_version SET effective_on = '2026-02-02' WHERE id = 2",
    ],
)
def test_books_with_other_facts_or_postings_dump_otherwise(lived_in: Shop, change: str) -> None:
    before = lived_in.dump()
    with tampering(lived_in) as connection:
        assert connection.execute(change).rowcount > 0

    assert lived_in.dump() != before


def test_what_is_history_and_not_fact_is_not_in_the_dump(lived_in: Shop) -> None:
    before = lived_in.dump()
    with tampering(lived_in) as connection:
        for change in (
            "UPDATE points_entry SET posted_at = '2030-01-01 00:00:00.000000', \"by\" = 'somebody'",
            "UPDATE settings_version SET set_at = '2030-01-01 00:00:00.000000', \"by\" = 'somebody'",
            "UPDATE batch SET imported_at = '2030-01-01 00:00:00.000000', sheet = 'other.csv'",
            "DELETE FROM audit",
        ):
            assert connection.execute(change).rowcount > 0

    assert lived_in.dump() == before


def test_the_dump_holds_no_row_ids_and_no_clock_times(lived_in: Shop) -> None:
    hidden = {"id", "batch_id", "settings_version_id", "posted_at", "set_at", "imported_at", "by"}

    for line in lived_in.dump():
        table, row = json.loads(line)
        assert not hidden & row.keys(), line
        assert not any(name.endswith("_id") for name in row), line
        assert table not in ("batch", "row_change", "audit", "note")


def test_every_table_is_dumped_or_left_out_on_purpose(shop: Shop) -> None:
    from shopcrm.features.book.dump import TABLES

    assert set(every_table().tables) - set(TABLES) == {"batch", "row_change", "audit", "note"}


def test_personal_data_is_dumped_as_digests_unless_revealed(lived_in: Shop) -> None:
    lived_in.customer("Fang").adjusted(5)
    secrets = ("Fang", "13800138000", '"test"')

    with lived_in.reading() as book:
        plain = "\n".join(books.dump(book).lines)
    with lived_in.writing() as book:
        revealed = "\n".join(books.dump(book, reveal=True).lines)

    assert not any(secret in plain for secret in secrets)
    assert all(secret in revealed for secret in secrets)
    assert lived_in.rows("SELECT change FROM audit ORDER BY id DESC LIMIT 1") == [
        ("the book was dumped with personal data",)
    ]


def test_the_digest_of_a_dump_is_that_of_its_lines(lived_in: Shop) -> None:
    from hashlib import sha256

    with lived_in.reading() as book:
        dump = books.dump(book)

    assert dump.sha256 == sha256("\n".join(dump.lines).encode()).hexdigest()


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder
