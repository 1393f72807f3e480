"""Customers at the counter: added once, found by whatever they say, and never shown in full without a trace."""

from typing import Any

import pytest

from shop import Shop
from shopcrm.core.errors import CustomerNameless, DateUnreadable, IdentityTaken, IdentityUnreadable, ShopError
from shopcrm.features import customers


def add(shop: Shop, **details: Any) -> customers.Added:
    with shop.writing() as book:
        return customers.add(book, asked=customers.Asked(**details))


def found(shop: Shop, text: str) -> list[str | None]:
    with shop.reading() as book:
        return [row.name for row in customers.search(book, text).items]


def test_a_customer_gets_the_next_code_and_joins_on_the_business_date(shop: Shop) -> None:
    assert [add(shop, name=name).customer for name in ("王芳", "李娜")] == ["C-0001", "C-0002"]
    assert shop.rows("SELECT name, joined_on FROM customer ORDER BY id") == [
        ("王芳", "2026-06-30"),
        ("李娜", "2026-06-30"),
    ]


@pytest.fixture
def known(shop: Shop) -> Shop:
    add(shop, name="王芳", phone="13800138000", email="Fang@Example.com", member_no="88001")
    add(shop, name="王小明", phone="13900138000")
    add(shop, name="Zoë O'Hara", phone="+44 20 7946 0958", member_no="8000")
    add(shop, name="50% off", member_no="M_1")
    return shop


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("C-0001", ["王芳"]),
        ("c-0001", ["王芳"]),
        (" C-0001 ", ["王芳"]),
        ("13800138000", ["王芳"]),
        ("+86 138 0013 8000", ["王芳"]),
        ("138-0013-8000", ["王芳"]),
        ("１３８００１３８０００", ["王芳"]),  # typed with a full-width keyboard
        ("fang@example.com", ["王芳"]),
        ("88001", ["王芳"]),
        ("8000", ["Zoë O'Hara"]),  # a member number wins over the last four digits of a phone
        ("0958", ["Zoë O'Hara"]),
        ("王", ["王芳", "王小明"]),
        ("小明", ["王小明"]),
        ("o'hara", ["Zoë O'Hara"]),
        ("%", ["50% off"]),  # a sign, not a pattern
        ("_", []),
        ("9999", []),
        ("", []),
        ("   ", []),
        ("138****8000", []),
    ],
)
def test_a_customer_is_found_by_what_a_person_types(known: Shop, text: str, names: list[str]) -> None:
    assert found(known, text) == names


def test_the_last_four_digits_of_a_phone_find_everyone_who_has_them(shop: Shop) -> None:
    add(shop, name="王芳", phone="13800138000")
    add(shop, name="王小明", phone="13900138000")

    assert found(shop, "8000") == ["王芳", "王小明"]


@pytest.mark.parametrize(
    ("details", "refusal"),
    [
        ({"phone": "13800138000"}, IdentityTaken),
        ({"phone": "+86 138 0013 8000"}, IdentityTaken),
        ({"email": "FANG@example.com"}, IdentityTaken),
        ({"member_no": "88001"}, IdentityTaken),
        ({"phone": "138"}, IdentityUnreadable),
        ({"phone": "138****8000"}, IdentityUnreadable),
        ({"email": "fang at example"}, IdentityUnreadable),
        ({}, CustomerNameless),
        ({"name": "  "}, CustomerNameless),
        ({"name": "Li", "birthday": "02-30"}, DateUnreadable),
        ({"name": "Li", "birthday": "1990-02-29"}, DateUnreadable),
        ({"name": "Li", "birthday": "25 December"}, DateUnreadable),
    ],
)
def test_what_names_another_or_nobody_is_refused_and_adds_nobody(
    known: Shop, details: dict[str, str], refusal: type[ShopError]
) -> None:
    with pytest.raises(refusal):
        add(known, **details)

    assert known.rows("SELECT count(*) FROM customer") == [(4,)]


def test_a_refusal_does_not_print_the_other_customers_phone(known: Shop) -> None:
    with pytest.raises(IdentityTaken) as refused:
        add(known, name="Li", phone="13800138000")

    assert "138****8000" in refused.value.message
    assert "13800138000" not in refused.value.message


@pytest.mark.parametrize(
    ("birthday", "kept"),
    [
        ("1990-12-25", (1990, 12, 25)),
        ("12-25", (None, 12, 25)),
        ("02-29", (None, 2, 29)),
        ("2000-02-29", (2000, 2, 29)),
    ],
)
def test_a_birthday_is_kept_with_or_without_its_year(
    shop: Shop, birthday: str, kept: tuple[int | None, int, int]
) -> None:
    add(shop, name="王芳", birthday=birthday)

    assert shop.rows("SELECT birth_year, birth_month, birth_day FROM customer") == [kept]


def test_a_customer_without_a_name_is_listed_by_what_there_is(shop: Shop) -> None:
    added = add(shop, phone="13800138000")

    assert (added.name, added.phone) == (None, "138****8000")
    assert found(shop, "8000") == [None]


def test_lists_mask_phones_and_addresses_and_reveal_them_on_the_record(known: Shop) -> None:
    with known.reading() as book:
        masked = customers.list_all(book).items[0]
    with known.writing() as book:
        shown = customers.list_all(book, reveal=True).items[0]

    assert (masked.phone, masked.email) == ("138****8000", "f***@example.com")
    assert (shown.phone, shown.email) == ("13800138000", "fang@example.com")
    assert known.rows("SELECT change FROM audit ORDER BY id DESC LIMIT 1") == [("phones of 4 customers revealed",)]


def test_the_list_is_by_code_and_ends_at_its_limit(known: Shop) -> None:
    with known.reading() as book:
        assert [row.customer for row in customers.list_all(book, limit=3).items] == ["C-0001", "C-0002", "C-0003"]


def test_the_audit_trail_holds_no_personal_data(known: Shop) -> None:
    trail = str(known.rows("SELECT command, change FROM audit"))

    assert "C-0001 added" in trail
    assert not any(secret in trail for secret in ("王芳", "13800138000", "example.com", "88001"))
