"""Tags by hand: put on, taken off, and all of one customer's."""

from dataclasses import dataclass
from datetime import date
from shlex import quote

from sqlalchemy import delete, insert, update

from shopcrm.core.audience import Found, find_one
from shopcrm.core.book import Book
from shopcrm.core.clock import parse_date
from shopcrm.core.errors import TagByRule, TagNotHeld, TagUnknown, UsageWrong
from shopcrm.core.language import translate as _
from shopcrm.core.merging import ids_of
from shopcrm.core.schema.preferences import customer_tag
from shopcrm.features.tags.reasons import reason_of
from shopcrm.features.tags.standing import Standing, holding, rows_of, spelled


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag that a customer has now, and its last good day; `is_repeat` where it was so already."""

    customer: str
    name: str | None
    tag: str
    expires_on: date | None
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class Untagged:
    """A tag that a customer has no more."""

    customer: str
    name: str | None
    tag: str


@dataclass(frozen=True, slots=True)
class TagRow:
    """One tag of a customer: who or what says so (hand, sheet or rule), since when and until when, and why."""

    tag: str
    source: str
    since_on: date | None
    expires_on: date | None
    by: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class TagsOfCustomer:
    """Every tag of a customer that holds on the business date."""

    customer: str
    name: str | None
    items: tuple[TagRow, ...]


def tag(book: Book, text: str, name: str, *, until: str | None = None) -> Tagged:
    """Puts a tag on a customer by hand, for ever or up to a day. One that a rule gave is by hand from now on.

    Raises CustomerUnknown, CustomerAmbiguous, DateUnreadable, UsageWrong for no tag or a day that is over.
    """
    found = find_one(book, text)
    expires_on = parse_date(until) if until else None
    if expires_on and expires_on < book.as_of:
        raise UsageWrong(
            problem=_("a tag cannot end before today, {as_of}").format(as_of=book.as_of),
            command="shopcrm customers tag",
        )
    spelling = _spelling(book, name)
    values = {"rule": None, "why": None, "expires_on": expires_on, "by": book.by, "batch_id": None}
    rows = _rows(book, found, spelling)
    standing = next((row for row in rows if row.rule is None and not _is_over(book, row)), None)
    is_repeat = standing is not None and standing.expires_on == expires_on
    if not is_repeat:
        since_on = standing.since_on if standing else book.as_of
        if rows:
            row_id = (standing or rows[0]).id
            book.connection.execute(
                update(customer_tag).where(customer_tag.c.id == row_id).values(since_on=since_on, **values)
            )
        else:
            row = {"customer_id": found.id, "tag": spelling, "since_on": since_on, **values}
            book.connection.execute(insert(customer_tag).values(**row))
        book.tell(f"{found.customer} tagged")
    return Tagged(found.customer, found.name, spelling, expires_on, is_repeat)


def untag(book: Book, text: str, name: str) -> Untagged:
    """Takes a tag off a customer. Raises TagNotHeld, and TagByRule where a rule would put it on again."""
    found = find_one(book, text)
    rows = _rows(book, found, name.strip())
    if not [row for row in rows if not _is_over(book, row)]:
        raise TagNotHeld(customer=found.customer, tag=name.strip())
    rules = {rule.name for rule in book.settings.tags}
    if ruled := next((row for row in rows if row.rule in rules), None):
        raise TagByRule(customer=found.customer, tag=ruled.tag, key=quote(f"tags.{ruled.rule}.where"))
    book.connection.execute(delete(customer_tag).where(customer_tag.c.id.in_([row.id for row in rows])))
    book.tell(f"{found.customer} untagged")
    return Untagged(found.customer, found.name, rows[0].tag)


def tags_of(book: Book, text: str) -> TagsOfCustomer:
    """What a customer is tagged with on the business date, and why."""
    found = find_one(book, text)
    rows = holding(book, customer_tag.c.customer_id.in_(ids_of(book, found.id)))
    items = tuple(
        TagRow(row.tag, row.source, row.since_on, row.expires_on, row.by, reason_of(book, row)) for row in rows
    )
    return TagsOfCustomer(found.customer, found.name, items)


def _spelling(book: Book, name: str) -> str:
    plain = " ".join(name.split())
    if not plain:
        raise UsageWrong(problem=_("a tag needs a name"), command="shopcrm customers tag")
    try:
        return spelled(book, plain)
    except TagUnknown:
        return plain


def _rows(book: Book, found: Found, name: str) -> list[Standing]:
    mine = customer_tag.c.customer_id.in_(ids_of(book, found.id))
    return [row for row in rows_of(book, mine) if row.tag.casefold() == name.casefold()]


def _is_over(book: Book, row: Standing) -> bool:
    return row.expires_on is not None and row.expires_on < book.as_of
