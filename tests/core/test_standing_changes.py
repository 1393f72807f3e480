"""Tiers that come, go and change places: each is reached from its own threshold on, and kept."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings

from core.test_standing import DAYS, SALES, rises, stock
from shop import Shop
from shopcrm.core.portions import PORTION
from shopcrm.core.standing import rises_by_customer, standings, tier_rises
from shopcrm.features.settings import set_from
from soak import IS_SOAK


def earned(shop: Shop, name: str) -> dict[str, int]:
    """Points that each sale earned, by its day."""
    shop.accrue()
    return {str(line.on): line.points for line in shop.customer(name).statement().items}


def test_a_sale_is_multiplied_by_the_tier_of_the_evening_before(boutique: Shop) -> None:
    ana = boutique.customer("Ana")
    ana.bought("3000", on="2026-01-05")
    ana.bought("100", on="2026-01-05", number="R-same-day")
    ana.bought("100", on="2026-01-06")
    boutique.accrue()
    assert [line.points for line in ana.statement().items] == [3000, 100, 200]


def test_dropping_the_lowest_tier_makes_nobody_golden(boutique: Shop) -> None:
    ana = boutique.customer("Ana")
    ana.bought("1500", on="2026-01-05")  # silver: earns single points
    boutique.set("tiers.order", "gold, black", as_of="2026-03-01")
    ana.bought("100", on="2026-04-01")
    assert earned(boutique, "Ana")["2026-04-01"] == 100


def test_dropping_the_lowest_tier_leaves_the_golden_golden(boutique: Shop) -> None:
    boutique.set("tiers.black.multiplier", "3", as_of="2026-01-01")
    ana = boutique.customer("Ana")
    ana.bought("3500", on="2026-01-05")
    boutique.set("tiers.order", "gold, black", as_of="2026-03-01")
    ana.bought("100", on="2026-04-01")
    assert earned(boutique, "Ana")["2026-04-01"] == 200


def test_a_new_lowest_tier_takes_nothing_from_the_golden_on_its_first_day(boutique: Shop) -> None:
    ana = boutique.customer("Ana")
    ana.bought("3500", on="2026-01-05")
    boutique.set("tiers.bronze.from", "100", as_of="2026-03-01")
    boutique.set("tiers.order", "bronze, silver, gold, black", as_of="2026-03-01")
    for day in ("2026-02-28", "2026-03-01", "2026-03-02"):
        ana.bought("100", on=day)
    assert [earned(boutique, "Ana")[day] for day in ("2026-02-28", "2026-03-01", "2026-03-02")] == [200, 200, 200]


def change_tiers(shop: Shop, folder: Path, changes: str, as_of: str) -> None:
    """Changes several settings of tiers at once: one by one they would not fit together."""
    (folder / "rules.toml").write_text(f"[tiers]\n{changes}\n")
    with shop.writing(as_of) as book:
        set_from(book, folder / "rules.toml")


CHANGED_PLACES = """
order = ["gold", "silver", "black"]
gold.from = "1000"
silver.from = "3000"
gold.multiplier = "1.5"
silver.multiplier = "3"
"""


def test_where_tiers_change_places_each_is_reached_from_its_own_threshold_on(boutique: Shop, tmp_path: Path) -> None:
    change_tiers(boutique, tmp_path, CHANGED_PLACES, as_of="2026-03-01")
    ana = boutique.customer("Ana")
    ana.bought("1200", on="2026-03-02")
    ana.bought("1800", on="2026-03-03")
    ana.bought("100", on="2026-03-04")
    assert earned(boutique, "Ana") == {"2026-03-02": 1200, "2026-03-03": 2700, "2026-03-04": 300}
    assert rises(boutique) == [("2026-03-02", 1), ("2026-03-03", 2)]


def test_what_was_reached_before_tiers_changed_places_is_kept(boutique: Shop, tmp_path: Path) -> None:
    ana = boutique.customer("Ana")
    ana.bought("1200", on="2026-02-01")  # silver, which becomes the higher of the two
    change_tiers(boutique, tmp_path, CHANGED_PLACES, as_of="2026-03-01")
    ana.bought("100", on="2026-03-02")
    assert earned(boutique, "Ana")["2026-03-02"] == 300
    assert rises(boutique) == [("2026-02-01", 1)]


def test_a_tier_that_takes_the_place_of_one_that_is_gone_is_reached_on_its_first_day(boutique: Shop) -> None:
    boutique.set("tiers.order", "gold", as_of="2026-01-01")
    boutique.customer("Ana").bought("3500", on="2026-01-05")
    boutique.set("tiers.order", "silver", as_of="2026-03-01")
    with boutique.reading() as book:
        assert [(str(rise.on), set(rise.reached)) for rise in tier_rises(book)] == [
            ("2026-01-05", {"gold"}),
            ("2026-03-01", {"silver"}),
        ]


def test_a_tier_that_goes_and_comes_back_is_not_reached_twice(boutique: Shop) -> None:
    boutique.set("tiers.order", "gold", as_of="2026-01-01")
    boutique.customer("Ana").bought("3500", on="2026-01-05")
    for order, as_of in (("silver", "2026-03-01"), ("gold", "2026-04-01")):
        boutique.set("tiers.order", order, as_of=as_of)
    assert [on for on, _ in rises(boutique)] == ["2026-01-05", "2026-03-01"]


CHANGES = [  # of the sixth day, and which tiers multiply, or are above one that does
    ("", {"gold", "black"}),
    ('gold.from = "1200"', {"gold", "black"}),
    ('order = ["gold", "black"]', {"gold", "black"}),
    ('order = ["silver", "black"]', {"gold", "black"}),
    ('order = ["gold", "silver", "black"]\ngold.from = "0.01"', {"gold", "silver", "black"}),
]


@pytest.mark.soak
@pytest.mark.parametrize(("changes", "telling"), CHANGES)
def test_a_sale_stands_where_rises_had_brought_its_customer_by_the_evening_before(
    boutique: Shop, tmp_path: Path, changes: str, telling: set[str]
) -> None:
    change_tiers(boutique, tmp_path, changes, as_of=str(DAYS[6]))

    @settings(max_examples=200 if IS_SOAK else 20, deadline=None)
    @given(sales=SALES)
    @example(sales=[(1, DAYS[0], 300000), (1, DAYS[1], 0)])
    @example(sales=[(1, DAYS[0], 300000), (1, DAYS[1], -200000), (1, DAYS[2], 0)])
    def holds(sales: list[tuple[int, date, int]]) -> None:
        with boutique.writing() as book:
            savepoint = book.connection.begin_nested()
            stock(book, sales)
            risen = rises_by_customer(tier_rises(book))
            found = standings(book, range(PORTION + 1))  # as many as make it look at all
            savepoint.rollback()
        for sale_id, (who, on, _) in enumerate(sales, 1):
            reached = {name for rise in risen.get(who, ()) if rise.on < on for name in rise.reached}
            assert found.of(sale_id) == reached & telling

    holds()
