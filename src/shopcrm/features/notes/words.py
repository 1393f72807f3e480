"""Notes about customers, and the reasons for not buying, summed up by month for who orders the goods."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select

from shopcrm.core.audience import find_one
from shopcrm.core.book import Book
from shopcrm.core.clock import parse_date
from shopcrm.core.errors import DateUnreadable, UsageWrong
from shopcrm.core.language import translate as _
from shopcrm.core.merging import ids_of, whose
from shopcrm.core.schema.preferences import customer_note

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(frozen=True, slots=True)
class Noted:
    """What was written down about a customer: a note, or why they did not buy."""

    customer: str
    name: str | None
    kind: str
    on: date
    text: str


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note: when, by whom, and of which kind."""

    on: date
    kind: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class NotesOfCustomer:
    """Everything that was written down about a customer up to the business date, the latest first."""

    customer: str
    name: str | None
    items: tuple[NoteRow, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for not buying: how often it was said, by how many customers of which segments, and the last day."""

    reason: str
    count: int
    customers: int
    last_on: date
    by_segment: dict[str, int]


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why customers did not buy in a month, the most frequent reason first."""

    month: str
    count: int
    items: tuple[Reason, ...]


def note(book: Book, text: str, said: str, *, is_not_bought: bool = False) -> Noted:
    """Writes down a note about a customer, or why they did not buy. Raises CustomerUnknown, CustomerAmbiguous."""
    found = find_one(book, text)
    plain = " ".join(said.split())
    if not plain:
        raise UsageWrong(problem=_("write what is to be noted"), command="shopcrm customers note")
    kind = "not_bought" if is_not_bought else "note"
    values = {"customer_id": found.id, "kind": kind, "text": plain}
    book.connection.execute(insert(customer_note).values(**values, on=book.as_of, at=book.now, by=book.by))
    book.tell(f"{found.customer} noted")  # what was noted is the customer's own, and stays out of the trail
    return Noted(found.customer, found.name, kind, book.as_of, plain)


def notes_of(book: Book, text: str) -> NotesOfCustomer:
    """What was written down about a customer. Raises CustomerUnknown, CustomerAmbiguous."""
    found = find_one(book, text)
    mine = (customer_note.c.customer_id.in_(ids_of(book, found.id)), customer_note.c.on <= book.as_of)
    columns = [customer_note.c[name] for name in ("on", "kind", "text", "by")]
    rows = select(*columns).where(*mine).order_by(customer_note.c.on.desc(), customer_note.c.id.desc())
    return NotesOfCustomer(found.customer, found.name, tuple(NoteRow(*row) for row in book.connection.execute(rows)))


def not_bought(book: Book, month: str | None = None) -> Reasons:
    """The reasons for not buying in a month (`2026-05`; that of the business date where not said).

    Reasons that differ in capitals, blanks, width of signs or punctuation around them are the same.
    """
    first_on = _month(month) if month else book.as_of.replace(day=1)
    person = whose(book, customer_note.c.customer_id)
    rows = select(person, customer_note.c.text, customer_note.c.on).where(
        customer_note.c.kind == "not_bought", customer_note.c.on.between(first_on, _last_day(book, first_on))
    )
    said: defaultdict[str, list[tuple[int, str, date]]] = defaultdict(list)
    for row in book.connection.execute(rows.order_by(customer_note.c.on, customer_note.c.id)):
        said[_same(row[1])].append((row[0], row[1], row[2]))
    segments = _segments(book) if said else {}
    items = [_reason(entries, segments) for entries in said.values()]
    items.sort(key=lambda reason: (-reason.count, -reason.customers, reason.reason))
    return Reasons(f"{first_on:%Y-%m}", sum(reason.count for reason in items), tuple(items))


def _reason(entries: list[tuple[int, str, date]], segments: Mapping[int, str]) -> Reason:
    spelled = Counter(text for _person, text, _on in entries)
    persons = {person for person, _text, _on in entries}
    by_segment = Counter(segments[person] for person in persons if person in segments)
    return Reason(
        reason=spelled.most_common(1)[0][0],
        count=len(entries),
        customers=len(persons),
        last_on=max(on for _person, _text, on in entries),
        by_segment=dict(sorted(by_segment.items(), key=lambda each: (-each[1], each[0]))),
    )


def _same(text: str) -> str:
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return _EDGES.sub("", plain) or plain


def _segments(book: Book) -> dict[int, str]:
    """Everyone's segment in the latest snapshot up to the business date."""
    from shopcrm.core.schema.standing import segment_refresh, segment_snapshot

    latest = select(func.max(segment_refresh.c.on)).where(segment_refresh.c.on <= book.as_of).scalar_subquery()
    person = whose(book, segment_snapshot.c.customer_id)
    is_own = person == segment_snapshot.c.customer_id
    rows = select(person, segment_snapshot.c.segment).where(segment_snapshot.c.on == latest).order_by(is_own)
    return {row[0]: row[1] for row in book.connection.execute(rows)}


def _month(text: str) -> date:
    try:
        return parse_date(f"{text.strip()}-01")
    except DateUnreadable:
        problem = _("“{text}” is not a month; write it like 2026-05").format(text=text)
        raise UsageWrong(problem=problem, command="shopcrm customers not-bought") from None


def _last_day(book: Book, first_on: date) -> date:
    from calendar import monthrange

    return min(book.as_of, first_on.replace(day=monthrange(first_on.year, first_on.month)[1]))
