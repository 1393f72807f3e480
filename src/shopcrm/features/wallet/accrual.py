"""The sweep that posts what has come due of bonus that is paid in monthly parts."""

from dataclasses import dataclass
from datetime import date

from shopcrm.core.book import Book
from shopcrm.core.merging import kept
from shopcrm.core.money import format_minor
from shopcrm.features.wallet.plans import load_plans, post_due


@dataclass(frozen=True, slots=True)
class Accrued:
    """What the sweep posted."""

    as_of: date
    entries: int
    customers: int
    bonus_minor: int


def accrue(book: Book) -> Accrued:
    """Posts every part of a bonus that is due by the business date, each dated on its day.

    It may run twice, or after missed months: each part has a key of its own, and what a refund left of it is
    worked out for its day.
    """
    postings = post_due(book, load_plans(book, least_parts=2))
    bonus_minor = sum(p.amount for p in postings)
    if postings:
        amount = f"{format_minor(bonus_minor, book.exponent)} {book.currency}"
        book.tell(f"{len(postings)} parts of bonus, {amount}, due up to {book.as_of}")
    return Accrued(book.as_of, len(postings), len({kept(book, p.customer_id) for p in postings}), bonus_minor)
