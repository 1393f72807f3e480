"""The sweep that ends bonus: what is left past its last good day, posted on the day after it."""

from dataclasses import dataclass
from datetime import date

from shopcrm.core import ledger
from shopcrm.core.book import Book
from shopcrm.core.merging import kept
from shopcrm.core.money import format_minor


@dataclass(frozen=True, slots=True)
class Expired:
    """What the sweep posted."""

    as_of: date
    entries: int
    customers: int
    bonus_minor: int


def expire(book: Book) -> Expired:
    """Takes out of every lot of bonus what was not spent by its last good day. Principal has none.

    Five missed nights leave what five nights would have left; a second run finds nothing to do.
    """
    ended = ledger.expire_lots(book, ledger.MONEY)
    bonus_minor = sum(each.amount for each in ended)
    if ended:
        amount = f"{format_minor(bonus_minor, book.exponent)} {book.currency}"
        book.tell(f"{len(ended)} entries for {amount} of bonus that ended before {book.as_of}")
    return Expired(book.as_of, len(ended), len({kept(book, each.customer_id) for each in ended}), bonus_minor)
