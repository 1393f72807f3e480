"""What a sale is worth in points: the part of it that earns, and how many points a minor unit of it brings."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import func, or_, select

from shopcrm.core.book import Book
from shopcrm.core.ledger.earning import Terms
from shopcrm.core.merging import kept
from shopcrm.core.points_rules import PromotionRule
from shopcrm.core.portions import portions
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.sales import sale_line
from shopcrm.core.settings import Settings, TierRule
from shopcrm.core.standing import TierRise
from shopcrm.core.tiers import highest_tier

_NOTHING = frozenset[str]()
_FEW = 20_000  # sales whose lines are looked up by their ids; more are read in one go


@dataclass(frozen=True, slots=True)
class Rate:
    """Points per minor unit for customers on a day, as a fraction, and why."""

    numerator: int
    denominator: int
    why: Mapping[str, object]
    terms_id: int  # its place among the terms of all days

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
    usual: dict[frozenset[str], "Rate"]  # by tiers reached, where there is no promotion: asked a million times


class Rates:
    """The rules by day and by customer, remembered: most sales share a few answers."""

    def __init__(self, book: Book, rises: Sequence[TierRise]) -> None:
        self._book = book
        self._days: dict[str, Day] = {}
        self._rates: dict[tuple[str, str, str], Rate] = {}
        self.terms: list[Terms] = []  # of all these rates
        self._birth_months: Mapping[int, int] | None = None
        # What each customer had reached by the end of a day, the latest first.
        self._reached: dict[int, list[tuple[str, frozenset[str]]]] = {}
        for rise in rises:
            own = self._reached.setdefault(rise.customer_id, [])
            own.insert(0, (rise.on.isoformat(), rise.reached | own[0][1] if own else rise.reached))

    def day(self, on: str) -> Day:
        """The rules of a day, written as text."""
        found = self._days.get(on)
        if found is None:
            day = date.fromisoformat(on)
            settings = self._book.history.on(day)
            points = settings.points
            promotions = tuple(p for p in settings.promotions if p.multiplier > 1 and p.holds(day, day.month))
            available_on = day + timedelta(points.pending_days)
            found = self._days[on] = Day(
                settings, settings.version_id, available_on, points.expiry.last_good_day(day), promotions, {}
            )
        return found

    def rate(self, on: str, customer_id: int | None) -> Rate:
        """What a minor unit brings that customer on that day: rate · tier multiplier · best promotion.

        The tier is that at the end of the day before: a sale never raises its own multiplier.
        """
        rules = self._days.get(on) or self.day(on)
        reached, customer_id = _NOTHING, kept(self._book, customer_id or 0)
        for risen_on, names in self._reached.get(customer_id, ()):
            if risen_on < on:
                reached = names
                break
        return rules.usual.get(reached) or self._looked_up(on, customer_id, rules, reached)

    def _looked_up(self, on: str, customer_id: int | None, rules: Day, reached: frozenset[str]) -> Rate:
        tier, promotion = highest_tier(reached, rules.settings), self._promotion(on, customer_id, rules.promotions)
        asked = (on, tier.name if tier else "", promotion.name if promotion else "")
        rate = self._rates.get(asked) or self._remember(asked, rules, tier, promotion)
        if not rules.promotions:
            rules.usual[reached] = rate
        return rate

    def _remember(
        self, asked: tuple[str, str, str], rules: Day, tier: TierRule | None, promotion: PromotionRule | None
    ) -> Rate:
        rate = rules.settings.points.rate
        why: dict[str, object] = {"rate": str(rate)}
        if tier:
            rate *= tier.multiplier
            why |= {"tier": tier.name, "multiplier": str(tier.multiplier)}
        if promotion:
            rate *= promotion.multiplier
            why |= {"promotion": promotion.name, "promotion_multiplier": str(promotion.multiplier)}
        rate /= 10**self._book.exponent
        expires_on = rules.expires_on.isoformat() if rules.expires_on else None
        self._rates[asked] = Rate(rate.numerator, rate.denominator, why, len(self.terms))
        available_on = rules.available_on.isoformat()
        self.terms.append(Terms(asked[0], available_on, expires_on, rules.version_id, as_json(why)[1:-1]))
        return self._rates[asked]

    def _promotion(self, on: str, customer_id: int | None, those: Sequence[PromotionRule]) -> PromotionRule | None:
        if not those:
            return None
        if self._birth_months is None:
            months = select(customer.c.id, customer.c.birth_month).where(customer.c.birth_month.is_not(None))
            told = dict(self._book.read_many(months))
            self._birth_months = {kept(self._book, who): month for who, month in told.items()} | told
        born, day = self._birth_months.get(customer_id or 0), date.fromisoformat(on)
        return max((each for each in those if each.holds(day, born)), key=lambda each: each.multiplier, default=None)


def as_json(inputs: Mapping[str, object]) -> str:
    """Inputs of an entry as the book keeps them."""
    return json.dumps(inputs, ensure_ascii=False, separators=(",", ":"))


class Lines(NamedTuple):
    """Of one receipt: the net of the lines that earn nothing, and whether it has lines at all."""

    excluded_minor: int = 0
    has_lines: bool = False


NO_LINES = Lines()


def load_excluded(book: Book, sale_ids: Sequence[int], words: Iterable[str]) -> Mapping[int, int]:
    """The net of lines whose category, item or SKU is one of these words in lower case, by sale where there are any."""
    told = sorted(words)
    if not told or not sale_ids:
        return {}
    line = sale_line.c
    is_excluded = or_(*(func.lower(column).in_(told) for column in (line.category, line.item, line.sku)))
    sums = select(line.sale_id, func.sum(line.net_minor)).where(is_excluded).group_by(line.sale_id)
    if len(sale_ids) > _FEW:
        every = dict(book.read_many(sums))
        return {sale_id: every[sale_id] for sale_id in every.keys() & sale_ids} if every else {}
    found: dict[int, int] = {}
    for chunk in portions(sale_ids):
        found.update({row[0]: int(row[1]) for row in book.connection.execute(sums.where(line.sale_id.in_(chunk)))})
    return found


def load_having_lines(book: Book, sale_ids: Sequence[int]) -> set[int]:
    """Which of these receipts say what was on them."""
    found: set[int] = set()
    for chunk in portions(sale_ids):
        own = select(sale_line.c.sale_id).where(sale_line.c.sale_id.in_(chunk)).distinct()
        found.update(row[0] for row in book.connection.execute(own))
    return found


def excluded_by_words(book: Book, sold: Iterable[tuple[int, str]], rates: Rates) -> Mapping[int, int]:
    """What of these sales (each with its day) earns nothing by the rules of their day."""
    by_day: defaultdict[str, list[int]] = defaultdict(list)
    for sale_id, day in sold:
        by_day[day].append(sale_id)
    by_words: defaultdict[frozenset[str], list[int]] = defaultdict(list)
    for day, ids in by_day.items():
        by_words[rates.day(day).settings.points.excluded] += ids
    found: dict[int, int] = {}
    for words, ids in by_words.items():
        found.update(load_excluded(book, ids, words))
    return found


def part(minor: int, numerator: int, denominator: int) -> Fraction | int:
    """That part of an amount; all of it where there is nothing to divide by."""
    return Fraction(minor * numerator, denominator) if denominator and numerator != denominator else minor
