"""Coupons come back with their receipts: by the rules of the day, late or at once, every night or after missed ones."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from features.by_hand import typed, undone, withdrawn
from features.offers_by_hand import (
    an_offer,
    broken,
    coupon_for,
    expire,
    extended,
    handed,
    listed,
    redeemed,
    restored,
    settle,
    shown,
    stands,
)
from shop import Shop
from shopcrm.features import sales

DAY = "2026-01-05"


def used(shop: Shop, code: str = "TEN", receipt: str = "R-1", on: str = DAY, **more: Any) -> str:
    """A coupon redeemed on a receipt of a hundred that is in the book: until ten days after its issue."""
    if not shop.rows(f"SELECT 1 FROM offer WHERE code = '{code}'"):  # noqa: S608 - names from here
        an_offer(shop, code, combines=["order"], is_bearer=True, valid_days=10)
    coupon = coupon_for(shop, code, as_of="2026-01-01")
    redeemed(shop, coupon, receipt, as_of=on, **more)
    if not shop.rows(f"SELECT 1 FROM sale WHERE receipt = '{receipt}'"):  # noqa: S608
        typed(shop, receipt, "100", on=on)
    return coupon


def given_back(shop: Shop, amount: str, on: str, receipt: str = "R-1", number: str | None = None, **more: Any) -> None:
    typed(shop, number or f"{receipt}-B{on}", amount, on=on, refund_of=receipt, **more)


def copy(shop: Shop, name: str) -> Shop:
    return Shop(Path(shutil.copy(shop.path, shop.path.with_name(name))))


@pytest.mark.parametrize(
    ("policy", "backs", "comes_back_on"),
    [
        ("full", [("100", "06")], "2026-01-06"),
        ("full", [("99.99", "06")], None),
        ("full", [("40", "06"), ("60", "08")], "2026-01-08"),
        ("any", [("0.01", "06"), ("99.99", "08")], "2026-01-06"),
        ("never", [("100", "06")], None),
    ],
)
def test_which_refunds_give_a_coupon_back(
    shop: Shop, policy: str, backs: list[tuple[str, str]], comes_back_on: str | None
) -> None:
    shop.set("coupons.refund", policy, as_of="2025-01-01")
    coupon = used(shop)
    for amount, day in backs:
        given_back(shop, amount, f"2026-01-{day}")

    assert settle(shop, "2026-01-09") == (comes_back_on is not None)

    assert stands(shop, coupon, "2026-01-09") == ("issued" if comes_back_on else "redeemed", "2026-01-11")
    last = shown(shop, coupon, "2026-01-09").events[-1]
    assert (last.event, str(last.on)) == (("restore", comes_back_on) if comes_back_on else ("redeem", DAY))
    assert settle(shop, "2026-01-09") == 0, "a second run finds nothing"
    assert broken(shop) == []


def test_the_rule_of_the_day_on_which_a_part_came_back_decides(shop: Shop) -> None:
    shop.set("coupons.refund", "any", as_of="2026-01-08")
    coupon = used(shop)
    given_back(shop, "40", "2026-01-07")
    assert settle(shop, "2026-01-07") == 0
    assert settle(shop, "2026-01-09") == 0, "what is changed later changes nothing of before"
    given_back(shop, "1", "2026-01-09")
    assert settle(shop, "2026-01-10") == 1
    assert str(shown(shop, coupon, "2026-01-10").events[-1].on) == "2026-01-09"


@pytest.mark.parametrize(
    ("grace", "back_on", "stands_then"),
    [
        ("0", "2026-01-09", ("issued", "2026-01-11")),
        ("1", "2026-01-09", ("issued", "2026-01-11")),
        ("5", "2026-01-09", ("issued", "2026-01-14")),
        ("0", "2026-01-11", ("issued", "2026-01-11")),
        ("0", "2026-01-12", ("expired", "2026-01-11")),
        ("5", "2026-01-20", ("issued", "2026-01-25")),
    ],
)
def test_what_comes_back_lasts_as_long_as_it_did_and_the_days_of_grace_at_the_least(
    shop: Shop, grace: str, back_on: str, stands_then: tuple[str, str]
) -> None:
    shop.set("coupons.restore_days", grace, as_of="2025-01-01")
    coupon = used(shop)
    given_back(shop, "100", back_on)
    settle(shop, back_on)
    assert stands(shop, coupon, back_on) == stands_then
    assert broken(shop) == []


def test_what_never_ends_comes_back_without_an_end(shop: Shop) -> None:
    shop.set("coupons.restore_days", "5", as_of="2025-01-01")
    an_offer(shop, "TAG", is_bearer=True, combines=["order"])
    coupon = used(shop, "TAG")
    given_back(shop, "100", "2026-01-09")
    assert settle(shop, "2026-01-09") == 1
    assert stands(shop, coupon, "2026-01-09") == ("issued", None)


@pytest.mark.parametrize("is_handed", [True, False])
def test_a_gift_that_was_handed_over_stays_redeemed(shop: Shop, is_handed: bool) -> None:
    an_offer(shop, "CAKE", kind="gift", item="蛋糕", is_bearer=True)
    coupon = used(shop, "CAKE")
    if is_handed:
        handed(shop, coupon, "2026-01-06")
    given_back(shop, "100", "2026-01-07")
    assert settle(shop, "2026-01-09") == (not is_handed)
    assert shown(shop, coupon, "2026-01-09").status == ("redeemed" if is_handed else "issued")
    assert shown(shop, coupon, "2026-01-09").owed is None


@pytest.mark.parametrize("order", ["settle first", "expire first"])
def test_missed_nights_come_to_what_every_night_would_have(shop: Shop, order: str) -> None:
    """A refund that is known on its day or nine days late, and coupons that end meanwhile."""
    shop.set("coupons.restore_days", "2", as_of="2025-01-01")
    coupons = [used(shop, receipt=f"R-{number}", on=f"2026-01-0{number}") for number in range(2, 8)]
    spare = coupon_for(shop, "TEN", as_of="2026-01-01")
    late = copy(shop, "late.db")

    def nights(book: Shop, *days: int) -> None:
        for day in days:
            for sweep in (settle, expire) if order == "settle first" else (expire, settle):
                sweep(book, f"2026-01-{day:02}")

    backs = {9: "R-2", 11: "R-3", 15: "R-5"}
    for day in range(2, 26):
        if day in backs:
            given_back(shop, "100", f"2026-01-{day:02}", backs[day])
        nights(shop, day)
    for day, receipt in reversed(backs.items()):
        given_back(late, "100", f"2026-01-{day:02}", receipt)
    nights(late, 20, 25)

    assert shop.dump() == late.dump()
    assert {stands(shop, each)[0] for each in coupons} == {"redeemed", "expired"}
    assert stands(shop, spare) == ("expired", "2026-01-11")
    assert broken(shop) == broken(late) == []


def test_several_coupons_of_a_receipt_come_back_together_and_others_stay(shop: Shop) -> None:
    both, other = [used(shop), used(shop)], used(shop, receipt="R-2")
    given_back(shop, "100", "2026-01-07")
    assert settle(shop, "2026-01-08") == 2
    assert [stands(shop, each)[0] for each in (*both, other)] == ["expired", "expired", "redeemed"]
    assert [shown(shop, each, "2026-01-08").status for each in (*both, other)] == ["issued", "issued", "redeemed"]


def test_the_same_number_in_two_stores_gives_back_its_own_coupon(shop: Shop) -> None:
    here, there = used(shop), used(shop, store="north")
    typed(shop, "R-1", "100", on=DAY, store="north")
    with shop.writing() as book:
        sales.write_refund(book, sales.plan_refund(book, sales.Asked("R-1", store="north")))
    settle(shop)
    assert [stands(shop, each)[0] for each in (here, there)] == ["redeemed", "expired"]


def test_a_refund_that_a_till_dates_before_its_sale_counts_on_the_day_of_the_sale(shop: Shop) -> None:
    coupon = used(shop)
    shop.import_text("receipt,date,amount,refund_of\nB-1,2026-01-04,-100.00,R-1\n")
    shop.write("UPDATE sale SET refund_of_id = (SELECT id FROM sale WHERE receipt = 'R-1') WHERE receipt = 'B-1'")
    assert settle(shop, "2026-01-06") == 1
    assert str(shown(shop, coupon, "2026-01-06").events[-1].on) == DAY


def test_a_receipt_that_its_till_writes_under_another_store_is_still_the_one(shop: Shop) -> None:
    coupon = used(shop, receipt="r-77", store="counter 2")
    given_back(shop, "100", "2026-01-07", "R-77")
    settle(shop, "2026-01-08")
    assert shown(shop, coupon, "2026-01-08").status == "issued"


@pytest.mark.parametrize("how", ["by hand", "by the till", "undone"])
def test_a_receipt_that_was_withdrawn_gives_its_coupon_back_and_one_that_was_undone_does_not(
    shop: Shop, how: str
) -> None:
    an_offer(shop, is_bearer=True, valid_days=10)
    coupon = coupon_for(shop, "TEN", as_of="2026-01-01")
    redeemed(shop, coupon, "R-1", as_of=DAY)
    text = f"receipt,date,amount,status\nR-1,{DAY},100.00,{{}}\n"
    if how == "by the till":
        shop.import_text(text.format("paid"))
        shop.import_text(text.format("void"), "again.csv")
    else:
        batch = typed(shop, "R-1", "100", on=DAY).batch
        if how == "by hand":
            withdrawn(shop, "R-1")
        else:
            undone(shop, batch)
    assert settle(shop, "2026-01-08") == (how != "undone")
    assert shown(shop, coupon, "2026-01-08").status == ("redeemed" if how == "undone" else "issued")
    assert settle(shop, "2026-01-08") == 0


def test_a_night_that_is_swept_as_of_a_day_before_anything_happened_does_nothing(shop: Shop) -> None:
    coupon = used(shop)
    withdrawn(shop, "R-1")
    assert settle(shop, "2026-01-03") == 0
    assert shown(shop, coupon, "2026-01-06").status == "redeemed"


def test_what_was_given_back_by_hand_or_extended_does_not_come_back_twice(shop: Shop) -> None:
    coupon = used(shop)
    given_back(shop, "100", "2026-01-06")
    restored(shop, coupon, "2026-01-07")
    assert settle(shop, "2026-01-08") == 0
    extended(shop, coupon, "2026-02-01", "2026-01-08")
    redeemed(shop, coupon, "R-2", as_of="2026-01-09")
    assert settle(shop, "2026-01-10") == 0, "it is used on another receipt by now"
    assert stands(shop, coupon, "2026-01-10") == ("redeemed", "2026-02-01")


def test_coupons_are_shown_as_of_any_day_as_they_were_shown_on_it(shop: Shop) -> None:
    an_offer(shop, "CAKE", kind="gift", item="蛋糕", is_bearer=True)
    cake, ten = coupon_for(shop, "CAKE", as_of="2026-01-01"), used(shop)
    days: dict[str, Callable[[str], object]] = {
        "2026-01-02": lambda day: redeemed(shop, cake, "R-9", as_of=day),
        "2026-01-03": lambda day: handed(shop, cake, day),
        "2026-01-06": lambda day: restored(shop, cake, day),
        "2026-01-07": lambda day: given_back(shop, "100", day),
        "2026-01-08": lambda day: redeemed(shop, cake, "R-10", as_of=day),
        "2026-01-09": lambda day: handed(shop, cake, day),
        "2026-01-10": lambda day: extended(shop, ten, "2026-01-20", day),
        "2026-01-21": lambda day: None,
    }

    def seen(day: str) -> object:
        return listed(shop, day), shown(shop, cake, day), shown(shop, ten, day)

    then = {}
    for day, act in days.items():
        if day < DAY:
            act(day)
            continue
        act(day)
        settle(shop, day)
        expire(shop, day)
        then[day] = seen(day)
    assert {day: seen(day) for day in then} == then
    assert [str(shown(shop, cake, f"2026-01-0{day}").handed_on) for day in range(2, 10)] == [
        "None", "2026-01-03", "2026-01-03", "2026-01-03", "None", "None", "None", "2026-01-09"
    ]  # fmt: skip
    assert [shown(shop, cake, f"2026-01-0{day}").owed for day in (2, 4, 6, 8, 9)] == ["蛋糕", None, None, "蛋糕", None]
