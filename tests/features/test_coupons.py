"""Why a coupon does not count on a receipt, or is not given out, said with its money and its days."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from features.by_hand import typed
from features.offers_by_hand import (
    an_offer,
    bearer,
    checked,
    coupon_for,
    expire,
    extended,
    handed,
    issued,
    redeemed,
    refusal,
    restored,
    settle,
    stands,
    voided,
)
from shop import Shop
from shopcrm.core.codes import ALPHABET


def sheet(shop: Shop, *lines: str) -> Path:
    path = shop.path.with_name("lines.csv")
    path.write_text("\n".join(("sku,category,quantity,amount", *lines)), encoding="utf-8")
    return path


SPRING = {"first_on": date(2026, 7, 5), "last_on": date(2026, 7, 20)}
TEA = {"categories": ["tea"]}
BIG = {"min_spend_minor": 20_000}


@pytest.mark.parametrize(
    ("terms", "total", "lines", "code", "sentence"),
    [
        (BIG, "149.99", (), "below_min_spend", "Coupon {}: 50.01 CNY short of the 200.00 minimum."),
        (BIG, "200", (), None, ""),
        (
            BIG | TEA, "500", ("T-1,tea,1,120.50", "C-1,cups,1,300"), "below_min_spend",
            "Coupon {}: 79.50 CNY short of the 200.00 minimum of tea.",
        ),
        (SPRING, "100", (), "coupon_not_yet", "Coupon {} is good from 2026-07-05 on; today is 2026-06-30."),
        (TEA, "100", (), "lines_needed", "Coupon {} is for tea only: say what is on the receipt."),
        (
            {"categories": ["tea", "cups"], "skus": ["X-9"]}, "100", ("B-1,books,1,80",), "nothing_covered",
            "Coupon {} is for tea, cups, X-9 only, and none of that is on the receipt.",
        ),
        ({"skus": ["x-9"]}, "100", ("X-9,books,1,80",), None, ""),
        (TEA, "100", ("B-1,TEA,1,80",), None, ""),
        (TEA, "100", (",tea,1,100.01",), "usage", "The lines come to 100.01, more than the total of 100.00."),
        ({}, "-1", (), "usage", "A total cannot be less than nothing."),
        (
            {"kind": "exchange"}, "100", (), "lines_needed",
            "Coupon {} is for one piece only: say what is on the receipt.",
        ),
        (
            {"kind": "exchange", "skus": ["X-9"]}, "100", ("X-9,,0.5,80",), "nothing_covered",
            "Coupon {} is for X-9 only, and none of that is on the receipt.",
        ),
    ],
)  # fmt: skip
def test_a_receipt_on_which_a_coupon_does_not_count(
    shop: Shop, terms: dict[str, Any], total: str, lines: tuple[str, ...], code: str | None, sentence: str
) -> None:
    coupon = bearer(shop, **terms)
    more: dict[str, Any] = {"lines": sheet(shop, *lines)} if lines else {}
    if code is None:
        assert checked(shop, coupon, total, **more)[0].valid
        assert redeemed(shop, coupon, total=total, **more).discount_minor == 1_000
        return
    assert refusal(lambda: redeemed(shop, coupon, total=total, **more)) == (code, sentence.format(coupon))
    if code != "usage":
        said, refused = checked(shop, coupon, total, **more)
        assert (said.valid, said.reason, said.because) == (False, code, sentence.format(coupon))
        assert (said.discount_minor, said.arithmetic, said.items) == (0, (), ())
        assert refused is not None
    assert stands(shop, coupon)[0] == "issued"


def test_a_coupon_that_was_used_void_or_is_over_says_when_and_where(shop: Shop) -> None:
    coupon = bearer(shop, as_of="2026-06-01", valid_days=10)
    redeemed(shop, coupon, "r-9", as_of="2026-06-03")
    used = ("coupon_redeemed", f"Coupon {coupon} was redeemed on 2026-06-03, on receipt R-9.")
    assert refusal(lambda: redeemed(shop, coupon, "R-10")) == used
    assert refusal(lambda: voided(shop, coupon)) == used
    assert refusal(lambda: extended(shop, coupon, "2026-12-31")) == used
    restored(shop, coupon, "2026-06-04")
    over = ("coupon_expired", f"Coupon {coupon} was good until 2026-06-11, through the end of that day.")
    assert refusal(lambda: redeemed(shop, coupon, as_of="2026-06-12")) == over
    expire(shop, "2026-06-12")
    assert refusal(lambda: redeemed(shop, coupon, as_of="2026-06-12")) == over
    voided(shop, coupon, "2026-06-13")
    void = ("coupon_void", f"Coupon {coupon} is void since 2026-06-13.")
    assert refusal(lambda: redeemed(shop, coupon)) == void
    assert refusal(lambda: extended(shop, coupon, "2026-12-31")) == void
    assert refusal(lambda: handed(shop, coupon))[0] == "nothing_to_hand_over"


# --- whose it is ------------------------------------------------------------------------------------------------


def test_a_coupon_of_another_is_refused_also_where_only_the_receipt_tells_whose_it_is(shop: Shop) -> None:
    shop.customer("Ana")
    shop.customer("Bo").bought("100", on="2026-06-30", number="R-5")
    an_offer(shop)
    coupon = coupon_for(shop, "TEN", "Ana")
    other = ("not_for_customer", f"Coupon {coupon} is not for C-0002: it was given to C-0001.")
    assert refusal(lambda: redeemed(shop, coupon, customer="Bo")) == other
    assert refusal(lambda: redeemed(shop, coupon, "r-5")) == other
    assert checked(shop, coupon, receipt="R-5")[0].reason == "not_for_customer"
    assert redeemed(shop, coupon, "R-5", customer="Ana").discount_minor == 1_000, "whoever is at the counter says so"


def test_customers_who_are_not_meant_are_refused_by_name_and_passed_over_in_a_group(boutique: Shop) -> None:
    for name, spent in (("Ana", "4000"), ("Bo", "20"), ("Cai", "5000")):
        boutique.customer(name).bought(spent, on="2026-06-01")
    boutique.assign_tiers()
    boutique.write("INSERT INTO customer_tag (customer_id, tag) SELECT id, 'letter' FROM customer")
    an_offer(boutique, tiers=["gold", "black"], per_customer=1)
    assert refusal(lambda: issued(boutique, "TEN", "Ana", "Bo")) == (
        "not_for_customer", "Offer TEN is not for C-0002: it is for gold, black."
    )  # fmt: skip
    issued(boutique, "ten ", "Ana")
    group = issued(boutique, "TEN", groups={"tag": "letter"}, key="letter")
    assert ([each.name for each in group.items], group.skipped) == (["Cai"], 2)
    assert issued(boutique, "TEN", groups={"tag": "letter"}, key="letter").is_repeat
    assert refusal(lambda: issued(boutique, "TEN", groups={"tag": "nobody"}))[0] == "group_unknown"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "Say whom they are for with one of"),
        ({"bearer": 1, "groups": {"tag": "a"}}, "Say whom they are for with one of"),
        ({"bearer": 0}, "One coupon at the least is issued, not 0."),
        ({"groups": {"tag": "a"}}, "Offer TEN is for bearers: say how many with --bearer."),
    ],
)
def test_whom_coupons_are_for_is_said_once(shop: Shop, asked: dict[str, Any], sentence: str) -> None:
    an_offer(shop, is_bearer=True)
    code, said = refusal(lambda: issued(shop, "TEN", **asked))
    assert code == "usage"
    assert said.startswith(sentence)


def test_an_offer_for_customers_is_not_for_bearers(shop: Shop) -> None:
    an_offer(shop)
    assert refusal(lambda: issued(shop, "TEN", bearer=3))[1] == "Offer TEN is for customers by name."


# --- together ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "go_together"),
    [
        ({"combines": ["order"]}, {"combines": ["order"]}, True),
        ({"combines": ["order"]}, {}, False),
        ({}, {"combines": ["order"]}, False),
        ({"combines": ["product"]}, {"combines": ["order"]}, False),
        (TEA | {"combines": ["order"]}, {"combines": ["product"]}, True),
        (TEA | {"combines": ["product"]}, {"combines": ["product", "order"]}, False),
    ],
)
@pytest.mark.parametrize("is_later", [False, True])
def test_coupons_go_together_where_both_say_so(
    shop: Shop, one: dict[str, Any], other: dict[str, Any], go_together: bool, is_later: bool
) -> None:
    first, second = bearer(shop, "ONE", **one), bearer(shop, "OTHER", **other)
    lines = sheet(shop, ",tea,1,100")
    if is_later:
        redeemed(shop, first, lines=lines)
    codes = [second] if is_later else [first, second]
    if go_together:
        assert redeemed(shop, codes, lines=lines).payable_minor == 8_000
        return
    ends = (second, "OTHER", first, "ONE") if is_later else (first, "ONE", second, "OTHER")
    assert refusal(lambda: redeemed(shop, codes, lines=lines)) == (
        "not_combinable", "Coupons {} ({}) and {} ({}) do not go together on one receipt.".format(*ends)
    )  # fmt: skip
    assert stands(shop, second)[0] == "issued"


def test_one_coupon_that_does_not_count_leaves_all_unused(shop: Shop) -> None:
    good, big = bearer(shop, combines=["order"]), bearer(shop, "BIG", combines=["order"], min_spend_minor=20_000)
    assert refusal(lambda: redeemed(shop, [good, big]))[0] == "below_min_spend"
    assert redeemed(shop, [good, good.lower()]).discount_minor == 1_000, "the same one twice is one"


# --- what was meant ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slip", ["wrong", "missing", "too many", "swapped"])
def test_a_code_that_nobody_has_names_the_one_that_was_meant(shop: Shop, slip: str) -> None:
    coupon = bearer(shop).replace("-", "")
    at = next(place for place in range(1, 9) if coupon[place] != coupon[place + 1])
    other = next(each for each in ALPHABET if each not in coupon)
    typed_so = {
        "wrong": coupon[:at] + other + coupon[at + 1 :],
        "missing": coupon[:at] + coupon[at + 1 :],
        "too many": coupon[:at] + other + coupon[at:],
        "swapped": coupon[:at] + coupon[at + 1] + coupon[at] + coupon[at + 2 :],
    }[slip]
    meant = f"{coupon[:5]}-{coupon[5:]}"
    assert refusal(lambda: checked(shop, typed_so)) == (
        "coupon_unknown", f"There is no coupon “{typed_so}”; the nearest is {meant}."
    )  # fmt: skip
    assert refusal(lambda: checked(shop, "王芳"))[1] == "There is no coupon “王芳”; none is like it."


def test_one_piece_is_exchanged_for_one_coupon(shop: Shop) -> None:
    swap: dict[str, Any] = {"kind": "exchange", "value_minor": 100, "categories": ["tea"], "combines": ["product"]}
    one, other = bearer(shop, "ONE", **swap), bearer(shop, "OTHER", **swap)
    lines = sheet(shop, ",tea,1,30", ",cups,1,70")
    assert refusal(lambda: redeemed(shop, [one, other], lines=lines))[0] == "nothing_covered"
    assert redeemed(shop, one, lines=lines).payable_minor == 7_100
    assert redeemed(shop, [one], "R-1", lines=lines).is_repeat
    assert stands(shop, other)[0] == "issued"


def test_lines_of_the_book_count_where_they_add_up(shop: Shop) -> None:
    coupon = bearer(shop, categories=["Dresses"])
    shop.customer("Ana").bought("80", on="2026-06-30", number="R-1")
    assert checked(shop, coupon, "80", receipt="r-1")[0].payable_minor == 7_000
    assert checked(shop, coupon, "90", receipt="R-1")[0].reason == "lines_needed"
    typed(shop, "R-2", "80", on="2026-06-30")
    assert checked(shop, coupon, "80", receipt="R-2")[0].reason == "lines_needed"
    assert settle(shop) == 0
