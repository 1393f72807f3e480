"""Sheets of replies: with a header in any words or without one, and which replies say no."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from shopcrm.core.errors import PhonesMissing, ReplyDatesUnclear, SheetEmpty, SheetNotFound
from shopcrm.sheets.replies import Replies, is_no, read_replies

TODAY = date(2026, 6, 30)


def read(folder: Path, text: str, encoding: str = "utf-8", date_order: str | None = None) -> Replies:
    sheet = folder / "td.csv"
    sheet.write_bytes(text.encode(encoding))
    return read_replies(sheet, today=TODAY, date_order=date_order)


def rows(replies: Replies) -> list[tuple[str, str, str | None, bool]]:
    return [(each.phone, each.text, str(each.on) if each.on else None, each.is_no) for each in replies.items]


@pytest.mark.parametrize(
    "word",
    [
        "TD", "td", "Ｔ", "T", "N", "退订", "退订！", "回T退订", "【拒收】", "STOP", "Stop.", "unsubscribe", "退", "QX",
        "Please unsubscribe me", "不要再发了",
    ],
)  # fmt: skip
def test_what_says_no(word: str) -> None:
    assert is_no(word)


@pytest.mark.parametrize(
    "word", ["", "谢谢", "好的", "Y", "收到", "明天来", "Thanks, nice", "T恤还有吗", "not yet", "1"]
)
def test_what_says_something_else(word: str) -> None:
    assert not is_no(word)


@pytest.mark.parametrize(
    "header", ["手机号,回复内容,回复时间", "号码,短信内容,日期", "Phone number,Message,Received", "mobile,reply,date"]
)
def test_a_header_in_any_words(tmp_path: Path, header: str) -> None:
    found = read(tmp_path, f"{header}\n13800138000,TD,2026-06-03 09:00:00\n")
    assert rows(found) == [("13800138000", "TD", "2026-06-03", True)]
    assert found.items[0].row == 2


def test_columns_in_another_order_and_lines_above_the_header(tmp_path: Path) -> None:
    text = "短信平台上行记录,,\n导出时间：2026-06-05,,\n时间,内容,手机号码\n2026/6/3,td,138 0013 8000\n"
    assert rows(read(tmp_path, text)) == [("138 0013 8000", "td", "2026-06-03", True)]


def test_bare_phones_are_those_who_said_no(tmp_path: Path) -> None:
    assert rows(read(tmp_path, "13800138000\n+86 139 0013 9000\n\n")) == [
        ("13800138000", "", None, True), ("+86 139 0013 9000", "", None, True),
    ]  # fmt: skip


def test_without_a_header_columns_are_known_by_what_stands_in_them(tmp_path: Path) -> None:
    text = "2026-06-03,13800138000,TD\n2026-06-04,13900139000,谢谢\n"
    assert rows(read(tmp_path, text)) == [
        ("13800138000", "TD", "2026-06-03", True), ("13900139000", "谢谢", "2026-06-04", False),
    ]  # fmt: skip


def test_any_encoding_and_any_workbook(tmp_path: Path) -> None:
    assert rows(read(tmp_path, "手机号,内容\n13800138000,退订\n", "gb18030")) == [("13800138000", "退订", None, True)]
    workbook = openpyxl.Workbook()
    for row in (["手机号", "内容", "时间"], [13800138000, "TD", date(2026, 6, 3)]):
        workbook.worksheets[0].append(row)
    workbook.save(tmp_path / "td.xlsx")
    found = read_replies(tmp_path / "td.xlsx", today=TODAY)
    assert rows(found) == [("13800138000", "TD", "2026-06-03", True)]


def test_a_day_to_come_or_unreadable_is_none(tmp_path: Path) -> None:
    text = "phone,date\n13800138000,2027-01-01\n13900139000,soon\n"
    assert [each.on for each in read(tmp_path, text).items] == [None, None]


def test_days_that_can_be_read_in_two_ways_are_asked_about(tmp_path: Path) -> None:
    text = "phone,date\n13800138000,03/04/2026\n"
    with pytest.raises(ReplyDatesUnclear) as asked:
        read(tmp_path, text)
    assert asked.value.next_step.startswith("shopcrm consents import")
    assert str(read(tmp_path, text, date_order="dmy").items[0].on) == "2026-04-03"


def test_what_holds_no_phones_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PhonesMissing):
        read(tmp_path, "milk,eggs\nbread,2\n")
    with pytest.raises(SheetEmpty):
        read(tmp_path, "")
    with pytest.raises(SheetNotFound):
        read_replies(tmp_path / "none.csv", today=TODAY)
