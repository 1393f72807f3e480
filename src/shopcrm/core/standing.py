"""When customers reached which tier, derived from sales alone: what `tiers assign` posts and points multiply by.

Derived, not looked up, so that five missed nights give what five nights would have given.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple

from sqlalchemy import select

from shopcrm.core.book import Book
from shopcrm.core.merging import is_of, whose
from shopcrm.core.schema.sales import counting, sale
from shopcrm.core.settings import Settings, TierRule
from shopcrm.core.tiers import highest_tier

_OUT_OF_REACH = 1 << 62
_NEVER = "9999-99-99"  # after every day


class TierRise(NamedTuple):
    """A customer reached tier `step` (1 is the lowest) at the end of a day, with that net spend."""

    customer_id: int
    on: date
    step: int
    spend_minor: int
    reached: frozenset[str]  # the names of this tier and of those below it on that day


def tier_rises(book: Book, customer_id: int | None = None) -> list[TierRise]:
    """Every day on which a customer's tier rose, up to the business date, by customer and day; of all, or of one.

    Net spend (refunds taken off, nothing withdrawn) is summed over all days; a tier is reached from its threshold on,
    inclusive, by the thresholds in force that day; it is not lost here, since a lower tier is only given at a review.
    """
    stretches = book.history.changes_until(book.as_of)
    if not any(settings.tiers for _, settings in stretches):
        return []
    buyer, who = sale.c.customer_id, whose(book, sale.c.customer_id)
    meant = buyer.is_not(None) if customer_id is None else is_of(book, buyer, customer_id)
    known = (counting, meant, sale.c.on <= book.as_of)
    bought = select(who, sale.c.on, sale.c.net_minor).where(*known)
    # In the order of the covering index: nothing is sorted where nobody was merged, and the table is not looked at.
    rows = book.read_many(bought.order_by(who, sale.c.on))
    ladder, rises = _Ladder(stretches), []
    for customer_id, day, rank, spend_minor in _rises(rows, ladder):
        reached = ladder.reached(day, rank)
        rises.append(TierRise(customer_id, date.fromisoformat(day), len(reached), spend_minor, reached))
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


class _Ladder:
    """The thresholds in force from each day on, as (spend, rank), the highest first."""

    def __init__(self, stretches: Sequence[tuple[date, Settings]]) -> None:
        ranks = _ranks(stretches)
        self._starts = [start.isoformat() for start, _ in stretches]
        self._steps = [
            [(tier.from_minor, ranks[tier.name]) for tier in reversed(settings.tiers)] for _, settings in stretches
        ]
        self._reached = [
            [
                frozenset(tier.name for tier in settings.tiers if ranks[tier.name] <= rank)
                for rank in range(len(ranks) + 1)
            ]
            for _, settings in stretches
        ]

    def turns_after(self, day: str) -> list[str]:
        """The first days of other thresholds after a day: each counts, since lower ones raise who has spent enough."""
        return self._starts[bisect_right(self._starts, day) :]

    def rank(self, day: str, spend_minor: int) -> int:
        """What that spend reaches on that day; 0 for nothing."""
        for from_minor, rank in self._steps[bisect_right(self._starts, day) - 1]:
            if spend_minor >= from_minor:
                return rank
        return 0

    def reached(self, day: str, rank: int) -> frozenset[str]:
        """The names of the tiers of that day that are no higher."""
        return self._reached[bisect_right(self._starts, day) - 1][rank]

    def next_step(self, day: str, rank: int) -> int:
        """The least spend that reaches more than `rank` on that day."""
        steps = self._steps[bisect_right(self._starts, day) - 1]
        return min((from_minor for from_minor, own in steps if own > rank), default=_OUT_OF_REACH)


def _rises(rows: Iterable[tuple[int, str, int]], ladder: _Ladder) -> Iterator[tuple[int, str, int, int]]:
    """(customer, day, rank, spend) of every rise; `rows` by customer and day."""
    customer_id, today, spend, highest, need, turn = 0, "", 0, 0, _OUT_OF_REACH, ""
    # One more than there are, so that the last customer's last day ends too.
    for who, on, net_minor in chain(rows, [(0, _NEVER, 0)]):
        if who != customer_id or on != today:
            if spend >= need and (rank := ladder.rank(today, spend)) > highest:
                highest, need = rank, ladder.next_step(today, rank)
                yield customer_id, today, rank, spend
            if who != customer_id or on >= turn:  # the last day under these thresholds
                for day in ladder.turns_after(today) if today else ():
                    if (who != customer_id or day < on) and (rank := ladder.rank(day, spend)) > highest:
                        highest = rank
                        yield customer_id, day, rank, spend
                if who != customer_id:
                    customer_id, spend, highest = who, 0, 0
                need, turn = ladder.next_step(on, highest), next(iter(ladder.turns_after(on)), _NEVER)
            today = on
        spend += net_minor


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
