"""What is blotted out of texts when somebody is erased, and what only looks like it."""

import pytest

from shopcrm.core.erasing import Needles

NEEDLES = Needles(
    ["王小芳", "Li", "Ana Maria", "丽"],
    [("phone", "+8613812345678"), ("phone", "+4915112345678"), ("email", "fang@example.com"), ("member_no", "00881234"),
     ("member_no", "17"), ("wechat", "fang_wx"), ("till_id", "12345"), ("name", "王小芳")],
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("王小芳介绍", "…介绍"),
        ("friend of Li, and of Ana Maria", "friend of …, and of …"),
        ("Lipstick, Ana, Polish", "Lipstick, Ana, Polish"),
        ("和丽", "和丽"),
        ("13812345678", "…"),
        ("+86 138-1234-5678 / 0086 13812345678", "… / …"),
        ("138 1234 56789", "138 1234 56789"),
        ("0151 12345678 is how they write it at home", "… is how they write it at home"),
        ("+49 151 12345678", "…"),
        ("mail FANG@example.com.", "mail …."),
        ("mail FANG@example.com now", "mail … now"),
        ("card 00881234, no 17", "card …, no 17"),
        ("wechat: fang_wx", "wechat: …"),
        ("till 12345", "till 12345"),
        ("", ""),
    ],
)
def test_names_numbers_and_addresses_are_blotted(text: str, left: str) -> None:
    assert NEEDLES.scrub(text) == left


def test_nothing_to_look_for_changes_nothing() -> None:
    assert not Needles([], [])
    assert Needles([], []).scrub("王小芳 13812345678") == "王小芳 13812345678"
