"""Cuts against hand-computed examples and exact fractions; scores against their definition and its laws."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopcrm.insight.rfm import Cuts, quantile_cuts, score

LAW = settings(max_examples=40, deadline=None)  # a frame costs milliseconds, more on a busy machine

Customer = tuple[int | None, int, int]

MONEY = st.one_of(st.integers(-50, 50), st.integers(-(10**12), 10**12))
BUYERS = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 12), MONEY), min_size=1, max_size=40)
ANYONE = st.tuples(st.one_of(st.none(), st.integers(0, 400)), st.integers(0, 12), MONEY)


def frame_of(customers: list[Customer]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": np.arange(1, len(customers) + 1),
            "recency_days": pd.Series([recency for recency, _, _ in customers], dtype="Int64"),
            "frequency": pd.Series([frequency for _, frequency, _ in customers], dtype="int64"),
            "monetary_minor": pd.Series([money for _, _, money in customers], dtype="int64"),
        }
    )


def exact_cuts(values: list[int]) -> list[Fraction]:
    """The definition, in fractions: position (n - 1)·q between neighbours."""
    ordered = sorted(values)
    cuts = []
    for fifth in range(1, 5):
        position = Fraction((len(ordered) - 1) * fifth, 5)
        below = ordered[int(position)]
        above = ordered[min(int(position) + 1, len(ordered) - 1)]
        cuts.append(below + (position - int(position)) * (above - below))
    return cuts


@pytest.mark.parametrize(
    ("values", "cuts"),
    [
        ([1, 2, 3, 4, 5, 6], (2, 3, 4, 5)),  # positions 1, 2, 3, 4
        ([10, 20, 30], (14, 18, 22, 26)),  # positions 0.4, 0.8, 1.2, 1.6
        ([1, 1, 1, 1, 1, 1, 1, 1, 2, 9], (1, 1, 1, 1.2)),  # positions 1.8, 3.6, 5.4, 7.2
        ([0, 0, 5], (0, 0, 1, 3)),  # positions 0.4, 0.8, 1.2, 1.6
        ([10**12, 10**12 + 1, 10**12 + 3], (10**12 + 0.4, 10**12 + 0.8, 10**12 + 1.4, 10**12 + 2.2)),
        ([7], (7, 7, 7, 7)),
        ([4, 4, 4], (4, 4, 4, 4)),
    ],
)
def test_cuts_are_the_linear_quantiles_worked_out_by_hand(values: list[int], cuts: tuple[float, ...]) -> None:
    found = quantile_cuts(frame_of([(value, value, value) for value in values]))
    assert found == Cuts(cuts, cuts, cuts)


def test_a_cut_at_a_whole_number_is_that_number_where_numpy_falls_beside_it() -> None:
    assert np.quantile([0, 0, 5], 0.6) < 1
    cuts = quantile_cuts(frame_of([(3, 1, 0), (3, 1, 0), (3, 1, 5)]))
    assert cuts.monetary_minor[2] == 1
    assert score(frame_of([(3, 1, 1)]), cuts)["m"].tolist() == [3]


@LAW
@given(BUYERS)
def test_cuts_are_the_exact_quantiles_to_the_last_bit(customers: list[Customer]) -> None:
    found = quantile_cuts(frame_of(customers))
    money = [money for _, _, money in customers]
    assert found.monetary_minor == tuple(float(cut) for cut in exact_cuts(money))
    assert found.monetary_minor == pytest.approx(np.quantile(money, [0.2, 0.4, 0.6, 0.8]), abs=0.01)


@LAW
@given(BUYERS)
def test_scores_count_the_exact_cuts_below_each_value(customers: list[Customer]) -> None:
    frame = frame_of(customers)
    scored = score(frame, quantile_cuts(frame))
    for column, measure, start, step in (
        ("r", "recency_days", 5, -1),
        ("f", "frequency", 1, 1),
        ("m", "monetary_minor", 1, 1),
    ):
        values = [int(value) for value in frame[measure]]
        cuts = exact_cuts(values)
        assert scored[column].tolist() == [start + step * sum(cut < value for cut in cuts) for value in values]


@LAW
@given(BUYERS, BUYERS)
def test_customers_who_are_equal_score_equal_and_the_better_never_lower(
    learned_from: list[Customer], scored_later: list[Customer]
) -> None:
    scored = score(frame_of(scored_later), quantile_cuts(frame_of(learned_from)))
    assert scored[["r", "f", "m"]].isin(range(1, 6)).all(axis=None)
    for measure, column, is_rising in (
        ("recency_days", "r", False),
        ("frequency", "f", True),
        ("monetary_minor", "m", True),
    ):
        pairs = sorted(zip(scored[measure].tolist(), scored[column].tolist(), strict=True))
        for (value, this), (other, that) in pairwise(pairs):
            if value == other:
                assert this == that
            else:
                assert this <= that if is_rising else this >= that


@LAW
@given(BUYERS, st.integers(0, 5))
def test_who_never_bought_has_no_scores_and_moves_no_cut(customers: list[Customer], absent: int) -> None:
    everyone = frame_of([*customers, *[(None, 0, -700)] * absent])
    cuts = quantile_cuts(everyone)
    assert cuts == quantile_cuts(frame_of(customers))
    scores = score(everyone, cuts)[["r", "f", "m"]]
    assert scores.notna().all(axis=1).tolist() == [True] * len(customers) + [False] * absent
    assert scores.isna().all(axis=1).tolist() == [False] * len(customers) + [True] * absent


@LAW
@given(st.lists(ANYONE, max_size=12))
def test_neither_order_nor_index_changes_a_score(customers: list[Customer]) -> None:
    frame = frame_of(customers)
    scored = score(frame, quantile_cuts(frame))
    backwards = frame.iloc[::-1]
    again = score(backwards, quantile_cuts(backwards))
    pd.testing.assert_frame_equal(again.iloc[::-1], scored)


def test_a_shop_of_equals_gives_everyone_the_same_scores() -> None:
    frame = frame_of([(12, 3, 4500)] * 4)
    scored = score(frame, quantile_cuts(frame))
    assert scored[["r", "f", "m"]].to_numpy().tolist() == [[5, 1, 1]] * 4


def test_a_shop_without_buyers_has_no_cuts_and_no_scores() -> None:
    for frame in (frame_of([]), frame_of([(None, 0, 0)])):
        cuts = quantile_cuts(frame)
        assert cuts == Cuts((), (), ())
        scored = score(frame, cuts)
        assert len(scored) == len(frame)
        assert scored[["r", "f", "m"]].isna().all(axis=None)


def test_given_cuts_keep_everyone_where_they_are() -> None:
    cuts = Cuts((30, 90, 180, 365), (1, 2, 4, 8), (100_00, 500_00, 1_000_00, 5_000_00))
    frame = frame_of([(30, 1, 100_00), (31, 2, 100_01), (366, 9, 5_000_01), (365, 8, 5_000_00)])
    assert score(frame, cuts)[["r", "f", "m"]].to_numpy().tolist() == [[5, 1, 1], [4, 2, 2], [1, 5, 5], [2, 4, 4]]


def test_buyers_cannot_be_scored_without_cuts() -> None:
    with pytest.raises(ValueError, match="cuts are needed"):
        score(frame_of([(1, 1, 1)]), Cuts((), (), ()))


@pytest.mark.parametrize("wrong", [(), (1, 2, 3), (1, 2, 3, 4, 5), (1, 3, 2, 4), (1, 2, 3, float("nan"))])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_cuts_that_are_not_four_and_rising_are_refused(wrong: tuple[float, ...], place: int) -> None:
    measures: list[tuple[float, ...]] = [(1, 2, 3, 4)] * 3
    measures[place] = wrong
    with pytest.raises(ValueError, match="four rising cuts"):
        Cuts(*measures)
