"""What typing a thing twice comes to, and doing it again after it was taken back."""

from typing import Any

import pytest

from features.offers_by_hand import (
    an_offer,
    bearer,
    broken,
    checked,
    coupon_for,
    extended,
    handed,
    listed,
    redeemed,
    refusal,
    restored,
    shown,
    voided,
)
from shop import Shop


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
    assert (code, "extending it lets it last longer" in said) == ("coupon_not_changed", True)
    assert extended(shop, coupon, "2026-07-31").status == "issued"


def test_a_change_before_the_last_one_is_refused(shop: Shop) -> None:
    coupon = bearer(shop, as_of="2026-06-01")
    redeemed(shop, coupon, as_of="2026-06-10")
    assert refusal(lambda: redeemed(shop, coupon, "R-2", as_of="2026-06-09"))[0] == "coupon_not_changed"
    assert refusal(lambda: restored(shop, coupon, "2026-06-09"))[0] == "coupon_not_changed"
    assert refusal(lambda: checked(shop, coupon, as_of="2026-05-31"))[0] == "coupon_unknown"


def test_a_coupon_on_a_receipt_that_another_paid_for_is_kept(shop: Shop) -> None:
    both: dict[str, Any] = {"combines": ["order"], "is_bearer": True}
    an_offer(shop, "ALL", value_minor=50_000, **both)
    an_offer(shop, **both)
    whole, ten = coupon_for(shop, "ALL"), coupon_for(shop, "TEN")
    redeemed(shop, whole, "R-1", total="88")

    assert refusal(lambda: redeemed(shop, ten, "R-1", total="88"))[0] == "nothing_to_take_off"
    said, _ = checked(shop, ten, "100", receipt="R-2")
    assert (said.discount_minor, said.payable_minor) == (1_000, 9_000)
    redeemed(shop, ten, "R-2", total="100")
    later, _ = checked(shop, coupon_for(shop, "TEN"), "100", receipt="R-2")
    assert later.payable_minor == 8_000, "what was taken off before is not asked for again"
