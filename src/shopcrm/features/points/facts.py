"""Sales and refunds for which the ledger does not say yet what they are worth."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Integer,
    MetaData,
    Select,
    Table,
    and_,
    case,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from shopcrm.core.book import Book
from shopcrm.core.portions import portions
from shopcrm.core.schema.points import points_entry
from shopcrm.core.schema.sales import counting, sale
from shopcrm.core.schema.waivers import points_waiver
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


HELD = MetaData()  # tables of this connection alone, dropped at the end of a sweep

# What is due, with the group it is part of; none for a plain sale (never changed, counting, nothing of it given back).
# A million of those never come up to the program.
DUE = Table(
    "due", HELD, Column("sale_id", Integer, primary_key=True), Column("customer_id", Integer), Column("on", Date),
    Column("group_id", Integer), prefixes=["TEMPORARY"],
)  # fmt: skip
_APART = Table("apart", HELD, Column("customer_id", Integer, primary_key=True), prefixes=["TEMPORARY"])
is_plain = DUE.c.group_id.is_(None)


def load_due(book: Book, has_openings: bool) -> list[list[Fact]]:
    """Holds in `DUE` everything up to the business date that the ledger does not settle as it stands.

    Answers what of it is not plain, in groups: sales with their refunds, and refunds without a sale.
    """
    is_untouched = and_(sale.c.kind == "sale", sale.c.revision == 1, counting, sale.c.customer_id.is_not(None))
    group = case((is_untouched, null()), else_=func.coalesce(sale.c.refund_of_id, sale.c.id))
    columns = (sale.c.id, sale.c.customer_id, sale.c.on, group)
    found = select(*columns).where(*_due(book, has_openings)).order_by(sale.c.id)
    book.connection.execute(insert(DUE).from_select(DUE.c.keys(), found))
    given_back = select(sale.c.refund_of_id).where(sale.c.refund_of_id.is_not(None), sale.c.on <= book.as_of)
    # Afterwards, and not asked of each: most sales come back never.
    _group_alone(book, DUE.c.sale_id.in_(given_back))
    groups = select(DUE.c.group_id).where(~is_plain).distinct().order_by(DUE.c.group_id)
    return _load_groups(book, list(book.connection.scalars(groups)))


def set_apart(book: Book, customer_ids: Collection[int], days: Collection[date]) -> list[list[Fact]]:
    """Makes groups of what is plain of these customers, and of these days; answers them."""
    if not customer_ids and not days:
        return []
    book.insert_many(_APART, ("customer_id",), ((each,) for each in customer_ids))
    theirs = or_(DUE.c.customer_id.in_(select(_APART.c.customer_id)), DUE.c.on.in_(days))
    ids = list(book.connection.scalars(select(DUE.c.sale_id).where(is_plain, theirs)))
    _group_alone(book, theirs)
    return _load_groups(book, ids)


def due_customers(book: Book, at_most: int | None = None) -> set[int]:
    """Everyone of whom a plain sale is due, or so many of them."""
    return set(book.connection.scalars(select(DUE.c.customer_id).where(is_plain).distinct().limit(at_most)))


def due_days(book: Book) -> list[date]:
    """The days of plain sales that are due."""
    return sorted(book.connection.scalars(select(DUE.c.on).where(is_plain).distinct()))


def customers_of(groups: Sequence[Sequence[Fact]]) -> set[int]:
    """Everyone whom these receipts name."""
    return {fact.customer_id for group in groups for fact in group if fact.customer_id is not None}


def _group_alone(book: Book, which: ColumnElement[bool]) -> None:
    book.connection.execute(update(DUE).where(is_plain, which).values(group_id=DUE.c.sale_id))


def _load_groups(book: Book, group_ids: Sequence[int]) -> list[list[Fact]]:
    """Sales by their ids, each with its refunds up to the business date; refunds of no sale alone."""
    found: dict[int, list[Fact]] = {group_id: [] for group_id in group_ids}
    for chunk in portions(group_ids):
        own = or_(sale.c.id.in_(chunk), sale.c.refund_of_id.in_(chunk))
        for row in book.read_many(_facts().where(own, sale.c.on <= book.as_of)):
            fact = Fact._make((*row[:4], date.fromisoformat(row[4]), *row[5:]))
            found[fact.refund_of_id or fact.id].append(fact)
    return [
        sorted(group, key=lambda fact: (fact.kind != "sale", fact.on, fact.id)) for group in found.values() if group
    ]


def _facts() -> Select[Any]:
    worth = {
        "net_minor": case((counting, sale.c.net_minor), else_=0),
        "tax_minor": case((counting, func.coalesce(sale.c.tax_minor, 0)), else_=0),
    }
    return select(*(worth.get(name, sale.c[name]) for name in Fact._fields))


def _due(book: Book, has_openings: bool) -> list[ColumnElement[bool]]:
    """Facts of the past that have no entry for their revision."""
    settled = [_settling(table).exists() for table in (points_entry, points_waiver)]
    # None of the latest is settled, which are a million in a new book: it costs a look at two ends of an index to know.
    looked_at = [select(func.max(table.c.sale_id)) for table in (points_entry, points_waiver)]
    last_id = max(book.connection.scalar(each) or 0 for each in looked_at)
    # A sale without a customer earns nothing; it matters only where a revision took its customer away.
    concerned = or_(sale.c.customer_id.is_not(None), sale.c.revision > 1, sale.c.refund_of_id.is_not(None))
    # A withdrawn one matters only where it has had points: else a big batch taken back would be due every night.
    posted = select(points_entry.c.sale_id).where(points_entry.c.sale_id == sale.c.id)
    matters = [or_(counting, posted.exists()), *([~covered()] if has_openings else [])]
    return [sale.c.on <= book.as_of, concerned, or_(sale.c.id > last_id, ~or_(*settled)), *matters]


def _settling(table: Any) -> Select[Any]:
    return select(table.c.sale_id).where(table.c.sale_id == sale.c.id, table.c.sale_revision == sale.c.revision)
