"""Points: what a sale earns to the point, what a refund takes back, and what a statement says."""

from datetime import date

import pytest

from shop import Shop


@pytest.mark.parametrize(
    ("rate", "amount", "earned"),
    [
        ("1", "42.50", 42),
        ("1", "42.99", 42),
        ("1", "0.99", 0),
        ("1", "1.00", 1),
        ("2", "42.50", 85),
        ("1/10", "42.50", 4),
        ("1/10", "49.99", 4),
        ("1/10", "50.00", 5),
        ("1/3", "100.00", 33),
        ("1/3", "0.03", 0),
        ("0.1", "0.29", 0),
        ("0.7", "10.00", 7),  # 0.7 * 10 is 7 in fractions and 6.999… in floats
        ("1.1", "100.00", 110),
        ("0.29", "100.00", 29),
        ("0", "100.00", 0),
    ],
)
def test_a_sale_earns_its_net_amount_times_the_rate_rounded_down(
    shop: Shop, rate: str, amount: str, earned: int
) -> None:
    shop.set("points.rate", rate, as_of="2025-01-01")
    fang = shop.customer("Fang")
    fang.bought(amount, on="2026-01-05")

    accrued = shop.accrue()

    assert (accrued.earned_points, accrued.reversed_points) == (earned, 0)
    assert fang.statement().balance_points == earned


def test_points_are_posted_on_the_day_of_the_sale_and_say_when_they_were_posted(shop: Shop) -> None:
    fang = shop.customer("Fang")
    fang.bought("10.00", on="2026-01-05", number="R-7")
    shop.accrue()

    (line,) = fang.statement().items

    assert (line.on, line.posted_on, line.kind, line.receipt) == (date(2026, 1, 5), date(2026, 6, 30), "earn", "R-7")


def test_a_second_sweep_posts_nothing(shop: Shop) -> None:
    fang = shop.customer("Fang")
    fang.bought("10.00", on="2026-01-05")

    assert [shop.accrue().entries for _night in range(3)] == [1, 0, 0]
    assert shop.accrue(as_of="2026-07-31").entries == 0
    assert shop.rows("SELECT count(*) FROM audit WHERE command = 'test' AND change LIKE '%entries%'") == [(1,)]


def test_a_sweep_leaves_alone_what_lies_after_its_day(shop: Shop) -> None:
    fang = shop.customer("Fang")
    fang.bought("10.00", on="2026-01-05")
    fang.bought("20.00", on="2026-01-06")

    assert shop.accrue(as_of="2026-01-04").entries == 0
    assert shop.accrue(as_of="2026-01-05").earned_points == 10
    assert shop.accrue(as_of="2026-01-06").earned_points == 20


def test_a_walk_in_earns_nothing(shop: Shop) -> None:
    shop.take_in([shop.receipt("10.00", "2026-01-05")])

    assert shop.accrue().entries == 0


def test_a_rate_holds_from_its_day_on_and_never_for_what_came_before(shop: Shop) -> None:
    fang = shop.customer("Fang")
    shop.set("points.rate", "3", as_of="2026-02-01")
    fang.bought("10.00", on="2026-01-31")
    fang.bought("10.00", on="2026-02-01")
    shop.accrue()

    assert [(str(line.on), line.points) for line in fang.statement().items] == [("2026-01-31", 10), ("2026-02-01", 30)]


def test_a_refund_goes_by_what_its_sale_earned_and_not_by_the_rate_of_its_own_day(shop: Shop) -> None:
    fang = shop.customer("Fang")
    shop.set("points.rate", "3", as_of="2026-02-01")
    sold = fang.bought("10.00", on="2026-01-31")
    fang.returned("5.00", on="2026-02-02", of=sold)
    shop.accrue()

    assert [line.points for line in fang.statement().items] == [10, -5]


def test_a_sale_that_changes_keeps_the_rate_of_its_day(shop: Shop) -> None:
    fang = shop.customer("Fang")
    sold = fang.bought("10.00", on="2026-01-31")
    shop.accrue()
    shop.set("points.rate", "3", as_of="2026-02-01")

    shop.take_in([sold._replace(net_minor=1500, lines=(sold.lines[0]._replace(net_minor=1500),))])
    shop.accrue()

    assert [line.points for line in fang.statement().items] == [10, 5]


@pytest.mark.parametrize(
    ("first", "then"),
    [("2999.99", (100, 100)), ("3000.00", (100, 200)), ("3000.01", (100, 200)), ("8000.00", (100, 200))],
)
def test_gold_doubles_points_from_the_day_after_its_threshold(
    boutique: Shop, first: str, then: tuple[int, int]
) -> None:
    fang = boutique.customer("Fang")
    fang.bought(first, on="2026-01-05")
    fang.bought("100.00", on="2026-01-05")
    if first == "2999.99":  # the second sale of the day would reach gold by itself
        fang.returned("100.00", on="2026-01-05")
    fang.bought("100.00", on="2026-01-06")
    boutique.accrue()

    earned = [line.points for line in fang.statement().items if line.points in (100, 200)]
    assert tuple(earned) == then


def test_points_do_not_wait_for_the_tier_sweep(boutique: Shop) -> None:
    fang = boutique.customer("Fang")
    fang.bought("3000.00", on="2026-01-05")
    fang.bought("100.00", on="2026-01-06")

    boutique.accrue()

    assert [line.points for line in fang.statement().items] == [3000, 200]


def test_a_statement_is_as_of_its_day(shop: Shop) -> None:
    fang = shop.customer("Fang")
    for day, amount in (("2026-01-05", "10.00"), ("2026-02-05", "20.00"), ("2026-03-05", "30.00")):
        fang.bought(amount, on=day)
    shop.accrue()
    fang.redeemed(25, "R-100", on="2026-03-06")

    balances = {day: fang.statement(as_of=day).balance_points for day in ("2026-01-04", "2026-01-05", "2026-02-28")}
    assert balances == {"2026-01-04": 0, "2026-01-05": 10, "2026-02-28": 30}
    assert fang.statement(as_of="2026-03-05").balance_points == 60
    assert fang.statement().balance_points == 35
    assert [lot.left for lot in fang.statement(as_of="2026-03-05").lots] == [10, 20, 30]
    assert [lot.left for lot in fang.statement().lots] == [5, 30]


def test_a_statement_shows_the_balance_after_every_entry_and_what_it_is_worth(boutique: Shop) -> None:
    fang = boutique.customer("Fang", phone="13800138000")
    fang.bought("250.00", on="2026-01-05")
    boutique.accrue()
    fang.redeemed(100, "R-100", on="2026-01-12")
    fang.adjusted(9, on="2026-01-13")

    statement = fang.statement()

    assert [(line.kind, line.points, line.balance) for line in statement.items] == [
        ("earn", 250, 250),
        ("redeem", -100, 150),
        ("adjust", 9, 159),
    ]
    assert statement.items[2].reason == "test"
    assert statement.phone == "138****8000"
    assert statement.value_minor == 1590  # 100 points = 10.00, a tenth of a yuan each
