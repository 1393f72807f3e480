"""Text exports: encodings and delimiters are told from the bytes."""

import pytest

from sheets.reader import Reader
from shopcrm.core.errors import EncodingWrong, SheetEmpty, SheetUnreadable

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


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 ...", b"<html><table><tr><td>1", b"\x89PNG\r\n", b"a\0b\0\0c", b"PK\x03\x04broken"]
)
def test_what_is_no_table_is_refused_with_a_reason(read: Reader, content: bytes) -> None:
    with pytest.raises(SheetUnreadable) as refusal:
        read(content)
    assert refusal.value.details["reason"]


def test_a_quotation_mark_that_never_closes_is_refused(read: Reader) -> None:
    with pytest.raises(SheetUnreadable):
        read('name,phone\n"Li,1\n' + "x" * 200_000)
