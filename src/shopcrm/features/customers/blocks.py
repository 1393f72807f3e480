"""Who might be on the list twice: customers who have something in common, found by key and never each with each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, func, or_, select

from shopcrm.core.book import Book
from shopcrm.core.language import mark
from shopcrm.core.masking import mask
from shopcrm.core.merging import is_listed, kept, whose
from shopcrm.core.schema.people import customer, identity

SAME = {
    "phone": mark("same phone"),
    "email": mark("same e-mail"),
    "wechat": mark("same WeChat id"),
    "payment": mark("same payment account"),
}
OTHER_FORMAT, LAST_FOUR = mark("same phone, written otherwise"), mark("same last four digits")
NAME_AND_BIRTHDAY = mark("name and birthday")

_CROWD = 10  # people: more do not share a phone, it is the shop's own or a stopgap
_CROWDED_DIGITS = 50  # people with the same last four digits and first letter, who are compared by name
_DIGITS = 10  # of a phone, from its end: what stays the same with a country's code, a zero or nothing before it


class Pair(NamedTuple):
    """Two listed customers, by row key, the earlier first."""

    one: int
    other: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """Something that so many customers have in common that it tells nothing about any two of them."""

    field: str
    value: str
    count: int


class Block(NamedTuple):
    """Customers who have something in common; with `phoned`, every two of whom at least one stands there."""

    reason: str
    value: str
    customer_ids: set[int]
    phoned: set[int] | None = None


def candidates(book: Book) -> tuple[dict[Pair, set[str]], list[Crowd]]:
    """Every two customers who have something in common, with what it is; and what too many have."""
    pairs: defaultdict[Pair, set[str]] = defaultdict(set)
    crowds: list[Crowd] = []
    endings: set[str] = set()  # of phones that a crowd has: among them the last four digits tell nothing either
    for block in _blocks(book):
        is_ending = block.reason == LAST_FOUR
        if is_ending and block.value[:4] in endings:
            continue
        if len(block.customer_ids) <= (_CROWDED_DIGITS if is_ending else _CROWD):
            for one, other in combinations(sorted(block.customer_ids), 2):
                if block.phoned is None or one in block.phoned or other in block.phoned:
                    pairs[Pair(one, other)].add(block.reason)
        elif block.reason not in (OTHER_FORMAT, LAST_FOUR):
            crowds.append(Crowd(block.reason, block.value, len(block.customer_ids)))
            endings |= {block.value[-4:]} if block.reason == SAME["phone"] else set()
    crowds.sort(key=lambda crowd: (-crowd.count, crowd.field, crowd.value))
    return pairs, crowds


def _blocks(book: Book) -> Iterator[Block]:
    for kind, reason in SAME.items():
        for value, customer_ids in _gathered(book, book.connection.execute(_same(kind))):
            yield Block(reason, mask(kind, value), customer_ids)
    said = book.connection.execute(_same_digits()).all()
    phoned = dict(_gathered(book, ((row[0], row[1]) for row in said if row[2]), least=1))
    for digits, customer_ids in _gathered(book, ((row[0], row[1]) for row in said)):
        # Two who pay with the same account have that in common, and no phone, whoever else has it as one.
        yield Block(OTHER_FORMAT, f"****{digits[-4:]}", customer_ids, phoned.get(digits, set()))
    for spelling, customer_ids in _gathered(book, book.connection.execute(_same_birthday())):
        yield Block(NAME_AND_BIRTHDAY, spelling, customer_ids)
    for digits, customer_ids in _gathered(book, book.connection.execute(_same_last_four(book))):
        yield Block(LAST_FOUR, digits, customer_ids)


def _gathered(book: Book, rows: Iterable[Any], least: int = 2) -> Iterator[tuple[str, set[int]]]:
    """Rows of (key, customer) by key; a key of one person alone says nothing."""
    gathered: defaultdict[str, set[int]] = defaultdict(set)
    for key, customer_id in rows:
        gathered[key].add(kept(book, customer_id))
    return ((key, customer_ids) for key, customer_ids in gathered.items() if len(customer_ids) >= least)


def _same(kind: str) -> Select[Any]:
    """Identities that several have, and of which nobody said that they share it."""
    held = select(identity.c.value).where(identity.c.kind == kind).group_by(identity.c.value)
    several = held.having(func.count() > 1).subquery()
    shared = identity.alias("shared")
    is_shared = select(shared.c.id).where(
        shared.c.kind == kind, shared.c.value == identity.c.value, shared.c.is_shared.is_(True)
    )
    return (
        select(identity.c.value, identity.c.customer_id)
        .join(several, several.c.value == identity.c.value)
        .where(identity.c.kind == kind, ~is_shared.exists())
        .order_by(identity.c.id)
    )


def _same_digits() -> Select[Any]:
    """Phones that end alike, and numbers of members and accounts that are somebody's phone."""
    is_phone = identity.c.kind == "phone"
    looks_like_one = and_(
        identity.c.kind.in_(("member_no", "payment")), func.length(identity.c.value).between(_DIGITS, _DIGITS + 4)
    )
    digits: ColumnElement[str] = func.substr(identity.c.value, -_DIGITS)
    said = (
        select(digits.label("digits"), identity.c.customer_id, case((is_phone, 1), else_=0).label("phones"))
        .where(or_(is_phone, looks_like_one), identity.c.is_shared.is_(False), func.length(digits) == _DIGITS)
        .subquery()
    )
    several = (
        select(said.c.digits)
        .group_by(said.c.digits)
        .having(func.min(said.c.customer_id) < func.max(said.c.customer_id), func.max(said.c.phones) == 1)
        .subquery()
    )
    columns = (said.c.digits, said.c.customer_id, said.c.phones)
    return select(*columns).join(several, several.c.digits == said.c.digits)


def _same_birthday() -> Select[Any]:
    """Names that sound alike, born on the same day of a year."""
    key = (customer.c.pinyin, customer.c.birth_month, customer.c.birth_day, customer.c.is_birthday_lunar)
    known = (customer.c.pinyin.is_not(None), customer.c.birth_month.is_not(None))
    several = select(*key).where(*known).group_by(*key).having(func.count() > 1).subquery()
    same = and_(*(several.c[column.name] == column for column in key))
    value = customer.c.pinyin + " " + cast(customer.c.birth_month, Text) + "-" + cast(customer.c.birth_day, Text)
    return select(value, customer.c.id).join(several, same).where(is_listed())


def _same_last_four(book: Book) -> Select[Any]:
    """Phones that end in the same four digits, of people whose names begin with the same letter."""
    digits: ColumnElement[str] = func.substr(identity.c.value, -4)
    key = (digits + " " + func.substr(customer.c.pinyin, 1, 1)).label("key")
    said = (
        select(key, customer.c.id.label("customer_id"))
        .select_from(identity)
        .join(customer, customer.c.id == whose(book, identity.c.customer_id))
        .where(identity.c.kind == "phone", identity.c.is_shared.is_(False), customer.c.pinyin.is_not(None))
        .subquery()
    )
    several = select(said.c.key).group_by(said.c.key).having(func.count() > 1).subquery()
    return select(said.c.key, said.c.customer_id).join(several, several.c.key == said.c.key)
