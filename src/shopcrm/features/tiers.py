"""Tiers: what customers have reached by their spend, and what the next tier asks for."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, select

from shopcrm.core.audience import as_listed, with_listing
from shopcrm.core.book import Book
from shopcrm.core.clock import stored_instant
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.sales import sale
from shopcrm.core.schema.standing import tier_change
from shopcrm.core.standing import tier_rises


@dataclass(frozen=True, slots=True)
class Assigned:
    """What the sweep did: rises it posted, and how many customers are in each tier now."""

    as_of: date
    raised: int
    customers_by_tier: dict[str, int]


@dataclass(frozen=True, slots=True)
class TierRow:
    """Where one customer stands; no tier where none is reached, no next tier at the top."""

    customer: str
    name: str | None
    member_no: str | None
    phone: str | None
    tier: str | None
    spend_minor: int
    since_on: date | None
    next_tier: str | None
    to_next_minor: int | None


@dataclass(frozen=True, slots=True)
class TierList:
    """Every customer's tier, by code."""

    items: tuple[TierRow, ...]


def assign(book: Book) -> Assigned:
    """Posts every tier that customers reached up to the business date, with the day they reached it.

    A tier is reached at the end of a day, on net spend, from its threshold on, inclusive. It is never taken away here.
    """
    known = _first_reached(book)
    posted = []
    for rise in tier_rises(book):
        settings = book.history.on(rise.on)
        for step in range(1, rise.step + 1):
            standing = known.get((rise.customer_id, step))
            if standing is None or rise.on < standing:
                known[rise.customer_id, step] = rise.on
                tier = settings.tiers[step - 1]
                posted.append((rise.customer_id, step, tier.name, rise.on.isoformat(), rise.spend_minor,
                               settings.version_id, stored_instant(book.now)))  # fmt: skip
    columns = ("customer_id", "step", "tier", "on", "spend_minor", "settings_version_id", "posted_at")
    book.insert_many(tier_change, columns, posted)
    if posted:
        book.tell(f"{len(posted)} tier changes posted")
    return Assigned(book.as_of, len(posted), _count_by_tier(book))


def list_all(book: Book) -> TierList:
    """Every customer with tier, net spend up to the business date, and the way to the next tier."""
    spend = (
        select(sale.c.customer_id, func.sum(sale.c.net_minor).label("minor"))
        .where(sale.c.on <= book.as_of)
        .group_by(sale.c.customer_id)
        .subquery()
    )
    highest, since = _highest(book).subquery("highest"), _since(book).subquery("since")
    statement = (
        with_listing(func.coalesce(spend.c.minor, 0), highest.c.step, since.c.on)
        .outerjoin(spend, spend.c.customer_id == customer.c.id)
        .outerjoin(highest, highest.c.customer_id == customer.c.id)
        .outerjoin(since, and_(since.c.customer_id == customer.c.id, since.c.step == highest.c.step))
        .order_by(customer.c.id)
    )
    tiers = book.settings.tiers
    rows = []
    for row in book.connection.execute(statement):
        minor, step, since_on = int(row[4]), min(row[5] or 0, len(tiers)), row[6]
        following = tiers[step] if step < len(tiers) else None
        rows.append(
            TierRow(
                **as_listed(row),
                tier=tiers[step - 1].name if step else None,
                spend_minor=minor,
                since_on=since_on,
                next_tier=following.name if following else None,
                to_next_minor=max(0, following.from_minor - minor) if following else None,
            )
        )
    return TierList(tuple(rows))


def _first_reached(book: Book) -> dict[tuple[int, int], date]:
    # A sale that came late may show that a tier was reached earlier than posted; the earlier day is posted then.
    first = select(tier_change.c.customer_id, tier_change.c.step, func.min(tier_change.c.on)).group_by(
        tier_change.c.customer_id, tier_change.c.step
    )
    return {(row[0], row[1]): row[2] for row in book.connection.execute(first)}


def _highest(book: Book) -> Select[Any]:
    return (
        select(tier_change.c.customer_id, func.max(tier_change.c.step).label("step"))
        .where(tier_change.c.on <= book.as_of)
        .group_by(tier_change.c.customer_id)
    )


def _since(book: Book) -> Select[Any]:
    return (
        select(tier_change.c.customer_id, tier_change.c.step, func.min(tier_change.c.on).label("on"))
        .where(tier_change.c.on <= book.as_of)
        .group_by(tier_change.c.customer_id, tier_change.c.step)
    )


def _count_by_tier(book: Book) -> dict[str, int]:
    highest = _highest(book).subquery()
    counted = book.connection.execute(select(highest.c.step, func.count()).group_by(highest.c.step))
    counts = {row[0]: row[1] for row in counted}
    return {tier.name: counts.get(step, 0) for step, tier in enumerate(book.settings.tiers, 1)}
