"""Gaps worked out by hand, the laws of shrinking, and a forecast on a real shop's purchases."""

from datetime import date, timedelta
from itertools import pairwise
from math import exp, log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopcrm.core.errors import NothingToLearnFrom
from shopcrm.insight.gaps import gap_statistics, lateness, overdue, purchase_windows, shop_mean_ln_gap, usual_gap_days

LAW = settings(max_examples=40, deadline=None)  # a frame costs milliseconds, more on a busy machine

CDNOW = Path(__file__).parents[3] / "shared/data/cdnow/CDNOW_sample.txt"

START = date(2025, 1, 1)
SHOP = st.dictionaries(st.integers(1, 9), st.lists(st.integers(0, 900), min_size=1, max_size=8), min_size=1)


def purchases(shop: dict[int, list[int]], unit: str = "s") -> pd.DataFrame:
    """Purchase days by customer, counted from START."""
    rows = [(customer, START + timedelta(days)) for customer, visits in shop.items() for days in visits]
    return pd.DataFrame(
        {
            "customer_id": pd.Series([customer for customer, _ in rows], dtype="int64"),
            "on": pd.Series([on for _, on in rows], dtype=f"datetime64[{unit}]"),
        }
    )


def test_gaps_are_counted_between_distinct_days_in_any_order() -> None:
    statistics = gap_statistics(purchases({7: [30, 0, 10, 10], 3: [5], 5: [2, 2]}))
    assert statistics["customer_id"].tolist() == [3, 5, 7]
    assert statistics["visits"].tolist() == [1, 1, 3]
    assert statistics["gaps"].tolist() == [0, 0, 2]
    assert statistics["sum_ln_gap"].tolist() == pytest.approx([0, 0, log(10) + log(20)])
    assert [on.date() for on in statistics["first_on"]] == [date(2025, 1, 6), date(2025, 1, 3), date(2025, 1, 1)]
    assert [on.date() for on in statistics["last_on"]] == [date(2025, 1, 6), date(2025, 1, 3), date(2025, 1, 31)]


@LAW
@given(SHOP)
def test_statistics_agree_with_counting_customer_by_customer(shop: dict[int, list[int]]) -> None:
    statistics = gap_statistics(purchases(shop)).set_index("customer_id")
    assert statistics.index.tolist() == sorted(shop)
    for customer, visits in shop.items():
        days = sorted(set(visits))
        row = statistics.loc[customer]
        assert row["visits"] == len(days)
        assert row["gaps"] == len(days) - 1
        assert row["sum_ln_gap"] == pytest.approx(sum(log(b - a) for a, b in pairwise(days)))
        assert row["first_on"].date() == START + timedelta(days[0])
        assert row["last_on"].date() == START + timedelta(days[-1])


def test_neither_the_unit_nor_a_date_before_1970_changes_a_gap() -> None:
    shop = {1: [0, 14], 2: [3], 3: [-40_000, -39_000]}
    seconds, nanoseconds = gap_statistics(purchases(shop)), gap_statistics(purchases(shop, "ns"))
    pd.testing.assert_frame_equal(seconds, nanoseconds)
    assert seconds["sum_ln_gap"].tolist() == pytest.approx([log(14), 0, log(1000)])
    assert seconds["last_on"].iloc[2].date() == START - timedelta(39_000)


def test_customers_may_be_named_by_text() -> None:
    frame = purchases({1: [0, 5], 2: [1]}).assign(customer_id=["C-2", "C-2", "C-1"])
    assert gap_statistics(frame)["customer_id"].tolist() == ["C-1", "C-2"]
    assert gap_statistics(frame)["gaps"].tolist() == [0, 1]


@pytest.mark.parametrize("column", ["customer_id", "on"])
def test_a_purchase_day_without_customer_or_date_is_refused(column: str) -> None:
    frame = purchases({1: [0, 5]})
    frame[column] = frame[column].where(np.array([True, False]))
    with pytest.raises(ValueError, match="needs a customer and a date"):
        gap_statistics(frame)


def test_instants_and_numbers_are_not_taken_for_dates() -> None:
    frame = purchases({1: [0, 5]})
    for on in (frame["on"].dt.tz_localize("Asia/Shanghai"), frame["on"].astype("int64")):
        with pytest.raises(ValueError, match="must be datetime64 without a zone"):
            gap_statistics(frame.assign(on=on))


