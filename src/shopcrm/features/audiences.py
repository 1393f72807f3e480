"""Audiences: ways to choose customers that are kept by name, explained, and counted anew whenever they are used."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update

from shopcrm.core import audience
from shopcrm.core.book import Book
from shopcrm.core.choosing import saved
from shopcrm.core.choosing.names import names_of
from shopcrm.core.choosing.values import there_are
from shopcrm.core.errors import AudienceInUse, AudienceUnknown, ShopError, UsageWrong
from shopcrm.core.language import translate as _
from shopcrm.core.schema.audiences import audience as audiences
from shopcrm.core.where.parsing import parse
from shopcrm.core.where.tree import clauses, quoted
from shopcrm.core.where.words import RELATIONS, WORDS, Word

_SHOWN = 12  # names that a word is listed with


@dataclass(frozen=True, slots=True)
class Saved:
    """An audience as it is kept; `is_repeat` where it stood so already."""

    audience: str
    where: str
    sentence: str
    chosen: int
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """An audience, what it asks for, and how many it chooses on the business date."""

    audience: str
    chosen: int
    sentence: str
    where: str
    saved_on: date
    by: str


@dataclass(frozen=True, slots=True)
class AudienceRow:
    """One of the list; one that can no longer be read says why, and chooses nobody."""

    audience: str
    chosen: int | None
    sentence: str
    where: str


@dataclass(frozen=True, slots=True)
class AudienceList:
    """Every saved audience, by name."""

    items: tuple[AudienceRow, ...]


@dataclass(frozen=True, slots=True)
class Counting:
    """How many customers a text chooses, and what it asks for."""

    chosen: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Removed:
    """The audience that is kept no more."""

    audience: str
    where: str


@dataclass(frozen=True, slots=True)
class WordRow:
    """One word that customers can be chosen by: what it is about, an example, and the names that there are.

    `signs` are how it is compared, `also` other ways to write it.
    """

    word: str
    meaning: str
    example: str
    names: str
    signs: str
    also: str


@dataclass(frozen=True, slots=True)
class Words:
    """All words of the language."""

    items: tuple[WordRow, ...]


def save(book: Book, name: str, where: str) -> Saved:
    """Keeps a text under a name; one that is kept there already is replaced.

    Raises WhereUnreadable, WhereWordUnknown, WhereValueWrong, AudienceUnknown; AudienceCircular where it would be
    chosen by itself.
    """
    plain = name.strip()
    if not plain:
        raise UsageWrong(problem=_("an audience needs a name"), command="shopcrm audiences save")
    standing = _find(book, plain)
    audience.where(book, where)  # so that what is wrong is said before anything is written
    values = {"where": where.strip(), "on": book.as_of, "by": book.by}
    is_repeat = standing is not None and standing.where == values["where"]
    if standing is None:
        book.connection.execute(insert(audiences).values(name=plain, **values))
    elif not is_repeat:
        book.connection.execute(update(audiences).where(audiences.c.id == standing.id).values(**values))
    name = standing.name if standing else plain
    audience.where(book, f"audience = {quoted(name)}")  # which meets a circle
    if not is_repeat:
        book.tell("an audience saved")
    chosen, sentence = len(audience.chosen(book, where)), audience.explained(book, where)
    return Saved(name, where.strip(), sentence, chosen, is_repeat)


def list_all(book: Book) -> AudienceList:
    """Every saved audience, with how many it chooses on the business date."""
    rows = book.connection.execute(select(audiences).order_by(audiences.c.name))
    return AudienceList(tuple(_row(book, row.name, row.where) for row in rows.all()))


def show(book: Book, name: str) -> Shown:
    """One audience. Raises AudienceUnknown with the nearest."""
    row = _get(book, name)
    sentence, chosen = audience.explained(book, row.where), len(audience.chosen(book, row.where))
    return Shown(row.name, chosen, sentence, row.where, row.on, row.by)


def count(book: Book, where: str) -> Counting:
    """How many a text chooses. Raises what `save` raises."""
    return Counting(len(audience.chosen(book, where)), audience.explained(book, where))


def remove(book: Book, name: str) -> Removed:
    """Keeps an audience no more. Raises AudienceUnknown, AudienceInUse where others are chosen by it."""
    row = _get(book, name)
    texts = {other.name: other.where for other in book.connection.execute(select(audiences))}
    texts |= {f"tags.{rule.name}": rule.where for rule in book.settings.tags if rule.where}
    others = [other for other, text in texts.items() if other != row.name and _names(text, row.name)]
    if others:
        raise AudienceInUse(audience=row.name, others=", ".join(others))
    book.connection.execute(delete(audiences).where(audiences.c.id == row.id))
    book.tell("an audience removed")
    return Removed(row.name, row.where)


def words(book: Book) -> Words:
    """What customers can be chosen by, with the tiers, tags and other names of this book."""
    return Words(tuple(_word(book, word) for word in WORDS))


def _word(book: Book, word: Word) -> WordRow:
    names = names_of(book, word.name) if word.kind in ("name", "ladder") and word.name != "audience" else []
    if word.name == "audience":
        names = [*saved.texts(book)]
    elif word.name == "prefers":
        names = [*book.settings.preference_fields]
    listed = [*names[:_SHOWN], *(["…"] if len(names) > _SHOWN else [])]
    signs = " ".join(RELATIONS[word.kind])
    return WordRow(word.name, _(word.meaning), word.example, ", ".join(listed), signs, ", ".join(word.also))


def _row(book: Book, name: str, where: str) -> AudienceRow:
    try:
        return AudienceRow(name, len(audience.chosen(book, where)), audience.explained(book, where), where)
    except ShopError as refusal:  # a tier that it names may be gone from the settings
        return AudienceRow(name, None, refusal.message, where)


def _names(text: str, name: str) -> bool:
    try:
        used = [value.text for clause in clauses(parse(text)) if clause.word == "audience" for value in clause.values]
    except ShopError:
        return False
    return name.casefold() in (each.casefold() for each in used)


def _find(book: Book, name: str) -> Any:
    rows = book.connection.execute(select(audiences)).all()
    return next((row for row in rows if row.name.casefold() == name.strip().casefold()), None)


def _get(book: Book, name: str) -> Any:
    row = _find(book, name)
    if row is None:
        names = list(book.connection.scalars(select(audiences.c.name).order_by(audiences.c.name)))
        raise AudienceUnknown(audience=name, nearest=there_are(name, names))
    return row
