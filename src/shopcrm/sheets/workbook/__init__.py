"""Writes a workbook one likes to open: a first sheet that sums up, then one tab for each list."""

from shopcrm.sheets.workbook.tabs import Column, Fact, Kind, Summary, Tab
from shopcrm.sheets.workbook.writer import write_workbook

__all__ = ["Column", "Fact", "Kind", "Summary", "Tab", "write_workbook"]
