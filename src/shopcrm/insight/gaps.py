"""How long each customer usually stays away, and who has stayed away longer than that.

A customer's own gaps are few and skewed: their logarithms are averaged and drawn towards the shop's average,
as if each customer had k more gaps like the shop's. That is the posterior mean of the location of a
log-normal gap under a normal prior worth k observations (Gelman et al., Bayesian Data Analysis, 3rd ed.,
section 2.5); its exponential is in days.
"""

from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shopcrm.core.errors import NothingToLearnFrom

SHRINKAGE: Final = 3
"""How many gaps the shop's average counts for (k)."""

_QUARTILE: Final = 0.6744897501960817  # the upper quartile of the standard normal distribution
_NOISE: Final = 1e-6  # so that a gap that is always 10 days is a window of one day
_DECIMALS: Final = 6  # so that equal gaps of ten days are a usual gap of exactly 10, not of exp(ln 10)


def gap_statistics(days: pd.DataFrame) -> pd.DataFrame:
    """What the gaps of each customer come to, one row a customer, by rising `customer_id`.

    `days` has one row a purchase: `customer_id` and `on`, the shop's local date as datetime64 of any unit, in
    any order; a day counts once however often the customer bought on it. Returns `customer_id`, `visits`
    (distinct days), `gaps` (visits - 1), `sum_ln_gap` and `sum_ln_gap_squared` (of the days between neighbouring
    visits), `first_on` and `last_on` (datetime64). Raises ValueError for a row without customer or date, and for dates
    of another type (an instant with a zone would turn into the day it was in UTC).
    """
    if len(days) and not pd.api.types.is_datetime64_dtype(days["on"]):
        raise ValueError(f"purchase days must be datetime64 without a zone, not {days['on'].dtype}")
    if days["customer_id"].isna().any() or days["on"].isna().any():
        raise ValueError("every purchase day needs a customer and a date")
    codes, ids = pd.factorize(days["customer_id"], sort=True)
    dates = days["on"].to_numpy(dtype="datetime64[D]").astype(np.int64)
    earliest = dates.min(initial=0)
    span = dates.max(initial=0) - earliest + 1
    # One number a purchase day sorts in a fraction of the time that two columns take.
    keys = np.sort(codes * span + (dates - earliest))
    customers, on = np.divmod(keys[np.diff(keys, prepend=-1) != 0], span)
    on += earliest
    is_first = np.diff(customers, prepend=-1) != 0
    ln_gap = np.log(np.where(is_first, 1, np.diff(on, prepend=0)))
    visits = np.bincount(customers, minlength=len(ids))
    return pd.DataFrame(
        {
            "customer_id": ids,
            "visits": visits,
            "gaps": visits - 1,
            "sum_ln_gap": np.bincount(customers, weights=ln_gap, minlength=len(ids)).astype(np.float64),
            "sum_ln_gap_squared": np.bincount(customers, weights=ln_gap**2, minlength=len(ids)).astype(np.float64),
            "first_on": _dates(on[is_first]),
            "last_on": _dates(on[np.cumsum(visits) - 1]),
        }
    )


def shop_mean_ln_gap(statistics: pd.DataFrame) -> float | None:
    """The mean logarithm over all gaps of all customers; None where nobody has come on two days."""
    gaps = int(statistics["gaps"].sum())
    return float(statistics["sum_ln_gap"].sum()) / gaps if gaps else None


def usual_gap_days(statistics: pd.DataFrame, mean_ln_gap: float, k: float = SHRINKAGE) -> pd.Series:
    """exp((Σ ln gap + k·mean ln gap of the shop) / (n + k)), in days to the millionth, on the frame's index.

    It lies between the customer's geometric mean gap and the shop's; who came once has the shop's.
    """
    ln_gap = (statistics["sum_ln_gap"] + k * mean_ln_gap) / (statistics["gaps"] + k)
    usual = np.round(np.exp(ln_gap.to_numpy(dtype=np.float64)), _DECIMALS)
    return pd.Series(usual, index=statistics.index, name="usual_gap_days")


def purchase_windows(statistics: pd.DataFrame) -> pd.DataFrame:
    """When each customer's next purchase is likely: `next_from_on` and `next_to_on` (datetime64), on the frame's index.

    The statistics are those of `lateness`. A gap is log-normal around the customer's usual one, with one spread for
    the whole shop: that of all gaps around the usual gaps of those who made them. Half of such gaps lie between its
    quartiles, exp(ln usual ∓ 0.6745·spread), and these are the ends of the window, in whole days, outwards. A date
    alone would be wrong four times out of five outside supermarkets.
    """
    ln_usual = np.log(statistics["usual_gap_days"].to_numpy(dtype=np.float64))
    gaps, sums = statistics["gaps"].to_numpy(), statistics["sum_ln_gap"].to_numpy()
    squares = statistics["sum_ln_gap_squared"].to_numpy() - 2 * ln_usual * sums + gaps * ln_usual**2
    spread = np.sqrt(max(0.0, float(squares.sum())) / max(1, int(gaps.sum())))
    ends = {"next_from_on": np.floor(np.exp(ln_usual - _QUARTILE * spread) + _NOISE),
            "next_to_on": np.ceil(np.exp(ln_usual + _QUARTILE * spread) - _NOISE)}  # fmt: skip
    return pd.DataFrame(
        {name: statistics["last_on"] + pd.to_timedelta(days, unit="D") for name, days in ends.items()},
        index=statistics.index,
    )


def lateness(statistics: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The statistics with `days_since` (the last visit), `usual_gap_days`, and `overdue_ratio`, their ratio.

    Raises NothingToLearnFrom where nobody has come on two days, and ValueError for a visit after `as_of`.
    """
    mean_ln_gap = shop_mean_ln_gap(statistics)
    if mean_ln_gap is None:
        raise NothingToLearnFrom(as_of=as_of)
    days_since = (pd.Timestamp(as_of) - statistics["last_on"]).dt.days
    if (days_since < 0).any():
        raise ValueError(f"there are purchases after {as_of}")
    usual = usual_gap_days(statistics, mean_ln_gap)
    return statistics.assign(days_since=days_since, usual_gap_days=usual, overdue_ratio=days_since / usual)


def overdue(statistics: pd.DataFrame, as_of: date, lapsed_by: float) -> pd.DataFrame:
    """Who has stayed away at least `lapsed_by` times their usual gap, the most overdue first (then by id).

    Columns and errors are those of `lateness`; the index is new.
    """
    everyone = lateness(statistics, as_of)
    late = everyone[everyone["overdue_ratio"] >= lapsed_by]
    return late.sort_values(["overdue_ratio", "customer_id"], ascending=[False, True], ignore_index=True)


def _dates(days: NDArray[np.int64]) -> NDArray[np.datetime64]:
    return days.astype("datetime64[D]").astype("datetime64[s]")
