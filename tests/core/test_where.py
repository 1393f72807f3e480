"""How a text that chooses customers is read: what people type, and what is said where it cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.core.errors import ShopError, WhereUnreadable, WhereWordUnknown
from shopcrm.core.where.parsing import parse
from shopcrm.core.where.tree import Clause, Value, text_of
from shopcrm.core.where.words import RELATIONS, WORDS


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("tier = gold", 'tier = "gold"'),
        ("TIER=gold", 'tier = "gold"'),
        ("tier is gold", 'tier = "gold"'),
        ("tier is not gold", 'tier != "gold"'),
        ("tier <> gold", 'tier != "gold"'),
        ("tier not in (gold, black)", 'tier not in ("gold", "black")'),
        ("tier is not known", "tier is not known"),
        ("segment = lapsed regular and tag = vip", 'segment = "lapsed regular" and tag = "vip"'),
        ("tag = 1 or", None),
        ("recency_days > 60 or spend >= 1,200.50", 'recency_days > "60" or monetary >= "1,200.50"'),
        ("points in (1,200)", 'points in ("1", "200")'),
        ("spend in last 90 days > 500", 'monetary in last 90 days > "500"'),
        ("visits in the last 3 months = 0", 'frequency in last 3 months = "0"'),
        ("joined in last 30d", "joined in last 30 days"),
        ("joined since 2026-01-01", 'joined >= "2026-01-01"'),
        ("joined before 2026-01-01", 'joined < "2026-01-01"'),
        ("age between 25 and 35", 'age between "25" and "35"'),
        ("bought ~ 'silk dress' in last 90 days", 'bought ~ "silk dress" in last 90 days'),
        ("bought silk dress in last 90 days", 'bought ~ "silk dress" in last 90 days'),
        ("bought category in (belt, bag)", 'bought category in ("belt", "bag")'),
        ("bought in last 30 days", "bought in last 30 days"),
        ("bought is not known", "bought is not known"),
        ("birthday in next 7 days", "birthday in next 7 days"),
        ("birthday today", 'birthday = "today"'),
        ("birthday in month 5", 'birthday in month "5"'),
        ("birthday month = 5", 'birthday in month "5"'),
        ("birthday in this month", 'birthday in month "this"'),
        ("has phone and not has email", "phone is known and (not email is known)"),
        ("may contact by sms", 'consent = "sms"'),
        ("can be contacted by phone for service", 'consent service = "phone"'),
        ("consent sms marketing", 'consent = "sms"'),
        ("consent service in (sms, phone)", 'consent service in ("sms", "phone")'),
        ("prefers Size = M", 'prefers "size" = "M"'),
        ("name ~ O'Neill", 'name ~ "O\'Neill"'),
        ('name = "say ""hello"""', 'name = "say ""hello"""'),
        ("tag = 复古", 'tag = "复古"'),
        ("tag ＝ “复古”", 'tag = "复古"'),
        ("等级＝金卡　且（标签 是 复古，或 生日 在 未来7天）", None),
        (
            "等级 属于（金卡、黑卡） 且 最近消费 早于 2026-01-01",
            'tier in ("金卡", "黑卡") and last_bought < "2026-01-01"',
        ),
        ("未消费天数 大于 60 或者 生日 本月", 'recency_days > "60" or birthday in month "this"'),
        ("买过 裙 最近90天", 'bought ~ "裙" in last 90 days'),
        ("消费 最近90天 大于等于 500", 'monetary in last 90 days >= "500"'),
        ("生日 = 5月", 'birthday in month "5"'),
        ("可联系 短信", 'consent = "sms"'),
        (
            "not tier = gold and tag = x or has phone",
            '((not tier = "gold") and tag = "x") or phone is known',
        ),
        ("not (tag = x or tag = y)", 'not (tag = "x" or tag = "y")'),
        ("((tag = x))", 'tag = "x"'),
    ],
)
def test_what_people_type_is_read_as_they_mean_it(typed: str, read: str | None) -> None:
    if read is None:
        with pytest.raises(ShopError):
            parse(typed)
    else:
        assert text_of(parse(typed)) == read
        assert parse(read) == parse(typed)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", 1, "write whom to choose"),
        ("   ", 4, "write whom to choose"),
        ("tier", 5, "write behind tier one of"),
        ("tier =", 7, "a value is missing"),
        ("tier = and", 8, "a value is missing"),
        ("tier = 'gold", 8, "the quote is not closed"),
        ("(tier = gold", 13, "the bracket is not closed"),
        ("tier = gold)", 12, "the bracket was not opened"),
        ("tier = gold, tag = x", 12, "write and, or, or nothing more"),
        ("tier in gold", 9, "write the values in brackets"),
        ("tier = gold and", 16, "write a word such as tier"),
        ("points ~ 3", 1, "points is not asked like this"),
        ("tag = x and tier between a and b", 13, "tier is not asked like this"),
        ("joined in last x days", 16, "write how many days"),
        ("joined in last 4 parsecs", 18, "write how many days"),
        ("joined in last 99999 days", 16, "more than a hundred years"),
        ("age between 3", 14, "write between one value and another"),
        ("may contact by pigeon", 16, "write a channel: sms, phone, email, wechat, post"),
        ("has recency_days or has consent", 21, "consent is not asked like this"),
        ("birthday in month", 18, "write a month from 1 to 12"),
        ("(" * 60 + "tag = x" + ")" * 60, 42, "more than can be asked at once"),
        ("not " * 60 + "tag = x", 165, "more than can be asked at once"),
        (" or ".join(["tag = x"] * 201), 2208, "more than can be asked at once"),
    ],
)
def test_a_text_that_cannot_be_read_says_where_and_what_is_missing(text: str, place: int, said: str) -> None:
    with pytest.raises(WhereUnreadable) as refusal:
        parse(text)
    assert refusal.value.details["place"] == place
    assert said in refusal.value.details["problem"]