def test_an_empty_frame_of_any_type_has_no_statistics() -> None:
    statistics = gap_statistics(pd.DataFrame({"customer_id": [], "on": []}, dtype=object))
    assert statistics.empty
    assert statistics.columns.tolist() == [
        "customer_id", "visits", "gaps", "sum_ln_gap", "sum_ln_gap_squared", "first_on", "last_on",
    ]  # fmt: skip


def test_the_usual_gap_worked_out_by_hand() -> None:
    statistics = gap_statistics(purchases({1: [0, 10, 30], 2: [0, 40], 3: [9]}))
    mean_ln_gap = (log(10) + log(20) + log(40)) / 3  # = ln 20
    assert shop_mean_ln_gap(statistics) == pytest.approx(mean_ln_gap)
    assert usual_gap_days(statistics, mean_ln_gap).tolist() == pytest.approx(
        [
            exp((log(10) + log(20) + 3 * log(20)) / 5),  # 17.411
            exp((log(40) + 3 * log(20)) / 4),  # 23.784
            20,
        ],
        abs=1e-6,
    )


@LAW
@given(SHOP, st.floats(-1, 6), st.floats(0.1, 50))
def test_a_usual_gap_lies_between_the_customers_own_mean_and_the_shops(
    shop: dict[int, list[int]], mean_ln_gap: float, k: float
) -> None:
    statistics = gap_statistics(purchases(shop))
    usual = usual_gap_days(statistics, mean_ln_gap, k)
    for days, gaps, sum_ln_gap in zip(usual, statistics["gaps"], statistics["sum_ln_gap"], strict=True):
        own = exp(sum_ln_gap / gaps) if gaps else exp(mean_ln_gap)
        low, high = sorted((own, exp(mean_ln_gap)))
        assert low - 1e-6 <= days <= high + 1e-6


@LAW
@given(st.integers(1, 400), st.integers(1, 400), st.integers(1, 30))
def test_each_further_gap_of_the_same_length_draws_the_usual_gap_nearer_to_it(own: int, shop: int, gaps: int) -> None:
    fewer, more, many = (
        usual_gap_days(pd.DataFrame({"gaps": [n], "sum_ln_gap": [n * log(own)]}), log(shop)).iloc[0]
        for n in (gaps, gaps + 1, 10_000)
    )
    assert abs(more - own) <= abs(fewer - own)
    assert many == pytest.approx(own, rel=0.002)


@LAW
@given(SHOP)
def test_who_came_once_has_the_shops_usual_gap(shop: dict[int, list[int]]) -> None:
    statistics = gap_statistics(purchases({**shop, 90: [0, 30], 91: [5]}))
    mean_ln_gap = shop_mean_ln_gap(statistics)
    assert mean_ln_gap is not None
    assert usual_gap_days(statistics, mean_ln_gap).iloc[-1] == pytest.approx(exp(mean_ln_gap), abs=1e-6)


def test_equal_gaps_of_ten_days_are_a_usual_gap_of_exactly_ten() -> None:
    statistics = gap_statistics(purchases({1: [0, 10, 20, 30], 2: [15]}))
    late = lateness(statistics, START + timedelta(50))
    assert late["usual_gap_days"].tolist() == [10.0, 10.0]
    assert late["days_since"].tolist() == [20, 35]
    assert late["overdue_ratio"].tolist() == [2.0, 3.5]


def test_overdue_starts_at_the_ratio_and_lists_the_most_overdue_first() -> None:
    statistics = gap_statistics(purchases({1: [0, 10, 20, 30], 2: [15], 3: [30], 4: [31]}))
    late = overdue(statistics, START + timedelta(50), lapsed_by=2.0)
    assert late["customer_id"].tolist() == [2, 1, 3]
    assert late.index.tolist() == [0, 1, 2]
    assert overdue(statistics, START + timedelta(50), lapsed_by=3.6).empty


@LAW
@given(SHOP, st.floats(0, 5))
def test_the_overdue_are_those_at_or_past_the_ratio_and_no_others(shop: dict[int, list[int]], lapsed_by: float) -> None:
    statistics = gap_statistics(purchases({**shop, 90: [0, 30]}))
    everyone = lateness(statistics, START + timedelta(900))
    late = overdue(statistics, START + timedelta(900), lapsed_by)
    assert set(late["customer_id"]) == {
        customer
        for customer, ratio in zip(everyone["customer_id"], everyone["overdue_ratio"], strict=True)
        if ratio >= lapsed_by
    }
    assert late["overdue_ratio"].is_monotonic_decreasing


