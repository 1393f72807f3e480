"""Who is probably on the list twice, with the reasons; and who looks so and is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from shopcrm.core.audience import Found, find_one
from shopcrm.core.book import Book
from shopcrm.core.errors import SameCustomer
from shopcrm.core.merging import all_ids, kept
from shopcrm.core.portions import portions
from shopcrm.core.schema.doubles import not_same
from shopcrm.core.schema.people import customer
from shopcrm.features.customers.blocks import Crowd, Pair, candidates
from shopcrm.features.customers.scoring import LEAST, Known, reasons_of, score_of

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two customers who are probably one. `found_by` is the weightiest of `reasons`, which say their points."""

    score: int
    customer: str
    name: str | None
    other: str
    other_name: str | None
    found_by: str
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The likeliest pairs, and how many there are. `crowds` are in the way: what too many have tells nothing."""

    items: tuple[Duplicate, ...]
    found: int
    crowds: tuple[Crowd, ...]


@dataclass(frozen=True, slots=True)
class ToldApart:
    """Two customers of whom it was said, or taken back, that they are not the same."""

    customer: str
    name: str | None
    other: str
    other_name: str | None
    is_repeat: bool


def duplicates(book: Book, *, limit: int | None = None) -> Duplicates:
    """Pairs of listed customers who are probably the same, the likeliest first.

    Who shares a phone and was said to, and who was told apart, is not among them.
    """
    pairs, crowds = candidates(book)
    for pair in _told_apart(book):
        pairs.pop(pair, None)
    people = _known(book, {each for pair in pairs for each in pair})
    scored = []
    for pair, common in pairs.items():
        if pair.one in people and pair.other in people:
            reasons = reasons_of(people[pair.one], people[pair.other], common)
            if (score := score_of(reasons)) >= LEAST:
                scored.append((-score, pair, reasons))
    scored.sort(key=lambda each: each[:2])
    items = tuple(_duplicate(people, *each) for each in scored[: limit or SHOWN])
    return Duplicates(
        items, len(scored), tuple(sorted(crowds, key=lambda crowd: (-crowd.count, crowd.field, crowd.value)))
    )


def tell_apart(book: Book, one: str, other: str) -> ToldApart:
    """Remembers that two customers are not the same. Raises SameCustomer, CustomerUnknown, CustomerAmbiguous."""
    first, second = _two(book, one, other)
    is_repeat = bool(_standing(book, first, second))
    if not is_repeat:
        one_id, other_id = sorted((first.id, second.id))
        book.connection.execute(insert(not_same).values(one_id=one_id, other_id=other_id, on=book.as_of, by=book.by))
        book.tell(f"{first.customer} and {second.customer} are not the same")
    return ToldApart(first.customer, first.name, second.customer, second.name, is_repeat)


def tell_apart_no_more(book: Book, one: str, other: str) -> ToldApart:
    """Takes back that two customers are not the same; raises what `tell_apart` does."""
    first, second = _two(book, one, other)
    standing = _standing(book, first, second)
    for row in standing:
        book.connection.execute(
            delete(not_same).where(not_same.c.one_id == row.one_id, not_same.c.other_id == row.other_id)
        )
    if standing:
        book.tell(f"{first.customer} and {second.customer} may be the same")
    return ToldApart(first.customer, first.name, second.customer, second.name, not standing)


def _two(book: Book, one: str, other: str) -> tuple[Found, Found]:
    first, second = find_one(book, one), find_one(book, other)
    if first.id == second.id:
        raise SameCustomer(one=one, other=other, customer=first.customer)
    return first, second


def _standing(book: Book, first: Found, second: Found) -> list[Any]:
    """What was said of the two, or of any who were merged into them."""
    mine, theirs = all_ids(book, [first.id]), all_ids(book, [second.id])
    either = not_same.c.one_id.in_(mine) & not_same.c.other_id.in_(theirs)
    or_else = not_same.c.one_id.in_(theirs) & not_same.c.other_id.in_(mine)
    return list(book.connection.execute(select(not_same).where(either | or_else)).all())


def _told_apart(book: Book) -> set[Pair]:
    rows = book.connection.execute(select(not_same.c.one_id, not_same.c.other_id))
    return {Pair(*sorted((kept(book, row.one_id), kept(book, row.other_id)))) for row in rows}


def _known(book: Book, customer_ids: set[int]) -> dict[int, Known]:
    wanted, columns = sorted(customer_ids), [customer.c[name] for name in Known._fields]
    known: dict[int, Known] = {}
    for ids in portions(wanted):
        rows = book.connection.execute(select(*columns).where(customer.c.id.in_(ids)))
        known |= {row.id: Known(*row) for row in rows}
    return known


def _duplicate(people: Mapping[int, Known], minus: int, pair: Pair, reasons: Mapping[str, int]) -> Duplicate:
    one, other = people[pair.one], people[pair.other]
    return Duplicate(-minus, one.code, one.name, other.code, other.name, next(iter(reasons)), reasons)
