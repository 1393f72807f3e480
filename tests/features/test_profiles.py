"""Profiles: those that came with shopcrm and those that were saved, shown field by field; only the latter go."""

import pytest

from shop import Shop
from shopcrm.core.errors import ProfileNotKnown, ProfileShipped
from shopcrm.core.intake import KeptLayout, load_layouts, save_layout
from shopcrm.features import profiles
from shopcrm.sheets.layout.profiles import all_profiles

MAPPING = {"receipt": "票号", "date": "哪天", "net_amount": "多少钱"}


@pytest.fixture
def kept(shop: Shop) -> Shop:
    """A shop that has explained one layout."""
    save(shop, "小店", "f1", MAPPING)
    return shop


def save(shop: Shop, name: str, fingerprint: str, mapping: dict[str, str]) -> None:
    with shop.writing() as book:
        save_layout(book, name, "sales", fingerprint, mapping, {"date_order": "dmy"})


def layouts(shop: Shop) -> list[tuple[str, str]]:
    with shop.reading() as book:
        return [(layout.name, layout.fingerprint) for layout in load_layouts(book)]


def test_what_was_saved_is_loaded_as_it_was_said(kept: Shop) -> None:
    with kept.reading() as book:
        assert load_layouts(book) == (KeptLayout("小店", "sales", "f1", MAPPING, {"date_order": "dmy"}, book.as_of),)


def test_the_list_begins_with_those_that_were_saved(kept: Shop) -> None:
    with kept.reading() as book:
        items = profiles.list_all(book).items

    assert (items[0].profile, items[0].kind, items[0].fields, str(items[0].saved_on)) == (
        "小店",
        "sales",
        3,
        "2026-06-30",
    )
    assert [item.profile for item in items[1:]] == list(all_profiles())
    assert {item.saved_on for item in items[1:]} == {None}


def test_a_saved_profile_is_shown_with_its_headers_and_options(kept: Shop) -> None:
    with kept.reading() as book:
        shown = profiles.show(book, "小店")

    assert {item.field: item.headers for item in shown.items} == {field: (name,) for field, name in MAPPING.items()}
    assert shown.options == ("date_order dmy",)


@pytest.mark.parametrize("name", list(all_profiles()))
def test_every_profile_that_came_with_shopcrm_can_be_shown(shop: Shop, name: str) -> None:
    with shop.reading() as book:
        shown = profiles.show(book, name)

    assert shown.kind in ("customers", "sales", "stock")
    assert shown.saved_on is None
    assert shown.items
    assert all(item.headers for item in shown.items)


def test_headers_are_shown_as_the_till_writes_them(shop: Shop) -> None:
    with shop.reading() as book:
        items = profiles.show(book, "online_retail").items

    assert {item.field: item.headers for item in items}["unit_price"] == ("UnitPrice", "Price")


@pytest.mark.parametrize(
    ("name", "fingerprint", "left"),
    [
        ("小店", "f2", [("小店", "f2")]),
        ("别名", "f1", [("别名", "f1")]),
        ("别名", "f2", [("别名", "f2"), ("小店", "f1")]),
    ],
)
def test_the_later_explanation_of_a_name_or_a_header_holds(
    kept: Shop, name: str, fingerprint: str, left: list[tuple[str, str]]
) -> None:
    save(kept, name, fingerprint, MAPPING)

    assert layouts(kept) == left


def test_a_saved_profile_is_removed(kept: Shop) -> None:
    with kept.writing() as book:
        assert profiles.remove(book, "小店").profile == "小店"

    assert layouts(kept) == []


def test_a_profile_that_came_with_shopcrm_stays(shop: Shop) -> None:
    with shop.writing() as book, pytest.raises(ProfileShipped):
        profiles.remove(book, "online_retail")


@pytest.mark.parametrize("verb", [profiles.show, profiles.remove])
def test_an_unknown_profile_is_named_with_the_nearest(shop: Shop, verb: object) -> None:
    with shop.writing() as book, pytest.raises(ProfileNotKnown) as refusal:
        verb(book, "online-retial")  # type: ignore[operator]  # either verb

    assert refusal.value.details["nearest"] == "online_retail"
