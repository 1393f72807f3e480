"""The tiers that customers hold, as they were posted."""

from collections.abc import Container, Mapping
from datetime import date

from sqlalchemy import Date, func, select

from shopcrm.core.book import Book
from shopcrm.core.merging import is_of, whose
from shopcrm.core.schema.bare import bare
from shopcrm.core.settings import Settings, TierRule

_tier_change = bare("tier_change", "customer_id", "tier", on=Date)


def posted_tiers(book: Book, customer_id: int | None = None) -> Mapping[int, Mapping[str, date]]:
    """The tiers posted as reached up to the business date, by customer (all, or one), with the first day of each."""
    who = whose(book, _tier_change.c.customer_id)
    first = (
        select(who, _tier_change.c.tier, func.min(_tier_change.c.on))
        .where(_tier_change.c.on <= book.as_of)
        .group_by(who, _tier_change.c.tier)
    )
    if customer_id is not None:
        first = first.where(is_of(book, _tier_change.c.customer_id, customer_id))
    posted: dict[int, dict[str, date]] = {}
    for customer_id, tier, on in book.connection.execute(first):
        posted.setdefault(customer_id, {})[tier] = on
    return posted


def highest_tier(reached: Container[str], settings: Settings) -> TierRule | None:
    """The highest of the shop's tiers that is among those reached; None where none is."""
    return next((tier for tier in reversed(settings.tiers) if tier.name in reached), None)
