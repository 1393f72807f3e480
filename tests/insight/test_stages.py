"""Stages: where customers are in their life with the shop, one rule after the other."""

import pandas as pd
import pytest

from shopcrm.insight.stages import stages


@pytest.mark.parametrize(
    ("frequency", "lately", "before", "ratio", "stage"),
    [
        (1, 1, 0, 0.5, "introduction"),
        (2, 2, 0, 0.5, "introduction"),
        (3, 3, 0, 0.5, "growth"),
        (3, 2, 1, 0.5, "growth"),
        (9, 2, 2, 0.5, "maturity"),
        (9, 1, 2, 1.99, "maturity"),
        (9, 1, 2, 2.0, "decline"),
        (1, 0, 1, 2.5, "decline"),
        (3, 3, 0, None, "growth"),  # nobody's gap can be told
    ],
)
def test_the_stage_of_a_customer(frequency: int, lately: int, before: int, ratio: float | None, stage: str) -> None:
    frame = pd.DataFrame(
        {
            "frequency": [frequency, 0], "visits_half_year": [lately, 0], "visits_half_year_before": [before, 0],
            "overdue_ratio": [ratio, None], "recency_days": pd.array([1, None], dtype="Int64"),
        }
    )  # fmt: skip
    assert stages(frame, 2.0).tolist() == [stage, None]
