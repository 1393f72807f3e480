"""Codes that people read aloud, type and print: no look-alikes, no words, and a last character that proves the rest.

Twenty-three characters: of each pair that is confused (0/Q, 1/L, 2/Z, 5/S, 6/G, 8/B, U/V) one, no vowel, no 4. Their
number is prime, so the check character, a weighted sum modulo 23 as in ISBN-10, finds every single wrong character and
every two that changed places.
"""

import re
import secrets
from array import array
from collections.abc import Iterator
from functools import cache
from itertools import product
from unicodedata import normalize

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ379"
LENGTH = 10  # 23⁹ codes: a thousand guesses at one of a hundred thousand coupons hit once in eighteen thousand tries
_GROUP = 5
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LOOK_ALIKES = str.maketrans("01IO25U68", "QLLQZSVGB")
# What is left of rude words without vowels, in English and in the initials that Chinese keyboards make of them.
_RUDE = re.compile("|".join((
    "BDSM", "BTCH", "CCK", "CNM", "CNT", "CSN", "DCK", "FCK", "FG", "FK", "FQ", "GND", "HJ", "JB", "KKK", "MLGB", "NC",
    "NGR", "NMB", "NMD", "NMSL", "NND", "NZ", "PRN", "PSS", "RBQ", "RNM", "SB", "SHT", "SLT", "SS", "SX", "TMD", "WCNM",
    "WTF", "X{3}", "ZB", "ZZ",
)))  # fmt: skip


def new_codes(count: int) -> Iterator[str]:
    """So many codes, from the operating system's source of secrets; two are equal as rarely as chance has it."""
    parts, made = _threes(), 0
    while made < count:
        # 60,835 is five times 23³: numbers from it on would make some characters likelier than others.
        numbers = array("H", secrets.token_bytes(2 * 4 * (count - made) + 64))
        drawn = iter([parts[number % 12_167] for number in numbers if number < 60_835])
        for (one, first, _), (two, second, more), (three, third, most) in zip(drawn, drawn, drawn, strict=False):
            code = one + two + three + ALPHABET[(first + second + 3 * more + third + 6 * most) % 23]
            if made < count and not _RUDE.search(code):
                made += 1
                yield code


def plain_code(text: str) -> str:
    """A code as it is kept, from how it was typed: any case, width, blanks, dashes and look-alikes."""
    kept = "".join(character for character in normalize("NFKC", text).upper() if character.isalnum())
    return kept.translate(_LOOK_ALIKES)


def shown_code(code: str) -> str:
    """A code in groups of five, as it is printed and read aloud."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def is_well_formed(code: str) -> bool:
    """Whether a plain code has the right characters, as many as it should, and the right last one."""
    values = [_VALUES.get(character, -1) for character in code]
    return len(values) == LENGTH and min(values) >= 0 and _check(values[:-1]) == values[-1]


def near_codes(code: str) -> set[str]:
    """Every well-formed code one slip away from a plain one: a character wrong, missing or too many, or two swapped."""
    code = code[: LENGTH + 2]
    near = {code[:n] + code[n + 1 :] for n in range(len(code))}
    near |= {code[:n] + code[n + 1 : n + 2] + code[n : n + 1] + code[n + 2 :] for n in range(len(code) - 1)}
    for character in ALPHABET:
        near |= {code[:n] + character + code[n + 1 :] for n in range(len(code))}
        near |= {code[:n] + character + code[n:] for n in range(len(code) + 1)}
    return {each for each in near - {code} if is_well_formed(each)}


@cache
def _threes() -> list[tuple[str, int, int]]:
    """Every three characters, with the sum of their values weighted by their places, and unweighted."""
    values = _VALUES.items()
    return [(a + b + c, x + 2 * y + 3 * z, x + y + z) for (a, x), (b, y), (c, z) in product(values, values, values)]


def _check(values: list[int]) -> int:
    return sum(place * value for place, value in enumerate(values, 1)) % 23
