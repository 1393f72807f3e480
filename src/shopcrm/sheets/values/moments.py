"""Columns of moments: the shop's local dates, and instants as the book stores them, with the till's time zone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from unicodedata import normalize
from zoneinfo import ZoneInfo

from shopcrm.core.clock import stored_instant, to_instant
from shopcrm.sheets.values.dates import Column, days_of, prepare, serial_fraction
from shopcrm.sheets.values.texts import is_blank, unwrap

_TIME = re.compile(
    r"(上午|下午|AM|PM)?\s*(\d{1,2})[:时.](\d{2})(?:[:分.](\d{2})?(?:[.,]\d+)?)?[:分秒]?\s*(AM|PM)?"
    r"\s*(Z|UTC|(?:UTC|GMT)?\s?[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_COMPACT_TIME = re.compile(r"(\d{4}\d{2}\d{2})(\d{2})(\d{2})(\d{2})")
_DAY_FRACTION = re.compile(r"0?\.\d+|0")
_HOUR = timedelta(hours=1)
_SECONDS = ".000000"  # what the book writes behind whole seconds

TimeOfDay = tuple[timedelta, timedelta | None]  # since midnight; distance from UTC where the cell tells it


@dataclass(frozen=True, slots=True)
class Moments:
    """A column cell by cell. `ats` are None throughout where the sheet has no time of day."""

    days: list[date | None]
    ats: list[str | None]
    is_bad_time: list[bool] | None  # None where every time of day could be read


def read_moments(
    column: Column, zone: ZoneInfo, times: Sequence[str] | None = None, zones: Sequence[ZoneInfo] | None = None
) -> Moments:
    """Local dates and stored instants of a column, with the time of day from `times` or from the cells.

    `zones` are those that the till's clock stood in, row by row; else it stood in the shop's. A moment of another zone
    counts on the shop's own day. Raises DateOrderUnclear where day and month could change places.
    """
    plain = prepare(column.cells)
    if times is None and zones is None and (uniform := _read_uniform(plain, zone)) is not None:
        return uniform
    heads, tails = _split(plain)
    days = days_of(heads, column)
    if times is not None:
        tails = list(times)
    elif "" in tails:
        tails = [tail or serial_fraction(head) for head, tail in zip(heads, tails, strict=True)]
    return _with_times(days, tails, zone, zones)


def _read_uniform(cells: list[str], zone: ZoneInfo) -> Moments | None:
    """A column that is `2024-03-05 14:05:59` throughout, as most tills write; None for any other.

    An hour is moved to UTC once, its minutes and seconds kept as they stand: a tenth of the time of the general way.
    """
    together = "\n".join(cells)
    if not cells or len(together) != 20 * len(cells) - 1 or not together.isascii():
        return None
    separators = [set(together[at::20]) for at in (4, 7, 10, 13, 16)]
    if separators not in ([{"-"}, {"-"}, {" "}, {":"}, {":"}], [{"/"}, {"/"}, {" "}, {":"}, {":"}]):
        return None
    if (set(together[14::20]) | set(together[17::20])) - set("012345"):
        return None
    if together.translate(dict.fromkeys(map(ord, "0123456789-/: \n"))):
        return None
    try:
        known = {hour: datetime.fromisoformat(hour.replace("/", "-")) for hour in {cell[:13] for cell in cells}}
    except ValueError:
        return None
    if all(cell.endswith("00:00:00") for cell in cells):
        return None  # a date that a spreadsheet has given a midnight
    days = {hour: local.date() for hour, local in known.items()}
    moved = {hour: _moved(local, zone) for hour, local in known.items()}
    if None in moved.values():
        return None
    ats: list[str | None] = [f"{moved[cell[:13]]}{cell[13:]}{_SECONDS}" for cell in cells]
    return Moments([days[cell[:13]] for cell in cells], ats, is_bad_time=None)


def _moved(hour: datetime, zone: ZoneInfo) -> str | None:
    """The hour in UTC as `2024-03-05 06`; None where its minutes would not stay (half hours, clocks that change)."""
    start, end = to_instant(hour, zone), to_instant(hour + _HOUR - timedelta(seconds=1), zone)
    if start.minute or start.second or end - start != _HOUR - timedelta(seconds=1):
        return None
    return start.isoformat(" ")[:13]


def _split(cells: list[str]) -> tuple[list[str], list[str]]:
    split = [_COMPACT_TIME.sub(r"\1 \2:\3:\4", cell).partition(" ") for cell in cells]
    return [parts[0] for parts in split], [parts[2] for parts in split]


def _with_times(days: list[date | None], tails: list[str], zone: ZoneInfo, zones: Sequence[ZoneInfo] | None) -> Moments:
    found = {tail: _time_of(tail) for tail in set(tails)}
    bad = {tail for tail, time_of_day in found.items() if time_of_day is None and not is_blank(tail)}
    is_bad = [tail in bad for tail in tails] if bad else None
    if not any(any(time_of_day) for time_of_day in found.values() if time_of_day is not None):
        return Moments(days, [None] * len(days), is_bad)
    if zones is not None or any(
        time_of_day is not None and time_of_day[1] is not None for time_of_day in found.values()
    ):
        return _elsewhere(days, [found[tail] for tail in tails], zone, zones, is_bad)
    midnights = {day: to_instant(datetime.combine(day, time()), zone) for day in set(days) if day is not None}
    changing = {day for day in midnights if _changes(day, zone)}
    known: dict[tuple[date, str], str] = {}
    ats: list[str | None] = []
    for day, tail in zip(days, tails, strict=True):
        time_of_day = found[tail]
        if day is None or time_of_day is None:
            ats.append(None)
            continue
        at = known.get((day, tail))
        if at is None:
            length = time_of_day[0]
            instant = (
                to_instant(datetime.combine(day, time()) + length, zone) if day in changing else midnights[day] + length
            )
            at = known[day, tail] = stored_instant(instant)
        ats.append(at)
    return Moments(days, ats, is_bad)


def _changes(day: date, zone: ZoneInfo) -> bool:
    starts, ends = datetime.combine(day, time(), zone), datetime.combine(day, time.max, zone)
    return starts.utcoffset() != ends.utcoffset()


def _elsewhere(
    days: list[date | None],
    times: list[TimeOfDay | None],
    zone: ZoneInfo,
    zones: Sequence[ZoneInfo] | None,
    is_bad: list[bool] | None,
) -> Moments:
    """Cells with their own distance from UTC or zone: the shop's date is that of the instant in the shop's zone."""
    ats: list[str | None] = []
    local: list[date | None] = []
    for place, (day, time_of_day) in enumerate(zip(days, times, strict=True)):
        if day is None or time_of_day is None:
            ats.append(None)
            local.append(day)
            continue
        length, offset = time_of_day
        wall = datetime.combine(day, time()) + length
        own = zones[place] if zones is not None else zone
        instant = to_instant(wall, own) if offset is None else (wall - offset).replace(tzinfo=UTC)
        ats.append(stored_instant(instant))
        local.append(instant.astimezone(zone).date())
    return Moments(local, ats, is_bad)


def _time_of(tail: str) -> TimeOfDay | None:
    """The time since midnight, and the distance from UTC where the cell tells it; None for what is no time."""
    text = normalize("NFKC", unwrap(tail)).strip()
    if _DAY_FRACTION.fullmatch(text):
        return timedelta(seconds=round(float(text) * 86400)), None
    found = _TIME.fullmatch(text) or _TIME.fullmatch(text.partition(" ")[2].strip())
    if not found:
        return None
    hours, minutes, seconds = int(found[2]), int(found[3]), int(found[4] or 0)
    half = (found[1] or found[5] or "").upper()
    if half in ("PM", "下午") and hours < 12:
        hours += 12
    elif half in ("AM", "上午") and hours == 12:
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
