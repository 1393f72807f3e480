"""Why there are so many points: entries written out from what was kept with them, word for word."""

from datetime import date, timedelta
from typing import Any

import pytest

from core.postings import posting
from shop import NOW, Shop
from shopcrm.core import ledger
from shopcrm.core.book import open_book
from shopcrm.core.errors import CustomerUnknown, EntryUnknown
from shopcrm.features.points import expiry
from shopcrm.features.points.arithmetic import Inputs, calculation, remarks
from shopcrm.features.points.explaining import ExplainedEntry, explain
from shopcrm.features.points.holdings import ExplainedCustomer
from shopcrm.features.settings import set_value


def entry(shop: Shop, number: int | str, as_of: str | None = None) -> ExplainedEntry:
    with shop.reading(as_of) as book:
        found = explain(book, str(number))
    assert isinstance(found, ExplainedEntry)
    return found


def customer(shop: Shop, text: str, as_of: str | None = None) -> ExplainedCustomer:
    with shop.reading(as_of) as book:
        found = explain(book, text)
    assert isinstance(found, ExplainedCustomer)
    return found


def written(kept: dict[str, Any], points: int, before: int = 0, texts: dict[str, Any] | None = None) -> list[str]:
    """All that is said of what was kept with an entry of so many points, in yuan."""
    inputs = Inputs(kept, texts or {}, "CNY", 2)
    return [*calculation(inputs, points, before), *remarks(inputs)]


@pytest.mark.parametrize(
    ("kept", "points", "said"),
    [
        ({"net_minor": 29900, "rate": "1"}, 299, ["299.00 CNY × 1 = 299 points"]),
        (
            {"net_minor": 29950, "rate": "1", "tier": "gold", "multiplier": "2"},
            599,
            ["299.50 CNY × 1 × 2 (gold) = 599 points"],
        ),
        ({"net_minor": 29999, "rate": "1/10"}, 29, ["299.99 CNY × 1/10 = 29 points, rounded down"]),
        (
            {"net_minor": 30000, "base_minor": 28000, "excluded_minor": 1500, "tax_minor": 500, "rate": "1"},
            280,
            [
                "300.00 CNY were paid, of which 280.00 CNY earn.",
                "280.00 CNY × 1 = 280 points",
                "15.00 CNY of the receipt earns nothing: what it was paid for is excluded.",
                "5.00 CNY of the receipt is tax, which earns nothing.",
            ],
        ),
        (
            {"net_minor": 30000, "excluded_minor": 1500, "tax_minor": 0, "base_minor": 28500, "rate": "1"},
            285,
            [
                "300.00 CNY were paid, of which 285.00 CNY earn.",
                "285.00 CNY × 1 = 285 points",
                "15.00 CNY of the receipt earns nothing: what it was paid for is excluded.",
            ],
        ),
        (
            {"net_minor": -10000, "sale_minor": 29900, "sale_points": 598, "sale_revision": 1},
            -200,
            [
                (
                    "Its sale of 299.00 CNY gave 598 points, 100.00 CNY of it came back:"
                    " 598 × (299.00 CNY - 100.00 CNY) / 299.00 CNY = 398 points stay"
                )
            ],
        ),
        (
            {"net_minor": -10000, "sale_minor": 30000, "sale_points": 100, "sale_revision": 1,
             "left_points": 66, "returned_minor": 20000},
            -33,
            [
                (
                    "Its sale of 300.00 CNY gave 100 points, 200.00 CNY of it came back:"
                    " 100 × (300.00 CNY - 200.00 CNY) / 300.00 CNY = 33 points stay, rounded down"
                ),
                "34 points of those had been taken back before.",
            ],
        ),
        (
            {"net_minor": -9950, "sale_minor": 21100, "sale_points": 398, "sale_revision": 1,
             "sale_base_minor": 19900, "returned_base_minor": 9950},
            -199,
            [
                (
                    "Its sale gave 398 points for 199.00 CNY, 99.50 CNY of that came back:"
                    " 398 × (199.00 CNY - 99.50 CNY) / 199.00 CNY = 199 points stay"
                ),
            ],
        ),
        (  # kept with an entry from before: how it came to so many cannot be told any more
            {"net_minor": -9950, "sale_minor": 21100, "sale_points": 398, "sale_base_minor": 19900},
            -199,
            ["Its sale gave 398 points."],
        ),
        (  # the customer had spent some, and the shop lets them go
            {"net_minor": -10000, "sale_minor": 29900, "sale_points": 598, "sale_revision": 1},
            -150,
            ["Its sale gave 598 points."],
        ),
        (
            {"net_minor": -10000, "rate": "1"},
            -60,
            [
                "100.00 CNY × 1 = 100 points",
                "No more was taken back than the customer's receipts had earned: 60.",
            ],
        ),
        ({"value": "100 points = 1000 minor"}, -150, ["150 points × 10.00 CNY / 100 = 15.00 CNY"]),
        ({"value": "3 points = 10 minor"}, -10, ["10 points × 0.10 CNY / 3 = 0.33 CNY, rounded down"]),
        ({"pending_days": 7, "expires": "12 months"}, 5, [
            "They could be spent 7 days later.", "How long they last: 12 months.",
        ]),
        ({"moon": "full", "fee_minor": 250, "nothing": None}, 5, [
            "Kept with it: moon = full.", "Kept with it: fee_minor = 2.50 CNY.",
        ]),
        ({}, 5, []),
    ],
)  # fmt: skip
def test_what_was_kept_is_written_out(kept: dict[str, Any], points: int, said: list[str]) -> None:
    assert written(kept, points) == said


