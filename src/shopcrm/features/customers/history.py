"""What became of one customer: what was changed by hand and by sheets, what names them, merges, tags and consents."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select

from shopcrm.core.audience import find_one
from shopcrm.core.birthdays import told_birthday
from shopcrm.core.book import Book
from shopcrm.core.language import mark
from shopcrm.core.merging import ids_of
from shopcrm.core.schema.consents import consent
from shopcrm.core.schema.doubles import customer_change, customer_merge, not_same
from shopcrm.core.schema.intake import row_change
from shopcrm.core.schema.people import customer, identity
from shopcrm.core.schema.preferences import customer_tag
from shopcrm.core.schema.sales import batch
from shopcrm.features.customers.holding import shown

HAND = mark("hand")
ADDED, CHANGED, REMOVED, MERGED = mark("added"), mark("changed"), mark("removed"), mark("merged")
TOLD_APART, TAGGED, ALLOWED, REFUSED = mark("told apart"), mark("tagged"), mark("allowed"), mark("refused")
_BIRTHDAY = {"birth_year": None, "is_birthday_lunar": False}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a customer; identities are masked unless revealed.

    `source` is `hand`, a sheet, or where a consent was given; `posted_at` is None where only the day is known.
    `change` says `before` and `after` in one.
    """

    on: date
    by: str
    event: str
    field: str | None
    before: str | None
    after: str | None
    source: str
    batch: int | None = None
    posted_at: datetime | None = None
    change: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """What became of one customer, the latest first, up to the business date."""

    customer: str
    name: str | None
    items: tuple[Event, ...]


def history(book: Book, text: str, *, reveal: bool = False) -> History:
    """Everything that became of the customer who answers to the text. Raises CustomerUnknown, CustomerAmbiguous.

    What became of those who were merged into them is theirs as well.
    """
    found = find_one(book, text)
    ids = ids_of(book, found.id)
    told = [
        *(event for each in ids for event in _facts(book, each)),
        *_identities(book, ids),
        *_pairs(book, ids),
        *_tags(book, ids),
        *_consents(book, ids),
    ]
    events = [event for event in told if event.on <= book.as_of]
    events.sort(key=lambda event: (event.on, event.posted_at is None, event.posted_at or book.now), reverse=True)
    if reveal:
        book.tell(f"history of {found.customer} revealed")
    return History(found.customer, found.name, tuple(_shown(event, reveal) for event in events))


def _shown(event: Event, reveal: bool) -> Event:
    before, after = (shown(event.field or "", value, reveal) for value in (event.before, event.after))
    change = f"{before} → {after or '–'}" if before else after or ""
    return replace(event, before=before, after=after, change=change)


def _facts(book: Book, customer_id: int) -> Iterator[Event]:
    """How a customer was added, and every change of what is known of them, the latest first.

    A sheet's changes keep only what stood there before: what they wrote is what the next change found there.
    """
    row = book.connection.execute(select(customer).where(customer.c.id == customer_id)).one()
    standing = _told(dict(row._mapping))
    changes = [*_by_hand(book, customer_id), *_by_sheets(book, customer_id)]
    changes.sort(key=lambda change: (change[0].posted_at, change[0].on, change[1]), reverse=True)
    for event, _, before in changes:
        if before is None:
            yield event
            standing |= {event.field or "": event.before}
        for field, said in (before or {}).items():
            if said != standing[field]:
                yield replace(event, field=field, before=said, after=standing[field])
                standing[field] = said
    yield from _arrival(book, row, any(event.event == ADDED for event, _, _ in changes))


_Change = tuple[Event, int, Mapping[str, str | None] | None]  # what happened, in which order, what stood there before


def _by_hand(book: Book, customer_id: int) -> Iterator[_Change]:
    wanted = select(customer_change).where(customer_change.c.customer_id == customer_id)
    for row in book.connection.execute(wanted):
        is_added = row.field == ADDED
        what = ADDED if is_added or row.before is None else CHANGED if row.after is not None else REMOVED
        yield (
            Event(row.on, row.by, what, None if is_added else row.field, row.before, row.after, HAND, None, row.at),
            row.id,
            None,
        )


