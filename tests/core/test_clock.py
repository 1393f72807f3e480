"""The shop's calendar: which day it is where the shop stands, and what a person may type as a date."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.core import clock
from shopcrm.core.errors import DateUnreadable, TimezoneUnknown

SHANGHAI, BERLIN, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def test_now_is_aware_and_in_utc() -> None:
    before, at, after = datetime.now(UTC), clock.now(), datetime.now(UTC)
    assert at.utcoffset() == timedelta(0)
    assert before <= at <= after


def test_today_is_the_date_where_the_shop_stands() -> None:
    far_east, far_west = ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Etc/GMT+12")
    assert clock.today(far_east) - clock.today(far_west) >= timedelta(days=1)  # 26 hours apart: never the same day


@pytest.mark.parametrize("text", ["2026-03-31", " 2026-03-31 ", "2026-3-31"])
def test_a_date_is_year_month_day(text: str) -> None:
    assert clock.parse_date(text) == date(2026, 3, 31)


@pytest.mark.parametrize(
    "text",
    ["", "31-03-2026", "31/03/2026", "03/31/2026", "2026/03/31", "2026-02-29", "2026-13-01", "2026-00-01", "2026-04-31",
     "26-03-31", "20260331", "2026-03", "2026-03-31T00:00", "today", "2026年3月31日"],
)  # fmt: skip
def test_any_other_way_to_write_a_date_is_refused(text: str) -> None:
    with pytest.raises(DateUnreadable) as refusal:
        clock.parse_date(text)
    assert refusal.value.details == {"text": text}


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_date_is_read_as_it_is_written(day: date) -> None:
    assert clock.parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1990-12-25", (1990, 12, 25)),
        ("12-25", (None, 12, 25)),
        ("1-2", (None, 1, 2)),
        (" 02-29 ", (None, 2, 29)),
        ("2000-02-29", (2000, 2, 29)),
    ],
)
def test_a_birthday_may_do_without_its_year(text: str, parts: tuple[int | None, int, int]) -> None:
    assert clock.parse_birthday(text) == parts


@pytest.mark.parametrize("text", ["02-30", "13-01", "1990-02-29", "25/12", "12-25-1990", "December", "", "-", "0-0"])
def test_a_day_that_does_not_exist_is_refused_in_the_persons_own_words(text: str) -> None:
    with pytest.raises(DateUnreadable) as refusal:
        clock.parse_birthday(text)
    assert refusal.value.details["text"] == text


@pytest.mark.parametrize("name", ["Asia/Shanghai", "Europe/Berlin", "UTC"])
def test_a_zone_is_found_by_its_iana_name(name: str) -> None:
    assert clock.find_zone(name).key == name


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("Asia/Shangai", "Asia/Shanghai"),
        ("asia/shanghai", "Asia/Shanghai"),
        ("Berlin", "Europe/Berlin"),
        ("Asia", None),
        ("", None),
        ("../../etc/passwd", None),
        ("/etc/passwd", None),
        ("Asia/Shanghai\0", "Asia/Shanghai"),
        ("+08:00", None),
    ],
)
def test_an_unknown_zone_is_refused_with_a_name_that_exists(name: str, nearest: str | None) -> None:
    with pytest.raises(TimezoneUnknown) as refusal:
        clock.find_zone(name)
    suggested = refusal.value.details["nearest"]
    assert clock.find_zone(suggested).key == suggested
    assert nearest in (None, suggested)


@pytest.mark.parametrize(
    ("local", "zone", "instant"),
    [
        ("2026-01-01 00:00", SHANGHAI, "2025-12-31 16:00"),
        ("2026-06-30 23:59", SHANGHAI, "2026-06-30 15:59"),
        ("2026-07-01 12:00", BERLIN, "2026-07-01 10:00"),
        ("2026-03-29 02:30", BERLIN, "2026-03-29 01:30"),  # the hour that the clocks jump over
        ("2026-10-25 02:30", BERLIN, "2026-10-25 00:30"),  # the hour that comes twice: the first of them
        ("2026-11-01 01:30", NEW_YORK, "2026-11-01 05:30"),
    ],
)
def test_a_wall_clock_time_is_one_instant(local: str, zone: ZoneInfo, instant: str) -> None:
    found = clock.to_instant(datetime.fromisoformat(local), zone)
    assert found == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert found.utcoffset() == timedelta(0)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)), st.sampled_from([SHANGHAI, BERLIN, NEW_YORK]))
def test_the_last_second_of_a_day_is_still_that_day_and_the_next_is_not(day: date, zone: ZoneInfo) -> None:
    last = clock.end_of_day(day, zone)
    assert last.astimezone(zone).date() == day
    assert (last + timedelta(seconds=1)).astimezone(zone).date() == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("at", "stored"),
    [
        (datetime(2026, 6, 30, 4, 0, tzinfo=UTC), "2026-06-30 04:00:00.000000"),
        (datetime(2026, 6, 30, 4, 0, 0, 120, tzinfo=UTC), "2026-06-30 04:00:00.000120"),
        (datetime(999, 1, 2, tzinfo=UTC), "0999-01-02 00:00:00.000000"),
    ],
)
def test_an_instant_is_stored_so_that_texts_sort_as_instants_do(at: datetime, stored: str) -> None:
    assert clock.stored_instant(at) == stored


@pytest.mark.parametrize("name", ["北京", "Beijing", "中国", "Asia/Shanghai"])
def test_all_of_china_keeps_one_time(name: str) -> None:
    assert clock.find_zone(name).key == "Asia/Shanghai"
