"""Points at the counter: redeemed once, by the shop's rules, never before the last entry, corrected with a reason."""

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
    StoreUnknown,
)
from shopcrm.features import rewards
from shopcrm.features.points import counter, exchanges
from shopcrm.features.points.statement import statement


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
    shop.take_in([shop.receipt("9.00", "2026-06-01")._replace(store="airport")])

    with shop.writing() as book:
        moved = counter.redeem(book, fang.code, points=30, receipt="R-100", store="airport")

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
        counter.adjust(book, fang.code, points=number, reason=reason)

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
        statement(book, "王芳")
    assert refused.value.details["customers"] == ["C-0001", "C-0002"]
    with pytest.raises(CustomerUnknown), shop.reading() as book:
        statement(book, "赵")


def _with_points(shop: Shop, number: int, on: str | None = None) -> Person:
    fang = shop.customer("Fang")
    fang.adjusted(number, on=on)
    return fang


def test_a_receipt_typed_a_little_differently_is_the_same_receipt(boutique: Shop) -> None:
    """A blank at the end, full-width letters or small ones took the points twice."""
    ana = boutique.customer("Ana")
    ana.adjusted(100)
    first = ana.redeemed(10, "R7")
    for typed in ("R7 ", " r7", "Ｒ７"):
        assert ana.redeemed(10, typed).entry == first.entry
    assert ana.statement().balance_points == 90


def test_a_redemption_without_a_receipt_number_is_refused(boutique: Shop) -> None:
    ana = boutique.customer("Ana")
    ana.adjusted(100)
    with pytest.raises(PointsNotPositive):
        ana.redeemed(10, " ")


def test_a_key_with_another_reason_is_another_event(boutique: Shop) -> None:
    ana = boutique.customer("Ana")
    with boutique.writing() as book:
        counter.adjust(book, ana.code, points=5, reason="late delivery", key="K")
    with boutique.writing() as book, pytest.raises(KeyReused):
        counter.adjust(book, ana.code, points=5, reason="birthday", key="K")


@pytest.mark.parametrize("verb", ["redeem", "exchange"])
def test_a_store_that_nobody_knows_is_refused_with_the_nearest(shop: Shop, verb: str) -> None:
    """A slip in its name would let the same receipt be redeemed twice."""
    fang = _with_points(shop, 100)
    shop.take_in([shop.receipt("9.00", "2026-06-01")._replace(store=store) for store in ("", "机场 店", "East")])
    with shop.writing() as book:
        rewards.add(book, "MUG", name="Mug", points=30)

    def spend(store: str) -> int:
        with shop.writing() as book:
            if verb == "redeem":
                return counter.redeem(book, fang.code, points=30, receipt="R-1", store=store).points
            return exchanges.exchange(book, fang.code, "MUG", receipt="R-1", store=store).points

    for typed, nearest in (("Est", "East"), ("机场店", "机场 店"), ("mian", "main"), ("", "East")):
        with pytest.raises(StoreUnknown) as refused:
            spend(typed)
        assert refused.value.details["nearest"] == nearest
    assert [spend(store) for store in ("main", " East", "机场\u3000店")] == [-30, -30, -30]


@pytest.mark.parametrize("points", [1, 100])
def test_what_is_added_by_hand_lasts_as_long_as_points_do(shop: Shop, points: int) -> None:
    shop.set("points.expiry", "30 days", as_of="2025-01-01")
    ana = shop.customer("Ana")

    ana.adjusted(points, on="2026-01-05")

    assert [(str(lot.expires_on), lot.left) for lot in ana.statement("2026-01-05").lots] == [("2026-02-04", points)]
