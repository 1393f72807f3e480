"""Conditions as people write them; rules against a plain reading; coverage against an exhaustive count."""

from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopcrm.insight.measures import LARGEST
from shopcrm.insight.rules import (
    NEVER_BOUGHT,
    Band,
    Rule,
    classify,
    parse_band,
    parse_rules,
    uncovered,
    unreachable,
)

LAW = settings(max_examples=60, deadline=None)  # a frame costs milliseconds, more on a busy machine

SCORES = range(1, 6)
CELLS = list(product(SCORES, repeat=3))

END = st.one_of(st.none(), st.integers(0, 6))
BAND = st.builds(Band, END, END)
CONDITIONS = st.dictionaries(st.sampled_from(["r", "f", "m"]), BAND, max_size=3)
TABLE = st.lists(CONDITIONS, max_size=6).map(
    lambda table: [Rule(f"segment {position}", conditions) for position, conditions in enumerate(table)]
)


def cells() -> pd.DataFrame:
    return pd.DataFrame(CELLS, columns=["r", "f", "m"]).assign(recency_days=1)


def fits(rule: Rule, cell: dict[str, int]) -> bool:
    return all(
        (band.low is None or cell[measure] >= band.low) and (band.high is None or cell[measure] <= band.high)
        for measure, band in rule.conditions.items()
    )


def first_fitting(rules: list[Rule], cell: dict[str, int]) -> str | None:
    return next((rule.name for rule in rules if fits(rule, cell)), None)


@pytest.mark.parametrize(
    ("text", "scale", "band"),
    [
        (">= 5", 0, Band(5, None)),
        ("> 5000", 0, Band(5001, None)),
        ("<= 30", 0, Band(None, 30)),
        ("< 30", 0, Band(None, 29)),
        ("= 4", 0, Band(4, 4)),
        ("4", 0, Band(4, 4)),
        ("3-4", 0, Band(3, 4)),
        (" 91 - 182 ", 0, Band(91, 182)),
        ("3–4", 0, Band(3, 4)),
        ("3～4", 0, Band(3, 4)),
        ("3至4", 0, Band(3, 4)),
        ("≥5", 0, Band(5, None)),
        ("＞５０００", 0, Band(5001, None)),
        ("> 5000", 2, Band(500001, None)),
        (">= 5,000.50", 2, Band(500050, None)),
        ("0.5-1", 3, Band(500, 1000)),
        ("< 0", 2, Band(None, -1)),
        ("-20--10", 0, Band(-20, -10)),
        ("5.0", 0, Band(5, 5)),
    ],
)
def test_a_condition_reads_as_it_is_written(text: str, scale: int, band: Band) -> None:
    assert parse_band(text, scale) == band


