"""Columns of dates: one reading for the whole column, found from all its cells; undecided columns are asked about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import repeat
from operator import add, sub
from pathlib import Path
from typing import cast
from unicodedata import normalize
from zoneinfo import ZoneInfo

from shopcrm.core.clock import to_instant
from shopcrm.core.errors import DateOrderUnclear
from shopcrm.sheets.texts import NULL_WORDS, spread, unwrap

_YEAR_FIRST = re.compile(r"(\d{4})([-/.年])(\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0)?")
_TWO_ENDED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{1,2})")
_SERIAL = re.compile(r"([2-5]\d{4})(\.\d+)?")
_TIME = re.compile(
    r"(上午|下午|AM|PM)?\s*(\d{1,2})[:时](\d{2})(?:[:分](\d{2})(?:[.,]\d+)?)?[:分秒]?\s*(AM|PM)?"
    r"\s*(Z|UTC|(?:UTC|GMT)?[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_TWO_DIGITS = {f"{number:02}": number for number in range(60)}
_DAY_FRACTION = re.compile(r"0?\.\d+|0")
_SERIAL_DAY_0 = date(1899, 12, 30)  # Excel counts a 29 February 1900 that never was
_ORDERS = ("mdy", "dmy", "ymd")

Ends = tuple[int, int, int, int]  # three numbers as written; how many digits the last has
TimeOfDay = tuple[timedelta, timedelta | None]  # since midnight; distance from UTC where the cell tells it
EARLIEST = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Dates:
    """A column of dates, cell by cell. `instants` are None throughout where the sheet has no time of day."""

    days: list[date | None]
    instants: list[datetime | None]
    is_bad_time: list[bool] | None  # None where every time of day could be read


def read_dates(
    path: Path,
    header: str,
    cells: Sequence[str],
    zone: ZoneInfo,
    latest: date,
    order: str | None = None,
    times: Sequence[str] | None = None,
) -> Dates:
    """Local dates and aware UTC instants of a column, with the time of day from `times` or from the cells.

    Two-digit years lie in the hundred years up to `latest`. Raises DateOrderUnclear where day and month could
    change places and `order` does not say.
    """
    plain = _prepare(cells)
    if times is None and (uniform := _read_uniform(plain, zone)) is not None:
        return uniform
    heads, tails = _split(plain)
    days = _days(path, header, heads, latest, order)
    if times is not None:
        tails = list(times)
    elif "" in tails:
        tails = list(map(_fraction_or, heads, tails))
    return _with_times(days, tails, zone)


def read_days(
    path: Path, header: str, cells: Sequence[str], latest: date, order: str | None = None
) -> list[date | None]:
    """Only the dates of a column, by the same rules."""
    return _days(path, header, [cell.partition(" ")[0] for cell in _prepare(cells)], latest, order)


def _prepare(cells: Sequence[str]) -> list[str]:
    """The cells with one blank between date and time, whatever stood there."""
    together = "\n".join(cells)
    if not together.isascii() or "'" in together or '"' in together:
        plain = spread(cells, lambda cell: normalize("NFKC", unwrap(cell)).replace("日", "日 ").strip())
    else:
        plain = list(map(str.strip, cells))
    if "T" in together:
        plain = spread(plain, lambda cell: cell.replace("T", " ", 1) if cell[10:11] == "T" else cell)
    return plain


def _read_uniform(cells: list[str], zone: ZoneInfo) -> Dates | None:
    """A column that is `2024-03-05 14:05:59` throughout, as most tills write; None for any other.

    Read as if in UTC and then moved by the day's distance from it: a third of the time of the general way.
    """
    together = "\n".join(cells)
    if len(together) != 20 * len(cells) - 1 or set(together[10::20]) != {" "} or set(together[4::20]) != {"-"}:
        return None
    if together[11::20] == together[12::20] and all(cell.endswith("00:00:00") for cell in cells):
        return None
    try:
        instants = list(map(datetime.fromisoformat, f"{together}\n".replace("\n", "+00:00\n").split("\n")[:-1]))
        known = {head: date.fromisoformat(head) for head in {cell[:10] for cell in cells}}
    except ValueError:
        return None
    days = [known[cell[:10]] for cell in cells]
    offsets = {day: datetime.combine(day, time(), zone).utcoffset() or timedelta(0) for day in known.values()}
    away = repeat(offsets[days[0]]) if len(set(offsets.values())) == 1 else map(offsets.__getitem__, days)
    moved = list(map(sub, instants, away))
    changing = {day for day in known.values() if _changes(day, zone)}
    if changing:
        moved = [
            to_instant(instant.replace(tzinfo=None), zone) if day in changing else known_instant
            for day, instant, known_instant in zip(days, instants, moved, strict=True)
        ]
    return Dates([*days], [*moved], is_bad_time=None)


def _split(cells: list[str]) -> tuple[list[str], list[str]]:
    split = [cell.partition(" ") for cell in cells]
    return [parts[0] for parts in split], [parts[2] for parts in split]


def _days(path: Path, header: str, heads: list[str], latest: date, order: str | None) -> list[date | None]:
    different = set(heads)
    ends = {head: found for head in different if (found := _ends(head)) is not None}
    decided = _decide(path, header, ends, latest, order) if ends else "mdy"
    known = {head: _day_of(ends[head], decided, latest) if head in ends else _plain_day(head) for head in different}
    return list(map(known.__getitem__, heads))


def _plain_day(head: str) -> date | None:
    """A date that can be read in one way only."""
    found = _YEAR_FIRST.fullmatch(head)
    if found:
        return _make(int(found[1]), int(found[3]), int(found[4]))
    compact = _COMPACT.fullmatch(head)
    if compact:
        return _make(int(compact[1]), int(compact[2]), int(compact[3]))
    serial = _SERIAL.fullmatch(head)
    return _SERIAL_DAY_0 + timedelta(int(serial[1])) if serial else None


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


def _decide(path: Path, header: str, ends: dict[str, Ends], latest: date, order: str | None) -> str:
    """The order of day, month and year in cells such as 03/04/2026: what all cells allow, else what is asked for."""
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
    raise DateOrderUnclear(path=path, header=header, examples=", ".join(examples), option="dmy")


def _is_year_first(readings: dict[str, list[date | None]], latest: date) -> bool:
    """Whether two-digit years must stand in front: read in last place, some cell is no date or too early."""
    return all(day is not None and EARLIEST <= day <= latest for day in readings["ymd"]) and all(
        any(day is None or day < EARLIEST for day in readings[order]) for order in ("mdy", "dmy")
    )


def _examples(ends: dict[str, Ends]) -> list[str]:
    doubtful = sorted(head for head, (first, second, _, _) in ends.items() if first != second)
    contrary = [head for head in doubtful if ends[head][0] > 12][:1] + [h for h in doubtful if ends[h][1] > 12][:1]
    return [*contrary, *(head for head in doubtful if head not in contrary)][:3]


def _fraction_or(head: str, tail: str) -> str:
    """The time of day of a cell: what follows the date, or the fraction of an Excel serial number."""
    if tail or len(head) < 7 or head[5:6] != ".":
        return tail
    serial = _SERIAL.fullmatch(head)
    return serial[2] if serial and serial[2] else ""


def _with_times(days: list[date | None], tails: list[str], zone: ZoneInfo) -> Dates:
    found = {tail: _time_of(tail) for tail in set(tails)}
    nothing: list[datetime | None] = [None] * len(days)
    bad = {tail for tail, time_of_day in found.items() if time_of_day is None and not _is_blank(tail)}
    is_bad = [tail in bad for tail in tails] if bad else None
    if not any(any(time_of_day) for time_of_day in found.values() if time_of_day is not None):
        return Dates(days, nothing, is_bad)
    if any(time_of_day is not None and time_of_day[1] is not None for time_of_day in found.values()):
        return _with_offsets(days, [found[tail] for tail in tails], zone, is_bad)
    lengths = {tail: time_of_day[0] if time_of_day else None for tail, time_of_day in found.items()}
    return Dates(days, _instants(days, list(map(lengths.__getitem__, tails)), zone), is_bad)


def _instants(days: list[date | None], lengths: list[timedelta | None], zone: ZoneInfo) -> list[datetime | None]:
    """Local days and times of day as UTC instants.

    Added to the day's midnight in UTC, which is right but for days on which the clocks change: those go the long way.
    """
    midnights = {day: to_instant(datetime.combine(day, time()), zone) for day in set(days) if day is not None}
    changing = {day for day in midnights if _changes(day, zone)}
    if None not in days and None not in lengths and not changing:
        starts = map(midnights.__getitem__, cast(list[date], days))
        return list(map(add, starts, cast(list[timedelta], lengths)))
    return [
        None
        if day is None or length is None
        else to_instant(datetime.combine(day, time()) + length, zone)
        if day in changing
        else midnights[day] + length
        for day, length in zip(days, lengths, strict=True)
    ]


def _changes(day: date, zone: ZoneInfo) -> bool:
    starts, ends = datetime.combine(day, time(), zone), datetime.combine(day, time.max, zone)
    return starts.utcoffset() != ends.utcoffset()


def _with_offsets(
    days: list[date | None], times: list[TimeOfDay | None], zone: ZoneInfo, is_bad: list[bool] | None
) -> Dates:
    """Cells that carry their own distance from UTC: the shop's date is that of the instant in the shop's zone."""
    instants: list[datetime | None] = []
    local: list[date | None] = []
    for day, time_of_day in zip(days, times, strict=True):
        if day is None or time_of_day is None:
            instants.append(None)
            local.append(day)
            continue
        length, offset = time_of_day
        wall = datetime.combine(day, time()) + length
        instant = to_instant(wall, zone) if offset is None else (wall - offset).replace(tzinfo=UTC)
        instants.append(instant)
        local.append(instant.astimezone(zone).date())
    return Dates(local, instants, is_bad)


def _is_blank(tail: str) -> bool:
    return unwrap(tail).lower() in NULL_WORDS


def _time_of(tail: str) -> TimeOfDay | None:
    """The time since midnight, and the distance from UTC where the cell tells it; None for what is no time."""
    if tail[2:3] == tail[5:6] == ":":  # what most tills write: 14:05:59
        hour, minute, second = _TWO_DIGITS.get(tail[:2], 24), _TWO_DIGITS.get(tail[3:5]), _TWO_DIGITS.get(tail[6:])
        if hour < 24 and minute is not None and second is not None:
            return timedelta(0, hour * 3600 + minute * 60 + second), None
    text = normalize("NFKC", unwrap(tail)).strip()
    found = _TIME.fullmatch(text) or _TIME.fullmatch(text.partition(" ")[2].strip())
    if not found:
        is_fraction = _DAY_FRACTION.fullmatch(text)
        return (timedelta(seconds=round(float(text) * 86400)), None) if is_fraction else None
    hours, minutes, seconds = int(found[2]), int(found[3]), int(found[4] or 0)
    half = (found[1] or found[5] or "").upper()
    if half in ("PM", "下午") and hours < 12:
        hours += 12
    elif half == "AM" and hours == 12:
        hours = 0
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    return timedelta(hours=hours, minutes=minutes, seconds=seconds), _offset_of(found[6])


def _offset_of(text: str | None) -> timedelta | None:
    if not text:
        return None
    digits = re.sub(r"\D", "", text)
    if not digits:
        return timedelta(0)
    distance = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -distance if "-" in text else distance
