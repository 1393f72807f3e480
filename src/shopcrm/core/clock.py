"""The only place that asks what time it is, and the shop's calendar: instants in UTC, dates in the shop's zone."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shopcrm.core.errors import DateUnreadable, PeriodUnreadable, TimezoneUnknown

_PERIOD = re.compile(r"(\d{1,4}) ?([dwm]?)")


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """The shop's local date at this instant."""
    return now().astimezone(zone).date()


# What owners answer when asked for their time zone; all of China keeps the time of Shanghai's entry.
_CALLED = dict.fromkeys(
    ("北京", "上海", "中国", "北京时间", "beijing", "shanghai", "china", "asia/beijing"), "Asia/Shanghai"
)


@lru_cache(maxsize=8)
def find_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name such as `Asia/Shanghai`. Raises TimezoneUnknown with the nearest name."""
    try:
        return ZoneInfo(_CALLED.get(name.strip().lower(), name))
    except (KeyError, ValueError, OSError):  # an absent key, a path outside, a folder such as "Asia"
        raise TimezoneUnknown(timezone=name, nearest=_nearest_zone(name)) from None


def parse_date(text: str) -> date:
    """A date typed by a person: year-month-day and nothing else. Raises DateUnreadable."""
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise DateUnreadable(text=text) from None


class Period(NamedTuple):
    """A stretch of days or calendar months that begins, or ends, on the business date."""

    days: int
    months: int = 0

    def last_day(self, first_on: date) -> date:
        """The day at its end: a month from 31 January is the last of February."""
        if not self.months:
            return first_on + timedelta(self.days)
        from dateutil.relativedelta import relativedelta

        return first_on + relativedelta(months=self.months)

    def first_day(self, last_on: date) -> date:
        """The day at its beginning: a month before 31 March is the last of February."""
        return Period(-self.days, -self.months).last_day(last_on)


def parse_period(text: str) -> Period:
    """A period typed by a person: `30d`, `30`, `4w` or `2m`. Raises PeriodUnreadable."""
    match = _PERIOD.fullmatch(text.strip().lower())
    if match is None:
        raise PeriodUnreadable(text=text)
    number, unit = int(match[1]), match[2]
    return Period(0, number) if unit == "m" else Period(number * 7 if unit == "w" else number)


def parse_birthday(text: str) -> tuple[int | None, int, int]:
    """(year or None, month, day) of a birthday typed by a person: `1990-12-25`, or `12-25` where the year is not told.

    Raises DateUnreadable.
    """
    plain = text.strip()
    if plain.count("-") == 1:
        leap_year = 2000  # so that 02-29 is a day
        try:
            on = parse_date(f"{leap_year}-{plain}")
        except DateUnreadable:
            raise DateUnreadable(text=text) from None
        return None, on.month, on.day
    on = parse_date(plain)
    return on.year, on.month, on.day


def to_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The aware UTC instant of a naive local wall-clock time in the shop's zone (first of two in a fold)."""
    return local.replace(tzinfo=zone).astimezone(UTC)


def end_of_day(on: date, zone: ZoneInfo) -> datetime:
    """The last second of a local date, as an aware UTC instant."""
    return to_instant(datetime.combine(on, time(23, 59, 59)), zone)


def stored_instant(at: datetime) -> str:
    """An aware UTC instant as the book stores it: `2026-03-31 04:00:00.000000`."""
    # strftime takes five times as long, and a big import calls this for each sale.
    return at.isoformat(" ", "microseconds")[:26]


def read_stored_instant(text: str) -> datetime:
    """The instant that `stored_instant` wrote."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _nearest_zone(name: str) -> str:
    from zoneinfo import available_timezones

    from rapidfuzz import process

    found = process.extractOne(name, sorted(available_timezones()))
    return found[0] if found else "Asia/Shanghai"
