"""Columns of birthdays: with a year or without, by the solar or the lunar calendar, and dates that stand for none."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple
from unicodedata import normalize

from shopcrm.sheets.records import Birthday
from shopcrm.sheets.values.dates import Column, read_days
from shopcrm.sheets.values.texts import NULL_WORDS, spread, unwrap

CALENDARS = {
    "lunar": ("农历", "阴历", "旧历", "農曆", "陰曆", "舊曆", "lunar"),
    "solar": ("公历", "阳历", "新历", "西历", "公曆", "陽曆", "國曆", "西曆", "solar", "gregorian"),
}
CALENDAR_OF = {word: calendar for calendar, words in CALENDARS.items() for word in words}

_NAMED_CALENDAR = re.compile("|".join(CALENDAR_OF))
_BRACKETS = re.compile(r"[()\[\]【】:]")
_LUNAR_PREFIX = re.compile(r"r(?=\d)")  # how some tills mark a lunar date
_DIGITS = re.compile(
    r"(?:(?P<year>\d{4})[-/.年]|--)?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})[日号號]?(?:[\st]+[\d:.]+z?)?"
    r"|(?P<year8>\d{4})(?P<month8>\d{2})(?P<day8>\d{2})(?:\.0)?"
)
# What Excel makes of 12-25 is 25-Dec; Dec-25 is December 2025 to it.
_NAMED_MONTH = re.compile(
    r"(?P<day>\d{1,2})[ -](?P<month>[a-z]{3})[a-z]*\.?|(?P<first>[a-z]{3})[a-z]*\.? (?P<then>\d{1,2})"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ONES = "一二三四五六七八九"
_HANZI = re.compile(
    rf"(?:(?P<year>\d{{4}}|[〇零○{_ONES}]{{4}})年)?(?P<month>[正冬腊臘]|十[一二]?|[{_ONES}]|\d{{1,2}})月"
    rf"(?P<day>初[{_ONES}十]|[廿卅][{_ONES}]?|[二三]?十[{_ONES}]?|[{_ONES}]|\d{{1,2}})(?P<end>[日号號])?"
)
_LUNAR_SIGNS = re.compile("[正冬腊臘]月|初|廿|卅")  # nobody writes a solar date so
_VALUES = {sign: value for value, sign in enumerate(_ONES, 1)} | {"正": 1, "冬": 11, "腊": 12, "臘": 12}
_VALUES |= dict.fromkeys("〇零○", 0)
_YEAR_ALONE = re.compile(r"\d{4}(?:年|\.0)?")
_NOTHING = re.compile(r"0000[-/.]00[-/.]00(?:\s.*)?")

_LEAP_YEAR = 2000
_FIRST_YEAR = 1900
# What programs fill in where nothing was said: the first days of Excel, Unix, .NET and Excel's day 0.
_FILLED_IN = frozenset({(1900, 1, 1), (1970, 1, 1), (1, 1, 1), (1899, 12, 30), (1899, 12, 31)})
_ROUND = Birthday(1, 1, 2000)
_ROUND_ROWS, _ROUND_SHARE = 3, 100  # so many rows, and one in so many of those with a birthday
_CLUSTER_ROWS, _CLUSTER_SHARE = 5, 10


@dataclass(frozen=True, slots=True)
class Birthdays:
    """A column of birthdays. `problems` says by position what is wrong with a cell that was not taken."""

    values: list[Birthday | None]
    problems: dict[int, str]
    years_alone: int  # cells that name a year and nothing else


class _Written(NamedTuple):
    """A cell taken apart: its text without what names the calendar; the numbers where they can be read in one way."""

    text: str
    calendar: str  # "lunar", "solar", or "" where the cell does not say
    is_leap: bool
    year: int | None = None
    month: int = 0
    day: int = 0
    may_swap: bool = False  # 03/04: which is the month is the whole column's to say


def read_birthdays(column: Column, calendars: Sequence[str | None]) -> Birthdays:
    """The birthdays of a column; of a lunar leap month the plain month.

    `calendars` says "lunar", "solar" or "" (not said) for each row, None where a code cannot be told; what the cell
    itself says goes first. Raises DateOrderUnclear as dates do.
    """
    written = spread(column.cells, _take_apart)
    rest = ["" if each.month or _says_nothing(each.text) else each.text for each in written]
    days = read_days(replace(column, cells=rest))
    is_day_first = column.order == "dmy" or _is_day_first([each for each in written if each.may_swap])
    values: list[Birthday | None] = []
    problems: dict[int, str] = {}
    for position, (each, day, calendar) in enumerate(zip(written, days, calendars, strict=True)):
        value, problem = _birthday(each, day, each.calendar or calendar, is_day_first, column.latest)
        values.append(value)
        if problem:
            problems[position] = problem
    years = sum(bool(_YEAR_ALONE.fullmatch(each.text)) for each in written)
    return _without_placeholders(Birthdays(values, problems, years))


def without_days_of_joining(found: Birthdays, joined: Sequence[date | None]) -> Birthdays:
    """A birthday that is the day of joining was filled in by the till."""
    same = {
        position
        for position, (value, day) in enumerate(zip(found.values, joined, strict=True))
        if value and day and value == (day.month, day.day, day.year, False)
    }
    return _leave_out(found, same)


def _without_placeholders(found: Birthdays) -> Birthdays:
    counts = Counter(value for value in found.values if value)
    many = counts.total()
    clusters = {
        value
        for value, count in counts.items()
        if value.year
        and (
            (count >= _CLUSTER_ROWS and count * _CLUSTER_SHARE >= many)
            or (value == _ROUND and count >= _ROUND_ROWS and count * _ROUND_SHARE >= many)
        )
    }
    return _leave_out(found, {position for position, value in enumerate(found.values) if value in clusters})


def _leave_out(found: Birthdays, positions: set[int]) -> Birthdays:
    if not positions:
        return found
    values = [None if position in positions else value for position, value in enumerate(found.values)]
    return Birthdays(
        values, found.problems | dict.fromkeys(sorted(positions), "birthday_placeholder"), found.years_alone
    )


def _take_apart(cell: str) -> _Written:
    text = normalize("NFKC", unwrap(cell)).lower()
    named = _NAMED_CALENDAR.search(text)
    calendar = CALENDAR_OF[named[0]] if named else ""
    is_leap = "闰" in text or "閏" in text
    text = _BRACKETS.sub(" ", _NAMED_CALENDAR.sub(" ", text)) if named else text
    text = text.replace("闰", "").replace("閏", "").strip()
    if is_leap or _LUNAR_PREFIX.match(text):
        calendar, text = "lunar", _LUNAR_PREFIX.sub("", text, count=1)
    digits = None if _NOTHING.fullmatch(text) else _DIGITS.fullmatch(text)
    if digits:
        year, month, day = (int(digits[name] or digits[f"{name}8"] or 0) for name in ("year", "month", "day"))
        may_swap = not year and "0000" not in text and "--" not in text and "月" not in text
        # A month of 0 is a month that cannot be, not one that was not found.
        return _Written(text, calendar, is_leap, year or None, month or -1, day, may_swap)
    found = _NAMED_MONTH.fullmatch(text)
    if found and (name := found["month"] or found["first"]) in _MONTHS:
        return _Written(text, calendar, is_leap, None, _MONTHS.index(name) + 1, int(found["day"] or found["then"]))
    hanzi = _HANZI.fullmatch(text.replace(" ", ""))
    if hanzi:
        if not hanzi["end"] or _LUNAR_SIGNS.search(text):
            calendar = calendar or "lunar"
        in_year = _year(hanzi["year"]) if hanzi["year"] else None
        return _Written(text, calendar, is_leap, in_year, _number(hanzi["month"]), _number(hanzi["day"]))
    return _Written(text, calendar, is_leap)


def _birthday(
    each: _Written, day: date | None, calendar: str | None, is_day_first: bool, latest: date
) -> tuple[Birthday | None, str]:
    year: int | None
    if each.month:
        year, month, number = each.year, each.month, each.day
        if each.may_swap and is_day_first:
            month, number = number, month
    elif day is not None:
        year, month, number = day.year, day.month, day.day
    else:
        return None, "" if _says_nothing(each.text) else "birthday_unreadable"
    if (year, month, number) in _FILLED_IN:
        return None, "birthday_placeholder"
    if calendar is None:
        return None, "calendar_unclear"
    is_lunar = calendar == "lunar"
    is_right = _is_lunar_day if is_lunar else _is_solar_day
    if not is_right(year, month, number, each.is_leap, latest):
        return None, "birthday_unreadable"
    return Birthday(month, number, year, is_lunar), ""


def _is_solar_day(year: int | None, month: int, day: int, _is_leap: bool, latest: date) -> bool:
    try:
        found = date(year or _LEAP_YEAR, month, day)
    except ValueError:
        return False
    return year is None or (year >= _FIRST_YEAR and found <= latest)


def _is_lunar_day(year: int | None, month: int, day: int, is_leap: bool, latest: date) -> bool:
    """Without a year any month may have 30 days, and any may be doubled."""
    if not (1 <= month <= 12 and 1 <= day <= 30):
        return False
    if year is None:
        return True
    from lunardate import LunarDate

    try:
        solar: date = LunarDate(year, month, day, is_leap).to_solar_date()
    except ValueError:  # no such day in that year, or no table for it
        return False
    return solar <= latest


def _is_day_first(pairs: Sequence[_Written]) -> bool:
    return any(each.month > 12 for each in pairs) and not any(each.day > 12 for each in pairs)


def _says_nothing(text: str) -> bool:
    return text in NULL_WORDS or bool(_YEAR_ALONE.fullmatch(text)) or bool(_NOTHING.fullmatch(text))


def _year(text: str) -> int:
    return int(text) if text.isascii() else int("".join(str(_VALUES[sign]) for sign in text))


def _number(text: str) -> int:
    """Of 八, 初八, 十五, 廿三, 三十, 腊 or plain digits."""
    if text.isascii():
        return int(text)
    plain = text.removeprefix("初").replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = plain.partition("十")
    return _VALUES[plain] if not ten else 10 * _VALUES.get(tens, 1) + _VALUES.get(ones, 0)
