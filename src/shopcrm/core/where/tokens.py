"""A text cut into words, quoted values, signs and brackets, each with its place; full-width signs are read as well."""

from typing import NamedTuple

from shopcrm.core.errors import WhereUnreadable
from shopcrm.core.language import translate as _

_SIGNS = {"≠": "!=", "<>": "!=", "≤": "<=", "≥": ">=", "=>": ">=", "=<": "<=", "==": "="}
_OPERATORS = ("!=", "<=", ">=", "<>", "=>", "=<", "==", "=", "<", ">", "~", "≠", "≤", "≥")
_CLOSED_BY = {'"': '"', "'": "'", "“": "”", "”": "”", "‘": "’", "’": "’", "＂": "＂", "「": "」", "『": "』"}
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", ord("、"): ","}


class Token(NamedTuple):
    """A piece of the text: `kind` is word, quoted, sign, `(`, `)`, `,` or end; the place counts from 1."""

    kind: str
    text: str
    place: int

    @property
    def after(self) -> int:
        """The place just behind a word."""
        return self.place + len(self.text)


def cut(text: str) -> list[Token]:
    """The pieces of a text, with an `end` behind the last. Raises WhereUnreadable for a quote that is not closed."""
    plain = text.translate(_WIDE)  # one sign for one sign, so that places stay
    tokens, at = [], 0
    while at < len(plain):
        if plain[at].isspace():
            at += 1
        elif text[at] in _CLOSED_BY:
            token, at = _quoted(text, at)
            tokens.append(token)
        elif plain[at] in "(),":
            tokens.append(Token(plain[at], plain[at], at + 1))
            at += 1
        elif sign := next((each for each in _OPERATORS if plain.startswith(each, at)), None):
            tokens.append(Token("sign", _SIGNS.get(sign, sign), at + 1))
            at += len(sign)
        else:
            end = _end_of_word(text, plain, at)
            tokens.append(Token("word", plain[at:end], at + 1))
            at = end
    return [*tokens, Token("end", "", len(text) + 1)]


def _quoted(text: str, at: int) -> tuple[Token, int]:
    closing, content, begin = _CLOSED_BY[text[at]], "", at
    at += 1
    while at < len(text):
        if text[at] == closing:
            if text.startswith(closing, at + 1):  # twice is the sign itself
                at += 1
            else:
                return Token("quoted", content, begin + 1), at + 1
        content += text[at]
        at += 1
    raise WhereUnreadable(place=begin + 1, problem=_("the quote is not closed"), text=text)


def _end_of_word(text: str, plain: str, at: int) -> int:
    end = at
    while end < len(plain) and not plain[end].isspace() and plain[end] not in "(),=!<>~≠≤≥":
        if text[end] in _CLOSED_BY and text[end] not in "'’":  # O'Neill
            break
        end += 1
    # A sign that begins no operator is a word by itself: what is wrong is said where it is met.
    return max(end, at + 1)