@pytest.mark.parametrize(
    ("text", "scale", "sentence"),
    [
        ("", 0, "“” is not a condition; write >= 5, < 30, 3-4 or 4"),
        ("many", 0, "“many” is not a condition; write >= 5, < 30, 3-4 or 4"),
        (">= 5 and < 9", 0, "“>= 5 and < 9” is not a condition; write >= 5, < 30, 3-4 or 4"),
        ("5,00", 0, "“5,00” is not a condition; write >= 5, < 30, 3-4 or 4"),
        ("=> 5", 0, "“=> 5” is not a condition; write >= 5, < 30, 3-4 or 4"),
        ("1-2-3", 0, "“1-2-3” is not a condition; write >= 5, < 30, 3-4 or 4"),
        ("> 2.5", 0, "“> 2.5” has more than 0 decimals"),
        ("> 2.505", 2, "“> 2.505” has more than 2 decimals"),
        ("4-3", 0, "“4-3” fits no number: its ends are the wrong way round"),
    ],
)
def test_a_condition_that_cannot_be_read_says_why(text: str, scale: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        parse_band(text, scale)
    assert str(refusal.value) == sentence


def test_a_table_is_read_in_its_order_and_money_in_major_units() -> None:
    table = {"big": {"monetary": "> 5000", "recency_days": "<= 30"}, "others": {}}
    assert parse_rules(table, 2) == (
        Rule("big", {"monetary_minor": Band(500001, None), "recency_days": Band(None, 30)}),
        Rule("others", {}),
    )
    assert parse_rules(table, 0)[0].conditions["monetary_minor"] == Band(5001, None)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"best": {"rank": "1"}}, "“rank” is not a measure; there are r, f, m, recency_days, frequency, monetary, "),
        ({"best": {"monetary_minor": "1"}}, "“monetary_minor” is not a measure"),
        ({NEVER_BOUGHT: {}}, "“never bought” is kept for customers who never bought"),
        ({"best": {"r": "high"}}, "“high” is not a condition"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(table: dict[str, dict[str, str]], sentence: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        parse_rules(table, 2)
    assert str(refusal.value).startswith(sentence)


@LAW
@given(TABLE)
def test_everyone_has_the_first_segment_that_fits(rules: list[Rule]) -> None:
    rules.append(Rule("the rest", {}))
    expected = [first_fitting(rules, {"r": r, "f": f, "m": m}) for r, f, m in CELLS]
    assert classify(cells(), rules).tolist() == expected


@LAW
@given(TABLE)
def test_coverage_and_reach_agree_with_counting_all_cells(rules: list[Rule]) -> None:
    taken = [first_fitting(rules, {"r": r, "f": f, "m": m}) for r, f, m in CELLS]
    example = uncovered(rules)
    assert (example is None) == (None not in taken)
    if example is not None:
        assert not any(fits(rule, example) for rule in rules)
        assert all(value in SCORES for value in example.values())
    assert unreachable(rules) == tuple(rule.name for rule in rules if rule.name not in taken)


def test_a_rule_taken_by_two_before_it_together_is_unreachable() -> None:
    rules = parse_rules(
        {
            "recent": {"recency_days": "<= 90"},
            "older": {"recency_days": ">= 90"},
            "big": {"recency_days": "30-180", "monetary": "> 5000"},
            "rest": {},
        },
        2,
    )
    assert unreachable(rules) == ("big", "rest")
    assert uncovered(rules[:2]) is None


def test_a_gap_of_one_day_is_found() -> None:
    rules = parse_rules({"recent": {"recency_days": "< 90"}, "older": {"recency_days": "> 90"}}, 2)
    assert uncovered(rules) == {"recency_days": 90}


def test_money_may_be_negative_but_days_may_not() -> None:
    assert uncovered(parse_rules({"any": {"recency_days": ">= 0"}}, 2)) is None
    assert uncovered(parse_rules({"any": {"monetary": ">= 0"}}, 2)) == {"monetary_minor": -1}
    assert unreachable(parse_rules({"none": {"frequency": "< 0"}, "rest": {}}, 2)) == ("none",)


def test_a_table_without_rules_covers_nobody() -> None:
    assert uncovered(()) == {}
    assert unreachable(()) == ()


def test_who_never_bought_is_named_so_before_any_rule() -> None:
    frame = pd.DataFrame({"recency_days": [None, 4.0], "r": pd.array([None, 5], dtype="Int64")}, index=[70, 20])
    segments = classify(frame, [Rule("everyone", {}), Rule("best", {"r": Band(5, 5)})])
    assert segments.to_dict() == {70: NEVER_BOUGHT, 20: "everyone"}
    assert segments.name == "segment"


def test_an_empty_frame_has_no_segments() -> None:
    assert classify(cells().iloc[:0], [Rule("everyone", {"r": Band(1, 5)})]).tolist() == []


def test_a_customer_who_fits_no_rule_is_refused_and_not_guessed() -> None:
    with pytest.raises(ValueError, match="fits no rule"):
        classify(cells(), [Rule("best", {"r": Band(5, 5)})])


def test_ends_are_included_however_large() -> None:
    frame = pd.DataFrame({"recency_days": [1, 1, 1], "monetary_minor": [-LARGEST, 10**12, 10**12 + 1]})
    rules = [Rule("up to", {"monetary_minor": Band(None, 10**12)}), Rule("above", {"monetary_minor": Band(None, None)})]
    assert classify(frame, rules).tolist() == ["up to", "up to", "above"]
