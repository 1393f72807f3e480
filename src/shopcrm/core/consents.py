"""Whom we may contact: of what a customer said about a channel and a purpose, the latest word holds."""

from sqlalchemy import ColumnElement, func, select

from shopcrm.core.book import Book
from shopcrm.core.merging import whose
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.preferences import consent


def allows(book: Book, channel: str, purpose: str = "marketing") -> ColumnElement[bool]:
    """Whether a row of `customer` has said yes to a channel for a purpose, up to the business date, and not no since.

    Words of merged customers are those of who answers for them.
    """
    person = whose(book, consent.c.customer_id)
    place = func.row_number().over(partition_by=person, order_by=(consent.c.on.desc(), consent.c.id.desc()))
    said = (
        select(person.label("customer_id"), consent.c.is_granted, place.label("place"))
        .where(consent.c.channel == channel, consent.c.purpose == purpose, consent.c.on <= book.as_of)
        .subquery()
    )
    return customer.c.id.in_(select(said.c.customer_id).where(said.c.place == 1, said.c.is_granted))
