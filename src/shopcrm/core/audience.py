"""The one way to choose customers: by what a person types at the counter. Several matches are listed, never guessed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, literal, or_, select

from shopcrm.core.book import Book
from shopcrm.core.errors import CustomerAmbiguous, CustomerUnknown, IdentityUnreadable
from shopcrm.core.identities import mask_email, mask_phone, normalise, show_phone
from shopcrm.core.merging import is_listed, kept, merges
from shopcrm.core.schema.people import customer, customer_merge, identity

_SHOWN = 5
_PORTION = 900  # bound values in one statement; SQLite's oldest limit is 999


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
    """Customers who answer to a code, phone, last four digits, member number, e-mail or part of a name.

    An exact code or identity wins over a partial one: `13800138000` never also lists who has it in a name.
    """
    plain = text.strip()
    if not plain:
        return []
    for condition in (_exactly(plain, book.settings.shop.country), _partly(plain)):
        if found := _listed(book, _answering(book, condition), reveal):
            return found
    return []


def find_one(book: Book, text: str) -> Found:
    """The one customer who answers to the text. Raises CustomerUnknown, CustomerAmbiguous."""
    found = find(book, text)
    if not found:
        raise CustomerUnknown(text=text)
    if len(found) > 1:
        shown = [" ".join(filter(None, (m.customer, m.name, m.phone))) for m in found[:_SHOWN]]
        more = ["…"] if len(found) > _SHOWN else []
        raise CustomerAmbiguous(
            text=text,
            count=len(found),
            matches=", ".join(shown + more),
            first=found[0].customer,
            customers=[m.customer for m in found],
        )
    return found[0]


def everyone(book: Book, text: str | None = None, *, reveal: bool = False) -> list[Found]:
    """All customers, or whom a text chooses, by code. Raises what `where` raises."""
    return _listed(book, None if text is None else where(book, text), reveal)


def by_ids(book: Book, customer_ids: Iterable[int]) -> dict[int, Found]:
    """Who answers for the customers with these row keys, by those keys."""
    keepers = {each: kept(book, each) for each in set(customer_ids)}
    wanted = sorted(set(keepers.values()))
    portions = (wanted[start : start + _PORTION] for start in range(0, len(wanted), _PORTION))
    found = {each.id: each for portion in portions for each in _listed(book, customer.c.id.in_(portion), False)}
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
    columns = (customer.c.code, _name(), _first("member_no"), _first("phone"), *columns)
    return select(*columns).select_from(customer).where(is_listed())


def as_listed(row: Any, reveal: bool = False) -> dict[str, Any]:
    """The first four columns of a `with_listing` row as the fields of `Listed`."""
    return {
        "customer": row[0],
        "name": row[1],
        "member_no": row[2],
        "phone": show_phone(row[3]) if reveal else mask_phone(row[3]),
    }


def _name() -> ColumnElement[Any]:
    dropped = customer.alias("dropped")
    theirs = (
        select(dropped.c.name)
        .join(customer_merge, customer_merge.c.customer_id == dropped.c.id)
        .where(customer_merge.c.kept_id == customer.c.id, dropped.c.name.is_not(None))
    )
    return func.coalesce(customer.c.name, _one(theirs, dropped.c.id)).label("name")


def _first(kind: str) -> ColumnElement[Any]:
    # Scalar subqueries instead of joins: most customers have one identity of a kind, and rows must not multiply.
    of_kind = select(identity.c.value).where(identity.c.kind == kind)
    own = of_kind.where(identity.c.customer_id == customer.c.id)
    theirs = of_kind.join(customer_merge, customer_merge.c.customer_id == identity.c.customer_id).where(
        customer_merge.c.kept_id == customer.c.id
    )
    return func.coalesce(_one(own, identity.c.id), _one(theirs, identity.c.id)).label(kind)


def _one(wanted: Select[Any], order: ColumnElement[Any]) -> ColumnElement[Any]:
    return wanted.order_by(order).limit(1).scalar_subquery()


def _listed(book: Book, condition: ColumnElement[bool] | None, reveal: bool) -> list[Found]:
    statement = with_listing(customer.c.id, _first("email")).order_by(customer.c.id)
    if condition is not None:
        statement = statement.where(condition)
    return [
        Found(**as_listed(row, reveal), id=row[4], email=row[5] if reveal else mask_email(row[5]))
        for row in book.connection.execute(statement)
    ]


def _answering(book: Book, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Those who meet the condition, and those who answer for a merged customer who does."""
    if not merges(book):
        return condition
    rows = book.connection.scalars(select(customer.c.id).where(condition)).all()
    return customer.c.id.in_({kept(book, row) for row in rows})


def _exactly(text: str, country: str) -> ColumnElement[bool]:
    named = select(identity.c.customer_id).where(or_(false(), *_identity_conditions(text, country)))
    return or_(customer.c.code == text.upper(), customer.c.id.in_(named))


def _identity_conditions(text: str, country: str) -> Iterable[ColumnElement[bool]]:
    for kind in ("member_no", "phone", "email"):
        try:
            value = normalise(kind, text, country)
        except IdentityUnreadable:
            continue
        yield (identity.c.kind == kind) & (identity.c.value == value)


def _partly(text: str) -> ColumnElement[bool]:
    named = customer.c.name.icontains(text, autoescape=True)
    if not re.fullmatch(r"\d{4}", text):
        return named
    by_phone = (identity.c.kind == "phone") & (func.substr(identity.c.value, -4) == literal(text))
    return or_(named, customer.c.id.in_(select(identity.c.customer_id).where(by_phone)))
