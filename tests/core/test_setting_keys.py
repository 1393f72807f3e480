"""Every setting: the name it goes by, what it takes, what it refuses, and that what is shown can be set again."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shopcrm.core.errors import SettingRefused, SettingUnknown
from shopcrm.core.points_rules import as_exchange, as_fraction
from shopcrm.core.setting_keys import KEYS, check_value, find_key, flatten
from shopcrm.core.settings import read_settings, read_template

APPAREL = {
    **read_template("apparel"),
    "shop.name": "Lan",
    "shop.currency": "CNY",
    "shop.timezone": "Asia/Shanghai",
    "shop.country": "CN",
}
NAMES = sorted(
    key.pattern.replace("tiers.*", "tiers.gold")
    .replace("segments.*", "segments.vip")
    .replace("promotions.*", "promotions.may")
    .replace("grants.*", "grants.signin")
    .replace("topups.*", "topups.big")
    .replace("tags.*", "tags.silk")
    for key in KEYS
)

ACCEPTED: list[tuple[str, str, str | list[str]]] = [
    ("shop.name", " 兰 Lan ", "兰 Lan"),
    ("shop.currency", "cny", "CNY"),
    ("shop.timezone", "Asia/Shanghai", "Asia/Shanghai"),
    ("shop.country", "CN", "CN"),
    ("shop.store", "main street", "main street"),
    *[("points.rate", text, text) for text in ("1", "0", "0.5", "1/10", "2.25")],
    *[("points.value", text, text) for text in ("100 points = 10.00", "100 = 10", "1 point = 0.01", "100points=1")],
    ("points.minimum", "0", "0"),
    ("points.minimum", " 100 ", "100"),
    ("points.step", "1", "1"),
    ("points.pending_days", "7", "7"),
    *[
        ("points.expiry", text, text)
        for text in ("none", "90 days", "1 day", "12 months", "end of month + 12", "End of Year+1", "end of month")
    ],
    *[("points.max_share", text, text) for text in ("50 %", "100%", "1/2", "0.5", "0", "1")],
    *[("points.clawback", text, text.lower()) for text in ("owe", "clamp", "Charge")],
    ("points.earns_tax", "YES", "yes"),
    ("points.excluded", "delivery, 礼品卡", ["delivery", "礼品卡"]),
    ("points.excluded", "", []),
    ("promotions.may.multiplier", "2", "2"),
    ("promotions.may.from", "2026-05-01", "2026-05-01"),
    ("promotions.may.to", "2026-05-03", "2026-05-03"),
    ("promotions.may.weekdays", "Saturday, sun", ["sat", "sun"]),
    ("promotions.may.birthday_month", "yes", "yes"),
    ("grants.signin.points", "0", "0"),
    ("grants.signin.per_day", "1", "1"),
    ("grants.signin.per_month", "20", "20"),
    ("grants.signin.once", "no", "no"),
    *[("tags.silk.where", text, text) for text in ("bought ~ silk in last 90 days", "消费 ≥ 5000", "none")],
    *[("tags.silk.weigh", text, text) for text in ("bought category = dresses", "none")],
    ("tags.silk.half_life_days", "90", "90"),
    ("tags.silk.at_least", "2.5", "2.5"),
    ("preferences.fields", "Style, 尺码", ["style", "尺码"]),
    *[("wallet.bonus_expiry", text, text) for text in ("none", "90 days", "end of year + 1")],
    *[("wallet.refund_bonus", text, text.lower()) for text in ("forfeit", "Keep")],
    ("topups.big.from", "1,000.00", "1,000.00"),
    *[("topups.big.bonus", text, text) for text in ("50", "50.00", "10 %", "0.5%", "0")],
    *[("topups.big.paid", text, kept) for text, kept in (("At  once", "at once"), ("monthly 10", "monthly 10"))],
    ("tiers.order", "silver, gold", ["silver", "gold"]),
    ("tiers.order", '["silver", "gold"]', ["silver", "gold"]),
    ("tiers.order", "", []),
    ("tiers.gold.from", "1,000.00", "1,000.00"),
    ("tiers.gold.multiplier", "1.5", "1.5"),
    ("tiers.gold.benefits", "free ironing; first look", ["free ironing", "first look"]),
    ("segments.order", "vip, lapsed regular", ["vip", "lapsed regular"]),
    *[("segments.vip.r", text, text) for text in ("5", "3-4", "3 - 4", "<= 2", ">=2", "< 3", "> 1")],
    ("segments.vip.monetary", "> 5000.50", "> 5000.50"),
    ("rfm.recency_days", "30, 60, 90, 180", ["30", "60", "90", "180"]),
    ("rfm.monetary", "99.5, 200, 500.25, 1000", ["99.5", "200", "500.25", "1000"]),
    ("consents.marketing_needs_consent", "No", "no"),
    ("winback.lapsed_by", "2.0", "2.0"),
    ("coupons.refund", " Full ", "full"),
    ("coupons.restore_days", "7", "7"),
]

REFUSED = [
    *[("shop.name", text) for text in ("", "  ")],
    *[("shop.currency", text) for text in ("", "RMBB", "¥", "CNQ")],
    *[("shop.timezone", text) for text in ("", "Asia", "+08:00", "asia/shanghai")],
    *[("shop.country", text) for text in ("", "cn", "CHN", "China", "86")],
    *[("shop.store", text) for text in ("", " ")],
    *[("points.rate", text) for text in ("", "-1", "one", "1/0", "nan", "inf", "1,5", "1 per yuan", "10%")],
    *[
        ("points.value", text)
        for text in ("", "10", "0 points = 1", "100 points", "= 10", "100 points = -1", "100 points = 10.005",
                     "1.5 points = 1", "100 points = ten", "100 points = 1.0.0", "-100 points = 1")
    ],
    *[("points.minimum", text) for text in ("", "-1", "1.5", "ten", "1e2")],
    *[("points.step", text) for text in ("", "0", "-1", "1.5", "ten")],
    *[("points.pending_days", text) for text in ("", "-1", "1.5", "a week")],
    *[("points.expiry", text) for text in ("", "never", "90", "0 days", "90 weeks", "-3 months", "end of month - 1",
                                           "end of year + 101", "36501 days", "1201 months", "1.5 months")],
    *[("points.max_share", text) for text in ("", "101 %", "2", "-1", "half", "1/0", "%")],
    *[("points.clawback", text) for text in ("", "forgive")],
    *[("points.earns_tax", text) for text in ("", "maybe")],
    *[("promotions.may.multiplier", text) for text in ("", "-2", "double")],
    *[("promotions.may.from", text) for text in ("", "1 May", "2026-02-30")],
    *[("promotions.may.to", text) for text in ("", "2026-13-01")],
    *[("promotions.may.weekdays", text) for text in ("", "sat, someday")],
    *[("promotions.may.birthday_month", text) for text in ("", "12")],
    *[("grants.signin.points", text) for text in ("", "-1", "1.5")],
    *[("grants.signin.per_day", text) for text in ("", "0", "-1")],
    *[("grants.signin.per_month", text) for text in ("", "0")],
    *[("grants.signin.once", text) for text in ("", "twice")],
    ("tags.silk.where", ""),
    *[("tags.silk.weigh", text) for text in ("", "tier = gold", "bought != silk", "bought silk or bought satin")],
    *[("tags.silk.half_life_days", text) for text in ("", "0", "a season")],
    *[("tags.silk.at_least", text) for text in ("", "0", "some")],
    *[("preferences.fields", text) for text in ("", "my size", "size=M", "size, size")],
    *[("wallet.bonus_expiry", text) for text in ("", "never", "0 days")],
    *[("wallet.refund_bonus", text) for text in ("", "half")],
    *[("topups.big.from", text) for text in ("", "-1", "much")],
    *[("topups.big.bonus", text) for text in ("", "-5", "101 %", "half", "5.005")],
    *[("topups.big.paid", text) for text in ("", "monthly", "monthly 0", "monthly 121", "weekly 3", "2")],
    *[("tiers.order", text) for text in ("silver, silver", "sil.ver")],
    *[("tiers.gold.from", text) for text in ("", "-1", "1000.001", "1e3", "12,50", "a lot")],
    *[("tiers.gold.multiplier", text) for text in ("", "-2", "double", "1/0")],
    *[("segments.order", text) for text in ("vip, vip", "v.i.p")],
    *[("segments.vip.r", text) for text in ("", "-1", "=5", "=> 3", "3 to 4", "3-", "<", "<= -1", "3-4-5", "high")],
    *[("rfm.recency_days", text) for text in ("", "30, 60, 90", "30, 60, 90, 180, 360", "90, 60, 30, 10", "1, 1, 2, 3",
                                              "a, b, c, d", "1, 2, 3, nan", "1, 2, 3, inf")],
    *[("consents.marketing_needs_consent", text) for text in ("", "true", "maybe")],
    *[("winback.lapsed_by", text) for text in ("", "0", "-2", "two")],
    *[("coupons.refund", text) for text in ("", "half", "yes")],
    *[("coupons.restore_days", text) for text in ("", "-1", "1.5", "a week")],
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "kept"), ACCEPTED)
def test_a_value_is_kept_as_the_text_a_person_would_type(name: str, text: str, kept: object) -> None:
    assert check_value(name, text, 2) == kept


@pytest.mark.parametrize(("name", "text", "kept"), ACCEPTED)
def test_what_is_kept_can_be_set_again(name: str, text: str, kept: str | list[str]) -> None:
    assert check_value(name, kept, 2) == kept


@pytest.mark.parametrize(("name", "text"), REFUSED)
def test_a_value_that_makes_no_sense_is_refused_with_what_is_expected(name: str, text: str) -> None:
    with pytest.raises(SettingRefused) as refusal:
        check_value(name, text, 2)
    assert refusal.value.details["key"] == name
    assert refusal.value.details["value"] == text
    assert refusal.value.details["expected"] == find_key(name).expected


def test_every_setting_is_in_both_tables() -> None:
    measures = {"segments.vip.f", "segments.vip.m", "segments.vip.recency_days", "segments.vip.frequency",
                "segments.vip.visits_half_year"}  # fmt: skip
    assert {name for name, _, _ in ACCEPTED} == set(NAMES) - measures - {"rfm.frequency"}
    takes_any_text = {
        "points.excluded",
        "tiers.gold.benefits",
        "segments.vip.monetary",
        "rfm.frequency",
        "rfm.monetary",
    }
    assert {name for name, _ in REFUSED} == set(NAMES) - measures - takes_any_text


@pytest.mark.parametrize("name", ["tags.silk.where", "tags.silk.weigh"])
@pytest.mark.parametrize(("text", "said"), [("bought ~", "at character 9"), ("bougth ~ silk", "the nearest is bought")])
def test_a_rule_of_a_tag_that_cannot_be_read_is_refused_with_the_place(name: str, text: str, said: str) -> None:
    with pytest.raises(SettingRefused) as refusal:
        check_value(name, text, 2)
    assert said in refusal.value.message


def test_amounts_are_checked_with_the_decimals_of_the_currency() -> None:
    assert check_value("tiers.gold.from", "1000", 0) == "1000"
    assert check_value("tiers.gold.from", "1.005", 3) == "1.005"
    assert check_value("points.value", "100 points = 10.00", 0) == "100 points = 10.00"
    for name, text in (("tiers.gold.from", "1000.50"), ("points.value", "100 points = 0.10")):
        with pytest.raises(SettingRefused):
            check_value(name, text, 0)


@pytest.mark.parametrize("name", ["shop.name", "points.rate", "tiers.gold.from", "segments.vip.r", "winback.lapsed_by"])
def test_a_list_is_no_single_value(name: str) -> None:
    with pytest.raises(SettingRefused):
        check_value(name, ["1", "2"], 2)


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("points.rat", "points.rate"),
        ("point.rate", "points.rate"),
        ("shop.timezon", "shop.timezone"),
        ("tiers.ordr", "tiers.order"),
        ("winback.lapsed", "winback.lapsed_by"),
        ("points.minimun", "points.minimum"),
        ("tiers.gold.fro", "tiers.*.from"),
    ],
)
def test_an_unknown_setting_is_refused_with_the_nearest_name(typed: str, nearest: str) -> None:
    with pytest.raises(SettingUnknown) as refusal:
        check_value(typed, "1", 2)
    assert refusal.value.details == {"key": typed, "nearest": nearest}


@pytest.mark.parametrize(
    "typed",
    ["", "points", "points.rate.extra", "tiers..from", "tiers.from", "tiers.a.b.from", "segments.vip", "Points.rate"],
)
def test_what_only_looks_like_a_setting_is_none(typed: str) -> None:
    with pytest.raises(SettingUnknown):
        find_key(typed)


def test_currency_and_time_zone_alone_are_fixed() -> None:
    assert [key.pattern for key in KEYS if key.is_fixed] == ["shop.currency", "shop.timezone"]


@given(st.sampled_from([name for name in NAMES if name not in ("shop.name", "shop.store")]),
       st.text("0123456789.,-/<>= ainfNy;[]\"", max_size=12))  # fmt: skip
@example("rfm.frequency", "1, 2, 3, inf")
@example("tiers.gold.from", "1,5")
def test_whatever_is_accepted_can_be_read_and_set_again(name: str, text: str) -> None:
    try:
        kept = check_value(name, text, 2)
    except SettingRefused:
        return
    assert check_value(name, kept, 2) == kept
    try:
        read_settings({**APPAREL, name: kept}, 1)
    except SettingRefused as refusal:
        assert "order" in refusal.details["key"] or name.endswith(".order")


@pytest.mark.parametrize(
    ("text", "exponent", "worth"),
    [
        ("100 points = 10.00", 2, (100, 1000)),
        ("1 = 1", 0, (1, 1)),
        (" 3 points=0.005 ", 3, (3, 5)),
        ("5 point = 0", 2, (5, 0)),
    ],
)
def test_an_exchange_is_points_and_the_minor_units_they_are_worth(
    text: str, exponent: int, worth: tuple[int, int]
) -> None:
    assert as_exchange(text, exponent) == worth


@pytest.mark.parametrize(("text", "number"), [("0.1", Fraction(1, 10)), (" 1/3 ", Fraction(1, 3)), ("2", Fraction(2))])
def test_a_rate_is_an_exact_fraction(text: str, number: Fraction) -> None:
    assert as_fraction(text) == number


def test_a_document_becomes_dotted_keys_with_texts() -> None:
    document = {"a": {"b": 1, "c d": {"e": [1, "x"]}}, "f": True, "g": {}}
    assert flatten(document) == {"a.b": "1", "a.c d.e": ["1", "x"], "f": "True"}
