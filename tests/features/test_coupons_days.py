"""Coupons in six time zones: their days begin and end at midnight in the shop, whatever the clocks do."""

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from sqlalchemy import update

from features.offers_by_hand import an_offer, coupon_for, expire, stands
from features.test_points_days import SECOND, counter_at, days_before, every_last_second, last_second
from shop import Shop, open_shop
from shopcrm.core.book import open_book
from shopcrm.core.errors import CouponExpired, CouponNotYet, NotInBirthdayMonth
from shopcrm.core.schema.people import customer
from shopcrm.features import customers
from shopcrm.features.coupons import checking, expiring, issuing, redeeming


@cache
def shop_in(zone: str) -> Shop:
    """A shop in that zone, with offers for bearers and for birthdays."""
    shop = open_shop(Path(mkdtemp(prefix="shopcrm-")), timezone=zone)
    since: dict[str, Any] = {"on": "2020-01-01", "is_bearer": True}
    an_offer(shop, "WEEK", valid_days=7, **since)
    an_offer(shop, "TODAY", valid_days=0, **since)
    an_offer(shop, "TOMORROW", start_after_days=1, **since)
    an_offer(shop, "BORN", is_birthday_month=True, on="2020-01-01")
    return shop


def given(shop: Shop, offer: str, now: datetime) -> issuing.IssuedCoupon:
    """A coupon of an offer, given out at an instant: nobody says what day it is."""
    with counter_at(shop, now) as book:
        return issuing.issue(book, issuing.Asked(offer, bearer=1)).items[0]


def is_good(shop: Shop, code: str, now: datetime) -> bool:
    with open_book(shop.path, now=now) as book:
        return checking.check(book, checking.Asked([code], "100"))[0].valid


def redeem(shop: Shop, code: str, now: datetime) -> date:
    with counter_at(shop, now) as book:
        return redeeming.redeem(book, checking.Asked([code], "100", receipt=f"{code}-{now:%H%M%S}")).on


@every_last_second
def test_a_coupon_is_good_through_the_last_second_of_its_last_day(zone: str, day: str, instant: str) -> None:
    shop, last = shop_in(zone), datetime.fromisoformat(instant)
    one, other = (coupon_for(shop, "WEEK", as_of=days_before(day, 7)) for _ in range(2))

    assert is_good(shop, one, last)
    assert not is_good(shop, one, last + SECOND)
    with pytest.raises(CouponExpired, match=f"good until {day}, through the end of that day"):
        redeem(shop, one, last + SECOND)
    with counter_at(shop, last) as book:
        expiring.expire(book)
    assert redeem(shop, one, last) == date.fromisoformat(day)
    with counter_at(shop, last + SECOND) as book:
        ended = {each.code for each in expiring.expire(book).items}
    assert other in ended
    assert one not in ended
    events = shop.rows(f"SELECT \"on\" FROM coupon_event WHERE key LIKE 'expire:{other.replace('-', '')}%'")  # noqa: S608
    assert events == [(days_before(day, -1),)]


@every_last_second
def test_a_coupon_begins_with_the_first_second_of_its_first_day(zone: str, day: str, instant: str) -> None:
    shop, last = shop_in(zone), datetime.fromisoformat(instant)
    coupon = given(shop, "TOMORROW", last)

    assert (str(coupon.starts_on), coupon.expires_on) == (days_before(day, -1), None)
    assert not is_good(shop, coupon.code, last)
    with pytest.raises(CouponNotYet, match=f"is good from {coupon.starts_on} on; today is {day}"):
        redeem(shop, coupon.code, last)
    assert redeem(shop, coupon.code, last + SECOND) == coupon.starts_on


@every_last_second
def test_a_coupon_of_no_days_is_good_on_the_day_of_its_issue_alone(zone: str, day: str, instant: str) -> None:
    shop, last = shop_in(zone), datetime.fromisoformat(instant)
    coupon = given(shop, "TODAY", last - timedelta(hours=20))

    assert str(coupon.starts_on) == str(coupon.expires_on) == day
    assert [is_good(shop, coupon.code, now) for now in (last - timedelta(hours=20), last, last + SECOND)] == [
        True, True, False
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("born", "zone", "first_day", "last_day"),
    [
        ((5, 31, False), "America/New_York", "2026-05-01", "2026-05-31"),
        ((2, 29, False), "Pacific/Auckland", "2027-02-01", "2027-02-28"),
        ((2, 29, False), "Asia/Kolkata", "2028-02-01", "2028-02-29"),
        ((8, 15, True), "Asia/Shanghai", "2026-09-01", "2026-09-30"),
        ((2, 30, True), "Asia/Shanghai", "2026-04-01", "2026-04-30"),  # a month of 29 days this year
        ((7, 7, True), "Asia/Shanghai", "2025-08-01", "2025-08-31"),  # a year with a leap sixth month
    ],
)
def test_a_birthday_coupon_is_good_in_the_month_of_the_birthday(
    born: tuple[int, int, bool], zone: str, first_day: str, last_day: str
) -> None:
    shop, name = shop_in(zone), f"Ana {born} {first_day}"
    with shop.writing() as book:
        customers.add(book, name=name)
        wanted = update(customer).where(customer.c.name == name)
        month, day, is_lunar = born
        book.connection.execute(wanted.values(birth_month=month, birth_day=day, is_birthday_lunar=is_lunar))
    coupon = coupon_for(shop, "BORN", name, as_of=days_before(first_day, 60))

    before = last_second(days_before(first_day, 1), zone)
    assert not is_good(shop, coupon, before)
    assert is_good(shop, coupon, before + SECOND)
    assert is_good(shop, coupon, last_second(last_day, zone))
    with pytest.raises(NotInBirthdayMonth, match=first_day[:7]):
        redeem(shop, coupon, last_second(last_day, zone) + SECOND)


def test_a_birthday_coupon_of_whom_nobody_knows_when_born_is_good_in_no_month() -> None:
    shop = shop_in("Asia/Shanghai")
    shop.customer("Bo")
    coupon = coupon_for(shop, "BORN", "Bo", as_of="2026-01-01")
    with pytest.raises(NotInBirthdayMonth, match="not known"):
        redeem(shop, coupon, last_second("2026-05-05", "Asia/Shanghai"))


def test_the_last_day_is_the_offers_own_where_that_is_sooner(shop: Shop) -> None:
    an_offer(shop, is_bearer=True, first_on=date(2026, 7, 5), last_on=date(2026, 7, 20), valid_days=30)
    coupon = coupon_for(shop, "TEN")
    assert stands(shop, coupon) == ("issued", "2026-07-20")
    assert expire(shop, "2026-07-20") == 0
    assert expire(shop, "2026-07-21") == 1
