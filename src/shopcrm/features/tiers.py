"""Tiers: what customers have reached by their spend, and what the next tier asks for."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from shopcrm.core.audience import as_listed, with_listing
from shopcrm.core.audience import where as chosen_by
from shopcrm.core.book import Book
from shopcrm.core.clock import stored_instant
from shopcrm.core.merging import is_of, kept, whose
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.sales import counting, sale
from shopcrm.core.schema.standing import tier_change
from shopcrm.core.settings import Settings
from shopcrm.core.standing import tier_rises
from shopcrm.core.tiers import highest_tier, posted_tiers


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
class Stand:
    """A customer's tier, the spend it asks for (0 without one), and the customer's net spend."""

    tier: str | None
    from_minor: int
    spend_minor: int


@dataclass(frozen=True, slots=True)
class TierList:
    """Every customer's tier, by code."""

    items: tuple[TierRow, ...]


def assign(book: Book) -> Assigned:
    """Posts every tier that customers reached up to the business date, with the day they reached it.

    A tier is reached at the end of a day, on net spend, from its threshold on, inclusive. It is never taken away here.
    """
    known = {(of, tier): on for of, reached in posted_tiers(book).items() for tier, on in reached.items()}
    rows = []
    for rise in tier_rises(book):
        for tier in rise.reached:
            first_on = known.get((rise.customer_id, tier))
            # A sale that came late may show that a tier was reached earlier than posted; that day is posted then.
            if first_on is None or rise.on < first_on:
                known[rise.customer_id, tier] = rise.on
                version_id = book.history.on(rise.on).version_id
                rows.append((rise.customer_id, tier, rise.on.isoformat(), rise.spend_minor, version_id,
                             stored_instant(book.now)))  # fmt: skip
    columns = ("customer_id", "tier", "on", "spend_minor", "settings_version_id", "posted_at")
    book.insert_many(tier_change, columns, sorted(rows))
    if rows:
        book.tell(f"{len(rows)} tier changes posted")
    return Assigned(book.as_of, len(rows), _count_by_tier(book))


def stand(book: Book, customer_id: int) -> Stand:
    """Where a customer stands by the sales up to the business date, swept or not; what was posted once stays."""
    reached = {*posted_tiers(book, customer_id).get(kept(book, customer_id), ())}
    reached |= {name for rise in tier_rises(book, customer_id) for name in rise.reached}
    spend = func.coalesce(func.sum(sale.c.net_minor), 0)
    spent = select(spend).where(is_of(book, sale.c.customer_id, customer_id), counting, sale.c.on <= book.as_of)
    tier = highest_tier(reached, book.settings)
    return Stand(
        tier=tier.name if tier else None,
        from_minor=tier.from_minor if tier else 0,
        spend_minor=int(book.connection.scalar(spent) or 0),
    )


def list_all(book: Book, *, where: str | None = None) -> TierList:
    """Every customer, or whom `where` chooses: tier, net spend up to the business date, the way to the next tier."""
    who = whose(book, sale.c.customer_id).label("customer_id")
    spend = (
        select(who, func.sum(sale.c.net_minor).label("minor"))
        .where(counting, sale.c.on <= book.as_of)
        .group_by(who)
        .subquery()
    )
    statement = (
        with_listing(customer.c.id, func.coalesce(spend.c.minor, 0))
        .outerjoin(spend, spend.c.customer_id == customer.c.id)
        .where(*(() if where is None else (chosen_by(book, where),)))
        .order_by(customer.c.id)
    )
    posted = posted_tiers(book)
    items = tuple(_row(book.settings, row, posted.get(row[4], {})) for row in book.connection.execute(statement))
    return TierList(items)


def _row(settings: Settings, row: Any, reached: Mapping[str, date]) -> TierRow:
    minor, tier = int(row[5]), highest_tier(reached, settings)
    higher = settings.tiers[settings.tiers.index(tier) + 1 :] if tier else settings.tiers
    following = higher[0] if higher else None
    return TierRow(
        **as_listed(row),
        tier=tier.name if tier else None,
        spend_minor=minor,
        since_on=reached[tier.name] if tier else None,
        next_tier=following.name if following else None,
        to_next_minor=max(0, following.from_minor - minor) if following else None,
    )


def _count_by_tier(book: Book) -> dict[str, int]:
    highest = [highest_tier(reached, book.settings) for reached in posted_tiers(book).values()]
    counts = Counter(tier.name for tier in highest if tier)
    return {tier.name: counts[tier.name] for tier in book.settings.tiers}
