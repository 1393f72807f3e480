"""Conditions over customers from rows of other tables, read through merges: rows of one person count together."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, bindparam, false, or_, select, union
from sqlalchemy.sql.visitors import replacement_traverse

from shopcrm.core.book import Book
from shopcrm.core.merging import merges, whose
from shopcrm.core.schema.doubles import customer_merge
from shopcrm.core.schema.people import customer

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Measure:
    """A figure that is summed up from rows: whose they are, the figure, and which rows count.

    `default` is the figure of who has no rows: a number, or None where it is not known then.
    """

    owner: ColumnElement[Any]
    value: ColumnElement[Any]
    rows: tuple[Condition, ...] = ()
    default: int | None = None
    shown: str = ""  # what the figure is called in a result: its suffix says how it is shown
    also: tuple[tuple[str, ColumnElement[Any]], ...] = ()  # other figures of the same rows


def having_rows(book: Book, owner: ColumnElement[Any], *rows: Condition) -> Condition:
    """Customers who have such a row, under any of their row keys."""
    return customer.c.id.in_(select(whose(book, owner)).where(owner.is_not(None), *rows))


def measuring(book: Book, measure: Measure, test: Condition) -> Condition:
    """Customers whose rows, taken together, meet a test of the measure's value; nobody without rows does."""
    grouped = select(measure.owner).where(measure.owner.is_not(None), *measure.rows)
    if not merges(book):
        return customer.c.id.in_(grouped.group_by(measure.owner).having(test))
    # Few are ever merged: everyone else is still read in the order of an index.
    touched = union(select(customer_merge.c.customer_id), select(customer_merge.c.kept_id))
    alone = grouped.where(measure.owner.not_in(touched)).group_by(measure.owner).having(test)
    person = whose(book, measure.owner)
    together = grouped.with_only_columns(person, maintain_column_froms=True).where(measure.owner.in_(touched))
    return or_(customer.c.id.in_(alone), customer.c.id.in_(together.group_by(person).having(test)))


def having_own(book: Book, owner: Column[Any], rows: Condition, test: Condition) -> Condition:
    """Customers with a row that passes a test; rows of merged customers speak only for who has none of their own."""
    own = customer.c.id.in_(select(owner).where(rows, test))
    if not merges(book):
        return own
    merged = select(customer_merge.c.kept_id).join(owner.table, owner == customer_merge.c.customer_id)
    has_none = customer.c.id.not_in(select(owner).where(rows))
    return or_(own, and_(has_none, customer.c.id.in_(merged.where(rows, test))))


def figures(book: Book, measure: Measure) -> dict[int, tuple[Any, ...]]:
    """The measure's value, then its other figures, of everyone who has rows, by row key."""
    person = whose(book, measure.owner)
    wanted = select(person, measure.value, *(column for _name, column in measure.also))
    rows = wanted.where(measure.owner.is_not(None), *measure.rows).group_by(person)
    return {row[0]: tuple(row[1:]) for row in book.connection.execute(rows)}


def told_by(book: Book, is_told: Condition, test: Condition) -> Condition:
    """Customers of whom a test of the columns of `customer` holds.

    Where what it looks at was not told of a customer, the first of those merged into them speaks for them.
    """
    if not merges(book):
        return test
    dropped, keeper = customer.alias("dropped"), customer.alias("keeper")
    silent = select(keeper.c.id).where(_of(keeper, ~is_told))
    first = (
        select(dropped.c.id, customer_merge.c.kept_id)
        .join(customer_merge, customer_merge.c.customer_id == dropped.c.id)
        .where(_of(dropped, is_told), customer_merge.c.kept_id.in_(silent))
        .order_by(dropped.c.id)
    )
    speaking: dict[int, int] = {}
    for row in book.connection.execute(first):
        speaking.setdefault(row[1], row[0])
    voice = customer.alias("voice")
    theirs = (
        select(customer_merge.c.kept_id)
        .join(voice, voice.c.id == customer_merge.c.customer_id)
        .where(_of(voice, test), among(voice.c.id, speaking.values()))
    )
    return or_(test, customer.c.id.in_(theirs))


def among(column: ColumnElement[Any], whole_numbers: Collection[int]) -> Condition:
    """The condition of being one of many whole numbers, which are no values to bind: those are limited in number."""
    if not whole_numbers:
        return false()
    listed: Any = bindparam(None, sorted(int(each) for each in whole_numbers), expanding=True, literal_execute=True)
    return column.in_(listed)


def _of(alias: Any, condition: Condition) -> Condition:
    """The same condition, of another row of `customer`."""

    def replaced(element: Any, **_kept: Any) -> Any:
        return alias.c[element.key] if getattr(element, "table", None) is customer else None

    adapted: Condition = replacement_traverse(condition, {}, replaced)
    return adapted
