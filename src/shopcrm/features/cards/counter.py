"""Visit cards at the counter: sold, and used."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select

from shopcrm.core import ledger
from shopcrm.core.audience import Found, find_one
from shopcrm.core.book import Book
from shopcrm.core.language import translate
from shopcrm.core.ledger import VISITS
from shopcrm.core.merging import is_of
from shopcrm.core.money import parse_minor
from shopcrm.core.schema.visits import visit_entry
from shopcrm.features.cards.moved import (
    Moved,
    card_of,
    move,
    named_card,
    plain_name,
    refuse_wrong_number,
    spelt,
)


@dataclass(frozen=True, slots=True)
class Sold(Moved):
    """A card that was sold: what it cost, and its last good day; good for ever where that is empty."""

    price_minor: int
    expires_on: date | None


def sell(
    book: Book,
    text: str,
    card: str,
    *,
    visits: int,
    price: str,
    receipt: str,
    until: date | None = None,
    store: str | None = None,
) -> Sold:
    """Sells a card of so many visits; once for a store, a day, a receipt and a name of card.

    What it cost is kept for a refund. It is a sale like any other, and no money in the wallet.

    Raises CustomerUnknown, CustomerAmbiguous, AmountUnreadable, VisitsNotPositive, VisitsKeyReused.
    """
    found, name, price_minor = find_one(book, text), plain_name(card), parse_minor(price, book.exponent)
    refuse_wrong_number(visits, translate("write how many, 1 or more"), visits > 0)
    refuse_wrong_number(visits, translate("the name of the card is needed"), bool(name))
    refuse_wrong_number(visits, translate("a price below 0 is none"), price_minor >= 0)
    refuse_wrong_number(visits, translate("the last good day must not be past"), until is None or until >= book.as_of)
    name = spelt(book, found.id, name)
    key, number = key_of(book, "card", receipt, name, store)
    moved = move(
        book, found, name, key=key, kind="sell", visits=visits, receipt=number,
        inputs={"price_minor": price_minor, "visits": visits}, lots=(ledger.NewLot(visits, book.as_of, until, name),),
    )  # fmt: skip
    return Sold(**asdict(moved), price_minor=price_minor, expires_on=until)


def use(
    book: Book, text: str, card: str | None = None, *, receipt: str, visits: int = 1, store: str | None = None
) -> Moved:
    """Uses visits of a customer's cards of one name, of those that end first; once for a store, a day and a receipt.

    The name may be left out where the customer has one kind of card.

    Raises CustomerUnknown, CustomerAmbiguous, CardAmbiguous, VisitsNotPositive, InsufficientVisits, VisitsKeyReused,
    VisitsEntryBeforeLast.
    """
    found = find_one(book, text)
    refuse_wrong_number(visits, translate("write how many, 1 or more"), visits > 0)
    name = _used_before(book, found, receipt, store) if card is None else None
    name = name or named_card(book, found, card)
    key, number = key_of(book, "use", receipt, name, store)
    return move(book, found, name, key=key, kind="use", visits=-visits, receipt=number, shares=((name, visits),))


def key_of(book: Book, what: str, receipt: str, card: str, store: str | None) -> tuple[str, str]:
    """The key of an event on a receipt, and the receipt's number as keys have it."""
    number = ledger.plain_number(receipt)
    refuse_wrong_number(0, translate("the number of the receipt is needed"), bool(number))
    key = f"{what}:{store or book.settings.shop.store}:{book.as_of}:{number}:{card.casefold()}"
    return ledger.open_key(book, key, VISITS), number


def _used_before(book: Book, found: Found, receipt: str, store: str | None) -> str | None:
    """The card that was used on a receipt, so that a second click finds it when it has no visits left."""
    start = f"use:{store or book.settings.shop.store}:{book.as_of}:{ledger.plain_number(receipt)}:"
    entry = visit_entry.c
    back = visit_entry.alias("back")
    undone = select(back.c.id).where(back.c.reverses_id == entry.id)
    wanted = select(entry.id).where(
        is_of(book, entry.customer_id, found.id), entry.key.startswith(start, autoescape=True)
    )
    ids = list(book.connection.scalars(wanted.where(~undone.exists())))
    return card_of(book, ids[0]) if len(ids) == 1 else None
