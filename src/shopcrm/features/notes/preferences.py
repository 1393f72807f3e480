"""What customers prefer, in the fields of the trade that the settings name: style, size, scene."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, delete, insert, select

from shopcrm.core.audience import Found, find_one
from shopcrm.core.book import Book
from shopcrm.core.errors import PreferenceUnknown, UsageWrong
from shopcrm.core.language import translate as _
from shopcrm.core.merging import ids_of
from shopcrm.core.schema.doubles import customer_change
from shopcrm.core.schema.preferences import preference


@dataclass(frozen=True, slots=True)
class PreferenceRow:
    """What a customer prefers in one field, since when, and who wrote it down; nothing where it is not known."""

    field: str
    value: str | None
    on: date | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Preferences:
    """A customer's preferences, field by field; `changed` says how many of them this command changed."""

    customer: str
    name: str | None
    changed: int
    items: tuple[PreferenceRow, ...]


def prefer(book: Book, text: str, said: Mapping[str, str], cleared: Sequence[str] = ()) -> Preferences:
    """Writes down what a customer prefers, field by field, or that it is not known any more; and answers all of it.

    What changes is kept in the log of the customer's changes. Raises CustomerUnknown, CustomerAmbiguous,
    PreferenceUnknown with the fields that there are.
    """
    found = find_one(book, text)
    wanted: dict[str, str | None] = {_field(book, name): _value(name, value) for name, value in said.items()}
    wanted |= dict.fromkeys((_field(book, name) for name in cleared), None)
    standing = {field: row.value for field, row in _standing(book, found).items()}
    changes = {field: value for field, value in wanted.items() if standing.get(field) != value}
    for field, value in changes.items():
        _change(book, found, field, standing.get(field), value)
    if changes:
        book.tell(f"preferences of {found.customer} changed")
    return _answer(book, found, len(changes))


def preferences_of(book: Book, text: str) -> Preferences:
    """What a customer prefers. Raises CustomerUnknown, CustomerAmbiguous."""
    return _answer(book, find_one(book, text), 0)


def _answer(book: Book, found: Found, changed: int) -> Preferences:
    standing = _standing(book, found)
    fields = [*book.settings.preference_fields, *(field for field in standing if field not in _fields(book))]
    rows = [(field, standing.get(field)) for field in fields]
    items = tuple(
        PreferenceRow(field, row.value, row.on, row.by) if row else PreferenceRow(field, None, None, None)
        for field, row in rows
    )
    return Preferences(found.customer, found.name, changed, items)


def _change(book: Book, found: Found, field: str, before: str | None, after: str | None) -> None:
    mine = preference.c.customer_id.in_(ids_of(book, found.id) if after is None else [found.id])
    book.connection.execute(delete(preference).where(mine, preference.c.field == field))
    written = {"customer_id": found.id, "on": book.as_of, "by": book.by}
    if after is not None:
        book.connection.execute(insert(preference).values(field=field, value=after, **written))
    logged = {"field": f"prefers {field}", "before": before, "after": after, "at": book.now}
    book.connection.execute(insert(customer_change).values(**written, **logged))


def _standing(book: Book, found: Found) -> dict[str, Any]:
    """The rows by field; those of merged customers where there is none of their own."""
    is_own = case((preference.c.customer_id == found.id, 1), else_=0)
    mine = (preference.c.customer_id.in_(ids_of(book, found.id)), preference.c.on <= book.as_of)
    rows = select(preference).where(*mine).order_by(is_own, preference.c.id)
    return {row.field: row for row in book.connection.execute(rows)}


def _field(book: Book, name: str) -> str:
    plain = name.strip().lower()
    fields = _fields(book)
    for field in fields:
        if plain in (field.lower(), _(field).lower()):
            return field
    raise PreferenceUnknown(field=name, fields=", ".join(fields), typed=f'"{", ".join((*fields, plain or _("size")))}"')


def _fields(book: Book) -> tuple[str, ...]:
    return book.settings.preference_fields


def _value(name: str, text: str) -> str:
    plain = " ".join(text.split())
    if not plain:
        problem = _("say what is preferred as {field}, or --clear {field}").format(field=name)
        raise UsageWrong(problem=problem, command="shopcrm customers prefer")
    return plain