def test_the_multiplier_of_extra_days_is_that_of_the_settings_of_the_entry() -> None:
    kept = {"net_minor": 10000, "rate": "1", "promotion": "may", "multiplier": "2", "tier": "gold"}

    said = written(kept, 600, texts={"promotions.may.multiplier": "3"})

    assert said == ["100.00 CNY × 1 × 2 (gold) × 3 (may) = 600 points"]


def test_an_entry_for_a_changed_receipt_is_the_difference() -> None:
    said = written({"net_minor": 15000, "rate": "1"}, 50, before=100)

    assert said[1] == "100 points had been posted for this receipt before; this is the difference: +50."


def test_an_earning_is_told_whole(boutique: Shop) -> None:
    ana = boutique.customer("Ana")
    ana.bought("3000.00", on="2026-01-04")
    ana.bought("299.99", on="2026-01-05", number="R-9")
    boutique.accrue()
    ana.redeemed(100, "R-10", on="2026-06-30")

    found = entry(boutique, 2)

    assert found.lines[:3] == (
        "Entry 2: C-0001 Ana earned 599 points on 2026-01-05.",
        "It is for receipt R-9.",
        "Posted on 2026-06-30 by test.",
    )
    assert "299.99 CNY × 1 × 2 (gold) = 599 points, rounded down" in found.lines
    assert (found.settings["tiers.gold.multiplier"], found.inputs["tier"]) == ("2", "gold")
    assert (found.points, found.customer, found.settings_version, found.effective_on) == (599, "C-0001", 1, None)
    assert found.lines[-1].startswith("It opened a lot of 599 points, spendable from ")
    assert [(lot.points, lot.left) for lot in found.lots] == [(599, 599)]


def test_a_version_of_the_settings_is_named_with_its_day(shop: Shop) -> None:
    shop.set("points.rate", "3", as_of="2026-02-01")
    shop.customer("Ana").bought("10.00", on="2026-02-01")
    shop.accrue()

    found = entry(shop, 1)

    assert "Rule: points.rate. Settings version 2, in force since 2026-02-01." in found.lines
    assert found.settings["points.rate"] == "3"


def test_what_was_set_for_an_earlier_day_since_is_not_what_an_entry_was_posted_by(shop: Shop) -> None:
    shop.customer("Ana").bought("10.00", on="2026-02-01")
    shop.set("points.step", "2", as_of="2026-02-01")
    shop.accrue()
    with open_book(shop.path, write=True, as_of=date(2026, 1, 1), now=NOW + timedelta(1)) as book:
        set_value(book, "points.rate", "5")

    assert entry(shop, 1).settings["points.rate"] == "1"


def test_a_redemption_tells_its_lots_and_what_took_it_back(shop: Shop) -> None:
    shop.customer("Ana")
    with shop.writing("2026-01-01") as book:
        ledger.post(book, posting("soon", 60, "2026-01-01", expires_on="2026-12-31"))
        ledger.post(book, posting("ever", 60, "2026-01-02"))
    spent = shop.customer("Ana").redeemed(100, "R-1", on="2026-03-01").entry
    with shop.writing("2026-03-05") as book:
        ledger.post(book, posting("back", 70, "2026-03-05", kind="reverse", reverses_id=spent))

    said = entry(shop, spent).lines
    assert said[-3:] == (
        "It took 60 points from the lot of 2026-01-01 (entry 1), good until 2026-12-31.",
        "It took 40 points from the lot of 2026-01-02 (entry 2), good for ever.",
        "Entry 4 of 2026-03-05 takes it back: +70 points.",
    )
    assert "Entry 4" not in " ".join(entry(shop, spent, "2026-03-04").lines), "not known on that day"
    back = entry(shop, 4).lines
    assert "It put 40 points back into the lot of 2026-01-02 (entry 2), good for ever." in back
    assert "It put 30 points back into the lot of 2026-01-01 (entry 1), good until 2026-12-31." in back
    assert back[-1] == "It takes back entry 3."


