"""Adds a sale or refund that has no sheet. The same one typed again changes nothing, so that retries are harmless."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from shopcrm.core.audience import find_one as find_customer
from shopcrm.core.book import Book
from shopcrm.core.errors import RefundOfAnother, SaleNotWritable
from shopcrm.core.language import translate as _
from shopcrm.core.merging import kept
from shopcrm.core.schema.sales import sale
from shopcrm.features.sales.finding import Asked, find_one, plain_number
from shopcrm.features.sales.recording import Content, Key, code_of, record
from shopcrm.features.sales.revising import SOURCE
from shopcrm.features.sales.rows import SaleRow, facts_of, naming
from shopcrm.features.sales.typed import read_amounts, read_instant


@dataclass(frozen=True, slots=True)
class Added(SaleRow):
    """The receipt as it stands in the book, and the batch that wrote it; `is_repeat` where it stood there before."""

    refund_of: str | None
    revision: int
    batch: int
    is_repeat: bool


def add(
    book: Book,
    *,
    receipt: str,
    amount: str | None = None,
    lines: Sequence[str] = (),
    on: date | None = None,
    time: str | None = None,
    store: str | None = None,
    customer: str | None = None,
    payment_method: str | None = None,
    refund_of: str | None = None,
    sold_on: date | None = None,
) -> Added:
    """Writes a sale, or a refund where it gives a receipt back or its amount is negative.

    The same receipt of the same day and store with the same content answers with the first. One that was withdrawn
    may be typed anew with other content. `lines` are `ITEM|AMOUNT`, `ITEM|QUANTITY|AMOUNT` or
    `SKU|ITEM|QUANTITY|AMOUNT`; `sold_on` is the day of the sale that a refund gives back, where its number is not
    enough.

    Raises SaleNotWritable, AmountUnreadable, SaleDiffers, SaleWithdrawn; for a refund SaleUnknown, SaleElsewhere,
    SaleAmbiguous, RefundTooLarge, RefundOfAnother; for a customer CustomerUnknown, CustomerAmbiguous.
    """
    day, number = on or book.as_of, plain_number(receipt).upper()
    if not number:
        raise SaleNotWritable(reason=_("the number of the receipt is needed"))
    if day > book.as_of:
        raise SaleNotWritable(reason=_("{on} is after {as_of}").format(on=day, as_of=book.as_of))
    sums = read_amounts(book, amount, lines, is_refund=refund_of is not None)
    sold = refund_of and find_one(book, Asked(refund_of, on=sold_on, kind="sale"), until=day, counting_first=True)
    content = Content(
        kind=sums.kind,
        at=read_instant(book, day, time),
        customer_id=_buyer(book, customer, sold),
        refund_of_id=sold.id if sold else None,
        refund_of_receipt=sold.receipt if sold else None,
        net_minor=sums.net_minor,
        payment_method=payment_method,
        lines=sums.lines,
    )
    key = Key(SOURCE, store or book.settings.shop.store, day, number, content.kind)
    recorded = record(book, key, content, typed=receipt, is_store_said=store is not None, sold=sold)
    return _answer(book, *recorded)


def _buyer(book: Book, customer: str | None, sold: Any) -> int | None:
    bought_by: int | None = sold.customer_id if sold else None
    if customer is None:
        return bought_by
    found = find_customer(book, customer)
    if sold and (bought_by is None or found.id != kept(book, bought_by)):
        buyer = code_of(book, bought_by)
        raise RefundOfAnother(
            receipt=sold.receipt, on=sold.on, buyer=buyer, customer=found.customer, first=naming(sold)
        )
    return bought_by if sold else found.id


def _answer(book: Book, sale_id: int, batch_id: int, is_repeat: bool) -> Added:
    row = book.connection.execute(select(sale).where(sale.c.id == sale_id)).one()
    (facts,) = facts_of(book, [row])
    return Added(
        **facts,
        refund_of=row.refund_of_receipt,
        revision=row.revision,
        batch=batch_id,
        is_repeat=is_repeat,
    )
