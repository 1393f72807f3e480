"""What points cost: exact as of any day, swept or not; the months add up; the forecast is cautious."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.postings import posting
from shop import Shop, open_shop
from shopcrm.core import ledger
from shopcrm.features.points import expiry
from shopcrm.features.points.liability import Liability, LiabilityByMonth, liability, liability_by_month
from soak import IS_SOAK


def post(shop: Shop, key: str, points: int, on: str, **details: Any) -> int:
    """An entry of the first customer's, unless `of` says otherwise."""
    with shop.writing(on) as book:
        return ledger.post(book, posting(key, points, on, **details)).entry_id


def stands(shop: Shop, as_of: str | None = None) -> Liability:
    with shop.reading(as_of) as book:
        return liability(book)


def months(shop: Shop, as_of: str | None = None) -> LiabilityByMonth:
    with shop.reading(as_of) as book:
        return liability_by_month(book)


@pytest.fixture
def lived_in(shop: Shop) -> Shop:
    """Two customers; points earned, redeemed and returned, taken back, given by hand, ended and about to end."""
    shop.customer("Ana")
    shop.customer("Bo")
    post(shop, "gone", 100, "2025-11-05", expires_on="2025-12-31")
    post(shop, "ends", 400, "2025-12-05", expires_on="2026-02-28")
    post(shop, "first", -300, "2025-12-20", kind="redeem")
    post(shop, "later", 1000, "2026-03-05", expires_on="2027-03-05")
    post(shop, "ever", 50, "2026-03-05", of=2)
    post(shop, "hand", 20, "2026-03-06", of=2, kind="adjust")
    post(shop, "given", -30, "2026-04-01", kind="donate")
    spent = post(shop, "spent", -200, "2026-04-02")
    post(shop, "back", 50, "2026-04-20", kind="reverse", reverses_id=spent)
    post(shop, "refund", -120, "2026-05-02", of=2, kind="reverse")
    post(shop, "waits", 80, "2026-06-29", available_on="2026-07-06", expires_on="2027-06-29")
    return shop


def test_what_is_outstanding_pending_owed_and_worth(lived_in: Shop) -> None:
    found = stands(lived_in)

    # Ana: 1000 - 30 - 200 + 50 of the lot of March, 80 pending; Bo owes 50.
    assert (found.outstanding_points, found.pending_points, found.owed_points) == (850, 80, 50)
    assert (found.value_minor, found.customers) == (850, 1)


def test_this_year_is_counted_from_new_year_on_and_costs_what_was_given_less_what_was_returned(lived_in: Shop) -> None:
    found = stands(lived_in)

    assert (found.earned_points, found.taken_back_points, found.redeemed_points) == (1130, 120, 180)
    # The first lot ended on 1 January: 100 redeemed in December came out of it first, 200 out of the other.
    assert found.expired_points == 200
    assert found.cost_minor == 180
    assert stands(lived_in, "2025-12-31").cost_minor == 300


def test_each_redemption_costs_what_points_were_worth_on_its_day(shop: Shop) -> None:
    shop.customer("Ana")
    shop.set("points.value", "3 points = 0.10", as_of="2026-02-01")
    post(shop, "earned", 1000, "2026-01-01")
    spent = post(shop, "spent", -100, "2026-01-31")
    for number in range(3):
        post(shop, f"more:{number}", -10, "2026-02-01")

    assert stands(shop).cost_minor == 100 + 3 * 33
    post(shop, "back", 100, "2026-03-01", kind="reverse", reverses_id=spent)
    assert stands(shop).cost_minor == 3 * 33


def test_the_forecast_is_what_expired_of_the_lots_that_have_closed_rounded_down(lived_in: Shop) -> None:
    found = stands(lived_in)

    # Closed are the lots of 100 (redeemed) and of 400 (200 redeemed, 200 expired); 900 points have a last day.
    assert found.breakage_rate == Fraction(200, 500)
    assert (found.expected_breakage_points, found.expected_value_minor) == (360, 490)
    assert stands(lived_in, "2026-02-28").breakage_rate == 0, "their last day is not over"
    assert stands(lived_in, "2025-12-19").breakage_rate is None


def test_what_never_ends_is_no_ground_for_a_forecast_and_never_expected_to_expire(shop: Shop) -> None:
    shop.customer("Ana")
    post(shop, "ends", 10, "2026-01-01", expires_on="2026-01-31")
    post(shop, "ever", 500, "2026-01-01")

    found = stands(shop)
    assert (found.breakage_rate, found.expected_breakage_points) == (Fraction(1), 0)


