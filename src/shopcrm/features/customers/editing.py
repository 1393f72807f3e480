"""Changes what is known of a customer, by hand: every change is remembered, with what stood there before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from shopcrm.core.audience import find_one
from shopcrm.core.book import Book
from shopcrm.core.changes import Change, differences, remember
from shopcrm.core.erased import refuse_erased
from shopcrm.core.errors import CustomerNameless, NothingToEdit
from shopcrm.core.schema.people import customer
from shopcrm.features.customers.holding import give, is_known_by_anything, shown, take_away
from shopcrm.features.customers.typed import Asked, each, read_identities, read_person


@dataclass(frozen=True, slots=True)
class Changed:
    """One field as it was and as it is; identities are masked."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Edited:
    """A customer, and what was changed; nothing where all of it was known already."""

    customer: str
    name: str | None
    items: tuple[Changed, ...]


def edit(book: Book, text: str, asked: Asked) -> Edited:
    """Changes what is known of the customer who answers to the text.

    Raises CustomerUnknown, CustomerAmbiguous, NothingToEdit, IdentityTaken, PhoneTaken, IdentityNotTheirs,
    IdentityNotClear, IdentityUnreadable, CustomerNameless, DateUnreadable.
    """
    found = find_one(book, text)
    if asked.says_nothing:
        raise NothingToEdit(customer=found.customer)
    if asked.name is not None and not asked.name.strip():
        raise CustomerNameless()
    identities = read_identities(book, asked)
    refuse_erased(book, [(given.kind, given.value) for given in identities])
    changes = [
        *_change_person(book, found.id, read_person(asked)),
        *take_away(book, found.id, each(asked.remove)),
        *give(book, found.id, identities),
    ]
    name = book.connection.scalar(select(customer.c.name).where(customer.c.id == found.id)) or found.name
    if not name and not is_known_by_anything(book, found.id):
        raise CustomerNameless()
    remember(book, found.id, changes)
    if changes:
        book.tell(f"{found.customer} changed: {', '.join(dict.fromkeys(field for field, _, _ in changes))}")
    items = tuple(Changed(field, shown(field, before), shown(field, after)) for field, before, after in changes)
    return Edited(found.customer, name, items)


def _change_person(book: Book, customer_id: int, told: Mapping[str, Any]) -> list[Change]:
    row = book.connection.execute(select(customer).where(customer.c.id == customer_id)).one()
    standing = dict(row._mapping)
    values = {name: value for name, value in told.items() if standing[name] != value}
    if values:
        book.connection.execute(update(customer).where(customer.c.id == customer_id).values(**values))
    return differences(standing, standing | values)
