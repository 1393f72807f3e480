"""Points that pay for a receipt: as many as an amount is worth, never more than the shop's share of it."""

from typing import Any

import pytest

from shop import Person, Shop
from shopcrm.core.errors import (
    AmountTooSmall,
    AmountUnreadable,
    BelowMinimum,
    NotAStep,
    OverShare,
    PointsWorthless,
    UsageWrong,
)
from shopcrm.features.points import counter
from shopcrm.features.points.moved import Moved

SINCE = "2025-01-01"


def pays(person: Person, receipt: str = "R-100", on: str | None = None, **asked: Any) -> Moved:
    with person.shop.writing(on) as book:
        return counter.redeem(book, person.code, receipt=receipt, **asked)


def with_points(shop: Shop, number: int = 1000) -> Person:
    fang = shop.customer("Fang")
    fang.adjusted(number, on="2026-06-01")
    return fang


@pytest.mark.parametrize(
    ("value", "step", "amount", "points", "value_minor"),
    [
        ("100 points = 10.00", "1", "12.34", 123, 1230),
        ("100 points = 10.00", "1", "12.39", 123, 1230),  # never up: a point more would be worth 12.40
        ("100 points = 10.00", "50", "12.34", 100, 1000),
        ("3 points = 0.10", "1", "0.10", 3, 10),
        ("3 points = 0.10", "1", "0.11", 3, 10),
        ("3 points = 0.10", "1", "0.12", 3, 10),
        ("3 points = 0.10", "1", "0.14", 4, 13),
        ("100 points = 1.00", "100", "1.99", 100, 100),
    ],
)
def test_an_amount_is_paid_with_the_most_whole_steps_worth_no_more(
    shop: Shop, value: str, step: str, amount: str, points: int, value_minor: int
) -> None:
    shop.set("points.value", value, as_of=SINCE)
    shop.set("points.step", step, as_of=SINCE)

    moved = pays(with_points(shop), amount=amount)

    assert (moved.points, moved.value_minor, moved.balance_points) == (-points, value_minor, 1000 - points)
    assert shop.check()


@pytest.mark.parametrize(
    ("minimum", "step", "amount", "said"),
    [
        (
            "0",
            "100",
            "9.99",
            "9.99 CNY is less than points can pay: at least 100 points go at a time, worth 10.00 CNY.",
        ),
        ("0", "1", "0.00", "0.00 CNY is less than points can pay: at least 1 point goes at a time, worth 0.10 CNY."),
        ("0", "1", "-5", "-5.00 CNY is less than points can pay: at least 1 point goes at a time, worth 0.10 CNY."),
        ("250", "100", "1", "1.00 CNY is less than points can pay: at least 300 points go at a time, worth 30.00 CNY."),
    ],
)
def test_an_amount_that_no_step_is_worth_is_refused_with_what_would_do(
    shop: Shop, minimum: str, step: str, amount: str, said: str
) -> None:
    shop.set("points.value", "100 points = 10.00", as_of=SINCE)
    shop.set("points.minimum", minimum, as_of=SINCE)
    shop.set("points.step", step, as_of=SINCE)
    fang = with_points(shop)

    with pytest.raises(AmountTooSmall) as refused:
        pays(fang, amount=amount)

    assert refused.value.message == said
    assert pays(fang, amount=refused.value.details["least"]).points == -refused.value.details["least_points"]


def test_points_that_are_worth_nothing_pay_no_amount(shop: Shop) -> None:
    shop.set("points.value", "100 points = 0.00", as_of=SINCE)
    fang = with_points(shop)

    with pytest.raises(PointsWorthless):
        pays(fang, amount="5")
    assert pays(fang, points=10, total="5").value_minor == 0


@pytest.mark.parametrize("asked", [{}, {"points": 5, "amount": "5"}])
def test_how_much_is_said_in_one_way(shop: Shop, asked: dict[str, Any]) -> None:
    with pytest.raises(UsageWrong) as refused:
        pays(with_points(shop), **asked)

    assert refused.value.message == "Say how much with one of --points, --amount."


@pytest.mark.parametrize("asked", [{"amount": "much"}, {"amount": "1.005"}, {"points": 5, "total": "much"}])
def test_an_amount_is_a_number_as_fine_as_the_currency(shop: Shop, asked: dict[str, Any]) -> None:
    with pytest.raises(AmountUnreadable):
        pays(with_points(shop), **asked)


@pytest.mark.parametrize(
    ("asked", "error", "hint"),
    [
        ({"points": 60}, BelowMinimum, "shopcrm points redeem C-0001 --points 200 --receipt R-100"),
        ({"amount": "15"}, BelowMinimum, "shopcrm points redeem C-0001 --points 200 --receipt R-100"),
        ({"points": 250}, NotAStep, "shopcrm points redeem C-0001 --points 200 --receipt R-100"),
        ({"points": 390}, NotAStep, "shopcrm points redeem C-0001 --points 300 --receipt R-100"),
        (
            {"points": 250, "store": "West Gate", "receipt": "R 7", "total": "90"},
            NotAStep,
            "shopcrm points redeem C-0001 --points 200 --receipt 'R 7' --total 90 --store 'West Gate'",
        ),
    ],
)
def test_a_refused_number_is_answered_with_a_line_that_goes_through(
    shop: Shop, asked: dict[str, Any], error: type[BelowMinimum], hint: str
) -> None:
    """The minimum itself is no whole step here: the line must name the next one."""
    shop.set("points.value", "100 points = 10.00", as_of=SINCE)
    shop.set("points.minimum", "150", as_of=SINCE)
    shop.set("points.step", "100", as_of=SINCE)

    shop.take_in([shop.receipt("9.00", SINCE)._replace(store="West Gate")])

    with pytest.raises(error) as refused:
        pays(with_points(shop), **asked)

    assert refused.value.next_step == hint


