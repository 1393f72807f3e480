"""Sales and refunds for which the ledger does not say yet what they are worth."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Integer,
    MetaData,
    Select,
    Table,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    union,
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

# What is due. Plain are sales of which nothing was posted yet, with what came back of them since; what was withdrawn
# before it earned is not due at all. A million of those sales never come up to the program.
DUE = Table(
    "due", HELD, Column("sale_id", Integer, primary_key=True), Column("customer_id", Integer), Column("on", Date),
    Column("of_sale_id", Integer), Column("is_plain", Boolean), prefixes=["TEMPORARY"],
)  # fmt: skip
_APART = Table("apart", HELD, Column("id", Integer, primary_key=True), prefixes=["TEMPORARY"])
_THEIRS = Table("theirs", HELD, Column("customer_id", Integer, primary_key=True), prefixes=["TEMPORARY"])
is_plain = DUE.c.is_plain.is_(True)
is_plain_sale = and_(is_plain, DUE.c.of_sale_id.is_(None))
is_plain_refund = and_(is_plain, DUE.c.of_sale_id.is_not(None))
_SETTLING = (points_entry, points_waiver)
_group_id = func.coalesce(DUE.c.of_sale_id, DUE.c.sale_id)  # a sale with its refunds


def load_due(book: Book, has_openings: bool) -> list[list[Fact]]:
    """Holds in `DUE` everything up to the business date that the ledger does not settle as it stands.

    Answers what of it is not plain, in groups: sales with their refunds, and refunds without a sale.
    """
    is_new = sale.c.id > _last_settled(book)
    is_sold = and_(sale.c.kind == "sale", sale.c.customer_id.is_not(None))
    is_first = or_(sale.c.revision == 1, is_new)  # of some more nothing was posted, but too few to look for them
    is_fit = and_(is_first, or_(is_sold, sale.c.refund_of_id.is_not(None)))
    columns = (sale.c.id, sale.c.customer_id, sale.c.on, sale.c.refund_of_id, is_fit)
    found = select(*columns).where(*_due(book, is_new, has_openings)).order_by(sale.c.id)
    book.connection.execute(insert(DUE).from_select(DUE.c.keys(), found))
    return _apart(book, select(_group_id).where(~is_plain), _of_other_sales(), _with_other_refunds(book))


def set_apart(book: Book, customer_ids: Collection[int], days: Collection[date]) -> list[list[Fact]]:
    """Makes groups of what is plain of these customers, and of these days; answers them."""
    if not customer_ids and not days:
        return []
    book.insert_many(_THEIRS, ("customer_id",), ((each,) for each in customer_ids))
    theirs = or_(DUE.c.customer_id.in_(select(_THEIRS.c.customer_id)), DUE.c.on.in_(days))
    return _apart(book, select(_group_id).where(is_plain, theirs).distinct())


def set_sales_apart(book: Book, sale_ids: Collection[int]) -> list[list[Fact]]:
    """Makes groups of these plain sales; answers them."""
    book.insert_many(_APART, ("id",), ((each,) for each in sale_ids))
    return _apart(book)


def due_customers(book: Book, at_most: int | None = None) -> set[int]:
    """Everyone of whom a plain sale is due, or so many of them."""
    return set(book.connection.scalars(select(DUE.c.customer_id).where(is_plain_sale).distinct().limit(at_most)))


def due_days(book: Book) -> list[date]:
    """The days of plain sales and refunds that are due."""
    return sorted(book.connection.scalars(select(DUE.c.on).where(is_plain).distinct()))


def customers_of(groups: Sequence[Sequence[Fact]]) -> set[int]:
    """Everyone whom these receipts name."""
    return {fact.customer_id for group in groups for fact in group if fact.customer_id is not None}


def _apart(book: Book, *group_ids: Select[Any]) -> list[list[Fact]]:
    """Makes groups out of what is plain: these, or those that `_APART` names already; answers them."""
    known = select(_APART.c.id)
    if group_ids:
        book.connection.execute(insert(_APART).from_select(["id"], union(*group_ids)))
    ids = list(book.connection.scalars(known.order_by(_APART.c.id)))
    for column in (DUE.c.sale_id, DUE.c.of_sale_id) if ids else ():
        book.connection.execute(update(DUE).where(is_plain, column.in_(known)).values(is_plain=False))
    book.connection.execute(delete(_APART))
    return _load_groups(book, ids)


def _of_other_sales() -> Select[Any]:
    """Sales that are not due, or came later, and have a plain refund."""
    sold = DUE.alias("sold")
    differs = or_(sold.c.sale_id.is_(None), sold.c.on > DUE.c.on)
    return select(DUE.c.of_sale_id).outerjoin(sold, sold.c.sale_id == DUE.c.of_sale_id).where(is_plain_refund, differs)


def _with_other_refunds(book: Book) -> Select[Any]:
    """Plain sales with a refund that is settled, or that was withdrawn before it had taken anything."""
    is_other = and_(sale.c.on <= book.as_of, sale.c.id.not_in(select(DUE.c.sale_id)))
    return select(DUE.c.sale_id).join(sale, sale.c.refund_of_id == DUE.c.sale_id).where(is_plain, is_other)


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


def _due(book: Book, is_new: ColumnElement[bool], has_openings: bool) -> list[ColumnElement[bool]]:
    """Facts of the past that have no entry for their revision."""
    # A sale without a customer earns nothing; it matters only where a revision took its customer away.
    concerned = or_(sale.c.customer_id.is_not(None), sale.c.revision > 1, sale.c.refund_of_id.is_not(None))
    # A withdrawn one matters only where it has had points: else a big batch taken back would be due every night.
    posted = select(points_entry.c.sale_id).where(points_entry.c.sale_id == sale.c.id)
    matters = [or_(counting, posted.exists()), *([~covered()] if has_openings else [])]
    return [sale.c.on <= book.as_of, concerned, or_(is_new, ~_is_settled()), *matters]


def _last_settled(book: Book) -> int:
    """None of the sales after it is settled, which are a million in a new book: two ends of an index tell."""
    looked_at = [select(func.max(table.c.sale_id)) for table in _SETTLING]
    return max(book.connection.scalar(each) or 0 for each in looked_at)


def _is_settled() -> ColumnElement[bool]:
    of_revision = (
        select(table.c.sale_id).where(table.c.sale_id == sale.c.id, table.c.sale_revision == sale.c.revision)
        for table in _SETTLING
    )
    return or_(*(each.exists() for each in of_revision))
