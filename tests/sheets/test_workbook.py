"""Workbooks: what is written is what is read back, by openpyxl and by calamine, and it looks as promised."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from shopcrm.sheets.workbook import Column, Kind, Summary, Tab, write_workbook
from shopcrm.sheets.workbook.rows import clean_text

PLAIN = Summary("Shop", "As of 2026-08-31", [("Customers", 3, "int")])
FIRST_DATA_ROW = 5
DANGEROUS = [
    "=1+1",
    '=HYPERLINK("http://x")',
    "+8613800138000",
    "-不要打电话",
    "@SUM(A1)",
    "\t=1",
    "'=1",
    "#N/A",
    "1e5",
]


def write(folder: Path, tab: Tab, currency: str = "CNY", exponent: int = 2, **more: Any) -> Path:
    return write_workbook(folder / "list.xlsx", PLAIN, [tab], currency=currency, exponent=exponent, **more)


def one_column(kind: Kind, *values: object) -> Tab:
    return Tab("List", [Column("Column", kind)], [[value] for value in values])


def read_back(path: Path) -> list[Any]:
    """The cells of the first list's first column."""
    sheet = load_workbook(path).worksheets[1]
    return [cell for (cell,) in sheet.iter_rows(min_row=FIRST_DATA_ROW, max_col=1)]


def read_by_calamine(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(1).to_python(skip_empty_area=False)


def parts(path: Path) -> dict[str, str]:
    with ZipFile(path) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


@pytest.mark.parametrize("kind", ["text", "phone", "wrap", "tag", "money", "date", "int", "ratio"])
def test_text_is_text_in_every_kind_of_column_and_never_a_formula(tmp_path: Path, kind: Kind) -> None:
    path = write(tmp_path, one_column(kind, *DANGEROUS))
    assert [(cell.data_type, cell.value) for cell in read_back(path)] == [("s", text) for text in DANGEROUS]
    assert [row[0] for row in read_by_calamine(path)[FIRST_DATA_ROW - 1 :]] == DANGEROUS
    assert "<f>" not in parts(path)["xl/worksheets/sheet2.xml"]


def test_titles_notes_and_facts_are_no_formulas_either(tmp_path: Path) -> None:
    summary = Summary("=1", "=2", [("=3", "=4", "text")], [Tab("=5", [Column("=6", "text")], [["=7"]], "=8")])
    path = write_workbook(
        tmp_path / "list.xlsx", summary, [Tab("=9", [Column("=10", "int")], [], "=11")], currency="CNY", exponent=2
    )
    cells = [cell for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert sum(str(cell.value).startswith("=") for cell in cells) == 11


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(st.text(max_size=30), min_size=1, max_size=30))
def test_any_text_comes_back_but_for_what_no_sheet_can_hold(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = write(tmp_path_factory.mktemp("any"), one_column("text", *texts))
    expected = [clean_text(text) or None for text in texts]
    assert [cell.value for cell in read_back(path)] == expected


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b\x0bc\x1f", "abc"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\ud800b\uffff", "ab"),
        ("字" * 40_000, "字" * 32_767),
        (" two  spaces ", " two  spaces "),
        ("<b>&amp;\"'</b>", "<b>&amp;\"'</b>"),
    ],
)
def test_what_a_sheet_cannot_hold_is_left_out(tmp_path: Path, text: str, kept: str) -> None:
    assert [cell.value for cell in read_back(write(tmp_path, one_column("text", text)))] == [kept]


@pytest.mark.parametrize(
    ("minor", "exponent", "written", "number_format"),
    [
        (123_456_789, 2, "1234567.89", "#,##0.00"),
        (-5, 2, "-0.05", "#,##0.00"),
        (0, 2, "0.00", "#,##0.00"),
        (1_234, 0, "1234", "#,##0"),
        (1_234_567, 3, "1234.567", "#,##0.000"),
    ],
)
def test_money_is_written_to_the_last_minor_unit(
    tmp_path: Path, minor: int, exponent: int, written: str, number_format: str
) -> None:
    path = write(tmp_path, one_column("money", minor), exponent=exponent)
    (cell,) = read_back(path)
    assert f"<v>{written}</v>" in parts(path)["xl/worksheets/sheet2.xml"]
    assert (cell.data_type, cell.number_format) == ("n", number_format)


@settings(max_examples=25, deadline=None)
@given(amounts=st.lists(st.integers(-(10**14), 10**14), min_size=1), exponent=st.sampled_from([0, 2, 3]))
def test_money_read_back_is_the_money_written(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[int], exponent: int
) -> None:
    path = write(tmp_path_factory.mktemp("money"), one_column("money", *amounts), exponent=exponent)
    assert [round(Decimal(repr(cell.value)).scaleb(exponent)) for cell in read_back(path)] == amounts


