"""Stock sheets: what is on the shelf, one entry for each code."""

import pytest

from sheets.reader import Reader
from shopcrm.core.errors import ColumnUnreadable, CurrencyDiffers
from shopcrm.sheets.records import Stock


def test_stock_is_what_the_row_says(read: Reader) -> None:
    sheet = read(
        '货号,商品名称,分类,标签,库存,售价,进价\n0012,真丝连衣裙,连衣裙,"通勤,真丝",3,¥899.00,"310.5"\n', kind="stock"
    )
    assert sheet.stock == [Stock(2, "0012", "真丝连衣裙", "连衣裙", ("通勤", "真丝"), 3000, 89900, 31050)]


def test_what_a_sheet_does_not_say_is_not_zero(read: Reader) -> None:
    assert read("sku,quantity,price\nA-1,,\n", kind="stock").stock == [
        Stock(2, "A-1", None, None, (), None, None, None)
    ]
    assert read("sku,item\nA-1,Scarf\n", kind="stock").stock == [Stock(2, "A-1", "Scarf", None, (), None, None, None)]


def test_goods_without_a_code_are_known_by_their_name(read: Reader) -> None:
    sheet = read("sku,item,quantity\n,Silk  scarf,2\n-,Belt,1.5\n", kind="stock")
    assert [(stock.sku, stock.item, stock.quantity_milli) for stock in sheet.stock] == [
        ("Silk scarf", "Silk scarf", 2000),
        ("Belt", "Belt", 1500),
    ]


def test_rows_of_one_code_are_one_with_their_quantities_added_up(read: Reader) -> None:
    sheet = read(
        "sku,item,tags,quantity,price\nA-1,Scarf,silk,2,\nB-1,Belt,,1,5\nA-1,,red,-1,9\nA-1,Shawl,silk,,8\n",
        kind="stock",
    )
    assert sheet.stock == [
        Stock(2, "A-1", "Scarf", None, ("silk", "red"), 1000, 900, None),
        Stock(3, "B-1", "Belt", None, (), 1000, 500, None),
    ]
    assert sheet.notices == ("1 codes stand on several rows; the quantities of each were added up.",)


@pytest.mark.parametrize(
    ("row", "code", "is_rejected", "kept"),
    [
        (",,3,1", "stock_nameless", True, []),
        ("6.9E+12,Scarf,3,1", "digits_lost", True, []),
        ("A-1,Scarf,few,1", "quantity_unreadable", False, [(None, 100)]),
        ("A-1,Scarf,3,cheap", "amount_unreadable", False, [(3000, None)]),
        ("A-1,Scarf,3,-1", "amount_negative", False, [(3000, None)]),
    ],
)
def test_what_is_wrong_with_a_row_is_said(
    read: Reader, row: str, code: str, is_rejected: bool, kept: list[tuple[int | None, int | None]]
) -> None:
    sheet = read(f"sku,item,quantity,price\n{row}\nB-1,Belt,1,1\nB-2,Belt,1,1\n", kind="stock")
    assert [(issue.row, issue.code, issue.is_rejected) for issue in sheet.issues] == [(2, code, is_rejected)]
    assert [(stock.quantity_milli, stock.price_minor) for stock in sheet.stock[:-2]] == kept


def test_a_quantity_may_be_below_zero(read: Reader) -> None:
    (stock,) = read("sku,quantity\nA-1,-2\n", kind="stock").stock
    assert stock.quantity_milli == -2000


def test_columns_without_numbers_and_money_of_another_currency_stop_the_import(read: Reader) -> None:
    with pytest.raises(ColumnUnreadable):
        read("sku,quantity\nA-1,few\nA-2,many\nA-3,3\n", kind="stock")
    with pytest.raises(CurrencyDiffers):
        read("sku,price\nA-1,$5.00\n", kind="stock")
