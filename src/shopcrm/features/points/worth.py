"""What a sale is worth in points: the part of it that earns, and how many points a minor unit of it brings."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import func, or_, select

from shopcrm.core.book import Book, InLowerCase
from shopcrm.core.merging import kept
from shopcrm.core.points_rules import PromotionRule
from shopcrm.core.portions import portions
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.sales import sale_line
from shopcrm.core.settings import Settings
from shopcrm.core.standing import Standings, standings
from shopcrm.core.tiers import highest_tier


@dataclass(frozen=True, slots=True)
class Rate:
    """Points per minor unit for customers on a day, as a fraction, and why."""

    numerator: int
    denominator: int
    why: Mapping[str, object]

    def of(self, minor: int) -> int:
        """The points of an amount, rounded down; nothing for less than nothing."""
        return max(0, minor * self.numerator // self.denominator)


class Day(NamedTuple):
    """What holds for every sale of one day."""

    settings: Settings
    version_id: int
    available_on: date
    expires_on: date | None
    promotions: tuple[PromotionRule, ...]  # whose dates and weekdays hold, whoever buys


class Rates:
    """The rules by day and by customer, of some, remembered: most sales share a few answers."""

    def __init__(self, book: Book, customer_ids: Collection[int]) -> None:
        self._book, self._customer_ids = book, customer_ids
        self._days: dict[date, Day] = {}
        self._rates: dict[tuple[date, frozenset[str], int | None], Rate] = {}

    def day(self, on: date) -> Day:
        """The rules of a day."""
        found = self._days.get(on)
        if found is None:
            settings = self._book.history.on(on)
            points = settings.points
            promotions = tuple(p for p in settings.promotions if p.multiplier > 1 and p.holds(on, on.month))
            available_on = on + timedelta(points.pending_days)
            found = self._days[on] = Day(
                settings, settings.version_id, available_on, points.expiry.last_good_day(on), promotions
            )
        return found

    def rate(self, sale_id: int, on: date, customer_id: int | None) -> Rate:
        """What a minor unit of a sale of that day brings that customer: rate · tier multiplier · best promotion.

        The tier is that at the end of the day before: a sale never raises its own multiplier.
        """
        who = kept(self._book, customer_id or 0)
        born = self.birth_months.get(who) if self.day(on).promotions else None
        return self.rate_of(on, self.standings.of(sale_id), born)

    def rate_of(self, on: date, reached: frozenset[str], birth_month: int | None) -> Rate:
        """What a minor unit brings on a day who had reached these tiers, and was born in that month."""
        asked = (on, reached, birth_month)
        return self._rates.get(asked) or self._rates.setdefault(asked, self._worked_out(*asked))

    @cached_property
    def standings(self) -> Standings:
        """What these customers had reached before each of their sales."""
        return standings(self._book, self._customer_ids)

    @cached_property
    def birth_months(self) -> Mapping[int, int]:
        """The month in which each person was born, where anybody said so of them."""
        told = select(customer.c.id, customer.c.birth_month).where(customer.c.birth_month.is_not(None))
        months = dict(self._book.read_many(told))
        return {kept(self._book, who): month for who, month in months.items()} | months

    def _worked_out(self, on: date, reached: frozenset[str], birth_month: int | None) -> Rate:
        rules = self.day(on)
        tier = highest_tier(reached, rules.settings)
        held = (each for each in rules.promotions if each.holds(on, birth_month))
        promotion = max(held, key=lambda each: each.multiplier, default=None)
        rate = rules.settings.points.rate
        why: dict[str, object] = {"rate": str(rate)}
        if tier:
            rate *= tier.multiplier
            why |= {"tier": tier.name, "multiplier": str(tier.multiplier)}
        if promotion:
            rate *= promotion.multiplier
            why |= {"promotion": promotion.name, "promotion_multiplier": str(promotion.multiplier)}
        rate /= 10**self._book.exponent
        return Rate(rate.numerator, rate.denominator, why)


class Lines(NamedTuple):
    """Of one receipt: the net of the lines that earn nothing, and whether it has lines at all."""

    excluded_minor: int = 0
    has_lines: bool = False


NO_LINES = Lines()


Excluded = Mapping[frozenset[str], Mapping[int, int]]  # words → sale → the net of its lines that earn nothing by them


def load_excluded(book: Book, words: Iterable[frozenset[str]], sale_ids: Sequence[int] | None) -> Excluded:
    """The net of lines whose category, item or SKU is one of some words in lower case; of these sales, or of all."""
    return {each: dict(_excluded(book, each, sale_ids)) for each in words if each}


def _excluded(book: Book, words: frozenset[str], sale_ids: Sequence[int] | None) -> Iterator[tuple[int, int]]:
    line, told = sale_line.c, sorted(words)
    is_excluded = or_(*(InLowerCase(column).in_(told) for column in (line.category, line.item, line.sku)))
    sums = select(line.sale_id, func.sum(line.net_minor)).where(is_excluded).group_by(line.sale_id)
    if sale_ids is None:
        yield from book.read_many(sums)
    else:
        for chunk in portions(sale_ids):
            yield from ((row[0], int(row[1])) for row in book.connection.execute(sums.where(line.sale_id.in_(chunk))))


def load_having_lines(book: Book, sale_ids: Sequence[int]) -> set[int]:
    """Which of these receipts say what was on them."""
    found: set[int] = set()
    for chunk in portions(sale_ids):
        own = select(sale_line.c.sale_id).where(sale_line.c.sale_id.in_(chunk)).distinct()
        found.update(row[0] for row in book.connection.execute(own))
    return found
