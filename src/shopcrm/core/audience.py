"""The one way to choose customers: by what a person types at the counter. Several matches are listed, never guessed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from shopcrm.core.book import Book
from shopcrm.core.erased import refuse_erased_code
from shopcrm.core.errors import CustomerAmbiguous, CustomerMisspelt, CustomerUnknown
from shopcrm.core.masking import mask_email, mask_phone, mask_text, show_phone
from shopcrm.core.merging import is_listed, kept, pointers
from shopcrm.core.portions import portions
from shopcrm.core.schema.people import customer, identity
from shopcrm.core.searching import FIRST_INITIALS, INITIALS, hits, near_hits

_SHOWN, _SUGGESTED = 5, 3


@dataclass(frozen=True, slots=True)
class Listed:
    """How every list names a customer. The phone is masked unless it was asked to be revealed."""

    customer: str
    name: str | None
    member_no: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Found(Listed):
    """A customer with the row key that other tables refer to."""

    id: int
    email: str | None = None


def find(book: Book, text: str, *, reveal: bool = False) -> list[Found]:
    """Customers who answer to a code, an identity, the last four digits of a phone, or a part of a name or its sound.

    The best first. An exact code or identity wins over a partial one: `13800138000` never also lists who has it in a
    name. Names that are only near the text answer to it never.
    """
    return listed(book, [hit.id for hit in hits(book, text)], reveal=reveal)


def find_one(book: Book, text: str) -> Found:
    """The one customer who answers to the text: by initials only where nothing else does.

    Raises CustomerAmbiguous, CustomerErased, CustomerUnknown; CustomerMisspelt where a name is near it, which is told
    and not taken.
    """
    answering = hits(book, text)
    answering = [hit for hit in answering if hit.found_by not in (INITIALS, FIRST_INITIALS)] or answering
    if len(answering) == 1:
        return listed(book, [answering[0].id])[0]
    if answering:
        raise _ambiguous(book, text, [hit.id for hit in answering])
    refuse_erased_code(book, text.strip().upper())
    near = listed(book, [hit.id for hit in near_hits(book, text)[:_SUGGESTED]])
    if not near:
        raise CustomerUnknown(text=text)
    matches = ", ".join(" ".join(filter(None, (each.customer, each.name))) for each in near)
    raise CustomerMisspelt(
        text=text, matches=matches, first=near[0].customer, customers=[each.customer for each in near]
    )


def listed(book: Book, customer_ids: Iterable[int], *, reveal: bool = False) -> list[Found]:
    """The listed customers with these row keys, in this order."""
    wanted = list(customer_ids)
    found = {each.id: each for ids in portions(wanted) for each in _listed(book, customer.c.id.in_(ids), reveal)}
    return [found[each] for each in wanted]


def everyone(book: Book, text: str | None = None, *, limit: int | None = None, reveal: bool = False) -> list[Found]:
    """All customers, or whom a text chooses, by code, or the first `limit`. Raises what `where` raises."""
    return _listed(book, None if text is None else where(book, text), reveal, limit)


def by_ids(book: Book, customer_ids: Iterable[int]) -> dict[int, Found]:
    """Who answers for the customers with these row keys, by those keys; of who was erased the code is left."""
    keepers = {each: kept(book, each) for each in set(customer_ids)}
    wanted = sorted(set(keepers.values()))
    found = {each.id: each for ids in portions(wanted) for each in _named(book, customer.c.id.in_(ids))}
    return {customer_id: found[keeper] for customer_id, keeper in keepers.items() if keeper in found}


def in_group(book: Book, group: str, name: str) -> list[int]:
    """Everyone in a `tier` or `segment`, with a `tag`, or treated in a `campaign`, by row key, as of the business date.

    Tiers and segments are those that their sweeps have posted. Raises GroupUnknown with the names that there are.
    """
    from shopcrm.core import groups

    return groups.everyone_in(book, group, name)


def where(book: Book, text: str) -> ColumnElement[bool]:
    """Whether a row of `customer` is listed and chosen by a text such as `tier = gold and recency_days > 60`.

    Raises WhereUnreadable, WhereWordUnknown, WhereValueWrong, AudienceUnknown, AudienceCircular.
    """
    from shopcrm.core.choosing.conditions import condition_of
    from shopcrm.core.where.parsing import parse

    return is_listed() & condition_of(book, parse(text))


def chosen(book: Book, text: str) -> list[int]:
    """Everyone whom a text chooses, by row key, in the order of the list. Raises what `where` raises."""
    return list(book.connection.scalars(select(customer.c.id).where(where(book, text)).order_by(customer.c.id)))


def explained(book: Book, text: str) -> str:
    """What a text asks for, as a sentence in the chosen language. Raises what `where` raises."""
    from shopcrm.core.choosing.saying import sentence_of
    from shopcrm.core.where.parsing import parse

    where(book, text)
    return sentence_of(book, parse(text))


def with_listing(*columns: ColumnElement[Any]) -> Select[Any]:
    """A select over `customer` that begins with the columns `as_listed` reads; the caller joins and filters it."""
    return _naming(*columns).where(is_listed())


def first_identity(kind: str) -> ColumnElement[Any]:
    """The first of a kind that a row of `customer` is known by, else that of who was merged into it."""
    # Scalar subqueries instead of joins: most customers have one identity of a kind, and rows must not multiply.
    of_kind = select(identity.c.value).where(identity.c.kind == kind)
    own = of_kind.where(identity.c.customer_id == customer.c.id)
    theirs = of_kind.join(pointers, pointers.c.customer_id == identity.c.customer_id).where(
        pointers.c.kept_id == customer.c.id
    )
    return func.coalesce(_one(own, identity.c.id), _one(theirs, identity.c.id)).label(kind)


def as_listed(row: Any, reveal: bool = False) -> dict[str, Any]:
    """The first four columns of a `with_listing` row as the fields of `Listed`.

    Tills make the phone the member number, or a part of the name: there it is masked as well.
    """
    return {
        "customer": row[0],
        "name": row[1] if reveal else row[1] and mask_text(row[1]),
        "member_no": row[2] if reveal else row[2] and mask_text(row[2]),
        "phone": show_phone(row[3]) if reveal else mask_phone(row[3]),
    }


def _naming(*columns: ColumnElement[Any]) -> Select[Any]:
    return select(customer.c.code, _name(), first_identity("member_no"), first_identity("phone"), *columns).select_from(
        customer
    )


def _name() -> ColumnElement[Any]:
    dropped = customer.alias("dropped")
    theirs = (
        select(dropped.c.name)
        .join(pointers, pointers.c.customer_id == dropped.c.id)
        .where(pointers.c.kept_id == customer.c.id, dropped.c.name.is_not(None))
    )
    return func.coalesce(customer.c.name, _one(theirs, dropped.c.id)).label("name")


def _one(wanted: Select[Any], order: ColumnElement[Any]) -> ColumnElement[Any]:
    return wanted.order_by(order).limit(1).scalar_subquery()


def _listed(book: Book, condition: ColumnElement[bool] | None, reveal: bool, limit: int | None = None) -> list[Found]:
    statement = with_listing(customer.c.id, first_identity("email")).order_by(customer.c.id).limit(limit)
    if condition is not None:
        statement = statement.where(condition)
    return _found(book, statement, reveal)


def _named(book: Book, condition: ColumnElement[bool]) -> list[Found]:
    return _found(book, _naming(customer.c.id, first_identity("email")).where(condition), False)


def _found(book: Book, statement: Select[Any], reveal: bool) -> list[Found]:
    return [
        Found(**as_listed(row, reveal), id=row[4], email=row[5] if reveal else mask_email(row[5]))
        for row in book.connection.execute(statement)
    ]


def _ambiguous(book: Book, text: str, customer_ids: list[int]) -> CustomerAmbiguous:
    first = listed(book, customer_ids[:_SHOWN])
    shown = [" ".join(filter(None, (each.customer, each.name, each.phone))) for each in first]
    more = ["…"] if len(customer_ids) > _SHOWN else []
    return CustomerAmbiguous(
        text=text,
        count=len(customer_ids),
        matches=", ".join(shown + more),
        first=first[0].customer,
        customers=_codes(book, customer_ids),
    )


def _codes(book: Book, customer_ids: list[int]) -> list[str]:
    codes: dict[int, str] = {}
    for ids in portions(customer_ids):
        rows = book.connection.execute(select(customer.c.id, customer.c.code).where(customer.c.id.in_(ids)))
        codes |= {row.id: row.code for row in rows}
    return [codes[each] for each in customer_ids]