@pytest.mark.parametrize(
    ("text", "place", "nearest"),
    [
        ("teir = gold", 1, "tier"),
        ("tag = x and recency > 3 and resency_day > 3", 29, "recency_days"),
        ("等极 = x", 1, "等级"),
    ],
)
def test_a_wrong_word_is_answered_with_all_words_and_the_nearest(text: str, place: int, nearest: str) -> None:
    with pytest.raises(WhereWordUnknown) as refusal:
        parse(text)
    assert (refusal.value.details["place"], refusal.value.details["nearest"]) == (place, nearest)
    assert "recency_days, frequency, monetary" in refusal.value.message


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
def test_the_example_of_every_word_can_be_read(word: object) -> None:
    assert isinstance(word, type(WORDS[0]))
    node = parse(word.example)
    assert isinstance(node, Clause)
    assert (node.word, node.relation in RELATIONS[word.kind]) == (word.name, True)
    for also in word.also:
        assert parse(word.example.replace(word.name, also, 1)) == node or word.example.startswith(("has", "may"))


def test_no_word_is_called_like_another() -> None:
    called = [name for word in WORDS for name in (word.name, *word.also)]
    assert len(called) == len(set(called))


@given(text=st.text(alphabet="tier=gold'\"“”()（），,<>!~ anorbwl最近7天月且在 in last days\\%_;-0", max_size=40))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        node = parse(text)
    except (WhereUnreadable, WhereWordUnknown) as refusal:
        assert 1 <= refusal.details["place"] <= len(text) + 1
        assert refusal.message
    else:
        assert parse(text_of(node)) == node


@given(value=st.text(min_size=1, max_size=20))
def test_any_value_can_be_said_in_quotes(value: str) -> None:
    clause = Clause("tag", "=", (Value(value),))
    assert parse(text_of(clause)) == clause
