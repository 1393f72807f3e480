"""Writes a receipt by hand, once: the same one again answers with the first, another of its number is refused."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from shopcrm.core.audience import by_ids
from shopcrm.core.book import Book
from shopcrm.core.errors import RefundTooLarge, SaleDiffers, SaleWithdrawn
from shopcrm.core.language import translate as _
from shopcrm.core.merging import ids_of
from shopcrm.core.schema.house import note
from shopcrm.core.schema.sales import counting, sale, sale_line
from shopcrm.features.sales.finding import plain_number
from shopcrm.features.sales.revising import begin_batch, keep_before, lines_of
from shopcrm.features.sales.rows import amount_of, naming
from shopcrm.sheets.records import Line


class Key(NamedTuple):
    """What makes it one receipt."""

    source: str
    store: str
    on: date
    receipt: str
    kind: str

    def is_it(self) -> list[ColumnElement[bool]]:
        """The condition that finds it."""
        return [sale.c[name] == value for name, value in self._asdict().items()]


class Content(NamedTuple):
    """What was typed; a receipt that says the same is the same."""

    kind: str
    at: datetime | None
    customer_id: int | None
    refund_of_id: int | None
    refund_of_receipt: str | None
    net_minor: int
    payment_method: str | None
    lines: tuple[Line, ...]


class Recorded(NamedTuple):
    """The row of the receipt and the batch that wrote it; `is_repeat` where it stood in the book before."""

    sale_id: int
    batch_id: int
    is_repeat: bool


def record(
    book: Book,
    key: Key,
    content: Content,
    *,
    typed: str,
    is_store_said: bool,
    sold: Any = None,
    reason: str | None = None,
) -> Recorded:
    """Writes a receipt, as a new revision where a withdrawn one of that number stands, or answers with the first.

    `typed` is its number as it was typed; `sold` the sale that it gives back; a `reason` is kept with what is written.
    Raises SaleDiffers, SaleWithdrawn, RefundTooLarge.
    """
    first = _standing(book, key, content) or _twin(book, typed, key, content, is_store_said=is_store_said)
    if first:
        return Recorded(first.id, first.batch_id, is_repeat=True)
    if sold:
        _refuse_too_much(book, sold, -content.net_minor)
    return Recorded(*_write(book, key, content, reason), is_repeat=False)


def code_of(book: Book, customer_id: int | None) -> str:
    """What the buyer is called at the counter."""
    return _("a walk-in") if customer_id is None else by_ids(book, [customer_id])[customer_id].customer


def differs(book: Book, row: Any) -> SaleDiffers:
    """The refusal to write another receipt of the number of this one."""
    stands = [
        _("{amount} for {customer}").format(
            amount=amount_of(book, row.net_minor), customer=code_of(book, row.customer_id)
        )
    ]
    stands += [row.at.astimezone(book.zone).strftime("%H:%M")] if row.at else []
    stands += [row.payment_method] if row.payment_method else []
    stands += [line.item or line.sku or "" for line in lines_of(book, row.id)]
    return SaleDiffers(receipt=row.receipt, on=row.on, stands=", ".join(filter(None, stands)), first=naming(row))


def _standing(book: Book, key: Key, content: Content) -> Any:
    """The receipt where it stands in the book with the same content; None where it may be written (anew)."""
    row = book.connection.execute(select(sale).where(*key.is_it())).one_or_none()
    if row is None:
        return None
    is_same = _content_of(book, row) == content
    if row.withdrawn is None and not is_same:
        raise differs(book, row)
    # Who withdraws a receipt and types it again has mended it; the very same again is a retry from before.
    if row.withdrawn == "hand" and is_same:
        raise SaleWithdrawn(receipt=row.receipt, on=row.on, first=naming(row))
    return row if row.withdrawn is None else None


def _twin(book: Book, receipt: str, key: Key, content: Content, *, is_store_said: bool) -> Any:
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
        who = None if content.customer_id is None else ids_of(book, content.customer_id)
        if twin.net_minor == content.net_minor and (who is None or twin.customer_id in who):
            return twin
    if twins:
        raise differs(book, twins[0])
    return None


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


def _write(book: Book, key: Key, content: Content, reason: str | None) -> tuple[int, int]:
    """Writes the receipt, as a new revision where a withdrawn one stands; answers its row and batch."""
    values = content._asdict()
    del values["lines"]
    values["reason_id"] = None
    if reason:
        values["reason_id"] = book.next_id(note)
        book.connection.execute(insert(note).values(id=values["reason_id"], text=reason))
    standing = book.connection.execute(select(sale).where(*key.is_it())).one_or_none()
    if standing is None:
        sale_id, batch_id = book.next_id(sale), begin_batch(book, added=1)
        book.connection.execute(insert(sale).values(id=sale_id, batch_id=batch_id, **key._asdict() | values))
    else:
        sale_id, batch_id = standing.id, begin_batch(book, updated=1)
        keep_before(book, [standing], batch_id)
        values |= {"revision": standing.revision + 1, "withdrawn": None}
        book.connection.execute(update(sale).where(sale.c.id == sale_id).values(values))
        book.connection.execute(delete(sale_line).where(sale_line.c.sale_id == sale_id))
    lines = [(sale_id, place, *line) for place, line in enumerate(content.lines, 1)]
    book.insert_many(sale_line, ("sale_id", "position", *Line._fields), lines)
    book.tell(f"{content.kind} {key.receipt} of {key.on} added by hand, batch {batch_id}")
    return sale_id, batch_id


def _content_of(book: Book, row: Any) -> Content:
    values = {name: getattr(row, name) for name in Content._fields if name != "lines"}
    return Content(**values, lines=tuple(lines_of(book, row.id)))
