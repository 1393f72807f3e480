"""Refunds that a till writes only as a column on the order: each becomes a refund of its own, once."""

from collections.abc import Callable, Sequence
from itertools import compress
from typing import Any

from sqlalchemy import insert, select, update

from shopcrm.core.book import Book
from shopcrm.core.schema.intake import row_change
from shopcrm.core.schema.sales import sale
from shopcrm.features.imports.writing.revising import Comparison, as_it_stood
from shopcrm.sheets.records import Receipts

_CHUNK = 500  # receipt numbers in one statement


def write_returns(
    book: Book, receipts: Receipts, comparison: Comparison, source: str, begin_batch: Callable[[], int]
) -> set[int]:
    """Brings the refund of each order to what its sheet says was given back; answers the places where that was news.

    A refund is dated on its sale's day where both came together, and on the batch's day where the sale was known
    earlier without it.
    """
    places = list(compress(range(len(receipts)), receipts.returned_minor))
    changed: set[int] = set()
    fresh = set(comparison.fresh)
    for start in range(0, len(places), _CHUNK):
        portion = places[start : start + _CHUNK]
        sold, known = _standing(book, source, [receipts.numbers[place] for place in portion])
        for place in portion:
            standing = sold.get((receipts.stores[place], receipts.numbers[place], receipts.days[place]))
            if standing is None or standing.withdrawn:
                continue
            net_minor, refund = -receipts.returned_minor[place], known.get(standing.id)
            if refund is None:
                _add(book, standing, net_minor, begin_batch(), is_fresh=place in fresh)
            elif refund.withdrawn != "hand" and (refund.net_minor != net_minor or refund.withdrawn):
                _revise(book, refund, net_minor, begin_batch())
            else:
                continue
            changed.add(place)
    return changed


def _standing(book: Book, source: str, numbers: Sequence[str]) -> tuple[dict[tuple[Any, ...], Any], dict[int, Any]]:
    """The sales of these numbers by store, number and day; and their refunds of the same number by sale."""
    among = (sale.c.source == source, sale.c.receipt.in_(sorted(set(numbers))))
    rows = book.connection.execute(select(sale).where(*among)).all()
    sold = {(row.store, row.receipt, row.on): row for row in rows if row.kind == "sale"}
    own = {row.refund_of_id: row for row in rows if row.kind == "refund" and row.refund_of_receipt == row.receipt}
    return sold, {sale_id: row for sale_id, row in own.items() if sale_id is not None}


def _add(book: Book, sold: Any, net_minor: int, batch_id: int, *, is_fresh: bool) -> None:
    on = sold.on if is_fresh else max(sold.on, book.as_of)
    values = {
        "source": sold.source, "store": sold.store, "on": on, "receipt": sold.receipt, "kind": "refund",
        "customer_id": sold.customer_id, "refund_of_id": sold.id, "refund_of_receipt": sold.receipt,
        "net_minor": net_minor, "revision": 1, "batch_id": batch_id,
    }  # fmt: skip
    book.connection.execute(insert(sale).values(**values))


def _revise(book: Book, refund: Any, net_minor: int, batch_id: int) -> None:
    values = {"net_minor": net_minor, "withdrawn": None, "revision": refund.revision + 1}
    book.connection.execute(update(sale).where(sale.c.id == refund.id).values(values))
    before = [(batch_id, "sale", refund.id, as_it_stood(refund, ()))]
    book.insert_many(row_change, ("batch_id", "table_name", "row_id", "before"), before)
