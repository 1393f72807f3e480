"""Points that change hands: both books move or neither, nothing pending goes, and no point gets a longer life."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.postings import posting
from shop import TODAY, Person, Shop, open_shop
from shopcrm.core import ledger
from shopcrm.core.errors import (
    CustomerUnknown,
    EntryBeforeLast,
    InsufficientPoints,
    KeyReused,
    PendingPoints,
    PointsNotPositive,
    TransferToSelf,
)
from shopcrm.features.points import reversals, transfers
from soak import IS_SOAK


def gives(
    giver: Person, to: Person, number: int, key: str | None = None, on: str | None = None
) -> transfers.Transferred:
    with giver.shop.writing(on) as book:
        return transfers.transfer(book, giver.code, to.code, points=number, key=key)


def lots(person: Person, as_of: str | None = None) -> list[tuple[str, int]]:
    return [(str(lot.expires_on), lot.left) for lot in person.statement(as_of).lots]


def ana_and_bo(shop: Shop) -> tuple[Person, Person]:
    """Ana has 30 points until July, 50 until August and 20 for ever."""
    ana, bo = shop.customer("Ana"), shop.customer("Bo")
    with shop.writing("2026-06-01") as book:
        for number, last in ((50, "2026-08-31"), (30, "2026-07-31"), (20, None)):
            ledger.post(book, posting(f"come:{number}", number, "2026-06-01", expires_on=last))
    return ana, bo


def test_points_change_hands_and_keep_their_last_days(shop: Shop) -> None:
    ana, bo = ana_and_bo(shop)

    moved = gives(ana, bo, 60)

    assert (moved.points, moved.balance_points, moved.to, moved.to_balance_points) == (-60, 40, "C-0002", 60)
    assert lots(ana) == [("2026-08-31", 20), ("None", 20)]
    assert lots(bo) == [("2026-07-31", 30), ("2026-08-31", 30)]
    assert bo.statement().spendable_points == 60, "at once"
    assert (bo.statement("2026-08-31").spendable_points, bo.statement("2026-09-01").spendable_points) == (30, 0)
    assert [item.kind for item in (*ana.statement().items, *bo.statement().items)][-2:] == ["transfer", "transfer"]
    assert shop.check()


def test_a_transfer_with_a_key_happens_once_even_over_midnight(shop: Shop) -> None:
    ana, bo = ana_and_bo(shop)
    first = gives(ana, bo, 60, key="K")

    again, tomorrow = gives(ana, bo, 60, key="K"), gives(ana, bo, 60, key="K", on="2026-07-01")

    assert (first.is_repeat, again.is_repeat, tomorrow.is_repeat) == (False, True, True)
    assert (again.entry, again.to_entry) == (tomorrow.entry, tomorrow.to_entry) == (first.entry, first.to_entry)
    assert (ana.statement().balance_points, bo.statement().balance_points) == (40, 60)
    assert [gives(ana, bo, 5).to_balance_points for _ in range(2)] == [65, 70], "without a key each one counts"


@pytest.mark.parametrize("other", ["number", "receiver", "direction"])
def test_a_key_with_other_content_is_refused_and_nothing_moves(shop: Shop, other: str) -> None:
    ana, bo = ana_and_bo(shop)
    cleo = shop.customer("Cleo")
    gives(ana, bo, 10, key="K")

    with pytest.raises(KeyReused):
        match other:
            case "number":
                gives(ana, bo, 11, key="K")
            case "receiver":
                gives(ana, cleo, 10, key="K")
            case _:
                gives(bo, ana, 10, key="K")

    assert [person.statement().balance_points for person in (ana, bo, cleo)] == [90, 10, 0]


def test_pending_points_and_points_of_others_are_not_given(shop: Shop) -> None:
    ana, bo = shop.customer("Ana"), shop.customer("Bo")
    with shop.writing() as book:
        ledger.post(book, posting("late", 80, TODAY, available_on="2026-07-07"))
        ledger.post(book, posting("now", 10, TODAY))

    with pytest.raises(PendingPoints):
        gives(ana, bo, 11)
    with pytest.raises(InsufficientPoints):
        gives(bo, ana, 1)
    assert gives(ana, bo, 10).balance_points == 80
    assert gives(ana, bo, 80, on="2026-07-07").to_balance_points == 90
    assert shop.check()


def test_points_past_their_last_day_are_not_given_though_no_sweep_has_run(shop: Shop) -> None:
    ana, bo = ana_and_bo(shop)

    with pytest.raises(InsufficientPoints):
        gives(ana, bo, 71, on="2026-08-01")
    assert gives(ana, bo, 70, on="2026-08-01").to_balance_points == 70
    assert lots(bo, "2026-08-01") == [("2026-08-31", 50), ("None", 20)]


def test_a_transfer_is_not_dated_before_the_givers_last_entry(shop: Shop) -> None:
    ana, bo = ana_and_bo(shop)

    with pytest.raises(EntryBeforeLast):
        gives(ana, bo, 10, on="2026-05-31")


def test_nobody_gives_to_themselves_to_nobody_or_nothing(shop: Shop) -> None:
    ana, bo = ana_and_bo(shop)

    with pytest.raises(TransferToSelf):
        gives(ana, ana, 10)
    with pytest.raises(PointsNotPositive):
        gives(ana, bo, 0)
    with pytest.raises(PointsNotPositive):
        gives(ana, bo, -10)
    with pytest.raises(CustomerUnknown), shop.writing() as book:
        transfers.transfer(book, ana.code, "赵", points=10)
    assert ana.statement().balance_points == 100


def test_points_given_to_a_customer_who_owes_pay_that_first(shop: Shop) -> None:
    ana, bo = ana_and_bo(shop)
    with shop.writing() as book:
        ledger.post(book, posting("owed", -40, "2026-06-02", of=2, kind="reverse"))

    assert gives(ana, bo, 60).to_balance_points == 20
    assert lots(bo) == [("2026-08-31", 20)]
    assert shop.check()


@pytest.mark.soak
@settings(max_examples=60 if IS_SOAK else 6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    credits_=st.lists(st.tuples(st.integers(1, 99), st.integers(0, 3)), min_size=1, max_size=4),
    first=st.integers(1, 99),
    second=st.integers(1, 99),
)
def test_transfers_neither_make_nor_lose_a_point_and_taken_back_leave_no_trace_in_lots(
    tmp_path_factory: pytest.TempPathFactory, credits_: list[tuple[int, int]], first: int, second: int
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("shop"))
    ana, bo = shop.customer("Ana"), shop.customer("Bo")
    with shop.writing("2026-06-01") as book:
        for number, (points, months) in enumerate(credits_):
            last = TODAY + timedelta(days=30 * months) if months else None
            ledger.post(book, posting(f"come:{number}", points, date(2026, 6, 1), expires_on=last))
    before, held = lots(ana), sum(points for points, _ in credits_)
    made = []
    for giver, to, number in ((ana, bo, min(first, held)), (bo, ana, min(second, first, held))):
        made.append(gives(giver, to, number).entry)
        assert sum(left for person in (ana, bo) for _, left in lots(person)) == held
        assert _by_day(lots(ana) + lots(bo)) == _by_day(before), "no point lives longer"
    with shop.writing() as book:
        for entry in reversed(made):
            reversals.reverse(book, entry, reason="both changed their minds")

    assert lots(ana) == before
    assert lots(bo) == []
    assert shop.check()


def _by_day(held: list[tuple[str, int]]) -> dict[str, int]:
    days = {last for last, _ in held}
    return {day: sum(left for last, left in held if last == day) for day in days}
