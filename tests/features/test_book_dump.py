"""The dump by which two books are compared: equal for equal facts and postings, without ids, clock times or names."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from features.tampering import tampering
from shop import Shop, open_shop
from shopcrm.core.schema import every_table
from shopcrm.features import book as books


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
        "UPDATE sale SET withdrawn = 'undo' WHERE id = 1",
        "UPDATE sale SET tax_minor = 1 WHERE id = 1",
        "UPDATE sale_line SET unit_cost_minor = 1 WHERE sale_id = 1",
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


# What imports keep beside sales; their own tests write these as commands do.
KEPT = """
    INSERT INTO customer_tag (customer_id, tag) VALUES (1, 'silk');
    INSERT INTO consent (customer_id, channel, is_granted, source, "on") VALUES (1, 'sms', 1, 'hand', '2026-01-05');
    INSERT INTO customer (code, is_birthday_lunar) VALUES ('C-0009', 0);
    INSERT INTO customer_merge SELECT id, 1, 1, '2026-01-06', '2026-01-06 00:00:00', 'Mei' FROM customer
    WHERE code = 'C-0009';
    INSERT INTO review (batch_id, customer_id, field, source, said, row, person)
    VALUES (1, 1, 'name', 'square', 'Feng', 7, '{"name": "Feng", "row": 7}');
    INSERT INTO stock_item (sku, item, tags, quantity_milli, batch_id) VALUES ('SD-1', 'Dress', '["silk"]', 3000, 1);
"""


def test_what_imports_keep_is_dumped_by_name(lived_in: Shop) -> None:
    with closing(sqlite3.connect(lived_in.path)) as connection:
        connection.executescript(KEPT)

    rows = dict(json.loads(line) for line in lived_in.dump())
    assert rows["customer_tag"] == {
        "customer": "C-0001", "tag": "silk", "rule": None, "why": None, "since_on": None, "expires_on": None,
    }  # fmt: skip
    assert rows["customer_merge"] == {"customer": "C-0009", "into": "C-0001", "kept": "C-0001", "on": "2026-01-06"}
    assert rows["consent"] == {
        "customer": "C-0001", "channel": "sms", "is_granted": True, "source": "hand", "on": "2026-01-05",
        "purpose": "marketing", "evidence": None,
    }  # fmt: skip
    assert (rows["stock_item"]["sku"], rows["stock_item"]["tags"]) == ("SD-1", ["silk"])
    assert rows["review"].keys() == {"customer", "field", "source", "said", "answer", "answered_on"}
    assert rows["review"]["said"].startswith("#")


def test_a_wallets_entries_are_dumped_by_their_keys(lived_in: Shop) -> None:
    entries = [row for table, row in map(json.loads, lived_in.dump()) if table == "wallet_entry"]

    assert {row["key"]: (row["amount_minor"], row["reverses"]) for row in entries} == {
        "top_up:1": (10500, None),
        "undo:1": (-10500, "top_up:1"),
    }


def test_lots_and_draws_of_wallets_and_cards_are_dumped_by_what_opened_them(lived_in: Shop) -> None:
    rows = list(map(json.loads, lived_in.dump()))

    assert {(row["entry"], row["purse"], row["amount_minor"]) for table, row in rows if table == "wallet_lot"} == {
        ("top_up:1", "bonus", 500), ("top_up:1", "principal", 10000),
    }  # fmt: skip
    assert {(row["entry"], row["lot"]) for table, row in rows if table == "wallet_draw"} == {
        ("undo:1", "top_up:1:bonus"), ("undo:1", "top_up:1:principal"),
    }  # fmt: skip
    assert [row["lot"] for table, row in rows if table == "visit_draw"] == ["card:1:Haircut"]


def test_a_question_of_another_row_is_the_same_question(lived_in: Shop) -> None:
    """Sheets that overlap raise it once, whichever of them comes first."""
    with closing(sqlite3.connect(lived_in.path)) as connection:
        connection.executescript(KEPT)
        before = lived_in.dump()
        connection.execute("UPDATE review SET row = 99, person = '{}'")
        connection.commit()
        assert lived_in.dump() == before
        connection.execute("UPDATE review SET answer = 'keep', answered_on = '2026-02-01'")
        connection.commit()

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
        assert table not in ("batch", "row_change", "audit", "note", "saved_profile")


def test_every_table_is_dumped_or_left_out_on_purpose(shop: Shop) -> None:
    from shopcrm.features.book.dump import TABLES

    assert set(every_table().tables) - set(TABLES) == {
        "batch", "row_change", "audit", "audit_head", "note", "saved_profile", "customer_change", "erased_identity",
        "erasure_secret",
    }  # fmt: skip


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
