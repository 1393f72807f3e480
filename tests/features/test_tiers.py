"""Tiers: reached by net spend from the threshold on, inclusive, on the day it is reached, and never lost here."""

from datetime import date

import pytest

from shop import Shop
from shopcrm.features import tiers
from shopcrm.features.tiers import TierRow


def tier_of(shop: Shop, name: str, as_of: str | None = None) -> TierRow:
    with shop.reading(as_of) as book:
        return next(row for row in tiers.list_all(book).items if row.name == name)


@pytest.mark.parametrize(
    ("spend", "tier", "to_next"),
    [
        ("0.00", None, 100000),
        ("999.99", None, 1),
        ("1000.00", "silver", 200000),
        ("1000.01", "silver", 199999),
        ("2999.99", "silver", 1),
        ("3000.00", "gold", 500000),
        ("7999.99", "gold", 1),
        ("8000.00", "black", None),
        ("99999.00", "black", None),
    ],
)
def test_a_tier_is_reached_from_its_threshold_on(boutique: Shop, spend: str, tier: str | None, to_next: int) -> None:
    boutique.customer("Fang").bought(spend, on="2026-01-05")

    boutique.assign_tiers()

    row = tier_of(boutique, "Fang")
    assert (row.tier, row.to_next_minor) == (tier, to_next)
    assert row.since_on == (date(2026, 1, 5) if tier else None)
    assert row.next_tier == {None: "silver", "silver": "gold", "gold": "black", "black": None}[tier]


def test_a_tier_dates_from_the_day_it_was_reached_however_late_the_sweep_runs(boutique: Shop) -> None:
    fang = boutique.customer("Fang")
    fang.bought("600.00", on="2026-01-05")
    fang.bought("400.00", on="2026-02-05")
    fang.bought("2000.00", on="2026-03-05")

    assigned = boutique.assign_tiers(as_of="2026-06-30")

    assert assigned.raised == 2
    assert assigned.customers_by_tier == {"silver": 0, "gold": 1, "black": 0}
    assert tier_of(boutique, "Fang").since_on == date(2026, 3, 5)
    assert (tier_of(boutique, "Fang", "2026-02-28").tier, tier_of(boutique, "Fang", "2026-02-04").tier) == (
        "silver",
        None,
    )


def test_a_second_sweep_assigns_nothing(boutique: Shop) -> None:
    boutique.customer("Fang").bought("3000.00", on="2026-01-05")

    assert [boutique.assign_tiers().raised for _night in range(2)] == [2, 0]
    assert boutique.assign_tiers(as_of="2026-07-31").raised == 0


def test_spend_is_net_of_refunds(boutique: Shop) -> None:
    fang = boutique.customer("Fang")
    sold = fang.bought("900.00", on="2026-01-05")
    fang.returned("200.00", on="2026-01-06", of=sold)
    fang.bought("200.00", on="2026-01-07")

    boutique.assign_tiers()

    row = tier_of(boutique, "Fang")
    assert (row.tier, row.spend_minor, row.to_next_minor) == (None, 90000, 10000)


def test_what_is_given_back_on_the_same_day_never_counted(boutique: Shop) -> None:
    fang = boutique.customer("Fang")
    sold = fang.bought("1000.00", on="2026-01-05")
    fang.returned("1000.00", on="2026-01-05", of=sold)

    assert boutique.assign_tiers().raised == 0


def test_a_refund_does_not_take_a_tier_away(boutique: Shop) -> None:
    fang = boutique.customer("Fang")
    sold = fang.bought("1000.00", on="2026-01-05")
    boutique.assign_tiers(as_of="2026-01-05")
    fang.returned("1000.00", on="2026-01-06", of=sold)

    boutique.assign_tiers()

    row = tier_of(boutique, "Fang")
    assert (row.tier, row.spend_minor, row.to_next_minor) == ("silver", 0, 300000)


def test_a_sale_that_comes_late_shows_that_a_tier_was_reached_earlier(boutique: Shop) -> None:
    fang = boutique.customer("Fang")
    fang.bought("1000.00", on="2026-03-05")
    boutique.assign_tiers()

    fang.bought("1000.00", on="2026-01-05")
    boutique.assign_tiers()

    assert tier_of(boutique, "Fang").since_on == date(2026, 1, 5)
    assert boutique.rows('SELECT "on" FROM tier_change ORDER BY id') == [("2026-03-05",), ("2026-01-05",)]


def test_thresholds_hold_from_their_day_on(boutique: Shop) -> None:
    fang, na = boutique.customer("Fang"), boutique.customer("Na")
    fang.bought("500.00", on="2026-01-05")
    na.bought("1000.00", on="2026-01-05")
    boutique.set("tiers.silver.from", "500.00", as_of="2026-02-01")

    boutique.assign_tiers()

    assert (tier_of(boutique, "Fang").tier, tier_of(boutique, "Fang").since_on) == ("silver", date(2026, 2, 1))
    assert tier_of(boutique, "Na").since_on == date(2026, 1, 5)
    assert tier_of(boutique, "Fang", "2026-01-31").tier is None


def test_without_tiers_nobody_has_one(shop: Shop) -> None:
    shop.customer("Fang").bought("99999.00", on="2026-01-05")

    assigned = shop.assign_tiers()

    assert (assigned.raised, assigned.customers_by_tier) == (0, {})
    row = tier_of(shop, "Fang")
    assert (row.tier, row.next_tier, row.to_next_minor, row.spend_minor) == (None, None, None, 9999900)


def test_the_list_names_customers_as_every_list_does(boutique: Shop) -> None:
    boutique.customer("Fang", phone="13800138000")

    row = tier_of(boutique, "Fang")

    assert (row.customer, row.name, row.member_no, row.phone) == ("C-0001", "Fang", "M-Fang", "138****8000")
