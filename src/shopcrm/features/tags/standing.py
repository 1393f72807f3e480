"""The tags that hold on the business date, whose they are, and who or what says so."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_, select

from shopcrm.core.book import Book
from shopcrm.core.choosing.names import names_of
from shopcrm.core.choosing.values import there_are
from shopcrm.core.errors import TagUnknown
from shopcrm.core.merging import whose
from shopcrm.core.schema.preferences import customer_tag


class Standing(NamedTuple):
    """One tag of one customer: the row, who answers for it, and what is kept with it."""

    id: int
    customer_id: int  # for whom it was written
    person_id: int  # who answers for them
    tag: str
    rule: str | None
    why: dict[str, Any] | None
    since_on: date | None
    expires_on: date | None
    by: str | None
    batch_id: int | None

    @property
    def source(self) -> str:
        """Who or what says so: hand, sheet or rule."""
        if self.rule is not None:
            return "rule"
        return "sheet" if self.batch_id is not None else "hand"


def holding(book: Book, *conditions: ColumnElement[bool]) -> list[Standing]:
    """The tags that hold on the business date, by tag and customer."""
    until = (
        or_(customer_tag.c.since_on.is_(None), customer_tag.c.since_on <= book.as_of),
        or_(customer_tag.c.expires_on.is_(None), customer_tag.c.expires_on >= book.as_of),
    )
    return rows_of(book, *until, *conditions)


def rows_of(book: Book, *conditions: ColumnElement[bool]) -> list[Standing]:
    """The rows of the table, whether they hold or not, by tag and customer."""
    tag = customer_tag.c
    person = whose(book, tag.customer_id).label("person_id")
    wanted = select(
        tag.id, tag.customer_id, person, tag.tag, tag.rule, tag.why, tag.since_on, tag.expires_on, tag.by, tag.batch_id
    )
    rows = book.connection.execute(wanted.where(*conditions).order_by(tag.tag, person, tag.id))
    return [Standing._make(row) for row in rows]


def spelled(book: Book, name: str) -> str:
    """The tag as it is spelled in the book; capitals make no difference. Raises TagUnknown with what there is."""
    plain = name.strip()
    known = names_of(book, "tag")
    for each in known:
        if each.casefold() == plain.casefold():
            return each
    raise TagUnknown(tag=plain, nearest=there_are(plain, known))
