"""Visits that were not used, given back: their share of what the card cost is money to hand out."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from shopcrm.core import ledger
from shopcrm.core.audience import find_one
from shopcrm.core.book import Book
from shopcrm.core.errors import InsufficientVisits
from shopcrm.core.language import translate
from shopcrm.core.ledger import VISITS
from shopcrm.core.schema.visits import visit_entry
from shopcrm.features.cards.counter import key_of
from shopcrm.features.cards.moved import Moved, move, named_card, open_cards, refuse_wrong_number


@dataclass(frozen=True, slots=True)
class Refunded(Moved):
    """Visits given back; `refund_minor` is their share of what the cards cost, rounded down."""

    refund_minor: int


def refund(
    book: Book,
    text: str,
    card: str | None = None,
    *,
    visits: int | None = None,
    receipt: str | None = None,
    store: str | None = None,
) -> Refunded:
    """Gives visits back that were not used, all of them or so many; those of the card that was sold last go first.

    Once for a store, a day and a receipt; without a receipt once for a day, a card and a number.

    Raises CustomerUnknown, CustomerAmbiguous, CardAmbiguous, VisitsNotPositive, InsufficientVisits, VisitsKeyReused,
    VisitsEntryBeforeLast.
    """
    found = find_one(book, text)
    refuse_wrong_number(visits or 0, translate("write how many, 1 or more"), visits is None or visits > 0)
    name = named_card(book, found, card)
    key, number = f"refund:{found.customer}:{book.as_of}:{name.casefold()}:{visits or 'all'}", None
    if receipt is None:
        key = ledger.open_key(book, key, VISITS)
    else:
        key, number = key_of(book, "refund", receipt, name, store)
    first = ledger.standing(book, key, VISITS)
    lots = [lot for lot in open_cards(book, found.id) if lot.label == name]
    lots.sort(key=lambda lot: (lot.earned_on, lot.id), reverse=True)
    held = sum(lot.left for lot in lots)
    asked = visits or (-int(first.visits) if first else held)
    if not first and not 0 < asked <= held:
        raise InsufficientVisits(customer=found.customer, card=name, held=held, needed=max(asked, 1))
    taken = {} if first else _taken(lots, asked)
    refund_minor = int(first.inputs["refund_minor"]) if first else _worth(book, lots, taken)
    moved = move(
        book, found, name, key=key, kind="refund", visits=-asked, receipt=number, takes=tuple(taken.items()),
        inputs={"refund_minor": refund_minor},
    )  # fmt: skip
    return Refunded(**asdict(moved), refund_minor=refund_minor)


def _taken(lots: Sequence[ledger.Lot], visits: int) -> dict[int, int]:
    taken: dict[int, int] = {}
    for lot in lots:
        if part := min(lot.left, visits):
            taken[lot.id] = part
            visits -= part
    return taken


def _worth(book: Book, lots: Sequence[ledger.Lot], taken: Mapping[int, int]) -> int:
    sold = select(visit_entry.c.id, visit_entry.c.inputs).where(visit_entry.c.id.in_([lot.entry_id for lot in lots]))
    inputs: dict[int, Any] = {row.id: row.inputs for row in book.connection.execute(sold)}
    prices = {lot.id: int(inputs[lot.entry_id or 0].get("price_minor", 0)) for lot in lots}
    return sum(prices[lot.id] * taken[lot.id] // lot.amount for lot in lots if lot.id in taken)
