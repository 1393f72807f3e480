"""What a sheet says customers are tagged with and allow: only what is new is written."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select

from shopcrm.core.book import Book
from shopcrm.core.ledger.accounts import chunks
from shopcrm.core.schema.preferences import consent, customer_tag
from shopcrm.sheets.records import Said

Tagged = tuple[int, Sequence[str]]  # customer, tags
Spoken = tuple[int, Sequence[Said]]  # customer, what was said


def new_tags(book: Book, pairs: Iterable[Tagged]) -> list[tuple[int, str]]:
    """Customer and tag, for every tag that the customer has not; the same tag in capitals is the same tag."""
    pairs = [(customer_id, tags) for customer_id, tags in pairs if tags]
    standing: set[tuple[int, str]] = set()
    for chunk in chunks(sorted({customer_id for customer_id, _ in pairs})):
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


def new_consents(book: Book, said: Iterable[Spoken], source: str, on: date) -> list[tuple[int, str, bool]]:
    """Customer, channel and yes or no, for everything that is news on that day.

    It is news where it differs from the latest word on the channel, and from what this source said last: a till that
    repeats its old yes with every export does not undo the no that a customer said at the counter since.
    """
    said = [(customer_id, words) for customer_id, words in said if words]
    latest: dict[tuple[int, str], bool] = {}
    latest_here: dict[tuple[int, str], bool] = {}
    for chunk in chunks(sorted({customer_id for customer_id, _ in said})):
        rows = select(consent.c.customer_id, consent.c.channel, consent.c.is_granted, consent.c.source)
        rows = rows.where(consent.c.customer_id.in_(chunk), consent.c.on <= on).order_by(consent.c.on, consent.c.id)
        for customer_id, channel, is_granted, of_source in book.connection.execute(rows):
            latest[customer_id, channel] = is_granted
            if of_source == source:
                latest_here[customer_id, channel] = is_granted
    spoken: dict[tuple[int, str], bool] = {}
    for customer_id, words in said:
        for channel, is_granted in words:  # of two rows that disagree the no holds
            spoken[customer_id, channel] = is_granted and spoken.get((customer_id, channel), True)
    return [
        (*place, is_granted)
        for place, is_granted in spoken.items()
        if is_granted not in (latest.get(place), latest_here.get(place))
    ]


def write_consents(book: Book, news: Iterable[tuple[int, str, bool]], source: str, on: date, batch_id: int) -> None:
    """Adds what `new_consents` found, dated on that day."""
    rows = ((*row, source, on.isoformat(), batch_id) for row in news)
    book.insert_many(consent, ("customer_id", "channel", "is_granted", "source", "on", "batch_id"), rows)
