"""A customer sheet becomes customers: new ones are added, known ones brought up to date, nothing is blanked."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update

from shopcrm.core import consents
from shopcrm.core.book import Book
from shopcrm.core.intake import Question, ask
from shopcrm.core.names import Spelling, spelling_of, spelt
from shopcrm.core.schema.intake import row_change
from shopcrm.core.schema.people import customer, identity
from shopcrm.features.imports.writing.matching import ERASED, Directory, Match, Named
from shopcrm.features.imports.writing.preferences import new_tags, write_tags
from shopcrm.sheets.records import Birthday, Person, RowIssue

_FIELDS = ("name", "birth_year", "birth_month", "birth_day", "is_birthday_lunar", "gender", "joined_on")
_BIRTHDAY = ("birth_year", "birth_month", "birth_day", "is_birthday_lunar")
_ASKED = ("name", "phone", "email", "member_no", "till_id", "birthday", "gender", "joined_on", "tags")
_DIFFERS = {"birthday": "birthday_differs", "gender": "gender_differs"}
_BY_NUMBER = ("member_no", "till_id")

Facts = dict[str, object]


class Outcome(NamedTuple):
    """What became of the records of one sheet, and what was found wrong on the way."""

    added: int
    updated: int
    unchanged: int
    new_customers: int
    issues: list[RowIssue]
    matched: Sequence[tuple[Person, int]] = ()  # the rows of a customer sheet, and whom they speak of
    erased: int = 0  # rows of people who were erased: customers left out, sales taken as of nobody


class _Said(NamedTuple):
    """What a sheet says about its customers, and what it asks the owner."""

    facts: dict[int, Facts]
    matched: list[tuple[Person, int]]
    questions: list[Question]
    issues: list[RowIssue]
    erased: list[int]  # row numbers


def write_people(book: Book, people: Sequence[Person], source: str, begin_batch: Callable[[], int]) -> Outcome:
    """Adds and updates customers, counting each person once however many rows speak of them.

    A known member number brings its customer up to date. Who is known by a phone or an e-mail is filled in where the
    book knows nothing; where it knows otherwise, the owner is asked. The batch is begun, and anything written, only
    where something is new.
    """
    directory = Directory(book, source, names_decide=True)
    standing = {row.id: row for row in book.connection.execute(select(customer).order_by(customer.c.id))}
    said = _listen(directory, people, standing)
    new = directory.new_customers
    changed = {
        who: facts
        for who, facts in said.facts.items()
        if who not in new and any(getattr(standing[who], name) != value for name, value in facts.items())
    }
    batch_ids: list[int] = []

    def batch() -> int:
        if not batch_ids:
            batch_ids.append(begin_batch())
            write_customers(book, directory, batch_ids[0], said.facts)
        return batch_ids[0]

    touched = {row[0] for row in directory.new_identities} - new.keys()
    if new or changed or touched:
        batch()
        _update(book, changed, standing, batch_ids[0])
    touched |= _write_preferences(book, said.matched, source or "sheet", batch)
    questions = [*said.questions, *(Question(who, "weak", name, 0, {"name": name}) for who, name in directory.weak)]
    if questions:
        ask(book, questions, source, batch)
    updated = len((touched | changed.keys()) - new.keys())
    known = said.facts.keys() | {who for _, who in said.matched}
    unchanged = len(known) - len(new) - updated
    return Outcome(len(new), updated, unchanged, len(new), said.issues, said.matched, len(said.erased))


def write_customers(book: Book, directory: Directory, batch_id: int, said: Mapping[int, Facts] | None = None) -> None:
    """Writes the customers and identities that a directory has found to be new."""
    nothing: Facts = {}
    rows = []
    for customer_id, name in directory.new_customers.items():
        facts: Any = {"is_birthday_lunar": False, "name": name} | (said or {}).get(customer_id, nothing)
        told = (_stored(facts.get(field)) for field in _FIELDS)
        rows.append((customer_id, f"C-{customer_id:04d}", *told, *spelt(facts["name"]), batch_id))
    book.insert_many(customer, ("id", "code", *_FIELDS, *Spelling._fields, "batch_id"), rows)
    identities = ((*row, batch_id) for row in directory.new_identities)
    book.insert_many(identity, ("customer_id", "kind", "value", "source", "batch_id"), identities)


def issues_of(row: int, match: Match) -> list[RowIssue]:
    """What a match found wrong, as issues of its row."""
    return [RowIssue(row, p.code, p.field, p.cell, False) for p in match.problems]


def _write_preferences(
    book: Book, matched: Sequence[tuple[Person, int]], source: str, batch: Callable[[], int]
) -> set[int]:
    """Adds tags and consents that are new; answers whose they are."""
    tags = new_tags(book, [(who, person.tags) for person, who in matched])
    if tags:
        write_tags(book, tags, batch())
    words = consents.news(book, [(who, person.consents) for person, who in matched], source, book.as_of)
    if words:
        consents.write_news(book, words, source, book.as_of, batch())
    return {row[0] for row in tags} | {row[0] for row in words}


def _listen(directory: Directory, people: Sequence[Person], standing: Mapping[int, Any]) -> _Said:
    said = _Said({}, [], [], [], [])
    for person in people:
        match = directory.match(Named(person.member_no, person.phone, person.email, person.till_id, person.name))
        said.issues.extend(issues_of(person.row, match))
        if match.asks_about is not None:
            asked = Question(match.asks_about, "name", person.name or "", person.row, _as_json(person, directory))
            said.questions.append(asked)
        if match.customer_id == ERASED:
            said.erased.append(person.row)
            continue
        if match.customer_id is None:
            continue
        who = match.customer_id
        said.matched.append((person, who))
        facts = {name: value for name, value in _facts(person).items() if value is not None}
        if match.keeps_name:
            facts.pop("name", None)
        if who in standing and not any(getattr(person, kind) for kind in _BY_NUMBER):
            _hold_back(directory, person, standing[who], facts, said)
        said.facts[who] = said.facts.get(who, {}) | facts
    return said


def _hold_back(directory: Directory, person: Person, row: Any, facts: Facts, said: _Said) -> None:
    """Leaves out what the book knows otherwise, and asks: a phone is no proof of who wrote the birthday."""
    facts.pop("name" if row.name else "", None)
    if row.joined_on and "joined_on" in facts:
        facts["joined_on"] = min(row.joined_on, person.joined_on or row.joined_on)
    known = Birthday(row.birth_month, row.birth_day, row.birth_year, row.is_birthday_lunar)
    conflicts = {
        "birthday": row.birth_month is not None and person.birthday not in (None, known),
        "gender": row.gender is not None and person.gender not in (None, row.gender),
    }
    for field in (field for field, differs in conflicts.items() if differs):
        words = _said(person, field)
        answer = directory.answer(row.id, field, words)
        if answer is None:
            said.questions.append(Question(row.id, field, words, person.row, _as_json(person, directory)))
            said.issues.append(RowIssue(person.row, _DIFFERS[field], field, words, False))
        for name in _BIRTHDAY if field == "birthday" else ("gender",):
            if answer != "take":
                facts.pop(name, None)


def _said(person: Person, field: str) -> str:
    if field == "gender" or person.birthday is None:
        return person.gender or ""
    month, day, year, is_lunar = person.birthday
    return f"{'lunar ' if is_lunar else ''}{f'{year}-' if year else ''}{month:02}-{day:02}"


def _facts(person: Person) -> Facts:
    facts: Facts = {"name": person.name, "gender": person.gender, "joined_on": person.joined_on}
    if birthday := person.birthday:
        facts |= {"birth_month": birthday.month, "birth_day": birthday.day, "is_birthday_lunar": birthday.is_lunar}
        facts |= {"birth_year": birthday.year} if birthday.year else {}
    return facts


def _as_json(person: Person, directory: Directory) -> dict[str, object]:
    """Everything a row said, for the day on which its question is answered."""
    said = person._asdict() | {
        "birthday": list(person.birthday) if person.birthday else None,
        "joined_on": _stored(person.joined_on),
        "phone": directory.normal("phone", person.phone) if person.phone else None,
        "email": directory.normal("email", person.email) if person.email else None,
    }
    return {name: said[name] for name in _ASKED}


def _update(book: Book, changed: Mapping[int, Facts], standing: Mapping[int, Any], batch_id: int) -> None:
    for customer_id, told in changed.items():
        facts = told | spelling_of(str(told["name"])) if "name" in told else told
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in facts}
        statement = update(customer).where(customer.c.id == bindparam("key")).values(values)
        book.connection.execute(statement, [{"key": customer_id} | {f"new_{n}": v for n, v in facts.items()}])
    before = (
        (batch_id, "customer", who, json.dumps({f: _stored(getattr(standing[who], f)) for f in _FIELDS}))
        for who in changed
    )
    book.insert_many(row_change, ("batch_id", "table_name", "row_id", "before"), before)


def _stored(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
