"""The wallet: it only grows, both purses add up, and neither is ever overdrawn."""

import sqlite3
from contextlib import closing
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from core.postings import money
from shop import Shop
from shopcrm.core import ledger, wallet
from shopcrm.core.book import Book
from shopcrm.core.errors import InsufficientBalance, KeyReused, WalletEntryBeforeLast
from shopcrm.core.ledger import MONEY, Posted, Posting
from shopcrm.core.schema.house import note
from shopcrm.core.schema.wallet import wallet_entry
from shopcrm.core.wallet import Purses

JANUARY = date(2026, 1, 1)


@pytest.fixture
def counter(shop: Shop) -> Shop:
    """A shop with two customers whose wallets are empty."""
    shop.customer("Ana")
    shop.customer("Bo")
    return shop


def post(shop: Shop, *asked: Posting) -> list[Posted]:
    with shop.writing() as book:
        return ledger.post_many(book, asked, MONEY)


def held(shop: Shop, as_of: str | None = None, of: int = 1) -> Purses:
    with shop.reading(as_of) as book:
        return wallet.balance(book, of)


def lots(shop: Shop) -> list[ledger.Lot]:
    with shop.reading("2026-02-05") as book:
        return ledger.open_lots(book, 1, MONEY)


def count(book: Book) -> int:
    return int(book.connection.scalar(select(func.count()).select_from(wallet_entry)) or 0)


def test_both_purses_are_sums_of_entries_as_of_any_day(counter: Shop) -> None:
    post(
        counter,
        money("in", 10000, 2000),
        money("out", -3000, -500, "2026-02-01"),
        money("in again", 0, 100, "2026-03-01"),
        money("of Bo", 700, of=2),
    )
    assert [held(counter, day) for day in ("2025-12-31", "2026-01-31", "2026-02-01", "2026-03-01")] == [
        (0, 0),
        (10000, 2000),
        (7000, 1500),
        (7000, 1600),
    ]
    assert (held(counter).balance_minor, held(counter, of=2)) == (8600, (700, 0))


@pytest.mark.parametrize("kind", ["pay", "refund", "adjust", "reverse"])
@pytest.mark.parametrize(
    ("principal", "bonus", "details"),
    [
        (-10001, 0, {"held_minor": 10000, "needed_minor": 10001, "purse": "principal"}),
        (0, -2001, {"held_minor": 2000, "needed_minor": 2001, "purse": "bonus"}),
        (-1, -2001, {"held_minor": 2000, "needed_minor": 2001, "purse": "bonus"}),
    ],
)
def test_no_purse_lends_to_the_other_or_to_anybody(
    counter: Shop, kind: str, principal: int, bonus: int, details: dict[str, object]
) -> None:
    post(counter, money("in", 10000, 2000))
    with counter.writing() as book, pytest.raises(InsufficientBalance) as refusal:
        ledger.post(book, money("out", principal, bonus, kind=kind), MONEY)
    assert details.items() <= refusal.value.details.items()
    assert held(counter) == (10000, 2000)


def test_the_refusal_says_what_is_there_and_what_is_needed(counter: Shop) -> None:
    post(counter, money("in", 10000, 2000))
    with counter.writing() as book, pytest.raises(InsufficientBalance) as refusal:
        ledger.post(book, money("out", -12345), MONEY)
    assert refusal.value.message == "C-0001 has 100.00 CNY of principal in the wallet; 123.45 are needed."
    assert refusal.value.next_step == "shopcrm wallet statement C-0001"


def test_the_last_cent_can_be_paid_out(counter: Shop) -> None:
    post(counter, money("in", 10000, 2000), money("out", -10000, -2000))
    assert held(counter) == (0, 0)


def test_a_debit_dated_before_the_last_entry_is_refused_and_one_of_its_day_is_not(counter: Shop) -> None:
    post(counter, money("in", 100, on="2026-02-01"))
    with counter.writing() as book, pytest.raises(WalletEntryBeforeLast) as refusal:
        ledger.post(book, money("out", -1, on="2026-01-31"), MONEY)
    assert refusal.value.next_step == "shopcrm --as-of 2026-02-01 wallet statement C-0001"
    post(counter, money("late", 50, on="2026-01-15"), money("out", -150, on="2026-02-01"))
    assert held(counter, "2026-01-31") == (50, 0)


