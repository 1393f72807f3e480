"""When a birthday is: as it is typed and told, and the day in a year, by the calendar it was told in."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

from shopcrm.core.clock import parse_birthday
from shopcrm.core.errors import DateUnreadable

_LUNAR = re.compile(r"(?:lunar|农历|阴历|農曆|陰曆)\s*", re.IGNORECASE)
_MONTH_AND_DAY = re.compile(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})")


def read_birthday(text: str, *, is_lunar: bool = False) -> tuple[int | None, int, int, bool]:
    """(year or None, month, day, by the lunar calendar) as typed: `1990-12-25`, `12-25`, `lunar 08-15`.

    A lunar month has up to thirty days whatever the year. Raises DateUnreadable.
    """
    plain = text.strip()
    named = _LUNAR.match(plain)
    if not (is_lunar or named):
        return (*parse_birthday(plain), False)
    told = _MONTH_AND_DAY.fullmatch(plain[named.end() :] if named else plain)
    if told is None or not (1 <= int(told[2]) <= 12 and 1 <= int(told[3]) <= 30):
        raise DateUnreadable(text=text)
    return int(told[1]) if told[1] else None, int(told[2]), int(told[3]), True


def told_birthday(person: Mapping[str, Any]) -> str | None:
    """A birthday as it is typed, from the columns of a customer."""
    if not person["birth_month"]:
        return None
    year = f"{person['birth_year']}-" if person["birth_year"] else ""
    calendar = "lunar " if person["is_birthday_lunar"] else ""
    return f"{calendar}{year}{person['birth_month']:02}-{person['birth_day']:02}"


def birthday_in(year: int, month: int, day: int, is_lunar: bool) -> date:
    """The birthday of a year. 29 February is the 28th where there is none.

    A lunar one is that of the lunar year that begins in `year`; a 30th is the 29th in a month that has no 30th.
    """
    if not is_lunar:
        return date(year, month, min(day, monthrange(year, month)[1]))
    from lunardate import LunarDate

    try:
        found: date = LunarDate(year, month, min(day, 30)).to_solar_date()
    except ValueError:
        found = LunarDate(year, month, 29).to_solar_date()
    return found


def birthday_months(year: int, month: int, day: int, is_lunar: bool) -> frozenset[int]:
    """The months of a year in which the birthday is: a lunar one may be in January twice, in two, or in none."""
    days = [birthday_in(each, month, day, is_lunar) for each in ((year - 1, year) if is_lunar else (year,))]
    return frozenset(each.month for each in days if each.year == year)