@settings(max_examples=25, deadline=None)
@given(days=st.lists(st.dates(date(1900, 3, 1), date(2999, 12, 31)), min_size=1))
def test_dates_are_real_dates(tmp_path_factory: pytest.TempPathFactory, days: list[date]) -> None:
    cells = read_back(write(tmp_path_factory.mktemp("days"), one_column("date", *days)))
    assert [cell.value.date() for cell in cells] == days
    assert {cell.number_format for cell in cells} == {"yyyy-mm-dd"}


def test_a_date_that_excel_cannot_count_is_kept_as_text(tmp_path: Path) -> None:
    assert [cell.value for cell in read_back(write(tmp_path, one_column("date", date(1900, 2, 28))))] == ["1900-02-28"]


@pytest.mark.parametrize(
    ("kind", "value", "read", "number_format"),
    [
        ("ratio", Fraction(5, 2), 2.5, '0.0"×"'),
        ("percent", Decimal("0.125"), 0.125, "0.0%"),
        ("int", 1200, 1200, "#,##0"),
        ("phone", "138****5678", "138****5678", "@"),
        ("money", None, None, "#,##0.00"),
    ],
)
def test_each_kind_has_its_number_format(
    tmp_path: Path, kind: Kind, value: object, read: object, number_format: str
) -> None:
    cells = read_back(write(tmp_path, one_column(kind, value)))
    assert [(cell.value, cell.number_format) for cell in cells] == [(read, number_format)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("money", 12.5),
        ("money", Decimal("12.5")),
        ("int", 1.0),
        ("date", datetime(2026, 8, 31, tzinfo=UTC)),
        ("ratio", float("inf")),
        ("percent", float("nan")),
        ("text", 12),
    ],
)
def test_a_value_of_another_kind_is_refused_and_nothing_is_written(tmp_path: Path, kind: Kind, value: object) -> None:
    with pytest.raises(TypeError, match=f"of kind {kind}"):
        write(tmp_path, one_column(kind, value))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("row", [["one"], ["one", "two", "three"]])
def test_a_row_of_another_length_than_the_header_is_refused(row: Sequence[object]) -> None:
    with pytest.raises(ValueError, match=f"row 2 of “List” has {len(row)} values for 2 columns"):
        Tab("List", [Column("A", "text"), Column("B", "text")], [["a", "b"], row])


def test_the_header_stays_in_sight_can_be_filtered_and_is_printed_on_every_page(tmp_path: Path) -> None:
    tab = Tab("List", [Column("Name", "text"), Column("Days", "int")], [["Ana", 3], ["Bo", 4], ["Cy", 5]], "Call them.")
    sheet = load_workbook(write(tmp_path, tab)).worksheets[1]
    assert [sheet[f"{letter}4"].value for letter in "AB"] == ["Name", "Days"]
    assert (sheet["A1"].value, sheet["A2"].value) == ("List", "Call them.")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A5", "A4:B7")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        "landscape",
        1,
        0,
    )
    fit = sheet.sheet_properties.pageSetUpPr
    assert fit is not None and fit.fitToPage and sheet.print_title_rows == "$4:$4"


def test_the_currency_is_said_once_where_there_is_money(tmp_path: Path) -> None:
    with_money = load_workbook(write(tmp_path, one_column("money", 1), currency="JPY", exponent=0)).worksheets
    assert with_money[1]["A2"].value == "Amounts in JPY."
    assert load_workbook(write(tmp_path, one_column("int", 1))).worksheets[1]["A2"].value is None


@pytest.mark.parametrize(
    ("kind", "value", "least", "most"),
    [
        ("text", "王", 8, 9),
        ("text", "a" * 20, 20, 26),
        ("text", "王" * 10, 20, 26),
        ("text", "王" * 100, 36, 36),
        ("wrap", "word " * 100, 56, 56),
        ("date", date(2026, 8, 31), 10, 15),
        ("money", 123_456_789_012, 16, 22),
        ("phone", "+86 138 0013 8000", 17, 23),
    ],
)
def test_columns_are_as_wide_as_what_they_show(
    tmp_path: Path, kind: Kind, value: object, least: float, most: float
) -> None:
    sheet = load_workbook(write(tmp_path, Tab("List", [Column("A", kind)], [[value]]))).worksheets[1]
    assert least <= sheet.column_dimensions["A"].width <= most


def test_a_width_that_was_asked_for_is_kept(tmp_path: Path) -> None:
    sheet = load_workbook(write(tmp_path, Tab("List", [Column("A", "text", 17)], [["王" * 90]]))).worksheets[1]
    assert sheet.column_dimensions["A"].width == 17


def test_a_long_reason_is_wrapped_in_a_row_high_enough_for_it(tmp_path: Path) -> None:
    sheet = load_workbook(write(tmp_path, one_column("wrap", "short", "每四十天来一次。" * 12))).worksheets[1]
    assert sheet["A6"].alignment.wrap_text
    assert sheet.row_dimensions[5].height is None
    assert sheet.row_dimensions[6].height >= 4 * 15


