"""The shipped tables: each covers everyone once, each segment can be reached, each has advice."""

from collections import Counter
from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopcrm.core.settings import read_settings, read_template
from shopcrm.insight.advice import ADVICE
from shopcrm.insight.rules import NEVER_BOUGHT, classify, parse_rules, uncovered, unreachable

Table = Mapping[str, Mapping[str, str]]
SHOP = {"shop.name": "Lan", "shop.currency": "CNY", "shop.timezone": "Asia/Shanghai", "shop.country": "CN"}

LAW = settings(max_examples=40, deadline=None)  # a frame costs milliseconds, more on a busy machine


def table_of(template: str) -> Table:
    return {rule.name: rule.bands for rule in read_settings({**read_template(template), **SHOP}, 1).segments}


GENERAL, APPAREL = table_of("general"), table_of("apparel")
CELLS = list(product(range(1, 6), repeat=3))


def segments_of(table: Table, *customers: dict[str, int | None]) -> list[str]:
    return classify(pd.DataFrame(list(customers)), parse_rules(table, 2)).tolist()


def apparel(recency_days: int, visits_half_year: int, frequency: int, spent: int) -> str:
    customer: dict[str, int | None] = {
        "recency_days": recency_days,
        "visits_half_year": visits_half_year,
        "frequency": frequency,
        "monetary_minor": spent * 100,
    }
    return segments_of(APPAREL, customer)[0]


def test_all_125_cells_have_one_named_segment_and_every_segment_has_cells() -> None:
    frame = pd.DataFrame(CELLS, columns=["r", "f", "m"]).assign(recency_days=10)
    counts = Counter(classify(frame, parse_rules(GENERAL, 2)))
    assert counts == {
        "champions": 8,
        "loyal": 22,
        "potential loyalists": 20,
        "new customers": 5,
        "promising": 5,
        "need attention": 9,
        "about to sleep": 6,
        "cannot lose": 8,
        "at risk": 22,
        "hibernating": 10,
        "lost": 10,
    }
    assert sum(counts.values()) == 125
    assert set(counts) == set(GENERAL)


@pytest.mark.parametrize("table", [GENERAL, APPAREL], ids=["general", "apparel"])
@pytest.mark.parametrize("exponent", [0, 2, 3])
def test_each_table_covers_everyone_and_no_segment_is_out_of_reach(table: Table, exponent: int) -> None:
    rules = parse_rules(table, exponent)
    assert uncovered(rules) is None
    assert unreachable(rules) == ()
    assert rules[-1].conditions == {}
    assert all(rule.conditions for rule in rules[:-1])


@pytest.mark.parametrize(
    ("r", "f", "m", "segment"),
    [
        (5, 5, 5, "champions"),
        (4, 4, 4, "champions"),
        (5, 5, 3, "loyal"),
        (3, 4, 5, "loyal"),
        (4, 3, 5, "potential loyalists"),
        (5, 1, 5, "new customers"),
        (4, 1, 1, "promising"),
        (3, 3, 3, "need attention"),
        (3, 1, 2, "about to sleep"),
        (1, 5, 5, "cannot lose"),
        (2, 4, 3, "at risk"),
        (1, 3, 5, "at risk"),
        (2, 2, 5, "hibernating"),
        (1, 1, 1, "lost"),
    ],
)
def test_scores_have_the_segment_their_name_promises(r: int, f: int, m: int, segment: str) -> None:
    assert segments_of(GENERAL, {"r": r, "f": f, "m": m, "recency_days": 10}) == [segment]


@pytest.mark.parametrize(
    ("recency_days", "visits_half_year", "frequency", "spent", "segment"),
    [
        (30, 5, 5, 5001, "vip"),
        (30, 5, 5, 5000, "active"),  # often, but not over 5,000
        (31, 5, 9, 9000, "active"),
        (30, 4, 9, 9000, "active"),
        (90, 3, 3, 100, "active"),
        (90, 2, 9, 9000, "potential"),
        (0, 1, 1, 10, "potential"),
        (91, 9, 9, 9000, "slipping"),
        (182, 1, 1, 10, "slipping"),
        (183, 0, 3, 10, "lapsed regular"),
        (183, 0, 2, 9000, "dormant"),
        (2000, 0, 1, -5, "dormant"),
    ],
)
def test_the_boundaries_of_the_apparel_classes(
    recency_days: int, visits_half_year: int, frequency: int, spent: int, segment: str
) -> None:
    assert apparel(recency_days, visits_half_year, frequency, spent) == segment


@LAW
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(0, 10**5)),
            *[st.integers(1, 5)] * 3,
            st.integers(0, 10**5),
            st.integers(-(10**12), 10**12),
            st.integers(0, 182),
        ),
        max_size=20,
    )
)
def test_any_customers_whatever_have_one_segment_each(customers: list[tuple[int | None, ...]]) -> None:
    columns = ["recency_days", "r", "f", "m", "frequency", "monetary_minor", "visits_half_year"]
    frame = pd.DataFrame(customers, columns=columns)
    absent = frame["recency_days"].isna()
    for table in (GENERAL, APPAREL):
        found = classify(frame, parse_rules(table, 2))
        assert found[~absent].isin(list(table)).all()
        assert (found[absent] == NEVER_BOUGHT).all()
        assert found.notna().all()


def test_every_segment_has_one_sentence_of_advice_and_nothing_else_has() -> None:
    assert set(ADVICE) == {*GENERAL, *APPAREL, NEVER_BOUGHT}
    for sentence in ADVICE.values():
        assert sentence.endswith(".")
        assert sentence.count(".") == 1
    assert len(set(ADVICE.values())) == len(ADVICE)


def test_money_in_a_currency_without_decimals_is_not_scaled() -> None:
    customer = {"recency_days": [1], "visits_half_year": [5], "frequency": [5], "monetary_minor": np.array([5001])}
    assert classify(pd.DataFrame(customer), parse_rules(APPAREL, 0)).tolist() == ["vip"]
    assert classify(pd.DataFrame(customer), parse_rules(APPAREL, 2)).tolist() == ["active"]
