"""What is looked for in texts: the names, phones and addresses of people who are erased."""

import re
from collections.abc import Iterable

BLOT = "…"
_DIGITS = re.compile(r"\+?\d(?:[ \-.()]{0,2}\d){6,17}")
_WORDS = re.compile(r"[^\s,;:，；：、。“”\"'()（）\[\]{}<>]+")
# Shorter ones are found in texts that mean something else.
_LEAST_DIGITS, _LEAST_LOCAL, _LEAST_WORD, _LEAST_NAME = 7, 9, 5, 2


class Needles:
    """Names, numbers and other identities of some people, found in a text however many they are."""

    def __init__(self, names: Iterable[str], identities: Iterable[tuple[str, str]]) -> None:
        """`identities` are kinds and values in their kept form."""
        self._names: dict[int, set[str]] = {}
        for name in {each.strip() for each in names}:
            if len(name) >= _LEAST_NAME:
                self._names.setdefault(len(name), set()).add(name)
        self._numbers: set[str] = set()
        self._words: set[str] = set()
        for kind, value in identities:
            digits = re.sub(r"\D", "", value)
            if kind == "phone" or (digits == value and len(digits) >= _LEAST_DIGITS):
                # Within its country a phone is written without the country's number, and with a zero in its place.
                self._numbers |= {digits, *(digits[start:] for start in range(1, len(digits) - _LEAST_LOCAL + 1))}
            elif kind not in ("name", "till_id") and len(value) >= _LEAST_WORD:
                self._words.add(value.casefold())

    def __bool__(self) -> bool:
        return bool(self._names or self._numbers or self._words)

    def scrub(self, text: str) -> str:
        """The text with each of them blotted out."""
        if self._numbers:
            text = _DIGITS.sub(lambda found: BLOT if self._is_number(found[0]) else found[0], text)
        if self._words:
            text = _WORDS.sub(lambda found: self._without_word(found[0]), text)
        for length, names in self._names.items():
            text = self._without_names(text, length, names)
        return text

    def _without_word(self, found: str) -> str:
        word = found.rstrip(".!?…")
        return f"{BLOT}{found[len(word) :]}" if word.casefold() in self._words else found

    def _is_number(self, found: str) -> bool:
        digits = re.sub(r"\D", "", found)
        return digits in self._numbers or digits.lstrip("0") in self._numbers

    def _without_names(self, text: str, length: int, names: set[str]) -> str:
        at = 0
        while at + length <= len(text):
            if text[at : at + length] in names and _stands_alone(text, at, at + length):
                text = text[:at] + BLOT + text[at + length :]
            at += 1
        return text


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a name in letters is a word of its own: Li is not in Lipstick. Chinese has no gaps between words."""
    before = start > 0 and text[start - 1].isascii() and text[start - 1].isalnum() and text[start].isascii()
    after = end < len(text) and text[end].isascii() and text[end].isalnum() and text[end - 1].isascii()
    return not before and not after
