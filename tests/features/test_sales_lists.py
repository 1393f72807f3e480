"""Sales looked up: the newest first, and several receipts of one number listed, never guessed."""

from datetime import date
from typing import Any

import pytest

from features.by_hand import DAY, listed, shown, typed, withdrawn
from shop import Shop
from shopcrm.core.errors import SaleAmbiguous, SaleElsewhere, SaleUnknown
from shopcrm.features import sales

# --- list and show ------------------------------------------------------------------------------------------


@pytest.fixture
def week(shop: Shop) -> Shop:
    """Four receipts of two customers and a walk-in, in two stores."""
    ana = shop.customer("Ana", phone="13800138000")
    ana.bought("10.00", on="2026-01-05", number="R-1")
    shop.customer("Bo").bought("20.00", on="2026-01-06", number="R-2")
    shop.take_in([shop.receipt("30.00", "2026-01-07", number="R-3")])
    typed(shop, "R-4", "40.00", on="2026-01-08", store="East", customer="Ana")
    return shop


@pytest.mark.parametrize(
    ("asked", "receipts", "found", "net_minor"),
    [
        ({}, ["R-4", "R-3", "R-2", "R-1"], 4, 10000),
        ({"limit": 2}, ["R-4", "R-3"], 4, 10000),
        ({"customer": "Ana"}, ["R-4", "R-1"], 2, 5000),
        ({"first_on": date(2026, 1, 6), "last_on": date(2026, 1, 7)}, ["R-3", "R-2"], 2, 5000),
        ({"store": "East"}, ["R-4"], 1, 4000),
        ({"store": "West"}, [], 0, 0),
        ({"as_of": "2026-01-06"}, ["R-2", "R-1"], 2, 3000),
        ({"as_of": "2026-01-06", "last_on": date(2026, 1, 7)}, ["R-2", "R-1"], 2, 3000),
    ],
)
def test_a_list_begins_with_the_newest(
    week: Shop, asked: dict[str, Any], receipts: list[str], found: int, net_minor: int
) -> None:
    answer = listed(week, **asked)

    assert [row.receipt for row in answer.items] == receipts
    assert (answer.found, answer.net_minor) == (found, net_minor)


def test_a_list_says_who_bought_with_the_phone_masked(week: Shop) -> None:
    rows = {row.receipt: (row.customer, row.name, row.member_no, row.phone) for row in listed(week).items}

    assert rows["R-1"] == ("C-0001", "Ana", "M-Ana", "138****8000")
    assert rows["R-3"] == (None, None, None, None)


def test_a_withdrawn_sale_is_listed_and_adds_nothing(week: Shop) -> None:
    withdrawn(week, "R-4")
    answer = listed(week)

    assert (answer.found, answer.net_minor) == (4, 6000)
    assert [(row.receipt, row.withdrawn) for row in answer.items][:2] == [("R-4", "hand"), ("R-3", None)]


def test_several_receipts_of_one_number_are_listed_and_never_guessed(shop: Shop) -> None:
    fang = shop.customer("Fang")
    fang.bought("10.00", on="2026-01-05", number="7")
    fang.bought("20.00", on="2026-01-06", number="7")
    typed(shop, "7", "30.00", on="2026-01-06", store="East")

    for ask in (shown, withdrawn):
        with pytest.raises(SaleAmbiguous) as refused:
            ask(shop, "7")
        assert refused.value.details["count"] == 3
        assert refused.value.message.count("7 of 2026-01-06 (") == 2
        assert refused.value.next_step == "shopcrm sales show 7 --on 2026-01-06 --store East --source hand"
    with pytest.raises(SaleAmbiguous):
        shown(shop, "7", on=date(2026, 1, 6))
    assert shown(shop, "7", on=date(2026, 1, 5)).net_minor == 1000
    assert shown(shop, "7", on=date(2026, 1, 6), store="main").net_minor == 2000
    assert shown(shop, "7", source="hand").net_minor == 3000


def test_a_sale_and_a_refund_may_have_one_number(shop: Shop) -> None:
    fang = shop.customer("Fang")
    sold = fang.bought("10.00", on=DAY, number="7")
    shop.take_in([shop.receipt("-4.00", DAY, name="Fang", of=sold.receipt, number="7")])

    with pytest.raises(SaleAmbiguous) as refused:
        shown(shop, "7")
    assert refused.value.next_step == "shopcrm sales show 7 --on 2026-01-05 --kind refund"
    assert shown(shop, "7", kind="sale").net_minor == 1000
    assert shown(shop, "7", kind="refund").refund_of == "7"


def test_a_number_is_found_however_it_is_typed(shop: Shop) -> None:
    shop.customer("Fang").bought("10.00", on=DAY, number="No. a-7")

    assert [shown(shop, text).receipt for text in ("No. a-7", "no. A-7", "  no.  a-7 ", "Ｎｏ. a-7")] == ["No. a-7"] * 4


def test_a_number_that_is_not_there_is_said_so(week: Shop) -> None:
    with pytest.raises(SaleUnknown):
        shown(week, "R-99")
    with pytest.raises(SaleElsewhere) as refused:
        shown(week, "R-4", on=date(2026, 1, 5))
    assert refused.value.details["matches"] == "R-4 of 2026-01-08 (East, 40.00, hand)"
    with pytest.raises(SaleUnknown), week.reading("2026-01-07") as book:
        sales.show(book, sales.Asked("R-4"))


def test_a_receipt_shows_its_points_and_where_it_came_from(shop: Shop) -> None:
    fang = shop.customer("Fang")
    sold = fang.bought("50.00", on=DAY, number="R-7")
    fang.returned("20.00", on="2026-01-07", of=sold)
    shop.accrue()
    withdrawn(shop, "R-7", "it was a fitting")
    shop.accrue()

    receipt = shown(shop, "R-7")

    assert [(e.customer, e.kind, e.points, e.revision) for e in receipt.entries] == [
        (fang.code, "earn", 50, 1),
        (fang.code, "reverse", -50, 2),
    ]
    assert (receipt.points, receipt.revision, receipt.sheet) == (0, 2, "till.csv")
    assert (receipt.withdrawn, receipt.reason) == ("hand", "it was a fitting")
    assert [(refund.net_minor, refund.withdrawn) for refund in receipt.refunds] == [(-2000, "hand")]
