"""The sweep that ends visit cards: what is left past their last good day, posted on the day after it."""

from dataclasses import dataclass
from datetime import date

from shopcrm.core import ledger
from shopcrm.core.book import Book
from shopcrm.core.merging import kept


@dataclass(frozen=True, slots=True)
class Expired:
    """What the sweep posted."""

    as_of: date
    entries: int
    customers: int
    visits: int


def expire(book: Book) -> Expired:
    """Ends every card past its last good day. Five missed nights leave what five nights would have left."""
    ended = ledger.expire_lots(book, ledger.VISITS)
    visits = sum(each.amount for each in ended)
    if ended:
        book.tell(f"{len(ended)} entries for {visits} visits that ended before {book.as_of}")
    return Expired(book.as_of, len(ended), len({kept(book, each.customer_id) for each in ended}), visits)
