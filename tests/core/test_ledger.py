"""The points ledger: it only grows, it adds up, and nobody spends a point twice."""

import os
from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import select

from core.ledger_machine import LedgerMachine, rows
from core.postings import posting
from shop import Shop
from shopcrm.core import ledger
from shopcrm.core.errors import EntryBeforeLast, InsufficientPoints, KeyReused, PendingPoints
from shopcrm.core.ledger import Posting
from shopcrm.core.schema.house import note
from shopcrm.core.schema.points import points_draw, points_entry

IS_SOAK = bool(os.environ.get("SHOPCRM_SOAK"))
RUNS, STEPS = (40, 50) if IS_SOAK else (8, 25)


@pytest.fixture
def counter(shop: Shop) -> Shop:
    """A shop with two customers, who have bought once each and have no points yet."""
    shop.customer("Ana").bought("10", on="2026-01-01")
    shop.customer("Bo").bought("10", on="2026-01-01")
    return shop


def post(shop: Shop, *asked: Posting) -> list[ledger.Posted]:
    with shop.writing() as book:
        return ledger.post_many(book, asked)


def lots_left(shop: Shop, as_of: str | None = None) -> list[tuple[str, int]]:
    """(day earned, points left) of Ana's lots, in the order they are spent."""
    with shop.reading(as_of) as book:
        return [(str(lot.earned_on), lot.left) for lot in ledger.open_lots(book, 1)]


def balance(shop: Shop, as_of: str | None = None) -> ledger.Balance:
    with shop.reading(as_of) as book:
        return ledger.balance(book, 1)


@pytest.mark.soak
def test_the_ledger_agrees_with_plain_integers_whatever_is_posted() -> None:
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not IS_SOAK,
            phases=set(Phase) if IS_SOAK else {Phase.generate},  # shrinking a failure takes minutes
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


def test_what_expires_soonest_is_spent_first_and_what_never_expires_last(counter: Shop) -> None:
    post(
        counter,
        posting("never", 100, "2026-01-01"),
        posting("late", 100, "2026-01-02", expires_on="2026-12-31"),
        posting("soon", 100, "2026-01-03", expires_on="2026-07-31"),
        posting("soon too", 100, "2026-01-04", expires_on="2026-07-31"),
    )
    assert [on for on, _ in lots_left(counter)] == ["2026-01-03", "2026-01-04", "2026-01-02", "2026-01-01"]
    post(counter, posting("spent", -250, "2026-06-30"))
    assert lots_left(counter) == [("2026-01-02", 50), ("2026-01-01", 100)]


@pytest.mark.parametrize(
    ("on", "spendable"), [("2026-01-07", 0), ("2026-01-08", 100), ("2026-01-31", 100), ("2026-02-01", 0)]
)
def test_points_can_be_spent_from_their_first_day_through_their_last(counter: Shop, on: str, spendable: int) -> None:
    post(counter, posting("lot", 100, "2026-01-01", available_on="2026-01-08", expires_on="2026-01-31"))
    assert balance(counter, on).spendable_points == spendable
    with counter.writing(on) as book:
        if spendable:
            ledger.post(book, posting("spent", -100, on))
        else:
            with pytest.raises(InsufficientPoints):
                ledger.post(book, posting("spent", -1, on))


def test_pending_points_are_refused_with_the_day_they_come_free(counter: Shop) -> None:
    post(
        counter,
        posting("free", 30, "2026-01-01"),
        posting("pending", 70, "2026-01-02", available_on="2026-01-09"),
    )
    with counter.writing() as book, pytest.raises(PendingPoints) as refusal:
        ledger.post(book, posting("spent", -31, "2026-01-03"))
    assert refusal.value.details == {
        "customer": "C-0001",
        "spendable_points": 30,
        "needed_points": 31,
        "pending_points": 70,
        "frees_on": date(2026, 1, 9),
    }
    assert refusal.value.message == ("C-0001 has 30 points to spend and 70 pending until 2026-01-09; 31 are needed.")
    post(counter, posting("spent", -100, "2026-01-09"))
    assert balance(counter).balance_points == 0


