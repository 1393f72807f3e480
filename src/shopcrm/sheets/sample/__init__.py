"""The example shop: a small apparel shop's year, as the messy sheets that its till would export."""

from shopcrm.sheets.sample.exports import SampleTotals, sample_totals, write_sample
from shopcrm.sheets.sample.year import FIRST_DAY, LAST_DAY

__all__ = ["FIRST_DAY", "LAST_DAY", "SampleTotals", "sample_totals", "write_sample"]
