"""What an import refuses as a whole, and that nothing of it is left behind."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from shop import Shop
from shopcrm.cli.app import run
from shopcrm.core.errors import FieldMissing, SheetEmpty
from shopcrm.features import imports


def refuse(shop: Shop, path: Path, expected: type[Exception]) -> None:
    with shop.reading() as book, pytest.raises(expected):
        imports.stage(book, [path])


def test_nothing_is_imported_where_the_rejects_cannot_be_written(shop: Shop, tmp_path: Path) -> None:
    """It said “refused” and had imported all the same."""
    sheet = tmp_path / "till.csv"
    sheet.write_text("单号,日期,金额\nA1,2026-03-01,10.00\nA2,not a day,10.00\n", encoding="utf-8")
    before = shop.path.read_bytes()

    code = run(["--book", str(shop.path), "import", str(sheet), "--rejects", str(tmp_path / "none" / "r.csv")])

    assert code == 1
    assert shop.path.read_bytes() == before


def test_a_sheet_with_a_header_alone_is_empty(shop: Shop, tmp_path: Path) -> None:
    sheet = tmp_path / "till.csv"
    sheet.write_text("单号,日期,金额\n", encoding="utf-8")
    refuse(shop, sheet, SheetEmpty)


def test_receipts_without_an_amount_are_no_list_of_customers(shop: Shop, tmp_path: Path) -> None:
    sheet = tmp_path / "till.csv"
    sheet.write_text("单号,日期,手机号\nA1,2026-03-01,13800138000\n", encoding="utf-8")
    refuse(shop, sheet, FieldMissing)


def test_sales_that_name_neither_receipt_nor_customer_are_asked_about(shop: Shop, tmp_path: Path) -> None:
    """They were booked as walk-ins, and booked again once the columns were named."""
    sheet = tmp_path / "odd.csv"
    sheet.write_text("No.,Day,Who,Paid,Date,Amount\n1,x,y,z,2026-03-01,10.00\n", encoding="utf-8")
    refuse(shop, sheet, FieldMissing)


def test_a_closing_row_with_a_count_beside_it_is_no_customer(shop: Shop, tmp_path: Path) -> None:
    workbook = Workbook()
    for row in (("姓名", "手机号"), ("王芳", "13800138000"), ("合计", "1人")):
        workbook.active.append(row)  # type: ignore[union-attr]
    workbook.save(tmp_path / "members.xlsx")
    with shop.reading() as book:
        (staged,) = imports.stage(book, [tmp_path / "members.xlsx"]).sheets
    assert [person.name for person in staged.sheet.people] == ["王芳"]
