"""Who answers to what a person types at the counter: everyone who fits, nobody who does not, and never a guess."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import insert

from shop import Shop, open_shop
from shopcrm.core import audience
from shopcrm.core.errors import CustomerAmbiguous, CustomerUnknown
from shopcrm.core.masking import mask_typed
from shopcrm.core.schema.people import identity
from shopcrm.features import customers

ANA, BO, CAI, DAN, EVE = "C-0001", "C-0002", "C-0003", "C-0004", "C-0005"


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five customers with what a small shop knows of them."""
    shop = open_shop(tmp_path_factory.mktemp("stocked"))
    with shop.writing() as book:
        customers.add(book, name="王安娜 Ana", phone="13800138000", email="Ana@Example.com", member_no="M-001")
        customers.add(book, name="Bo_b 100%", phone="13912348000", member_no="8001")
        customers.add(book, name="王菜", phone="010-6552 9988")
        customers.add(book, name="Danah", member_no="13800138000")
        customers.add(book, name=None, email="eve@example.com", member_no="c-0001")
    return shop.path


@pytest.fixture
def counter(stocked: Path, tmp_path: Path) -> Shop:
    """A shop of a test's own with those five."""
    return Shop(Path(shutil.copy(stocked, tmp_path)))


def codes(shop: Shop, text: str) -> list[str]:
    with shop.reading() as book:
        return [found.customer for found in audience.find(book, text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("C-0002", [BO]),
        ("c-0002", [BO]),
        (" C-0002 ", [BO]),
        ("M-001", [ANA]),
        ("Ｍ－００１", [ANA]),
        ("13912348000", [BO]),
        ("+86 139 1234 8000", [BO]),
        ("１３９１２３４８０００", [BO]),
        ("010-65529988", [CAI]),
        ("ana@example.com", [ANA]),
        ("ANA@EXAMPLE.COM", [ANA]),
        ("8000", [ANA, BO]),
        ("9988", [CAI]),
        ("8001", [BO]),
        ("王", [ANA, CAI]),
        ("安娜", [ANA]),
        ("ana", [ANA, DAN]),
        ("ANA", [ANA, DAN]),
        ("Danah", [DAN]),
        ("100%", [BO]),
        ("%", [BO]),
        ("_", [BO]),
        ("bo_b", [BO]),
    ],
)
def test_a_customer_answers_to_code_number_phone_e_mail_or_part_of_a_name(
    counter: Shop, text: str, found: list[str]
) -> None:
    assert codes(counter, text) == found


@pytest.mark.parametrize(
    "text",
    ["C-0009", "C-000", "M-00", "1391234800", "800", "80001", "0000", "example.com", "eve", "*", "?", "139****8000",
     "13612348000", "' OR 1=1 --", "\\"],
)  # fmt: skip
def test_nobody_answers_to_half_an_identity(counter: Shop, text: str) -> None:
    assert codes(counter, text) == []
    with counter.reading() as book, pytest.raises(CustomerUnknown) as refusal:
        audience.find_one(book, text)
    assert refusal.value.details == {"text": mask_typed(text)}


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\t"])
def test_nobody_answers_to_nothing_even_where_there_is_but_one_customer(shop: Shop, text: str) -> None:
    """Else `points redeem "$CUSTOMER"` with an empty variable would spend the points of a stranger."""
    shop.customer("Ana")
    assert codes(shop, text) == []
    with shop.reading() as book, pytest.raises(CustomerUnknown):
        audience.find_one(book, text)


def test_an_exact_answer_wins_over_a_part_of_a_name(counter: Shop) -> None:
    with counter.writing() as book:
        customers.add(book, name="friend of M-001, C-0002 and 13912348000", member_no="M-002")
    assert [codes(counter, text) for text in ("M-001", "C-0002", "13912348000")] == [[ANA], [BO], [BO]]


def test_what_names_two_customers_lists_both(counter: Shop) -> None:
    assert codes(counter, "13800138000") == [ANA, DAN]  # the phone of one, the member number of another
    assert codes(counter, "C-0001") == [ANA]
    assert codes(counter, "c-0001") == [ANA, EVE]


def test_several_matches_are_listed_and_none_is_guessed(counter: Shop) -> None:
    with counter.reading() as book, pytest.raises(CustomerAmbiguous) as refusal:
        audience.find_one(book, "8000")
    assert refusal.value.message == (
        "“8000” fits 2 customers: C-0001 王安娜 Ana 138****8000, C-0002 Bo_b 100% 139****8000."
    )
    assert refusal.value.details["customers"] == [ANA, BO]


def test_of_many_matches_five_are_shown_and_all_are_named_to_programs(shop: Shop) -> None:
    for number in range(7):
        shop.customer(f"Ana {number}")
    with shop.reading() as book, pytest.raises(CustomerAmbiguous) as refusal:
        audience.find_one(book, "ana")
    assert refusal.value.details["matches"].count("C-00") == 5
    assert refusal.value.details["matches"].endswith("…")
    assert (refusal.value.details["count"], len(refusal.value.details["customers"])) == (7, 7)


def test_phones_and_e_mails_are_masked_unless_revealed(counter: Shop) -> None:
    with counter.reading() as book:
        masked, revealed = (audience.find(book, "M-001", reveal=reveal)[0] for reveal in (False, True))
    assert (masked.phone, masked.email) == ("138****8000", "a***@example.com")
    assert (revealed.phone, revealed.email) == ("13800138000", "ana@example.com")


def test_a_customer_with_two_phones_is_listed_once_with_the_first(counter: Shop) -> None:
    with counter.writing() as book:
        book.connection.execute(insert(identity).values(customer_id=1, kind="phone", value="+8613700008000"))
    assert codes(counter, "8000") == [ANA, BO]
    with counter.reading() as book:
        assert [found.phone for found in audience.find(book, "13700008000")] == ["138****8000"]
        assert [found.customer for found in audience.everyone(book)] == [ANA, BO, CAI, DAN, EVE]


def test_everyone_is_listed_by_code_with_member_number_and_phone(counter: Shop) -> None:
    with counter.reading() as book:
        listed = [(found.customer, found.member_no, found.phone) for found in audience.everyone(book)]
    assert listed[0] == (ANA, "M-001", "138****8000")
    assert listed[4] == (EVE, "c-0001", None)
    assert [code for code, _, _ in listed] == [ANA, BO, CAI, DAN, EVE]


def test_the_shops_country_says_how_a_phone_is_read(counter: Shop) -> None:
    counter.set("shop.country", "US")
    assert codes(counter, "13912348000") == []
    assert codes(counter, "+8613912348000") == [BO]
