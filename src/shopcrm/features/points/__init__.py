"""Points: earned by sales in a sweep, spent and corrected at the counter, explained in a statement."""

from shopcrm.features.points.accrual import Accrued, accrue
from shopcrm.features.points.counter import Moved, adjust, redeem
from shopcrm.features.points.statement import Statement, statement

__all__ = ["Accrued", "Moved", "Statement", "accrue", "adjust", "redeem", "statement"]
