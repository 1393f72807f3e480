"""How many coupons an offer gives out, for how long, and what they may cost."""

from datetime import date
from typing import Any

import pytest

from features.offers_by_hand import (
    an_offer,
    bearer,
    broken,
    checked,
    expire,
    extended,
    issued,
    redeemed,
    refusal,
    restored,
    retire,
    voided,
    write_terms,
)
from shop import Shop


def test_limits_count_what_is_not_void(shop: Shop) -> None:
    for name in ("Ana", "Bo", "Cai"):
        shop.customer(name)
    an_offer(shop, per_customer=2, issue_limit=4)
    first = issued(shop, "TEN", "Ana", "Ana", "Bo").items[0].code
    assert refusal(lambda: issued(shop, "TEN", "Bo", "Ana")) == (
        "limit_reached", "C-0001 has had 2 coupons of offer TEN; one customer may have 2."
    )  # fmt: skip
    assert refusal(lambda: issued(shop, "TEN", "Bo", "Cai")) == (
        "limit_reached", "Offer TEN gives out 4 coupons in all; 1 left, 2 asked for."
    )  # fmt: skip
    voided(shop, first)
    issued(shop, "TEN", "Ana", "Cai")
    assert refusal(lambda: restored(shop, first))[0] == "limit_reached"
    assert broken(shop) == []


@pytest.mark.parametrize(("later", "fits"), [(None, False), (6_999, False), (7_000, True), (100, False)])
def test_a_percent_spends_the_larger_of_the_budget_it_was_given_under_and_todays(
    shop: Shop, later: int | None, fits: bool
) -> None:
    half: dict[str, Any] = {"kind": "percent", "off_rate": "1/2", "is_bearer": True}
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
    assert checked(shop, third, "0")[0].reason == "nothing_to_take_off", "it is kept for a receipt that it helps"
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
            "key_reused", "Under the key “letter” 1 coupon of TEN went out on 2026-06-01 already, and not these."
        )  # fmt: skip
