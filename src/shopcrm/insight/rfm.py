"""Recency, frequency and monetary scores from 1 to 5: the cuts between them, and the scores themselves."""

from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shopcrm.insight.measures import has_bought, whole_numbers

BINS: Final = 5


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where one score ends and the next begins: four rising cuts a measure (two may be equal).

    `recency_days` in days, `frequency` in purchase days, `monetary_minor` in minor units; fractions are
    possible. All three are empty where nobody has bought. Raises ValueError for anything else.
    """

    recency_days: tuple[float, ...]
    frequency: tuple[float, ...]
    monetary_minor: tuple[float, ...]

    def __post_init__(self) -> None:
        measures = (self.recency_days, self.frequency, self.monetary_minor)
        if not any(measures):
            return
        for cuts in measures:
            if len(cuts) != BINS - 1 or not all(map(isfinite, cuts)) or any(a > b for a, b in pairwise(cuts)):
                raise ValueError(f"four rising cuts are needed for each measure, not {cuts}")


def quantile_cuts(frame: pd.DataFrame) -> Cuts:
    """The 20, 40, 60 and 80 % quantiles of everyone who has bought, one row a customer.

    The frame has `recency_days` (missing where the customer never bought; such rows stay out), `frequency`
    and `monetary_minor`, all whole numbers. The quantiles are the linear ones of numpy (type 7 of Hyndman
    and Fan 1996, "Sample quantiles in statistical packages"): the value at position (n - 1)·q, read between
    its two neighbours. It is worked out in integers, and the one rounding left, a division by five, cannot
    reach a whole number; `numpy.quantile` puts the 60 % of 0, 0 and 5 at 0.9999999999999998, and whoever is
    scored by that cut with a value of 1 would stand above it.
    """
    bought = has_bought(frame)
    return Cuts(
        recency_days=_fifths(whole_numbers(frame, "recency_days", bought)),
        frequency=_fifths(whole_numbers(frame, "frequency", bought)),
        monetary_minor=_fifths(whole_numbers(frame, "monetary_minor", bought)),
    )


def score(frame: pd.DataFrame, cuts: Cuts) -> pd.DataFrame:
    """The frame with `r`, `f` and `m` added (Int64, 1 to 5, 5 the best; missing for who never bought).

    F and M are 1 + the number of cuts below the value, R is 5 - the number of cuts below it, so that a value
    equal to a cut belongs to the lower bin and customers who are equal score equal. Index and order are
    the frame's. Raises ValueError for empty cuts where somebody has bought.
    """
    bought = has_bought(frame)
    if bought.any() and not cuts.frequency:
        raise ValueError("cuts are needed to score customers who have bought")
    scored = {
        "r": BINS - _cuts_below(whole_numbers(frame, "recency_days", bought), cuts.recency_days),
        "f": 1 + _cuts_below(whole_numbers(frame, "frequency", bought), cuts.frequency),
        "m": 1 + _cuts_below(whole_numbers(frame, "monetary_minor", bought), cuts.monetary_minor),
    }
    return frame.assign(**{name: _spread(values, bought) for name, values in scored.items()})


def _fifths(values: NDArray[np.int64]) -> tuple[float, ...]:
    if not len(values):
        return ()
    ordered, last = np.sort(values), len(values) - 1
    cuts = []
    for fifth in range(1, BINS):
        position, part = divmod(last * fifth, BINS)
        below, above = int(ordered[position]), int(ordered[min(position + 1, last)])
        cuts.append((BINS * below + part * (above - below)) / BINS)
    return tuple(cuts)


def _cuts_below(values: NDArray[np.int64], cuts: tuple[float, ...]) -> NDArray[np.int64]:
    return np.searchsorted(np.array(cuts, dtype=np.float64), values, side="left").astype(np.int64)


def _spread(values: NDArray[np.int64], rows: NDArray[np.bool_]) -> pd.arrays.IntegerArray:
    """The values on their rows, missing elsewhere."""
    everyone = np.zeros(len(rows), dtype=np.int64)
    everyone[rows] = values
    return pd.arrays.IntegerArray(everyone, ~rows)
