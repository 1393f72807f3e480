"""Settings: rules with a day from which they hold; what is shown can be set again, and nonsense changes nothing."""

from pathlib import Path

import pytest

from shop import Shop, open_shop
from shopcrm.core.errors import SettingFixed, SettingRefused, SettingUnknown, SheetNotFound, ShopError
from shopcrm.features import settings
from shopcrm.features.settings import Rules


def shown(shop: Shop, as_of: str | None = None) -> Rules:
    with shop.reading(as_of) as book:
        return settings.show(book)


def value_of(shop: Shop, key: str, as_of: str | None = None) -> object:
    return {item.key: item.value for item in shown(shop, as_of).items}[key]


def set_from(shop: Shop, text: str) -> settings.Changed:
    path = shop.path.parent / "rules.toml"
    path.write_text(text, encoding="utf-8")
    with shop.writing() as book:
        return settings.set_from(book, path)


def test_a_change_holds_from_the_business_date_on(shop: Shop) -> None:
    changed = shop.set("points.rate", "2", as_of="2026-03-01")

    assert (str(changed.effective_on), changed.is_repeat) == ("2026-03-01", False)
    assert value_of(shop, "points.rate", "2026-02-28") == "1"
    assert value_of(shop, "points.rate", "2026-03-01") == "2"


def test_of_two_changes_the_day_decides_and_then_the_order(shop: Shop) -> None:
    shop.set("points.rate", "2", as_of="2026-03-01")
    shop.set("points.rate", "3", as_of="2026-02-01")
    shop.set("points.rate", "4", as_of="2026-03-01")

    rates = [value_of(shop, "points.rate", day) for day in ("2026-01-31", "2026-02-28", "2026-03-01")]
    assert rates == ["1", "3", "4"]


def test_setting_what_is_so_already_is_a_repeat_and_no_version(shop: Shop) -> None:
    assert shop.set("points.rate", "1").is_repeat
    assert shop.rows("SELECT count(*) FROM settings_version") == [(1,)]


def test_since_when_a_setting_holds_is_shown(shop: Shop) -> None:
    shop.set("points.rate", "2", as_of="2026-03-01")

    since = {item.key: item.since_on for item in shown(shop).items}
    assert str(since["points.rate"]) == "2026-03-01"
    assert since["points.step"] is None


def test_the_history_names_every_change_in_the_order_they_take_effect(shop: Shop) -> None:
    shop.set("points.rate", "2", as_of="2026-03-01")
    shop.set("points.step", "10", as_of="2026-02-01")

    with shop.reading() as book:
        *first, step, rate = settings.history(book).items

    assert {change.version for change in first} == {1}
    assert (step.key, step.value, str(step.effective_on), str(step.set_on), step.by) == (
        "points.step",
        "10",
        "2026-02-01",
        "2026-06-30",
        "test",
    )
    assert (rate.key, rate.value) == ("points.rate", "2")


