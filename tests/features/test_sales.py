"""Sales by hand: typed once however often, exactly, and never beside a sheet's own."""

from datetime import date
from typing import Any

import pytest

from features.by_hand import DAY, info, shown, typed
from shop import Shop
from shopcrm.core.errors import (
    AmountUnreadable,
    CustomerUnknown,
    RefundOfAnother,
    RefundTooLarge,
    SaleAmbiguous,
    SaleDiffers,
    SaleNotWritable,
    SaleUnknown,
    ShopError,
)

# --- add ----------------------------------------------------------------------------------------------------


def test_a_sale_by_hand_is_a_sale_like_any_other(shop: Shop) -> None:
    fang = shop.customer("Fang", phone="13800138000")
    added = typed(
        shop, "h-12", "920.00", time="14:05", customer="8000", payment_method="WeChat",
        lines=["Silk dress|680", "SC-7|Scarf|2|240.00"],
    )  # fmt: skip
    shop.accrue()

    assert (added.receipt, added.customer, added.net_minor, added.kind) == ("H-12", fang.code, 92000, "sale")
    assert (added.source, added.store, added.is_repeat, added.revision) == ("hand", "main", False, 1)
    assert fang.statement().balance_points == 920
    said = shown(shop, "H-12")
    assert [(line.sku, line.item, line.quantity, line.net_minor) for line in said.items] == [
        (None, "Silk dress", "1", 68000),
        ("SC-7", "Scarf", "2", 24000),
    ]
    assert (said.time, said.payment_method, said.sheet, said.batch) == ("14:05", "WeChat", "by hand", added.batch)
    assert shop.rows("SELECT at FROM sale") == [("2026-01-05 06:05:00.000000",)]
    shop.check()


@pytest.mark.parametrize("times", [2, 3])
def test_the_same_sale_again_answers_with_the_first(shop: Shop, times: int) -> None:
    shop.customer("Fang")
    answers = [
        typed(shop, number, "42.50", customer="Fang", lines=["Hat|42.50"], time="09:00")
        for number in ("r-7", "R-7", " Ｒ-7 ")[:times]
    ]

    assert [answer.is_repeat for answer in answers] == [False, *[True] * (times - 1)]
    assert {answer.receipt for answer in answers} == {"R-7"}
    assert shop.rows("SELECT count(*) FROM sale") == [(1,)]
    assert shop.rows("SELECT count(*) FROM batch") == [(1,)]
    assert shop.rows("SELECT count(*) FROM audit WHERE change LIKE '%by hand%'") == [(1,)]


@pytest.mark.parametrize(
    "otherwise",
    [
        {"amount": "42.51"},
        {"amount": "42.50", "customer": None},
        {"amount": "42.50", "time": "10:00"},
        {"amount": "42.50", "payment_method": "cash"},
        {"amount": "42.50", "lines": ["Hat|2|42.50"]},
    ],
)
def test_the_same_receipt_with_other_content_is_refused(shop: Shop, otherwise: dict[str, Any]) -> None:
    shop.customer("Fang")
    typed(shop, "R-7", "42.50", customer="Fang")
    before = shop.dump()

    with pytest.raises(SaleDiffers) as refused:
        typed(shop, "R-7", **{"customer": "Fang"} | otherwise)

    assert refused.value.details["stands"] == "42.50 for C-0001"
    assert refused.value.next_step == "shopcrm sales show R-7 --on 2026-01-05"
    assert shop.dump() == before


@pytest.mark.parametrize("other", [{"on": "2026-01-06"}, {"store": "East"}])
def test_another_day_or_store_is_another_sale(shop: Shop, other: dict[str, str]) -> None:
    typed(shop, "R-7", "42.50")

    assert not typed(shop, "R-7", "42.50", **other).is_repeat
    assert info(shop).sales == 2


def test_what_a_sheet_has_brought_already_does_not_count_twice(shop: Shop) -> None:
    fang = shop.customer("Fang")
    fang.bought("42.50", on=DAY, number="R-7")

    assert typed(shop, "R-7", "42.50", customer="Fang").is_repeat
    assert typed(shop, "R-7", "42.50").is_repeat
    with pytest.raises(SaleDiffers):
        typed(shop, "R-7", "45.00")
    assert not typed(shop, "R-7", "45.00", store="East").is_repeat
    assert info(shop).sales == 2


@pytest.mark.parametrize(
    ("amount", "lines", "net_minor"),
    [
        ("42.5", [], 4250),
        ("1,200.00", [], 120000),
        (None, ["Hat|12.50", "Scarf|2|30"], 4250),
        ("0", [], 0),
        ("640", ["Silk dress|680.00", "Discount|-40.00"], 64000),
        ("9.99", ["Tea|0.333|9.99"], 999),
    ],
)
def test_amounts_are_read_exactly(shop: Shop, amount: str | None, lines: list[str], net_minor: int) -> None:
    assert typed(shop, "R-7", amount, lines=lines).net_minor == net_minor
    shop.check()


