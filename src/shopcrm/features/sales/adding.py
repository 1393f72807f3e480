"""Adds a sale or refund that has no sheet. The same one typed again changes nothing, so that retries are harmless."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from shopcrm.core.audience import by_ids
from shopcrm.core.audience import find_one as find_customer
from shopcrm.core.book import Book
from shopcrm.core.errors import RefundOfAnother, RefundTooLarge, SaleDiffers, SaleNotWritable, SaleWithdrawn
from shopcrm.core.language import translate as _
from shopcrm.core.schema.sales import counting, sale, sale_line
from shopcrm.features.sales.finding import Asked, find_one, plain_number
from shopcrm.features.sales.revising import SOURCE, begin_batch, keep_before, lines_of
from shopcrm.features.sales.rows import SaleRow, amount_of, facts_of, naming
from shopcrm.features.sales.typed import read_amounts, read_instant
from shopcrm.sheets.records import Line


@dataclass(frozen=True, slots=True)
class Added(SaleRow):
    """The receipt as it stands in the book, and the batch that wrote it; `is_repeat` where it stood there before."""

    refund_of: str | None
    revision: int
    batch: int
    is_repeat: bool


class _Content(NamedTuple):
    """What was typed; a receipt that says the same is the same."""

    kind: str
    at: datetime | None
    customer_id: int | None
    refund_of_id: int | None
    refund_of_receipt: str | None
    net_minor: int
    payment_method: str | None
    lines: tuple[Line, ...]


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
    content = _Content(
        kind=sums.kind,
        at=read_instant(book, day, time),
        customer_id=_buyer(book, customer, sold),
        refund_of_id=sold.id if sold else None,
        refund_of_receipt=sold.receipt if sold else None,
        net_minor=sums.net_minor,
        payment_method=payment_method,
        lines=sums.lines,
    )
    key = _Key(SOURCE, store or book.settings.shop.store, day, number, content.kind)
    first = _standing(book, key, content) or _twin(book, receipt, key, content, is_store_said=store is not None)
    if first:
        return _answer(book, first.id, first.batch_id, is_repeat=True)
    if sold:
        _refuse_too_much(book, sold, -content.net_minor)
    return _answer(book, *_write(book, key, content), is_repeat=False)


class _Key(NamedTuple):
    """What makes it one receipt."""

    source: str
    store: str
    on: date
    receipt: str
    kind: str

    def is_it(self) -> list[ColumnElement[bool]]:
        """The condition that finds it."""
        return [sale.c[name] == value for name, value in self._asdict().items()]


def _buyer(book: Book, customer: str | None, sold: Any) -> int | None:
    bought_by: int | None = sold.customer_id if sold else None
    if customer is None:
        return bought_by
    found = find_customer(book, customer)
    if sold and found.id != bought_by:
        raise RefundOfAnother(
            receipt=sold.receipt, on=sold.on, buyer=_code(book, bought_by), customer=found.customer, first=naming(sold)
        )
    return found.id


def _standing(book: Book, key: _Key, content: _Content) -> Any:
    """The receipt where it stands in the book with the same content; None where it may be written (anew)."""
    row = book.connection.execute(select(sale).where(*key.is_it())).one_or_none()
    if row is None:
        return None
    is_same = _content_of(book, row) == content
    if row.withdrawn is None and not is_same:
        raise _differs(book, row)
    # Who withdraws a receipt and types it again has mended it; the very same again is a retry from before.
    if row.withdrawn == "hand" and is_same:
        raise SaleWithdrawn(receipt=row.receipt, on=row.on, first=naming(row))
    return row if row.withdrawn is None else None


def _twin(book: Book, receipt: str, key: _Key, content: _Content, *, is_store_said: bool) -> Any:
    """The same receipt as a till's sheet brought it, which would count twice; None where no sheet has it."""
    among = [
        sale.c.receipt.in_([key.receipt, plain_number(receipt)]),
        sale.c.on == key.on,
        sale.c.kind == key.kind,
        sale.c.source != key.source,
        counting,
    ]
    if is_store_said:
        among.append(sale.c.store.in_([key.store, ""]))
    twins = book.connection.execute(select(sale).where(*among).order_by(sale.c.id)).all()
    for twin in twins:
        if twin.net_minor == content.net_minor and content.customer_id in (None, twin.customer_id):
            return twin
    if twins:
        raise _differs(book, twins[0])
    return None


def _differs(book: Book, row: Any) -> SaleDiffers:
    stands = [
        _("{amount} for {customer}").format(
            amount=amount_of(book, row.net_minor), customer=_code(book, row.customer_id)
        )
    ]
    stands += [row.at.astimezone(book.zone).strftime("%H:%M")] if row.at else []
    stands += [row.payment_method] if row.payment_method else []
    stands += [line.item or line.sku or "" for line in lines_of(book, row.id)]
    return SaleDiffers(receipt=row.receipt, on=row.on, stands=", ".join(filter(None, stands)), first=naming(row))


def _refuse_too_much(book: Book, sold: Any, returned_minor: int) -> None:
    if sold.withdrawn is not None:
        raise SaleWithdrawn(receipt=sold.receipt, on=sold.on, first=naming(sold))
    before = select(func.coalesce(func.sum(sale.c.net_minor), 0)).where(sale.c.refund_of_id == sold.id, counting)
    left_minor = sold.net_minor + int(book.connection.scalar(before) or 0)
    if returned_minor > left_minor:
        raise RefundTooLarge(
            receipt=sold.receipt,
            on=sold.on,
            left=amount_of(book, left_minor),
            amount=amount_of(book, returned_minor),
            first=naming(sold),
        )


def _write(book: Book, key: _Key, content: _Content) -> tuple[int, int]:
    """Writes the receipt, as a new revision where a withdrawn one of that number stands; answers its row and batch."""
    values = content._asdict()
    del values["lines"]
    standing = book.connection.execute(select(sale).where(*key.is_it())).one_or_none()
    if standing is None:
        sale_id, batch_id = book.next_id(sale), begin_batch(book, added=1)
        book.connection.execute(insert(sale).values(id=sale_id, batch_id=batch_id, **key._asdict() | values))
    else:
        sale_id, batch_id = standing.id, begin_batch(book, updated=1)
        keep_before(book, [standing], batch_id)
        values |= {"revision": standing.revision + 1, "withdrawn": None, "reason_id": None}
        book.connection.execute(update(sale).where(sale.c.id == sale_id).values(values))
        book.connection.execute(delete(sale_line).where(sale_line.c.sale_id == sale_id))
    lines = [(sale_id, place, *line) for place, line in enumerate(content.lines, 1)]
    book.insert_many(sale_line, ("sale_id", "position", *Line._fields), lines)
    book.tell(f"{content.kind} {key.receipt} of {key.on} added by hand, batch {batch_id}")
    return sale_id, batch_id


def _content_of(book: Book, row: Any) -> _Content:
    values = {name: getattr(row, name) for name in _Content._fields if name != "lines"}
    return _Content(**values, lines=tuple(lines_of(book, row.id)))


def _answer(book: Book, sale_id: int, batch_id: int, *, is_repeat: bool) -> Added:
    row = book.connection.execute(select(sale).where(sale.c.id == sale_id)).one()
    (facts,) = facts_of(book, [row])
    return Added(
        **facts,
        refund_of=row.refund_of_receipt,
        revision=row.revision,
        batch=batch_id,
        is_repeat=is_repeat,
    )


def _code(book: Book, customer_id: int | None) -> str:
    return _("a walk-in") if customer_id is None else by_ids(book, [customer_id])[customer_id].customer
