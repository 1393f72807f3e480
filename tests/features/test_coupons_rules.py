"""Why a coupon does not count, said with its money and its days; and what typing a thing twice comes to."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from features.by_hand import typed
from features.offers_by_hand import (
    an_offer,
    broken,
    checked,
    coupon_for,
    expire,
    extended,
    handed,
    issued,
    listed,
    redeemed,
    restored,
    retire,
    settle,
    shown,
    stands,
    voided,
    write_terms,
)
from shop import Shop
from shopcrm.core.codes import ALPHABET
from shopcrm.core.errors import ShopError


def bearer(shop: Shop, code: str = "TEN", as_of: str | None = None, **terms: Any) -> str:
    """A coupon of an offer of these terms."""
    an_offer(shop, code, is_bearer=True, **terms)
    return coupon_for(shop, code, as_of=as_of)


def refusal(call: Callable[[], object]) -> tuple[str, str]:
    """The code and the sentence of a refusal."""
    with pytest.raises(ShopError) as refused:
        call()
    return refused.value.code, refused.value.message


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
        ({"kind": "exchange"}, "100", (), "lines_needed", "Coupon {} is for one piece only: say what is on the receipt."),
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
    more = {"lines": sheet(shop, *lines)} if lines else {}
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


# --- how many, and how much -------------------------------------------------------------------------------------


def test_limits_count_what_is_not_void(shop: Shop) -> None:
    for name in ("Ana", "Bo", "Cai"):
        shop.customer(name)
    an_offer(shop, per_customer=2, issue_limit=4)
    first = issued(shop, "TEN", "Ana", "Ana", "Bo").items[0].code
    assert refusal(lambda: issued(shop, "TEN", "Bo", "Ana")) == (
        "limit_reached", "C-0001 has 2 of the 2 coupons of offer TEN that one customer may have."
    )  # fmt: skip
    assert refusal(lambda: issued(shop, "TEN", "Bo", "Cai")) == (
        "limit_reached", "Offer TEN gives out 4 coupons in all; 1 are left, and 2 were asked for."
    )  # fmt: skip
    voided(shop, first)
    issued(shop, "TEN", "Ana", "Cai")
    assert refusal(lambda: restored(shop, first))[0] == "limit_reached"
    assert broken(shop) == []


@pytest.mark.parametrize(("later", "fits"), [(None, False), (6_999, False), (7_000, True), (100, False)])
def test_a_percent_spends_the_larger_of_the_budget_it_was_given_under_and_todays(
    shop: Shop, later: int | None, fits: bool
) -> None:
    half = {"kind": "percent", "off_rate": "1/2", "is_bearer": True}
    an_offer(shop, "HALF", budget_minor=5_000, **half)
    first, second, third = (each.code for each in issued(shop, "HALF", bearer=3).items)
    redeemed(shop, first, total="100")
    if later is not None:
        with shop.writing() as book:
            write_terms(book, "HALF", budget_minor=later, **half)
    if fits:
        assert redeemed(shop, second, "R-2", total="40").discount_minor == 2_000
        with shop.writing() as book:
            write_terms(book, "HALF", budget_minor=100, **half)
    budget = "50.00" if later is None or later < 5_000 or fits else "69.99"
    assert refusal(lambda: redeemed(shop, third, "R-3", total="40"))[1] == (
        f"Offer HALF may cost {budget} CNY: {'70.00' if fits else '50.00'} are given or promised, and this would be"
        " 20.00 more."
    )
    assert checked(shop, third, "40")[0].reason == "budget_exhausted"
    assert redeemed(shop, third, "R-4", total="0").discount_minor == 0, "nothing more costs nothing"
    restored(shop, first)
    assert redeemed(shop, first, "R-5", total="60").discount_minor == 3_000, "what came back may be spent again"
    assert broken(shop) == []


def test_amounts_are_promised_when_they_are_given_out(shop: Shop) -> None:
    an_offer(shop, is_bearer=True, budget_minor=3_500, valid_days=5)
    first, *_ = issued(shop, "TEN", bearer=3, as_of="2026-06-01").items
    said = "Offer TEN may cost 35.00 CNY: 30.00 are given or promised, and this would be 10.00 more."
    assert refusal(lambda: issued(shop, "TEN", bearer=1, as_of="2026-06-06"))[1] == said
    redeemed(shop, first.code, total="4", as_of="2026-06-06")
    assert issued(shop, "TEN", bearer=1, as_of="2026-06-06").issued == 1, "what was not used is free again"
    assert issued(shop, "TEN", bearer=2, as_of="2026-06-07").issued == 2, "and what is over, swept or not"


@pytest.mark.parametrize("is_swept", [True, False])
def test_what_is_over_can_be_extended_while_the_budget_lasts(shop: Shop, is_swept: bool) -> None:
    coupon = bearer(shop, as_of="2026-06-01", budget_minor=1_000, valid_days=5)
    if is_swept:
        expire(shop)
    assert extended(shop, coupon, "2026-07-31").status == "issued"
    assert refusal(lambda: issued(shop, "TEN", bearer=1))[0] == "budget_exhausted"


def test_an_offer_that_is_over_or_retired_gives_out_no_more(shop: Shop) -> None:
    an_offer(shop, is_bearer=True, last_on=date(2026, 6, 20), start_after_days=2)
    given = issued(shop, "TEN", bearer=1, as_of="2026-06-18", key="k")
    assert refusal(lambda: issued(shop, "TEN", bearer=1, as_of="2026-06-19")) == (
        "offer_over", "Offer TEN ended on 2026-06-20; a coupon of it would be good on no day."
    )  # fmt: skip
    retire(shop, "TEN", "2026-06-19")
    assert refusal(lambda: issued(shop, "TEN", bearer=1, as_of="2026-06-19")) == (
        "offer_retired", "Offer TEN issues no more coupons since 2026-06-19."
    )  # fmt: skip
    assert issued(shop, "TEN", bearer=1, as_of="2026-06-19", key="k").items == given.items, "a retry is harmless"
    assert redeemed(shop, given.items[0].code, as_of="2026-06-20").discount_minor == 1_000
    assert refusal(lambda: issued(shop, "TENN", bearer=1)) == (
        "offer_unknown", "There is no offer “TENN”; the nearest is TEN."
    )  # fmt: skip


def test_a_key_is_for_one_issue(shop: Shop) -> None:
    shop.customer("Ana")
    an_offer(shop)
    an_offer(shop, "FIVE", value_minor=500)
    first = issued(shop, "TEN", "Ana", key="letter", as_of="2026-06-01")
    assert issued(shop, "TEN", "M-Ana", key="letter").items == first.items
    for again in (
        lambda: issued(shop, "FIVE", "Ana", key="letter"),
        lambda: issued(shop, "TEN", "Ana", "Ana", key="letter"),
    ):
        assert refusal(again) == (
            "key_reused", "Under the key “letter” 1 coupons of TEN were issued on 2026-06-01 already, and not these."
        )  # fmt: skip


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


# --- once more --------------------------------------------------------------------------------------------------


def test_redeeming_again_answers_with_the_first_and_another_total_is_refused(shop: Shop) -> None:
    coupons = [bearer(shop, combines=["order"]), bearer(shop, "FIVE", value_minor=500, combines=["order"])]
    first = redeemed(shop, coupons[0], "r-1")
    second = redeemed(shop, coupons[1], "R-1")
    assert (second.total_minor, second.payable_minor) == (10_000, 8_500)
    for asked, answer in ((coupons[0], first), (coupons[1], second)):
        again = redeemed(shop, asked, " Ｒ-1 ")
        assert again.is_repeat
        same = ("code", "receipt", "total_minor", "discount_minor", "payable_minor", "items")
        assert [getattr(again, name) for name in same] == [getattr(answer, name) for name in same]
    both = redeemed(shop, coupons[::-1], "R-1")
    assert (both.is_repeat, both.discount_minor, both.payable_minor) == (True, 1_500, 8_500)
    assert redeemed(shop, coupons[0], "R-1", total=None).is_repeat
    assert refusal(lambda: redeemed(shop, coupons[0], "R-1", total="100.01")) == (
        "key_reused",
        f"Coupon {coupons[0]} was redeemed on receipt R-1 on 2026-06-30 already, with a total of 100.00 CNY.",
    )
    assert shop.rows("SELECT count(*) FROM coupon_event") == [(2,)]


@pytest.mark.parametrize(
    "elsewhere", [{"receipt": "R-2"}, {"store": "north"}, {"as_of": "2026-07-01"}], ids=["receipt", "store", "day"]
)
def test_the_same_coupon_anywhere_else_is_refused(shop: Shop, elsewhere: dict[str, str]) -> None:
    coupon = bearer(shop)
    redeemed(shop, coupon, "R-1")
    assert refusal(lambda: redeemed(shop, coupon, **{"receipt": "R-1", **elsewhere})) == (
        "coupon_redeemed", f"Coupon {coupon} was redeemed on 2026-06-30, on receipt R-1."
    )  # fmt: skip


def test_what_was_given_back_may_be_used_on_the_same_receipt_again(shop: Shop) -> None:
    coupon = bearer(shop)
    redeemed(shop, coupon)
    restored(shop, coupon)
    assert restored(shop, coupon).is_repeat
    again = redeemed(shop, coupon, total="50")
    assert (again.is_repeat, again.payable_minor) == (False, 4_000)
    assert redeemed(shop, coupon, total="50").is_repeat
    assert [event.event for event in shown(shop, coupon).events] == ["issue", "redeem", "restore", "redeem"]
    assert broken(shop) == []


def test_other_changes_typed_twice_change_nothing(shop: Shop) -> None:
    coupon, cake = bearer(shop, valid_days=5), bearer(shop, "CAKE", kind="gift", item="a cake")
    assert [extended(shop, coupon, "2026-08-01").is_repeat for _ in range(2)] == [False, True]
    assert [voided(shop, coupon).is_repeat for _ in range(2)] == [False, True]
    redeemed(shop, cake)
    assert [each.code for each in listed(shop, is_owed=True)] == [cake]
    assert [handed(shop, cake).is_repeat for _ in range(2)] == [False, True]
    assert listed(shop, is_owed=True) == ()
    assert refusal(lambda: extended(shop, bearer(shop, "TAG"), "2026-08-01"))[0] == "coupon_not_changed"


def test_what_came_back_expired_is_not_made_to_last_by_giving_it_back_again(shop: Shop) -> None:
    """The first answer would say that it is done, and it would not be."""
    coupon = bearer(shop, valid_days=5, as_of="2026-06-01")
    redeemed(shop, coupon, as_of="2026-06-02")
    assert restored(shop, coupon).status == "expired"
    assert restored(shop, coupon).is_repeat
    code, said = refusal(lambda: restored(shop, coupon, until="2026-07-31"))
    assert (code, f"coupons extend {coupon}" in said) == ("coupon_not_changed", True)
    assert extended(shop, coupon, "2026-07-31").status == "issued"


def test_a_change_before_the_last_one_is_refused(shop: Shop) -> None:
    coupon = bearer(shop, as_of="2026-06-01")
    redeemed(shop, coupon, as_of="2026-06-10")
    assert refusal(lambda: redeemed(shop, coupon, "R-2", as_of="2026-06-09"))[0] == "coupon_not_changed"
    assert refusal(lambda: restored(shop, coupon, "2026-06-09"))[0] == "coupon_not_changed"
    assert refusal(lambda: checked(shop, coupon, as_of="2026-05-31"))[0] == "coupon_unknown"


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
    swap = {"kind": "exchange", "value_minor": 100, "categories": ["tea"], "combines": ["product"]}
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
