"""Whoever has the book's file in hand: what the database refuses to them, and what a check tells of the rest."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, literal, select
from sqlalchemy.exc import IntegrityError

from core.postings import money, posting, visits
from features.offers_by_hand import an_offer, issued
from shop import Shop, open_shop
from shopcrm.core import coupons, ledger
from shopcrm.core.ledger import Posting
from shopcrm.core.schema.points import points_entry
from shopcrm.core.schema.triggers import APPEND_ONLY
from shopcrm.features.coupons import changing


@pytest.fixture
def counter(shop: Shop) -> Shop:
    """A shop with two customers who have no points yet."""
    shop.customer("Ana")
    shop.customer("Bo")
    return shop


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with rows in every table that only grows."""
    shop = open_shop(tmp_path_factory.mktemp("ledgers"), template="apparel")
    ana = shop.customer("Ana")
    ana.bought("1500", on="2026-01-01")
    shop.accrue()
    shop.assign_tiers()
    ana.redeemed(100, "R-9")
    with shop.writing() as book:
        ledger.post_many(book, [money("in", 100, 0, book.as_of), money("out", -1, 0, book.as_of)], ledger.MONEY)
        ledger.post_many(book, [visits("sold", 10, book.as_of), visits("used", -1, book.as_of)], ledger.VISITS)
        back = posting("back", -5_000, book.as_of, kind="reverse", sale_id=1, sale_revision=1, policy="clamp")
        ledger.post(book, back)
    issued(shop, an_offer(shop), "Ana")
    with shop.writing() as book:
        changing.void(book, next(coupons.coupons_of(book)).code, reason="given twice")
    return shop.path


def post(shop: Shop, *asked: Posting) -> None:
    with shop.writing() as book:
        ledger.post_many(book, asked)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "DELETE FROM {table} WHERE {column} = (SELECT max({column}) FROM {table})",
    ],
    ids=["update", "delete all", "delete one"],
)
def test_the_database_itself_refuses_to_change_a_ledger(ledgers: Path, table: str, statement: str) -> None:
    with closing(sqlite3.connect(ledgers)) as outsider:
        column = next(iter(outsider.execute(f"PRAGMA table_info({table})")))[1]
        before = list(outsider.iterdump())
        assert any(line.startswith(f'INSERT INTO "{table}"') for line in before)
        with pytest.raises(sqlite3.IntegrityError, match=f"{table} only grows"):
            outsider.execute(statement.format(table=table, column=f'"{column}"'))
        assert list(outsider.iterdump()) == before


def test_shopcrm_cannot_replace_a_row_of_a_ledger_either(counter: Shop) -> None:
    """REPLACE deletes without asking the triggers, unless they are told to be recursive."""
    post(counter, posting("a", 5, "2026-01-01"))
    columns = list(points_entry.c)
    forged = [literal(500) if column.name == "points" else column for column in columns]
    replacing = insert(points_entry).prefix_with("OR REPLACE").from_select(columns, select(*forged))
    with counter.writing() as book, pytest.raises(IntegrityError, match="points_entry only grows"):
        book.connection.execute(replacing)
    with counter.reading() as book:
        assert ledger.balance(book, 1).balance_points == 5


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ("UPDATE points_entry SET points = 101 WHERE key = 'a'", "the entries of C-0001 add up to 61 points"),
        ("UPDATE points_entry SET points = 99 WHERE key = 'a'", "the entries of C-0001 add up to 59 points"),
        ("DELETE FROM points_draw", "entry 2 (redeem -40) drew 0 points from lots"),
        ("UPDATE points_draw SET points = 41", "entry 2 (redeem -40) drew 41 points from lots"),
        ("UPDATE points_lot SET points = 30", "lot 1 of C-0001 has -10 of 30 points left"),
        ("UPDATE points_draw SET points = -40", "lot 1 of C-0001 has 140 of 100 points left"),
    ],
)
def test_a_ledger_that_was_tampered_with_is_told(counter: Shop, damage: str, finding: str) -> None:
    post(counter, posting("a", 100, "2026-01-01"), posting("b", -40, "2026-01-02"))
    tamper(counter, damage)
    with counter.reading() as book:
        told = list(ledger.broken_laws(book))
        assert any(sentence.startswith(finding) for sentence in told), told
        assert list(ledger.broken_laws(book, [2])) == []


@pytest.mark.parametrize(
    ("whom", "finding"),
    [(1, "entry 1 (earn 100) opened lots of 0 points"), (2, "entry 2 (earn 100) opened lots of 200 points")],
)
def test_a_lot_that_was_put_under_an_entry_of_somebody_else_is_told_of_both(
    counter: Shop, whom: int, finding: str
) -> None:
    post(counter, posting("a", 100, "2026-01-01"), posting("b", 100, "2026-01-01", of=2))
    tamper(counter, "UPDATE points_lot SET entry_id = 2 WHERE id = 1")
    with counter.reading() as book:
        for told in (list(ledger.broken_laws(book)), list(ledger.broken_laws(book, [whom]))):
            assert finding in told, told


