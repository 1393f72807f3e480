"""When customers reached which tier, derived from sales alone: what `tiers assign` posts and points multiply by.

Derived, not looked up, so that five missed nights give what five nights would have given.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select, type_coerce, union_all
from sqlalchemy import Date as SqlDate

from shopcrm.core.book import Book
from shopcrm.core.schema.sales import sale
from shopcrm.core.settings import Settings, TierRule


class TierRise(NamedTuple):
    """A customer reached tier `step` (1 is the lowest) at the end of a day, with that net spend."""

    customer_id: int
    on: date
    step: int
    spend_minor: int


def tier_rises(book: Book) -> list[TierRise]:
    """Every day on which a customer's tier rose, up to the business date, by customer and day.

    Net spend (refunds taken off) is summed over all days; a tier is reached from its threshold on, inclusive, by the
    thresholds in force that day; it is not lost here, since a lower tier is only given at a review.
    """
    stretches = book.history.changes_until(book.as_of)
    if not any(settings.tiers for _, settings in stretches):
        return []
    rows = book.connection.execute(_rises(stretches, book.as_of))
    return [TierRise(row.customer_id, row.on, row.step, row.spend_minor) for row in rows]


def rises_by_customer(rises: Sequence[TierRise]) -> Mapping[int, Sequence[TierRise]]:
    """The rises of each customer, in the order of their days."""
    by_customer: dict[int, list[TierRise]] = {}
    for rise in rises:
        by_customer.setdefault(rise.customer_id, []).append(rise)
    return by_customer


def tier_before(rises: Sequence[TierRise], day: date, settings: Settings) -> TierRule | None:
    """The tier at the end of the day before: a sale never raises its own multiplier."""
    reached = [rise.step for rise in rises if rise.on < day]
    if not reached or not settings.tiers:
        return None
    return settings.tiers[min(reached[-1], len(settings.tiers)) - 1]


def _rises(stretches: Sequence[tuple[date, Settings]], as_of: date) -> Select[Any]:
    days = _days(stretches, as_of).subquery("days")
    running = func.sum(days.c.net_minor).over(partition_by=days.c.customer_id, order_by=days.c.on)
    spent = select(days.c.customer_id, days.c.on, running.label("spend_minor")).subquery("spent")
    step = _step(stretches, spent.c.on, spent.c.spend_minor)
    highest = func.max(step).over(partition_by=spent.c.customer_id, order_by=spent.c.on)
    reached = select(spent, highest.label("step")).subquery("reached")
    before = func.lag(reached.c.step, 1, 0).over(partition_by=reached.c.customer_id, order_by=reached.c.on)
    rising = select(reached, before.label("before")).subquery("rising")
    return select(rising).where(rising.c.step > rising.c.before).order_by(rising.c.customer_id, rising.c.on)


def _days(stretches: Sequence[tuple[date, Settings]], as_of: date) -> Select[Any]:
    known = and_(sale.c.customer_id.is_not(None), sale.c.on <= as_of)
    bought = select(sale.c.customer_id, sale.c.on, sale.c.net_minor).where(known)
    # The first day of new thresholds counts as a day of its own: lower ones raise who has spent enough already.
    turns = [
        select(
            sale.c.customer_id,
            type_coerce(literal(start, SqlDate), SqlDate).label("on"),
            literal(0).label("net_minor"),
        )
        .where(known, sale.c.on < start)
        .distinct()
        for start, _ in stretches
        if start > date.min
    ]
    days = union_all(bought, *turns).subquery("moves")
    return select(days.c.customer_id, days.c.on, func.sum(days.c.net_minor).label("net_minor")).group_by(
        days.c.customer_id, days.c.on
    )


def _step(
    stretches: Sequence[tuple[date, Settings]], on: ColumnElement[Any], spend: ColumnElement[Any]
) -> ColumnElement[int]:
    whens: list[tuple[ColumnElement[bool], int]] = []
    for start, settings in reversed(stretches):
        in_force = on >= start
        highest_first = range(len(settings.tiers), 0, -1)
        whens += [(and_(in_force, spend >= settings.tiers[n - 1].from_minor), n) for n in highest_first]
        whens.append((in_force, 0))
    return case(*whens, else_=0)
