"""The same table in every format gives the same columns; what is no table, or would hurt, is refused in a sentence."""

import random
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from sheets.formats import FORMATS, Rows, ods, page, spreadsheetml, xls, xlsb, xlsx, zipped
from shopcrm.core.errors import SheetUnreadable, ShopError
from shopcrm.sheets.grid import Tab
from shopcrm.sheets.opening.files import open_tabs
from shopcrm.sheets.opening.guarded import open_guarded
from shopcrm.sheets.opening.refusals import TAKES_LONG, Refused

ROWS: Rows = [
    ["单号", "姓名", "手机号", "实收金额"],
    ["0012", "张三 & 李", 13800138000.0, 19.5],
    ["0013", "", 13900139000.0, 7.0],
]
READ = [
    ["单号", "姓名", "手机号", "实收金额"],
    ["0012", "张三 & 李", "13800138000", "19.5"],
    ["0013", "", "13900139000", "7"],
]


def opened(folder: Path, content: bytes) -> list[Tab]:
    """The tabs of a file with a name that says nothing of what it is."""
    path = folder / "export.xls"
    path.write_bytes(content)
    return open_tabs(path, None, None)


def refused(folder: Path, content: bytes) -> str:
    with pytest.raises(SheetUnreadable) as refusal:
        opened(folder, content)
    return str(refusal.value.details["reason"])


@pytest.mark.parametrize("form", FORMATS)
def test_a_table_is_the_same_in_every_format(tmp_path: Path, form: str) -> None:
    (tab,) = opened(tmp_path, FORMATS[form](ROWS))
    assert (tab.first_rows(9), tab.is_hidden) == (READ, False)


def test_days_that_count_from_1904_are_told(tmp_path: Path) -> None:
    assert opened(tmp_path, xls(ROWS, after_start=b"\x22\0\x02\0\x01\0"))[0].counts_from_1904
    assert opened(tmp_path, xlsb(ROWS))[0].counts_from_1904
    marked = spreadsheetml(ROWS).replace(b"<Worksheet", b"<ExcelWorkbook><Date1904/></ExcelWorkbook><Worksheet")
    assert opened(tmp_path, marked)[0].counts_from_1904
    assert not any(opened(tmp_path, form(ROWS))[0].counts_from_1904 for form in (xls, xlsx, ods, spreadsheetml))


def test_hidden_rows_are_told(tmp_path: Path) -> None:
    tags = {1: 'table:visibility="filter"', 2: 'table:visibility="collapse" table:number-rows-repeated="1000000"'}
    assert opened(tmp_path, ods(ROWS, row_tags={1: tags[1]}))[0].hidden_rows == {2}
    assert len(opened(tmp_path, ods([*ROWS, [""]], row_tags={**tags, 2: tags[1]}))[0].hidden_rows) == 2
    hidden = (
        spreadsheetml(ROWS).replace(b"<Row>", b'<Row ss:Hidden="1">', 1).replace(b"</Row><Row>", b"</Row><Row >", 1)
    )
    assert opened(tmp_path, hidden)[0].hidden_rows == {1}


@pytest.mark.parametrize(
    "content",
    [
        xls(ROWS, after_start=b"\x2f\0\x06\0" + b"\x01\0\x01\0\x01\0"),
        xls(ROWS) + "EncryptedPackage".encode("utf-16-le"),
        ods(ROWS, manifest="<manifest:encryption-data/>"),
    ],
)
def test_a_password_is_told(tmp_path: Path, content: bytes) -> None:
    assert "password" in refused(tmp_path, content)


def test_cells_of_a_page_that_span_keep_the_others_in_their_columns(tmp_path: Path) -> None:
    rows = "<tr><th colspan=2>a<th>b<tr><td rowspan=2>1<td>2<td>3<tr><td>4<br>5<td>6</table>"
    first, second = opened(tmp_path, f"<TABLE>{rows}<table><tr><td>x<tr><td>y".encode())
    assert first.first_rows(9) == [["a", "", "b"], ["1", "2", "3"], ["", "4\n5", "6"]]
    assert second.columns == [["x", "y"]]


