"""The rules of the shop: which hold on which day, which fit together, and which can never change."""

from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop import Shop, open_shop
from shopcrm.core.errors import SettingFixed, SettingRefused
from shopcrm.core.points_rules import PointsRules, Value
from shopcrm.core.settings import (
    TEMPLATES,
    SettingsHistory,
    Version,
    checked,
    read_settings,
    read_template,
)

SHOP = {"shop.name": "Lan", "shop.currency": "CNY", "shop.timezone": "Asia/Shanghai", "shop.country": "CN"}
AT = datetime(2026, 6, 30, tzinfo=UTC)


def history(*versions: tuple[str | None, str]) -> SettingsHistory:
    """Versions of the points rate, in the order they were set: the day each takes effect, and the rate."""
    texts: dict[str, Value] = {**read_template("general"), **SHOP}
    rows = []
    for number, (on, rate) in enumerate(versions, 1):
        texts["points.rate"] = rate
        rows.append(Version(number, date.fromisoformat(on) if on else None, texts, AT, "Lan"))
        texts = {}
    return SettingsHistory(rows)


def rates(rules: SettingsHistory, *days: str) -> list[int]:
    return [int(rules.on(date.fromisoformat(day)).points.rate) for day in days]


# --- which rules hold on which day ------------------------------------------------------------------------


def test_what_init_wrote_holds_since_ever() -> None:
    rules = history((None, "1"))
    assert rates(rules, "0001-01-01", "1999-12-31", "2999-12-31") == [1, 1, 1]
    assert rules.first is rules.on(date.min)


def test_a_version_holds_from_its_day_on() -> None:
    rules = history((None, "1"), ("2026-03-01", "2"))
    assert rates(rules, "2026-02-28", "2026-03-01", "2026-03-02") == [1, 2, 2]
    assert [rules.on(date(2026, month, 1)).version_id for month in (2, 3)] == [1, 2]


def test_a_version_set_late_for_an_early_day_does_not_outlast_the_ones_after_it() -> None:
    rules = history((None, "1"), ("2026-03-01", "3"), ("2026-02-01", "2"))
    assert rates(rules, "2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01") == [1, 2, 2, 3]


def test_of_two_versions_of_one_day_the_one_set_last_holds() -> None:
    rules = history((None, "1"), ("2026-03-01", "3"), ("2026-03-01", "2"))
    assert rates(rules, "2026-03-01") == [2]


def test_a_change_leaves_every_other_key_as_it_was() -> None:
    rules = history((None, "1"), ("2026-03-01", "2"))
    before, after = rules.on(date(2026, 1, 1)).texts, rules.on(date(2026, 3, 1)).texts
    assert {key for key in after if after[key] != before.get(key)} == {"points.rate"}


@given(st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2026, 1, 9)), st.integers(1, 99)), max_size=6))
def test_on_any_day_the_latest_effective_version_holds(later: list[tuple[date, int]]) -> None:
    rules = history((None, "100"), *[(str(on), str(rate)) for on, rate in later])
    for day in (date(2026, 1, number) for number in range(1, 11)):
        in_force = [(on, number, rate) for number, (on, rate) in enumerate(later) if on <= day]
        assert rules.on(day).points.rate == (max(in_force)[2] if in_force else 100)


@given(st.lists(st.dates(date(2026, 1, 1), date(2026, 1, 9)), max_size=6), st.dates(date(2026, 1, 1), date(2026, 1, 9)))
def test_the_stretches_of_days_cover_every_day_with_its_own_rules(days: list[date], until: date) -> None:
    rules = history((None, "1"), *[(str(on), str(number)) for number, on in enumerate(days, 2)])
    stretches = rules.changes_until(until)
    assert [start for start, _ in stretches] == sorted({date.min, *(on for on in days if on <= until)})
    for day in (date(2026, 1, number) for number in range(1, until.day + 1)):
        assert [found for start, found in stretches if start <= day][-1] is rules.on(day)


def test_a_change_at_the_counter_holds_from_the_business_date_on(shop: Shop) -> None:
    shop.set("points.rate", "2", as_of="2026-03-01")
    shop.set("points.rate", "1.5", as_of="2026-02-01")
    found = {}
    for day in ("2026-01-31", "2026-02-01", "2026-03-01"):
        with shop.reading(day) as book:
            found[day] = book.settings.points.rate
    assert found == {"2026-01-31": 1, "2026-02-01": Fraction(3, 2), "2026-03-01": 2}


def test_the_same_value_again_writes_no_version(shop: Shop) -> None:
    assert not shop.set("points.rate", "2").is_repeat
    assert shop.set("points.rate", "2").is_repeat
    with shop.reading() as book:
        assert len(book.history.versions) == 2


def test_a_late_change_that_would_break_the_rules_of_a_later_day_is_refused(boutique: Shop) -> None:
    """Else nothing could be opened on those days any more, not even to mend it."""
    boutique.set("tiers.gold.from", "1500", as_of="2026-03-01")
    with pytest.raises(SettingRefused):
        boutique.set("tiers.silver.from", "2000", as_of="2026-02-01")
    with boutique.reading("2026-03-01") as book:
        assert [tier.from_minor for tier in book.settings.tiers] == [100000, 150000, 800000]


