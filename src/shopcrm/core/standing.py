"""When customers reached which tier, derived from sales alone: what `tiers assign` posts and points multiply by.

Derived, not looked up, so that five missed nights give what five nights would have given.
"""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, dropwhile
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from shopcrm.core.book import Book
from shopcrm.core.merging import all_ids, whose
from shopcrm.core.portions import PORTION
from shopcrm.core.schema.sales import counting, sale
from shopcrm.core.settings import Settings, TierRule
from shopcrm.core.tiers import highest_tier

_OUT_OF_REACH = 1 << 62
_NEVER = "9999-99-99"  # after every day

NO_TIER = frozenset[str]()


class TierRise(NamedTuple):
    """A customer reached tier `step` (1 is the lowest) at the end of a day, with that net spend."""

    customer_id: int
    on: date
    step: int
    spend_minor: int
    reached: frozenset[str]  # the names of this tier and of those below it on that day


@dataclass(frozen=True, slots=True)
class Standings:
    """What tiers the customer of each sale had reached before its day; nothing for sales that count nowhere.

    Only tiers that could change what a sale earns: not those that multiply by 1 with none below that does otherwise.
    """

    numbers: Mapping[frozenset[str], int]  # everything that was ever reached, by name, numbered on from 0, no tier
    usual: int  # the number that most sales have
    _by_sale: Sequence[int]

    def of(self, sale_id: int) -> frozenset[str]:
        """The tiers of one sale or refund."""
        return list(self.numbers)[self._by_sale[sale_id] if sale_id < len(self._by_sale) else 0]

    def unusual(self, first_id: int, last_id: int) -> Iterator[tuple[int, int]]:
        """(sale, number) of the sales with row keys from first to last that have another."""
        own = enumerate(self._by_sale[first_id : last_id + 1], first_id)
        return ((sale_id, number) for sale_id, number in own if number != self.usual)


def tier_rises(book: Book, customer_id: int | None = None) -> list[TierRise]:
    """Every day on which a customer's tier rose, up to the business date, by customer and day; of all, or of one.

    Net spend (refunds taken off, nothing withdrawn) is summed over all days; a tier is reached from its threshold on,
    inclusive, by the thresholds in force that day; it is not lost here, since a lower tier is only given at a review.
    """
    return [
        TierRise(who, date.fromisoformat(day), len(names), spend_minor, names)
        for who, day, spend_minor, names in _walk(book, None if customer_id is None else [customer_id], _Record())
    ]


def standings(book: Book, customer_ids: Collection[int]) -> Standings:
    """Of every sale up to the business date, what `tier_rises` says of its customer by the day before.

    `customer_ids` are those who matter: only they are looked at where they are few.
    """
    record = _Record(book.next_id(sale), _telling(settings for _, settings in book.history.changes_until(book.as_of)))
    for _rise in _walk(book, customer_ids, record) if record.telling else ():
        pass
    usual, _sales = max(Counter(record.by_sale).items(), key=itemgetter(1))
    return Standings(record.numbers, usual, record.by_sale)


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


class _Record:
    """What was reached of some tiers, for every sale with a row key below `end`: two bytes for each of a million."""

    def __init__(self, end: int = 0, telling: frozenset[str] = NO_TIER) -> None:
        self.telling = telling
        self.numbers = {NO_TIER: 0}
        self.by_sale = array("H", bytes(2 * end))

    def number(self, reached: frozenset[str]) -> int:
        """The number of what of these tiers tells, which is 0 where nothing is kept."""
        return self.numbers.setdefault(reached & self.telling, len(self.numbers)) if self.by_sale else 0


