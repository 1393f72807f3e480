"""Init: a new book for its owner's eyes alone, with rules that hold since ever; or nothing at all."""

import stat
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shop import NOW
from shopcrm.core.book import open_book
from shopcrm.core.errors import (
    BookElsewhere,
    BookExists,
    BookReadOnly,
    CountryUnknown,
    CurrencyUnknown,
    SettingRefused,
    ShopError,
    TimezoneUnknown,
)
from shopcrm.core.money import exponent_of
from shopcrm.features import init
from shopcrm.features.init import Begun

USUAL = {"shop_name": "Lan", "currency": "CNY", "timezone": "Asia/Shanghai", "country": "CN", "template": "general"}


def begin(path: Path | str, *, dry_run: bool = False, **changed: Any) -> Begun:
    return init.init(path, by="test", now=NOW, dry_run=dry_run, **{**USUAL, **changed})


def test_a_new_book_answers_with_what_it_was_begun_with(tmp_path: Path) -> None:
    begun = begin(tmp_path / "shop.db", currency="jpy", timezone="Asia/Tokyo", country="jp")

    assert (begun.currency, begun.timezone, begun.country) == ("JPY", "Asia/Tokyo", "JP")
    with open_book(tmp_path / "shop.db") as book:
        assert (book.currency, book.exponent, book.zone.key, book.settings.shop.country) == (
            "JPY",
            0,
            "Asia/Tokyo",
            "JP",
        )


@pytest.mark.parametrize("template", ["general", "apparel"])
@pytest.mark.parametrize(("currency", "exponent"), [("CNY", 2), ("JPY", 0), ("KWD", 3), ("VND", 0)])
def test_every_template_does_for_every_currency(tmp_path: Path, template: str, currency: str, exponent: int) -> None:
    assert begin(tmp_path / "shop.db", template=template, currency=currency, dry_run=True).currency == currency
    assert exponent_of(currency) == exponent


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_its_owner_can_read_a_book_and_the_folder_made_for_it(tmp_path: Path) -> None:
    begin(tmp_path / "mine" / "shop.db")

    assert stat.S_IMODE((tmp_path / "mine" / "shop.db").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "mine").stat().st_mode) == 0o700


def test_the_first_rules_hold_since_ever(tmp_path: Path) -> None:
    begin(tmp_path / "shop.db", template="apparel")

    with open_book(tmp_path / "shop.db", as_of=date(1999, 1, 1)) as book:
        assert [tier.name for tier in book.settings.tiers] == ["silver", "gold", "black"]
        assert book.history.versions[0].effective_on is None


@pytest.mark.parametrize("template", ["general", "apparel"])
def test_templates_redeem_any_number_of_points(tmp_path: Path, template: str) -> None:
    begin(tmp_path / "shop.db", template=template)

    with open_book(tmp_path / "shop.db") as book:
        assert (book.settings.points.minimum_points, book.settings.points.step_points) == (0, 1)


def test_the_numbers_of_an_apparel_shop(tmp_path: Path) -> None:
    begin(tmp_path / "shop.db", template="apparel")

    with open_book(tmp_path / "shop.db") as book:
        tiers = [(tier.name, tier.from_minor, int(tier.multiplier)) for tier in book.settings.tiers]
        assert tiers == [("silver", 100000, 1), ("gold", 300000, 2), ("black", 800000, 2)]
        assert (book.settings.points.value_points, book.settings.points.value_minor) == (100, 1000)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"currency": "XYZ"}, CurrencyUnknown),
        ({"timezone": "Asia/Shangai"}, TimezoneUnknown),
        ({"timezone": "Asia"}, TimezoneUnknown),
        ({"timezone": "../../etc/passwd"}, TimezoneUnknown),
        ({"country": "XX"}, CountryUnknown),
        ({"country": "China"}, CountryUnknown),
        ({"template": "bakery"}, SettingRefused),
        ({"shop_name": "  "}, SettingRefused),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing_behind(
    tmp_path: Path, changed: dict[str, Any], refusal: type[ShopError]
) -> None:
    with pytest.raises(refusal):
        begin(tmp_path / "new" / "shop.db", **changed)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"a shopping list"])
def test_whatever_stands_at_the_place_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "shop.db"
    path.write_bytes(content)

    for dry_run in (False, True):
        with pytest.raises(BookExists):
            begin(path, dry_run=dry_run)

    assert path.read_bytes() == content


def test_a_dry_run_checks_everything_and_writes_nothing(tmp_path: Path) -> None:
    begun = begin(tmp_path / "new" / "shop.db", dry_run=True)

    assert begun.book == tmp_path / "new" / "shop.db"
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(BookReadOnly):
        begin(tmp_path / "file" / "shop.db")


def test_a_book_may_be_named_by_an_address_of_sqlite_and_of_nothing_else(tmp_path: Path) -> None:
    assert begin(f"sqlite:///{tmp_path}/shop.db").book == tmp_path / "shop.db"

    with pytest.raises(BookElsewhere):
        begin("postgresql://owner:secret@localhost/shop")
