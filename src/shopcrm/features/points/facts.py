"""Sales and refunds for which the ledger does not say yet what they are worth."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from shopcrm.core.book import Book
from shopcrm.core.schema.points import points_entry, points_waiver
from shopcrm.core.schema.sales import counting, sale
from shopcrm.features.points.covering import covered


class Fact(NamedTuple):
    """A sale or refund as it stands now; a withdrawn one is worth nothing."""

    id: int
    revision: int
    customer_id: int | None
    kind: str
    on: date
    net_minor: int
    tax_minor: int
    refund_of_id: int | None
    receipt: str
    withdrawn: str | None


Plain = tuple[int, int, str, int, int | None, str]  # id, customer, day as text, net and tax in minor units, receipt


def as_fact(plain: Plain) -> Fact:
    """A plain sale as the others are written."""
    sale_id, customer_id, on, net_minor, tax_minor, receipt = plain
    day = date.fromisoformat(on)
    return Fact(sale_id, 1, customer_id, "sale", day, net_minor, tax_minor or 0, None, receipt, None)


def due_groups(book: Book, has_openings: bool) -> list[list[Fact]]:
    """Sales with their refunds, and refunds without a sale, where one of them is due and is more than a plain sale."""
    due = select(_group()).where(*_due(book, has_openings), ~_is_plain(book))
    # Group by group: the index on refund_of_id finds the refunds.
    groups = _facts().where(sale.c.on <= book.as_of, _group().in_(due))
    rows = book.connection.execute(groups.order_by(_group(), sale.c.kind.desc(), sale.c.on, sale.c.id))
    return list(_grouped(Fact(*row) for row in rows))


def due_plain(book: Book, has_openings: bool) -> list[Plain]:
    """Sales that are due, were never changed, count, and of which nothing was given back; a million are one list."""
    columns = (sale.c.id, sale.c.customer_id, sale.c.on, sale.c.net_minor, sale.c.tax_minor, sale.c.receipt)
    wanted = select(*columns).where(*_due(book, has_openings), _is_plain(book)).order_by(sale.c.id)
    return list(book.read_many(wanted))


def _facts() -> Select[Any]:
    worth = {
        "net_minor": case((counting, sale.c.net_minor), else_=0),
        "tax_minor": case((counting, func.coalesce(sale.c.tax_minor, 0)), else_=0),
    }
    return select(*(worth.get(name, sale.c[name]) for name in Fact._fields))


def _group() -> ColumnElement[int]:
    return func.coalesce(sale.c.refund_of_id, sale.c.id)


def _due(book: Book, has_openings: bool) -> list[ColumnElement[bool]]:
    """Facts of the past that have no entry for their revision."""
    settled = _settling(points_entry), _settling(points_waiver)
    # A sale without a customer earns nothing; it matters only where a revision took its customer away.
    concerned = or_(sale.c.customer_id.is_not(None), sale.c.revision > 1, sale.c.refund_of_id.is_not(None))
    # A withdrawn one matters only where it has had points: else a big batch taken back would be due every night.
    posted = select(points_entry.c.sale_id).where(points_entry.c.sale_id == sale.c.id)
    matters = [or_(counting, posted.exists()), *([~covered()] if has_openings else [])]
    return [sale.c.on <= book.as_of, concerned, *(~each.exists() for each in settled), *matters]


def _settling(table: Any) -> Select[Any]:
    return select(table.c.sale_id).where(table.c.sale_id == sale.c.id, table.c.sale_revision == sale.c.revision)


def _is_plain(book: Book) -> ColumnElement[bool]:
    back = sale.alias("back")
    given_back = select(back.c.id).where(back.c.refund_of_id == sale.c.id, back.c.on <= book.as_of)
    return and_(
        sale.c.kind == "sale", sale.c.revision == 1, counting, sale.c.customer_id.is_not(None), ~given_back.exists()
    )


def _grouped(facts: Iterator[Fact]) -> Iterator[list[Fact]]:
    current: list[Fact] = []
    for fact in facts:
        if current and (fact.refund_of_id or fact.id) != (current[0].refund_of_id or current[0].id):
            yield current
            current = []
        current.append(fact)
    if current:
        yield current


def customers_of(groups: Sequence[Sequence[Fact]]) -> set[int]:
    """Everyone whom these receipts name."""
    return {fact.customer_id for group in groups for fact in group if fact.customer_id is not None}
