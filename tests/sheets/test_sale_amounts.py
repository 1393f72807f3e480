"""Amounts of a sales sheet: currency and unit, totals that must agree, and those of a whole receipt."""

import pytest

from sheets.reader import Reader, receipts_of
from shopcrm.core.errors import ColumnUnreadable, CurrencyDiffers, TotalsDiffer
from shopcrm.sheets.records import CleanSheet


def nets(sheet: CleanSheet) -> dict[str, int]:
    return {receipt.receipt: receipt.net_minor for receipt in receipts_of(sheet)}


@pytest.mark.parametrize(
    ("rows", "found", "row"),
    [
        ("receipt,date,amount\nR,2024-03-05,¥1\nS,2024-03-05,$2\n", "$", 3),
        ("receipt,date,amount,currency\nR,2024-03-05,1,CNY\nS,2024-03-05,2,HKD\n", "HKD", 3),
        ("receipt,date,amount (USD)\nR,2024-03-05,1\n", "USD", 1),
    ],
)
def test_another_currency_stops_the_import(read: Reader, rows: str, found: str, row: int) -> None:
    with pytest.raises(CurrencyDiffers) as refusal:
        read(rows)
    assert (refusal.value.details["found"], refusal.value.details["row"]) == (found, row)


@pytest.mark.parametrize("header", ["金额（元）", "金额(¥)", "金额(RMB)", "金额"])
def test_the_own_currency_may_be_written_anywhere(read: Reader, header: str) -> None:
    assert nets(read(f"单号,日期,{header},币种\nR,2024-03-05,￥1.50,人民币\n")) == {"R": 150}


def test_amounts_in_fen_become_yuan(read: Reader) -> None:
    assert nets(read("单号,日期,实收金额（分）\nR,2024-03-05,1250\n")) == {"R": 1250}


def test_amounts_in_ten_thousands_are_refused(read: Reader) -> None:
    with pytest.raises(ColumnUnreadable):
        read("单号,日期,实收金额（万元）\nR,2024-03-05,1.25\n")


def test_a_decimal_comma_is_the_whole_columns(read: Reader) -> None:
    sheet = read('receipt;date;amount\nR;2024-03-05;"1.234"\nS;2024-03-05;"0,50"\n')
    assert nets(sheet) == {"R": 123400, "S": 50}


def test_a_currency_without_minor_units_is_rounded_to_whole_ones(read: Reader) -> None:
    assert nets(read("receipt,date,amount\nR,2024-03-05,100.5\n", currency="JPY")) == {"R": 101}


def test_totals_blank_rows_and_repeated_headers_are_no_data(read: Reader) -> None:
    sheet = read(
        "单号,日期,实收金额\n1,2024-03-05,10.10\n小计,,10.10\n,,\n单号,日期,实收金额\n2,2024-03-05,20.20\n合计：,,30.30\n"
    )
    assert (nets(sheet), sheet.rows, sheet.skipped) == ({"1": 1010, "2": 2020}, 3, 1)
    assert sheet.notices == ("Row 7 is a total and was left out.",)


@pytest.mark.parametrize("printed", ["30.31", "30.30", "30.29"])
def test_a_printed_total_is_compared_and_a_little_may_be_off(read: Reader, printed: str) -> None:
    sheet = read(f"单号,日期,实收金额\n1,2024-03-05,10.10\n2,2024-03-05,20.20\n合计,,{printed}\n")
    assert sheet.notices == ("Row 4 is a total and was left out.",)


@pytest.mark.parametrize("printed", ["30.28", "30.32", "33.30", "0"])
def test_a_printed_total_that_does_not_agree_stops_the_import(read: Reader, printed: str) -> None:
    text = f"单号,日期,实收金额\n1,2024-03-05,10.10\n2,2024-03-05,20.20\n合计,,{printed}\n"
    with pytest.raises(TotalsDiffer):
        read(text)
    told = read(text, expected_total_minor=3030)  # who says the total is believed, and the other one is only noted
    assert any("the total is" in notice for notice in told.notices)


def test_a_total_may_include_what_was_skipped_or_leave_it_out(read: Reader) -> None:
    rows = "单号,日期,实收金额,状态\n1,2024-03-05,10,已完成\n2,2024-03-05,20,已取消\n合计,,{},\n"
    assert len(read(rows.format(10)).notices) == len(read(rows.format(30)).notices) == 1
    with pytest.raises(TotalsDiffer):
        read(rows.format(20))


REPEATED = "订单号,商品名称,商品单价,商品数量,订单创建时间,订单实付金额\n{}2,茶,10,1,2024-03-05,10\n"


@pytest.mark.parametrize(
    "rows",
    [
        "1,茶,20,1,2024-03-05,29.99\n1,饼,5,2,2024-03-05,29.99\n1,袋,0,1,2024-03-05,29.99\n",
        "1,茶,20,1,2024-03-05,29.99\n1,饼,5,2,2024-03-05,\n1,袋,0,1,,\n",
    ],
)
def test_an_orders_total_is_counted_once_and_spread_over_its_lines(read: Reader, rows: str) -> None:
    sheet = read(REPEATED.format(rows))
    assert nets(sheet) == {"1": 2999, "2": 1000}
    assert [line.net_minor for line in receipts_of(sheet)[0].lines] == [1999, 1000, 0]