@pytest.mark.parametrize(
    "other",
    [
        money("K", -11, receipt="R-1"),
        money("K", -10, -1, receipt="R-1"),
        money("K", -10, receipt="R-2"),
        money("K", -10, receipt="R-1", of=2),
        money("K", -10, receipt="R-1", kind="refund"),
        money("K", -10, receipt="R-1", reason="because"),
    ],
    ids=["principal", "bonus", "receipt", "customer", "kind", "reason"],
)
def test_a_key_with_other_content_is_refused_and_posts_nothing(counter: Shop, other: Posting) -> None:
    post(counter, money("E", 100, 100), money("E2", 100, 100, of=2), money("K", -10, receipt="R-1"))
    with counter.writing() as book:
        before = count(book)
        with pytest.raises(KeyReused) as refusal:
            ledger.post(book, other, MONEY)
        assert count(book) == before
    assert refusal.value.message == "R-1 was paid on 2026-01-01 already, with 0.10 CNY for C-0001."


def test_a_retry_is_answered_with_the_first_posting_even_when_the_money_is_gone(counter: Shop) -> None:
    post(counter, money("E", 100))
    (first,) = post(counter, money("K", -100, reason="cash back"))
    (again,) = post(counter, money("K", -100, on="2026-01-02", reason="cash back"))
    assert again == Posted(first.entry_id, -100, JANUARY, True)
    one, other = post(counter, money("twice", 5), money("twice", 5))
    assert (other.entry_id, other.is_repeat, held(counter)) == (one.entry_id, True, (5, 0))


def test_one_refusal_posts_nothing_of_the_rest(counter: Shop) -> None:
    with counter.writing() as book:
        with pytest.raises(InsufficientBalance):
            ledger.post_many(book, [money("a", 10, reason="gift"), money("b", -11)], MONEY)
        assert (count(book), book.connection.execute(select(note)).all()) == (0, [])


def test_a_reason_is_kept_apart_from_the_entry_that_cites_it(counter: Shop) -> None:
    post(counter, money("a", 1), money("b", 1, reason="Ana told me so"), money("c", 2, reason="And Bo"))
    rows = counter.rows("SELECT e.key, n.text FROM wallet_entry e LEFT JOIN note n ON n.id = e.reason_id ORDER BY e.id")
    assert rows == [("a", None), ("b", "Ana told me so"), ("c", "And Bo")]


@pytest.mark.parametrize("statement", ["UPDATE wallet_entry SET amount_minor = 1", "DELETE FROM wallet_entry"])
def test_the_database_itself_refuses_to_change_it(counter: Shop, statement: str) -> None:
    post(counter, money("in", 100))
    with closing(sqlite3.connect(counter.path)) as outsider, pytest.raises(sqlite3.IntegrityError, match="only grows"):
        outsider.execute(statement)


def test_an_entry_that_moves_nothing_is_none(counter: Shop) -> None:
    with counter.writing() as book, pytest.raises(IntegrityError, match="money_moved"):
        ledger.post(book, money("nothing", 0, 0), MONEY)


def test_what_is_paid_takes_principal_first_and_of_bonus_what_ends_first(counter: Shop) -> None:
    post(
        counter,
        money("in", 100, 50, "2026-01-01"),
        money("ends", 0, 30, "2026-01-02", bonus_until=date(2026, 3, 1)),
        money("again", 20, 0, "2026-01-03"),
    )
    assert [(lot.label, lot.left) for lot in lots(counter)] == [
        ("principal", 100), ("principal", 20), ("bonus", 30), ("bonus", 50),
    ]  # fmt: skip
    post(counter, money("out", -145, on="2026-01-04", shares=()))
    assert [(lot.label, lot.left) for lot in lots(counter)] == [("bonus", 5), ("bonus", 50)]
    assert held(counter, "2026-01-31") == (0, 55)
    assert held(counter, "2026-03-02") == (0, 50)


def test_a_debit_may_say_which_lots_it_takes_from_and_takes_no_more_of_them_than_there_is(counter: Shop) -> None:
    post(counter, money("in", 100, on="2026-01-01"), money("again", 20, on="2026-01-02"))
    post(counter, money("back", -50, on="2026-01-03", kind="refund", shares=(), takes=((2, 20), (1, 30))))
    assert [lot.left for lot in lots(counter)] == [70]
    with counter.writing() as book, pytest.raises(InsufficientBalance):
        ledger.post(book, money("more", -71, on="2026-01-03", kind="refund", shares=(), takes=((1, 71),)), MONEY)


