"""Who answers to what a person types, and by what: exactly, in part, by the sound of a name, or nearly."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select

from shopcrm.core.book import Book
from shopcrm.core.erased import erased_ids
from shopcrm.core.errors import IdentityUnreadable
from shopcrm.core.identities import KIND_WORDS, normalise
from shopcrm.core.language import mark
from shopcrm.core.merging import kept
from shopcrm.core.names import is_chinese, spelt, typed_spellings
from shopcrm.core.schema.people import customer, identity

CODE, LAST_FOUR = mark("code"), mark("last four digits")
NAME, PART_OF_NAME = mark("name"), mark("part of the name")
PINYIN, PART_OF_PINYIN, INITIALS = mark("pinyin"), mark("part of the pinyin"), mark("initials")
FIRST_INITIALS = mark("first of the initials")
SOUNDS_LIKE, NEAR_SPELLING = mark("sounds like"), mark("near spelling")

_KINDS = ("member_no", "phone", "email", "wechat", "payment", "till_id")
_LETTERS = 4  # a typed name of fewer is near too many others
_SURE = 8  # letters; up to so many one slip is forgiven, in longer ones two
_MANY = 3  # initials; fewer are the first of too many names
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
    """Everyone whose name sounds like the text, else those spelled nearly so, the nearest first.

    These are suggestions and no answers.
    """
    plain = text.strip()
    meant = [spelt(plain).pinyin or ""] if is_chinese(plain) else typed_spellings(plain)
    if not meant or not all(word.isalpha() for word in re.split(r"[\s'’.·-]+", plain) if word):
        return []
    sounding = [spelling for spelling in meant if " " in spelling]
    found = select(customer.c.id).where(customer.c.pinyin.in_(sounding)).order_by(customer.c.id)
    alike = [Hit(each, SOUNDS_LIKE) for each in book.connection.scalars(found)] if sounding else []
    return _best(book, alike or [hit for spelling in meant for hit in _nearly(book, spelling.replace(" ", ""))])


def _by_code(book: Book, text: str) -> Iterator[Hit]:
    code = unicodedata.normalize("NFKC", text).upper()
    found = list(book.connection.scalars(select(customer.c.id).where(customer.c.code == code)))
    gone = erased_ids(book) if found else ()  # of who was erased the code is left, and answers for nobody
    return (Hit(each, CODE) for each in found if kept(book, each) not in gone)


def _by_identity(book: Book, text: str) -> list[Hit]:
    wanted: list[ColumnElement[bool]] = []
    for kind in _KINDS:
        try:
            value = normalise(kind, text, book.settings.shop.country)
        except IdentityUnreadable:
            continue
        wanted.append(and_(identity.c.kind == kind, identity.c.value == value))
    found = select(identity.c.customer_id, identity.c.kind).where(or_(false(), *wanted))
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
    ranked = sorted({way.found_by for way in ways}, key=_RANK.index)
    conditions = [or_(*(way.condition for way in ways if way.found_by == each)) for each in ranked]
    rank = case(*((condition, place) for place, condition in enumerate(conditions)), else_=len(ranked))
    any_of = or_(*(way.condition for way in ways if not way.is_implied))
    found = select(customer.c.id, rank.label("place")).where(any_of).order_by("place", customer.c.id)
    return [Hit(row.id, ranked[row.place]) for row in book.connection.execute(found)]


_RANK = (NAME, PART_OF_NAME, PINYIN, PART_OF_PINYIN, INITIALS, FIRST_INITIALS)


class _Way(NamedTuple):
    """A condition by which a name answers. One that another implies need not be asked of every name."""

    found_by: str
    condition: ColumnElement[bool]
    is_implied: bool = False


def _written(text: str) -> Iterator[_Way]:
    if is_chinese(text):  # blanks between Chinese characters mean nothing, on either side
        bare = "".join(text.split())
        name: ColumnElement[str] = func.replace(customer.c.name, " ", "")
    else:
        bare, name = text, customer.c.name
    yield _Way(NAME, func.lower(name) == func.lower(bare), is_implied=True)
    yield _Way(PART_OF_NAME, name.icontains(bare, autoescape=True))


def _letters_of(text: str) -> list[str]:
    """What was typed as words of letters, where it may be the sound of a name; Chinese characters never are."""
    is_word = all(word.isalpha() for word in re.split(r"[\s'’.·-]+", text) if word)
    return typed_spellings(text) if is_word and not is_chinese(text) else []


def _sounding(spelling: str) -> Iterator[_Way]:
    joined = spelling.replace(" ", "")
    letters: ColumnElement[str] = func.replace(customer.c.pinyin, " ", "")
    if len(joined) < 2:
        return
    if len(joined) >= _PART:
        yield _Way(PINYIN, letters == joined, is_implied=True)
        yield _Way(PART_OF_PINYIN, letters.contains(joined, autoescape=True))
    else:
        yield _Way(PINYIN, letters == joined)
        beginning: ColumnElement[bool] = (literal(" ") + customer.c.pinyin).contains(f" {joined}", autoescape=True)
        yield _Way(PART_OF_PINYIN, beginning)
    yield _Way(INITIALS, customer.c.initials == joined)
    if len(joined) >= _MANY:
        yield _Way(FIRST_INITIALS, customer.c.initials.startswith(joined, autoescape=True))


def _nearly(book: Book, typed: str) -> list[Hit]:
    """Names a slip or two away: a letter wrong, missing or too many, or two neighbours that changed places.

    One slip leaves the first third of a name, the last or the middle one as it was; those who share one are compared.
    """
    if len(typed) < _LETTERS:
        return []
    from rapidfuzz.distance import OSA

    slips = 1 if len(typed) <= _SURE else 2
    rows = book.connection.execute(_sharing_a_third(typed, slips))
    away = ((OSA.distance(typed, letters, score_cutoff=slips), letters, each) for each, letters in rows)
    near = sorted((far, letters[:1] != typed[:1], each) for far, letters, each in away if far <= slips)
    return [Hit(each, NEAR_SPELLING) for _, _, each in near]


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
