"""When customers reached which tier, derived from sales alone: what `tiers assign` posts and points multiply by.

Derived, not looked up, so that five missed nights give what five nights would have given.
"""

from collections.abc import Container, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select, type_coerce, union_all
from sqlalchemy import Date as SqlDate

from shopcrm.core.book import Book
from shopcrm.core.schema.sales import counting, sale
from shopcrm.core.schema.standing import tier_change
from shopcrm.core.settings import Settings, TierRule


class TierRise(NamedTuple):
    """A customer reached tier `step` (1 is the lowest) at the end of a day, with that net spend."""

    customer_id: int
    on: date
    step: int
    spend_minor: int
    reached: frozenset[str]  # the names of this tier and of those below it on that day


def tier_rises(book: Book) -> list[TierRise]:
    """Every day on which a customer's tier rose, up to the business date, by customer and day.

    Net spend (refunds taken off, nothing withdrawn) is summed over all days; a tier is reached from its threshold on,
    inclusive, by the thresholds in force that day; it is not lost here, since a lower tier is only given at a review.
    """
    stretches = book.history.changes_until(book.as_of)
    if not any(settings.tiers for _, settings in stretches):
        return []
    rows = book.connection.execute(_rises(stretches, book.as_of))
    ranks, rises = _ranks(stretches), []
    for row in rows:
        reached = [tier.name for tier in book.history.on(row.on).tiers if ranks[tier.name] <= row.step]
        rises.append(TierRise(row.customer_id, row.on, len(reached), row.spend_minor, frozenset(reached)))
    return rises


def rises_by_customer(rises: Sequence[TierRise]) -> Mapping[int, Sequence[TierRise]]:
    """The rises of each customer, in the order of their days."""
    by_customer: dict[int, list[TierRise]] = {}
    for rise in rises:
        by_customer.setdefault(rise.customer_id, []).append(rise)
    return by_customer


def tier_before(rises: Sequence[TierRise], day: date, settings: Settings) -> TierRule | None:
    """The tier at the end of the day before: a sale never raises its own multiplier."""
    reached = {name for rise in rises if rise.on < day for name in rise.reached}
    return highest_tier(reached, settings)


def posted_tiers(book: Book) -> Mapping[int, Mapping[str, date]]:
    """The tiers that were posted as reached up to the business date, by customer, with the first day of each."""
    first = (
        select(tier_change.c.customer_id, tier_change.c.tier, func.min(tier_change.c.on))
        .where(tier_change.c.on <= book.as_of)
        .group_by(tier_change.c.customer_id, tier_change.c.tier)
    )
    posted: dict[int, dict[str, date]] = {}
    for customer_id, tier, on in book.connection.execute(first):
        posted.setdefault(customer_id, {})[tier] = on
    return posted


def highest_tier(reached: Container[str], settings: Settings) -> TierRule | None:
    """The highest of the shop's tiers that is among those reached; None where none is."""
    return next((tier for tier in reversed(settings.tiers) if tier.name in reached), None)


def _ranks(stretches: Sequence[tuple[date, Settings]]) -> Mapping[str, int]:
    """Every tier there ever was, by name, from the lowest up: tiers come and go, so a step means no tier for ever."""
    names: list[str] = []
    for _, settings in stretches:
        place = len(names)
        for tier in reversed(settings.tiers):
            if tier.name in names:
                place = names.index(tier.name)
            else:
                names.insert(place, tier.name)
    return {name: rank for rank, name in enumerate(names, 1)}


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
    known = and_(counting, sale.c.customer_id.is_not(None), sale.c.on <= as_of)
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
    ranks = _ranks(stretches)
    whens: list[tuple[ColumnElement[bool], int]] = []
    for start, settings in reversed(stretches):
        in_force = on >= start
        whens += [(and_(in_force, spend >= tier.from_minor), ranks[tier.name]) for tier in reversed(settings.tiers)]
        whens.append((in_force, 0))
    return case(*whens, else_=0)