@pytest.mark.parametrize("shop", [{}, {1: [4]}, {1: [4, 4], 2: [9]}])
def test_a_shop_where_nobody_came_twice_has_nothing_to_learn_from(shop: dict[int, list[int]]) -> None:
    statistics = gap_statistics(purchases(shop))
    assert len(statistics) == len(shop)
    assert shop_mean_ln_gap(statistics) is None
    with pytest.raises(NothingToLearnFrom, match="up to 2025-03-01"):
        overdue(statistics, date(2025, 3, 1), 2.0)


def test_a_visit_after_the_day_asked_about_is_refused() -> None:
    statistics = gap_statistics(purchases({1: [0, 10]}))
    assert lateness(statistics, START + timedelta(10))["days_since"].tolist() == [0]
    with pytest.raises(ValueError, match="purchases after 2025-01-10"):
        lateness(statistics, START + timedelta(9))


@pytest.mark.skipif(not CDNOW.exists(), reason=f"{CDNOW} is not here")
def test_on_cdnow_shrunk_gaps_foretell_the_last_gap_better_than_medians() -> None:
    """Each customer's last gap is foretold from the gaps before it; the shop's mean knows no last gap either."""
    rows = [line.split() for line in CDNOW.read_text().splitlines()]
    days = pd.DataFrame(
        {
            "customer_id": [row[1] for row in rows],
            "on": pd.to_datetime([row[2] for row in rows], format="%Y%m%d"),
        }
    ).drop_duplicates()
    everything = gap_statistics(days)
    assert (len(everything), int(everything["gaps"].sum())) == (2357, 4339)

    last_on = days.groupby("customer_id")["on"].transform("max")
    earlier = days[days["on"] < last_on].sort_values(["customer_id", "on"])
    statistics = gap_statistics(earlier)
    mean_ln_gap = shop_mean_ln_gap(statistics)
    assert mean_ln_gap is not None
    foretold = statistics.assign(shrunk=usual_gap_days(statistics, mean_ln_gap)).set_index("customer_id")
    foretold = foretold[foretold["gaps"] >= 1]
    own_gaps = earlier.groupby("customer_id")["on"].diff().dt.days
    foretold["median"] = own_gaps.groupby(earlier["customer_id"]).median()
    came = everything.set_index("customer_id")["last_on"].reindex(foretold.index)
    truth = (came - foretold["last_on"]).dt.days

    error = foretold[["shrunk", "median"]].sub(truth, axis=0).abs()
    assert len(error) == 736
    assert error.mean().to_dict() == pytest.approx({"shrunk": 80.16, "median": 90.60}, abs=0.01)
    assert error.median().to_dict() == pytest.approx({"shrunk": 38.78, "median": 53.0}, abs=0.01)
    assert np.isfinite(error.to_numpy()).all()


# --- the window of the next purchase --------------------------------------------------------------------------


def windows(days: pd.DataFrame, as_of: date) -> pd.DataFrame:
    known = lateness(gap_statistics(days), as_of)
    return known.join(purchase_windows(known))


@pytest.mark.parametrize(
    ("visits", "first", "last"),
    [
        ([0, 10, 20], 30, 30),  # always ten days: no doubt
        # ln gaps are ln 5 and ln 20, around ln 10: a spread of ln 2, so the ends are 10 · 2^∓0.6745, 6.3 and 15.96.
        ([0, 5, 25], 31, 41),
    ],
)
def test_the_window_lies_around_the_usual_gap(visits: list[int], first: int, last: int) -> None:
    found = windows(purchases({1: visits}), START + timedelta(visits[-1]))
    ends = [found[name][0].date() for name in ("next_from_on", "next_to_on")]
    assert ends == [START + timedelta(first), START + timedelta(last)]


def test_half_of_the_next_purchases_fall_into_their_windows() -> None:
    lot = np.random.default_rng(7)
    rows, following = [], {}
    for customer in range(2_000):
        usual, on = lot.normal(3.0, 0.4), date(2020, 1, 1)
        for _ in range(9):
            rows.append((customer, on))
            on += timedelta(max(1, round(float(np.exp(lot.normal(usual, 0.6))))))
        following[customer] = pd.Timestamp(on)
    days = pd.DataFrame(rows, columns=["customer_id", "on"]).astype({"on": "datetime64[s]"})

    found = windows(days, date(2026, 1, 1))

    next_on = found["customer_id"].map(following)
    inside = ((next_on >= found["next_from_on"]) & (next_on <= found["next_to_on"])).mean()
    assert 0.48 < inside < 0.60  # whole days outwards: a little more than half