def test_rows_of_one_tag_share_a_colour_that_no_other_tag_has(tmp_path: Path) -> None:
    names = ["Loyal", "Dormant", "Loyal", "New", "Slipping"]
    tab = Tab("List", [Column("Name", "text"), Column("Segment", "tag")], [["x", name] for name in names], tag_column=1)
    sheet = load_workbook(write(tmp_path, tab, colours={"Loyal": "green", "New": "123456"})).worksheets[1]
    inks = {name: sheet.cell(FIRST_DATA_ROW + at, 2).font.color.rgb for at, name in enumerate(names)}
    fills = [sheet.cell(FIRST_DATA_ROW + at, 1).fill.fgColor.rgb for at in range(len(names))]
    assert (inks["Loyal"], inks["New"]) == ("001F7A4D", "00123456")
    assert len(set(inks.values())) == 4
    assert fills[0] == fills[2] and len(set(fills)) == 4


def test_a_tag_keeps_its_colour_when_others_come_and_go(tmp_path: Path) -> None:
    def ink_of_loyal(*others: str) -> str:
        tab = Tab("List", [Column("Segment", "tag")], [["Loyal"], *([other] for other in others)], tag_column=0)
        colour: str = load_workbook(write(tmp_path, tab)).worksheets[1]["A5"].font.color.rgb
        return colour

    assert len({ink_of_loyal(), ink_of_loyal("New"), ink_of_loyal("Asleep", "New", "Dormant")}) == 1


def test_an_empty_list_says_so_and_keeps_its_header(tmp_path: Path) -> None:
    tab = Tab("List", [Column("Name", "text"), Column("Segment", "tag")], [], tag_column=1)
    sheet = load_workbook(write(tmp_path, tab)).worksheets[1]
    assert [sheet["A4"].value, sheet["B4"].value] == ["Name", "Segment"]
    assert sheet["A5"].value == "Nothing to show here."
    assert (sheet.auto_filter.ref, str(sheet.merged_cells)) == ("A4:B4", "A5:B5")


def test_an_empty_list_of_one_column_merges_no_single_cell(tmp_path: Path) -> None:
    assert "mergeCell" not in parts(write(tmp_path, one_column("text")))["xl/worksheets/sheet2.xml"]


def test_the_first_sheet_shows_facts_and_tables_and_draws_the_bars_from_their_cells(tmp_path: Path) -> None:
    columns = [Column("Segment", "tag"), Column("Customers", "int"), Column("Sales", "money")]
    rows = [["Loyal", 12, 120_050], ["Dormant", 30, 9_000]]
    tables = [Tab("By segment", columns, rows, "Counted once.", 0, 1), Tab("Thresholds", columns[:1], [])]
    summary = Summary("青禾服饰", "As of 2026-08-31", [("Sales", 129_050, "money"), ("Since", "ever", "wrap")], tables)
    path = write_workbook(tmp_path / "list.xlsx", summary, [], currency="CNY", exponent=2)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    shown = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    assert [row for row in shown if row] == [
        ["青禾服饰"],
        ["As of 2026-08-31 · Amounts in CNY."],
        ["Sales", 1290.5],
        ["Since", "ever"],
        ["By segment"],
        ["Counted once."],
        ["Segment", "Customers", "Sales"],
        ["Loyal", 12, 1200.5],
        ["Dormant", 30, 90],
        ["Thresholds"],
        ["Segment"],
        ["Nothing to show here."],
    ]
    chart = parts(path)["xl/charts/chart1.xml"]
    labels, numbers = re.findall(r"<(?:c:)?f>'Summary'!(\S+?)</", chart)
    assert [cell.value for (cell,) in sheet[labels.replace("$", "")]] == ["Loyal", "Dormant"]
    assert [cell.value for (cell,) in sheet[numbers.replace("$", "")]] == [12, 30]
    assert book.properties.creator == "shopcrm"


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["Win-back", "win-back"], ["Win-back", "win-back (2)"]),
        (["Summary", "History"], ["Summary (2)", "History (2)"]),
        (["a/b:c*[d]?\\", ""], ["a b c  d", "-"]),
        (["流失" * 20, "流失" * 20], [("流失" * 16)[:31], ("流失" * 16)[:27] + " (2)"]),
    ],
)
def test_every_tab_gets_a_name_that_excel_takes(tmp_path: Path, titles: list[str], names: list[str]) -> None:
    tabs = [Tab(title, [Column("A", "text")], []) for title in titles]
    path = write_workbook(tmp_path / "list.xlsx", PLAIN, tabs, currency="CNY", exponent=2)
    assert load_workbook(path).sheetnames == ["Summary", *names]


def test_phones_kept_as_text_draw_no_warning_triangles(tmp_path: Path) -> None:
    sheet = parts(write(tmp_path, one_column("phone", "13800138000")))["xl/worksheets/sheet2.xml"]
    order = [
        sheet.index(tag) for tag in ("</sheetData>", "<autoFilter", "<pageSetup", "</headerFooter>", "<ignoredErrors>")
    ]
    assert order == sorted(order) and sheet.endswith("</ignoredErrors></worksheet>")
