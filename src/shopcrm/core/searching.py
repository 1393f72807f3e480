"""Who answers to what a person types, and by what: exactly, in part, by the sound of a name, or nearly."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select

from shopcrm.core.book import Book
from shopcrm.core.errors import IdentityUnreadable
from shopcrm.core.identities import KIND_WORDS, normalise
from shopcrm.core.language import mark
from shopcrm.core.merging import kept
from shopcrm.core.names import is_chinese, spelt, typed_spellings
from shopcrm.core.schema.people import customer, identity

CODE, LAST_FOUR = mark("code"), mark("last four digits")
NAME, PART_OF_NAME = mark("name"), mark("part of the name")
PINYIN, PART_OF_PINYIN, INITIALS = mark("pinyin"), mark("part of the pinyin"), mark("initials")
SOUNDS_LIKE, NEAR_SPELLING = mark("sounds like"), mark("near spelling")

_KINDS = ("member_no", "phone", "email", "wechat", "payment", "till_id")
_LETTERS = 4  # a typed name of fewer is near too many others
_SURE = 8  # letters; up to so many one slip is forgiven, in longer ones two
_PART = 4  # letters; fewer are looked for where a word begins: `an` is in every other name


class Hit(NamedTuple):
    """A customer who answers to a text, by row key, and what of them it was."""

    id: int
    found_by: str


def hits(book: Book, text: str) -> list[Hit]:
    """Everyone who answers to a text, the best first. An exact code or identity wins over a part of anything."""
    plain = text.strip()
    if not plain:
        return []
    exact = [*_by_code(book, plain), *_by_identity(book, plain)]
    return _best(book, exact or [*_by_last_four(book, plain), *_by_name(book, plain)])


def near_hits(book: Book, text: str) -> list[Hit]:
    """Everyone whose name sounds like the text, or is spelled nearly so, the nearest first: suggestions, no answers."""
    plain = text.strip()
    meant = [spelt(plain).pinyin or ""] if is_chinese(plain) else typed_spellings(plain)
    if not meant or not all(word.isalpha() for word in re.split(r"[\s'’.·-]+", plain) if word):
        return []
    sounding = [spelling for spelling in meant if " " in spelling]
    found = select(customer.c.id).where(customer.c.pinyin.in_(sounding)).order_by(customer.c.id)
    alike = [Hit(each, SOUNDS_LIKE) for each in book.connection.scalars(found)] if sounding else []
    return _best(book, [*alike, *(hit for spelling in meant for hit in _nearly(book, spelling.replace(" ", "")))])


def _by_code(book: Book, text: str) -> Iterator[Hit]:
    code = unicodedata.normalize("NFKC", text).upper()
    return (Hit(each, CODE) for each in book.connection.scalars(select(customer.c.id).where(customer.c.code == code)))


def _by_identity(book: Book, text: str) -> list[Hit]:
    wanted: list[ColumnElement[bool]] = []
    for kind in _KINDS:
        try:
            value = normalise(kind, text, book.settings.shop.country)
        except IdentityUnreadable:
            continue
        wanted.append(and_(identity.c.kind == kind, identity.c.value == value))
    found = select(identity.c.customer_id, identity.c.kind).where(or_(*wanted))
    rows = book.connection.execute(found.order_by(identity.c.customer_id, identity.c.id))
    return [Hit(row.customer_id, KIND_WORDS[row.kind]) for row in rows]


def _by_last_four(book: Book, text: str) -> list[Hit]:
    digits = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"[0-9]{4}", digits):
        return []
    ending = (identity.c.kind == "phone", func.substr(identity.c.value, -4) == literal(digits))
    found = select(identity.c.customer_id).where(*ending).order_by(identity.c.customer_id)
    return [Hit(each, LAST_FOUR) for each in book.connection.scalars(found)]


def _by_name(book: Book, text: str) -> list[Hit]:
    """By the name as it is written, by how it sounds, and by initials: one pass over the names."""
    ways = [*_written(text), *(way for spelling in _letters_of(text) for way in _sounding(spelling))]
    ranked = sorted({found_by for found_by, _ in ways}, key=_RANK.index)
    conditions = [or_(*(way for found_by, way in ways if found_by == each)) for each in ranked]
    rank = case(*((condition, place) for place, condition in enumerate(conditions)), else_=len(ranked))
    found = select(customer.c.id, rank.label("place")).where(or_(*conditions)).order_by("place", customer.c.id)
    return [Hit(row.id, ranked[row.place]) for row in book.connection.execute(found)]


_RANK = (NAME, PART_OF_NAME, PINYIN, PART_OF_PINYIN, INITIALS)
_Way = tuple[str, ColumnElement[bool]]


def _written(text: str) -> Iterator[_Way]:
    # Blanks between Chinese characters mean nothing, on either side.
    bare = "".join(text.split()) if is_chinese(text) else text
    yield NAME, customer.c.name.in_({text, bare})
    yield PART_OF_NAME, customer.c.name.icontains(text, autoescape=True)
    if is_chinese(text):
        yield PART_OF_NAME, func.replace(customer.c.name, " ", "").icontains(bare, autoescape=True)


def _letters_of(text: str) -> list[str]:
    """What was typed as words of letters, where it may be the sound of a name; Chinese characters never are."""
    is_word = all(word.isalpha() for word in re.split(r"[\s'’.·-]+", text) if word)
    return typed_spellings(text) if is_word and not is_chinese(text) else []


def _sounding(spelling: str) -> Iterator[_Way]:
    joined = spelling.replace(" ", "")
    letters: ColumnElement[str] = func.replace(customer.c.pinyin, " ", "")
    yield PINYIN, letters == joined
    if len(joined) >= _PART:
        yield PART_OF_PINYIN, letters.contains(joined, autoescape=True)
    elif len(joined) > 1:
        yield PART_OF_PINYIN, (literal(" ") + customer.c.pinyin).contains(f" {joined}", autoescape=True)
        yield PART_OF_PINYIN, letters.startswith(joined, autoescape=True)
    if len(joined) > 1:
        yield INITIALS, customer.c.initials == joined


def _nearly(book: Book, typed: str) -> list[Hit]:
    """Names a slip or two away: a letter wrong, missing or too many, or two neighbours that changed places.

    One slip leaves the first third of a name, the last or the middle one as it was; those who share one are compared.
    """
    if len(typed) < _LETTERS:
        return []
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    slips = 1 if len(typed) <= _SURE else 2
    rows = book.connection.execute(_sharing_a_third(typed, slips)).all()
    names = [row.letters for row in rows]
    near = process.extract(typed, names, scorer=OSA.distance, score_cutoff=slips, limit=None)
    order = sorted(near, key=lambda each: (each[1], each[0][:1] != typed[:1], rows[each[2]].id))
    return [Hit(rows[place].id, NEAR_SPELLING) for _, _, place in order]


def _sharing_a_third(typed: str, slips: int) -> Any:
    letters: ColumnElement[str] = func.replace(customer.c.pinyin, " ", "")
    first, second = len(typed) // 3, len(typed) - len(typed) // 3
    sharing = (
        letters.startswith(typed[:first], autoescape=True),
        letters.endswith(typed[second:], autoescape=True),
        letters.contains(typed[first:second], autoescape=True),
    )
    length = func.length(letters).between(len(typed) - slips, len(typed) + slips)
    return select(customer.c.id, letters.label("letters")).where(length, or_(*sharing))


def _best(book: Book, found: Iterable[Hit]) -> list[Hit]:
    """Each customer once, by the best that was found of them, and whoever answers for a merged one in their place."""
    best: dict[int, Hit] = {}
    for hit in found:
        keeper = kept(book, hit.id)
        best.setdefault(keeper, Hit(keeper, hit.found_by))
    return list(best.values())