def test_points_taken_back_by_a_refund_are_neither_spent_nor_expired(shop: Shop) -> None:
    shop.customer("Ana")
    post(shop, "earned", 100, "2026-01-01", expires_on="2026-12-31")
    post(shop, "spent", -40, "2026-01-02")
    post(shop, "refund", -60, "2026-01-03", kind="reverse")

    assert stands(shop).breakage_rate == 0


def test_an_empty_book_owes_nothing(shop: Shop) -> None:
    found = months(shop)

    assert (found.outstanding_points, found.value_minor, found.breakage_rate) == (0, 0, None)
    assert [(month.month, month.outstanding_points) for month in found.items] == [("2026-06", 0)]


@pytest.mark.parametrize("is_swept", [False, True])
def test_every_month_is_listed_with_what_moved(lived_in: Shop, is_swept: bool) -> None:
    if is_swept:
        with lived_in.writing() as book:
            expiry.expire(book)

    rows = [tuple(getattr(month, name) for name in month.__slots__) for month in months(lived_in).items]

    assert rows == [
        ("2025-11", 100, 0, 0, 0, 0, 100),
        ("2025-12", 400, 0, 300, 0, 0, 200),
        ("2026-01", 0, 0, 0, 0, 0, 200),
        ("2026-02", 0, 0, 0, 0, 0, 200),
        ("2026-03", 1050, 0, 0, 200, 20, 1070),
        ("2026-04", 0, 0, 180, 0, 0, 890),
        ("2026-05", 0, 120, 0, 0, 0, 770),
        ("2026-06", 80, 0, 0, 0, 0, 850),
    ]


FIRST = date(2026, 1, 20)
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 60), st.sampled_from(["earn", "redeem", "reverse"]), st.integers(1, 40), st.integers(0, 40)
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.soak
@settings(max_examples=60 if IS_SOAK else 5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(events=EVENTS, swept_after=st.sets(st.integers(0, 70), max_size=3))
def test_every_month_ends_as_it_was_answered_on_that_day_and_the_totals_agree(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[int, str, int, int]], swept_after: set[int]
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("shop"))
    shop.customer("Ana")
    for number, (after, kind, points, lasts) in enumerate(sorted(events)):
        day = FIRST + timedelta(after)
        with shop.writing(str(day)) as book:
            spendable = ledger.balance(book, 1).spendable_points
            if kind == "earn":
                ledger.post(book, posting(f"k{number}", points, day, expires_on=str(day + timedelta(lasts))))
            elif kind == "reverse" or spendable:
                taken = points if kind == "reverse" else min(points, spendable)
                ledger.post(book, posting(f"k{number}", -taken, day, kind=kind))
    for after in sorted(swept_after):
        with shop.writing(str(FIRST + timedelta(after))) as book:
            expiry.expire(book)

    found = months(shop)

    last_days = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"]
    ends = [stands(shop, day).outstanding_points for day in last_days][-len(found.items) :]
    assert [month.outstanding_points for month in found.items] == ends
    assert found.items[-1].outstanding_points == found.outstanding_points
    assert sum(month.earned_points for month in found.items) == found.earned_points
    assert sum(month.expired_points for month in found.items) == found.expired_points


def test_the_year_begins_with_its_first_day(shop: Shop) -> None:
    shop.customer("Ana")
    post(shop, "of last year", 7, "2025-12-31")
    post(shop, "of new year's day", 10, "2026-01-01")
    post(shop, "spent", -3, "2026-01-01")

    found = stands(shop, "2026-01-02")

    assert (found.earned_points, found.redeemed_points, found.cost_minor) == (10, 3, 3)


@pytest.mark.parametrize(("on", "pending"), [("2026-07-05", 80), ("2026-07-06", 0)])
def test_what_comes_free_on_the_day_is_not_pending(lived_in: Shop, on: str, pending: int) -> None:
    assert stands(lived_in, on).pending_points == pending


@pytest.mark.parametrize("is_swept", [False, True], ids=["not swept", "swept"])
def test_what_went_back_and_ended_then_was_not_used(shop: Shop, is_swept: bool) -> None:
    shop.customer("Ana")
    post(shop, "some", 100, "2026-01-01", expires_on="2026-01-31")
    post(shop, "untouched", 10, "2026-01-02", expires_on="2026-01-31")
    spent = post(shop, "spent", -60, "2026-01-10")
    post(shop, "back", 20, "2026-01-12", kind="reverse", reverses_id=spent)
    if is_swept:
        with shop.writing("2026-02-01") as book:
            expiry.expire(book)

    assert stands(shop, "2026-02-01").breakage_rate == Fraction(70, 70 + 40)
