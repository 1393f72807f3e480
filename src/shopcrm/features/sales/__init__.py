"""Sales by hand, for what has no sheet: typed, listed, shown, given back, and withdrawn with a reason."""

from shopcrm.features.sales.adding import Added, add
from shopcrm.features.sales.finding import Asked
from shopcrm.features.sales.listing import SaleList, list_all
from shopcrm.features.sales.refunding import GivenBack, Plan, plan_refund, write_refund
from shopcrm.features.sales.rows import SaleRow
from shopcrm.features.sales.showing import LineRow, RefundRow, Shown, show
from shopcrm.features.sales.withdrawing import Withdrawn, withdraw

__all__ = [
    "Added",
    "Asked",
    "GivenBack",
    "LineRow",
    "Plan",
    "RefundRow",
    "SaleList",
    "SaleRow",
    "Shown",
    "Withdrawn",
    "add",
    "list_all",
    "plan_refund",
    "show",
    "withdraw",
    "write_refund",
]
