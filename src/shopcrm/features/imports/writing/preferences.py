"""What a sheet says customers are tagged with: only what is new is written."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from shopcrm.core.book import Book
from shopcrm.core.portions import portions
from shopcrm.core.schema.preferences import customer_tag

Tagged = tuple[int, Sequence[str]]  # customer, tags


def new_tags(book: Book, pairs: Iterable[Tagged]) -> list[tuple[int, str]]:
    """Customer and tag, for every tag that the customer has not; the same tag in capitals is the same tag."""
    pairs = [(customer_id, tags) for customer_id, tags in pairs if tags]
    standing: set[tuple[int, str]] = set()
    for chunk in portions(sorted({customer_id for customer_id, _ in pairs})):
        rows = select(customer_tag.c.customer_id, customer_tag.c.tag).where(customer_tag.c.customer_id.in_(chunk))
        standing.update((row[0], row[1].casefold()) for row in book.connection.execute(rows))
    found = []
    for customer_id, tags in pairs:
        for tag in tags:
            if (customer_id, tag.casefold()) not in standing:
                standing.add((customer_id, tag.casefold()))
                found.append((customer_id, tag))
    return found


def write_tags(book: Book, tags: Iterable[tuple[int, str]], batch_id: int) -> None:
    """Adds tags that `new_tags` found."""
    book.insert_many(customer_tag, ("customer_id", "tag", "batch_id"), ((*row, batch_id) for row in tags))