@pytest.mark.parametrize(
    ("key", "value", "refusal"),
    [
        ("points.rat", "2", SettingUnknown),
        ("points", "2", SettingUnknown),
        ("tiers..from", "2", SettingUnknown),
        ("segments.vip.colour", "red", SettingUnknown),
        ("points.rate", "much", SettingRefused),
        ("points.rate", "-1", SettingRefused),
        ("points.rate", "1/0", SettingRefused),
        ("points.rate", "", SettingRefused),
        ("points.rate", "nan", SettingRefused),
        ("points.value", "0 points = 10.00", SettingRefused),
        ("points.value", "100 points = 10.001", SettingRefused),
        ("points.minimum", "-1", SettingRefused),
        ("points.minimum", "1.5", SettingRefused),
        ("points.step", "0", SettingRefused),
        ("tiers.silver.from", "3000.00", SettingRefused),  # gold would not be above it
        ("tiers.silver.from", "0", SettingRefused),
        ("tiers.order", "gold, silver, black", SettingRefused),
        ("tiers.order", "silver, diamond", SettingRefused),
        ("tiers.order", "silver, silver", SettingRefused),
        ("tiers.gold.multiplier", "double", SettingRefused),
        ("segments.vip.recency_days", "soon", SettingRefused),
        ("segments.vip.recency_days", "30-10", SettingRefused),
        ("segments.dormant.recency_days", "> 10", SettingRefused),
        ("segments.order", "", SettingRefused),
        ("rfm.recency_days", "30, 60, 90", SettingRefused),
        ("rfm.recency_days", "30, 60, 60, 90", SettingRefused),
        ("rfm.recency_days", "90, 60, 30, 10", SettingRefused),
        ("winback.lapsed_by", "0", SettingRefused),
        ("shop.country", "China", SettingRefused),
        ("shop.name", "  ", SettingRefused),
        ("shop.currency", "USD", SettingFixed),
        ("shop.timezone", "Asia/Tokyo", SettingFixed),
        ("shop.timezone", "Mars/Olympus", SettingRefused),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    boutique: Shop, key: str, value: str, refusal: type[ShopError]
) -> None:
    with pytest.raises(refusal) as refused:
        boutique.set(key, value)

    assert refused.value.message.format()  # every refusal can be said
    assert boutique.rows("SELECT count(*) FROM settings_version") == [(1,)]


@pytest.mark.parametrize(("asked", "nearest"), [("points.rat", "points.rate"), ("tier.silver.from", "tiers.*.from")])
def test_an_unknown_key_is_answered_with_the_nearest(boutique: Shop, asked: str, nearest: str) -> None:
    with pytest.raises(SettingUnknown) as refused:
        boutique.set(asked, "1")

    assert refused.value.details["nearest"] == nearest


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("points.rate", " 1/10 ", "1/10"),
        ("points.minimum", "0050", "50"),
        ("tiers.gold.benefits", "free ironing; first look", ["free ironing", "first look"]),
        ("rfm.monetary", "200, 500.50, 1000, 3000", ["200", "500.50", "1000", "3000"]),
        ("tiers.order", "[silver, 'gold', \"black\"]", ["silver", "gold", "black"]),
        ("segments.vip.recency_days", "<= 31", "<= 31"),
        ("shop.name", "兰的小店", "兰的小店"),
    ],
)
def test_a_value_is_kept_as_it_would_be_typed_again(boutique: Shop, key: str, typed: str, kept: object) -> None:
    boutique.set(key, typed)

    assert value_of(boutique, key) == kept


@pytest.mark.parametrize("template", ["general", "apparel"])
def test_what_is_shown_can_be_set_again_and_is_so_already(tmp_path: Path, template: str) -> None:
    shop = open_shop(tmp_path, template=template)
    shop.set("shop.name", 'Lan\'s "Boutique" \\ 兰')

    assert set_from(shop, "\n".join(shown(shop).lines)).is_repeat


def test_several_settings_that_only_fit_together_come_from_a_file(shop: Shop) -> None:
    changed = set_from(
        shop,
        '[tiers]\norder = ["铜", "银"]\n[tiers."铜"]\nfrom = 500\n[tiers."银"]\nfrom = "1500.50"\nmultiplier = 1.5\n',
    )

    assert not changed.is_repeat
    assert value_of(shop, "tiers.order") == ["铜", "银"]
    assert value_of(shop, "tiers.银.multiplier") == "1.5"
    assert shop.rows("SELECT count(*) FROM settings_version") == [(2,)]
    assert set_from(shop, "\n".join(shown(shop).lines)).is_repeat


@pytest.mark.parametrize(
    "text", ["points.rate = ", '[points]\nrate = "2"\nrat = "3"\n', '[points]\nrate = "2"\nstep = "0"\n', "\x00"]
)
def test_a_file_is_taken_whole_or_not_at_all(shop: Shop, text: str) -> None:
    with pytest.raises(ShopError):
        set_from(shop, text)

    assert value_of(shop, "points.rate") == "1"


def test_a_file_that_is_not_there_is_refused(shop: Shop) -> None:
    with pytest.raises(SheetNotFound), shop.writing() as book:
        settings.set_from(book, shop.path.parent / "none.toml")
