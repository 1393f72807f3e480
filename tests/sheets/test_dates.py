"""Columns of dates: one reading for all cells, or a question."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.core.clock import read_stored_instant, to_instant
from shopcrm.core.errors import DateOrderUnclear
from shopcrm.sheets.values.dates import Column, read_days
from shopcrm.sheets.values.moments import Moments, read_moments

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
LATEST = date(2026, 3, 2)
MARCH_5 = date(2024, 3, 5)


def read(
    cells: list[str], order: str | None = None, times: list[str] | None = None, zone: ZoneInfo = SHANGHAI
) -> Moments:
    return read_moments(Column(Path("export.csv"), "Date", cells, LATEST, order), zone, times)


def instants(moments: Moments) -> list[datetime | None]:
    return [None if at is None else read_stored_instant(at) for at in moments.ats]


@pytest.mark.parametrize(
    "cell",
    ["2024-03-05", "2024/3/5", "2024.03.05", "2024年3月5日", "２０２４-０３-０５", "20240305", "20240305.0", "45356",
     '="2024-03-05"', "'2024-03-05", " 2024-03-05 \t"],
)  # fmt: skip
def test_a_date_that_can_be_read_in_one_way_needs_no_order(cell: str) -> None:
    assert read([cell]).days == [MARCH_5]


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["03/05/2024", "03/13/2024"], MARCH_5),
        (["05/03/2024", "13/03/2024"], MARCH_5),
        (["5.3.2024", "13.3.2024"], MARCH_5),
        (["3/5/24", "3/13/24"], MARCH_5),
        (["24/3/5", "24/3/28", "24/3/31"], MARCH_5),
        (["04/04/2024"], date(2024, 4, 4)),
        (["2024-03-05", "03/13/2024"], MARCH_5),
    ],
)
def test_the_column_tells_the_order(cells: list[str], first: date) -> None:
    assert read(cells).days[0] == first


@pytest.mark.parametrize("cells", [["03/05/2024", "04/06/2024", "05/07/2024"], ["13/05/2024", "05/13/2024"]])
def test_an_unclear_order_is_asked_about(cells: list[str]) -> None:
    with pytest.raises(DateOrderUnclear) as refusal:
        read(cells)
    assert refusal.value.details["header"] == "Date"
    assert cells[0] in refusal.value.message


@pytest.mark.parametrize(
    ("order", "day"), [("mdy", date(2005, 3, 4)), ("dmy", date(2005, 4, 3)), ("ymd", date(2003, 4, 5))]
)
def test_an_order_that_is_given_is_used(order: str, day: date) -> None:
    assert read(["03/04/05"], order).days == [day]


@pytest.mark.parametrize("cell", ["", "soon", "2024-13-05", "2024-02-30", "99999999", "1.38E+10", "12", "99/99/2024"])
def test_what_is_no_date_is_none(cell: str) -> None:
    assert read([cell]).days == [None]


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        ("2024-03-05 14:05:59", time(14, 5, 59)),
        ("2024-03-05T14:05:59", time(14, 5, 59)),
        ("2024/3/5 9:05", time(9, 5)),
        ("2024/12/03  14:06:", time(14, 6)),
        ("2024年3月5日14:05", time(14, 5)),
        ("2024/3/5 下午 3:20:00", time(15, 20)),
        ("2024-03-05 10:07 PM", time(22, 7)),
        ("2024-03-05 12:07 AM", time(0, 7)),
        ("45356.5", time(12, 0)),
        ("2024-03-05 14:05:59.123", time(14, 5, 59)),
    ],
)
def test_a_time_of_day_is_local_and_kept_in_utc(cell: str, clock: time) -> None:
    (at,) = instants(read([cell]))
    assert at is not None
    assert at.tzinfo is UTC
    assert at.astimezone(SHANGHAI).time() == clock


def test_a_distance_from_utc_in_the_cell_is_believed() -> None:
    dates = read(["2024-03-05 23:30:00 +0000", "2024-03-05T23:30:00Z", "2024-03-05 18:30:00 -05:00"])
    assert instants(dates) == [datetime(2024, 3, 5, 23, 30, tzinfo=UTC)] * 3
    assert dates.days == [date(2024, 3, 6)] * 3


def test_times_in_a_column_of_their_own_are_joined() -> None:
    dates = read(["2024-03-05"] * 4, times=["10:30", "0.4375", "2024-03-05 10:30:00", ""])
    assert instants(dates) == [datetime(2024, 3, 5, 2, 30, tzinfo=UTC)] * 3 + [None]
    assert dates.is_bad_time is None


def test_a_time_that_cannot_be_read_is_told() -> None:
    dates = read(["2024-03-05 25:00", "2024-03-05 9:00", "2024-03-05 -"])
    assert dates.is_bad_time == [True, False, False]


@pytest.mark.parametrize("cells", [["2024-03-05 00:00:00", "2024-03-06 00:00:00"], ["2024-03-05"], ["2024/3/5 0:00"]])
def test_midnight_throughout_is_no_time_of_day(cells: list[str]) -> None:
    assert set(read(cells).ats) == {None}


def test_two_digit_years_lie_in_the_past() -> None:
    assert read_days(Column(Path("x"), "生日", ["3/13/85", "3/13/24"], LATEST)) == [
        date(1985, 3, 13),
        date(2024, 3, 13),
    ]


MOMENTS = st.builds(
    datetime.combine, st.dates(date(2000, 1, 1), date(2026, 1, 1)), st.times().map(lambda t: t.replace(microsecond=0))
)


@given(st.lists(MOMENTS, min_size=1, max_size=20), st.sampled_from([SHANGHAI, NEW_YORK]))
def test_the_quick_way_and_the_general_way_agree_with_the_clock(moments: list[datetime], zone: ZoneInfo) -> None:
    cells = [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in moments]
    slashed = [cell.replace("-", "/") for cell in cells]
    has_time = any(moment.time() != time() for moment in moments)
    expected = [to_instant(moment, zone) if has_time else None for moment in moments]
    assert instants(read(cells, zone=zone)) == instants(read(slashed, zone=zone)) == expected
    assert read(cells, zone=zone).days == [moment.date() for moment in moments]


@given(
    st.integers(1, 12), st.integers(13, 28), st.lists(MOMENTS, min_size=1), st.sampled_from(["%m/%d/%Y", "%d/%m/%Y"])
)
def test_one_telling_date_decides_for_all(month: int, day: int, moments: list[datetime], form: str) -> None:
    days = [date(2024, month, day), *(moment.date() for moment in moments)]
    assert read([f"{each:{form}}" for each in days]).days == days


def test_days_on_which_the_clocks_change_are_read_by_the_clock() -> None:
    change = datetime.combine(date(2024, 3, 10), time())
    moments = [change + timedelta(hours=hours) for hours in (1, 3, 12, 36)]
    cells = [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in moments]
    assert instants(read(cells, zone=NEW_YORK)) == [to_instant(moment, NEW_YORK) for moment in moments]