@pytest.mark.parametrize(
    ("wrong", "error", "reason"),
    [
        ({"amount": "42.505"}, AmountUnreadable, "at most 2 decimals"),
        ({"amount": "forty"}, AmountUnreadable, "forty"),
        ({"amount": "9" * 20}, AmountUnreadable, "999"),
        ({}, SaleNotWritable, "an amount is needed"),
        ({"amount": "5", "lines": ["Hat"]}, SaleNotWritable, "“Hat” is none of"),
        ({"amount": "5", "lines": ["|5"]}, SaleNotWritable, "“|5” is none of"),
        ({"amount": "5", "lines": ["a|b|c|1|5"]}, SaleNotWritable, "is none of"),
        ({"amount": "5", "lines": ["Hat|4"]}, SaleNotWritable, "its lines add up to 4.00, not to 5.00"),
        ({"amount": "5", "time": "25:00"}, SaleNotWritable, "“25:00” is no time"),
        ({"amount": "5", "on": "2026-07-01"}, SaleNotWritable, "2026-07-01 is after 2026-06-30"),
        ({"amount": "0", "refund_of": "R-1"}, SaleNotWritable, "gives nothing back"),
        ({"amount": "5", "receipt": " "}, SaleNotWritable, "the number of the receipt is needed"),
        ({"amount": "5", "customer": "Nobody"}, CustomerUnknown, "Nobody"),
        ({"amount": "5", "refund_of": "R-99"}, SaleUnknown, "R-99"),
    ],
)
def test_what_makes_no_sale_is_refused_and_nothing_is_written(
    shop: Shop, wrong: dict[str, Any], error: type[ShopError], reason: str
) -> None:
    shop.take_in([shop.receipt("10.00", DAY)])
    before = shop.dump()

    with pytest.raises(error) as refused:
        typed(shop, **{"receipt": "R-7"} | wrong)

    assert reason in refused.value.message
    assert shop.dump() == before
    assert shop.rows("SELECT count(*) FROM batch") == [(1,)]


# --- refunds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", ["20.00", "-20.00"])
def test_a_refund_takes_its_customer_and_its_points_from_its_sale(shop: Shop, amount: str) -> None:
    fang = shop.customer("Fang")
    fang.bought("50.00", on=DAY, number="R-7")

    refund = typed(shop, "H-1", amount, on="2026-01-07", refund_of="r-7", lines=["Hat|20.00"])
    shop.accrue()

    assert (refund.kind, refund.net_minor, refund.customer, refund.refund_of) == ("refund", -2000, fang.code, "R-7")
    assert [line.net_minor for line in shown(shop, "H-1").items] == [-2000]
    assert [(line.receipt, line.points) for line in fang.statement().items] == [("R-7", 50), ("H-1", -20)]
    assert [refund.receipt for refund in shown(shop, "R-7").refunds] == ["H-1"]
    shop.check()


def test_a_negative_amount_is_a_refund_of_nothing_in_particular(shop: Shop) -> None:
    fang = shop.customer("Fang")
    fang.bought("50.00", on=DAY)

    refund = typed(shop, "H-1", "-20.00", on="2026-01-07", customer="Fang")
    shop.accrue()

    assert (refund.kind, refund.refund_of) == ("refund", None)
    assert fang.statement().balance_points == 30


def test_no_more_is_given_back_than_is_left(shop: Shop) -> None:
    shop.customer("Fang").bought("50.00", on=DAY, number="R-7")
    typed(shop, "H-1", "30.00", refund_of="R-7")

    with pytest.raises(RefundTooLarge) as refused:
        typed(shop, "H-2", "20.01", refund_of="R-7")
    assert (refused.value.details["left"], refused.value.details["amount"]) == ("20.00", "20.01")
    assert typed(shop, "H-1", "30.00", refund_of="R-7").is_repeat
    assert typed(shop, "H-2", "20.00", refund_of="R-7").net_minor == -2000


def test_a_refund_is_of_the_customer_who_bought(shop: Shop) -> None:
    shop.customer("Fang").bought("50.00", on=DAY, number="R-7")
    shop.customer("Bo")
    shop.take_in([shop.receipt("10.00", DAY, number="R-8")])

    for receipt, buyer in (("R-7", "C-0001"), ("R-8", "a walk-in")):
        with pytest.raises(RefundOfAnother) as refused:
            typed(shop, "H-1", "5.00", customer="Bo", refund_of=receipt)
        assert refused.value.details["buyer"] == buyer


def test_the_day_tells_which_sale_is_given_back(shop: Shop) -> None:
    """Tills restart their numbers; a sale of a later day is no candidate."""
    ana, bo = shop.customer("Ana"), shop.customer("Bo")
    ana.bought("50.00", on="2026-01-05", number="R-7")
    bo.bought("50.00", on="2026-01-08", number="R-7")

    assert typed(shop, "H-1", "1.00", on="2026-01-07", refund_of="R-7").customer == ana.code
    with pytest.raises(SaleAmbiguous):
        typed(shop, "H-2", "1.00", on="2026-01-09", refund_of="R-7")
    answer = typed(shop, "H-2", "1.00", on="2026-01-09", refund_of="R-7", sold_on=date(2026, 1, 8))
    assert answer.customer == bo.code
