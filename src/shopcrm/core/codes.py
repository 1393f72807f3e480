"""Codes that people read aloud, type and print: no look-alikes, no words, and a last character that proves the rest.

Twenty-three characters: of each pair that is confused (0/Q, 1/L, 2/Z, 5/S, 6/G, 8/B, U/V) one, no vowel, no 4. Their
number is prime, so the check character, a weighted sum modulo 23 as in ISBN-10, finds every single wrong character and
every two that changed places.
"""

import secrets
from collections.abc import Iterator
from unicodedata import normalize

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ379"
LENGTH = 10  # 23⁹ codes: a thousand guesses at one of a hundred thousand coupons hit once in eighteen thousand tries
_GROUP = 5
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LOOK_ALIKES = str.maketrans("01IO25U68", "QLLQZSVGB")
# What is left of rude words without vowels, in English and in the initials that Chinese keyboards make of them.
_RUDE = (
    "BDSM", "BTCH", "CCK", "CNM", "CNT", "CSN", "DCK", "FCK", "FG", "FK", "FQ", "GND", "HJ", "JB", "KKK", "MLGB", "NC",
    "NGR", "NMB", "NMD", "NMSL", "NND", "NZ", "PRN", "PSS", "RBQ", "RNM", "SB", "SHT", "SLT", "SS", "SX", "TMD", "WCNM",
    "WTF", "XXX", "ZB", "ZZ",
)  # fmt: skip


def new_codes(count: int) -> Iterator[str]:
    """So many codes, from the operating system's source of secrets; two are equal as rarely as chance has it."""
    made = 0
    while made < count:
        # 253 is eleven times 23: bytes above it would make some characters likelier than others.
        drawn = [byte % 23 for byte in secrets.token_bytes((count - made) * LENGTH + 64) if byte < 253]
        for start in range(0, len(drawn) - LENGTH + 2, LENGTH - 1):
            values = drawn[start : start + LENGTH - 1]
            code = "".join([ALPHABET[value] for value in (*values, _check(values))])
            if made < count and not any(word in code for word in _RUDE):
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


def _check(values: list[int]) -> int:
    return sum(place * value for place, value in enumerate(values, 1)) % 23
