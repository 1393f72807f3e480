"""Points: what a sale earns to the point, what the counter may do with them, and what a statement says."""

from datetime import date

import pytest

from shop import Person, Shop
from shopcrm.core.errors import (
    BelowMinimum,
    CustomerAmbiguous,
    CustomerUnknown,
    EntryBeforeLast,
    InsufficientPoints,
    KeyReused,
    NotAStep,
    PointsNotPositive,
    ShopError,
)
from shopcrm.features import points


@pytest.mark.parametrize(
    ("rate", "amount", "earned"),
    [
        ("1", "42.50", 42),
        ("1", "42.99", 42),
        ("1", "0.99", 0),
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
    fang.redeemed(100, "R-100", on="2026-01-06")
    fang.adjusted(9, on="2026-01-07")

    statement = fang.statement()

    assert [(line.kind, line.points, line.balance) for line in statement.items] == [
        ("earn", 250, 250),
        ("redeem", -100, 150),
        ("adjust", 9, 159),
    ]
    assert statement.items[2].reason == "test"
    assert statement.phone == "138****8000"
    assert statement.value_minor == 1590  # 100 points = 10.00, a tenth of a yuan each


# --- redeeming ----------------------------------------------------------------------------------------------


def test_points_are_redeemed_once_for_a_store_a_day_and_a_receipt(shop: Shop) -> None:
    fang = _with_points(shop, 100)

    first, again = fang.redeemed(30, "R-100"), fang.redeemed(30, "R-100")
    other_day = fang.redeemed(30, "R-100", on="2026-07-01")

    assert (first.is_repeat, first.points, first.balance_points) == (False, -30, 70)
    assert (again.is_repeat, again.entry, again.balance_points) == (True, first.entry, 70)
    assert (other_day.is_repeat, other_day.balance_points) == (False, 40)


def test_the_same_receipt_in_another_store_is_another_redemption(shop: Shop) -> None:
    fang = _with_points(shop, 100)
    fang.redeemed(30, "R-100")

    with shop.writing() as book:
        moved = points.redeem(book, fang.code, points=30, receipt="R-100", store="airport")

    assert (moved.is_repeat, moved.balance_points) == (False, 40)


@pytest.mark.parametrize("who", ["the same customer", "another"])
def test_a_receipt_redeemed_already_is_refused_with_other_content(shop: Shop, who: str) -> None:
    fang, na = _with_points(shop, 100), shop.customer("Na")
    na.adjusted(100)
    fang.redeemed(30, "R-100")

    with pytest.raises(KeyReused):
        fang.redeemed(31, "R-100") if who == "the same customer" else na.redeemed(30, "R-100")

    assert fang.statement().balance_points == 70


def test_what_redeemed_points_are_worth_is_rounded_down(shop: Shop) -> None:
    shop.set("points.value", "3 points = 0.10", as_of="2025-01-01")
    fang = _with_points(shop, 100)

    assert fang.redeemed(10, "R-100").value_minor == 33


@pytest.mark.parametrize(
    ("minimum", "step", "asked", "refusal"),
    [
        (0, 1, 0, PointsNotPositive),
        (0, 1, -5, PointsNotPositive),
        (0, 1, 1, None),
        (50, 1, 49, BelowMinimum),
        (50, 1, 50, None),
        (0, 20, 50, NotAStep),
        (0, 20, 60, None),
        (0, 1, 100, None),
        (0, 1, 101, InsufficientPoints),
        (200, 1, 100, BelowMinimum),
    ],
)
def test_a_redemption_keeps_the_shops_minimum_and_step(
    shop: Shop, minimum: int, step: int, asked: int, refusal: type[ShopError] | None
) -> None:
    shop.set("points.minimum", str(minimum), as_of="2025-01-01")
    shop.set("points.step", str(step), as_of="2025-01-01")
    fang = _with_points(shop, 100)

    if refusal is None:
        assert fang.redeemed(asked, "R-100").balance_points == 100 - asked
    else:
        with pytest.raises(refusal):
            fang.redeemed(asked, "R-100")
        assert fang.statement().balance_points == 100


def test_a_refusal_for_a_step_names_the_number_that_would_do(shop: Shop) -> None:
    shop.set("points.step", "20", as_of="2025-01-01")
    fang = _with_points(shop, 100)

    with pytest.raises(NotAStep) as refused:
        fang.redeemed(59, "R-100")

    assert refused.value.details["nearest_points"] == 40
    assert fang.redeemed(40, "R-100").balance_points == 60


def test_the_rules_of_the_business_date_decide(shop: Shop) -> None:
    fang = _with_points(shop, 100)
    shop.set("points.minimum", "50", as_of="2026-07-01")

    assert fang.redeemed(10, "R-100", on="2026-06-30").balance_points == 90
    with pytest.raises(BelowMinimum):
        fang.redeemed(10, "R-101", on="2026-07-01")


def test_a_redemption_is_never_dated_before_the_customers_last_entry(shop: Shop) -> None:
    fang = _with_points(shop, 100, on="2026-06-20")

    with pytest.raises(EntryBeforeLast):
        fang.redeemed(10, "R-100", on="2026-06-19")

    assert fang.redeemed(10, "R-100", on="2026-06-20").balance_points == 90


def test_a_customer_who_spent_what_a_refund_takes_back_owes_it(shop: Shop) -> None:
    fang = shop.customer("Fang")
    sold = fang.bought("100.00", on="2026-01-05")
    shop.accrue()
    fang.redeemed(80, "R-100", on="2026-01-06")
    fang.returned("100.00", on="2026-01-07", of=sold)
    shop.accrue()

    assert fang.statement().balance_points == -80
    assert fang.statement().spendable_points == 0
    with pytest.raises(InsufficientPoints):
        fang.redeemed(1, "R-101")

    fang.bought("100.00", on="2026-01-08")
    shop.accrue()
    assert fang.statement().balance_points == 20
    assert fang.redeemed(20, "R-102").balance_points == 0
    assert shop.check().items


# --- by hand ------------------------------------------------------------------------------------------------


def test_an_adjustment_with_a_key_is_posted_once(shop: Shop) -> None:
    fang = shop.customer("Fang")

    first, again = fang.adjusted(50, key="birthday:2026"), fang.adjusted(50, key="birthday:2026")

    assert (first.is_repeat, again.is_repeat, again.balance_points) == (False, True, 50)
    with pytest.raises(KeyReused):
        fang.adjusted(51, key="birthday:2026")


def test_adjustments_without_a_key_are_each_posted(shop: Shop) -> None:
    fang = shop.customer("Fang")

    assert [fang.adjusted(50).balance_points for _ in range(2)] == [50, 100]


@pytest.mark.parametrize(
    ("number", "reason", "refusal"),
    [(0, "why", PointsNotPositive), (5, "  ", PointsNotPositive), (-101, "why", InsufficientPoints)],
)
def test_an_adjustment_needs_a_number_a_reason_and_points_to_take(
    shop: Shop, number: int, reason: str, refusal: type[ShopError]
) -> None:
    fang = _with_points(shop, 100)

    with pytest.raises(refusal), shop.writing() as book:
        points.adjust(book, fang.code, points=number, reason=reason)

    assert fang.statement().balance_points == 100


def test_the_reason_of_an_adjustment_can_be_erased_without_touching_the_ledger(shop: Shop) -> None:
    _with_points(shop, 100)

    assert shop.rows("SELECT text FROM note JOIN points_entry ON reason_id = note.id") == [("test",)]
    assert "test" not in str(shop.rows("SELECT key, rule, inputs FROM points_entry"))
    assert "test" not in str(shop.rows("SELECT change FROM audit"))


def test_nobody_is_guessed_at_the_counter(shop: Shop) -> None:
    shop.customer("王芳", phone="13800138000")
    shop.customer("王芳芳", phone="13900138000")

    with pytest.raises(CustomerAmbiguous) as refused, shop.reading() as book:
        points.statement(book, "王芳")
    assert refused.value.details["customers"] == ["C-0001", "C-0002"]
    with pytest.raises(CustomerUnknown), shop.reading() as book:
        points.statement(book, "赵")


def _with_points(shop: Shop, number: int, on: str | None = None) -> Person:
    fang = shop.customer("Fang")
    fang.adjusted(number, on=on)
    return fang
