"""Replies to a message by which customers say no (退订, TD, STOP): each becomes a no of the phone's owners."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from shopcrm.core import consents
from shopcrm.core.audience import Listed, by_ids
from shopcrm.core.book import Book
from shopcrm.core.errors import IdentityUnreadable
from shopcrm.core.identities import normalise
from shopcrm.core.schema.people import identity
from shopcrm.sheets.issues import describe_issue
from shopcrm.sheets.replies import Replies, Reply
from shopcrm.sheets.replies import read_replies as read

SOURCE = "reply"


@dataclass(frozen=True, slots=True)
class RepliedRow(Listed):
    """A customer who said no; `is_new` where the book did not know it yet."""

    on: date
    said: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class ReplyProblem:
    """A row from which no no was taken, or not as it stood. No phone is shown."""

    code: str
    message: str
    hint: str
    sheet: str
    row: int
    field: str
    cell: str
    is_rejected: bool


@dataclass(frozen=True, slots=True)
class Replied:
    """What became of the rows: `new` and `known` count customers."""

    sheet: str
    channel: str
    rows: int
    new: int
    known: int
    items: tuple[RepliedRow, ...]
    problems: tuple[ReplyProblem, ...]

    @property
    def needs_attention(self) -> bool:
        """Whether any row is worth a look."""
        return bool(self.problems)


class _Said(NamedTuple):
    customer_id: int
    on: date
    text: str


def read_replies(
    book: Book, path: Path, *, tab: str | None = None, encoding: str | None = None, date_order: str | None = None
) -> Replies:
    """Reads a sheet of phones, with or without the texts and days of their replies; changes nothing.

    Raises SheetNotFound, SheetUnreadable, SheetEmpty, PhonesMissing, ReplyDatesUnclear, ...
    """
    return read(path, today=book.as_of, tab=tab, encoding=encoding, date_order=date_order)


def take_replies(book: Book, replies: Replies, *, channel: str = "sms") -> Replied:
    """Writes a no to marketing for everyone who has one of the phones. The same sheet again changes nothing."""
    problems: list[ReplyProblem] = []

    def object_to(reply: Reply, code: str) -> None:
        message = describe_issue(code)
        hint = "shopcrm consents withdraw CUSTOMER --channel " + channel
        cell = reply.text if code == "reply_unclear" else "…"
        field = "reply" if code == "reply_unclear" else "phone"
        problems.append(ReplyProblem(code, message, hint, replies.sheet, reply.row, field, cell, True))

    owners = _owners(book)
    spoken: dict[int, _Said] = {}
    for reply in replies.items:
        if not reply.is_no:
            object_to(reply, "reply_unclear")
            continue
        try:
            phone = normalise("phone", reply.phone, book.settings.shop.country)
        except IdentityUnreadable:
            object_to(reply, "reply_unreadable")
            continue
        for customer_id in owners.get(phone, ()):
            spoken.setdefault(customer_id, _Said(customer_id, reply.on or book.as_of, reply.text))
        if phone not in owners:
            object_to(reply, "phone_unknown")
    return _write(book, replies, list(spoken.values()), channel, problems)


def _owners(book: Book) -> dict[str, list[int]]:
    """Everyone who has a phone: where a family shares one, a no is everybody's."""
    found: dict[str, list[int]] = {}
    rows = select(identity.c.value, identity.c.customer_id).where(identity.c.kind == "phone").order_by(identity.c.id)
    for value, customer_id in book.connection.execute(rows):
        found.setdefault(value, []).append(customer_id)
    return found


def _write(
    book: Book, replies: Replies, spoken: Sequence[_Said], channel: str, problems: list[ReplyProblem]
) -> Replied:
    who = by_ids(book, [said.customer_id for said in spoken])
    rows: dict[str, RepliedRow] = {}
    for said in spoken:
        place = (channel, consents.MARKETING)
        is_new = bool(
            consents.record(
                book,
                said.customer_id,
                [place],
                is_granted=False,
                on=said.on,
                source=SOURCE,
                evidence=said.text or None,
                insists=False,
            )
        )
        found = who[said.customer_id]
        before = rows.get(found.customer)
        rows[found.customer] = RepliedRow(
            found.customer, found.name, found.member_no, found.phone, on=said.on, said=said.text,
            is_new=is_new or bool(before and before.is_new),
        )  # fmt: skip
    new = sum(row.is_new for row in rows.values())
    if new:
        book.tell(f"{new} customers said no to {channel} by reply")
    items = sorted(rows.values(), key=lambda row: (not row.is_new, row.customer))
    return Replied(replies.sheet, channel, len(replies.items), new, len(rows) - new, tuple(items), tuple(problems))
