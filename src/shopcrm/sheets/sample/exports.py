"""Writes the example shop's three sheets as its till would, with every trap that tills set."""

from dataclasses import dataclass
from pathlib import Path

from shopcrm.sheets.sample.customer_sheet import customer_sheet
from shopcrm.sheets.sample.till_sheets import returns_sheet, sales_sheet
from shopcrm.sheets.sample.year import make_year

CUSTOMERS, SALES, RETURNS = "会员资料.xlsx", "销售明细.csv", "退货.csv"


@dataclass(frozen=True, slots=True)
class SampleTotals:
    """What a correct import of all three sheets counts. `net_minor` (fen) is sales less refunds."""

    customers: int
    receipts: int
    refunds: int
    net_minor: int


def write_sample(folder: Path, seed: int = 7) -> tuple[Path, ...]:
    """Writes customers, sales and returns into the folder, in the order to import them; the same bytes for a seed."""
    year = make_year(seed)
    paths = tuple(folder / name for name in (CUSTOMERS, SALES, RETURNS))
    contents = (customer_sheet(year, seed), sales_sheet(year, seed), returns_sheet(year))
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
        path.chmod(0o600)
    return paths


def sample_totals(seed: int = 7) -> SampleTotals:
    """The totals of the year that `write_sample` writes for the seed."""
    year = make_year(seed)
    sold = sum(line.net_minor for sale in year.sales for line in sale.lines)
    returned = sum(line.net_minor for refund in year.refunds for line in refund.lines)
    return SampleTotals(len(year.customers), len(year.sales), len(year.refunds), sold - returned)
