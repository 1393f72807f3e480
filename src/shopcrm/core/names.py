"""How a name sounds: 王芳 is `wang fang` and `wf`, Zoë O'Hara is `zoe ohara` and `zo`.

It is written beside the name, so that a look-up asks no dictionary. Every character is read by itself, whatever stands
beside it: so a part of a name sounds like that part of the whole.
"""

import os
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

# Characters that are read otherwise as a surname; the dictionary's first reading is the one of everyday words.
_SURNAMES = {
    "单": "shan", "單": "shan", "解": "xie", "曾": "zeng", "区": "ou", "區": "ou", "仇": "qiu", "朴": "piao",
    "樸": "piao", "查": "zha", "盖": "ge", "蓋": "ge", "翟": "zhai", "覃": "qin", "缪": "miao", "繆": "miao",
    "乐": "yue", "樂": "yue", "种": "chong", "秘": "bi", "洗": "xian", "员": "yun", "員": "yun", "繁": "po",
    "折": "she", "召": "shao", "祭": "zhai", "句": "gou", "阚": "kan", "卜": "bu", "郇": "xun", "都": "du",
    "万俟": "mo-qi", "萬俟": "mo-qi", "尉迟": "yu-chi", "尉遲": "yu-chi", "单于": "chan-yu", "單于": "chan-yu",
    "澹台": "tan-tai", "长孙": "zhang-sun", "長孫": "zhang-sun", "宰父": "zai-fu", "亓官": "qi-guan",
}  # fmt: skip
# What parents mean by a character, where everyday words read it otherwise.
_GIVEN = {"晟": "sheng", "长": "chang", "長": "chang", "曾": "zeng", "重": "chong"}
_APOSTROPHES = "'’‘`´ʼ"


class Spelling(NamedTuple):
    """A name in words of letters, and the first letter of each; None where it has neither."""

    pinyin: str | None = None
    initials: str | None = None


@lru_cache(maxsize=20_000)
def spelt(name: str | None) -> Spelling:
    """How a name sounds, ü written as v. Names without Chinese characters load no dictionary."""
    words = list(_words(name or ""))
    return Spelling(" ".join(words), "".join(word[0] for word in words)) if words else Spelling()


def spelling_of(name: str | None) -> dict[str, str | None]:
    """The columns of a customer that are written whenever the name is."""
    return spelt(name)._asdict()


def is_chinese(text: str) -> bool:
    """Whether a text has Chinese characters."""
    return any(map(_is_han, unicodedata.normalize("NFKC", text)))


def typed_spellings(text: str) -> list[str]:
    """What a person may mean who types letters, in words: `lü` is lv in a Chinese name and lu in a German one."""
    umlauted = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text)).replace("u\u0308", "v")
    meant = [" ".join(_words(each)) for each in (text, umlauted.replace("U\u0308", "v"))]
    return [each for each in dict.fromkeys(meant) if each]


def _words(name: str) -> Iterator[str]:
    run, place = "", 0
    plain = unicodedata.normalize("NFKC", name).strip()
    surname = _surname(plain)
    for character in plain:
        if _is_han(character):
            if run:
                yield run
            yield surname[place] if place < len(surname) else _reading(character)
            run, place = "", place + 1
        elif character.isalnum():
            run += _folded(character)
            place = len(surname)  # a surname stands first
        elif run and character not in _APOSTROPHES and not unicodedata.combining(character):
            yield run
            run = ""
    if run:
        yield run


def _surname(name: str) -> list[str]:
    return _SURNAMES.get(name[:2], _SURNAMES.get(name[:1], "")).replace("-", " ").split()


def _folded(character: str) -> str:
    """`É` as e, `ß` as ss."""
    apart = unicodedata.normalize("NFD", character.casefold())
    return unicodedata.normalize("NFC", "".join(each for each in apart if not unicodedata.combining(each)))


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or character == "〇" or "\U00020000" <= character <= "\U0003347f"


@cache
def _reading(character: str) -> str:
    return _GIVEN.get(character) or _dictionary()(character)[0] or character


@cache
def _dictionary() -> Callable[[str], list[str]]:
    """The readings of characters alone. That of phrases takes four times as long to load, and names are no phrases."""
    before = os.environ.get("PYPINYIN_NO_PHRASES")
    os.environ["PYPINYIN_NO_PHRASES"] = "true"  # read when it is loaded, and never again
    try:
        from pypinyin import lazy_pinyin
    finally:
        if before is None:
            del os.environ["PYPINYIN_NO_PHRASES"]
        else:
            os.environ["PYPINYIN_NO_PHRASES"] = before
    return lazy_pinyin
