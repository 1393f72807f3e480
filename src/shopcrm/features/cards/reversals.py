"""Takes one entry of visit cards back whole: visits return to the cards they came from, or a card goes as it came."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from shopcrm.core import ledger
from shopcrm.core.audience import by_ids
from shopcrm.core.book import Book
from shopcrm.core.errors import VisitsAlreadyReversed, VisitsEntryUnknown, VisitsNotReversible
from shopcrm.core.language import translate
from shopcrm.core.ledger import VISITS
from shopcrm.core.schema.visits import visit_entry
from shopcrm.features.cards.moved import Moved, card_of, move, refuse_wrong_number


@dataclass(frozen=True, slots=True)
class Reversed(Moved):
    """The reversal of `reverses`."""

    reverses: int
    reason: str


def reverse(book: Book, entry_id: int, *, reason: str) -> Reversed:
    """Takes one entry back. A card that was sold goes only while none of its visits were used.

    The same entry with the same reason answers with the first reversal.

    Raises VisitsEntryUnknown, VisitsNotReversible, VisitsAlreadyReversed, InsufficientVisits, VisitsEntryBeforeLast.
    """
    entry = _entry(book, entry_id)
    found, plain = by_ids(book, [entry.customer_id])[entry.customer_id], reason.strip()
    refuse_wrong_number(-entry.visits, translate("a reason is needed"), bool(plain))
    key = ledger.reversal_key(entry.id)
    first = ledger.standing(book, key, VISITS)
    if first and first.reason != plain:
        raise VisitsAlreadyReversed(customer=found.customer, entry=entry.id, by_entry=first.id, reversed_on=first.on)
    if not first and entry.kind in ("reverse", "expire"):
        why = translate("it is a reversal itself") if entry.kind == "reverse" else translate("the visits had expired")
        raise VisitsNotReversible(entry=entry.id, on=entry.on, visits=entry.visits, customer=found.customer, why=why)
    takes = ((_lot_of(book, entry.id), entry.visits),) if entry.kind == "sell" and not first else ()
    moved = move(
        book, found, card_of(book, entry.id), key=key, kind="reverse", visits=-entry.visits, rule="by hand",
        inputs={"kind": entry.kind}, reason=plain, reverses_id=entry.id, takes=takes,
    )  # fmt: skip
    return Reversed(**asdict(moved), reverses=entry.id, reason=plain)


def _entry(book: Book, entry_id: int) -> Any:
    wanted = select(visit_entry).where(visit_entry.c.id == entry_id, visit_entry.c.on <= book.as_of)
    entry = book.connection.execute(wanted).one_or_none()
    if entry is None:
        raise VisitsEntryUnknown(entry=entry_id, as_of=book.as_of)
    return entry


def _lot_of(book: Book, entry_id: int) -> int:
    return int(book.connection.scalar(select(VISITS.lot.c.id).where(VISITS.lot.c.entry_id == entry_id)) or 0)
