"""Audiences that are kept by name, and used within other texts."""

from collections.abc import Iterator

from sqlalchemy import select

from shopcrm.core.book import Book
from shopcrm.core.choosing.values import meant, there_are
from shopcrm.core.errors import AudienceCircular, AudienceUnknown
from shopcrm.core.schema.audiences import audience
from shopcrm.core.where.tree import Clause


def texts(book: Book) -> dict[str, str]:
    """The text of every saved audience, by name."""
    rows = select(audience.c.name, audience.c.where).order_by(audience.c.name)
    return {row[0]: row[1] for row in book.connection.execute(rows)}


def meant_texts(book: Book, clause: Clause, within: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The texts that a clause names, each with the names that led to it. Raises AudienceUnknown, AudienceCircular."""
    known = texts(book)
    for value in clause.values if clause.relation in ("=", "in") else ():
        if value.text.casefold() not in (name.casefold() for name in known):
            raise AudienceUnknown(audience=value.text, nearest=there_are(value.text, [*known]))
    for name in known if clause.relation == "known" else meant(clause, known):
        if name in within:
            circle = " → ".join([*within[within.index(name) :], name])
            raise AudienceCircular(circle=circle)
        yield known[name], (*within, name)
