"""Opening balances: what the old till says customers hold is shown beside the book, and posted once."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.postings import money
from shop import Shop
from shopcrm.core import ledger, wallet
from shopcrm.core.book import Book
from shopcrm.features.imports.writing.opened import Opened, post_openings, spent_openings, take_back_openings
from shopcrm.features.imports.writing.opening import OpeningBalance, OpeningBalances, differences
from shopcrm.sheets.records import Person

NOTHING = Opened(0, 0, 0, 0)


@pytest.fixture
def counter(shop: Shop) -> Shop:
    """A shop with two customers, of whom Ana has 300 points of her own."""
    shop.customer("Ana").adjusted(300)
    shop.customer("Bo")
    return shop


def row(points: int | None = None, principal: int | None = None, bonus: int | None = None, number: int = 2) -> Person:
    """A row of a customer sheet that says no more than balances."""
    return Person(
        number, "M-1", None, None, None, None, None, None,
        points_balance=points, wallet_principal_minor=principal, wallet_bonus_minor=bonus,
    )  # fmt: skip


def compare(shop: Shop, *matched: tuple[Person, int]) -> OpeningBalances:
    with shop.reading() as book:
        return differences(book, matched)


def opened(shop: Shop, *matched: tuple[Person, int], batch: int = 1, source: str = "youzan") -> Opened:
    with shop.writing() as book:
        return post_openings(book, differences(book, matched), source, batch)


def held(book: Book, customer_id: int) -> tuple[int, int, int]:
    return (ledger.balance(book, customer_id).balance_points, *wallet.balance(book, customer_id))


def balances(shop: Shop, customer_id: int, as_of: str | None = None) -> tuple[int, int, int]:
    with shop.reading(as_of) as book:
        return held(book, customer_id)


def test_the_sheet_stands_beside_the_book(counter: Shop) -> None:
    result = compare(counter, (row(500, 10000, 2000), 1), (row(80, number=3), 2))
    ana, bo = result.items
    assert ana == OpeningBalance(
        customer="C-0001", name="Ana", row=2,
        sheet_points=500, book_points=300, difference_points=200, points_state="new",
        sheet_principal_minor=10000, book_principal_minor=0, difference_principal_minor=10000,
        sheet_bonus_minor=2000, book_bonus_minor=0, difference_bonus_minor=2000, wallet_state="new",
    )  # fmt: skip
    assert (bo.row, bo.sheet_points, bo.points_state) == (3, 80, "new")
    assert (bo.sheet_principal_minor, bo.book_principal_minor, bo.difference_principal_minor, bo.wallet_state) == (
        (None,) * 4
    )
    assert (result.sheet_points, result.book_points, result.difference_points, result.new_points) == (
        580,
        300,
        280,
        280,
    )
    assert (result.new_principal_minor, result.new_bonus_minor, result.differing) == (10000, 2000, 0)


def test_what_lacks_is_posted_so_that_the_book_says_what_the_customer_was_told(counter: Shop) -> None:
    assert opened(counter, (row(500, 10000, 2000), 1), (row(80), 2)) == Opened(2, 280, 10000, 2000)
    assert (balances(counter, 1), balances(counter, 2)) == ((500, 10000, 2000), (80, 0, 0))
    entries = counter.rows("SELECT key, kind, points, rule, inputs, \"on\" FROM points_entry WHERE rule = 'opening'")
    assert entries == [
        ("opening:points:youzan:C-0001", "adjust", 200, "opening", '{"batch":1,"sheet":500,"book":300}', "2026-06-30"),
        ("opening:points:youzan:C-0002", "adjust", 80, "opening", '{"batch":1,"sheet":80,"book":0}', "2026-06-30"),
    ]
    assert counter.rows("SELECT key, kind, amount_minor FROM wallet_entry") == [
        ("opening:wallet:youzan:C-0001", "adjust", 12000)
    ]
    assert counter.check()


def test_points_that_were_there_never_expire(counter: Shop) -> None:
    opened(counter, (row(80), 2))
    held = "SELECT lot.points, expires_on FROM points_lot lot JOIN points_entry opened ON opened.id = entry_id"
    assert counter.rows(f"{held} WHERE customer_id = 2") == [(80, None)]
    assert balances(counter, 2, as_of="2046-06-30") == (80, 0, 0)


@pytest.mark.parametrize("source", ["youzan", "", "square_customers"])
def test_the_same_sheet_again_posts_nothing_whatever_it_is_read_as(counter: Shop, source: str) -> None:
    sheet = ((row(500, 10000), 1), (row(80), 2))
    opened(counter, *sheet)
    assert {item.points_state for item in compare(counter, *sheet).items} == {"same"}
    assert opened(counter, *sheet, batch=2, source=source) == NOTHING
    assert balances(counter, 1) == (500, 10000, 0)


def test_a_later_sheet_with_another_balance_is_shown_and_changes_nothing(counter: Shop) -> None:
    opened(counter, (row(500, 10000), 1))
    with counter.writing() as book:
        ledger.post(book, money("pay", -4000, 0, book.as_of, of=1, kind="pay"), ledger.MONEY)
    later = (row(700, 9000), 1)
    result = compare(counter, later)
    (ana,) = result.items
    assert (ana.difference_points, ana.points_state) == (200, "opened")
    assert (ana.difference_principal_minor, ana.wallet_state) == (3000, "opened")
    assert (result.differing, result.new_points, result.has_new) == (1, 0, False)
    assert opened(counter, later, batch=2) == NOTHING
    assert balances(counter, 1) == (500, 6000, 0)


def test_who_was_not_on_the_first_sheet_is_opened_by_the_next(counter: Shop) -> None:
    opened(counter, (row(500), 1))
    assert opened(counter, (row(700), 1), (row(80), 2), batch=2) == Opened(1, 80, 0, 0)


def test_points_and_money_are_opened_apart(counter: Shop) -> None:
    opened(counter, (row(500), 1))
    assert opened(counter, (row(900, 10000), 1), batch=2) == Opened(1, 0, 10000, 0)
    assert balances(counter, 1) == (500, 10000, 0)


@pytest.mark.parametrize(
    ("person", "state"),
    [
        (row(300), "same"),
        (row(301), "new"),
        (row(299), "above"),
        (row(0), "above"),
        (row(None), None),
    ],
)
def test_nothing_is_ever_taken_from_anybody(counter: Shop, person: Person, state: str | None) -> None:
    result = compare(counter, (person, 1))
    assert [item.points_state for item in result.items] == ([] if state is None else [state])
    opened(counter, (person, 1))
    assert balances(counter, 1)[0] == max(300, person.points_balance or 0)


def test_an_absent_column_is_not_zero(counter: Shop) -> None:
    assert compare(counter, (row(), 1)) == compare(counter)
    opened(counter, (row(None, 5000, None), 1))
    assert balances(counter, 1) == (300, 5000, 0)
    (ana,) = compare(counter, (row(None, 5000, 100), 1)).items
    assert (ana.difference_bonus_minor, ana.wallet_state) == (100, "opened")


def test_a_purse_above_the_sheet_holds_the_other_back(counter: Shop) -> None:
    with counter.writing() as book:
        ledger.post(book, money("in", 100, 50, book.as_of, of=1, kind="top_up"), ledger.MONEY)
    (ana,) = compare(counter, (row(None, 500, 0), 1)).items
    assert (ana.difference_principal_minor, ana.difference_bonus_minor, ana.wallet_state) == (400, -50, "above")
    assert opened(counter, (row(None, 500, 0), 1)) == NOTHING


@pytest.mark.parametrize(
    ("first", "second", "state", "points"),
    [
        (row(500), row(500, number=3), "new", 500),
        (row(500), row(None, number=3), "new", 500),
        (row(500), row(600, number=3), "unclear", 300),
    ],
)
def test_two_rows_of_one_customer_are_one_balance_or_none(
    counter: Shop, first: Person, second: Person, state: str, points: int
) -> None:
    (ana,) = compare(counter, (first, 1), (second, 1)).items
    assert (ana.row, ana.points_state) == (2, state)
    opened(counter, (first, 1), (second, 1))
    assert balances(counter, 1)[0] == points


def test_an_opening_is_taken_back_with_its_batch_and_may_come_again(counter: Shop) -> None:
    sheet = ((row(500, 10000, 2000), 1), (row(80), 2))
    opened(counter, *sheet, batch=7)
    opened(counter, (row(None, 5000), 2), batch=8)
    with counter.writing() as book:
        assert spent_openings(book, 7) == ()
        assert take_back_openings(book, 7) == 3
        assert (held(book, 1), held(book, 2)) == ((300, 0, 0), (0, 5000, 0))
        assert take_back_openings(book, 7) == 3  # which changes nothing more
        assert (held(book, 1), held(book, 2)) == ((300, 0, 0), (0, 5000, 0))
    assert opened(counter, *sheet, batch=9) == Opened(2, 280, 10000, 2000)
    assert balances(counter, 1) == (500, 10000, 2000)
    assert ("opening:points:youzan:C-0001:2",) in counter.rows("SELECT key FROM points_entry")
    assert opened(counter, *sheet, batch=10) == NOTHING
    assert counter.check()


def test_points_are_taken_back_out_of_their_own_lot(counter: Shop) -> None:
    """Else points with a last day would go, and the opening's stay for ever."""
    posting: dict[str, Any] = {"rule": "test", "inputs": {}, "settings_version_id": 1, "on": date(2026, 6, 1)}
    with counter.writing() as book:
        ends = ledger.Posting(key="in", customer_id=2, kind="earn", amount=50, expires_on=date(2026, 12, 31), **posting)
        ledger.post(book, ends)
    opened(counter, (row(80), 2), batch=7)
    with counter.writing() as book:
        take_back_openings(book, 7)
        assert [(lot.left, lot.expires_on) for lot in ledger.open_lots(book, 2)] == [(50, date(2026, 12, 31))]


