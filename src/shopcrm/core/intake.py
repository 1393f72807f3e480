"""What imports remember: the only writer of layouts that were explained once, and of questions and their answers."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import delete, insert, or_, select, update

from shopcrm.core.book import Book
from shopcrm.core.schema.intake import review, saved_profile


@dataclass(frozen=True, slots=True)
class KeptLayout:
    """A layout that the owner explained: field → header, and what else had to be said."""

    name: str
    kind: str
    fingerprint: str
    mapping: Mapping[str, str]
    options: Mapping[str, str]
    saved_on: date


def load_layouts(book: Book) -> tuple[KeptLayout, ...]:
    """Every layout that the book remembers, by name."""
    columns = (saved_profile.c[name] for name in ("name", "kind", "fingerprint", "mapping", "options", "saved_on"))
    rows = book.connection.execute(select(*columns).order_by(saved_profile.c.name))
    return tuple(KeptLayout(*row) for row in rows)


def save_layout(
    book: Book, name: str, kind: str, fingerprint: str, mapping: Mapping[str, str], options: Mapping[str, str]
) -> None:
    """Remembers a layout. One explained before under this name, or for the same header, gives way to it."""
    explained_before = or_(saved_profile.c.name == name, saved_profile.c.fingerprint == fingerprint)
    book.connection.execute(delete(saved_profile).where(explained_before))
    book.connection.execute(
        insert(saved_profile).values(
            name=name,
            kind=kind,
            fingerprint=fingerprint,
            mapping=dict(mapping),
            options=dict(options),
            saved_on=book.as_of,
        )
    )
    book.tell(f"profile {name} saved")


def remove_layout(book: Book, name: str) -> bool:
    """Forgets a layout; answers whether there was one of that name."""
    removed = book.connection.execute(delete(saved_profile).where(saved_profile.c.name == name)).rowcount > 0
    if removed:
        book.tell(f"profile {name} removed")
    return removed


@dataclass(frozen=True, slots=True)
class Answers:
    """What the owner has answered about customers of one source."""

    about: Mapping[tuple[int, str, str], str]  # customer, field, what the sheet said → answer
    split: frozenset[str]  # names that are several people's

    def of(self, customer_id: int, field: str, said: str) -> str | None:
        """The answer to what a sheet says about a customer; None where there is none yet."""
        return self.about.get((customer_id, field, said))


class Question(NamedTuple):
    """Something a sheet says about a customer that the owner should decide on."""

    customer_id: int
    field: str  # "weak", "name", "birthday" or "gender"
    said: str
    row: int
    person: Mapping[str, object]


def load_answers(book: Book, source: str) -> Answers:
    """Every answer that was given about customers of this source."""
    columns = (review.c.customer_id, review.c.field, review.c.said, review.c.answer)
    answered = select(*columns).where(review.c.source == source, review.c.answer.is_not(None))
    rows = book.connection.execute(answered).all()
    about = {(row[0], row[1], row[2]): row[3] for row in rows}
    return Answers(about, frozenset(row[2] for row in rows if row[1] == "weak" and row[3] == "split"))


def ask(book: Book, questions: Sequence[Question], source: str, begin_batch: Callable[[], int]) -> int:
    """Puts questions on the list, each once for ever; answers how many are new. Where none is, no batch is begun."""
    columns = (review.c.customer_id, review.c.field, review.c.said)
    asked = {tuple(row) for row in book.connection.execute(select(*columns).where(review.c.source == source))}
    rows = []
    for question in questions:
        key = (question.customer_id, question.field, question.said)
        if key not in asked:
            asked.add(key)
            person = json.dumps(question.person, ensure_ascii=False)
            rows.append(
                (begin_batch(), question.customer_id, question.field, source, question.said, question.row, person)
            )
    written = ("batch_id", "customer_id", "field", "source", "said", "row", "person")
    book.insert_many(review, written, rows)
    return len(rows)


class Review(NamedTuple):
    """A question that waits for its answer, and where it came from."""

    id: int
    batch_id: int
    customer_id: int
    field: str
    source: str
    said: str
    row: int
    person: Mapping[str, object]


def open_reviews(book: Book) -> list[Review]:
    """Every question that has no answer yet, the oldest first."""
    columns = (review.c[name] for name in Review._fields)
    rows = book.connection.execute(select(*columns).where(review.c.answer.is_(None)).order_by(review.c.id))
    return [Review(*row) for row in rows]


def keep_answer(book: Book, review_id: int, answer: str) -> None:
    """Remembers the answer to a question, so that it is asked no more."""
    answered = {"answer": answer, "answered_on": book.as_of}
    book.connection.execute(update(review).where(review.c.id == review_id).values(answered))
