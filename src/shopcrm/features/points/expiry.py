"""The sweep that ends points: what is left past its last good day, posted on the day after it."""

from dataclasses import dataclass
from datetime import date

from shopcrm.core import ledger
from shopcrm.core.book import Book
from shopcrm.core.merging import kept


@dataclass(frozen=True, slots=True)
class Expired:
    """What the sweep posted. `value_minor` is what these points were worth on the days on which they ended."""

    as_of: date
    entries: int
    customers: int
    expired_points: int
    value_minor: int


def expire(book: Book) -> Expired:
    """Takes out of every lot what its customer did not use by its last good day, through midnight in the shop's zone.

    Points that a return puts back into a lot past its last day end on the day of the return. Five missed nights leave
    what five nights would have left; a second run finds nothing to do.
    """
    ended = ledger.expire_lots(book)
    expired_points = sum(each.amount for each in ended)
    if ended:
        book.tell(f"{len(ended)} entries for {expired_points} points that ended before {book.as_of}")
    rules = {on: book.history.on(on).points for on in {each.on for each in ended}}
    return Expired(
        as_of=book.as_of,
        entries=len(ended),
        customers=len({kept(book, each.customer_id) for each in ended}),
        expired_points=expired_points,
        value_minor=sum(rules[each.on].worth_minor(each.amount) for each in ended),
    )