def test_what_comes_free_on_the_day_itself_is_not_pending_any_more(counter: Shop) -> None:
    post(counter, posting("free", 100, "2026-01-02", available_on="2026-01-09"))
    with counter.writing() as book, pytest.raises(InsufficientPoints) as refusal:
        ledger.post(book, posting("spent", -101, "2026-01-09"))
    assert not isinstance(refusal.value, PendingPoints)


def test_a_reversal_takes_first_what_its_own_sale_earned(counter: Shop) -> None:
    post(
        counter,
        posting("other", 100, "2026-01-01", expires_on="2026-12-31"),
        posting("own", 100, "2026-01-02", sale_id=1),
        posting("back", -60, "2026-01-03", kind="reverse", sale_id=1),
    )
    assert lots_left(counter) == [("2026-01-01", 100), ("2026-01-02", 40)]


def test_a_reversal_may_go_below_zero_and_the_next_credits_pay_that_first(counter: Shop) -> None:
    post(
        counter,
        posting("earned", 100, "2026-01-01"),
        posting("spent", -90, "2026-01-02"),
        posting("back", -100, "2026-01-03", kind="reverse"),
    )
    assert balance(counter).balance_points == -90
    assert balance(counter).spendable_points == 0
    with counter.writing() as book, pytest.raises(InsufficientPoints) as refusal:
        ledger.post(book, posting("more", -1, "2026-01-03"))
    assert refusal.value.message == "C-0001 has -90 points; 1 is needed."
    post(counter, posting("next", 60, "2026-01-04"))
    assert (balance(counter).balance_points, lots_left(counter)) == (-30, [])
    post(counter, posting("after", 60, "2026-01-05"))
    assert (balance(counter).balance_points, lots_left(counter)) == (30, [("2026-01-05", 30)])


@pytest.mark.parametrize("kind", ["redeem", "adjust", "donate", "transfer", "expire"])
def test_nothing_but_a_reversal_goes_below_zero(counter: Shop, kind: str) -> None:
    post(counter, posting("earned", 10, "2026-01-01"))
    with counter.writing() as book, pytest.raises(InsufficientPoints):
        ledger.post(book, posting("more", -11, "2026-01-02", kind=kind))
    assert balance(counter).balance_points == 10


def test_a_reversal_leaves_dead_points_alone_as_if_the_sweep_had_run(counter: Shop) -> None:
    """Else the shop would be paid back in points that are worth nothing any more."""
    post(
        counter,
        posting("dead", 100, "2026-01-01", expires_on="2026-01-31"),
        posting("alive", 100, "2026-01-01"),
        posting("back", -30, "2026-02-05", kind="reverse"),
    )
    assert balance(counter, "2026-02-05").balance_points == 70


def test_what_lay_past_its_last_day_counts_no_more_swept_or_not(counter: Shop) -> None:
    post(
        counter,
        posting("dead", 100, "2026-01-01", expires_on="2026-01-31"),
        posting("alive", 20, "2026-01-01"),
    )
    assert balance(counter, "2026-01-31").balance_points == 120
    assert balance(counter, "2026-02-01").balance_points == 20
    for day, points in (("2026-01-31", 120), ("2026-02-01", 20)):
        with counter.reading(day) as book:
            assert ledger.outstanding_points(book) == points


def test_what_is_read_as_of_a_day_knows_nothing_of_later_days(counter: Shop) -> None:
    post(
        counter,
        posting("earned", 100, "2026-01-01"),
        posting("spent", -40, "2026-02-01"),
        posting("more", 5, "2026-03-01"),
    )
    assert [balance(counter, day).balance_points for day in ("2025-12-31", "2026-01-31", "2026-02-28")] == [0, 100, 60]
    assert lots_left(counter, "2026-01-31") == [("2026-01-01", 100)]
    assert lots_left(counter, "2025-12-31") == []


def test_a_debit_dated_before_the_last_entry_is_refused_and_one_of_its_day_is_not(counter: Shop) -> None:
    post(counter, posting("earned", 100, "2026-01-01"), posting("later", 1, "2026-02-01"))
    with counter.writing() as book, pytest.raises(EntryBeforeLast) as refusal:
        ledger.post(book, posting("spent", -1, "2026-01-31"))
    assert refusal.value.details["last_on"] == date(2026, 2, 1)
    post(counter, posting("spent", -1, "2026-02-01"))
    post(counter, posting("of somebody else", 5, "2026-01-05", of=2), posting("spent too", -5, "2026-01-06", of=2))


