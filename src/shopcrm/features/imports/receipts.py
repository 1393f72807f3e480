"""A sales sheet becomes sales and refunds: a receipt known already is compared, and revised where it changed.

A receipt is known by source, store, day, number and kind, since tills restart their numbers every day.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update

from shopcrm.core.book import Book, stored_instant
from shopcrm.core.schema.sales import row_change, sale, sale_line
from shopcrm.features.imports.matching import Directory, Named
from shopcrm.features.imports.people import Outcome, issues_of, write_customers
from shopcrm.sheets.records import Line, Receipt, RowIssue

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


def write_receipts(book: Book, receipts: Sequence[Receipt], source: str, batch_id: int) -> Outcome:
    """Adds sales and refunds that are new, revises those that changed, and leaves alone what is the same."""
    directory = Directory(book, source, names_decide=False)
    issues: list[RowIssue] = []
    known = _load_known(book, receipts, source)
    writer = _Writer(book, source, batch_id)
    unchanged = 0
    match = directory.match
    for receipt in receipts:
        answer = match(Named(receipt.member_no, receipt.phone, receipt.email, receipt.name))
        if answer.problems:
            issues += issues_of(receipt.row, answer)
        stands = known.get((receipt.store, receipt.receipt, receipt.on, receipt.kind)) if known else None
        if stands is None:
            writer.add(receipt, answer.customer_id)
        elif stands.content == (content := _content(receipt, answer.customer_id, stands)):
            unchanged += 1
        else:
            writer.revise(stands, content)
    write_customers(book, directory, batch_id)
    writer.write()
    return Outcome(len(writer.sales), len(writer.revised), unchanged, len(directory.new_customers), issues)


def link_refunds(book: Book) -> int:
    """Points refunds at the sale they give back, where it has come in since; such a refund is a new revision.

    Numbers are not unique: the sale is the latest of that number, on or before the refund's day, of the same store
    where that has one. A refund without a customer belongs to the customer of its sale.
    """
    waiting = book.connection.execute(
        select(sale).where(sale.c.refund_of_receipt.is_not(None), sale.c.refund_of_id.is_(None))
    ).all()
    if not waiting:
        return 0
    wanted = sorted({row.refund_of_receipt for row in waiting})
    sold: dict[tuple[str, str], list[Any]] = {}
    for start in range(0, len(wanted), 500):
        statement = select(sale.c.id, sale.c.source, sale.c.receipt, sale.c.on, sale.c.store, sale.c.customer_id)
        statement = statement.where(sale.c.receipt.in_(wanted[start : start + 500]), sale.c.kind == "sale")
        for row in book.connection.execute(statement):
            sold.setdefault((row.source, row.receipt), []).append(row)
    linked = 0
    for refund in waiting:
        fitting = [s for s in sold.get((refund.source, refund.refund_of_receipt), ()) if s.on <= refund.on]
        if fitting:
            best = max(fitting, key=lambda s: (s.store == refund.store, s.on, s.id))
            owner = refund.customer_id if refund.customer_id is not None else best.customer_id
            values = {"refund_of_id": best.id, "customer_id": owner, "revision": refund.revision + 1}
            book.connection.execute(update(sale).where(sale.c.id == refund.id).values(values))
            linked += 1
    return linked


class _Writer:
    """Collects new and revised sales, and writes them in a few statements."""

    def __init__(self, book: Book, source: str, batch_id: int) -> None:
        self._book, self._source, self._batch_id = book, source, batch_id
        self._next_id = book.next_id(sale)
        self._instants: dict[datetime | None, str | None] = {None: None}
        self._days: dict[date, str] = {}
        self.sales: list[tuple[object, ...]] = []
        self.lines: list[tuple[object, ...]] = []
        self.revised: list[tuple[_Known, _Content]] = []

    def add(self, r: Receipt, customer_id: int | None) -> None:
        sale_id = self._next_id
        self._next_id += 1
        at, on = self._instants.get(r.at), self._days.get(r.on)
        if at is None and r.at is not None:
            at = self._instants[r.at] = stored_instant(r.at)
        if on is None:
            on = self._days[r.on] = r.on.isoformat()
        self.sales.append(
            (sale_id, self._source, r.store, on, r.receipt, r.kind, at, customer_id, r.refund_of, r.net_minor,
             r.cashier, r.payment_method, 1, self._batch_id)
        )  # fmt: skip
        for position, line in enumerate(r.lines, 1):
            self.lines.append((sale_id, position, *line))

    def revise(self, known: _Known, content: _Content) -> None:
        self.revised.append((known, content))

    def write(self) -> None:
        book = self._book
        book.insert_many(sale, _SALE_COLUMNS, self.sales)
        before = []
        for known, content in self.revised:
            values = content._asdict()
            lines = values.pop("lines")
            statement = update(sale).where(sale.c.id == known.id)
            book.connection.execute(
                statement.values(**values, revision=known.revision + 1, **_unlinked(known, content))
            )
            book.connection.execute(delete(sale_line).where(sale_line.c.sale_id == known.id))
            self.lines += [(known.id, position, *line) for position, line in enumerate(lines, 1)]
            before.append((self._batch_id, "sale", known.id, json.dumps(_as_json(known), ensure_ascii=False)))
        book.insert_many(sale_line, _LINE_COLUMNS, self.lines)
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


def _load_known(book: Book, receipts: Sequence[Receipt], source: str) -> Mapping[tuple[Any, ...], _Known]:
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
    known: dict[tuple[Any, ...], _Known] = {}
    for row in book.connection.execute(select(sale).where(*among)):
        content = _Content(
            row.at, row.customer_id, row.refund_of_receipt, row.net_minor, row.cashier, row.payment_method,
            tuple(lines.get(row.id, ())),
        )  # fmt: skip
        key = _Key(row.store, row.receipt, row.on, row.kind)
        known[key] = _Known(row.id, row.revision, content, row.refund_of_id is not None)
    return known