# --- the share of a receipt ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "total", "points", "most"),
    [
        ("50 %", "25.00", 125, None),
        ("50 %", "25.00", 126, 125),
        ("50 %", "25.01", 126, 125),  # 12.505: half a minor unit buys no point
        ("1/3", "10.00", 33, None),
        ("1/3", "10.00", 34, 33),
        ("100 %", "10.00", 100, None),
        ("100 %", "10.00", 101, 100),
        ("0", "10.00", 1, 0),
        ("50 %", "-5.00", 1, 0),
    ],
)
def test_points_pay_no_more_than_their_share(shop: Shop, share: str, total: str, points: int, most: int | None) -> None:
    shop.set("points.value", "100 points = 10.00", as_of=SINCE)
    shop.set("points.max_share", share, as_of=SINCE)
    fang = with_points(shop)

    if most is None:
        assert pays(fang, points=points, total=total).points == -points
    else:
        with pytest.raises(OverShare) as refused:
            pays(fang, points=points, total=total)
        assert refused.value.details["most_points"] == most
        if most:
            assert (
                refused.value.next_step
                == f"shopcrm points redeem C-0001 --points {most} --receipt R-100 --total {total}"
            )
            assert pays(fang, points=most, total=total).points == -most
        else:
            assert refused.value.next_step == "shopcrm points statement C-0001"


def test_a_refusal_for_the_share_says_the_sums(shop: Shop) -> None:
    shop.set("points.value", "100 points = 10.00", as_of=SINCE)
    shop.set("points.max_share", "1/2", as_of=SINCE)

    with pytest.raises(OverShare) as refused:
        pays(with_points(shop), amount="20", total="25")

    assert refused.value.message == (
        "Points may pay 1/2 of receipt R-100, which is 25.00 CNY: 125 points at most, worth 12.50 CNY;"
        " 200 were asked for."
    )


@pytest.mark.parametrize("typed", ["r-100", "R-100 ", "Ｒ-100"])
@pytest.mark.parametrize("number", ["R-100", "r-100"])
def test_the_total_is_that_of_the_sale_in_the_book_however_it_is_spelt(shop: Shop, number: str, typed: str) -> None:
    shop.set("points.value", "100 points = 10.00", as_of=SINCE)
    fang = with_points(shop)
    fang.bought("5.00", on="2026-06-30", number=number)

    with pytest.raises(OverShare) as refused:
        pays(fang, receipt=typed, points=51)
    assert refused.value.details["most_points"] == 50
    assert pays(fang, receipt=typed, points=50).balance_points == 950


def test_another_spelling_of_the_till_is_found_among_the_customers_own_sales(shop: Shop) -> None:
    shop.set("points.value", "100 points = 10.00", as_of=SINCE)
    fang = with_points(shop)
    fang.bought("5.00", on="2026-06-30", number="Web-1a")

    with pytest.raises(OverShare):
        pays(fang, receipt="WEB-1A", points=51)


@pytest.mark.parametrize(
    ("on", "store"),
    [("2026-06-29", None), ("2026-06-30", "airport")],
    ids=["of another day", "of another store"],
)
def test_a_receipt_that_is_not_this_one_limits_nothing(shop: Shop, on: str, store: str | None) -> None:
    """Tills restart their numbers: yesterday's R-100 is another receipt."""
    shop.set("points.value", "100 points = 10.00", as_of=SINCE)
    fang = with_points(shop)
    fang.bought("5.00", on=on, number="R-100")
    shop.take_in([shop.receipt("9.00", "2026-06-01")._replace(store="airport")])

    assert pays(fang, points=500, store=store).points == -500


def test_a_withdrawn_sale_and_a_refund_limit_nothing_and_a_said_total_wins(shop: Shop) -> None:
    shop.set("points.value", "100 points = 10.00", as_of=SINCE)
    fang = with_points(shop)
    fang.bought("5.00", on="2026-06-30", number="R-1")
    shop.take_in([shop.receipt("-5.00", "2026-06-30", name="Fang", number="R-2")])

    assert pays(fang, receipt="R-1", points=60, total="80").points == -60
    assert pays(fang, receipt="R-2", points=60).points == -60


def test_a_retry_answers_with_the_first_even_where_the_rules_or_the_receipt_came_later(shop: Shop) -> None:
    shop.set("points.value", "100 points = 10.00", as_of=SINCE)
    fang = with_points(shop)
    first = pays(fang, points=60)
    fang.bought("5.00", on="2026-06-30", number="R-100")
    shop.set("points.minimum", "500")

    again = pays(fang, points=60)

    assert (again.is_repeat, again.entry, again.balance_points) == (True, first.entry, 940)
    assert shop.check()