def test_what_was_owed_and_paid_is_told(shop: Shop) -> None:
    ana = shop.customer("Ana")
    sold = ana.bought("100.00", on="2026-01-05")
    shop.accrue()
    ana.redeemed(80, "R-100", on="2026-01-06")
    ana.returned("100.00", on="2026-01-07", of=sold)
    ana.bought("90.00", on="2026-01-08")
    shop.accrue()

    assert "80 points were in no lot; the customer owes them to the next that come." in entry(shop, 3).lines
    assert "80 of them paid what was owed." in entry(shop, 4).lines


def test_an_expiry_and_an_adjustment_are_told(shop: Shop) -> None:
    shop.customer("Ana").adjusted(50, on="2026-01-01")
    with shop.writing("2026-01-01") as book:
        ledger.post(book, posting("gone", 60, "2026-01-01", expires_on="2026-01-31"))
    with shop.writing() as book:
        expiry.expire(book)

    assert entry(shop, 3).lines[0] == "Entry 3: 60 points of C-0001 Ana expired on 2026-02-01."
    assert "Their last good day was 2026-01-31." in entry(shop, 3).lines
    assert entry(shop, 1).lines[:2] == (
        "Entry 1: +50 points of C-0001 Ana were adjusted on 2026-01-01.",
        "Reason: test",
    )


def test_a_customer_is_a_sum_of_kinds_and_of_lots(shop: Shop) -> None:
    ana = shop.customer("Ana", phone="13800138000")
    ana.bought("100.00", on="2026-01-05", number="R-7")
    shop.accrue()
    with shop.writing("2026-01-01") as book:
        ledger.post(book, posting("gone", 60, "2026-01-01", expires_on="2026-01-31"))
        ledger.post(book, posting("ends", 40, "2026-01-01", expires_on="2026-07-31"))
        ledger.post(book, posting("waits", 5, "2026-06-29", available_on="2026-07-06"))
    ana.redeemed(30, "R-1")

    found = customer(shop, "8000")

    assert found.lines == (
        "C-0001 Ana: 115 points as of 2026-06-30, 110 to spend, 5 pending.",
        "  earn: +205 in 4 entries",
        "  redeem: -30 in 1 entry",
        "  past their last day: -60; to be posted by `shopcrm points expire`",
        "  = 115 points",
        "Lot of 2026-01-01 (entry 3): 10 of 40 left, spendable from 2026-01-01, good until 2026-07-31.",
        "Lot of 2026-01-05 (entry 1, receipt R-7): 100 of 100 left, spendable from 2026-01-05, good for ever.",
        "Lot of 2026-06-29 (entry 4): 5 of 5 left, spendable from 2026-07-06, good for ever.",
        "Next to end: 10 points, after 2026-07-31.",
    )
    assert sum(kind.points for kind in found.kinds) - found.unswept_points == found.balance_points
    assert (found.next_on, found.next_points, found.value_minor) == (date(2026, 7, 31), 10, 110)


def test_a_number_is_an_entry_first_then_a_customer_and_else_refused(shop: Shop) -> None:
    shop.customer("Ana", phone="13800138000").adjusted(5)

    assert entry(shop, "1").points == 5
    assert customer(shop, "13800138000").customer == "C-0001"
    for as_of, number in ((None, "2"), ("2026-06-29", "1")):
        with shop.reading(as_of) as book, pytest.raises(EntryUnknown):
            explain(book, number)
    with shop.reading() as book, pytest.raises(CustomerUnknown):
        explain(book, "Zoë")


def test_a_lot_is_told_through_its_last_good_day(shop: Shop) -> None:
    shop.customer("Ana")
    with shop.writing("2026-03-01") as book:
        ledger.post(book, posting("lot", 40, "2026-03-01", expires_on="2026-03-31"))

    told = [customer(shop, "Ana", day) for day in ("2026-03-31", "2026-04-01")]

    assert [(str(each.next_on), each.next_points, len(each.lots)) for each in told] == [
        ("2026-03-31", 40, 1),
        ("None", 0, 0),
    ]
