"""The measures that customers are scored and classed by: names, limits, and how one is read exactly."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LARGEST: Final = 2**50
"""No measure goes beyond this: up to here a fifth of a whole number never rounds onto another in a float."""

LIMITS: Final = {
    "r": (1, 5),
    "f": (1, 5),
    "m": (1, 5),
    "recency_days": (0, LARGEST),
    "frequency": (0, LARGEST),
    "monetary_minor": (-LARGEST, LARGEST),  # refunds can outweigh the purchases
    "visits_half_year": (0, LARGEST),  # distinct purchase days in the last 182 days
}


def has_bought(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """One truth a row: whether `recency_days` is known, which it is for everyone who has ever bought."""
    return frame["recency_days"].notna().to_numpy(dtype=np.bool_)


def whole_numbers(frame: pd.DataFrame, measure: str, rows: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The measure of the chosen rows, as exact integers, whichever dtype the column has.

    Raises ValueError for a missing value, a fraction, or a number outside the measure's LIMITS.
    """
    column = frame[measure][rows]
    if column.isna().any():
        raise ValueError(f"{measure} is missing for a customer who has bought")
    values = column.to_numpy(dtype=np.float64)
    low, high = LIMITS[measure]
    if not np.all((values >= low) & (values <= high) & (values == np.floor(values))):
        raise ValueError(f"{measure} must be whole numbers from {low} to {high}")
    return values.astype(np.int64)
