"""A sales sheet becomes sales and refunds: a receipt known already is compared, and revised where it changed.

A receipt is known by source, store, day, number and kind, since tills restart their numbers every day.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import delete, select, update

from shopcrm.core.book import Book
from shopcrm.core.clock import stored_instant
from shopcrm.core.schema.sales import row_change, sale, sale_line
from shopcrm.features.imports.matching import Directory, Match, Named
from shopcrm.features.imports.people import Outcome, issues_of, write_customers
from shopcrm.sheets.records import Line, Receipt

_LINE_COLUMNS = ("sale_id", "position", *Line._fields)
_SALE_COLUMNS = (
    "id", "source", "store", "on", "receipt", "kind", "at", "customer_id", "refund_of_receipt", "net_minor", "cashier",
    "payment_method", "revision", "batch_id",
)  # fmt: skip


class _Key(NamedTuple):
    store: str
    receipt: str
    on: date
    kind: str


class _Content(NamedTuple):
    """What a revision of a sale says; equal contents are the same revision."""

    at: datetime | None
    customer_id: int | None
    refund_of_receipt: str | None
    net_minor: int
    cashier: str | None
    payment_method: str | None
    lines: tuple[Line, ...]


class _Known(NamedTuple):
    id: int
    revision: int
    content: _Content
    is_linked: bool


def write_receipts(book: Book, receipts: Sequence[Receipt], source: str, begin_batch: Callable[[], int]) -> Outcome:
    """Adds sales and refunds that are new, revises those that changed, and leaves alone what is the same.

    The batch is begun, and anything written, only where something is new.
    """
    directory = Directory(book, source, names_decide=False)
    known = _load_known(book, receipts, source)
    # Each way of naming a customer is looked up once; a big sheet has ten receipts for each.
    named = list(map(attrgetter(*Named._fields), receipts))
    answers = {name: directory.match(name) for name in dict.fromkeys(named)}
    matches = [answers[name] for name in named]
    pairs = list(zip(receipts, matches, strict=True))
    issues = [issue for r, match in pairs if match.problems for issue in issues_of(r.row, match)]
    fresh, revised = pairs, list[tuple[_Known, _Content]]()
    if known:
        keys = [_Key(r.store, r.receipt, r.on, r.kind) for r in receipts]
        standing = [(known.get(key), r, match) for key, r, match in zip(keys, receipts, matches, strict=True)]
        fresh = [(r, match) for stands, r, match in standing if stands is None]
        compared = [(s, _content(r, match.customer_id, s)) for s, r, match in standing if s is not None]
        revised = [(stands, content) for stands, content in compared if stands.content != content]
    if fresh or revised or directory.new_identities:
        batch_id = begin_batch()
        write_customers(book, directory, batch_id)
        _add(book, fresh, source, batch_id)
        _revise(book, revised, batch_id)
    unchanged = len(receipts) - len(fresh) - len(revised)
    return Outcome(len(fresh), len(revised), unchanged, len(directory.new_customers), issues)


def _add(book: Book, fresh: Sequence[tuple[Receipt, Match]], source: str, batch_id: int) -> None:
    first_id = book.next_id(sale)
    days = {day: day.isoformat() for day in {r.on for r, _ in fresh}}
    sales = [
        (sale_id, source, r.store, days[r.on], r.receipt, r.kind, r.at and stored_instant(r.at), match.customer_id,
         r.refund_of, r.net_minor, r.cashier, r.payment_method, 1, batch_id)
        for sale_id, (r, match) in enumerate(fresh, first_id)
    ]  # fmt: skip
    lines = [
        (sale_id, place, *line)
        for sale_id, (r, _) in enumerate(fresh, first_id)
        for place, line in enumerate(r.lines, 1)
    ]
    book.insert_many(sale, _SALE_COLUMNS, sales)
    book.insert_many(sale_line, _LINE_COLUMNS, lines)


def _revise(book: Book, revised: Sequence[tuple[_Known, _Content]], batch_id: int) -> None:
    lines, before = [], []
    for known, content in revised:
        values = content._asdict()
        del values["lines"]
        values |= {"revision": known.revision + 1, **_unlinked(known, content)}
        book.connection.execute(update(sale).where(sale.c.id == known.id).values(values))
        book.connection.execute(delete(sale_line).where(sale_line.c.sale_id == known.id))
        lines += [(known.id, place, *line) for place, line in enumerate(content.lines, 1)]
        before.append((batch_id, "sale", known.id, json.dumps(_as_json(known), ensure_ascii=False)))
    book.insert_many(sale_line, _LINE_COLUMNS, lines)
    book.insert_many(row_change, ("batch_id", "table_name", "row_id", "before"), before)


def _unlinked(known: _Known, content: _Content) -> dict[str, None]:
    # A refund that now names another sale is pointed at it afresh.
    return {} if known.content.refund_of_receipt == content.refund_of_receipt else {"refund_of_id": None}


def _as_json(known: _Known) -> dict[str, object]:
    values = known.content._asdict()
    at = known.content.at
    return values | {"at": stored_instant(at) if at else None, "revision": known.revision}


def _content(receipt: Receipt, customer_id: int | None, known: _Known) -> _Content:
    # A refund took its customer from its sale, where the sheet named none: that is no change of the refund.
    owner = known.content.customer_id if customer_id is None and known.is_linked else customer_id
    return _Content(
        receipt.at, owner, receipt.refund_of, receipt.net_minor, receipt.cashier, receipt.payment_method, receipt.lines
    )


def _load_known(book: Book, receipts: Sequence[Receipt], source: str) -> Mapping[_Key, _Known]:
    """The sales of this source in the days that the sheet covers, by store, receipt, day and kind."""
    if not receipts:
        return {}
    first, last = min(r.on for r in receipts), max(r.on for r in receipts)
    among = (sale.c.source == source, sale.c.on.between(first, last))
    columns = [sale_line.c[name] for name in _LINE_COLUMNS]
    lines: dict[int, list[Line]] = {}
    bought = select(*columns).join(sale, sale.c.id == sale_line.c.sale_id).where(*among)
    for row in book.connection.execute(bought.order_by(sale_line.c.sale_id, sale_line.c.position)):
        lines.setdefault(row[0], []).append(Line(*row[2:]))
    known: dict[_Key, _Known] = {}
    for row in book.connection.execute(select(sale).where(*among)):
        content = _Content(
            row.at, row.customer_id, row.refund_of_receipt, row.net_minor, row.cashier, row.payment_method,
            tuple(lines.get(row.id, ())),
        )  # fmt: skip
        key = _Key(row.store, row.receipt, row.on, row.kind)
        known[key] = _Known(row.id, row.revision, content, row.refund_of_id is not None)
    return known
