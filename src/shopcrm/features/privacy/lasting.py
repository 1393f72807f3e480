"""When the shop last had to do with each person: a sale, an entry of a ledger, a coupon, or the day they joined."""

from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from shopcrm.core.book import Book
from shopcrm.core.merging import kept, whose
from shopcrm.core.schema.coupons import coupon, coupon_event
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.points import points_entry
from shopcrm.core.schema.privacy import erasure
from shopcrm.core.schema.sales import batch, sale
from shopcrm.core.schema.visits import visit_entry
from shopcrm.core.schema.wallet import wallet_entry


def last_days(book: Book) -> dict[int, date]:
    """The last day of everyone who is not erased, by who answers for them."""
    came = select(customer.c.id, func.coalesce(customer.c.joined_on, batch.c.on))
    came = came.outerjoin(batch, batch.c.id == customer.c.batch_id)
    erased = set(book.connection.scalars(select(erasure.c.customer_id)))
    days: dict[int, date] = {}
    for customer_id, on in book.connection.execute(came):
        if customer_id not in erased:
            who = kept(book, customer_id)
            days[who] = max(days.get(who, date.min), on or date.min)
    for table in (sale, points_entry, wallet_entry, visit_entry):
        latest = select(table.c.customer_id, func.max(table.c.on)).where(table.c.customer_id.is_not(None))
        _raise(book, days, latest.group_by(table.c.customer_id))
    used = select(coupon.c.customer_id, func.max(coupon_event.c.on)).join(
        coupon_event, coupon_event.c.coupon_id == coupon.c.id
    )
    _raise(book, days, used.where(coupon.c.customer_id.is_not(None)).group_by(coupon.c.customer_id))
    return days


def money_of(book: Book) -> dict[int, int]:
    """What is left in wallets and of visits on cards, by who answers for them; a person with either stays."""
    held: dict[int, int] = {}
    for amount in (wallet_entry.c.amount_minor, visit_entry.c.visits):
        # By person: what one card brought another may have paid with.
        person = whose(book, amount.table.c.customer_id)
        for who, left in book.connection.execute(select(person, func.sum(amount)).group_by(person)):
            held[who] = held.get(who, 0) + max(0, left)
    return {who: left for who, left in held.items() if left}


def _raise(book: Book, days: dict[int, date], latest: Select[Any]) -> None:
    for customer_id, on in book.connection.execute(latest):
        who = kept(book, customer_id)
        if who in days:
            days[who] = max(days[who], on)
