"""What coupons a customer has, and what they were promised for coupons and have not had yet."""

from datetime import date

from shopcrm.core import coupons
from shopcrm.core.book import Book
from shopcrm.core.schema.coupons import coupon
from shopcrm.features.customers.shown import Coupon, Promise


def held_and_promised(book: Book, customer_ids: list[int]) -> tuple[tuple[Coupon, ...], tuple[Promise, ...]]:
    """The coupons that can be used or will be, the first to end first; and what is owed, in the order of issue."""
    found = list(coupons.coupons_of(book, coupon.c.customer_id.in_(customer_ids)))
    usable = sorted((each for each in found if each.status == "issued"), key=lambda each: each.expires_on or date.max)
    held = (Coupon(each.shown, each.terms.name, each.starts_on, each.expires_on) for each in usable)
    owed = (each for each in found if each.is_owed)
    return tuple(held), tuple(Promise(str(each.terms.item), each.shown, each.changed_on) for each in owed)
