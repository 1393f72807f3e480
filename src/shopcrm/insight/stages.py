"""Where customers are in their life with the shop: introduction, growth, maturity, or decline."""

import numpy as np
import pandas as pd

from shopcrm.core.language import mark

STAGES = (mark("introduction"), mark("growth"), mark("maturity"), mark("decline"))

_GETTING_TO_KNOW = 2  # purchase days, until which nobody can tell a habit


def stages(frame: pd.DataFrame, lapsed_by: float) -> pd.Series:
    """The stage of each customer, on the frame's index; missing for who never bought.

    `decline` is who has stayed away at least `lapsed_by` times their usual gap (`overdue_ratio`); of the others
    `introduction` is who has come on one or two days (`frequency`), `growth` who came on more days in the last half
    year than in the one before it (`visits_half_year`, `visits_half_year_before`), `maturity` everyone else. Where
    nobody's gap can be told, the ratio is missing and nobody declines.
    """
    is_late = frame["overdue_ratio"].fillna(0).to_numpy(dtype=np.float64) >= lapsed_by
    is_new = frame["frequency"].to_numpy() <= _GETTING_TO_KNOW
    is_growing = frame["visits_half_year"].to_numpy() > frame["visits_half_year_before"].to_numpy()
    named = np.select([is_late, is_new, is_growing], ["decline", "introduction", "growth"], "maturity")
    return pd.Series(named, index=frame.index, dtype=object).where(frame["recency_days"].notna(), None)
