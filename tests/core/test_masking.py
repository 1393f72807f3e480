"""What names a person is masked wherever it stands in a text, and nothing else is."""

import pytest

from shopcrm.core.masking import mask, mask_text, mask_typed

MASKED = [
    ("13812345678", "138****5678"),
    ("王芳13812345678", "王芳138****5678"),
    ("call 138 1234 5678 now", "call 138****5678 now"),
    ("138-1234-5678", "138****5678"),
    ("+8613812345678", "138****5678"),
    ("+86 13812345678", "138****5678"),
    ("008613812345678", "008********5678"),
    ("+4915112345678", "+49*******5678"),
    ("write to fang@example.com, please", "write to f***@example.com, please"),
    ("“Fang.W+x@mail.example.co.uk”", "“F***@mail.example.co.uk”"),
    ("13812345678 and 13987654321", "138****5678 and 139****4321"),
]
LEFT = (
    "", "王芳", "R-138", "2026-06-30", "20260630", "00006497", "138123456789012", "1234567890", "12.13812345678",
    "C-0001", "@", "a@b", "points: 1,381,234", "SHA-256 ded745e7387517b7802370",
)  # fmt: skip


@pytest.mark.parametrize(("text", "masked"), MASKED)
def test_phones_and_addresses_are_masked_in_any_text(text: str, masked: str) -> None:
    assert mask_text(text) == masked
    assert mask_text(masked) == masked


@pytest.mark.parametrize("text", LEFT)
def test_what_is_no_phone_and_no_address_stays(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(
    ("typed", "masked"),
    [
        ("1381234567", "138***4567"),
        ("0571-8812345", "057****2345"),
        ("王芳", "王芳"),
        ("8000", "8000"),
        ("C-0001", "C-0001"),
    ],
)
def test_of_what_was_typed_a_number_that_is_nearly_a_phone_is_masked(typed: str, masked: str) -> None:
    assert mask_typed(typed) == masked


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("phone", "+8613812345678", "138****5678"),
        ("email", "fang@example.com", "f***@example.com"),
        ("wechat", "lan_shop_88", "l***8"),
        ("payment", "13812345678", "138****5678"),
        ("payment", "6222021234567890123", "****0123"),
        ("payment", "fang@example.com", "f***@example.com"),
        ("payment", "zhifubao-fang", "z***g"),
        ("member_no", "00006497", "00006497"),
    ],
)
def test_identities_are_masked_by_their_kind(kind: str, value: str, masked: str) -> None:
    assert mask(kind, value) == masked
