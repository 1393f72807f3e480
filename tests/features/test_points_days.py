"""Points in six time zones: their days begin and end at midnight in the shop, whatever the clocks do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from zoneinfo import ZoneInfo

import pytest

from shop import Shop, open_shop
from shopcrm.core.book import Book, open_book
from shopcrm.core.errors import EntryBeforeLast, InsufficientPoints, PendingPoints
from shopcrm.features.points import accrual, counter, expiry, grants, reversals, transfers
from shopcrm.features.points.statement import Statement, statement

SINCE = "2020-01-01"
SECOND = timedelta(seconds=1)

# The last second of a shop's day, as all the world calls it: the day before each change of the clocks in 2026 and the
# day of the change, 23 or 25 hours long; where clocks never change, the days on which they do elsewhere.
LAST_SECONDS = [
    ("America/New_York", "2026-03-07", "2026-03-08T04:59:59Z"),
    ("America/New_York", "2026-03-08", "2026-03-09T03:59:59Z"),
    ("America/New_York", "2026-10-31", "2026-11-01T03:59:59Z"),
    ("America/New_York", "2026-11-01", "2026-11-02T04:59:59Z"),
    ("Europe/Berlin", "2026-03-28", "2026-03-28T22:59:59Z"),
    ("Europe/Berlin", "2026-03-29", "2026-03-29T21:59:59Z"),
    ("Europe/Berlin", "2026-10-24", "2026-10-24T21:59:59Z"),
    ("Europe/Berlin", "2026-10-25", "2026-10-25T22:59:59Z"),
    ("Pacific/Auckland", "2026-04-04", "2026-04-04T10:59:59Z"),
    ("Pacific/Auckland", "2026-04-05", "2026-04-05T11:59:59Z"),
    ("Pacific/Auckland", "2026-09-26", "2026-09-26T11:59:59Z"),
    ("Pacific/Auckland", "2026-09-27", "2026-09-27T10:59:59Z"),
    ("Asia/Shanghai", "2026-03-29", "2026-03-29T15:59:59Z"),
    ("Asia/Shanghai", "2026-10-25", "2026-10-25T15:59:59Z"),
    ("Asia/Kolkata", "2026-03-08", "2026-03-08T18:29:59Z"),
    ("Asia/Kolkata", "2026-11-01", "2026-11-01T18:29:59Z"),
    ("Pacific/Honolulu", "2026-03-08", "2026-03-09T09:59:59Z"),
    ("Pacific/Honolulu", "2026-11-01", "2026-11-02T09:59:59Z"),
]

every_last_second = pytest.mark.parametrize(("zone", "day", "instant"), LAST_SECONDS)


@contextmanager
def counter_at(shop: Shop, now: datetime) -> Iterator[Book]:
    """The book as a command opens it at an instant: nobody says what day it is."""
    with open_book(shop.path, write=True, by="test", command="test", now=now) as book:
        yield book


def seen(shop: Shop, now: datetime, who: str) -> Statement:
    with open_book(shop.path, now=now) as book:
        return statement(book, who)


def redeem(shop: Shop, now: datetime, who: str, points: int) -> int:
    with counter_at(shop, now) as book:
        return counter.redeem(book, who, points=points, receipt=f"{who}-{now:%H%M%S}").balance_points


@cache
def shop_in(zone: str, expiry: str = "30 days") -> Shop:
    """A shop in that zone whose points are pending for a week; each test brings a customer of its own."""
    shop = open_shop(Path(mkdtemp(prefix="shopcrm-")), timezone=zone)
    shop.set("points.expiry", expiry, as_of=SINCE)
    shop.set("points.pending_days", "7", as_of=SINCE)
    return shop


def days_before(day: str, days: int) -> str:
    return str(date.fromisoformat(day) - timedelta(days))


@every_last_second
def test_a_lot_is_spendable_in_the_last_second_of_its_last_day_and_not_a_second_later(
    zone: str, day: str, instant: str
) -> None:
    shop, last, ana = shop_in(zone), datetime.fromisoformat(instant), f"Ana {day}"
    assert f"{last.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}" == f"{day} 23:59:59"
    shop.customer(ana).bought("100", on=days_before(day, 30))
    with counter_at(shop, last) as book:
        accrual.accrue(book)
        expiry.expire(book)

    assert redeem(shop, last, ana, 40) == 60
    assert seen(shop, last, ana).spendable_points == 60
    with pytest.raises(InsufficientPoints):
        redeem(shop, last + SECOND, ana, 1)
    assert seen(shop, last + SECOND, ana).balance_points == 0, "before the sweep as after it"
    with counter_at(shop, last + SECOND) as book:
        expiry.expire(book)
    ended = seen(shop, last + SECOND, ana).items[-1]
    assert (ended.kind, str(ended.on), ended.points, ended.balance) == ("expire", days_before(day, -1), -60, 0)
    assert shop.check().items


@every_last_second
def test_pending_points_are_refused_through_the_last_second_and_spendable_a_second_later(
    zone: str, day: str, instant: str
) -> None:
    shop, last, bo = shop_in(zone), datetime.fromisoformat(instant), f"Bo {day}"
    shop.customer(bo).bought("100", on=days_before(day, 6))
    with counter_at(shop, last) as book:
        accrual.accrue(book)

    with pytest.raises(PendingPoints) as refused:
        redeem(shop, last, bo, 1)
    assert str(refused.value.details["frees_on"]) == days_before(day, -1)
    assert (seen(shop, last, bo).pending_points, seen(shop, last, bo).spendable_points) == (100, 0)
    assert redeem(shop, last + SECOND, bo, 100) == 0


@every_last_second
def test_a_grant_a_day_is_given_once_before_midnight_and_once_after(zone: str, day: str, instant: str) -> None:
    shop, last, cai = shop_in(zone), datetime.fromisoformat(instant), f"Cai {day}"
    shop.customer(cai)
    given = []
    for now in (last - timedelta(hours=20), last, last + SECOND, last + timedelta(hours=20)):
        with counter_at(shop, now) as book:
            given.append((grants.grant(book, cai, "signin").is_repeat, str(book.as_of)))

    next_day = days_before(day, -1)
    assert given == [(False, day), (True, day), (False, next_day), (True, next_day)]


@pytest.mark.parametrize(
    ("rule", "earned_on", "last_day"),
    [
        ("1 month", "2026-01-31", "2026-02-28"),
        ("1 month", "2026-02-01", "2026-03-01"),
        ("1 month", "2028-01-31", "2028-02-29"),
        ("1 month", "2028-02-29", "2028-03-29"),
        ("12 months", "2028-02-29", "2029-02-28"),
        ("48 months", "2028-02-29", "2032-02-29"),
        ("end of month + 0", "2026-04-30", "2026-04-30"),
        ("end of month + 1", "2026-01-31", "2026-02-28"),
        ("end of month + 1", "2028-01-01", "2028-02-29"),
        ("end of year + 0", "2026-12-31", "2026-12-31"),
        ("end of year + 1", "2027-01-01", "2028-12-31"),
        ("1 day", "2026-12-31", "2027-01-01"),
        ("366 days", "2028-02-29", "2029-03-01"),
    ],
)
def test_points_of_the_last_second_of_a_day_last_as_the_rules_count_from_that_day(
    rule: str, earned_on: str, last_day: str
) -> None:
    zone, ana = ("America/New_York", "Pacific/Auckland")[len(rule) % 2], f"Ana {earned_on}"  # before UTC, and after
    shop = shop_in(zone, rule)
    shop.customer(ana)

    with counter_at(shop, last_second(earned_on, zone)) as book:
        assert str(grants.grant(book, ana, "review").expires_on) == last_day

    assert redeem(shop, last_second(last_day, zone), ana, 7) == 13
    with pytest.raises(InsufficientPoints):
        redeem(shop, last_second(last_day, zone) + SECOND, ana, 1)


def last_second(day: str, zone: str) -> datetime:
    return datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("back_on", ["2036-06-30", "2036-07-02"])
def test_a_redemption_dated_by_mistake_and_taken_back_locks_nobody_out(shop: Shop, back_on: str) -> None:
    """A mistyped year: the customer can spend again once the entry is taken back, on whatever day that is dated."""
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-01-05")
    shop.accrue("2026-06-30")
    mistyped = ana.redeemed(60, "R-9", on="2036-06-30").entry
    with pytest.raises(EntryBeforeLast) as refusal:
        ana.redeemed(60, "R-9", on="2026-06-30")
    assert refusal.value.details["last_on"] == date(2036, 6, 30)
    with shop.writing(back_on) as book:
        reversals.reverse(book, mistyped, reason="wrong year")

    ana.redeemed(60, "R-9", on="2026-06-30")

    assert [ana.statement(day).balance_points for day in ("2026-06-30", "2036-07-02")] == [40, 40]
    shop.check()


def test_an_entry_that_was_taken_back_in_part_is_still_the_last(shop: Shop) -> None:
    """Half of its receipt came back: the other half was spent on that day."""
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-01-05")
    shop.accrue("2026-06-30")
    ana.redeemed(60, "R-9", on="2026-07-10")
    ana.bought("50.00", on="2026-07-10", number="R-9")
    shop.take_in([shop.receipt("-25.00", "2026-07-10", name="Ana", of="R-9")])
    shop.accrue("2026-07-10")

    with pytest.raises(EntryBeforeLast):
        ana.redeemed(10, "R-10", on="2026-06-30")


def test_a_transfer_to_one_who_was_locked_by_a_mistake_can_be_taken_back(shop: Shop) -> None:
    ana, bo = shop.customer("Ana"), shop.customer("Bo")
    ana.bought("100.00", on="2026-01-05")
    shop.accrue("2026-06-30")
    with shop.writing("2026-06-30") as book:
        given = transfers.transfer(book, ana.code, bo.code, points=80).entry
    mistyped = bo.redeemed(60, "R-9", on="2036-06-30").entry
    with shop.writing("2036-06-30") as book:
        reversals.reverse(book, mistyped, reason="wrong year")

    with shop.writing("2026-06-30") as book:
        reversals.reverse(book, given, reason="wrong customer")

    assert (ana.statement().balance_points, bo.statement().balance_points) == (100, 0)
    shop.check()
