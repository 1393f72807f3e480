"""A customer sheet becomes customers: new ones are added, known ones brought up to date, nothing is blanked."""

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update

from shopcrm.core.book import Book
from shopcrm.core.schema.people import customer, identity
from shopcrm.core.schema.sales import row_change
from shopcrm.features.imports.matching import Directory, Match, Named
from shopcrm.sheets.records import Person, RowIssue

_FIELDS = ("name", "birth_year", "birth_month", "birth_day", "gender", "joined_on")


class Outcome(NamedTuple):
    """What became of the records of one sheet, and what was found wrong on the way."""

    added: int
    updated: int
    unchanged: int
    new_customers: int
    issues: list[RowIssue]


def write_people(book: Book, people: Sequence[Person], source: str, begin_batch: Callable[[], int]) -> Outcome:
    """Adds and updates customers, counting each person once however many rows speak of them.

    The batch is begun, and anything written, only where something is new.
    """
    directory = Directory(book, source, names_decide=True)
    issues: list[RowIssue] = []
    said: dict[int, dict[str, object]] = {}
    for person in people:
        match = directory.match(Named(person.member_no, person.phone, person.email, person.name))
        issues += issues_of(person.row, match)
        if match.customer_id is not None:
            facts = said.setdefault(match.customer_id, {})
            facts |= {name: value for name, value in _facts(person).items() if value is not None}
    new = directory.new_customers
    standing = {row.id: row for row in book.connection.execute(select(customer).order_by(customer.c.id))}
    changed = {
        customer_id: facts
        for customer_id, facts in said.items()
        if customer_id not in new and any(getattr(standing[customer_id], name) != v for name, v in facts.items())
    }
    with_new_identity = {row[0] for row in directory.new_identities} - new.keys() - changed.keys()
    updated = len(changed) + len(with_new_identity)
    if new or updated:
        batch_id = begin_batch()
        write_customers(book, directory, batch_id, said)
        _update(book, changed, standing, batch_id)
    return Outcome(len(new), updated, len(said) - len(new) - updated, len(new), issues)


def write_customers(
    book: Book, directory: Directory, batch_id: int, said: dict[int, dict[str, object]] | None = None
) -> None:
    """Writes the customers and identities that a directory has found to be new."""
    rows = []
    for customer_id, name in directory.new_customers.items():
        facts = {"name": name} | (said or {}).get(customer_id, {})
        rows.append((customer_id, f"C-{customer_id:04d}", *(_stored(facts.get(f)) for f in _FIELDS), batch_id))
    book.insert_many(customer, ("id", "code", *_FIELDS, "batch_id"), rows)
    identities = [(*row, batch_id) for row in directory.new_identities]
    book.insert_many(identity, ("customer_id", "kind", "value", "source", "batch_id"), identities)


def issues_of(row: int, match: Match) -> list[RowIssue]:
    """What a match found wrong, as issues of its row."""
    return [RowIssue(row, p.code, p.field, p.cell, match.is_rejected) for p in match.problems]


def _facts(person: Person) -> dict[str, object]:
    facts: dict[str, object] = {"name": person.name, "gender": person.gender, "joined_on": person.joined_on}
    if birthday := person.birthday:
        facts |= {"birth_year": birthday.year, "birth_month": birthday.month, "birth_day": birthday.day}
    return facts


def _update(book: Book, changed: dict[int, dict[str, object]], standing: dict[int, Any], batch_id: int) -> None:
    for customer_id, facts in changed.items():
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in facts}
        statement = update(customer).where(customer.c.id == bindparam("key")).values(values)
        book.connection.execute(statement, [{"key": customer_id} | {f"new_{n}": v for n, v in facts.items()}])
    before = [
        (
            batch_id,
            "customer",
            customer_id,
            json.dumps({f: _stored(getattr(standing[customer_id], f)) for f in _FIELDS}),
        )
        for customer_id in changed
    ]
    book.insert_many(row_change, ("batch_id", "table_name", "row_id", "before"), before)


def _stored(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value