@pytest.mark.parametrize("points", [100, -100], ids=["came", "went"])
@pytest.mark.parametrize("again", [100, 1, -101])
def test_more_than_moved_is_not_taken_back(counter: Shop, points: int, again: int) -> None:
    post(counter, posting("before", 500, "2026-01-01"))
    post(counter, posting("moved", points, "2026-01-02"))
    back = posting("back", -points, "2026-01-03", kind="reverse", reverses_id=2)
    post(counter, back)
    twice = back._replace(key="back again", amount=again if points < 0 else -again)
    with pytest.raises(AssertionError, match=f"entry 2 of {points} points was taken back by"):
        post(counter, twice)


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ("UPDATE points_lot SET points = 2 WHERE id = 1", "entry 1 (earn 1) opened lots of 2 points"),
        ("UPDATE points_draw SET points = 2", "entry 3 (redeem -1) drew 2 points from lots"),
        ("DELETE FROM points_draw", "entry 3 (redeem -1) drew 0 points from lots"),
        (
            "UPDATE points_lot SET expires_on = '2026-01-02' WHERE id = 1",
            "entry 3 (redeem) drew on 2026-01-03 from lot 1",
        ),
        (
            "UPDATE points_lot SET available_on = '2026-01-04' WHERE id = 1",
            "entry 3 (redeem) drew on 2026-01-03 from lot 1",
        ),
        ("UPDATE points_entry SET kind = 'expire' WHERE id = 3", "entry 3 (expire) drew on 2026-01-03 from lot 1"),
        ("UPDATE points_entry SET reverses_id = 3 WHERE id = 2", "entry 3 of -1 points was taken back by 3"),
    ],
)
def test_of_a_single_point_all_is_told_as_of_many(counter: Shop, damage: str, finding: str) -> None:
    post(counter, posting("a", 1, "2026-01-01"), posting("b", 3, "2026-01-02"), posting("c", -1, "2026-01-03"))
    tamper(counter, damage)
    with counter.reading() as book:
        told = list(ledger.broken_laws(book))
        assert any(sentence.startswith(finding) for sentence in told), told


@pytest.mark.parametrize(
    "damage",
    ["UPDATE points_entry SET points = 50 WHERE id = 1", "UPDATE points_entry SET points = 5000 WHERE id = 1"],
    ids=["smaller", "larger"],
)
def test_a_credit_that_was_forged_is_told_even_when_all_of_it_is_spent(counter: Shop, damage: str) -> None:
    post(counter, posting("a", 100, "2026-01-01"), posting("b", -100, "2026-01-02"))
    tamper(counter, damage)
    with counter.reading() as book:
        assert list(ledger.broken_laws(book)) != []


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        (
            "UPDATE wallet_entry SET amount_minor = 161 WHERE id = 1",
            "entry 1 (top_up 1.61) opened lots of 1.50 CNY",
        ),
        ("UPDATE wallet_entry SET amount_minor = 50 WHERE key = 'in'", "the entries of C-0001 add up to -0.70 CNY"),
        ("DELETE FROM wallet_draw", "entry 2 (pay -1.20) drew 0.00 CNY from lots"),
        ("UPDATE wallet_lot SET amount_minor = 5 WHERE purse = 'bonus'", "lot 2 of C-0001 has -0.15 of 0.05 CNY left"),
        ("UPDATE wallet_draw SET amount_minor = -1 WHERE lot_id = 1", "lot 1 of C-0001 has 1.01 of 1.00 CNY left"),
        (
            "UPDATE wallet_entry SET \"on\" = '2025-12-31' WHERE id = 2",
            "entry 2 (pay) drew on 2025-12-31 from lot 1",
        ),
        ("UPDATE wallet_entry SET reverses_id = 1 WHERE key = 'out'", "entry 1 of 1.50 CNY was taken back by -1.20"),
    ],
)
def test_a_wallet_that_was_tampered_with_is_told(counter: Shop, damage: str, finding: str) -> None:
    with counter.writing() as book:
        paid = money("out", -120, on="2026-01-02", shares=())
        ledger.post_many(book, [money("in", 100, 50, "2026-01-01"), paid], ledger.MONEY)
    tamper(counter, damage)
    with counter.reading() as book:
        told = list(ledger.broken_laws(book, of=ledger.MONEY))
        assert any(sentence.startswith(f"in the wallets: {finding}") for sentence in told), told
        assert list(ledger.broken_laws(book, [2], ledger.MONEY)) == list(ledger.broken_laws(book)) == []


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ("UPDATE visit_entry SET visits = 11 WHERE key = 'sold'", "entry 1 (sell 11) opened lots of 10 visits"),
        ("UPDATE visit_draw SET visits = 11", "lot 1 of C-0001 has -1 of 10 visits left"),
        ("UPDATE visit_lot SET expires_on = '2026-01-01'", "entry 2 (use) drew on 2026-01-02 from lot 1"),
    ],
)
def test_a_visit_card_that_was_tampered_with_is_told(counter: Shop, damage: str, finding: str) -> None:
    with counter.writing() as book:
        ledger.post_many(book, [visits("sold", 10, "2026-01-01"), visits("used", -1, "2026-01-02")], ledger.VISITS)
    tamper(counter, damage)
    with counter.reading() as book:
        told = list(ledger.broken_laws(book, of=ledger.VISITS))
        assert any(sentence.startswith(f"on visit cards: {finding}") for sentence in told), told


def tamper(shop: Shop, damage: str) -> None:
    """Writes past the triggers, as only somebody with the file in hand can."""
    with closing(sqlite3.connect(shop.path)) as outsider:
        for table in APPEND_ONLY:
            for verb in ("update", "delete"):
                outsider.execute(f"DROP TRIGGER {table}_no_{verb}")
        outsider.execute(damage)
        outsider.commit()
