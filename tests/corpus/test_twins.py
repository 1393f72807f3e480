"""Two exports of one till tell of the same receipts, so that who imports both counts each sale once."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from corpus.facts import CHICAGO, LONDON, SHANGHAI, Facts
from corpus.shop_data import sales
from corpus.tables import Table, sold
from corpus.tills_east import youzan_lines, youzan_orders
from corpus.tills_west import loyverse_table, square_table
from corpus.writing import delimited, html, open_document, spreadsheet_xml, workbook
from corpus.writing_xls import binary_excel, old_excel
from shopcrm.sheets.layout.profiles import find_profile
from shopcrm.sheets.reading import read_sheets
from shopcrm.sheets.records import Receipt, Request, one_by_one

Made = Callable[[], Table]
PAIRS: dict[str, tuple[Facts, Made, Made]] = {
    "square": (
        CHICAGO,
        lambda: square_table("twins", "square_items"),
        lambda: square_table("twins", "square_transactions"),
    ),
    "loyverse": (
        LONDON,
        lambda: loyverse_table("twins", "loyverse_items"),
        lambda: loyverse_table("twins", "loyverse_receipts"),
    ),
    "youzan": (SHANGHAI, lambda: youzan_lines("twins"), lambda: youzan_orders("twins", ("归属店铺",))),
}


def receipts_of(path: Path, content: bytes, shop: Facts) -> tuple[str, list[Receipt]]:
    """The profile's source and the receipts of a sheet with one tab."""
    path.write_bytes(content)
    request = Request(zone=ZoneInfo(shop["zone"]), currency=shop["currency"], today=date(2026, 11, 25))
    (sheet,) = read_sheets(path, request)
    assert sheet.receipts is not None
    till = find_profile(sheet.profile)
    return till.source if till is not None else "", one_by_one(sheet.receipts)


@pytest.mark.parametrize("till", PAIRS)
def test_two_exports_of_a_till_name_the_same_receipts(till: str, tmp_path: Path) -> None:
    shop, one, other = PAIRS[till]
    first_source, first = receipts_of(tmp_path / "first.csv", delimited(one().rows), shop)
    second_source, second = receipts_of(tmp_path / "second.csv", delimited(other().rows), shop)
    assert first_source == second_source == till
    keys = [
        [
            (each.store, each.receipt, each.on, each.at, each.kind, each.net_minor, each.returned_minor, each.is_void)
            for each in told
        ]
        for told in (first, second)
    ]
    assert sorted(keys[0], key=str) == sorted(keys[1], key=str)
    assert any(each.lines for each in first) and not any(each.lines for each in second)
    whose = [{each.receipt: (each.till_id, each.phone, each.name) for each in told} for told in (first, second)]
    assert whose[0] == whose[1]


@pytest.mark.parametrize(
    ("name", "write"),
    {
        "gbk.csv": lambda rows: delimited(rows, encoding="gb18030"),
        "marked.csv": lambda rows: delimited(rows, encoding="utf-8-sig"),
        "wide.csv": lambda rows: delimited(rows, encoding="utf-16"),
        "book.xlsx": lambda rows: workbook({"销售": rows}),
        "old.xls": old_excel,
        "binary.xlsb": binary_excel,
        "open.ods": open_document,
        "page.xls": html,
        "markup.xls": spreadsheet_xml,
    }.items(),
)
def test_a_sheet_says_the_same_in_whatever_bytes(
    name: str, write: Callable[[list[list[object]]], bytes], tmp_path: Path
) -> None:
    fields = {
        "单号": "receipt", "日期": "date", "时间": "time", "会员卡号": "member_no", "商品名称": "item",
        "数量": "quantity", "实收金额": "net_amount",
    }  # fmt: skip
    rows = sold(fields, sales("bytes", 8), SHANGHAI).rows
    plain = receipts_of(tmp_path / "plain.csv", delimited(rows), SHANGHAI)
    assert receipts_of(tmp_path / name, write(rows), SHANGHAI) == plain