def test_within_one_sweep_a_debit_before_an_earlier_posting_is_refused_too(counter: Shop) -> None:
    with counter.writing() as book, pytest.raises(EntryBeforeLast):
        ledger.post_many(book, [posting("earned", 100, "2026-02-01"), posting("spent", -1, "2026-01-31")])


@pytest.mark.parametrize(
    "other",
    [
        posting("K", -11, "2026-01-02", receipt="R-1"),
        posting("K", 10, "2026-01-02", receipt="R-1"),
        posting("K", -10, "2026-01-02", receipt="R-2"),
        posting("K", -10, "2026-01-02"),
        posting("K", -10, "2026-01-02", receipt="R-1", of=2),
        posting("K", -10, "2026-01-02", receipt="R-1", kind="adjust"),
    ],
    ids=["points", "sign", "receipt", "no receipt", "customer", "kind"],
)
def test_a_key_with_other_content_is_refused_and_posts_nothing(counter: Shop, other: Posting) -> None:
    post(counter, posting("E", 100, "2026-01-01"), posting("E2", 100, "2026-01-01", of=2))
    post(counter, posting("K", -10, "2026-01-02", receipt="R-1"))
    with counter.writing() as book:
        before = rows(book)
        with pytest.raises(KeyReused) as refusal:
            ledger.post(book, other)
        assert rows(book) == before
    assert refusal.value.message == "R-1 was redeemed on 2026-01-02 already, with 10 points for C-0001."


def test_a_retry_after_midnight_is_answered_with_the_first_posting(counter: Shop) -> None:
    post(counter, posting("E", 100, "2026-01-01"))
    (first,) = post(counter, posting("K", -10, "2026-01-01"))
    (again,) = post(counter, posting("K", -10, "2026-01-02"))
    assert again == ledger.Posted(first.entry_id, -10, date(2026, 1, 1), True)
    assert balance(counter).balance_points == 90


def test_a_retry_is_answered_even_when_the_points_are_gone_by_now(counter: Shop) -> None:
    post(counter, posting("E", 100, "2026-01-01"), posting("K", -100, "2026-01-01"))
    (again,) = post(counter, posting("K", -100, "2026-01-01"))
    assert again.is_repeat


def test_the_same_key_twice_in_one_sweep_is_one_event(counter: Shop) -> None:
    first, again = post(counter, posting("K", 10, "2026-01-01"), posting("K", 10, "2026-01-01"))
    assert (again.entry_id, again.is_repeat) == (first.entry_id, True)
    assert balance(counter).balance_points == 10


def test_a_sweep_with_one_refusal_posts_nothing_of_it(counter: Shop) -> None:
    with counter.writing() as book:
        before = rows(book)
        with pytest.raises(InsufficientPoints):
            ledger.post_many(book, [posting("a", 10, "2026-01-01"), posting("b", -11, "2026-01-01")])
        assert rows(book) == before


def test_a_refused_posting_does_not_leave_its_reason_behind(counter: Shop) -> None:
    with counter.writing() as book:
        with pytest.raises(InsufficientPoints):
            ledger.post(book, posting("a", -1, "2026-01-01", kind="adjust", reason="Ana told me so"))
        assert book.connection.execute(select(note)).all() == []


def test_a_reason_is_kept_apart_from_the_entry_that_cites_it(counter: Shop) -> None:
    post(counter, posting("a", 1, "2026-01-01", kind="adjust", reason="Ana told me so"))
    with counter.reading() as book:
        (entry,) = book.connection.execute(select(points_entry)).all()
        (kept,) = book.connection.execute(select(note)).all()
    assert (entry.reason_id, kept.text) == (kept.id, "Ana told me so")
    assert "Ana told me so" not in {str(value) for value in entry}


