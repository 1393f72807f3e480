"""Refunds dated after the points of their sale ended unspent: nobody owes what could not have been spent any more."""

from collections.abc import Sequence

import pytest

from shop import Person, Shop
from shopcrm.features import sales
from shopcrm.features.points import expiry, simulating

ENDED = "2026-02-05"  # the day after the last of what was earned on 5 January


@pytest.fixture
def ana(shop: Shop) -> Person:
    """Ana bought R-1 for 100.00 on 5 January; its points last 30 days."""
    shop.set("points.expiry", "30 days", as_of="2025-01-01")
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-01-05", number="R-1")
    shop.accrue("2026-01-05")
    return ana


def moved(ana: Person) -> list[tuple[str, int, str]]:
    return [(line.kind, line.points, str(line.on)) for line in ana.statement().items]


def balances(ana: Person, *days: str) -> list[int]:
    return [ana.statement(day).balance_points for day in days]


def give_back(shop: Shop, amount: str, on: str, of: str = "R-1") -> None:
    shop.take_in([shop.receipt(f"-{amount}", on, name="Ana", of=of)])


def sweep(shop: Shop, *nights: str) -> None:
    for night in nights:
        shop.accrue(night)
        with shop.writing(night) as book:
            expiry.expire(book)
        assert shop.accrue(night).entries == 0


def lapsed(shop: Shop) -> list[int]:
    return [row[0] for row in shop.rows("SELECT points FROM points_waiver WHERE policy = 'lapse' ORDER BY id")]


@pytest.mark.parametrize("nights", [[ENDED], []], ids=["swept", "not swept"])
@pytest.mark.parametrize(
    ("spent", "refunds", "let_go", "owed"),
    [
        (0, ["100.00"], [100], 0),
        (0, ["30.00", "70.00"], [30, 70], 0),
        (40, ["50.00"], [50], 0),  # of what had ended first, as of what is left elsewhere
        (40, ["100.00"], [60], 40),
        (40, ["50.00", "50.00"], [50, 10], 40),
        (100, ["100.00"], [], 100),
    ],
)
def test_what_ended_unspent_lapses_and_only_what_was_spent_is_owed(
    shop: Shop, ana: Person, nights: list[str], spent: int, refunds: list[str], let_go: list[int], owed: int
) -> None:
    if spent:
        ana.redeemed(spent, "R-9", on="2026-01-10")
    sweep(shop, *nights)
    for day, amount in enumerate(refunds, 1):
        give_back(shop, amount, f"2026-03-0{day}")

    sweep(shop, "2026-03-10", "2026-03-11")

    assert (lapsed(shop), balances(ana, "2026-02-05", "2026-03-11")) == (let_go, [0, -owed])
    shop.check()


@pytest.mark.parametrize(
    ("spent", "policy", "counted"),
    [
        (0, "owe", (0, 0, 0, 100)),
        (1, "owe", (1, 1, 0, 99)),
        (99, "owe", (1, 99, 0, 1)),
        (100, "clamp", (0, 0, 0, 100)),
    ],
)
def test_a_sweep_counts_what_it_took_and_what_it_let_go(
    shop: Shop, ana: Person, spent: int, policy: str, counted: tuple[int, int, int, int]
) -> None:
    shop.set("points.clawback", policy, as_of="2026-01-01")
    if spent:
        ana.redeemed(spent, "R-9", on="2026-01-10")
    give_back(shop, "100.00", "2026-03-01")

    swept = shop.accrue("2026-03-01")

    assert (swept.entries, swept.reversed_points, swept.returned_points, swept.waived_points) == counted
    shop.check()


def test_the_last_good_day_is_in_time(shop: Shop, ana: Person) -> None:
    give_back(shop, "60.00", "2026-02-04")

    sweep(shop, "2026-03-01")

    assert lapsed(shop) == []
    assert ("reverse", -60, "2026-02-04") in moved(ana)
    assert balances(ana, "2026-02-03", "2026-02-04", "2026-02-05") == [100, 40, 0]


def test_points_of_other_sales_stay_where_its_own_had_ended(shop: Shop, ana: Person) -> None:
    ana.bought("70.00", on="2026-02-20", number="R-2")
    give_back(shop, "100.00", "2026-03-01")

    sweep(shop, "2026-03-01")

    assert balances(ana, "2026-03-01") == [70]
    shop.check()


