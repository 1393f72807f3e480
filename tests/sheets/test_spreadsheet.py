"""Workbooks: cells as the spreadsheet shows them, and files that would hurt are refused before they are opened."""

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from sheets.reader import ask, receipts_of
from shopcrm.core.errors import FieldMissing, SheetEmpty, SheetUnreadable, TabsOverlap, TabUnknown
from shopcrm.sheets.reading import read_sheets

Workbook = Callable[..., Path]
PEOPLE = [["姓名", "手机号"], ["张三", 13800138000]]


def test_numbers_dates_and_leading_rows_are_read_as_shown(workbook: Workbook) -> None:
    rows = [
        [], ["销售明细"], [],
        ["单号", "交易时间", "会员卡号", "商品名称", "数量", "实收金额"],
        [1001, datetime.fromisoformat("2024-03-05 14:05"), "0012", "茶", 2, 19.9],
        [1002, date(2024, 3, 6), 17850.0, True, 1.5, 0.1 + 0.2],
    ]  # fmt: skip
    (sheet,) = read_sheets(workbook({"销售": rows}), ask())
    first, second = receipts_of(sheet)
    assert (sheet.header_row, first.row, first.receipt, first.member_no, first.net_minor) == (
        4,
        5,
        "1001",
        "0012",
        1990,
    )
    assert (second.on, second.member_no, second.net_minor) == (date(2024, 3, 6), "17850", 30)
    assert (first.lines[0].quantity_milli, second.lines[0].quantity_milli) == (2000, 1500)


def test_digits_that_excel_has_rounded_are_told(workbook: Workbook) -> None:
    (sheet,) = read_sheets(workbook({"a": [["name", "card no"], ["Li", 6225880212345678.0]]}), ask())
    assert [issue.code for issue in sheet.issues] == ["digits_lost"]


def test_every_tab_with_a_table_is_read_and_the_others_are_told(workbook: Workbook) -> None:
    tabs = {
        "一店": PEOPLE,
        "说明": [["先看说明"]],
        "空": [],
        "旧": PEOPLE,
        "二店": [["name", "email"], ["Li", "l@example.org"]],
    }
    sheets = read_sheets(workbook(tabs, hidden=["旧"]), ask())
    assert [sheet.tab for sheet in sheets] == ["一店", "二店"]
    assert [notice.split("”")[0][-2:] for notice in sheets[0].notices] == ["“旧", "说明"]


def test_one_tab_can_be_asked_for_even_a_hidden_one(workbook: Workbook) -> None:
    path = workbook({"一店": PEOPLE, "旧": PEOPLE}, hidden=["旧"])
    assert [sheet.tab for sheet in read_sheets(path, ask(tab="旧"))] == ["旧"]
    with pytest.raises(TabUnknown) as refusal:
        read_sheets(path, ask(tab="二店"))
    assert refusal.value.details["nearest"] == "一店"


def test_without_any_table_the_nearest_tab_speaks(workbook: Workbook) -> None:
    with pytest.raises(FieldMissing):
        read_sheets(workbook({"说明": [["x"]], "a": [["日期", "单号"], ["2024-01-01", "1"]]}), ask())
    with pytest.raises(SheetEmpty):
        read_sheets(workbook({"a": [], "b": PEOPLE}, hidden=["b"]), ask())


ORDERS: list[list[object]] = [["订单号", "日期", "实收金额"], ["1", "2024-01-01", 27], ["2", "2024-01-02", 10]]


@pytest.mark.parametrize("has_days", [True, False])
def test_orders_and_their_items_on_two_tabs_are_one_sheet(workbook: Workbook, has_days: bool) -> None:
    dated = ["2024-01-01"] if has_days else []
    items = [
        ["订单编号", *(["日期"] if has_days else []), "菜品名称", "金额"],
        ["1", *dated, "茶", 10],
        ["1", *dated, "饼", 20],
    ]
    (sheet,) = read_sheets(workbook({"订单": ORDERS, "菜品": items}), ask())
    found = {each.receipt: (each.net_minor, [(line.item, line.net_minor) for line in each.lines])
             for each in receipts_of(sheet)}  # fmt: skip
    assert found == {"1": (2700, [("茶", 900), ("饼", 1800)]), "2": (1000, [(None, 1000)])}
    assert len(read_sheets(workbook({"订单": ORDERS, "菜品": items}), ask(tab="订单"))) == 1


def test_an_item_without_its_order_is_told(workbook: Workbook) -> None:
    items = [["订单编号", "菜品名称", "金额"], ["1", "茶", 27], ["2", "饼", 10], ["3", "茶", 5]]
    (sheet,) = read_sheets(workbook({"订单": ORDERS, "菜品": items}), ask())
    assert [(issue.row, issue.code) for issue in sheet.issues] == [(4, "order_unknown")]


def test_tabs_that_hold_the_same_receipts_are_not_added_up(workbook: Workbook) -> None:
    items = [["订单编号", "日期", "菜品名称", "金额"], ["1", "2024-01-01", "茶", 10], ["1", "2024-01-01", "饼", 20]]
    with pytest.raises(TabsOverlap):
        read_sheets(workbook({"一月": items, "一月（2）": items}), ask())


def test_a_workbook_is_known_by_its_bytes(workbook: Workbook, tmp_path: Path) -> None:
    path = workbook({"a": PEOPLE}).rename(tmp_path / "export.csv")
    assert read_sheets(path, ask())[0].people[0].phone == "13800138000"


def _with_sheet(source: Path, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with the XML of its first sheet changed."""
    target = BytesIO()
    with ZipFile(source) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name.endswith("sheet1.xml") else content)
    source.write_bytes(target.getvalue())
    return source


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_cell_at_the_end_of_the_grid_is_refused_before_it_is_opened(workbook: Workbook, quote: str) -> None:
    far = f"<row r={quote}1048576{quote}><c r={quote}XFD1048576{quote}><v>1</v></c></row></sheetData>".encode()
    path = _with_sheet(workbook({"a": PEOPLE}), lambda xml: xml.replace(b"</sheetData>", far))
    with pytest.raises(SheetUnreadable) as refusal:
        read_sheets(path, ask())
    assert "spread" in refusal.value.message


def test_a_file_that_unpacks_without_end_is_refused(workbook: Workbook) -> None:
    path = _with_sheet(workbook({"a": PEOPLE}), lambda xml: xml + b" " * 30_000_000)
    with pytest.raises(SheetUnreadable) as refusal:
        read_sheets(path, ask())
    assert "unpacks" in refusal.value.message


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_damaged_workbook_is_refused(workbook: Workbook, share: float) -> None:
    path = workbook({"a": PEOPLE})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(SheetUnreadable):
        read_sheets(path, ask())