def test_an_opening_that_was_spent_is_told(counter: Shop) -> None:
    opened(counter, (row(500), 1), (row(80, 1000), 2), batch=7)
    with counter.writing() as book:
        assert spent_openings(book, 7) == ()
        ledger.post(book, money("pay", -1, 0, book.as_of, of=2, kind="pay"), ledger.MONEY)
        assert spent_openings(book, 7) == ("C-0002",)
    with counter.writing() as book:
        posting: dict[str, Any] = {"rule": "test", "inputs": {}, "settings_version_id": 1, "on": date(2026, 6, 30)}
        ledger.post(book, ledger.Posting(key="out", customer_id=1, kind="redeem", amount=-301, **posting))
        assert spent_openings(book, 7) == ("C-0001", "C-0002")
        assert spent_openings(book, 8) == ()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.none() | st.integers(0, 400), st.none() | st.integers(0, 400)), max_size=6))
def test_however_many_sheets_come_each_customer_is_opened_once(
    counter: Shop, sheets: list[tuple[int | None, int | None]]
) -> None:
    own = {1: 300, 2: 0}
    model = dict(own)
    with counter.writing() as book:
        savepoint = book.connection.begin_nested()
        for batch, said in enumerate(sheets, 1):
            post_openings(book, differences(book, [(row(p), who) for who, p in enumerate(said, 1)]), "till", batch)
            for who, points in enumerate(said, 1):
                if points is not None and model[who] == own[who]:
                    model[who] = max(points, own[who])
            assert {who: held(book, who)[0] for who in own} == model
        savepoint.rollback()


def test_a_sheet_of_more_customers_than_one_statement_takes(shop: Shop) -> None:
    many = 950
    with shop.writing() as book:
        customers = [(n, f"C-{n:04d}") for n in range(1, many + 1)]
        book.connection.exec_driver_sql("INSERT INTO customer (id, code) VALUES (?, ?)", customers)
    sheet = tuple((row(n, n), n) for n, _ in customers)
    assert opened(shop, *sheet) == Opened(many, many * (many + 1) // 2, many * (many + 1) // 2, 0)
    assert opened(shop, *sheet, batch=2) == NOTHING
