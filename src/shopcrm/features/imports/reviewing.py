"""Questions that sheets raised about customers: lists them, and settles them for good."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update

from shopcrm.core.audience import as_listed, with_listing
from shopcrm.core.book import Book
from shopcrm.core.changes import differences, remember
from shopcrm.core.erased import load_erased
from shopcrm.core.errors import AnswerUnfit, ReviewUnknown
from shopcrm.core.identities import normalise
from shopcrm.core.intake import Review, keep_answer, open_reviews
from shopcrm.core.names import Spelling, spelling_of
from shopcrm.core.schema.intake import review
from shopcrm.core.schema.people import customer, identity
from shopcrm.core.schema.sales import batch, sale
from shopcrm.features.imports.writing.preferences import new_tags, write_tags

ANSWERS: Mapping[str, tuple[str, ...]] = {
    "name": ("take", "keep", "new"),
    "birthday": ("take", "keep"),
    "gender": ("take", "keep"),
    "weak": ("keep", "split"),
}
_BIRTHDAY = ("birth_year", "birth_month", "birth_day", "is_birthday_lunar")
_SHARED = ("phone", "email")  # what a family has in common


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One open question: what a row of a sheet says about a customer. The phone is masked."""

    review: int
    customer: str
    name: str | None
    member_no: str | None
    phone: str | None
    field: str
    said: str
    answers: tuple[str, ...]
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class ReviewList:
    """Open questions, the oldest first."""

    items: tuple[ReviewRow, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """What an answer did. `new_customer` is who was added; `receipts` counts those that name nobody any more."""

    review: int
    customer: str
    name: str | None
    field: str
    answer: str
    new_customer: str | None = None
    receipts: int = 0


def list_reviews(book: Book) -> ReviewList:
    """Every question that waits for an answer."""
    columns = (review.c.id, review.c.field, review.c.said, batch.c.sheet, review.c.row)
    wanted = (
        with_listing(*columns)
        .join(review, review.c.customer_id == customer.c.id)
        .join(batch, batch.c.id == review.c.batch_id)
        .where(review.c.answer.is_(None))
        .order_by(review.c.id)
    )
    rows = []
    for row in book.connection.execute(wanted):
        number, field, said, sheet, at = row[4:]
        rows.append(
            ReviewRow(
                review=number, **as_listed(row), field=field, said=said, answers=ANSWERS[field], sheet=sheet, row=at
            )
        )
    return ReviewList(tuple(rows))


def settle(book: Book, review_id: int, answer: str) -> Settled:
    """Settles one question; later imports ask it no more. Raises ReviewUnknown, AnswerUnfit.

    A name: `take` makes it the customer's, `keep` leaves the old one, both for the same person; `new` is another person
    with the same phone. A birthday or gender: `take` or `keep`. A bare name: `keep` says that it is one person's,
    `split` that several people bear it, so that it names nobody any more and its receipts lose their customer.
    """
    asked = next((each for each in open_reviews(book) if each.id == review_id), None)
    if asked is None:
        raise ReviewUnknown(review=review_id)
    fit = ANSWERS[asked.field]
    if answer not in fit:
        answers = ", ".join(f"--{each}" for each in fit)
        raise AnswerUnfit(review=review_id, answers=answers, answer=answer, first=fit[0])
    who = book.connection.execute(select(customer).where(customer.c.id == asked.customer_id)).one()
    new_customer, receipts = None, 0
    if answer == "new":
        new_customer = _add_person(book, asked)
    elif answer == "split":
        receipts = _split(book, asked)
    elif asked.field == "name" or answer == "take":
        _enrich(book, asked, who, answer)
    keep_answer(book, review_id, answer)
    book.tell(f"question {review_id} about {who.code}: {answer}")
    return Settled(review_id, who.code, _name(book, who.id), asked.field, answer, new_customer, receipts)


def _enrich(book: Book, asked: Review, who: Any, answer: str) -> None:
    """Gives the customer what the row said: all of it where it is taken, else what the book did not know."""
    facts = _facts(asked.person)
    if asked.field != "name":
        columns = {"birthday": _BIRTHDAY, "gender": ("gender",)}[asked.field]
        values = {name: facts[name] for name in columns if name in facts}
    elif answer == "take":
        values = facts
    else:
        values = {name: value for name, value in facts.items() if name not in _known(who)}
    if who.joined_on and "joined_on" in values:
        values["joined_on"] = min(who.joined_on, values["joined_on"])
    if values:
        book.connection.execute(update(customer).where(customer.c.id == who.id).values(values))
        standing = dict(who._mapping)
        remember(book, who.id, differences(standing, standing | values))
    if asked.field == "name":
        _identify(book, asked, who.id, shares=())
        write_tags(book, new_tags(book, [(who.id, _tags(asked.person))]), asked.batch_id)


def _add_person(book: Book, asked: Review) -> str:
    """Puts another person on the list, who shares the phone or e-mail; answers the new code."""
    customer_id = book.next_id(customer)
    code = f"C-{customer_id:04d}"
    values = {"id": customer_id, "code": code, "batch_id": asked.batch_id, **_facts(asked.person)}
    book.connection.execute(insert(customer).values(values))
    _identify(book, asked, customer_id, shares=_SHARED)
    write_tags(book, new_tags(book, [(customer_id, _tags(asked.person))]), asked.batch_id)
    return code


def _identify(book: Book, asked: Review, customer_id: int, *, shares: tuple[str, ...]) -> None:
    """Adds the row's identities: those that name nobody yet, and those that may be shared."""
    erased = load_erased(book)
    for kind in ("member_no", "phone", "email", "till_id"):
        text = asked.person.get(kind)
        if not text:
            continue
        value = normalise(kind, str(text), book.settings.shop.country)
        source = asked.source if kind == "till_id" else ""
        if erased and erased.knows(kind, value, source):
            continue
        same = (identity.c.kind == kind, identity.c.value == value, identity.c.source == source)
        holders = set(book.connection.scalars(select(identity.c.customer_id).where(*same)))
        if customer_id not in holders and (not holders or kind in shares):
            values = {"kind": kind, "value": value, "source": source, "batch_id": asked.batch_id}
            book.connection.execute(insert(identity).values(customer_id=customer_id, **values))
        if holders - {customer_id} and kind in shares:
            book.connection.execute(update(identity).where(*same).values(is_shared=True))


def _split(book: Book, asked: Review) -> int:
    """The name identifies nobody any more: its receipts in that source lose their customer, as a new revision."""
    own = (identity.c.customer_id == asked.customer_id, identity.c.kind == "name", identity.c.source == asked.source)
    book.connection.execute(delete(identity).where(*own))
    bought = (sale.c.customer_id == asked.customer_id, sale.c.source == asked.source)
    anonymous = {"customer_id": None, "revision": sale.c.revision + 1}
    return book.connection.execute(update(sale).where(*bought).values(anonymous)).rowcount


def _facts(person: Mapping[str, Any]) -> dict[str, Any]:
    """What a row said, as columns of a customer; nothing for what it did not say."""
    facts = {name: person[name] for name in ("name", "gender") if person.get(name)}
    facts |= spelling_of(facts["name"]) if "name" in facts else {}
    if person.get("joined_on"):
        facts["joined_on"] = date.fromisoformat(person["joined_on"])
    if person.get("birthday"):
        month, day, year, is_lunar = person["birthday"]
        facts |= {"birth_month": month, "birth_day": day, "is_birthday_lunar": bool(is_lunar)}
        facts |= {"birth_year": year} if year else {}
    return facts


def _known(who: Any) -> set[str]:
    """The columns of which the book knows something; of the days somebody joined the earlier one holds."""
    known = {"gender"} if who.gender else set()
    known |= {"name", *Spelling._fields} if who.name else set()
    return known | set(_BIRTHDAY) if who.birth_month else known


def _tags(person: Mapping[str, Any]) -> list[str]:
    return list(person.get("tags") or ())


def _name(book: Book, customer_id: int) -> str | None:
    return book.connection.scalar(select(customer.c.name).where(customer.c.id == customer_id))
