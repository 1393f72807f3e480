"""Who answers for whom: the gatekeeper of merges, and how every look-up reads through them.

A merge is a pointer from one customer to another; no other row changes, so that taking it back is exact. Rows keep the
customer they were written for, and whoever reads them asks here whose they are. Merges hold whatever the business
date, as names and identities do.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from shopcrm.core.book import Book
from shopcrm.core.language import translate
from shopcrm.core.schema.bare import bare
from shopcrm.core.schema.people import customer

_erasure = bare("erasure", "customer_id")
pointers = bare("customer_merge", "customer_id", "into_id", "kept_id")


def kept(book: Book, customer_id: int) -> int:
    """Who answers for that customer: another one where they were merged, else the customer."""
    return merges(book).get(customer_id, customer_id)


def is_of(book: Book, column: ColumnElement[Any], customer_id: int) -> ColumnElement[bool]:
    """Whether a row, by the customer in that column, is of the person who answers for a customer."""
    ids = ids_of(book, customer_id)
    return column.in_(ids) if len(ids) > 1 else column == customer_id


def ids_of(book: Book, customer_id: int) -> list[int]:
    """Every row key that the person's rows stand under: first that of who answers for them."""
    return all_ids(book, [customer_id])


def all_ids(book: Book, customer_ids: Iterable[int]) -> list[int]:
    """The row keys of those who answer for these customers, and of all who were merged into them."""
    merged = merges(book)
    own = list(dict.fromkeys(merged.get(each, each) for each in customer_ids))
    if not merged:
        return own
    wanted = set(own)
    return own + [dropped for dropped, keeper in merged.items() if keeper in wanted]


def whose(book: Book, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The customer who answers for the one in that column; the column itself in a book without merges.

    For what is selected and grouped by. Rows of one person are found by `column.in_(ids_of(...))`, which an index
    serves.
    """
    if not merges(book):
        return column
    keeper = select(pointers.c.kept_id).where(pointers.c.customer_id == column)
    return func.coalesce(keeper.scalar_subquery(), column)


def is_listed() -> ColumnElement[bool]:
    """Whether a row of `customer` is listed: who was merged into another is not, and who was erased."""
    is_merged = select(pointers.c.customer_id).where(pointers.c.customer_id == customer.c.id).exists()
    is_erased = select(_erasure.c.customer_id).where(_erasure.c.customer_id == customer.c.id).exists()
    return ~is_merged & ~is_erased


def merges(book: Book) -> Mapping[int, int]:
    """Who answers for every merged customer, by row key."""
    known: dict[int, int] | None = book.known.get(__name__)
    if known is None:
        rows = book.connection.execute(select(pointers.c.customer_id, pointers.c.kept_id))
        known = book.known[__name__] = {row[0]: row[1] for row in rows.all()}
    return known


def point(book: Book, dropped_id: int, into_id: int) -> None:
    """Merges one listed customer into another, with everyone merged into them before."""
    from shopcrm.core.schema.doubles import customer_merge

    at = {"on": book.as_of, "at": book.now, "by": book.by}
    pointer = insert(customer_merge).values(customer_id=dropped_id, into_id=into_id, kept_id=into_id, **at)
    book.connection.execute(update(pointers).where(pointers.c.kept_id == dropped_id).values(kept_id=into_id))
    book.connection.execute(pointer)
    book.known.pop(__name__, None)


def unpoint(book: Book, dropped_id: int) -> None:
    """Takes that merge back: the customer is listed again, with everyone who had been merged into them."""
    book.connection.execute(delete(pointers).where(pointers.c.customer_id == dropped_id))
    rows = book.connection.execute(select(pointers.c.customer_id, pointers.c.into_id))
    into = {row[0]: row[1] for row in rows}
    theirs = [each for each in into if _end(into, each) == dropped_id]
    book.connection.execute(update(pointers).where(pointers.c.customer_id.in_(theirs)).values(kept_id=dropped_id))
    book.known.pop(__name__, None)


def broken_pointers(book: Book) -> Iterator[str]:
    """A sentence for every merge that does not lead to the customer who is said to answer."""
    rows = book.connection.execute(select(pointers.c.customer_id, pointers.c.into_id)).all()
    into = {row[0]: row[1] for row in rows}
    codes = {row[0]: row[1] for row in book.connection.execute(select(customer.c.id, customer.c.code))} if into else {}
    for dropped, keeper in merges(book).items():
        if _is_round(into, dropped) or _end(into, dropped) != keeper:
            sentence = translate("{customer} is merged, and {keeper} does not answer for them")
            yield sentence.format(customer=codes[dropped], keeper=codes[keeper])


def _is_round(into: Mapping[int, int], customer_id: int) -> bool:
    seen = {customer_id}
    while (customer_id := into.get(customer_id, 0)) in into:
        if customer_id in seen:
            return True
        seen.add(customer_id)
    return customer_id in seen


def _end(into: Mapping[int, int], customer_id: int) -> int:
    while customer_id in into:
        customer_id = into[customer_id]
    return customer_id