def test_of_several_reasons_each_is_cited_by_its_own_entry(counter: Shop) -> None:
    reasons = {"a": "Ana told me so", "b": "Bo told me so", "c": "nobody did"}
    first, *others = (posting(key, 1, "2026-01-01", kind="adjust", reason=text) for key, text in reasons.items())
    post(counter, first)
    post(counter, *others)
    cited = "SELECT key, text FROM points_entry JOIN note ON note.id = reason_id"
    assert dict(counter.rows(cited)) == reasons


def test_one_sweep_gives_what_the_same_postings_one_by_one_give(counter: Shop) -> None:
    asked = [
        posting("a", 50, "2026-01-01"),
        posting("b", -20, "2026-01-02"),
        posting("c", -60, "2026-01-03", kind="reverse"),
        posting("d", 100, "2026-01-04", of=2),
        posting("e", 25, "2026-01-05"),
        posting("f", 20, "2026-01-05"),
        posting("g", -15, "2026-01-06"),
    ]
    drawn = select(points_draw).order_by(points_draw.c.entry_id, points_draw.c.lot_id)
    outcomes = []
    for steps in ([asked], [[one] for one in asked]):
        with counter.writing() as book:
            savepoint = book.connection.begin_nested()
            for step in steps:
                ledger.post_many(book, step)
            outcomes.append(
                (ledger.balance(book, 1), ledger.balance(book, 2), book.connection.execute(drawn).all(), rows(book))
            )
            savepoint.rollback()
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0].balance_points == 0


def test_a_sweep_over_more_customers_than_one_statement_takes_posts_them_all(shop: Shop) -> None:
    many = 950
    with shop.writing() as book:
        customers = [(n, f"C-{n:04d}") for n in range(1, many + 1)]
        book.connection.exec_driver_sql("INSERT INTO customer (id, code) VALUES (?, ?)", customers)
        ledger.post_many(book, [posting(f"e{n}", n, "2026-01-01", of=n) for n, _ in customers])
        ledger.post_many(book, [posting(f"s{n}", -n, "2026-01-02", of=n) for n, _ in customers])
        again = ledger.post_many(book, [posting(f"s{n}", -n, "2026-01-03", of=n) for n, _ in customers])
    assert all(answer.is_repeat for answer in again)
    with shop.reading() as book:
        assert ledger.outstanding_points(book) == 0
        assert rows(book) == [2 * many, many, many]
        assert list(ledger.broken_laws(book)) == []


def test_balances_of_several_are_those_of_the_day_and_a_lot_counts_through_its_last(counter: Shop) -> None:
    ends = date(2026, 3, 31)
    first = posting("a", 10, kind="adjust", on=date(2026, 3, 1), expires_on=ends)
    post(counter, first, posting("b", 5, kind="adjust", on=date(2026, 3, 10)))
    post(counter, posting("c", 7, kind="adjust", on=date(2026, 3, 2), of=2, expires_on=ends))
    expected = {"2026-03-09": {1: 10, 2: 7}, "2026-03-31": {1: 15, 2: 7}, "2026-04-01": {1: 5, 2: 0}}
    for day, balances in expected.items():
        with counter.reading(day) as book:
            assert ledger.balances(book, [1, 2]) == balances


def test_balances_of_several_count_what_one_of_them_owes(counter: Shop) -> None:
    post(
        counter,
        posting("earned", 100, "2026-01-01"),
        posting("spent", -90, "2026-01-02"),
        posting("back", -100, "2026-01-03", kind="reverse"),
        posting("of somebody else", 7, "2026-01-01", of=2),
    )
    with counter.reading() as book:
        assert ledger.balances(book, [1, 2]) == {1: -90, 2: 7}


def test_the_end_of_a_lot_is_posted_under_a_key_that_names_it(counter: Shop) -> None:
    post(counter, posting("a", 10, kind="adjust", on=date(2026, 3, 1), expires_on=date(2026, 3, 31)))
    with counter.writing("2026-04-02") as book:
        ledger.expire_lots(book)
        keys = select(points_entry.c.key, points_entry.c.on).order_by(points_entry.c.id)
        assert [tuple(row) for row in book.connection.execute(keys)] == [
            ("a", date(2026, 3, 1)), ("expire:lot:1", date(2026, 4, 1)),
        ]  # fmt: skip
