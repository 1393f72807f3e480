"""How a sale is named in lists and sentences."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from shopcrm.core.audience import by_ids
from shopcrm.core.book import Book
from shopcrm.core.language import translate as _
from shopcrm.core.money import format_minor
from shopcrm.core.schema.house import note

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class SaleRow:
    """A sale or refund (its `net_minor` is negative); no customer for a walk-in.

    `withdrawn` says by what it was taken back, where it counts no more: `hand`, `till` or `undo`.
    """

    receipt: str
    on: date
    store: str
    customer: str | None
    name: str | None
    member_no: str | None
    phone: str | None
    kind: str
    net_minor: int
    withdrawn: str | None
    source: str


def as_rows(book: Book, sales: Sequence[Any]) -> list[SaleRow]:
    """Rows of the table `sale` with who bought."""
    return [SaleRow(**facts) for facts in facts_of(book, sales)]


def facts_of(book: Book, sales: Sequence[Any]) -> list[dict[str, Any]]:
    """The fields of `SaleRow` for rows of the table `sale`."""
    buyers = by_ids(book, (row.customer_id for row in sales if row.customer_id is not None))
    listed = []
    for row in sales:
        buyer = buyers.get(row.customer_id)
        listed.append(
            {
                "receipt": row.receipt,
                "on": row.on,
                "store": row.store,
                "customer": buyer and buyer.customer,
                "name": buyer and buyer.name,
                "member_no": buyer and buyer.member_no,
                "phone": buyer and buyer.phone,
                "kind": row.kind,
                "net_minor": row.net_minor,
                "withdrawn": row.withdrawn,
                "source": row.source,
            }
        )
    return listed


def reason_of(book: Book, sale: Any) -> str | None:
    """Why it was withdrawn by hand."""
    if sale.reason_id is None:
        return None
    said: str | None = book.connection.scalar(select(note.c.text).where(note.c.id == sale.reason_id))
    return said


def describe(book: Book, sales: Sequence[Any]) -> str:
    """A few receipts in one line, each with what tells it from the others."""
    said = [
        _("{receipt} of {on} ({facts})").format(
            receipt=row.receipt,
            on=row.on,
            facts=", ".join(filter(None, (row.store, amount_of(book, row.net_minor), row.source))),
        )
        for row in sales[:_SHOWN]
    ]
    return ", ".join(said + ["…"] * (len(sales) > _SHOWN))


def naming(sale: Any, among: Sequence[Any] = ()) -> str:
    """What to type behind `shopcrm sales show` to mean this receipt and none of the others."""
    words = [sale.receipt, "--on", str(sale.on)]
    for field in ("store", "kind", "source"):
        if any(getattr(other, field) != getattr(sale, field) for other in among):
            words += [f"--{field}", getattr(sale, field)]
    return shlex.join(words)


def quantity_of(milli: int) -> str:
    """A quantity as people write it: `2`, `0.333`."""
    return f"{Decimal(milli).scaleb(-3).normalize():f}"


def amount_of(book: Book, minor: int) -> str:
    """An amount as a sentence says it."""
    return format_minor(minor, book.exponent)
