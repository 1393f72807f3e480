"""A customer's visit cards: what is left on each and every entry; and what all cards together still promise."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from shopcrm.core import ledger
from shopcrm.core.audience import find_one
from shopcrm.core.book import Book
from shopcrm.core.ledger import VISITS
from shopcrm.core.merging import is_of, kept
from shopcrm.core.schema.house import note
from shopcrm.core.schema.visits import visit_draw, visit_entry, visit_lot
from shopcrm.features.cards.moved import open_cards


@dataclass(frozen=True, slots=True)
class CardLine:
    """One entry, signed; `left` is what cards of that name held after it."""

    entry: int
    on: date
    kind: str
    card: str
    visits: int
    left: int
    receipt: str | None
    reason: str | None
    posted_on: date | None  # where the entry was posted on another day than it counts for
    key: str


@dataclass(frozen=True, slots=True)
class CardLeft:
    """One card with visits left, in the order they are used."""

    card: str
    sold_on: date
    expires_on: date | None
    visits: int
    left: int


@dataclass(frozen=True, slots=True)
class CardStatement:
    """All cards of a customer as of one day."""

    customer: str
    name: str | None
    member_no: str | None
    phone: str | None
    left_visits: int
    cards: tuple[CardLeft, ...]
    items: tuple[CardLine, ...]


@dataclass(frozen=True, slots=True)
class CardOwed:
    """Visits of one name that customers hold; `value_minor` is their share of what the cards cost, rounded down."""

    card: str
    customers: int
    visits: int
    value_minor: int


@dataclass(frozen=True, slots=True)
class Liability:
    """What all cards still promise as of one day."""

    visits: int
    value_minor: int
    items: tuple[CardOwed, ...]


def statement(book: Book, text: str) -> CardStatement:
    """The visit cards of one customer. Raises CustomerUnknown, CustomerAmbiguous."""
    found = find_one(book, text)
    lots = open_cards(book, found.id)
    return CardStatement(
        customer=found.customer,
        name=found.name,
        member_no=found.member_no,
        phone=found.phone,
        left_visits=sum(lot.left for lot in lots),
        cards=tuple(CardLeft(lot.label or "", lot.earned_on, lot.expires_on, lot.amount, lot.left) for lot in lots),
        items=_lines(book, found.id),
    )


def liability(book: Book) -> Liability:
    """What the shop owes in visits; cards past their last good day count no more, swept or not."""
    alive = or_(visit_lot.c.expires_on.is_(None), visit_lot.c.expires_on >= book.as_of)
    lots = ledger.lots_left(alive, book.as_of, VISITS).subquery("lots")
    sold = select(lots, visit_entry.c.inputs).join(visit_entry, visit_entry.c.id == lots.c.entry_id)
    customers: defaultdict[str, set[int]] = defaultdict(set)
    visits: defaultdict[str, int] = defaultdict(int)
    value: defaultdict[str, int] = defaultdict(int)
    for row in book.connection.execute(sold):
        customers[row.label].add(kept(book, row.customer_id))
        visits[row.label] += row.left
        value[row.label] += row.inputs.get("price_minor", 0) * row.left // row.amount
    items = tuple(CardOwed(card, len(customers[card]), visits[card], value[card]) for card in sorted(visits))
    return Liability(sum(visits.values()), sum(value.values()), items)


def _lines(book: Book, customer_id: int) -> tuple[CardLine, ...]:
    entry = visit_entry.c
    rows = book.connection.execute(
        select(visit_entry, note.c.text)
        .outerjoin(note, note.c.id == entry.reason_id)
        .where(is_of(book, entry.customer_id, customer_id), entry.on <= book.as_of)
        .order_by(entry.on, entry.id)
    ).all()
    cards, left = _cards(book, customer_id), defaultdict[str, int](int)
    lines = []
    for row in rows:
        card = cards[row.id]
        left[card] += row.visits
        posted_on = row.posted_at.astimezone(book.zone).date()
        lines.append(
            CardLine(
                entry=row.id,
                on=row.on,
                kind=row.kind,
                card=card,
                visits=row.visits,
                left=left[card],
                receipt=row.receipt,
                reason=row.text,
                posted_on=posted_on if posted_on != row.on else None,
                key=row.key,
            )
        )
    return tuple(lines)


def _cards(book: Book, customer_id: int) -> dict[int, str]:
    """Entry → the name of the card that it is about."""
    lot, draw = visit_lot.c, visit_draw.c
    is_own = is_of(book, visit_entry.c.customer_id, customer_id)
    opened = select(lot.entry_id, lot.card).join(visit_entry, visit_entry.c.id == lot.entry_id).where(is_own)
    drawn = (
        select(draw.entry_id, lot.card)
        .join(visit_lot, lot.id == draw.lot_id)
        .join(visit_entry, visit_entry.c.id == lot.entry_id)
        .where(is_own)
    )
    return {row[0]: row[1] for each in (opened, drawn) for row in book.connection.execute(each)}
