"""The one way to choose customers: by what a person types at the counter. Several matches are listed, never guessed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, literal, or_, select

from shopcrm.core.book import Book
from shopcrm.core.errors import CustomerAmbiguous, CustomerUnknown, IdentityUnreadable
from shopcrm.core.identities import mask_email, mask_phone, normalise, show_phone
from shopcrm.core.schema.people import customer, identity

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
        if found := _listed(book, condition, reveal):
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


def everyone(book: Book, *, reveal: bool = False) -> list[Found]:
    """All customers, by code."""
    return _listed(book, None, reveal)


def by_ids(book: Book, customer_ids: Iterable[int]) -> dict[int, Found]:
    """The customers with these row keys."""
    wanted = sorted(set(customer_ids))
    portions = (wanted[start : start + _PORTION] for start in range(0, len(wanted), _PORTION))
    return {found.id: found for portion in portions for found in _listed(book, customer.c.id.in_(portion), False)}


def in_group(book: Book, group: str, name: str) -> list[int]:
    """Everyone in a `tier` or `segment`, with a `tag`, or treated in a `campaign`, by row key, as of the business date.

    Tiers and segments are those that their sweeps have posted. Raises GroupUnknown with the names that there are.
    """
    from shopcrm.core import groups

    return groups.everyone_in(book, group, name)


def with_listing(*columns: ColumnElement[Any]) -> Select[Any]:
    """A select over `customer` that begins with the columns `as_listed` reads; the caller joins and filters it."""
    return select(customer.c.code, customer.c.name, _first("member_no"), _first("phone"), *columns).select_from(
        customer
    )


def as_listed(row: Any, reveal: bool = False) -> dict[str, Any]:
    """The first four columns of a `with_listing` row as the fields of `Listed`."""
    return {
        "customer": row[0],
        "name": row[1],
        "member_no": row[2],
        "phone": show_phone(row[3]) if reveal else mask_phone(row[3]),
    }


def _first(kind: str) -> ColumnElement[Any]:
    # Scalar subquery instead of a join: most customers have one identity of a kind, and rows must not multiply.
    return (
        select(identity.c.value)
        .where(identity.c.customer_id == customer.c.id, identity.c.kind == kind)
        .order_by(identity.c.id)
        .limit(1)
        .scalar_subquery()
        .label(kind)
    )


def _listed(book: Book, condition: ColumnElement[bool] | None, reveal: bool) -> list[Found]:
    statement = with_listing(customer.c.id, _first("email")).order_by(customer.c.id)
    if condition is not None:
        statement = statement.where(condition)
    return [
        Found(**as_listed(row, reveal), id=row[4], email=row[5] if reveal else mask_email(row[5]))
        for row in book.connection.execute(statement)
    ]


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