def test_a_page_is_read_by_the_encoding_it_names_or_has(tmp_path: Path) -> None:
    plain = page(ROWS).replace(b'<meta charset="gb2312">', b"")
    assert opened(tmp_path, plain)[0].first_rows(9) == READ
    wrong = plain.decode("gb18030").replace("<head>", "<head><meta charset=ascii>").encode("utf-16")
    assert opened(tmp_path, wrong)[0].first_rows(9) == READ


def test_an_xml_workbook_places_cells_by_their_index(tmp_path: Path) -> None:
    cell = '<Cell ss:Index="3" ss:MergeAcross="1"><Data ss:Type="DateTime">2024-03-05T00:00:00.000</Data></Cell>'
    comment = '<Cell><Data ss:Type="Number">1.5E3</Data><Comment><Data>no</Data></Comment></Cell>'
    content = spreadsheetml(ROWS).replace(b"<Row>", f'<Row ss:Index="2">{cell}{comment}</Row><Row>'.encode(), 1)
    (tab,) = opened(tmp_path, content)
    assert tab.first_rows(2) == [[""] * 5, ["", "", "2024-03-05", "", "1500"]]


def test_xml_that_declares_entities_is_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'"><!ENTITY c "&b;&b;&b;">]><Workbook'
    assert "declares" in refused(tmp_path, spreadsheetml(ROWS).replace(b"<Workbook", bomb, 1))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (zipped({"readme.txt": b"x"}), "archive"),
        (b'<?xml version="1.0"?><feed/>', "XML"),
        (b"MIME-Version: 1.0\n\nx", "web page"),
        (spreadsheetml(ROWS)[:-40], "damaged"),
        (spreadsheetml(ROWS).replace(b"<Row>", b'<Row ss:Index="9999999">', 1), "spread"),
        (spreadsheetml(ROWS).replace(b"<Cell>", b'<Cell ss:Index="99999">', 1), "spread"),
        (b"<table>" + b"<tr>" + b"<td colspan=1000>x" * 1000, "spread"),
    ],
)
def test_what_cannot_be_a_sheet_is_refused_with_its_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    assert reason in refused(tmp_path, content)


def test_a_workbook_that_would_fill_the_memory_is_stopped(tmp_path: Path) -> None:
    rows = 'table:number-rows-repeated="1000000"'
    content = ods([["x"] * 100], row_tags={0: rows})
    assert refused(tmp_path, content)


def test_a_file_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(ods(ROWS))
    with path.open("rb") as stream, pytest.raises(Refused) as refusal:
        open_guarded("workbook", stream, 1, seconds=0.001)
    assert refusal.value.reason == TAKES_LONG


def test_damaged_files_are_read_or_refused_and_nothing_else(tmp_path: Path) -> None:
    """Bytes changed, cut out and doubled at random, in every format, the zipped ones inside and outside."""
    chance = random.Random(20261125)
    for number in range(42):
        form = list(FORMATS)[number % len(FORMATS)]
        content = bytearray(FORMATS[form](ROWS))
        for _ in range(chance.choice([1, 3, 10])):
            place = chance.randrange(len(content))
            content[place : place + chance.choice([0, 1, 40])] = chance.randbytes(chance.choice([0, 1, 4]))
        try:
            opened(tmp_path, bytes(content))
        except ShopError as refusal:
            assert refusal.message


def test_hidden_rows_and_days_from_1904_of_an_xlsx_are_told_here_and_in_the_child(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.worksheets[0]["B3"] = datetime.fromisoformat("2024-03-05 14:05")
    book.worksheets[0]["B5"] = 45356
    book.worksheets[0].row_dimensions[4].hidden = True
    path = tmp_path / "a.xlsx"
    book.save(path)
    (tab,) = open_tabs(path, None, None)
    assert tab.columns == [[""] * 5, ["", "", "2024-03-05 14:05:00", "", "45356"]]
    assert (tab.hidden_rows, tab.counts_from_1904) == (frozenset({4}), True)
    with path.open("rb") as stream:
        assert open_guarded("workbook", stream, path.stat().st_size) == [tab]