class _Ladder:
    """The tiers in force from each day on. A level counts those of one day from the lowest up; 0 is below them all.

    Tiers come, go and change places: a level means nothing on a day with others, only their names do.
    """

    def __init__(self, stretches: Sequence[tuple[date, Settings]]) -> None:
        tiers = [settings.tiers for _, settings in stretches]
        self._starts = [start.isoformat() for start, _ in stretches]
        self._thresholds = [[tier.from_minor for tier in own] for own in tiers]
        self._names = [[tier.name for tier in own] for own in tiers]
        self.is_empty = not any(tiers)

    def least_reaching(self, tiers: frozenset[str]) -> int:
        """The least spend that reached any of these tiers on any day; 0 where none did."""
        days = zip(self._thresholds, self._names, strict=True)
        return min((least for day in days for least, name in zip(*day, strict=True) if name in tiers), default=0)

    def turns_after(self, day: str) -> list[str]:
        """The first days of other thresholds after a day: each counts, since lower ones raise who has spent enough."""
        return self._starts[bisect_right(self._starts, day) :]

    def next_turn(self, day: str) -> str:
        """The first of them."""
        place = bisect_right(self._starts, day)
        return self._starts[place] if place < len(self._starts) else _NEVER

    def level(self, day: str, spend_minor: int) -> int:
        """What that spend reaches on that day."""
        return bisect_right(self._thresholds[self._place(day)], spend_minor)

    def held(self, day: str, reached: frozenset[str]) -> int:
        """The highest level of that day among tiers that were reached whenever."""
        if not reached:
            return 0
        return max((level for level, name in enumerate(self._names[self._place(day)], 1) if name in reached), default=0)

    def names(self, day: str, level: int) -> frozenset[str]:
        """The tiers of that day up to a level."""
        return frozenset(self._names[self._place(day)][:level])

    def next_step(self, day: str, level: int) -> int:
        """The least spend that reaches more than a level on that day."""
        own = self._thresholds[self._place(day)]
        return own[level] if level < len(own) else _OUT_OF_REACH

    def _place(self, day: str) -> int:
        return bisect_right(self._starts, day) - 1


def _walk(
    book: Book, customer_ids: Collection[int] | None, record: _Record
) -> Iterator[tuple[int, str, int, frozenset[str]]]:
    """(customer, day, spend, tiers of that day that it reaches) of every rise of all; where they are few, of some."""
    ladder = _Ladder(book.history.changes_until(book.as_of))
    if ladder.is_empty:
        return iter(())
    buyer, who = sale.c.customer_id, whose(book, sale.c.customer_id)
    is_few = customer_ids is not None and len(customer_ids) <= PORTION
    meant = buyer.in_(all_ids(book, customer_ids or ())) if is_few else buyer.is_not(None)
    known: list[ColumnElement[bool]] = [counting, meant, sale.c.on <= book.as_of]
    if not is_few and (least_minor := ladder.least_reaching(record.telling)):
        spent = select(who).where(*known, sale.c.net_minor > 0).group_by(who)
        # Who never spent as much in all, refunds not counted, need not be walked through.
        known.append(who.in_(spent.having(func.sum(sale.c.net_minor) >= least_minor)))
    bought = select(who, sale.c.on, sale.c.net_minor, sale.c.id).where(*known)
    # In the order of the covering index: nothing is sorted where nobody was merged, and the table is not looked at.
    return _rises(book.read_many(bought.order_by(who, sale.c.on)), ladder, record)


def _rises(
    rows: Iterable[tuple[int, str, int, int]], ladder: _Ladder, record: _Record
) -> Iterator[tuple[int, str, int, frozenset[str]]]:
    """What `_walk` answers; `rows` by customer and day."""
    customer_id, today, turn = 0, "", ""
    spend, need, reached, number = 0, _OUT_OF_REACH, NO_TIER, 0
    by_sale = record.by_sale
    # One more than there are, so that the last customer's last day ends too.
    for who, on, net_minor, sale_id in chain(rows, [(0, _NEVER, 0, 0)]):
        if on != today or who != customer_id:
            if spend >= need:
                level = ladder.level(today, spend)
                need, names = ladder.next_step(today, level), ladder.names(today, level)
                reached |= names
                number = record.number(reached)
                yield customer_id, today, spend, names
            if on >= turn or who != customer_id:  # the last day under these thresholds
                for day in ladder.turns_after(today) if today else ():
                    level = ladder.level(day, spend)
                    if (who != customer_id or day < on) and level > ladder.held(day, reached):
                        names = ladder.names(day, level)
                        reached |= names
                        number = record.number(reached)
                        yield customer_id, day, spend, names
                if who != customer_id:
                    customer_id, spend, reached, number = who, 0, NO_TIER, 0
                need, turn = ladder.next_step(on, ladder.held(on, reached)), ladder.next_turn(on)
            today = on
        spend += net_minor
        if number:
            by_sale[sale_id] = number


def _telling(versions: Iterable[Settings]) -> frozenset[str]:
    """The tiers that multiply, and those above them, by any version of the settings."""
    telling: set[str] = set()
    for settings in versions:
        multiplying = dropwhile(lambda tier: tier.multiplier == 1, settings.tiers)
        telling.update(tier.name for tier in multiplying)
    return frozenset(telling)