def test_a_payment_that_is_taken_back_goes_into_the_lots_it_came_from(counter: Shop) -> None:
    post(counter, money("in", 100, 50), money("later", 0, 9, "2026-02-01", bonus_until=date(2026, 2, 20)))
    before = lots(counter)
    (paid,) = post(counter, money("out", -120, on="2026-02-02", shares=()))
    (back,) = post(counter, money("back", 120, on="2026-02-03", kind="reverse", lots=(), reverses_id=paid.entry_id))
    assert lots(counter) == before
    with counter.reading() as book:
        assert wallet.moved_by(book, [paid.entry_id, back.entry_id]) == {
            paid.entry_id: (-100, -20), back.entry_id: (100, 20),
        }  # fmt: skip


def test_bonus_past_its_last_day_is_swept_once_and_counts_no_more_before(counter: Shop) -> None:
    post(counter, money("in", 100, 50, bonus_until=date(2026, 1, 31)), money("out", -110, on="2026-01-31", shares=()))
    assert held(counter, "2026-02-01") == (0, 0)
    with counter.writing("2026-02-01") as book, pytest.raises(InsufficientBalance):
        ledger.post(book, money("late", -1, on="2026-02-01", shares=()), MONEY)
    with counter.writing("2026-02-10") as book:
        assert [(each.amount, str(each.on)) for each in ledger.expire_lots(book, MONEY)] == [(40, "2026-02-01")]
        assert ledger.expire_lots(book, MONEY) == []
    rows = counter.rows('SELECT kind, amount_minor, "on", rule FROM wallet_entry ORDER BY id DESC LIMIT 1')
    assert rows == [("expire", -40, "2026-02-01", "wallet.bonus_expiry")]
    assert counter.check()


def test_what_is_taken_back_is_taken_back_whole_and_once(counter: Shop) -> None:
    (first,) = post(counter, money("in", 100, 50))
    back = money("back", -100, -50, kind="reverse", reverses_id=first.entry_id)
    post(counter, back)
    assert held(counter) == (0, 0)
    post(counter, money("more", 100, 50))
    with (
        counter.writing() as book,
        pytest.raises(AssertionError, match=r"1\.50 CNY was taken back by -3\.00"),
    ):
        ledger.post(book, back._replace(key="back again"), MONEY)


def test_what_is_taken_back_leaves_the_lot_in_which_it_came(counter: Shop) -> None:
    march, june = date(2026, 3, 31), date(2026, 6, 30)
    _kept, twice = post(
        counter, money("kept", 0, 100, bonus_until=march), money("typed twice", 0, 100, bonus_until=june)
    )
    post(counter, money("undo", 0, -100, kind="reverse", reverses_id=twice.entry_id))
    assert [(lot.expires_on, lot.left) for lot in lots(counter)] == [(march, 100)]


@pytest.mark.parametrize("typed", ["R-1 A", " r-1  a", "\uff32-\uff11 a"])
def test_keys_write_the_number_of_a_receipt_in_one_way_however_it_is_typed(typed: str) -> None:
    assert ledger.plain_number(typed) == "R-1 A"


def test_a_wallet_that_is_sound_is_part_of_a_sound_book(counter: Shop) -> None:
    post(counter, money("in", 100, 50), money("out", -100, -50))
    assert ("wallets are sums of entries, and never below zero", 2) in {
        (proof.law, proof.rows) for proof in counter.check().items
    }


def test_more_wallets_than_one_statement_takes(shop: Shop) -> None:
    many = 950
    with shop.writing() as book:
        customers = [(n, f"C-{n:04d}") for n in range(1, many + 1)]
        book.connection.exec_driver_sql("INSERT INTO customer (id, code) VALUES (?, ?)", customers)
        ledger.post_many(book, [money(f"e{n}", n, of=n) for n, _ in customers], MONEY)
        ledger.post_many(book, [money(f"s{n}", -n, of=n) for n, _ in customers], MONEY)
        again = ledger.post_many(book, [money(f"s{n}", -n, of=n) for n, _ in customers], MONEY)
        assert all(answer.is_repeat for answer in again)
        assert count(book) == 2 * many
