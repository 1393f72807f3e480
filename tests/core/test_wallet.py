"""The wallet: it only grows, both purses add up, and neither is ever overdrawn."""

import sqlite3
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from shop import Shop
from shopcrm.core import wallet
from shopcrm.core.book import Book
from shopcrm.core.errors import InsufficientBalance, KeyReused, WalletEntryBeforeLast
from shopcrm.core.schema.house import note
from shopcrm.core.schema.wallet import wallet_entry
from shopcrm.core.wallet import Balance, Posted, WalletPosting

JANUARY = date(2026, 1, 1)


@pytest.fixture
def counter(shop: Shop) -> Shop:
    """A shop with two customers whose wallets are empty."""
    shop.customer("Ana")
    shop.customer("Bo")
    return shop


def posting(
    key: str, principal: int, bonus: int = 0, on: str = "2026-01-01", *, of: int = 1, **details: Any
) -> WalletPosting:
    usual: dict[str, Any] = {"kind": "pay" if principal < 0 or bonus < 0 else "top_up", "rule": "test", "inputs": {}}
    return WalletPosting(
        key=key, customer_id=of, principal_minor=principal, bonus_minor=bonus, on=date.fromisoformat(on),
        settings_version_id=1, **{**usual, **details},
    )  # fmt: skip


def post(shop: Shop, *asked: WalletPosting) -> list[Posted]:
    with shop.writing() as book:
        return wallet.post_many(book, asked)


def held(shop: Shop, as_of: str | None = None, of: int = 1) -> Balance:
    with shop.reading(as_of) as book:
        return wallet.balance(book, of)


def count(book: Book) -> int:
    return int(book.connection.scalar(select(func.count()).select_from(wallet_entry)) or 0)


def test_both_purses_are_sums_of_entries_as_of_any_day(counter: Shop) -> None:
    post(
        counter,
        posting("in", 10000, 2000),
        posting("out", -3000, -500, "2026-02-01"),
        posting("in again", 0, 100, "2026-03-01"),
        posting("of Bo", 700, of=2),
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
        (-10001, 5, {"held_minor": 10000, "needed_minor": 10001, "purse": "principal"}),
    ],
)
def test_no_purse_lends_to_the_other_or_to_anybody(
    counter: Shop, kind: str, principal: int, bonus: int, details: dict[str, object]
) -> None:
    post(counter, posting("in", 10000, 2000))
    with counter.writing() as book, pytest.raises(InsufficientBalance) as refusal:
        wallet.post(book, posting("out", principal, bonus, kind=kind))
    assert details.items() <= refusal.value.details.items()
    assert held(counter) == (10000, 2000)


def test_the_refusal_says_what_is_there_and_what_is_needed(counter: Shop) -> None:
    post(counter, posting("in", 10000, 2000))
    with counter.writing() as book, pytest.raises(InsufficientBalance) as refusal:
        wallet.post(book, posting("out", -12345))
    assert refusal.value.message == "C-0001 has 100.00 CNY of principal in the wallet; 123.45 are needed."
    assert refusal.value.next_step == "shopcrm wallet statement C-0001"


def test_the_last_cent_can_be_paid_out(counter: Shop) -> None:
    post(counter, posting("in", 10000, 2000), posting("out", -10000, -2000))
    assert held(counter) == (0, 0)


def test_a_debit_dated_before_the_last_entry_is_refused_and_one_of_its_day_is_not(counter: Shop) -> None:
    post(counter, posting("in", 100, on="2026-02-01"))
    with counter.writing() as book, pytest.raises(WalletEntryBeforeLast) as refusal:
        wallet.post(book, posting("out", -1, on="2026-01-31"))
    assert refusal.value.next_step == "shopcrm --as-of 2026-02-01 wallet statement C-0001"
    post(counter, posting("late", 50, on="2026-01-15"), posting("out", -150, on="2026-02-01"))
    assert held(counter, "2026-01-31") == (50, 0)


@pytest.mark.parametrize(
    "other",
    [
        posting("K", -11, receipt="R-1"),
        posting("K", -10, -1, receipt="R-1"),
        posting("K", -10, receipt="R-2"),
        posting("K", -10, receipt="R-1", of=2),
        posting("K", -10, receipt="R-1", kind="refund"),
        posting("K", -10, receipt="R-1", reason="because"),
    ],
    ids=["principal", "bonus", "receipt", "customer", "kind", "reason"],
)
def test_a_key_with_other_content_is_refused_and_posts_nothing(counter: Shop, other: WalletPosting) -> None:
    post(counter, posting("E", 100, 100), posting("E2", 100, 100, of=2), posting("K", -10, receipt="R-1"))
    with counter.writing() as book:
        before = count(book)
        with pytest.raises(KeyReused) as refusal:
            wallet.post(book, other)
        assert count(book) == before
    assert refusal.value.message == (
        "K was posted on 2026-01-01 already, with -0.10 CNY of principal and 0.00 of bonus for C-0001."
    )


def test_a_retry_is_answered_with_the_first_posting_even_when_the_money_is_gone(counter: Shop) -> None:
    post(counter, posting("E", 100))
    (first,) = post(counter, posting("K", -100, reason="cash back"))
    (again,) = post(counter, posting("K", -100, on="2026-01-02", reason="cash back"))
    assert again == Posted(first.entry_id, -100, 0, JANUARY, True)
    one, other = post(counter, posting("twice", 5), posting("twice", 5))
    assert (other.entry_id, other.is_repeat, held(counter)) == (one.entry_id, True, (5, 0))


