"""Three months of a real shop, to the penny."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sheets.reader import ask, receipts_of
from shopcrm.sheets.reading import read_sheets
from shopcrm.sheets.records import CleanSheet

DATA = Path(__file__).parents[3] / "shared" / "data" / "online_retail"
MONTHS = {
    "2010-12": (74_895_702, 2_025, 948, 42_481),
    "2011-01": (56_000_026, 1_476, 783, 35_147),
    "2011-02": (49_806_265, 1_393, 798, 27_707),
}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real sheets are not there: ../shared/data/online_retail")


@pytest.fixture(scope="module")
def sheets() -> dict[str, CleanSheet]:
    request = ask(currency="GBP", zone=ZoneInfo("Europe/London"))
    return {month: read_sheets(DATA / f"{month}.csv", request)[0] for month in MONTHS}


def customers(sheet: CleanSheet) -> set[str]:
    return {receipt.member_no for receipt in receipts_of(sheet) if receipt.member_no is not None}


@pytest.mark.parametrize("month", MONTHS)
def test_a_month_comes_to_the_penny(sheets: dict[str, CleanSheet], month: str) -> None:
    sheet = sheets[month]
    found = (
        sum(each.net_minor for each in receipts_of(sheet)),
        len(receipts_of(sheet)),
        len(customers(sheet)),
        sheet.rows,
    )
    assert found == MONTHS[month]
    assert sum(len(receipt.lines) for receipt in receipts_of(sheet)) == sheet.rows
    assert (sheet.profile, sheet.unmapped, sheet.issues, sheet.skipped) == ("online_retail", ("Country",), [], 0)


def test_all_months_know_the_customers_that_they_should(sheets: dict[str, CleanSheet]) -> None:
    assert len(set().union(*map(customers, sheets.values()))) == 1_749


def test_credit_notes_are_refunds_and_only_they(sheets: dict[str, CleanSheet]) -> None:
    for sheet in sheets.values():
        for receipt in receipts_of(sheet):
            assert (receipt.kind == "refund") == receipt.receipt.startswith("C")
            assert (receipt.net_minor < 0) == (receipt.kind == "refund")
