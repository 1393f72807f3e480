"""Finds customers by what a person types, and lists them."""

from dataclasses import dataclass

from shopcrm.core.audience import Found, everyone, listed
from shopcrm.core.book import Book
from shopcrm.core.searching import hits, near_hits

SHOWN, NEAR = 50, 10  # how many are shown where nothing else is said


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer of a list; phone and e-mail are masked unless revealed."""

    customer: str
    name: str | None
    member_no: str | None
    phone: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class CustomerList:
    """Customers, by code."""

    items: tuple[CustomerRow, ...]


@dataclass(frozen=True, slots=True)
class Match(CustomerRow):
    """One customer who answers to a text, and what of them it was."""

    found_by: str


@dataclass(frozen=True, slots=True)
class Matches:
    """The best of those who answer to a text, and how many do. With `is_near` nobody does, and these come near it."""

    items: tuple[Match, ...]
    found: int
    is_near: bool


def search(book: Book, text: str, *, limit: int | None = None, reveal: bool = False) -> Matches:
    """Who answers to a code, an identity, the last four digits of a phone, a name or its sound, or to a part of it.

    Where nobody does, those whose names sound like it or are spelled nearly so. The best first, `limit` at most.
    """
    found = hits(book, text)
    is_near = not found
    if is_near:
        found = near_hits(book, text)
    best = found[: limit or (NEAR if is_near else SHOWN)]
    people = listed(book, [hit.id for hit in best], reveal=reveal)
    _tell_revealed(book, len(people), reveal)
    rows = [
        Match(who.customer, who.name, who.member_no, who.phone, who.email, hit.found_by)
        for who, hit in zip(people, best, strict=True)
    ]
    return Matches(tuple(rows), len(found), is_near and bool(found))


def list_all(book: Book, *, where: str | None = None, limit: int | None = None, reveal: bool = False) -> CustomerList:
    """Everyone on the list, or whom `where` chooses, by code, or the first `limit` of them."""
    people = everyone(book, where, limit=limit, reveal=reveal)
    _tell_revealed(book, len(people), reveal)
    return CustomerList(tuple(map(_row, people)))


def _row(found: Found) -> CustomerRow:
    return CustomerRow(found.customer, found.name, found.member_no, found.phone, found.email)


def _tell_revealed(book: Book, people: int, reveal: bool) -> None:
    if reveal:
        book.tell(f"phones of {people} customers revealed")
