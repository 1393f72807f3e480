"""What a refund by hand gives back: all that is left, lines, or an amount; never more than was paid, never twice."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.by_hand import DAY, info, shown, typed, undone, withdrawn
from shop import Shop, open_shop
from shopcrm.core.errors import (
    AmountUnreadable,
    LineAmbiguous,
    LineNotSold,
    LineTooMany,
    NothingToGiveBack,
    RefundBeforeSale,
    RefundTooLarge,
    SaleAmbiguous,
    SaleDiffers,
    SaleNotWritable,
    SaleUnknown,
    SaleWithdrawn,
    ShopError,
)
from shopcrm.features import sales
from soak import IS_SOAK

DRESSES = ["D-1|丝绸连衣裙|2|600.00", "Scarf|3|10.00", "Belt|40.00"]


def given_back(shop: Shop, receipt: str = "R-7", as_of: str | None = None, **more: Any) -> sales.GivenBack:
    """A refund written by hand."""
    asked = sales.Asked(receipt, on=more.pop("sold_on", None), store=more.pop("store", None))
    with shop.writing(as_of) as book:
        return sales.write_refund(book, sales.plan_refund(book, asked, **more)).refund


def goods(refund: sales.GivenBack) -> list[tuple[str | None, str, int]]:
    return [(line.item, line.quantity, line.net_minor) for line in refund.goods]


# --- all of it ----------------------------------------------------------------------------------------------


def test_without_more_all_of_the_sale_comes_back_with_its_lines(shop: Shop) -> None:
    fang = shop.customer("王芳")
    typed(shop, "单-7", customer="王芳", lines=DRESSES)

    refund = given_back(shop, " 单-7 ")

    assert (refund.receipt, refund.refund_of, refund.on) == ("单-7-R1", "单-7", date(2026, 6, 30))
    assert (refund.net_minor, refund.sold_minor, refund.before_minor, refund.left_minor) == (-65000, 65000, 0, 0)
    assert goods(refund) == [("丝绸连衣裙", "-2", -60000), ("Scarf", "-3", -1000), ("Belt", "-1", -4000)]
    assert refund.customer == fang.code
    assert info(shop).net_minor == 0
    shop.check()


def test_a_sale_without_lines_and_without_a_customer_comes_back(shop: Shop) -> None:
    typed(shop, "R-7", "50")

    refund = given_back(shop)

    assert (refund.customer, refund.net_minor, refund.goods) == (None, -5000, ())
    shop.check()


def test_two_parts_and_then_the_rest_come_to_what_was_paid(shop: Shop) -> None:
    """10.00 for three: each third is 3.33, the last takes the cent that is left."""
    typed(shop, "R-7", lines=["Scarf|3|10.00"])

    first = given_back(shop, lines=["scarf|1"])
    parts = [first, given_back(shop, lines=["Scarf｜1"], number="R-7-R2"), given_back(shop)]

    assert [part.receipt for part in parts] == ["R-7-R1", "R-7-R2", "R-7-R3"]
    assert [part.net_minor for part in parts] == [-333, -333, -334]
    assert [part.left_minor for part in parts] == [667, 334, 0]
    assert [each.receipt for each in parts[2].refunds] == ["R-7-R1", "R-7-R2"]
    assert goods(parts[2]) == [("Scarf", "-1", -334)]
    assert info(shop).net_minor == 0


def test_the_rest_after_an_amount_is_spread_over_the_lines_that_are_left(shop: Shop) -> None:
    typed(shop, "R-7", lines=["Dress|60", "Hat|40"])
    given_back(shop, amount="50")

    refund = given_back(shop)

    assert goods(refund) == [("Dress", "-1", -3000), ("Hat", "-1", -2000)]
    shop.check()


def test_nothing_is_given_back_of_what_was_given_back(shop: Shop) -> None:
    typed(shop, "R-7", "50")
    given_back(shop)

    with pytest.raises(NothingToGiveBack) as refused:
        given_back(shop)
    assert refused.value.message == (
        "Of receipt R-7 of 2026-01-05 nothing is left to give back: 50.00 of 50.00 was given back."
    )


# --- by line ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "back"),
    [
        (["D-1"], [("丝绸连衣裙", "-2", -60000)]),
        (["d-1|1"], [("丝绸连衣裙", "-1", -30000)]),
        (["丝绸连衣裙|1"], [("丝绸连衣裙", "-1", -30000)]),
        (["Ｓcarf|2", "belt"], [("Scarf", "-2", -666), ("Belt", "-1", -4000)]),
        (["Scarf|1", "Scarf|1"], [("Scarf", "-1", -333), ("Scarf", "-1", -333)]),
        (["Scarf|0.5"], [("Scarf", "-0.5", -166)]),
    ],
)
def test_lines_are_named_by_sku_or_item_with_a_quantity_or_without(
    shop: Shop, lines: list[str], back: list[tuple[str, str, int]]
) -> None:
    typed(shop, "R-7", lines=DRESSES)

    refund = given_back(shop, lines=lines)

    assert goods(refund) == back
    assert refund.net_minor == sum(each[2] for each in back)
    assert [line.item for line in shown(shop, "R-7-R1").items] == [each[0] for each in back]


def test_a_discount_on_the_receipt_lowers_what_a_line_gives_back(shop: Shop) -> None:
    typed(shop, "R-7", lines=["Dress|60", "Hat|40", "Discount|-10"])

    assert goods(given_back(shop, lines=["Dress"])) == [("Dress", "-1", -5400)]
    assert goods(given_back(shop)) == [("Hat", "-1", -3600)]


def test_what_a_till_gave_back_is_gone(shop: Shop) -> None:
    sold = shop.receipt("60.00", DAY)
    shop.take_in([sold, shop.receipt("-60.00", "2026-01-07", of=sold.receipt)])

    with pytest.raises(NothingToGiveBack):
        given_back(shop, sold.receipt)


@pytest.mark.parametrize(
    ("lines", "error", "message"),
    [
        (
            ["Hat"],
            LineNotSold,
            "“Hat” on it; it has 2 × D-1 丝绸连衣裙 for 600.00, 2 × Scarf for 6.67, 1 × Belt for 40.00.",
        ),
        (
            ["Scarf|3"],
            LineTooMany,
            "Of “Scarf” on receipt R-7 of 2026-01-05, 2 of 3 is left to give back; 3 was asked for.",
        ),
        (["Scarf|2", "Scarf"], LineTooMany, "0 of 3 is left to give back; 3 was asked for"),
        (["Belt|0"], SaleNotWritable, "“Belt|0” is none of ITEM, ITEM|QUANTITY"),
        (["|2"], SaleNotWritable, "“|2” is none of ITEM, ITEM|QUANTITY"),
        (["Belt|many"], AmountUnreadable, "many"),
    ],
)
def test_a_line_that_is_not_there_is_refused_with_what_is(
    shop: Shop, lines: list[str], error: type[ShopError], message: str
) -> None:
    typed(shop, "R-7", lines=DRESSES)
    given_back(shop, lines=["Scarf|1"])
    before = shop.dump()

    with pytest.raises(error) as refused:
        given_back(shop, lines=lines)

    assert message in refused.value.message
    assert shop.dump() == before


@pytest.mark.parametrize(
    ("sold", "example"),
    [(["D-S|Dress|1|60", "D-M|Dress|1|60"], "R-7 --line D-S"), (["Dress|60", "Dress|40"], "R-7 --line Dress")],
)
def test_a_line_that_may_be_one_of_several_is_not_guessed(shop: Shop, sold: list[str], example: str) -> None:
    typed(shop, "R-7", lines=sold)

    with pytest.raises(LineAmbiguous) as refused:
        given_back(shop, lines=["Dress|1"])

    assert refused.value.next_step == f"shopcrm sales refund {example}"
    assert given_back(shop, lines=["Dress"]).left_minor == 0, "all of them are meant"


def test_lines_that_are_the_same_are_one(shop: Shop) -> None:
    typed(shop, "R-7", lines=["Hat|1|20", "Hat|2|40"])

    assert goods(given_back(shop, lines=["Hat|2"])) == [("Hat", "-1", -2000), ("Hat", "-1", -2000)]
    assert goods(given_back(shop)) == [("Hat", "-1", -2000)]


# --- by amount, and what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "error", "reason"),
    [
        ({"amount": "30.01"}, RefundTooLarge, "there is 30.00 left to give back; 30.01 was asked for"),
        ({"amount": "0"}, SaleNotWritable, "gives nothing back"),
        ({"amount": "1.005"}, AmountUnreadable, "at most 2 decimals"),
        ({"amount": "5", "lines": ["Hat"]}, SaleNotWritable, "an amount or lines are given back, not both"),
        ({"on": date(2026, 7, 1)}, SaleNotWritable, "2026-07-01 is after 2026-06-30"),
        (
            {"on": date(2026, 1, 4)},
            RefundBeforeSale,
            "Receipt R-7 is of 2026-01-05; a refund of it cannot be dated 2026-01-04, before it.",
        ),
        ({"receipt": "R-99"}, SaleUnknown, "R-99"),
        ({"number": "R-7-R1"}, SaleDiffers, "R-7-R1 of 2026-01-06 is in the book already with other content"),
        ({"number": "R-7-R1", "amount": "20", "on": date(2026, 1, 7)}, SaleDiffers, "2026-01-06"),
    ],
)
def test_what_cannot_be_given_back_is_refused_and_nothing_is_written(
    shop: Shop, wrong: dict[str, Any], error: type[ShopError], reason: str
) -> None:
    typed(shop, "R-7", lines=["Hat|50"])
    given_back(shop, amount="20", on=date(2026, 1, 6))
    before = shop.dump()

    with pytest.raises(error) as refused:
        given_back(shop, **wrong)

    assert reason in refused.value.message
    assert shop.dump() == before


def test_a_withdrawn_sale_is_not_given_back_and_a_withdrawn_refund_leaves_its_sale(shop: Shop) -> None:
    typed(shop, "R-7", "50")
    given_back(shop, amount="20")
    withdrawn(shop, "R-7-R1")

    again = given_back(shop)
    assert (again.receipt, again.net_minor, again.refunds) == ("R-7-R2", -5000, ())
    withdrawn(shop, "R-7", kind="sale")
    with pytest.raises(SaleWithdrawn):
        given_back(shop)


def test_the_day_or_the_store_tells_which_sale_is_given_back(shop: Shop) -> None:
    for day, store in (("2026-01-05", "East"), ("2026-01-08", "East"), ("2026-01-08", "West")):
        typed(shop, "R-7", "50", on=day, store=store)

    with pytest.raises(SaleAmbiguous):
        given_back(shop)
    refund = given_back(shop, sold_on=date(2026, 1, 8), store="West")
    assert (refund.refund_of_on, refund.store, refund.receipt) == (date(2026, 1, 8), "West", "R-7-R1")
    assert given_back(shop, sold_on=date(2026, 1, 5)).receipt == "R-7-R2", "one number is one refund"


# --- again --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", [{}, {"lines": ["Scarf|1"]}, {"amount": "20"}], ids=["all", "line", "amount"])
@pytest.mark.parametrize("as_of", [None, "2026-07-01"], ids=["today", "after midnight"])
def test_a_retry_under_its_number_changes_nothing(shop: Shop, what: dict[str, Any], as_of: str | None) -> None:
    typed(shop, "R-7", lines=DRESSES)
    given_back(shop, lines=["Scarf|1"])
    first = given_back(shop, number="退-1", reason="颜色不对", **what)
    if what:
        given_back(shop)  # the rest: what a retry is worked out from must not have changed by it
    before = shop.dump()

    again = given_back(shop, as_of=as_of, number=" 退-1", **what)

    assert (first.is_repeat, again.is_repeat) == (False, True)
    assert (again.receipt, again.on, again.net_minor, again.goods) == (
        first.receipt,
        first.on,
        first.net_minor,
        first.goods,
    )
    assert again.reason == "颜色不对"
    assert shop.dump() == before


def test_a_refund_is_taken_back_like_any_change_by_hand(shop: Shop) -> None:
    typed(shop, "R-7", "50")
    refund = given_back(shop, reason="wrong size")
    assert shown(shop, "R-7-R1").reason == "wrong size"
    assert "wrong size" not in "".join(shop.dump()), "a reason is a person's words"

    undone(shop, refund.batch)

    assert info(shop).net_minor == 5000
    assert given_back(shop).net_minor == -5000


# --- laws ---------------------------------------------------------------------------------------------------

SOLD = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 9999)), min_size=1, max_size=4).filter(
    lambda lines: any(net for _, net in lines)
)


@pytest.mark.soak
@settings(max_examples=100 if IS_SOAK else 8, deadline=None)
@given(sold=SOLD, discount=st.integers(0, 100), taken=st.lists(st.integers(0, 3), max_size=6))
def test_one_by_one_comes_to_the_same_as_all_at_once(
    tmp_path_factory: pytest.TempPathFactory, sold: list[tuple[int, int]], discount: int, taken: list[int]
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("law"))
    total = sum(net for _, net in sold)
    off = total * discount // 200
    lines = [f"I-{place}|{many}|{net / 100:.2f}" for place, (many, net) in enumerate(sold)]
    typed(shop, "R-7", lines=[*lines, *([f"Discount|-{off / 100:.2f}"] if off else [])])

    returned = 0
    for number, place in enumerate(taken):
        try:
            refund = given_back(shop, lines=[f"I-{place}|1"], number=f"T-{number}")
        except (LineNotSold, LineTooMany, NothingToGiveBack, SaleNotWritable):
            continue
        returned -= refund.net_minor
        assert refund.left_minor == total - off - returned >= 0
    if returned < total - off:
        returned -= given_back(shop, number="T-rest").net_minor

    assert returned == total - off
    assert info(shop).net_minor == 0
    shop.check()
