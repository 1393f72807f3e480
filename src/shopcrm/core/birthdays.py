"""When a birthday is: the day in a year, by the calendar it was told in."""

from calendar import monthrange
from datetime import date


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
