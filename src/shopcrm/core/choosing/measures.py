"""Figures that customers are chosen by, summed up from sales and ledgers as of the business date."""

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import Subquery, and_, case, func, or_, select, union_all

from shopcrm.core.book import Book
from shopcrm.core.choosing.persons import Condition, Measure
from shopcrm.core.choosing.values import contains, first_day
from shopcrm.core.ledger.accounts import lots_left
from shopcrm.core.ledger.ledgers import MONEY, POINTS, Ledger
from shopcrm.core.schema.sales import counting, sale, sale_line
from shopcrm.core.where.tree import Clause, Within

_SOLD_ON = case((sale.c.kind == "sale", sale.c.on))


def frequency(book: Book, clause: Clause) -> Measure:
    """The days on which a customer has bought."""
    rows = _sales(book, clause.within)
    return Measure(sale.c.customer_id, func.count(_SOLD_ON.distinct()), rows, default=0, shown="frequency")


def monetary(book: Book, clause: Clause) -> Measure:
    """Net spend in minor units: what was given back is taken off on its own day."""
    return Measure(
        sale.c.customer_id,
        func.coalesce(func.sum(sale.c.net_minor), 0),
        _sales(book, clause.within),
        default=0,
        shown="monetary_minor",
    )


def last_bought(book: Book, _clause: Clause | None = None) -> Measure:
    """The day of the last sale."""
    return Measure(sale.c.customer_id, func.max(_SOLD_ON), _sales(book, None), shown="last_on")


def first_bought(book: Book, _clause: Clause | None = None) -> Measure:
    """The day of the first sale."""
    return Measure(sale.c.customer_id, func.min(_SOLD_ON), _sales(book, None), shown="first_on")


def as_dates(numbers: list[int], relation: str, as_of: date) -> tuple[str, list[date]]:
    """A comparison of days since the last sale as one of its date, which an aggregate needs no arithmetic for."""
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(relation, relation)
    first, last = date.min.toordinal(), date.max.toordinal()
    dates = [date.fromordinal(min(max(as_of.toordinal() - number, first), last)) for number in numbers]
    return turned, dates[::-1] if relation == "between" else dates


def bought(book: Book, clause: Clause) -> Measure:
    """The days on which a customer bought what a clause names, whatever came back later."""
    rows = [*_sales(book, clause.within), sale.c.kind == "sale"]
    if clause.relation != "known":
        # Lines first, in one go: looked up sale by sale, in the order of customers, they take ten times as long.
        lines = select(sale_line.c.sale_id).where(sale_line.c.quantity_milli > 0, _named(clause))
        rows.append(sale.c.id.in_(lines))
    return Measure(
        sale.c.customer_id,
        func.count(sale.c.on.distinct()),
        tuple(rows),
        shown="days",
        also=(("last_on", func.max(sale.c.on)),),
    )


def spendable_points(book: Book, _clause: Clause | None = None) -> Measure:
    """Points that can be spent: neither pending nor past their last day; nobody has less than none."""
    lot, as_of = POINTS.lot.c, book.as_of
    idle = or_(lot.expires_on < as_of, lot.available_on > as_of)
    value = _held(book, POINTS, idle)
    total = func.sum(value.c.amount)
    return Measure(value.c.customer_id, case((total > 0, total), else_=0), default=0, shown="spendable_points")


def wallet_balance(book: Book, _clause: Clause | None = None) -> Measure:
    """Stored value in minor units, principal and bonus, without bonus past its last day."""
    value = _held(book, MONEY, MONEY.lot.c.expires_on < book.as_of)
    return Measure(value.c.customer_id, func.sum(value.c.amount), default=0, shown="balance_minor")


def _held(book: Book, of: Ledger, idle: Condition) -> Subquery:
    entry = of.entry.c
    entered = select(entry.customer_id, of.entry_amount.label("amount")).where(entry.on <= book.as_of)
    left = lots_left(idle, book.as_of, of).subquery()
    return union_all(entered, select(left.c.customer_id, -left.c.left)).subquery()


def _sales(book: Book, within: Within | None) -> tuple[Condition, ...]:
    known = (counting, sale.c.on <= book.as_of)
    return known if within is None else (*known, sale.c.on >= first_day(book, within))


def _named(clause: Clause) -> Condition:
    columns = [clause.about] if clause.about else ["category", "sku", "item"]
    return or_(*(and_(sale_line.c[name].is_not(None), contains(sale_line.c[name], clause)) for name in columns))


MEASURES: Mapping[str, Callable[[Book, Clause], Measure]] = {
    "recency_days": last_bought,
    "frequency": frequency,
    "monetary": monetary,
    "points": spendable_points,
    "wallet": wallet_balance,
    "last_bought": last_bought,
    "first_bought": first_bought,
    "bought": bought,
}
