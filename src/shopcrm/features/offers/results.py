"""What came of an offer: coupons by how they ended, the discount they gave, and the receipts they were used on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import func, select

from shopcrm.core import coupons
from shopcrm.core.book import Book
from shopcrm.core.schema.coupons import coupon, coupon_event
from shopcrm.core.schema.sales import counting, sale
from shopcrm.features.offers.counting import Tally, standing_redemptions, tally_all


@dataclass(frozen=True, slots=True)
class StoreResult:
    """What was redeemed in one store."""

    store: str
    redeemed: int
    discount_minor: int
    receipts: int
    receipts_missing: int
    revenue_minor: int


@dataclass(frozen=True, slots=True)
class Results:
    """What came of an offer up to the business date.

    `redemption_rate` is of all coupons but the void ones. `revenue_minor` is what was paid on the receipts that are in
    the book, with what came back of it taken off; `receipts_missing` are not in the book yet.
    """

    offer: str
    name: str
    issued: int
    open: int
    redeemed: int
    expired: int
    void: int
    redemption_rate: Fraction | None
    discount_minor: int
    receipts: int
    receipts_missing: int
    revenue_minor: int
    stores: tuple[StoreResult, ...]


class _Receipt(NamedTuple):
    """What makes one receipt: tills restart their numbers, which are kept in capitals here."""

    store: str
    on: date
    number: str


def results(book: Book, code: str) -> Results:
    """What came of an offer; redemptions that were restored count nowhere. Raises OfferUnknown."""
    row = coupons.find_offer(book, code)
    tally = tally_all(book, row.id).get(row.id) or Tally()
    used: Sequence[Any] = book.connection.execute(
        select(coupon_event.c.store, coupon_event.c.on, coupon_event.c.receipt, coupon_event.c.discount_minor)
        .join(coupon, coupon.c.id == coupon_event.c.coupon_id)
        .where(coupon.c.offer_id == row.id, *standing_redemptions(book))
    ).all()
    revenue = _revenue(book, row.id) if used else {}
    stores = tuple(_of_store(store, used, revenue) for store in sorted({each.store for each in used}))
    return Results(
        offer=row.code,
        name=coupons.current_terms(book, row.id).name,
        issued=tally.issued,
        open=tally.open,
        redeemed=tally.by_status["redeemed"],
        expired=tally.by_status["expired"],
        void=tally.by_status["void"],
        redemption_rate=Fraction(tally.by_status["redeemed"], tally.counting) if tally.counting else None,
        discount_minor=tally.discount_minor,
        receipts=sum(each.receipts for each in stores),
        receipts_missing=sum(each.receipts_missing for each in stores),
        revenue_minor=sum(each.revenue_minor for each in stores),
        stores=stores,
    )


def _of_store(store: str, used: Sequence[Any], revenue: Mapping[_Receipt, int]) -> StoreResult:
    here = [each for each in used if each.store == store]
    receipts = {_Receipt(each.store, each.on, each.receipt) for each in here}
    return StoreResult(
        store=store,
        redeemed=len(here),
        discount_minor=sum(each.discount_minor for each in here),
        receipts=len(receipts),
        receipts_missing=len(receipts - revenue.keys()),
        revenue_minor=sum(revenue.get(receipt, 0) for receipt in receipts),
    )


def _revenue(book: Book, offer_id: int) -> dict[_Receipt, int]:
    """What was paid on each receipt that is in the book, less what came back of it by the business date."""
    redeemed = (
        select(coupon_event.c.receipt)
        .join(coupon, coupon.c.id == coupon_event.c.coupon_id)
        .where(coupon.c.offer_id == offer_id, *standing_redemptions(book))
    )
    # By their numbers in one pass over the sales, whatever store and day: the few too many are left out by the caller.
    sold = (
        select(sale.c.id, sale.c.store, sale.c.on, sale.c.receipt, sale.c.net_minor)
        .where(sale.c.kind == "sale", counting, sale.c.on <= book.as_of, func.upper(sale.c.receipt).in_(redeemed))
        .order_by(sale.c.id)
    )
    receipts: dict[_Receipt, tuple[int, int]] = {}
    for row in book.connection.execute(sold):
        receipts.setdefault(_Receipt(row.store, row.on, row.receipt.upper()), (row.id, row.net_minor))
    back = (
        select(sale.c.refund_of_id, func.sum(sale.c.net_minor))
        .where(sale.c.kind == "refund", sale.c.refund_of_id.is_not(None), counting, sale.c.on <= book.as_of)
        .where(sale.c.refund_of_id.in_(sold.with_only_columns(sale.c.id).order_by(None).correlate(None)))
        .group_by(sale.c.refund_of_id)
    )
    returned: dict[int, int] = defaultdict(int, ((row[0], int(row[1])) for row in book.connection.execute(back)))
    return {receipt: net_minor + returned[sale_id] for receipt, (sale_id, net_minor) in receipts.items()}