def test_one_refusal_posts_nothing_of_the_rest(counter: Shop) -> None:
    with counter.writing() as book:
        with pytest.raises(InsufficientBalance):
            wallet.post_many(book, [posting("a", 10, reason="gift"), posting("b", -11)])
        assert (count(book), book.connection.execute(select(note)).all()) == (0, [])


def test_a_reason_is_kept_apart_from_the_entry_that_cites_it(counter: Shop) -> None:
    post(counter, posting("a", 1), posting("b", 1, reason="Ana told me so"), posting("c", 2, reason="And Bo"))
    rows = counter.rows("SELECT e.key, n.text FROM wallet_entry e LEFT JOIN note n ON n.id = e.reason_id ORDER BY e.id")
    assert rows == [("a", None), ("b", "Ana told me so"), ("c", "And Bo")]


@pytest.mark.parametrize("statement", ["UPDATE wallet_entry SET principal_minor = 1", "DELETE FROM wallet_entry"])
def test_the_database_itself_refuses_to_change_it(counter: Shop, statement: str) -> None:
    post(counter, posting("in", 100))
    with closing(sqlite3.connect(counter.path)) as outsider, pytest.raises(sqlite3.IntegrityError, match="only grows"):
        outsider.execute(statement)


def test_an_entry_that_moves_nothing_is_none(counter: Shop) -> None:
    with counter.writing() as book, pytest.raises(IntegrityError, match="money_moved"):
        wallet.post(book, posting("nothing", 0, 0))


@pytest.mark.parametrize(
    ("entry", "finding"),
    [
        (
            ("pay", -101, 0, "2026-01-02", None),
            "the wallet of C-0001 held -0.01 of principal and 0.50 of bonus on 2026-01-02",
        ),
        (
            ("pay", 0, -1, "2025-12-31", None),
            "the wallet of C-0001 held 0.00 of principal and -0.01 of bonus on 2025-12-31",
        ),
        (("reverse", -99, -50, "2026-01-02", 1), "entry 2 of a wallet does not take back entry 1, whole and once"),
    ],
)
def test_whoever_writes_past_the_gatekeeper_is_found_out(
    counter: Shop, entry: tuple[object, ...], finding: str
) -> None:
    post(counter, posting("in", 100, 50))
    with closing(sqlite3.connect(counter.path)) as outsider:
        outsider.execute(
            'INSERT INTO wallet_entry (kind, principal_minor, bonus_minor, "on", reverses_id, key, customer_id,'
            " posted_at, by, rule, inputs, settings_version_id)"
            " VALUES (?, ?, ?, ?, ?, 'x', 1, '2026-01-01 00:00:00', '', '', '{}', 1)",
            entry,
        )
        outsider.commit()
    with counter.reading() as book:
        assert list(wallet.broken_laws(book)) == [finding]


def test_what_is_taken_back_is_taken_back_whole_and_once(counter: Shop) -> None:
    (first,) = post(counter, posting("in", 100, 50))
    back = posting("back", -100, -50, kind="reverse", reverses_id=first.entry_id)
    post(counter, back)
    assert held(counter) == (0, 0)
    post(counter, posting("more", 100, 50))
    with counter.writing() as book, pytest.raises(AssertionError, match="whole and once"):
        wallet.post(book, back._replace(key="back again"))


def test_a_wallet_that_is_sound_is_part_of_a_sound_book(counter: Shop) -> None:
    post(counter, posting("in", 100, 50), posting("out", -100, -50))
    assert ("no wallet was ever below zero", 2) in {(proof.law, proof.rows) for proof in counter.check().items}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from([1, 2]), st.integers(-60, 60), st.integers(-60, 60), st.integers(1, 28)), max_size=12
    )
)
def test_whatever_is_asked_the_wallet_agrees_with_plain_integers(
    counter: Shop, asked: list[tuple[int, int, int, int]]
) -> None:
    model: dict[int, list[tuple[int, int, int]]] = {1: [], 2: []}
    with counter.writing() as book:
        savepoint = book.connection.begin_nested()
        for number, (of, principal, bonus, day) in enumerate(asked):
            if not (principal or bonus):
                continue
            entries = model[of]
            has = [sum(entry[place] for entry in entries) for place in (0, 1)]
            is_short = (principal < 0 and has[0] + principal < 0) or (bonus < 0 and has[1] + bonus < 0)
            is_early = (principal < 0 or bonus < 0) and day < max((entry[2] for entry in entries), default=0)
            wanted = posting(f"k{number}", principal, bonus, f"2026-01-{day:02}", of=of)
            if is_early or is_short:
                with pytest.raises(WalletEntryBeforeLast if is_early else InsufficientBalance):
                    wallet.post(book, wanted)
            else:
                wallet.post(book, wanted)
                entries.append((principal, bonus, day))
        for of, entries in model.items():
            assert wallet.balance(book, of) == tuple(sum(entry[place] for entry in entries) for place in (0, 1))
        assert list(wallet.broken_laws(book)) == []
        savepoint.rollback()


def test_more_wallets_than_one_statement_takes(shop: Shop) -> None:
    many = 950
    with shop.writing() as book:
        customers = [(n, f"C-{n:04d}") for n in range(1, many + 1)]
        book.connection.exec_driver_sql("INSERT INTO customer (id, code) VALUES (?, ?)", customers)
        wallet.post_many(book, [posting(f"e{n}", n, of=n) for n, _ in customers])
        wallet.post_many(book, [posting(f"s{n}", -n, of=n) for n, _ in customers])
        again = wallet.post_many(book, [posting(f"s{n}", -n, of=n) for n, _ in customers])
        assert all(answer.is_repeat for answer in again)
        assert count(book) == 2 * many
