"""Segments: everyone is in exactly one, equal customers in the same, and a day's snapshot can be asked for again."""

from datetime import date

import pytest

from shop import Shop
from shopcrm.core.errors import NotRefreshed, SettingRefused
from shopcrm.features import segments
from shopcrm.features.segments import SegmentRow


def listed(shop: Shop, as_of: str | None = None) -> dict[str | None, SegmentRow]:
    with shop.reading(as_of) as book:
        return {row.name: row for row in segments.list_all(book).items}


def test_every_customer_has_exactly_one_segment(boutique: Shop) -> None:
    for number in range(1, 13):
        person = boutique.customer(f"P{number}")
        for visit in range(number):
            person.bought(f"{number * 37}.00", on=f"2026-0{1 + visit % 6}-{10 + visit}")
    boutique.customer("Nobody yet")

    refreshed = boutique.refresh_segments()

    assert refreshed.customers == sum(refreshed.customers_by_segment.values()) == 13
    assert boutique.rows("SELECT count(*), count(DISTINCT customer_id) FROM segment_snapshot") == [(13, 13)]
    assert listed(boutique)["Nobody yet"].segment == "never bought"


@pytest.mark.parametrize(
    ("days", "amount", "segment"),
    [
        (["2026-06-30"] * 9, "2000.00", "potential"),  # nine receipts of one day are one visit
        (["2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "2026-05-31"], "1000.01", "vip"),
        (["2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "2026-05-30"], "1000.01", "active"),
        (["2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "2026-05-31"], "1000.00", "active"),
        (["2026-02-01", "2026-03-01", "2026-04-01"], "10.00", "active"),
        (["2026-04-01"], "10.00", "potential"),
        (["2026-03-31"], "10.00", "slipping"),
        (["2025-12-30"], "10.00", "slipping"),
        (["2025-10-01", "2025-11-01", "2025-12-29"], "10.00", "lapsed regular"),
        (["2025-11-01", "2025-12-29"], "10.00", "dormant"),
    ],
)
def test_the_classes_of_an_apparel_shop(boutique: Shop, days: list[str], amount: str, segment: str) -> None:
    fang = boutique.customer("Fang")
    boutique.take_in([boutique.receipt(amount, day, name="Fang") for day in days])

    boutique.refresh_segments()

    row = listed(boutique)["Fang"]
    assert row.segment == segment
    assert (row.customer, row.frequency) == (fang.code, len(set(days)))
    assert row.recency_days == (date(2026, 6, 30) - date.fromisoformat(days[-1])).days


def test_who_has_only_given_things_back_never_bought(boutique: Shop) -> None:
    boutique.customer("Na").bought("10.00", on="2026-01-05")
    boutique.customer("Fang").returned("50.00", on="2026-01-05")

    boutique.refresh_segments()

    row = listed(boutique)["Fang"]
    assert (row.segment, row.r, row.f, row.m, row.recency_days, row.frequency) == ("never bought", *[None] * 4, 0)
    assert row.monetary_minor == -5000


def test_customers_who_are_equal_score_equal(shop: Shop) -> None:
    names = [f"P{number}" for number in range(8)]
    for name in names:
        shop.customer(name)
    shop.take_in([shop.receipt("10.00", "2026-06-01", name=name) for name in names])

    shop.refresh_segments()

    assert len({(row.r, row.f, row.m, row.segment) for row in listed(shop).values()}) == 1


def test_a_second_refresh_of_a_day_is_a_repeat_and_changes_nothing(boutique: Shop) -> None:
    boutique.customer("Fang").bought("10.00", on="2026-01-05")
    first = boutique.refresh_segments()
    dump = boutique.dump()

    again = boutique.refresh_segments()

    assert (first.is_repeat, again.is_repeat) == (False, True)
    assert again.customers_by_segment == first.customers_by_segment
    assert boutique.dump() == dump
    assert boutique.rows("SELECT count(*) FROM audit WHERE change LIKE 'segments%'") == [(1,)]


def test_a_refresh_after_new_sales_replaces_the_days_snapshot(boutique: Shop) -> None:
    fang = boutique.customer("Fang")
    boutique.refresh_segments()
    fang.bought("10.00", on="2026-06-30")

    assert not boutique.refresh_segments().is_repeat
    assert listed(boutique)["Fang"].segment == "potential"


def test_a_month_keeps_its_last_snapshot(boutique: Shop) -> None:
    boutique.customer("Fang").bought("10.00", on="2026-01-05")

    for day in ("2026-01-10", "2026-01-31", "2026-02-01", "2026-02-15", "2026-03-01"):
        boutique.refresh_segments(as_of=day)

    kept = boutique.rows('SELECT "on" FROM segment_refresh ORDER BY 1')
    assert kept == [("2026-01-31",), ("2026-02-15",), ("2026-03-01",)]
    assert boutique.rows('SELECT DISTINCT "on" FROM segment_snapshot ORDER BY 1') == kept


def test_a_list_is_the_latest_up_to_its_day(boutique: Shop) -> None:
    boutique.customer("Fang").bought("10.00", on="2026-01-05")
    boutique.refresh_segments(as_of="2026-01-31")
    boutique.refresh_segments(as_of="2026-05-31")

    assert listed(boutique, "2026-05-30")["Fang"].segment == "potential"
    assert listed(boutique)["Fang"].segment == "slipping"
    with pytest.raises(NotRefreshed):
        listed(boutique, "2026-01-30")


def test_a_refresh_as_of_a_day_leaves_out_what_came_after(boutique: Shop) -> None:
    fang = boutique.customer("Fang")
    fang.bought("10.00", on="2026-01-05")
    boutique.refresh_segments(as_of="2026-01-31")
    dump = [line for line in boutique.dump() if '"segment_' in line]
    fang.bought("9999.00", on="2026-02-01")

    assert boutique.refresh_segments(as_of="2026-01-31").is_repeat
    assert [line for line in boutique.dump() if '"segment_' in line] == dump


def test_cuts_of_the_settings_are_used_and_shown(shop: Shop) -> None:
    for key, cuts in (
        ("recency_days", "30, 60, 90, 180"),
        ("frequency", "1, 2, 4, 8"),
        ("monetary", "200, 500.50, 1000, 3000"),
    ):
        shop.set(f"rfm.{key}", cuts, as_of="2025-01-01")
    fang, na = shop.customer("Fang"), shop.customer("Na")
    fang.bought("500.50", on="2026-05-31")  # thirty days, one visit, on the cut: the lower bin of each
    na.bought("500.51", on="2026-05-30")

    shop.refresh_segments()

    rows = listed(shop)
    assert (rows["Fang"].r, rows["Fang"].f, rows["Fang"].m) == (5, 1, 2)
    assert (rows["Na"].r, rows["Na"].f, rows["Na"].m) == (4, 1, 3)
    with shop.reading() as book:
        thresholds = segments.list_all(book).thresholds
    assert thresholds["recency_days"] == [30, 60, 90, 180]
    assert thresholds["monetary_minor"] == [20000, 50050, 100000, 300000]


def test_nobodys_class_moves_because_others_bought_where_cuts_are_given(shop: Shop) -> None:
    for key, cuts in (
        ("recency_days", "30, 60, 90, 180"),
        ("frequency", "1, 2, 4, 8"),
        ("monetary", "200, 500, 1000, 3000"),
    ):
        shop.set(f"rfm.{key}", cuts, as_of="2025-01-01")
    shop.customer("Fang").bought("600.00", on="2026-05-01")
    shop.refresh_segments()
    before = listed(shop)["Fang"]
    shop.take_in([shop.receipt(f"{n}000.00", "2026-06-29", name=f"P{n}") for n in range(1, 9)])

    shop.refresh_segments()

    assert listed(shop)["Fang"] == before


def test_the_list_begins_with_the_best_and_ends_at_its_limit(boutique: Shop) -> None:
    for name, amount in (("Ana", "10.00"), ("Bo", "30.00"), ("Cai", "20.00")):
        boutique.customer(name).bought(amount, on="2026-06-01")
    boutique.refresh_segments()

    with boutique.reading() as book:
        names = [row.name for row in segments.list_all(book, limit=2).items]

    assert names == ["Bo", "Cai"]


def test_a_segment_that_nobody_could_be_in_is_refused(boutique: Shop) -> None:
    with pytest.raises(SettingRefused, match="active"):
        boutique.set("segments.order", "vip, potential, active, slipping, lapsed regular, dormant")


def test_segments_that_leave_somebody_out_are_refused(boutique: Shop) -> None:
    with pytest.raises(SettingRefused, match="last segment"):
        boutique.set("segments.order", "vip, active")