# --- which rules fit together -----------------------------------------------------------------------------


@pytest.mark.parametrize("currency", ["CNY", "USD", "JPY", "KRW", "KWD"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_begins_a_book_in_every_currency(tmp_path: Path, template: str, currency: str) -> None:
    shop = open_shop(tmp_path, template=template, currency=currency)
    with shop.reading() as book:
        rules = book.settings
        scale = 10**book.exponent
    assert rules.points.rate == 1
    assert (rules.points.minimum_points, rules.points.step_points) == (0, 1)
    assert rules.lapsed_by == 2
    assert rules.points.worth_minor(100) == {"general": 1, "apparel": 10}[template] * scale
    tiers = {"general": [], "apparel": ["silver 1000 1", "gold 3000 2", "black 8000 2"]}[template]
    assert [f"{tier.name} {tier.from_minor // scale} {tier.multiplier}" for tier in rules.tiers] == tiers


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"tiers.silver.from": "3000"}, "tiers.order"),
        ({"tiers.silver.from": "3000.01"}, "tiers.order"),
        ({"tiers.silver.from": "0"}, "tiers.order"),
        ({"tiers.order": ["gold", "silver"]}, "tiers.order"),
        ({"tiers.order": ["silver", "bronze"]}, "tiers.bronze.from"),
        ({"segments.order": []}, "segments.order"),
        ({"segments.order": ["vip"]}, "segments.order"),
        ({"segments.order": ["dormant", "vip"]}, "segments.order"),
        ({"segments.dormant.recency_days": "> 3"}, "segments.order"),
        ({"points.value": []}, "points.value"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(changes: dict[str, Value], key: str) -> None:
    texts = {**read_template("apparel"), **SHOP, **changes}
    with pytest.raises(SettingRefused) as refusal:
        read_settings(texts, 1)
    assert refusal.value.details["key"] == key


@pytest.mark.parametrize(
    "key", ["shop.name", "shop.currency", "points.rate", "points.value", "points.step", "winback.lapsed_by"]
)
def test_a_rule_that_is_missing_is_named(key: str) -> None:
    texts = {name: value for name, value in {**read_template("general"), **SHOP}.items() if name != key}
    with pytest.raises(SettingRefused) as refusal:
        read_settings(texts, 1)
    assert refusal.value.details["key"] == key


def test_every_text_of_a_first_version_is_checked() -> None:
    with pytest.raises(SettingRefused):
        checked({**read_template("general"), **SHOP, "points.rate": "-1"})
    kept = checked({**read_template("general"), **SHOP, "shop.currency": "cny"})
    assert kept["shop.currency"] == "CNY"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("tiers.silver.from", "3000"),
        ("tiers.gold.from", "1000"),
        ("tiers.order", "gold, silver, black"),
        ("segments.order", "vip, dormant, active"),
        ("segments.active.visits_half_year", "5-3"),
        ("segments.dormant.r", "1"),
        ("segments.vip.r", "9"),
    ],
)
def test_a_change_that_does_not_fit_the_rest_changes_nothing(boutique: Shop, key: str, value: str) -> None:
    with pytest.raises(SettingRefused):
        boutique.set(key, value)
    with boutique.reading() as book:
        assert len(book.history.versions) == 1


@pytest.mark.parametrize(
    ("key", "other", "same"), [("shop.currency", "USD", "CNY"), ("shop.timezone", "Asia/Tokyo", "Asia/Shanghai")]
)
def test_what_amounts_and_dates_are_kept_in_never_changes(shop: Shop, key: str, other: str, same: str) -> None:
    with pytest.raises(SettingFixed) as refusal:
        shop.set(key, other)
    assert refusal.value.details == {"key": key, "current": same}
    assert shop.set(key, same).is_repeat


def test_rfm_cuts_are_in_the_units_that_are_measured(shop: Shop) -> None:
    shop.set("rfm.monetary", "99.5, 200, 500, 1000")
    shop.set("rfm.recency_days", "30, 60, 90, 180")
    with shop.reading() as book:
        cuts = {measure: [int(cut) for cut in cuts] for measure, cuts in book.settings.cuts.items()}
    assert cuts == {"monetary_minor": [9950, 20000, 50000, 100000], "recency_days": [30, 60, 90, 180]}


# --- what points are worth --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "worth"), [(0, 0), (1, 10), (99, 990), (100, 1000), (101, 1010), (-1, -10), (-101, -1010)]
)
def test_a_hundred_points_are_ten_yuan(points: int, worth: int) -> None:
    rules = PointsRules(rate=Fraction(1), value_points=100, value_minor=1000, minimum_points=0, step_points=1)
    assert rules.worth_minor(points) == worth


@given(st.integers(0, 10**9), st.integers(1, 1000), st.integers(0, 1000))
def test_points_are_never_worth_more_than_their_exact_share(points: int, value_points: int, value_minor: int) -> None:
    rules = PointsRules(Fraction(1), value_points, value_minor, 0, 1)
    worth = rules.worth_minor(points)
    assert 0 <= Fraction(points * value_minor, value_points) - worth < 1
    assert rules.worth_minor(-points) == -worth
