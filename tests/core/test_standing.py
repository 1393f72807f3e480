"""When a tier is reached: by net spend, at the end of a day, under the thresholds of that day, and for good."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from shop import Shop
from shopcrm.core.book import Book
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.points import points_entry
from shopcrm.core.schema.sales import batch, sale
from shopcrm.core.schema.standing import tier_change
from shopcrm.core.standing import rises_by_customer, tier_before, tier_rises
from soak import IS_SOAK


def rises(shop: Shop, as_of: str | None = None) -> list[tuple[str, int]]:
    """(day, step) of every rise of the one customer."""
    with shop.reading(as_of) as book:
        return [(str(rise.on), rise.step) for rise in tier_rises(book)]


@pytest.mark.parametrize(
    ("spend", "step"),
    [("999.99", 0), ("1000.00", 1), ("1000.01", 1), ("2999.99", 1), ("3000.00", 2), ("7999.99", 2), ("8000.00", 3),
     ("99999.00", 3)],
)  # fmt: skip
def test_a_tier_is_reached_from_its_threshold_on(boutique: Shop, spend: str, step: int) -> None:
    boutique.customer("Ana").bought(spend, on="2026-01-05")
    assert rises(boutique) == ([("2026-01-05", step)] if step else [])


def test_every_sale_of_a_day_counts_at_its_end(boutique: Shop) -> None:
    ana = boutique.customer("Ana")
    for amount in ("400.00", "599.99", "0.01"):
        ana.bought(amount, on="2026-01-05")
    assert rises(boutique) == [("2026-01-05", 1)]
    assert rises(boutique, "2026-01-04") == []


def test_spend_adds_up_over_the_days(boutique: Shop) -> None:
    ana = boutique.customer("Ana")
    for month, amount in ((1, "999.99"), (2, "0.01"), (3, "1999.99"), (4, "0.01"), (5, "5000.00")):
        ana.bought(amount, on=f"2026-0{month}-01")
    assert rises(boutique) == [("2026-02-01", 1), ("2026-04-01", 2), ("2026-05-01", 3)]
    assert rises(boutique, "2026-04-30") == [("2026-02-01", 1), ("2026-04-01", 2)]


def test_a_jump_over_a_tier_is_one_rise(boutique: Shop) -> None:
    ana = boutique.customer("Ana")
    ana.bought("500", on="2026-01-01")
    ana.bought("7500", on="2026-01-02")
    with boutique.reading() as book:
        (rise,) = tier_rises(book)
    assert (rise.customer_id, rise.on, rise.step, rise.spend_minor) == (1, date(2026, 1, 2), 3, 800000)


def test_a_refund_of_the_same_day_keeps_the_tier_from_being_reached(boutique: Shop) -> None:
    ana = boutique.customer("Ana")
    receipt = ana.bought("1000", on="2026-01-05")
    ana.returned("0.01", on="2026-01-05", of=receipt)
    assert rises(boutique) == []


def test_a_later_refund_takes_no_tier_away_but_its_money_counts_no_more(boutique: Shop) -> None:
    ana = boutique.customer("Ana")
    receipt = ana.bought("1500", on="2026-01-05")
    ana.returned("1500", on="2026-01-06", of=receipt)
    assert rises(boutique) == [("2026-01-05", 1)]
    ana.bought("2999.99", on="2026-02-01")
    assert rises(boutique) == [("2026-01-05", 1)]
    ana.bought("0.01", on="2026-02-02")
    assert rises(boutique) == [("2026-01-05", 1), ("2026-02-02", 2)]


def test_a_walk_in_reaches_nothing(boutique: Shop) -> None:
    boutique.take_in([boutique.receipt("9000", "2026-01-05")])
    assert rises(boutique) == []


def test_each_customer_rises_by_their_own_spend(boutique: Shop) -> None:
    for name, amount in (("Ana", "999.99"), ("Bo", "1000"), ("Cai", "3000")):
        boutique.customer(name).bought(amount, on="2026-01-05")
    with boutique.reading() as book:
        by_customer = rises_by_customer(tier_rises(book))
    assert {of: [rise.step for rise in own] for of, own in by_customer.items()} == {2: [1], 3: [2]}


def test_a_shop_without_tiers_has_no_rises(shop: Shop) -> None:
    shop.customer("Ana").bought("9000", on="2026-01-05")
    assert rises(shop) == []


# --- thresholds that change -------------------------------------------------------------------------------


def test_lower_thresholds_raise_on_their_first_day_who_qualifies_already(boutique: Shop) -> None:
    boutique.customer("Ana").bought("600", on="2026-01-05")
    boutique.set("tiers.silver.from", "600.00", as_of="2026-03-01")
    assert rises(boutique, "2026-02-28") == []
    assert rises(boutique) == [("2026-03-01", 1)]


def test_lower_thresholds_raise_nobody_who_falls_short_of_them_too(boutique: Shop) -> None:
    boutique.customer("Ana").bought("599.99", on="2026-01-05")
    boutique.set("tiers.silver.from", "600.00", as_of="2026-03-01")
    assert rises(boutique) == []


def test_higher_thresholds_hold_for_later_days_only(boutique: Shop) -> None:
    boutique.set("tiers.silver.from", "2000", as_of="2026-03-01")
    for name, on in (("Early", "2026-02-28"), ("Late", "2026-03-01")):
        boutique.customer(name).bought("1500", on=on)
    with boutique.reading() as book:
        assert [(rise.customer_id, str(rise.on)) for rise in tier_rises(book)] == [(1, "2026-02-28")]


def test_a_threshold_set_late_for_an_early_day_counts_from_that_day(boutique: Shop) -> None:
    boutique.customer("Ana").bought("600", on="2026-01-05")
    boutique.set("tiers.silver.from", "700", as_of="2026-03-01")
    boutique.set("tiers.silver.from", "500", as_of="2026-02-01")
    assert rises(boutique) == [("2026-02-01", 1)]


def test_a_sale_on_the_first_day_of_new_thresholds_counts_by_them(boutique: Shop) -> None:
    boutique.set("tiers.silver.from", "600", as_of="2026-03-01")
    boutique.customer("Ana").bought("600", on="2026-03-01")
    assert rises(boutique) == [("2026-03-01", 1)]


def test_the_tier_of_the_evening_before_is_none_before_the_first_rise(boutique: Shop) -> None:
    ana = boutique.customer("Ana")
    ana.bought("1000", on="2026-01-05")
    ana.bought("7000", on="2026-02-05")
    with boutique.reading() as book:
        risen = tier_rises(book)
        days = [date(2026, 1, 5), date(2026, 1, 6), date(2026, 2, 5), date(2026, 2, 6)]
        found = [tier_before(risen, day, book.settings) for day in days]
        assert [tier.name if tier else None for tier in found] == [None, "silver", "silver", "black"]
        assert tier_before([], date(2026, 1, 6), book.settings) is None


# --- the sweep --------------------------------------------------------------------------------------------

DAYS = [date(2026, 1, 1) + timedelta(number) for number in range(12)]
SALES = st.lists(
    st.tuples(st.sampled_from([1, 2]), st.sampled_from(DAYS), st.integers(-150000, 400000)), min_size=1, max_size=12
)


def stock(book: Book, sales: list[tuple[int, date, int]]) -> None:
    """Writes these facts: (customer, day, minor units)."""
    book.insert_many(customer, ("id", "code"), [(1, "C-0001"), (2, "C-0002")])
    sheet_columns = ("sheet", "tab", "sha256", "profile", "kind", "mapping", "on", "imported_at", "by", "rows", "added",
               "updated", "unchanged", "skipped", "rejects")  # fmt: skip
    values = ("s", "", "", "", "sales", "{}", "2026-01-01", "2026-01-01 00:00:00.000000", "", 0, 0, 0, 0, 0, 0)
    book.insert_many(batch, sheet_columns, [values])
    rows = [
        ("", "main", on.isoformat(), f"R-{number}", "sale" if minor >= 0 else "refund", of, minor, 1, 1)
        for number, (of, on, minor) in enumerate(sales)
    ]
    columns = ("source", "store", "on", "receipt", "kind", "customer_id", "net_minor", "revision", "batch_id")
    book.insert_many(sale, columns, rows)


def expected(sales: list[tuple[int, date, int]]) -> list[tuple[int, date, int, int]]:
    """The rule in so many words: at the end of each day, the highest tier whose threshold the net spend reaches."""
    found = []
    for of in (1, 2):
        step = spend = 0
        for day in DAYS:
            spend += sum(minor for who, on, minor in sales if (who, on) == (of, day))
            reached = sum(spend >= threshold for threshold in (100000, 300000, 800000))
            if reached > step:
                step = reached
                found.append((of, day, step, spend))
    return found


@pytest.mark.soak
@settings(
    max_examples=200 if IS_SOAK else 20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sales=SALES)
def test_rises_follow_the_rule_whatever_was_sold(boutique: Shop, sales: list[tuple[int, date, int]]) -> None:
    with boutique.writing() as book:
        savepoint = book.connection.begin_nested()
        stock(book, sales)
        found = tier_rises(book)
        savepoint.rollback()
    assert [(rise.customer_id, rise.on, rise.step, rise.spend_minor) for rise in found] == expected(sales)


@pytest.mark.soak
@settings(max_examples=40 if IS_SOAK else 5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sales=SALES, nights=st.lists(st.sampled_from(DAYS), max_size=4))
def test_five_nights_give_what_one_night_gives(
    boutique: Shop, sales: list[tuple[int, date, int]], nights: list[date]
) -> None:
    outcomes = []
    for evenings in ([DAYS[-1]], [*sorted(nights), DAYS[-1], DAYS[-1]]):
        with TemporaryDirectory() as folder:
            shop = Shop(Path(shutil.copy(boutique.path, folder)))
            with shop.writing() as book:
                stock(book, sales)
            for evening in evenings:
                shop.assign_tiers(str(evening))
                shop.accrue(str(evening))
            outcomes.append(posted(shop))
    assert outcomes[0] == outcomes[1]
    reached = {(of, day) for of, day, _, _ in expected(sales)}
    assert {(row[0], row[2]) for row in outcomes[0][0]} == reached


def posted(shop: Shop) -> list[list[tuple[object, ...]]]:
    """What the sweeps wrote, without row ids and clock times."""
    with shop.reading() as book:
        tables = [
            select(*(tier_change.c[name] for name in ("customer_id", "tier", "on", "spend_minor"))),
            select(*(points_entry.c[name] for name in ("customer_id", "key", "kind", "points", "on"))),
        ]
        return [sorted(map(tuple, book.connection.execute(rows).all())) for rows in tables]
