"""Adds, edits and retires offers. What is issued keeps the terms it was issued under."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from shopcrm.core import coupons
from shopcrm.core.book import Book
from shopcrm.core.coupons import CONTENT, Terms
from shopcrm.core.coupons.wording import days_of, gives
from shopcrm.core.errors import OfferTaken
from shopcrm.core.schema.offers import offer
from shopcrm.features.offers.contradictions import refuse_contradictions, refuse_unusable
from shopcrm.features.offers.typed import Asked, blank_terms, read_code, read_terms


@dataclass(frozen=True, slots=True)
class Changed:
    """An offer as it stands after a command; with `is_repeat` it stood so before."""

    offer: str
    name: str
    kind: str
    gives: str
    days: str
    version: int
    retired_on: date | None
    is_repeat: bool


def add(book: Book, code: str, asked: Asked) -> Changed:
    """Adds an offer from the business date on. The same offer again changes nothing.

    Raises OfferTaken for a code that has other terms, OfferNotWritable, AmountUnreadable, DateUnreadable.
    """
    draft = _named(book, read_terms(book, blank_terms(read_code(code)), asked), None)
    refuse_contradictions(book, draft)
    row = book.connection.execute(select(offer).where(offer.c.code == draft.offer)).one_or_none()
    if row is None:
        refuse_unusable(book, draft)
        terms = coupons.add_offer(book, draft)
        book.tell(f"offer {terms.offer} added")
        return _changed(book, terms, None, is_repeat=False)
    if row.retired_on or row.added_on > book.as_of or not _are_alike(coupons.current_terms(book, row.id), draft):
        raise OfferTaken(offer=draft.offer, added_on=row.added_on)
    return _changed(book, coupons.current_terms(book, row.id), None, is_repeat=True)


def edit(book: Book, code: str, asked: Asked) -> Changed:
    """Writes a new version of an offer's terms, in which only what was typed differs; the same again writes none.

    Coupons that are out keep theirs. Raises OfferUnknown, OfferNotWritable, AmountUnreadable, DateUnreadable.
    """
    row = coupons.find_offer(book, code)
    before = coupons.current_terms(book, row.id)
    draft = _named(book, read_terms(book, before, asked), before)
    refuse_contradictions(book, draft)
    retired_on = row.retired_on if row.retired_on and row.retired_on <= book.as_of else None
    if _are_alike(before, draft):
        return _changed(book, before, retired_on, is_repeat=True)
    terms = coupons.add_version(book, draft)
    book.tell(f"offer {terms.offer} edited: {', '.join(differing(before, terms))}")
    return _changed(book, terms, retired_on, is_repeat=False)


def retire(book: Book, code: str) -> Changed:
    """Lets an offer issue no more coupons from the business date on; those that are out stay good.

    Raises OfferUnknown.
    """
    row = coupons.find_offer(book, code)
    terms = coupons.current_terms(book, row.id)
    if row.retired_on and row.retired_on <= book.as_of:
        return _changed(book, terms, row.retired_on, is_repeat=True)
    coupons.retire_offer(book, row.id)
    book.tell(f"offer {row.code} retired")
    return _changed(book, terms, book.as_of, is_repeat=False)


def differing(one: Terms, other: Terms) -> list[str]:
    """The fields in which two versions differ."""
    return [name for name in CONTENT if getattr(one, name) != getattr(other, name)]


def _named(book: Book, draft: Terms, before: Terms | None) -> Terms:
    """The draft with a name made from its terms, where it has none of its own."""
    is_made = not draft.name or (before and draft.name == before.name == gives(book, before))
    return draft._replace(name=gives(book, draft)) if is_made else draft


def _are_alike(one: Terms, other: Terms) -> bool:
    return not differing(one, other)


def _changed(book: Book, terms: Terms, retired_on: date | None, *, is_repeat: bool) -> Changed:
    return Changed(
        offer=terms.offer, name=terms.name, kind=terms.kind, gives=gives(book, terms), days=days_of(terms),
        version=terms.version, retired_on=retired_on, is_repeat=is_repeat,
    )  # fmt: skip
