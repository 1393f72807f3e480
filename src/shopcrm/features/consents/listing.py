"""Everyone's consents, and whom to ask for one."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from shopcrm.core import consents
from shopcrm.core.audience import Listed, as_listed, by_ids, with_listing
from shopcrm.core.book import Book
from shopcrm.core.merging import whose
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.sales import counting, sale


@dataclass(frozen=True, slots=True)
class ConsentRow(Listed):
    """The word of a customer that holds on a channel."""

    channel: str
    purpose: str
    says: bool
    on: date
    source: str


@dataclass(frozen=True, slots=True)
class ConsentList:
    """Everyone who said something, by code; how many say yes, and how many no."""

    items: tuple[ConsentRow, ...]
    yes: int
    no: int


@dataclass(frozen=True, slots=True)
class MissingRow(Listed):
    """Somebody who has not been asked yet, with what they have spent and when they came last."""

    spend_minor: int
    last_on: date | None


@dataclass(frozen=True, slots=True)
class MissingList:
    """Whom to ask for a channel, the best customers first. `count_all` is how many there are, listed or not."""

    channel: str
    purpose: str
    count_all: int
    items: tuple[MissingRow, ...]


def list_all(book: Book, *, channel: str | None = None, purpose: str = consents.MARKETING) -> ConsentList:
    """What holds on the business date, of one channel or of all."""
    words = {place: word for place, word in consents.said(book, None, purpose).items() if channel in (None, place[1])}
    who = by_ids(book, {customer_id for customer_id, _ in words})
    rows = [
        ConsentRow(
            customer=who[customer_id].customer,
            name=who[customer_id].name,
            member_no=who[customer_id].member_no,
            phone=who[customer_id].phone,
            channel=by,
            purpose=purpose,
            says=word.is_granted,
            on=word.on,
            source=word.source,
        )
        for (customer_id, by), word in words.items()
        if customer_id in who
    ]
    rows.sort(key=lambda row: (row.customer, consents.CHANNELS.index(row.channel)))
    yes = sum(row.says for row in rows)
    return ConsentList(tuple(rows), yes, len(rows) - yes)


def list_missing(
    book: Book, channel: str, *, purpose: str = consents.MARKETING, limit: int | None = None
) -> MissingList:
    """Everyone who has said neither yes nor no to a channel up to the business date."""
    who = whose(book, sale.c.customer_id)
    bought = (
        select(who.label("who"), func.sum(sale.c.net_minor).label("spend_minor"), func.max(sale.c.on).label("last_on"))
        .where(counting, sale.c.customer_id.is_not(None), sale.c.on <= book.as_of)
        .group_by(who)
        .subquery()
    )
    spend_minor = func.coalesce(bought.c.spend_minor, 0)
    wanted = (
        with_listing(spend_minor, bought.c.last_on)
        .outerjoin(bought, bought.c.who == customer.c.id)
        .where(~consents.spoke(book, channel, purpose))
        .order_by(spend_minor.desc(), customer.c.id)
    )
    rows = book.connection.execute(wanted).all()
    items = [MissingRow(**as_listed(row), spend_minor=int(row[4]), last_on=row[5]) for row in rows[:limit]]
    return MissingList(channel, purpose, len(rows), tuple(items))
