"""Whose points end soon: the last day counts, the first comes first, and the worth is what the counter would give."""

from datetime import date

import pytest

from core.postings import posting
from shop import Shop
from shopcrm.core import ledger
from shopcrm.core.clock import Period, parse_period
from shopcrm.core.errors import PeriodUnreadable
from shopcrm.features.points.expiring import ExpiringList, expiring


def brings(shop: Shop, name: str, points: int, until: str | None) -> None:
    """A lot of that customer's, of 1 January."""
    of = int(shop.customer(name).code.removeprefix("C-"))
    number = len(shop.rows("SELECT id FROM points_entry"))
    with shop.writing() as book:
        ledger.post(book, posting(f"lot:{number}", points, "2026-01-01", of=of, expires_on=until))


def soon(shop: Shop, within: str, as_of: str | None = None, limit: int | None = None) -> ExpiringList:
    with shop.reading(as_of) as book:
        return expiring(book, parse_period(within), limit=limit)


@pytest.mark.parametrize(
    ("text", "period"),
    [("30d", Period(30)), ("30", Period(30)), (" 4W ", Period(28)), ("2m", Period(0, 2)), ("0d", Period(0))],
)
def test_a_period_is_days_weeks_or_months(text: str, period: Period) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["", "soon", "-3d", "3y", "1.5m", "d", "99999d", "3 0d", "３日"])
def test_a_period_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(PeriodUnreadable):
        parse_period(text)


@pytest.mark.parametrize(
    ("first", "text", "last"),
    [
        ("2026-01-31", "1m", "2026-02-28"),
        ("2028-01-31", "1m", "2028-02-29"),
        ("2028-02-29", "12m", "2029-02-28"),
        ("2026-01-31", "4w", "2026-02-28"),
        ("2026-12-31", "1d", "2027-01-01"),
    ],
)
def test_the_last_day_of_a_period(first: str, text: str, last: str) -> None:
    assert str(parse_period(text).last_day(date.fromisoformat(first))) == last


@pytest.mark.parametrize(
    ("until", "is_listed"),
    [
        ("2026-06-29", False),  # gone
        ("2026-06-30", True),  # today is its last day
        ("2026-07-30", True),
        ("2026-07-31", False),
        (None, False),
    ],
)
def test_points_are_listed_whose_last_day_is_in_the_period(shop: Shop, until: str | None, is_listed: bool) -> None:
    brings(shop, "Ana", 100, until)

    assert bool(soon(shop, "30d").items) is is_listed


def test_each_customer_is_listed_once_with_the_first_day_and_what_is_left(shop: Shop) -> None:
    shop.customer("Ana", phone="13800138000")
    shop.set("points.value", "100 points = 1.50", as_of="2025-01-01")
    brings(shop, "Bo", 31, "2026-07-20")
    brings(shop, "Ana", 101, "2026-07-10")
    brings(shop, "Ana", 60, "2026-07-05")
    brings(shop, "Ana", 999, "2026-12-31")
    shop.customer("Ana").redeemed(50, "R-1")

    listed = soon(shop, "30d")

    rows = [(row.customer, row.phone, str(row.expires_on), row.points, row.value_minor) for row in listed.items]
    assert rows == [("C-0001", "138****8000", "2026-07-05", 111, 166), ("C-0002", None, "2026-07-20", 31, 46)]
    assert (listed.customers, listed.points, listed.value_minor) == (2, 142, 212)
    assert str(listed.until_on) == "2026-07-30"


def test_the_totals_are_of_all_when_the_list_is_cut(shop: Shop) -> None:
    brings(shop, "Ana", 100, "2026-07-10")
    brings(shop, "Bo", 100, "2026-07-05")

    listed = soon(shop, "30d", limit=1)

    assert [row.customer for row in listed.items] == ["C-0002"]
    assert (listed.customers, listed.points) == (2, 200)


def test_a_day_that_has_passed_is_answered_as_on_that_day(shop: Shop) -> None:
    brings(shop, "Ana", 100, "2026-03-31")
    shop.customer("Ana").redeemed(40, "R-1", on="2026-03-20")

    assert [soon(shop, "30d", day).points for day in ("2026-03-10", "2026-03-20", "2026-04-01")] == [100, 60, 0]


def test_the_first_day_is_that_of_a_lot_with_something_left(shop: Shop) -> None:
    brings(shop, "Ana", 100, "2026-07-05")
    brings(shop, "Ana", 100, "2026-07-10")
    shop.customer("Ana").redeemed(100, "R-1")

    assert [(str(row.expires_on), row.points) for row in soon(shop, "30d").items] == [("2026-07-10", 100)]
