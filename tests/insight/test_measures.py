"""Reading a measure: whichever dtype a column has, exact integers or a refusal."""

import numpy as np
import pandas as pd
import pytest

from shopcrm.insight.measures import LARGEST, has_bought, whole_numbers


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([3, None, 10**12], dtype="Int64"),
        pd.Series([3.0, np.nan, 1e12]),
        pd.Series([3, None, 10**12], dtype=object),
    ],
    ids=["nullable", "float", "object"],
)
def test_every_dtype_is_read_alike(column: pd.Series) -> None:
    frame = pd.DataFrame({"recency_days": column})
    bought = has_bought(frame)
    assert bought.tolist() == [True, False, True]
    values = whole_numbers(frame, "recency_days", bought)
    assert values.tolist() == [3, 10**12]
    assert values.dtype == np.int64


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("frequency", -1),
        ("frequency", 2.5),
        ("monetary_minor", LARGEST + 1),
        ("monetary_minor", -LARGEST - 1),
        ("monetary_minor", 10**30),
        ("recency_days", float("inf")),
        ("r", 0),
        ("m", 6),
    ],
)
def test_what_the_measure_cannot_be_is_refused(measure: str, value: float) -> None:
    frame = pd.DataFrame({measure: pd.Series([value], dtype=object)})
    with pytest.raises(ValueError, match=f"{measure} must be whole numbers"):
        whole_numbers(frame, measure, np.array([True]))


def test_a_missing_value_of_a_buyer_is_refused() -> None:
    frame = pd.DataFrame({"frequency": [1.0, np.nan]})
    with pytest.raises(ValueError, match="frequency is missing"):
        whole_numbers(frame, "frequency", np.array([True, True]))
    assert whole_numbers(frame, "frequency", np.array([True, False])).tolist() == [1]


def test_refunds_may_outweigh_purchases() -> None:
    frame = pd.DataFrame({"monetary_minor": [-500, LARGEST]})
    assert whole_numbers(frame, "monetary_minor", np.array([True, True])).tolist() == [-500, LARGEST]
