"""The lines of one receipt, from whatever small sheet a person has at hand."""

from pathlib import Path

import pytest

from sheets.formats import Rows, xls, xlsx
from shopcrm.core.errors import SheetEmpty, SheetNotFound, SheetUnreadable
from shopcrm.sheets.basket import read_lines
from shopcrm.sheets.records import Line

ROWS: Rows = [
    ["货号", "品名", "类别", "数量", "实收金额"],
    ["A-1", "龙井", "茶", 2.0, 59.8],
    ["A-2", "杯", "杯子", 1.0, 0.1 + 0.2],
]
SAME = [("A-1", "龙井", "茶", 2_000, 5_980), ("A-2", "杯", "杯子", 1_000, 30)]


def lines(folder: Path, content: str | bytes, exponent: int = 2) -> list[Line]:
    path = folder / "basket.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_lines(path, exponent)


@pytest.mark.parametrize(
    "content",
    [
        "货号,品名,类别,数量,实收金额\nA-1,龙井,茶,2,59.80\nA-2,杯,杯子,1,0.3\n",
        "货号,品名,类别,数量,实收金额\nA-1,龙井,茶,2,59.80\nA-2,杯,杯子,1,0.3\n".encode("gbk"),
        "货号,品名,类别,数量,实收金额\nA-1,龙井,茶,2,59.80\nA-2,杯,杯子,1,0.3\n".encode("utf-16"),
        "SKU\tItem\tCategory\tQty\tAmount\nA-1\t龙井\t茶\t2\t¥59.80\nA-2\t杯\t杯子\t1\t￥０．３０\n",
        "Receipt R-1\n\nsku;ITEM;category;quantity;amount\nA-1;龙井;茶;2;59,80\nA-2;杯;杯子;1;0,30\n",
        "商品编码,商品名称,分类,数量,小计\nA-1,龙井,茶,2件,59.80元\n\nA-2,杯,杯子,,0.30\n合计,,,3,60.10\n",
        "商品编码,商品名称,分类,数量,单价\nA-1,龙井,茶,2,29.90\n小计,,,,29.90\nA-2,杯,杯子,1,0.30\n共2件,,,,\n",
        "SKU,Item,Category,Qty,Price,Amount\nA-1,龙井,茶,2,1.00,59.80\nA-2,杯,杯子,1,0.30,\nTotal,,,3,,60.10\n",
        xlsx(ROWS),
        xls(ROWS),
    ],
    ids=["csv", "gbk", "utf-16", "signs", "semicolons", "units", "prices", "amounts before prices", "xlsx", "xls"],
)
def test_the_same_two_lines_are_read_from_every_sheet(tmp_path: Path, content: str | bytes) -> None:
    assert [tuple(line)[:5] for line in lines(tmp_path, content)] == SAME


@pytest.mark.parametrize(
    ("row", "exponent", "quantity_milli", "net_minor"),
    [
        ("1,\"1,280.00\",", 2, 1_000, 128_000),
        ("0.333,,10", 2, 333, 333),
        ("0.335,,10.01", 2, 335, 335),  # 3.35335
        ("3,,0.335", 2, 3_000, 101),  # 1.005: not three times a rounded price
        ("0.5,10.555,", 2, 500, 1_056),
        ("0,10,", 2, 0, 1_000),
        ("2,,500", 0, 2_000, 1_000),
        ("1,1000.0,", 0, 1_000, 1_000),
        ("1,1.250,", 3, 1_000, 1_250),
        ("1,0,", 2, 1_000, 0),
    ],
)  # fmt: skip
def test_amounts_are_read_exactly_and_rounded_once(
    tmp_path: Path, row: str, exponent: int, quantity_milli: int, net_minor: int
) -> None:
    (line,) = lines(tmp_path, f"sku,quantity,amount,price\nA-1,{row}\n", exponent)
    assert (line.quantity_milli, line.net_minor) == (quantity_milli, net_minor)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("sku,quantity,amount\nA-1,1,10\nA-2,1,-5\n", "row 3: a line cannot be negative"),
        ("sku,quantity,amount\nA-1,-1,10\n", "row 2: a line cannot be negative"),
        ("\nsku,quantity,amount\nA-1,1,free\n", "row 3: “free” is not an amount with at most 2 decimals"),
        ("sku,quantity,amount\nA-1,two,10\n", "row 2: “two” is not an amount with at most 3 decimals"),
        ("hello\nworld\n", "it needs columns such as SKU or Category, Quantity and Amount"),
        ("quantity,amount\n1,10\n", "it needs columns such as SKU or Category, Quantity and Amount"),
        ("sku,quantity\nA-1,1\n", "it needs columns such as SKU or Category, Quantity and Amount"),
        (b"PK\x03\x04 no zip", "it is damaged, or no spreadsheet"),
        (bytes(range(256)) * 9, "it"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(SheetUnreadable) as refused:
        lines(tmp_path, content)
    assert said in refused.value.message


@pytest.mark.parametrize("content", ["", "sku,quantity,amount\n", "sku,amount\nA-1,\n合计,0\n"])
def test_a_sheet_without_a_line_is_no_receipt(tmp_path: Path, content: str) -> None:
    with pytest.raises(SheetEmpty):
        lines(tmp_path, content)


def test_a_sheet_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(SheetNotFound):
        read_lines(tmp_path / "nowhere.csv", 2)
