"""Columns of dates: one reading for the whole column, found from all its cells; undecided columns are asked about."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from unicodedata import normalize

from shopcrm.core.errors import DateOrderUnclear
from shopcrm.sheets.values.texts import spread, unwrap

_YEAR_FIRST = re.compile(r"(\d{4})([-/.年])(\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0)?")
_TWO_ENDED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{1,2})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?[ \-./](?P<month>[a-z]{3})[a-z]*\.?"
    r"|(?P<first>[a-z]{3})[a-z]*\.? (?P<then>\d{1,2})(?:st|nd|rd|th)?)"
    r",?[ \-./](?P<year>\d{4}|\d{2})\b,?\s*",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"\s*(?:星期|周|週)[一二三四五六日天]\s*|^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+", re.IGNORECASE
)
_SERIAL = re.compile(r"([2-5]\d{4})(\.\d+)?")
_SERIAL_DAY_0 = date(1899, 12, 30)  # Excel counts a 29 February 1900 that never was
_DAYS_TO_1904 = 1462
_ORDERS = ("mdy", "dmy", "ymd")
EARLIEST = date(1970, 1, 1)

Ends = tuple[int, int, int, int]  # three numbers as written; how many digits the last has


@dataclass(frozen=True, slots=True)
class Column:
    """A column of dates as it stands in a sheet, and what its sheet and its reader say about it."""

    path: Path
    header: str
    cells: Sequence[str]
    latest: date  # two-digit years lie in the hundred years up to it
    order: str | None = None
    counts_from_1904: bool = False


def read_days(column: Column) -> list[date | None]:
    """Only the dates of a column. Raises DateOrderUnclear where day and month could change places."""
    return days_of([cell.partition(" ")[0] for cell in prepare(column.cells)], column)


def prepare(cells: Sequence[str]) -> list[str]:
    """The cells with one blank between date and time, whatever stood there, and months by number."""
    together = "\n".join(cells)
    plain = list(map(str.strip, cells))
    is_plain = together.isascii() and not ("'" in together or '"' in together)
    if not is_plain or any(map(str.isalpha, set(together) - {"T"})):
        return spread(cells, _prepared)
    return spread(plain, _without_t) if "T" in together else plain


def _prepared(cell: str) -> str:
    text = _WEEKDAY.sub(" ", normalize("NFKC", unwrap(cell)).replace("日", "日 ")).strip()
    named = _NAMED.match(text)
    if named:
        month = (named["month"] or named["first"]).lower()
        year = named["year"] if len(named["year"]) == 4 else f"20{named['year']}"
        if month in _MONTHS:
            day = int(named["day"] or named["then"])
            return f"{year}-{_MONTHS.index(month) + 1:02}-{day:02} {text[named.end() :]}".strip()
    return _without_t(text)


def _without_t(cell: str) -> str:
    return cell.replace("T", " ", 1) if cell[10:11] == "T" else cell


def days_of(heads: Sequence[str], column: Column) -> list[date | None]:
    """The dates of prepared cells without their times. Raises DateOrderUnclear."""
    different, latest = set(heads), column.latest
    ends = {head: found for head in different if (found := _ends(head)) is not None}
    decided = _decide(column, ends) if ends else "mdy"
    day_0 = _SERIAL_DAY_0 + timedelta(_DAYS_TO_1904 if column.counts_from_1904 else 0)
    known = {
        head: _day_of(ends[head], decided, latest) if head in ends else _plain_day(head, day_0) for head in different
    }
    return list(map(known.__getitem__, heads))


def serial_fraction(head: str) -> str:
    """The fraction of a day in an Excel serial number such as `45356.5875`; empty where there is none."""
    serial = _SERIAL.fullmatch(head) if len(head) > 6 and head[5:6] == "." else None
    return serial[2] if serial and serial[2] else ""


def _plain_day(head: str, day_0: date) -> date | None:
    """A date that can be read in one way only."""
    found = _YEAR_FIRST.fullmatch(head)
    if found:
        return _make(int(found[1]), int(found[3]), int(found[4]))
    compact = _COMPACT.fullmatch(head)
    if compact:
        return _make(int(compact[1]), int(compact[2]), int(compact[3]))
    serial = _SERIAL.fullmatch(head)
    return day_0 + timedelta(int(serial[1])) if serial else None


def _ends(head: str) -> Ends | None:
    found = _TWO_ENDED.fullmatch(head)
    return (int(found[1]), int(found[2]), int(found[3]), len(found[3])) if found else None


def _day_of(ends: Ends, order: str, latest: date) -> date | None:
    first, second, third, width = ends
    if order == "ymd":
        return None if width == 4 else _make(_century(first, latest), second, third)
    if width == 1:  # a day, since no year is written so
        return None
    month, day = (second, first) if order == "dmy" else (first, second)
    return _make(third if width == 4 else _century(third, latest), month, day)


def _century(year: int, latest: date) -> int:
    return 2000 + year if 2000 + year <= latest.year else 1900 + year


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _decide(column: Column, ends: Mapping[str, Ends]) -> str:
    """The order of day, month and year in cells such as 03/04/2026: what all cells allow, else what is asked for."""
    order, latest = column.order, column.latest
    if order is not None and not (order == "ymd" and any(width == 4 for *_, width in ends.values())):
        return order
    readings = {each: [_day_of(found, each, latest) for found in ends.values()] for each in _ORDERS}
    failures = {each: days.count(None) for each, days in readings.items()}
    if not failures["ymd"] and _is_year_first(readings, latest):
        return "ymd"
    months_first = sum(second > 12 >= first for first, second, _, _ in ends.values())
    days_first = sum(first > 12 >= second for first, second, _, _ in ends.values())
    if bool(months_first) != bool(days_first):
        return "mdy" if months_first else "dmy"
    if readings["mdy"] == readings["dmy"]:
        return "mdy"
    examples = _examples(ends)
    raise DateOrderUnclear(path=column.path, header=column.header, examples=", ".join(examples), option="dmy")


def _is_year_first(readings: dict[str, list[date | None]], latest: date) -> bool:
    """Whether two-digit years must stand in front: read in last place, some cell is no date or too early."""
    return all(day is not None and EARLIEST <= day <= latest for day in readings["ymd"]) and all(
        any(day is None or day < EARLIEST for day in readings[order]) for order in ("mdy", "dmy")
    )


def _examples(ends: Mapping[str, Ends]) -> list[str]:
    doubtful = sorted(head for head, (first, second, _, _) in ends.items() if first != second)
    contrary = [head for head in doubtful if ends[head][0] > 12][:1] + [h for h in doubtful if ends[h][1] > 12][:1]
    return [*contrary, *(head for head in doubtful if head not in contrary)][:3]
