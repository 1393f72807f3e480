"""Codes that people read aloud and type: every slip is found, and what was meant is found again."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.core.codes import ALPHABET, LENGTH, is_well_formed, near_codes, new_codes, plain_code, shown_code

CODES = list(new_codes(20_000))
some_code = st.sampled_from(range(len(CODES))).map(lambda place: CODES[place])
places = st.integers(0, LENGTH - 1)
characters = st.sampled_from(ALPHABET)
LOOKS_LIKE = {"0": "Q", "O": "Q", "1": "L", "I": "L", "2": "Z", "5": "S", "6": "G", "8": "B", "U": "V"}
RUDE = re.compile("FCK|FK|SHT|CNT|DCK|BTCH|SB|NMSL|CNM|WTF|KKK|X{3}|TMD|CCK|PSS|SLT|RNM|SS|NC|ZZ|HJ|JB")


def test_codes_are_well_formed_all_different_and_hold_no_rude_word() -> None:
    assert all(map(is_well_formed, CODES))
    assert len(set(CODES)) == len(CODES) == 20_000
    assert [code for code in CODES if RUDE.search(code)] == []
    assert {character for code in CODES for character in code} == set(ALPHABET)


@pytest.mark.parametrize("place", range(LENGTH))
def test_every_character_is_about_as_likely_in_every_place(place: int) -> None:
    """Rude words make some a little rarer; a source that favoured some, or a check that did, would be far off."""
    counted = Counter(code[place] for code in CODES)
    even = len(CODES) / len(ALPHABET)
    assert 0.78 * even < min(counted.values()) <= max(counted.values()) < 1.22 * even


@pytest.mark.parametrize("number", range(25))  # codes are others each time, also in another worker of the same run
def test_every_wrong_character_and_every_two_that_changed_places_are_found(number: int) -> None:
    code = CODES[number]
    wrong = {code[:at] + other + code[at + 1 :] for at in range(LENGTH) for other in ALPHABET} - {code}
    swapped = {
        code[:one] + code[two] + code[one + 1 : two] + code[one] + code[two + 1 :]
        for two in range(LENGTH)
        for one in range(two)
    } - {code}
    assert len(wrong) == LENGTH * (len(ALPHABET) - 1)
    assert [each for each in wrong | swapped if is_well_formed(each)] == []


def test_nothing_else_is_well_formed() -> None:
    (code,) = new_codes(1)
    for other in ("", code[:-1], code + code[-1], "A" + code[1:], "4" * LENGTH, shown_code(code), code.lower(), "王芳"):
        assert not is_well_formed(other)


@given(some_code, st.booleans(), st.integers(0, 3), st.data())
def test_a_code_is_read_however_it_is_typed(code: str, is_lower: bool, how: int, data: st.DataObject) -> None:
    back = {kept: [look for look, as_kept in LOOKS_LIKE.items() if as_kept == kept] for kept in LOOKS_LIKE.values()}
    typed = "".join(data.draw(st.sampled_from([each, *back.get(each, [])])) for each in code)
    typed = [typed, shown_code(typed), " ".join(typed), f"  {typed[:3]}—{typed[3:]}。"][how]
    typed = typed.lower() if is_lower else typed
    wide = "".join(chr(ord(each) + 0xFEE0) if each.isascii() and each.isalnum() else each for each in typed)
    assert plain_code(typed) == plain_code(wide) == code


@given(some_code, places, characters, st.sampled_from(["wrong", "missing", "too many", "swapped"]))
def test_what_was_meant_is_near_to_what_was_typed(code: str, at: int, other: str, slip: str) -> None:
    typed = {
        "wrong": code[:at] + other + code[at + 1 :],
        "missing": code[:at] + code[at + 1 :],
        "too many": code[:at] + other + code[at:],
        "swapped": code[:at] + code[at + 1 : at + 2] + code[at : at + 1] + code[at + 2 :],
    }[slip]
    near = near_codes(typed)
    assert typed == code or code in near
    assert typed not in near
    assert all(map(is_well_formed, near))


@given(st.text(max_size=60))
def test_anything_at_all_is_read_and_has_few_neighbours(text: str) -> None:
    plain = plain_code(text)
    assert plain_code(plain) == plain
    assert len(near_codes(plain)) < 600


@pytest.mark.parametrize("count", [0, 1, 7])
def test_as_many_as_asked_for_are_made(count: int) -> None:
    assert len(list(new_codes(count))) == count
