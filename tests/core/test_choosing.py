"""What a text asks for, said as a sentence; what is said about values that cannot be; and the edges of the calendar."""

import pytest

from shop import Shop
from shopcrm.core import audience, language
from shopcrm.core.errors import AudienceUnknown, WhereValueWrong
from shopcrm.features.tags import hand


def chosen(shop: Shop, text: str, as_of: str | None = None) -> list[int]:
    with shop.reading(as_of) as book:
        return audience.chosen(book, text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "tier = gold and recency_days > 60 and not has phone",
            "tier: gold; days since the last sale: over 60; not so: phone number: known",
        ),
        ("tier = gold or tier = black and points < 5", "tier: gold or (tier: black; points to spend: under 5)"),
        ("spend in last 90 days >= 1200.5", "spend in the last 90 days: at least 1,200.50 CNY"),
        ("frequency in last 1 month != 3", "days with a sale in the last 1 month: not 3"),
        ("bought category = dresses in last 2 weeks", "bought category in the last 2 weeks: dresses"),
        ("bought in last 7 days", "bought: anything in the last 7 days"),
        ("bought is not known", "bought: none"),
        ("birthday in next 7 days", "birthday: from 2026-06-30 to 2026-07-07"),
        ("joined in last 7 days", "joined: from 2026-06-24 to 2026-06-30"),
        ("birthday in next month", "birthday: in month 7"),
        ("last_bought before 2026-01-01", "last sale: before 2026-01-01"),
        ("consent service in (sms, phone)", "may be contacted by, about service: one of text message, telephone"),
        ("prefers size = M", "preferred size: M"),
        ("tag is not known", "tag: none"),
        ("age between 25 and 35", "age: from 25 to 35"),
    ],
)
def test_a_text_is_said_as_a_sentence(boutique: Shop, text: str, sentence: str) -> None:
    boutique.customer("Ana")
    with boutique.writing() as book:
        hand.tag(book, "Ana", "vip")
        assert audience.explained(book, text) == sentence


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("tier = golden", 8, "there are silver, gold, black"),
        ("tag = vip and tier in (gold, golden)", 30, "there are silver, gold, black"),
        ("tag = vip and segment = vipp", 25, "there are vip, active, potential, slipping, lapsed regular, dormant"),
        ("coupon = MAY", 10, "there is none"),
        ("gender = woman", 10, "there are female, male, other"),
        ("stage = old", 9, "there are introduction, growth, maturity, decline"),
        ("spend > 1.005", 9, "write an amount such as 1200 or 1200.50"),
        ("spend > 99999999999999999999", 9, "write an amount such as 1200 or 1200.50"),
        ("points > 1.5", 10, "write a whole number such as 60"),
        ("points > 99999999999999999999", 10, "write a whole number such as 60"),
        ("recency_days > 99999", 16, "write a whole number such as 60"),
        ("joined > 31.3.2026", 10, "write a date like 2026-03-31, or today"),
        ("birthday = 13-01", 12, "write a day like 05-12, or today"),
        ("birthday in month 13", 19, "write a month from 1 to 12, this or next"),
        ("prefers colour = red", 1, "there are style, size, scene"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place_and_what_is_expected(
    boutique: Shop, text: str, place: int, expected: str
) -> None:
    boutique.customer("Ana")
    with boutique.writing() as book:
        hand.tag(book, "Ana", "vip")
    with pytest.raises(WhereValueWrong) as refusal:
        chosen(boutique, text)
    assert (refusal.value.details["place"], refusal.value.details["expected"]) == (place, expected)


def test_of_many_names_the_nearest_are_said(shop: Shop) -> None:
    shop.customer("Ana")
    with shop.writing() as book:
        for number in range(20):
            hand.tag(book, "Ana", f"tag {number}")
        hand.tag(book, "Ana", "silk")
    with pytest.raises(WhereValueWrong, match="the nearest are silk"):
        chosen(shop, "tag = slik")


def test_a_name_may_be_said_as_it_is_shown(boutique: Shop) -> None:
    boutique.customer("Ana").bought("3500.00", on="2026-01-05")
    boutique.assign_tiers()
    language.choose("zh-CN")
    try:
        shown = language.translate("gold")
        assert shown != "gold"
        assert chosen(boutique, f"等级 = {shown}") == chosen(boutique, "tier = GOLD") == [1]
    finally:
        language.choose("en")


def test_an_audience_that_is_not_saved_is_refused_and_none_at_all_chooses_nobody(shop: Shop) -> None:
    shop.customer("Ana")
    assert chosen(shop, "audience is known") == []
    with pytest.raises(AudienceUnknown):
        chosen(shop, "audience = near")


@pytest.mark.parametrize("as_of", ["0001-01-01", "1900-02-28", "2100-12-31", "9999-12-31"])
@pytest.mark.parametrize(
    "text",
    ["recency_days > 36500", "recency_days between -5 and 36500", "birthday in next 1200 months", "age > 3",
     "birthday in last 5200 weeks", "joined in last 1200 months", "spend in last 36500 days = 0", "birthday today"],
)  # fmt: skip
def test_days_at_the_edges_of_the_calendar_are_answered(shop: Shop, as_of: str, text: str) -> None:
    shop.customer("Ana")
    shop.write("UPDATE customer SET birth_year = 1990, birth_month = 12, birth_day = 30, is_birthday_lunar = 1")
    assert chosen(shop, text, as_of) in ([], [1])
