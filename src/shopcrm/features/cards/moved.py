"""What every command that moves visits answers, and how it is posted: once, however often it is typed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from shopcrm.core import ledger
from shopcrm.core.audience import Found
from shopcrm.core.book import Book
from shopcrm.core.errors import CardAmbiguous, VisitsNotPositive
from shopcrm.core.language import translate
from shopcrm.core.ledger import VISITS
from shopcrm.core.merging import is_of
from shopcrm.core.schema.visits import visit_entry, visit_lot


@dataclass(frozen=True, slots=True)
class Moved:
    """One entry of visits, signed, on cards of one name, and how many visits are left on those after it."""

    entry: int
    customer: str
    name: str | None
    card: str
    visits: int
    left_visits: int
    on: date
    key: str
    receipt: str | None
    is_repeat: bool


def move(book: Book, found: Found, card: str, *, key: str, kind: str, visits: int, **details: Any) -> Moved:
    """Posts one event of a customer's cards on the business date, and tells the audit trail.

    `details` are further fields of a ledger.Posting. Raises what ledger.post raises.
    """
    posting = ledger.Posting(
        key=key, customer_id=found.id, kind=kind, amount=visits, on=book.as_of,
        settings_version_id=book.settings.version_id, **{"rule": "cards", "inputs": {}, **details},
    )  # fmt: skip
    posted = ledger.post(book, posting, VISITS)
    if not posted.is_repeat:
        book.tell(f"{kind} {visits} visits on a card of {found.customer}, entry {posted.entry_id}")
    return Moved(
        entry=posted.entry_id,
        customer=found.customer,
        name=found.name,
        card=card,
        visits=posted.amount,
        left_visits=sum(lot.left for lot in open_cards(book, found.id) if lot.label == card),
        on=posted.on,
        key=key,
        receipt=posting.receipt,
        is_repeat=posted.is_repeat,
    )


def open_cards(book: Book, customer_id: int) -> list[ledger.Lot]:
    """Cards with visits left that are good on the business date, in the order they are used."""
    lots = ledger.open_lots(book, customer_id, VISITS)
    return [lot for lot in lots if lot.expires_on is None or lot.expires_on >= book.as_of]


def named_card(book: Book, found: Found, text: str | None) -> str:
    """The name of the card that is meant, spelt as on the one that was sold first; the only one where none is said.

    Raises CardAmbiguous where several have visits left.
    """
    if text is not None and (plain := plain_name(text)):
        return spelt(book, found.id, plain)
    names = sorted({lot.label or "" for lot in open_cards(book, found.id)})
    if len(names) > 1:
        raise CardAmbiguous(customer=found.customer, cards=", ".join(names), first=names[0])
    return names[0] if names else translate("any card")


def spelt(book: Book, customer_id: int, name: str) -> str:
    """The name as it stands on the customer's cards, where they have one of it in other letters."""
    names = (
        select(visit_lot.c.card)
        .join(visit_entry, visit_entry.c.id == visit_lot.c.entry_id)
        .where(is_of(book, visit_entry.c.customer_id, customer_id))
        .order_by(visit_lot.c.id.desc())
    )
    return {str(card).casefold(): str(card) for card in book.connection.scalars(names)}.get(name.casefold(), name)


def card_of(book: Book, entry_id: int) -> str:
    """The name of the card that an entry is about."""
    lot, draw = VISITS.lot.c, VISITS.draw.c
    drawn = select(draw.lot_id).where(draw.entry_id == entry_id)
    return str(book.connection.scalar(select(lot.card).where(or_(lot.entry_id == entry_id, lot.id.in_(drawn)))))


def plain_name(text: str) -> str:
    """A name without the blanks of how it was typed."""
    return " ".join(text.split())


def refuse_wrong_number(visits: int, expected: str, is_right: bool) -> None:
    """Raises VisitsNotPositive, which says what was expected instead."""
    if not is_right:
        raise VisitsNotPositive(visits=visits, expected=expected)
