"""Birthdays in the years that make them difficult: leap days, lunar months that are short, and two new years."""

from datetime import date

import pytest

from shopcrm.core.birthdays import birthday_in, birthday_months


@pytest.mark.parametrize(
    ("year", "born", "is_lunar", "day"),
    [
        (2028, (2, 29), False, "2028-02-29"),
        (2027, (2, 29), False, "2027-02-28"),
        (2100, (2, 29), False, "2100-02-28"),
        (2026, (12, 31), False, "2026-12-31"),
        (2026, (1, 1), True, "2026-02-17"),  # the new year of the horse
        (2026, (8, 15), True, "2026-09-25"),  # mid-autumn
        (2025, (6, 15), True, "2025-07-09"),  # before the leap sixth month that this year has
        (2025, (7, 7), True, "2025-08-29"),  # and after it
        (2026, (1, 30), True, "2026-03-18"),
        (2026, (2, 30), True, "2026-04-16"),  # a month of 29 days: its last
        (2026, (2, 31), True, "2026-04-16"),
        (2025, (12, 30), True, "2026-02-16"),  # the last month has 29 days: the eve of the new year
        (2025, (12, 8), True, "2026-01-26"),  # of the lunar year that began in 2025
    ],
)
def test_a_birthday_is_on_this_day(year: int, born: tuple[int, int], is_lunar: bool, day: str) -> None:
    assert birthday_in(year, *born, is_lunar) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("year", "born", "is_lunar", "months"),
    [
        (2027, (2, 29), False, {2}),
        (2026, (8, 15), True, {9}),
        (2026, (12, 8), True, {1}),  # that of the lunar year 2025; the next is in January 2027
        (2024, (12, 1), True, {1, 12}),  # twice in one year
        (2025, (12, 1), True, set()),  # and in none of the next
    ],
)
def test_the_birthday_months_of_a_year(year: int, born: tuple[int, int], is_lunar: bool, months: set[int]) -> None:
    assert birthday_months(year, *born, is_lunar) == months


def test_every_lunar_birthday_is_a_day_of_every_year() -> None:
    for month in range(1, 13):
        for day in (1, 15, 29, 30, 31):
            for year in range(1950, 2098):
                found = birthday_in(year, month, day, True)
                assert date(year, 1, 20) < found < date(year + 1, 2, 22)
