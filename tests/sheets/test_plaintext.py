"""Text exports: encodings and delimiters are told from the bytes."""

import csv
from io import StringIO
from pathlib import Path

import pytest

from sheets.reader import Reader
from shopcrm.core.errors import EncodingWrong, SheetEmpty, SheetUnreadable
from shopcrm.sheets.opening.files import open_tabs

CHINESE = "会员卡号,姓名,手机号\n0012,张三,13800138000\n0013,李四,13900139000\n"
TRADITIONAL = "會員編號,姓名,手機\n0012,陳大文,91234567\n"
WESTERN = "Customer ID,Customer name,Email\n0012,Renée Smith,renee@example.org\n0013,José Núñez,jose@example.org\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_chinese_text_is_read_in_any_encoding(read: Reader, encoding: str) -> None:
    assert [person.name for person in read(CHINESE.encode(encoding)).people] == ["张三", "李四"]


def test_traditional_chinese_in_big5_is_not_taken_for_gb18030(read: Reader) -> None:
    assert read(TRADITIONAL.encode("big5")).people[0].name == "陳大文"


def test_accents_are_not_taken_for_chinese(read: Reader) -> None:
    assert [person.name for person in read(WESTERN.encode("cp1252")).people] == ["Renée Smith", "José Núñez"]


def test_an_encoding_that_is_asked_for_is_used(read: Reader) -> None:
    assert read(CHINESE.encode("gbk"), encoding="gbk").people[0].name == "张三"


@pytest.mark.parametrize("encoding", ["ascii", "klingon", "hex"])
def test_an_encoding_that_does_not_fit_is_refused(read: Reader, encoding: str) -> None:
    with pytest.raises(EncodingWrong):
        read(CHINESE, encoding=encoding)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_header(read: Reader, delimiter: str) -> None:
    sheet = read("\n".join(delimiter.join(row.split(",")) for row in CHINESE.splitlines()))
    assert sheet.header == ("会员卡号", "姓名", "手机号")


def test_the_line_that_names_the_separator_is_no_row(read: Reader) -> None:
    sheet = read("sep=;\r\n" + CHINESE.replace(",", ";"))
    assert (sheet.header_row, len(sheet.people)) == (1, 2)


def test_quoted_cells_may_hold_delimiters_and_line_ends(read: Reader) -> None:
    sheet = read('name,phone,note\n"Li, Ming",13800138000,"two\nlines"\nWang,13900139000,\n')
    assert [(person.row, person.name) for person in sheet.people] == [(2, "Li, Ming"), (3, "Wang")]


@pytest.mark.parametrize("content", [b"", b" \n\r\n", "\ufeff".encode()])
def test_a_file_without_text_is_empty(read: Reader, content: bytes) -> None:
    with pytest.raises(SheetEmpty):
        read(content)


@pytest.mark.parametrize("content", [b"%PDF-1.7 ...", b"<html><p>1", b"\x89PNG\r\n", b"a\0b\0\0c", b"PK\x03\x04broken"])
def test_what_is_no_table_is_refused_with_a_reason(read: Reader, content: bytes) -> None:
    with pytest.raises(SheetUnreadable) as refusal:
        read(content)
    assert refusal.value.details["reason"]


def test_a_quotation_mark_that_never_closes_is_refused(read: Reader) -> None:
    for text in ('name,phone\n"Li,1\n' + "x" * 200_000, 'name,phone\nAna,2\n"Li,1\nBo,3\n'):
        with pytest.raises(SheetUnreadable) as refusal:
            read(text)
        assert "quotation mark" in refusal.value.message


def test_a_name_cut_in_the_middle_of_a_letter_spoils_no_other(read: Reader) -> None:
    for encoding in ("utf-8", "gb18030"):
        content = CHINESE.encode(encoding) + "0014,王".encode(encoding)[:-1] + b",13700137000\n"
        assert [person.name for person in read(content).people] == ["张三", "李四", "\ufffd"]


def test_signs_that_nobody_sees_are_gone(read: Reader) -> None:
    for encoding in ("utf-8", "utf-16"):
        sheet = read('\ufeff"name","phone"\n\u200bLi\u200e,13800138000\n\ufeff"Wang",13900139000\n'.encode(encoding))
        assert (sheet.header, [person.name for person in sheet.people]) == (("name", "phone"), ["Li", "Wang"])


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_long_text_reads_as_the_rows_it_was_written_from(tmp_path: Path, line_end: str, encoding: str) -> None:
    rows = [
        ["单号", "姓名", "备注"],
        *([f"{number}", f"张{number % 7}", "x" * (number % 30)] for number in range(9_000)),
    ]
    rows[4_000][2] = 'a "b", c'
    rows[4_001] = ["4000"]
    rows[8_000] = []
    target = StringIO()
    csv.writer(target, lineterminator=line_end).writerows(rows)
    path = tmp_path / "a.csv"
    path.write_bytes(target.getvalue().encode(encoding))
    (tab,) = open_tabs(path, None, None)
    assert [tab.row(place) for place in range(tab.length)] == [[*row, "", "", ""][:3] for row in rows]
    names = tab.columns[1]
    assert names[8] == names[8 + 7 * 300] and names[8] is names[8 + 7 * 300]


def test_a_short_text_that_spans_a_vast_grid_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" * 30 + "," * 16_000 + "\n" + "\n" * 1_000_000)
    with pytest.raises(SheetUnreadable) as refusal:
        open_tabs(path, None, None)
    assert "spread" in refusal.value.message
