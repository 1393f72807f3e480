"""Birthdays: known without a year, by two calendars, and not mistaken for what tills fill in."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lunardate import LunarDate

from shopcrm.core.errors import DateOrderUnclear
from shopcrm.sheets.records import Birthday
from shopcrm.sheets.values.birthdays import Birthdays, read_birthdays, without_days_of_joining
from shopcrm.sheets.values.dates import Column

TODAY = date(2026, 3, 1)


def read(cells: Sequence[str], calendar: str | None = "", order: str | None = None) -> Birthdays:
    column = Column(Path("list.csv"), "birthday", cells, TODAY, order)
    return read_birthdays(column, [calendar] * len(cells))


def read_one(cell: str, calendar: str | None = "") -> tuple[Birthday | None, str]:
    found = read([cell], calendar)
    return found.values[0], found.problems.get(0, "")


@pytest.mark.parametrize(
    ("cell", "birthday"),
    [
        ("1990-12-25", Birthday(12, 25, 1990)),
        ("1990/12/25 00:00:00", Birthday(12, 25, 1990)),
        ("1990-12-25T00:00:00Z", Birthday(12, 25, 1990)),
        ("12/25/1990 12:00:00 AM", Birthday(12, 25, 1990)),
        ("1990.12.25", Birthday(12, 25, 1990)),
        ("1990年12月25日", Birthday(12, 25, 1990)),
        ("19901225", Birthday(12, 25, 1990)),
        ("19901225.0", Birthday(12, 25, 1990)),
        ("12/25/1990", Birthday(12, 25, 1990)),
        ("25/12/90", Birthday(12, 25, 1990)),
        ("33232", Birthday(12, 25, 1990)),
        ("12-25", Birthday(12, 25, None)),
        ("12月25日", Birthday(12, 25, None)),
        ("12月25号", Birthday(12, 25, None)),
        ("１２月２５日", Birthday(12, 25, None)),
        ("0000-12-25", Birthday(12, 25, None)),
        ("--12-25", Birthday(12, 25, None)),
        ("'12-25", Birthday(12, 25, None)),
        ("十二月二十五日", Birthday(12, 25, None)),
        ("25-Dec", Birthday(12, 25, None)),
        ("Dec 25", Birthday(12, 25, None)),
        ("25 December 1990", Birthday(12, 25, 1990)),
        ("公历12-25", Birthday(12, 25, None)),
        ("02-29", Birthday(2, 29, None)),
        ("2026-03-01", Birthday(3, 1, 2026)),
    ],
)
def test_a_birthday_of_the_solar_calendar(cell: str, birthday: Birthday) -> None:
    assert read_one(cell) == (birthday, "")


@pytest.mark.parametrize(
    ("cell", "birthday"),
    [
        ("农历八月十五", Birthday(8, 15, None, True)),
        ("八月十五", Birthday(8, 15, None, True)),
        ("八月 十五", Birthday(8, 15, None, True)),
        ("8月十五", Birthday(8, 15, None, True)),
        ("农历八月十五日", Birthday(8, 15, None, True)),
        ("正月初一", Birthday(1, 1, None, True)),
        ("正月初十", Birthday(1, 10, None, True)),
        ("二月初二日", Birthday(2, 2, None, True)),
        ("腊月廿三", Birthday(12, 23, None, True)),
        ("腊月三十", Birthday(12, 30, None, True)),
        ("冬月二十", Birthday(11, 20, None, True)),
        ("十一月廿", Birthday(11, 20, None, True)),
        ("九月卅", Birthday(9, 30, None, True)),
        ("闰四月初八", Birthday(4, 8, None, True)),
        ("阴历1990年8月15", Birthday(8, 15, 1990, True)),
        ("农历：1990-08-15", Birthday(8, 15, 1990, True)),
        ("1990-08-15(农历)", Birthday(8, 15, 1990, True)),
        ("1990年八月十五", Birthday(8, 15, 1990, True)),
        ("一九九〇年八月十五", Birthday(8, 15, 1990, True)),
        ("農曆八月十五", Birthday(8, 15, None, True)),
        ("lunar 08-15", Birthday(8, 15, None, True)),
        ("r1990-08-15", Birthday(8, 15, 1990, True)),
        ("R08-15", Birthday(8, 15, None, True)),
        ("1990年闰五月初十", Birthday(5, 10, 1990, True)),
        ("农历2月30", Birthday(2, 30, None, True)),
    ],
)
def test_a_birthday_of_the_lunar_calendar_is_kept_as_it_is_told(cell: str, birthday: Birthday) -> None:
    assert read_one(cell) == (birthday, "")


@pytest.mark.parametrize(
    ("calendar", "cell", "answer"),
    [
        ("lunar", "1990-08-15", (Birthday(8, 15, 1990, True), "")),
        ("lunar", "8/25/1990", (Birthday(8, 25, 1990, True), "")),
        ("lunar", "02-30", (Birthday(2, 30, None, True), "")),
        ("lunar", "公历1990-08-15", (Birthday(8, 15, 1990), "")),
        ("solar", "1990-08-15", (Birthday(8, 15, 1990), "")),
        ("solar", "农历1990-08-15", (Birthday(8, 15, 1990, True), "")),
        (None, "1990-08-15", (None, "calendar_unclear")),
        (None, "八月十五", (Birthday(8, 15, None, True), "")),
        (None, "", (None, "")),
    ],
)
def test_a_column_may_say_the_calendar_and_the_cell_itself_knows_better(
    calendar: str | None, cell: str, answer: tuple[Birthday | None, str]
) -> None:
    assert read_one(cell, calendar) == answer


@pytest.mark.parametrize(
    "cell",
    [
        "someday", "2024-02-30", "2026-03-02", "1899-12-25", "13-32", "00-12", "12-00", "02-30", "1990-08", "1990年8月",
        "Dec-25", "31-Abc",
        "农历13月1日", "农历八月三十一", "农历1990-08-30", "1990年闰八月初十", "农历1899-08-15", "农历2026-01-15",
    ],
)  # fmt: skip
def test_what_is_no_day_of_its_calendar_cannot_be_read(cell: str) -> None:
    assert read_one(cell) == (None, "birthday_unreadable")


@pytest.mark.parametrize("cell", ["", " ", "-", "无", "N/A", "0000-00-00", "0000-00-00 00:00:00"])
def test_a_blank_is_nothing_to_complain_about(cell: str) -> None:
    assert read_one(cell) == (None, "")


@pytest.mark.parametrize("cell", ["1990", "1990年", "1990.0"])
def test_a_year_alone_is_no_birthday(cell: str) -> None:
    assert read([cell]) == Birthdays([None], {}, years_alone=1)


@pytest.mark.parametrize(
    ("cells", "order", "first"),
    [
        (["03-04", "25-12"], None, Birthday(4, 3, None)),
        (["03-04", "12-25"], None, Birthday(3, 4, None)),
        (["03-04"], "dmy", Birthday(4, 3, None)),
        (["3月4日", "25-12"], None, Birthday(3, 4, None)),
        (["0000-03-04", "25-12"], None, Birthday(3, 4, None)),
    ],
)
def test_which_comes_first_is_the_whole_columns_to_say(cells: list[str], order: str | None, first: Birthday) -> None:
    assert read(cells, order=order).values[0] == first


def test_days_that_could_change_places_are_asked_about() -> None:
    with pytest.raises(DateOrderUnclear):
        read(["03/04/1990", "05/06/1991"])
    assert read(["03/04/1990"], order="dmy").values == [Birthday(4, 3, 1990)]


@pytest.mark.parametrize(
    "cell", ["1900-01-01", "1970-01-01", "0001-01-01", "1899-12-30", "1970/1/1 00:00:00", "1900年1月1日"]
)
def test_the_first_day_of_a_programs_calendar_stands_for_nothing(cell: str) -> None:
    assert read_one(cell) == (None, "birthday_placeholder")


@pytest.mark.parametrize(
    ("cell", "rows", "others", "is_taken"),
    [
        ("1988-08-08", 5, 45, False),
        ("1988-08-08", 5, 46, True),
        ("1988-08-08", 4, 4, True),
        ("农历1988-08-08", 5, 0, False),
        ("2000-01-01", 3, 297, False),
        ("2000-01-01", 3, 298, True),
        ("2000-01-01", 2, 0, True),
        ("12-25", 50, 0, True),
    ],
)
def test_a_date_that_many_rows_share_stands_for_nothing(cell: str, rows: int, others: int, is_taken: bool) -> None:
    single = [str(date(1960, 1, 1) + timedelta(37 * n)) for n in range(others)]
    found = read([*single, *[cell] * rows])
    assert found.values[others:] == found.values[-1:] * rows
    assert (found.values[-1] is not None) is is_taken
    assert found.problems == ({} if is_taken else dict.fromkeys(range(others, others + rows), "birthday_placeholder"))


@pytest.mark.parametrize(
    ("cell", "joined", "is_taken"),
    [
        ("2024-03-05", date(2024, 3, 5), False),
        ("2024-03-05", date(2024, 3, 6), True),
        ("2024-03-05", None, True),
        ("03-05", date(2024, 3, 5), True),
        ("农历2024-03-05", date(2024, 3, 5), True),
    ],
)
def test_the_day_of_joining_was_filled_in_by_the_till(cell: str, joined: date | None, is_taken: bool) -> None:
    found = without_days_of_joining(read([cell]), [joined])
    assert (found.values[0] is not None, found.problems.get(0)) == (
        is_taken,
        None if is_taken else "birthday_placeholder",
    )


@given(st.dates(date(1901, 1, 1), date(2026, 3, 1)))
def test_every_lunar_day_that_ever_was_is_kept(day: date) -> None:
    lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
    cell = f"{lunar.year}年{'闰' if lunar.is_leap_month else ''}{lunar.month}月{lunar.day}"
    assume((lunar.year, lunar.month, lunar.day) != (1970, 1, 1))  # which stands for nothing, by either calendar
    assert read_one(cell, "lunar") == (Birthday(lunar.month, lunar.day, lunar.year, True), "")


@given(st.lists(st.text(max_size=14) | st.from_regex(r"[r农历闰一二十初月日/.0-9-]{1,12}", fullmatch=True), max_size=8))
def test_nothing_that_a_cell_may_hold_makes_it_fall_over(cells: list[str]) -> None:
    try:
        found = read(cells)
    except DateOrderUnclear:
        return
    assert len(found.values) == len(cells)
    assert all(found.values[place] is None for place in found.problems)
