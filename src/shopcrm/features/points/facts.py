"""Sales and refunds for which the ledger does not say yet what they are worth."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

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


# Id, customer, day as text, net and tax in minor units, and nothing: a plain tuple, since there are a million of them.
Plain = tuple[int, int, str, int, int | None, None]


class Due(NamedTuple):
    """What is due: plain sales (never changed, counting, nothing of them given back), and everything else in groups."""

    plain: list[Plain]
    groups: list[list[Fact]]  # sales with their refunds, and refunds without a sale


def load_due(book: Book, has_openings: bool) -> Due:
    """Everything up to the business date that the ledger does not settle as it stands. The sales are read once."""
    columns = (sale.c.id, sale.c.customer_id, sale.c.on, sale.c.net_minor, sale.c.tax_minor)
    group = case((_is_plain(book), None), else_=func.coalesce(sale.c.refund_of_id, sale.c.id))
    rows = list(book.read_many(select(*columns, group).where(*_due(book, has_openings)).order_by(sale.c.id)))
    groups = {row[5] for row in rows if row[5] is not None}
    return Due([row for row in rows if row[5] is None], load_groups(book, sorted(groups)))


def load_groups(book: Book, group_ids: Sequence[int]) -> list[list[Fact]]:
    """Sales by their ids, each with its refunds up to the business date; refunds of no sale alone."""
    found: dict[int, list[Fact]] = {group_id: [] for group_id in group_ids}
    for chunk in portions(group_ids):
        own = or_(sale.c.id.in_(chunk), sale.c.refund_of_id.in_(chunk))
        for row in book.connection.execute(_facts().where(own, sale.c.on <= book.as_of)):
            fact = Fact(*row)
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
    # A list of them and no look-up for each: most sales come back never.
    back = sale.alias("back")
    given_back = select(back.c.refund_of_id).where(back.c.refund_of_id.is_not(None), back.c.on <= book.as_of)
    is_sold = and_(sale.c.kind == "sale", sale.c.revision == 1, counting, sale.c.customer_id.is_not(None))
    return and_(is_sold, sale.c.id.not_in(given_back))


def customers_of(groups: Sequence[Sequence[Fact]]) -> set[int]:
    """Everyone whom these receipts name."""
    return {fact.customer_id for group in groups for fact in group if fact.customer_id is not None}
