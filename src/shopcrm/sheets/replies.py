"""Reads a sheet of replies to a message: phones, what was answered, and when; with or without a header."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from shopcrm.core.errors import DateOrderUnclear, PhonesMissing, ReplyDatesUnclear, SheetEmpty
from shopcrm.sheets.grid import Tab
from shopcrm.sheets.opening.files import open_tabs
from shopcrm.sheets.values.dates import Column, read_days
from shopcrm.sheets.values.texts import clean_number, clean_text

_SEARCHED_ROWS = 20
_TITLES = {
    "phone": re.compile(r"手机|电话|電話|号码|號碼|phone|mobile|number|\btel\b|sender|\bfrom\b", re.IGNORECASE),
    "text": re.compile(r"回复|回覆|内容|內容|短信|上行|reply|text|message|content|body|keyword", re.IGNORECASE),
    "date": re.compile(r"时间|時間|日期|date|time|received", re.IGNORECASE),
}
_PHONE = re.compile(r"\+?[\d\s().-]{7,20}")
_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{8}")
_NO = frozenset(
    ("T", "TD", "TT", "TDD", "N", "NO", "QX", "STOP", "STOPALL", "END", "QUIT", "CANCEL", "UNSUBSCRIBE", "REMOVE",
     "退", "退订", "退訂", "取消", "拒收", "拒绝", "拒絕", "不要", "否", "别发", "不需要")
)  # fmt: skip
_CERTAIN = ("退订", "退訂", "拒收", "UNSUBSCRIBE", "别再发", "不要再发")


class Reply(NamedTuple):
    """One row: the phone and the text as written, the day where there is one. `is_no` where that is what it says."""

    row: int
    phone: str
    text: str
    on: date | None
    is_no: bool


@dataclass(frozen=True, slots=True)
class Replies:
    """The rows of one sheet."""

    sheet: str
    items: tuple[Reply, ...]


def read_replies(
    path: Path, *, today: date, tab: str | None = None, encoding: str | None = None, date_order: str | None = None
) -> Replies:
    """The replies of the first tab that has phones on it. A sheet of bare phones is a list of those who said no.

    Raises SheetNotFound, SheetUnreadable, SheetEmpty, EncodingWrong, TabUnknown, ReplyDatesUnclear; PhonesMissing where
    no column holds phones.
    """
    tabs = [each for each in open_tabs(path, encoding, tab) if tab is not None or not each.is_hidden]
    if not any(each.length for each in tabs):
        raise SheetEmpty(path=path)
    for each in tabs:
        places, first = _columns(each)
        if "phone" in places:
            return Replies(path.name, tuple(_read(path, each, places, first, today, date_order)))
    raise PhonesMissing(path=path)


def is_no(text: str) -> bool:
    """Whether a reply says that the customer wants no more messages."""
    plain = "".join(sign for sign in normalize("NFKC", text).upper() if sign.isalnum())
    return plain in _NO or any(word in plain for word in _CERTAIN)


def _columns(tab: Tab) -> tuple[dict[str, int], int]:
    """Which column holds what, and the first row of data, from 0: by the titles, else by what stands in the cells."""
    for at, row in enumerate(tab.first_rows(_SEARCHED_ROWS)):
        titles = {
            name: place
            for name, title in reversed(_TITLES.items())
            for place, cell in reversed(list(enumerate(row)))
            if title.search(cell) and not _PHONE.fullmatch(cell.strip())
        }
        if "phone" in titles and any(map(_is_phone, tab.columns[titles["phone"]][at + 1 :])):
            return titles, at + 1
    places: dict[str, int] = {}
    for place, column in enumerate(tab.columns):
        filled = [cell for cell in column if cell.strip()]
        if filled and "phone" not in places and 2 * sum(map(_is_phone, filled)) > len(filled):
            places["phone"] = place
        elif filled and "date" not in places and all(_DAY.match(cell.strip()) for cell in filled):
            places["date"] = place
        elif filled and "text" not in places and any(map(is_no, filled)):
            places["text"] = place
    return places, 0


def _is_phone(cell: str) -> bool:
    plain = clean_number(cell) or ""
    return bool(_PHONE.fullmatch(plain)) and not _DAY.fullmatch(plain)


def _read(
    path: Path, tab: Tab, places: dict[str, int], first: int, today: date, date_order: str | None
) -> Sequence[Reply]:
    phones = tab.columns[places["phone"]][first:]
    texts = tab.columns[places["text"]][first:] if "text" in places else None
    days: Sequence[date | None] = [None] * len(phones)
    if "date" in places:
        title = tab.columns[places["date"]][first - 1] if first else ""
        cells = tab.columns[places["date"]][first:]
        try:
            days = read_days(Column(path, title, cells, today, date_order, tab.counts_from_1904))
        except DateOrderUnclear as question:
            raise ReplyDatesUnclear(**question.details) from None
    found = []
    for at, cell in enumerate(phones):
        phone, text = clean_number(cell), (clean_text(texts[at]) or "") if texts else ""
        if phone and (at + first + 1) not in tab.hidden_rows:
            day = days[at]
            said_no = texts is None or is_no(text)
            found.append(Reply(at + first + 1, phone, text, day if day and day <= today else None, said_no))
    return found
