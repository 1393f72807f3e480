"""What names a customer is written one way, and shown so that it can be recognised but not called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.core.errors import IdentityUnreadable
from shopcrm.core.identities import normalise
from shopcrm.core.masking import mask_email, mask_phone, show_phone


@pytest.mark.parametrize(
    "text",
    ["13812345678", "138 1234 5678", "138-1234-5678", " 13812345678\n", "+8613812345678", "+86 138 1234 5678",
     "86 13812345678", "8613812345678", "008613812345678", "0086-138-1234-5678", "(138)12345678",
     "+86(0)13812345678", "１３８１２３４５６７８", "＋８６ １３８１２３４５６７８",
     "138\u00a01234\u00a05678", "138.1234.5678", "138·1234·5678", "tel:+86-138-1234-5678"],
)  # fmt: skip
def test_a_chinese_mobile_is_one_number_however_it_is_written(text: str) -> None:
    assert normalise("phone", text, "CN") == "+8613812345678"


@pytest.mark.parametrize("prefix", range(130, 200))
def test_every_mobile_prefix_of_china_is_taken(prefix: int) -> None:
    assert normalise("phone", f"{prefix}12345678", "CN") == f"+86{prefix}12345678"


@pytest.mark.parametrize(
    ("text", "country", "kept"),
    [
        ("010-6552 9988", "CN", "+861065529988"),
        ("021-58888888", "CN", "+862158888888"),
        ("0571-87654321", "CN", "+8657187654321"),
        ("400-820-8820", "CN", "+864008208820"),
        ("+81 90-1234-5678", "CN", "+819012345678"),
        ("0081 90 1234 5678", "CN", "+819012345678"),
        ("+852 5123 4567", "CN", "+85251234567"),
        ("+1 (650) 253-0000", "CN", "+16502530000"),
        ("(650) 253-0000", "US", "+16502530000"),
        ("5123 4567", "HK", "+85251234567"),
        ("+86 138 1234 5678", "US", "+8613812345678"),
    ],
)
def test_other_numbers_are_read_with_the_shops_country(text: str, country: str, kept: str) -> None:
    assert normalise("phone", text, country) == kept


@pytest.mark.parametrize(
    "text",
    ["138****5678", "138＊＊＊＊5678", "138xxxx5678", "138XXXX5678", "138●●●●5678", "138••••5678", "138----5678",
     "138…5678", "138 **** 5678", "*", "****", "138*1234*5678"],
)  # fmt: skip
def test_a_masked_phone_names_nobody(text: str) -> None:
    with pytest.raises(IdentityUnreadable):
        normalise("phone", text, "CN")


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "无", "1", "12", "110", "95588", "1381234567", "138123456789", "12812345678", "12345678901",
     "00000000000", "1.3812345678E+10", "1.38E+10", "13812345678.0", "1381234567O", "138OO138000", "电话",
     "13812345678/13912345678", "13812345678、13912345678", "13812345678 13912345678", "fang@example.com"],
)  # fmt: skip
def test_what_is_no_phone_number_is_refused_and_never_mended(text: str) -> None:
    with pytest.raises(IdentityUnreadable):
        normalise("phone", text, "CN")


def test_a_number_of_one_country_is_no_number_of_another() -> None:
    with pytest.raises(IdentityUnreadable):
        normalise("phone", "13812345678", "US")


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True, alphabet="0123456789"))
def test_what_is_kept_and_what_is_shown_are_read_as_the_same_number(text: str) -> None:
    kept = normalise("phone", text, "CN")
    assert normalise("phone", kept, "CN") == kept
    assert show_phone(kept) == text


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("+8613812345678", "13812345678"),
        ("+861065529988", "+861065529988"),
        ("+862158888888", "+862158888888"),
        ("+819012345678", "+819012345678"),
        ("+16502530000", "+16502530000"),
        (None, None),
        ("", None),
    ],
)
def test_only_a_chinese_mobile_is_dialled_without_its_country_code(kept: str | None, shown: str | None) -> None:
    assert show_phone(kept) == shown


@pytest.mark.parametrize("text", ["010-6552 9988", "021-58888888", "0571-87654321", "+819012345678", "13812345678"])
def test_a_revealed_phone_can_be_typed_in_again(text: str) -> None:
    kept = normalise("phone", text, "CN")
    assert normalise("phone", show_phone(kept) or "", "CN") == kept


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("+8613812345678", "138****5678"),
        ("+819012345678", "+81******5678"),
        ("12345678", "123*5678"),
        ("1234567", "*******"),
        ("1", "*"),
        ("", None),
        (None, None),
    ],
)
def test_a_masked_phone_can_be_recognised_and_not_called(kept: str | None, shown: str | None) -> None:
    assert mask_phone(kept) == shown


@given(st.from_regex(r"\+\d{4,15}", fullmatch=True, alphabet="+0123456789"))
def test_a_mask_hides_a_digit_and_shows_seven_at_most(kept: str) -> None:
    masked = mask_phone(kept) or ""
    assert "*" in masked
    assert len(masked.replace("*", "")) <= 7
    with pytest.raises(IdentityUnreadable):
        normalise("phone", masked, "CN")


@pytest.mark.parametrize(
    "text", ["Fang@Example.com", " fang@example.com ", "FANG@EXAMPLE.COM", "ｆａｎｇ＠example．com"]
)
def test_an_e_mail_is_kept_in_lower_case(text: str) -> None:
    assert normalise("email", text, "CN") == "fang@example.com"


@pytest.mark.parametrize(
    "text", ["", "fang", "fang@", "@example.com", "fang@example", "a b@example.com", "a@b@c.d", "无"]
)
def test_what_is_no_e_mail_address_is_refused(text: str) -> None:
    with pytest.raises(IdentityUnreadable):
        normalise("email", text, "CN")


@pytest.mark.parametrize(
    ("kept", "shown"),
    [("fang@example.com", "f***@example.com"), ("f@example.com", "f***@example.com"), (None, None), ("", None)],
)
def test_a_masked_e_mail_keeps_its_first_letter_and_its_host(kept: str | None, shown: str | None) -> None:
    assert mask_email(kept) == shown


@pytest.mark.parametrize(
    ("text", "kept"), [("M-001", "M-001"), (" Ｍ００１ ", "M001"), ("001", "001"), ("卡12", "卡12")]
)
def test_a_member_number_keeps_its_zeros_and_loses_its_width(text: str, kept: str) -> None:
    assert normalise("member_no", text, "CN") == kept


@pytest.mark.parametrize("kind", ["member_no", "name"])
def test_an_empty_identity_is_refused(kind: str) -> None:
    with pytest.raises(IdentityUnreadable):
        normalise(kind, " \u3000 ", "CN")


def test_a_refusal_says_what_was_typed_and_masks_what_may_be_a_phone() -> None:
    with pytest.raises(IdentityUnreadable) as refusal:
        normalise("phone", "1381234567", "CN")
    assert refusal.value.message == "“138***4567” is no valid phone number."