def _by_sheets(book: Book, customer_id: int) -> Iterator[_Change]:
    own = (row_change.c.table_name == customer.name, row_change.c.row_id == customer_id)
    wanted = _from_sheets(row_change.c.id, row_change.c.before).join(row_change, row_change.c.batch_id == batch.c.id)
    for row in book.connection.execute(wanted.where(*own)):
        before = json.loads(row.before) if isinstance(row.before, str) else row.before
        yield _of_sheet(row, CHANGED, None, None), row.id, _told(before)


def _arrival(book: Book, row: Any, is_told: bool) -> Iterator[Event]:
    if row.batch_id is not None:
        of = book.connection.execute(_from_sheets().where(batch.c.id == row.batch_id)).one()
        yield _of_sheet(of, ADDED, None, None)
    elif row.joined_on and not is_told:
        yield Event(row.joined_on, "", ADDED, None, None, None, HAND)


def _identities(book: Book, ids: list[int]) -> Iterator[Event]:
    """What sheets brought to know them by; what was given by hand is among the changes."""
    wanted = _from_sheets(identity.c.kind, identity.c.value).join(identity, identity.c.batch_id == batch.c.id)
    for row in book.connection.execute(wanted.where(identity.c.customer_id.in_(ids)).order_by(identity.c.id)):
        yield _of_sheet(row, ADDED, row.kind, row.value)


def _pairs(book: Book, ids: list[int]) -> Iterator[Event]:
    merged = select(customer_merge, customer.c.code).join(customer, customer.c.id == customer_merge.c.customer_id)
    for row in book.connection.execute(merged.where(customer_merge.c.customer_id.in_(ids))):
        yield Event(row.on, row.by, MERGED, "customer", row.code, None, HAND, None, row.at)
    other = or_(
        not_same.c.one_id.in_(ids) & (customer.c.id == not_same.c.other_id),
        not_same.c.other_id.in_(ids) & (customer.c.id == not_same.c.one_id),
    )
    for row in book.connection.execute(select(not_same, customer.c.code).join(customer, other)):
        yield Event(row.on, row.by, TOLD_APART, "customer", None, row.code, HAND)


def _tags(book: Book, ids: list[int]) -> Iterator[Event]:
    columns = (customer_tag, batch.c.on, batch.c.by.label("batch_by"), batch.c.sheet, batch.c.imported_at)
    wanted = select(*columns).outerjoin(batch, batch.c.id == customer_tag.c.batch_id)
    for row in book.connection.execute(wanted.where(customer_tag.c.customer_id.in_(ids)).order_by(customer_tag.c.id)):
        on = row.since_on or row.on
        if on is not None:
            by, source = row.by or row.batch_by or "", row.rule or row.sheet or HAND
            yield Event(on, by, TAGGED, "tag", None, row.tag, source, row.batch_id, row.imported_at)


def _consents(book: Book, ids: list[int]) -> Iterator[Event]:
    columns = (consent, batch.c.by.label("batch_by"), batch.c.imported_at)
    wanted = select(*columns).outerjoin(batch, batch.c.id == consent.c.batch_id)
    for row in book.connection.execute(wanted.where(consent.c.customer_id.in_(ids)).order_by(consent.c.id)):
        what, by = ALLOWED if row.is_granted else REFUSED, row.by or row.batch_by or ""
        said = f"{row.channel} ({row.purpose})"
        yield Event(row.on, by, what, "consent", None, said, row.source, row.batch_id, row.imported_at)


def _from_sheets(*columns: Any) -> Select[Any]:
    of_batch = (batch.c.id.label("of_batch"), batch.c.on, batch.c.by, batch.c.sheet, batch.c.imported_at)
    return select(*of_batch, *columns).select_from(batch)


def _of_sheet(row: Any, what: str, field: str | None, after: str | None) -> Event:
    return Event(row.on, row.by, what, field, None, after, row.sheet, row.of_batch, row.imported_at)


def _told(person: Mapping[str, Any]) -> dict[str, str | None]:
    """What is known of a customer, in words: of the columns of one, or of those that a sheet's change kept."""
    told = {field: person[field] for field in ("name", "gender") if field in person}
    if "birth_month" in person:
        told["birthday"] = told_birthday(_BIRTHDAY | dict(person))
    if "joined_on" in person:
        told["joined_on"] = str(person["joined_on"]) if person["joined_on"] else None
    return told
