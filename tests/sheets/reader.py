"""Builds what the reader is asked, in the usual circumstances of a test's shop."""

from collections.abc import Callable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from shopcrm.sheets.reading import Request
from shopcrm.sheets.records import CleanSheet, Receipt, one_by_one

Reader = Callable[..., CleanSheet]


def ask(**details: Any) -> Request:
    """A request of a shop in Shanghai on 1 March 2026."""
    usual: dict[str, Any] = {"zone": ZoneInfo("Asia/Shanghai"), "currency": "CNY", "today": date(2026, 3, 1)}
    return Request(**{**usual, **details})


def rejected_rows(sheet: CleanSheet) -> list[int]:
    """The rows that were left out because of an issue."""
    return sorted({issue.row for issue in sheet.issues if issue.is_rejected})


def receipts_of(sheet: CleanSheet) -> list[Receipt]:
    """The receipts of a sheet that count, one by one."""
    return [] if sheet.receipts is None else [each for each in one_by_one(sheet.receipts) if not each.is_void]
