"""What was changed about customers by hand: the only writer of that log."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import insert

from shopcrm.core.birthdays import told_birthday
from shopcrm.core.book import Book

Change = tuple[str, str | None, str | None]  # field, as it was, as it is


def remember(book: Book, customer_id: int, changes: Iterable[Change]) -> None:
    """Writes down what was changed about a customer, by whom and when."""
    at = {"customer_id": customer_id, "on": book.as_of, "at": book.now, "by": book.by}
    rows = [{**at, "field": field, "before": before, "after": after} for field, before, after in changes]
    if rows:
        from shopcrm.core.schema.doubles import customer_change  # not loaded by those who only look

        book.connection.execute(insert(customer_change), rows)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What differs between two states of a customer's row, in words."""
    was, has_become = _told(before), _told(after)
    return [(field, was[field], has_become[field]) for field in was if was[field] != has_become[field]]


def _told(person: Mapping[str, Any]) -> dict[str, str | None]:
    joined_on = person["joined_on"]
    return {
        "name": person["name"],
        "birthday": told_birthday(person),
        "gender": person["gender"],
        "joined_on": str(joined_on) if joined_on else None,
    }
