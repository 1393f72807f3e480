"""Terms of offers as they are typed, and what contradicts itself."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.test_offers import DAY, GIFT, added, listed, shown, terms_of
from shop import Shop
from shopcrm.core import language
from shopcrm.core.coupons.wording import off
from shopcrm.core.errors import AmountUnreadable, DateUnreadable, OfferNotWritable
from shopcrm.features.offers.typed import read_rate

# --- as it is typed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("20", "1/5"), ("20%", "1/5"), ("12.5 %", "1/8"), ("２０％", "1/5"), ("100", "1"), ("0.5", "1/200"),
        ("8折", "1/5"), ("8.5折", "3/20"), ("85折", "3/20"), ("打85折", "3/20"), ("八折", "1/5"), ("八五折", "3/20"),
        ("九点五折", "1/20"), ("５折", "1/2"), ("0折", "1"), ("1折", "9/10"), ("99折", "1/100"),
    ],
)  # fmt: skip
def test_a_percent_is_read_as_it_is_said_here_or_in_china(shop: Shop, text: str, rate: str) -> None:
    added(shop, kind="percent", value=text)

    assert terms_of(shop).off_rate == Fraction(rate)
    assert shop.rows("SELECT off_rate FROM offer_terms") == [(rate,)]


@given(st.decimals("0.01", "99.99", places=2))
def test_what_is_taken_off_and_what_is_left_to_pay_say_the_same(percent: Any) -> None:
    rate = read_rate(f"{percent}")
    language.choose("zh-CN")
    try:
        said = off(rate)
    finally:
        language.choose("en")
    assert read_rate(said) == rate
    assert read_rate(off(rate).removesuffix(" off")) == rate


@pytest.mark.parametrize("text", ["", "much", "-5", "20 off", "8折8", "1e2", "20,5"])
def test_what_is_no_percent_is_refused(shop: Shop, text: str) -> None:
    with pytest.raises(OfferNotWritable):
        added(shop, kind="percent", value=text)


def test_everything_that_can_be_agreed_is_kept(boutique: Shop) -> None:
    result = added(
        boutique, " ｓｐｒｉｎｇ20 ", kind="percent", value="20", max_discount="50", min_spend="200.00",
        first_on="2026-06-05", last_on="2026-12-31", valid_days="30", start_after="1", per_customer="2", limit="100",
        budget="1,000", categories=["裙子，Scarves"], skus=["A-1, A-2", "A-1"], tiers=["Black", "GOLD"],
        segments=["vip"], combines=["order，product"], birthday_month=True,
    )  # fmt: skip

    terms = terms_of(boutique)
    assert (result.offer, result.version, result.is_repeat) == ("SPRING20", 1, False)
    assert (terms.max_discount_minor, terms.min_spend_minor, terms.budget_minor) == (5000, 20000, 100000)
    assert (str(terms.first_on), str(terms.last_on)) == ("2026-06-05", "2026-12-31")
    assert (terms.valid_days, terms.start_after_days, terms.per_customer, terms.issue_limit) == (30, 1, 2, 100)
    assert (terms.categories, terms.skus) == (("裙子", "Scarves"), ("A-1", "A-2"))
    assert (terms.tiers, terms.segments) == (("gold", "black"), ("vip",))
    assert (sorted(terms.combines), terms.is_birthday_month, terms.is_bearer) == (["order", "product"], True, False)
    assert boutique.check()


@pytest.mark.parametrize(
    ("kind", "value", "asked", "name"),
    [
        ("amount", "20", {"min_spend": "200"}, "20.00 off from 200.00"),
        ("amount", "20.5", {}, "20.50 off"),
        ("percent", "12.5", {"min_spend": "200"}, "12.5 % off, from 200.00"),
        ("percent", "100", {"max_discount": "50"}, "free, at most 50.00"),
        ("gift", "Silk  scarf", {"min_spend": "200"}, "Silk scarf, from 200.00"),
        ("service", "Ironing", {"name": "One ironing"}, "One ironing"),
        ("exchange", "9.9", {"skus": ["A-1"]}, "one piece for 9.90"),
        ("exchange", "0", {"categories": ["Scarves"]}, "one piece free"),
    ],
)
def test_a_name_is_made_from_the_terms(shop: Shop, kind: str, value: str, asked: dict[str, Any], name: str) -> None:
    assert added(shop, kind=kind, value=value, **asked).name == name


@pytest.mark.parametrize(
    ("code", "kept"), [("spring-20", "SPRING-20"), ("满200减20", "满200减20"), ("ｖｉｐ＿８５", "VIP_85"), ("7", "7")]
)
def test_a_code_is_kept_in_capitals_however_it_was_typed(shop: Shop, code: str, kept: str) -> None:
    assert added(shop, code).offer == kept
    assert shown(shop, code).offer == kept


@pytest.mark.parametrize("code", ["", " ", "-X", "_X", "A B", "A/B", "A'B", "50%", "🎉", "X" * 61])
def test_what_is_no_code_is_refused(shop: Shop, code: str) -> None:
    with pytest.raises(OfferNotWritable):
        added(shop, code)


# --- what contradicts itself -------------------------------------------------------------------------------

PERCENT = {"kind": "percent", "value": "20"}
EXCHANGE = {"kind": "exchange", "value": "9.9", "skus": ["A-1"]}


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"kind": "discount"}, "a kind is one of amount, percent, gift, service, exchange; “discount” is not"),
        ({"kind": "percent", "value": "101"}, "more than 100 % cannot be taken off"),
        ({"kind": "percent", "value": "0"}, "it takes nothing off"),
        ({"kind": "percent", "value": "10折"}, "it takes nothing off"),
        ({"kind": "percent", "value": "120折"}, "a price above the price is no offer"),
        ({"value": "0"}, "it takes nothing off"),
        ({"value": "-5"}, "less than nothing cannot be taken off"),
        ({"value": "1" * 30}, f"{'1' * 30} is more money than a book can hold"),
        ({"kind": "gift", "value": " "}, "--value says in words what is handed over"),
        (EXCHANGE | {"value": "-1"}, "a piece cannot be had for less than nothing"),
        (
            {"kind": "exchange", "value": "0"},
            "an exchange needs --skus or --categories: what one piece is had of",
        ),
        (
            {"max_discount": "5"},
            "--max-discount goes with percent and exchange; this one takes off no more than its value",
        ),
        (
            GIFT | {"max_discount": "5"},
            "--max-discount goes with percent and exchange; this one takes off no more than its value",
        ),
        (PERCENT | {"max_discount": "0"}, "--max-discount is more than nothing"),
        (PERCENT | {"max_discount": "-1"}, "--max-discount is more than nothing"),
        ({"min_spend": "-1"}, "--min-spend is not less than nothing"),
        (
            {"first_on": "2026-07-02", "last_on": "2026-07-01"},
            "its last day, 2026-07-01, is before its first, 2026-07-02",
        ),
        ({"start_after": "3"}, "--start-after needs --valid-days: for how long a coupon is good then"),
        ({"last_on": "2026-05-31"}, "a coupon issued on 2026-06-01 would be good on no day"),
        (
            {"last_on": "2026-06-05", "valid_days": "3", "start_after": "10"},
            "a coupon issued on 2026-06-01 would be good on no day",
        ),
        ({"valid_days": "-1"}, "--valid-days is a whole number from 0 to 36500, not “-1”"),
        ({"valid_days": "9" * 30}, f"--valid-days is a whole number from 0 to 36500, not “{'9' * 30}”"),
        ({"valid_days": "30 days"}, "--valid-days is a whole number from 0 to 36500, not “30 days”"),
        ({"limit": "0"}, "--limit is a whole number from 1 to 1000000000, not “0”"),
        ({"per_customer": "0"}, "--per-customer is a whole number from 1 to 1000000000, not “0”"),
        ({"per_customer": "1.5"}, "--per-customer is a whole number from 1 to 1000000000, not “1.5”"),
        ({"bearer": True, "tiers": ["gold"]}, "--bearer does not go with --tiers: nobody knows who brings it"),
        ({"bearer": True, "segments": ["vip"]}, "--bearer does not go with --segments: nobody knows who brings it"),
        (
            {"bearer": True, "birthday_month": True},
            "--bearer does not go with --birthday-month: nobody knows who brings it",
        ),
        (
            {"bearer": True, "per_customer": "1"},
            "--bearer does not go with --per-customer: nobody knows who brings it",
        ),
        ({"budget": "19.99"}, "a budget of 19.99 is less than the 20.00 that one coupon may cost"),
        (
            PERCENT | {"budget": "5", "max_discount": "10"},
            "a budget of 5.00 is less than the 10.00 that one coupon may cost",
        ),
        (PERCENT | {"budget": "0"}, "a budget of 0.00 is less than the 0.01 that one coupon may cost"),
        (GIFT | {"budget": "100"}, "--budget counts money off, and a gift takes none off"),
        ({"tiers": ["glod"]}, "there is no tier “glod”; the nearest is gold"),
        ({"segments": ["vlp"]}, "there is no segment “vlp”; the nearest is vip"),
        ({"combines": ["orders"]}, "there is no kind of coupon “orders”; the nearest is order"),
    ],
)
def test_terms_that_contradict_themselves_are_refused_with_the_reason(
    boutique: Shop, asked: dict[str, Any], reason: str
) -> None:
    with pytest.raises(OfferNotWritable) as refused:
        added(boutique, **asked)
    assert refused.value.message == f"This offer cannot be written: {reason}."
    assert listed(boutique) == []


@pytest.mark.parametrize(
    ("asked", "refusal"), [({"value": "x"}, AmountUnreadable), ({"last_on": "31.12.2026"}, DateUnreadable)]
)
def test_amounts_and_days_are_read_as_everywhere(shop: Shop, asked: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        added(shop, **asked)


@pytest.mark.parametrize(
    "asked",
    [
        {"last_on": DAY}, {"first_on": "2026-07-01", "last_on": "2026-07-01"}, {"valid_days": "0"}, {"budget": "20"},
        {"limit": "1", "per_customer": "1"}, {"bearer": True, "limit": "5", "budget": "100"}, {"min_spend": "0"},
        EXCHANGE | {"max_discount": "30", "budget": "30"}, EXCHANGE | {"value": "0", "categories": ["Scarves"]},
        GIFT | {"min_spend": "100"}, PERCENT | {"value": "100"}, {"last_on": "2026-06-05", "valid_days": "30"},
    ],
)  # fmt: skip
def test_the_last_that_is_not_yet_a_contradiction_is_written(shop: Shop, asked: dict[str, Any]) -> None:
    assert added(shop, **asked).version == 1
