"""The book: what is in it, and proof of every law that it keeps."""

import sqlite3
from contextlib import closing
from datetime import date

import pytest

from features.tampering import tampering
from shop import Shop
from shopcrm.core.errors import UNSOUND, BookUnsound
from shopcrm.core.schema.triggers import APPEND_ONLY, trigger_names
from shopcrm.features import book as books
from shopcrm.features.customers import merging


def findings(shop: Shop) -> list[str]:
    with pytest.raises(BookUnsound) as refused, shop.reading() as book:
        books.check(book)
    assert refused.value.exit_code == UNSOUND
    found: list[str] = refused.value.details["findings"]
    assert refused.value.message == f"The book is unsound: {found[0]}"
    return found


def test_a_book_that_was_lived_in_is_sound(lived_in: Shop) -> None:
    double = lived_in.customer("Fang too")
    with lived_in.writing() as book:
        merging.merge(book, "C-0001", double.code)
    proofs = lived_in.check().items

    assert len(proofs) == 14
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
            "a refund of what was withdrawn",
            "UPDATE sale SET withdrawn = 'till', revision = 2 WHERE kind = 'sale'",
            "receipt R-2 of 2026-01-07 gives back a sale that was withdrawn",
        ),
        (
            "points of what was withdrawn",
            "UPDATE sale SET withdrawn = 'hand' WHERE kind = 'sale'",
            "receipt R-1 of 2026-01-05 was withdrawn and still gives 1000 points",
        ),
        (
            "withdrawn by nobody known",
            "UPDATE sale SET withdrawn = 'wind'",
            "2 rows of sale break the rule",
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
        connection.execute(
            'INSERT INTO points_waiver (key, customer_id, sale_id, sale_revision, policy, points, "on",'
            " settings_version_id) VALUES ('k', 1, 1, 1, 'clamp', 5, '2026-01-07', 1)"
        )
        if table.endswith("_draw"):  # which have no row ids
            change = change.replace("rowid", "lot_id")
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