@pytest.mark.parametrize("late", [False, True], ids=["every night", "one night"])
def test_missed_nights_lapse_what_every_night_would(shop: Shop, ana: Person, late: bool) -> None:
    ana.redeemed(40, "R-9", on="2026-01-10")
    for amount, on in (("20.00", "2026-02-03"), ("50.00", "2026-02-10"), ("30.00", "2026-02-12")):
        give_back(shop, amount, on)

    sweep(shop, *([] if late else [f"2026-02-{day:02}" for day in range(1, 20)]), "2026-02-20")

    assert (lapsed(shop), sorted(moved(ana))) == ([40], [
        ("earn", 100, "2026-01-05"), ("expire", -40, "2026-02-05"), ("redeem", -40, "2026-01-10"),
        ("reverse", -30, "2026-02-12"), ("reverse", -20, "2026-02-03"), ("reverse", -10, "2026-02-10"),
    ])  # fmt: skip
    assert balances(ana, "2026-02-02", "2026-02-03", "2026-02-05", "2026-02-10", "2026-02-12") == [60, 40, 0, -10, -40]
    shop.check()


@pytest.mark.parametrize("nights", [["2026-03-03"], ["2026-03-01", "2026-03-02", "2026-03-03"]], ids=["one", "every"])
def test_what_lapsed_before_lapses_no_second_time(shop: Shop, ana: Person, nights: list[str]) -> None:
    ana.redeemed(10, "R-9", on="2026-01-10")
    for day, amount in enumerate(("30.00", "30.00", "40.00"), 1):
        give_back(shop, amount, f"2026-03-0{day}")

    for night in nights:
        shop.accrue(night)

    assert (lapsed(shop), balances(ana, "2026-03-03")) == ([30, 30, 30], [-10])
    shop.check()


def test_a_sale_and_its_late_refund_that_come_in_together_owe_nothing(shop: Shop, ana: Person) -> None:
    ana.bought("50.00", on="2026-01-06", number="R-2")
    give_back(shop, "50.00", "2026-03-01", of="R-2")

    sweep(shop, "2026-03-02")

    assert (lapsed(shop), balances(ana, "2026-03-02")) == ([50], [0])
    shop.check()


def test_a_refund_of_a_sale_that_earned_twice_lapses_no_more_than_it_takes(shop: Shop, ana: Person) -> None:
    ana.bought("150.00", on="2026-01-05", number="R-1")  # the till says by now that it was more
    shop.accrue("2026-01-06")
    assert balances(ana, "2026-01-06") == [150]
    give_back(shop, "120.00", "2026-03-01")

    sweep(shop, "2026-03-01")

    assert (lapsed(shop), balances(ana, "2026-02-04", "2026-02-05", "2026-03-01")) == ([100, 20], [150, 0, 0])
    shop.check()


@pytest.mark.parametrize(
    ("policy", "rows"), [("clamp", [("lapse", 60), ("clamp", 40)]), ("charge", [("lapse", 60), ("charge", 40)])]
)
def test_what_had_ended_is_neither_clamped_nor_charged(
    shop: Shop, ana: Person, policy: str, rows: Sequence[tuple[str, int]]
) -> None:
    shop.set("points.clawback", policy, as_of="2026-01-01")
    ana.redeemed(40, "R-9", on="2026-01-10")
    give_back(shop, "100.00", "2026-03-01")

    sweep(shop, "2026-03-01", "2026-03-02")

    assert (shop.rows("SELECT policy, points FROM points_waiver"), balances(ana, "2026-03-02")) == (rows, [0])
    shop.check()


def test_what_lapsed_with_a_refund_that_is_withdrawn_lapses_with_the_next(shop: Shop, ana: Person) -> None:
    give_back(shop, "100.00", "2026-03-01")
    sweep(shop, "2026-03-01")
    with shop.writing("2026-03-02") as book:
        sales.withdraw(book, sales.Asked("R-2", kind="refund"), reason="mistaken")
    sweep(shop, "2026-03-02")
    assert balances(ana, "2026-03-02") == [0]
    give_back(shop, "100.00", "2026-03-03")

    sweep(shop, "2026-03-03")

    assert (lapsed(shop), balances(ana, "2026-03-03")) == ([100, 100], [0])
    shop.check()


def test_a_simulation_lets_lapse_what_the_book_let_lapse(shop: Shop, ana: Person) -> None:
    ana.redeemed(40, "R-9", on="2026-01-10")
    give_back(shop, "50.00", "2026-03-01")
    give_back(shop, "50.00", "2026-03-02")
    sweep(shop, "2026-03-02")

    with shop.reading("2026-03-02") as book:
        (in_force, *_others) = simulating.simulate(book, {"points.rate": "1"}).items

    found = (in_force.taken_back_points, in_force.expired_points, in_force.outstanding_points)
    assert found == (40, 60, -40)
