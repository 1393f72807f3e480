"""What every customer's points should come to, in plain integers: lots, what was drawn from them, and what is owed.

Written from the rules alone, for points that are pending for 3 days, last 20, and are owed where a refund finds them
spent. Nothing is ever expired here: a lot past its last day counts no more, whoever swept when.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

PENDING, LASTS = timedelta(3), timedelta(20)


@dataclass(eq=False, repr=False)
class Fact:
    """A sale, or a refund of the one in which it was `sold`, where that is known. `base` is the part that earns."""

    of: str
    on: date
    number: str
    batch: int
    net: int
    base: int
    has_lines: bool = True
    is_refund: bool = False
    sold: "Fact | None" = None
    points: int = 0  # that are settled with it
    lapsed: int = 0  # of these: had ended unspent, and were not taken
    is_settled: bool = False
    is_gone: bool = False

    def __repr__(self) -> str:
        return self.number


@dataclass(eq=False)
class Spent:
    """Points redeemed, on the receipt of a sale where that is known; what came back of them, by hand and by refunds."""

    of: str
    points: int
    sold: Fact | None
    by_hand: int = 0
    by_refunds: int = 0


@dataclass(eq=False)
class Lot:
    """Points that came together, by a sale or by hand."""

    ends: date
    earned: date
    number: int
    starts: date
    source: object
    left: int

    @property
    def order(self) -> tuple[date, date, int]:
        return (self.ends, self.earned, self.number)


class Model:
    """The points of every customer; what an event drew is kept with it, so that it can go back."""

    def __init__(self) -> None:
        self.lots: dict[str, list[Lot]] = defaultdict(list)
        self.owed: Counter[str] = Counter()
        self.drawn: dict[object, Counter[Lot]] = defaultdict(Counter)
        self.facts: list[Fact] = []
        self.spent: list[Spent] = []

    def shown(self, of: str, on: date) -> tuple[int, int, int]:
        """Balance, pending and spendable points."""
        alive = [lot for lot in self.lots[of] if lot.ends >= on]
        balance = sum(lot.left for lot in alive) - self.owed[of]
        pending = sum(lot.left for lot in alive if lot.starts > on)
        return balance, pending, max(0, balance - pending)

    def credit(self, of: str, points: int, source: object, on: date, starts: date, ends: date) -> None:
        paid = min(self.owed[of], points)
        self.owed[of] -= paid
        self.lots[of].append(Lot(ends, on, len(self.lots[of]), starts, source, points - paid))

    def join(self, of: str, points: int, on: date) -> None:
        """Points that lie on another card of the person since the first day, behind the two lots of that day.

        Those that have ended since were there on the days before, for whatever comes to light of these.
        """
        self.lots[of].insert(2, Lot(on + LASTS, on, 1, on, object(), points))

    def give_back(self, of: str, points: int, event: object, on: date) -> None:
        paid = min(self.owed[of], points)
        self.owed[of] -= paid
        points -= paid
        for lot, taken in sorted(self.drawn[event].items(), key=lambda each: each[0].order, reverse=True):
            back = min(taken, points)
            lot.left, points = lot.left + back, points - back
            self.drawn[event][lot] -= back
        self.credit(of, points, event, on, on, on + LASTS)

    def spend(self, of: str, points: int, event: object, on: date) -> None:
        self._draw(points, event, sorted(self._alive(of, on, on), key=lambda lot: lot.order))

    def take(self, of: str, points: int, event: object, on: date, source: object) -> None:
        """What was there on the day goes, own points first, swept since or not; the rest is owed."""
        lots = self._alive(of, on, date.max)
        lots.sort(key=lambda lot: (lot.source is not source, lot.earned > on, *lot.order))
        self.owed[of] += self._draw(points, event, lots)

    def _alive(self, of: str, on: date, starts: date) -> list[Lot]:
        return [lot for lot in self.lots[of] if lot.ends >= on and lot.starts <= starts]

    def _draw(self, points: int, event: object, lots: list[Lot]) -> int:
        for lot in lots:
            taken = min(lot.left, points)
            lot.left, points = lot.left - taken, points - taken
            self.drawn[event][lot] += taken
        return points

    def accrue(self, today: date) -> None:
        due: dict[Fact, int] = {}
        for fact in self.facts:
            if not fact.is_refund:
                due.update(self._settle(fact))
        for fact in sorted(self.facts, key=lambda fact: fact.on):
            if fact.is_refund and not fact.sold and not fact.is_settled:
                others = [each for each in self.facts if each.of == fact.of and each.on <= fact.on and each is not fact]
                earned = sum(due.get(each, each.points + each.lapsed) for each in others)
                due[fact] = -max(0, min(fact.base // 100, earned)) if not fact.is_gone else 0
        moves = [(fact.on, points < fact.points, self.facts.index(fact)) for fact, points in due.items()]
        for _on, _is_debit, place in sorted(moves):
            self.post(self.facts[place], due[self.facts[place]])
        for spent in self.spent:
            self._return(spent, today)

    def post(self, fact: Fact, points: int) -> None:
        """Brings what stands for a fact to so many points, on its own day."""
        more, fact.points = points - fact.points, points
        if more > 0 and fact.is_refund:
            more -= fact.lapsed
        elif more < 0 and fact.sold:
            more, fact.is_settled = more + self._lapse(fact, -more), True
        if more > 0 and not fact.is_refund:
            self.credit(fact.of, more, fact, fact.on, fact.on + PENDING, fact.on + LASTS)
        elif more > 0:
            self.give_back(fact.of, more, fact, fact.on)
        elif more < 0:
            self.take(fact.of, -more, fact, fact.on, fact.sold or fact)
        fact.is_settled = fact.is_settled or more != 0

    def _lapse(self, refund: Fact, points: int) -> int:
        ended = sum(lot.left for lot in self.lots[refund.of] if lot.source is refund.sold and lot.ends < refund.on)
        before = sum(fact.lapsed for fact in self.refunds(refund.sold or refund) if not fact.is_gone)
        refund.lapsed = max(0, min(points, ended - before))
        return refund.lapsed

    def refunds(self, sold: Fact) -> list[Fact]:
        return sorted((fact for fact in self.facts if fact.sold is sold), key=lambda fact: fact.on)

    def _settle(self, sold: Fact) -> Iterator[tuple[Fact, int]]:
        """A refund takes its part of what was earned; the one that gives back the last of it takes all that is left."""
        kept = earned = sold.points if sold.is_settled else 0 if sold.is_gone else sold.base // 100
        yield sold, earned
        net, base = sold.net, Fraction(sold.base)
        for refund in sorted(self.refunds(sold), key=lambda fact: not fact.is_settled):
            if not refund.is_gone:
                net -= refund.net
                base -= refund.base if refund.has_lines else Fraction(refund.net * sold.base, sold.net)
            if refund.is_settled:
                kept += refund.points
            else:
                left = int(earned * max(Fraction(0), base) // sold.base) if net > 0 and sold.base else 0
                yield refund, min(0, left - kept)
                kept = min(kept, left)

    def _return(self, spent: Spent, today: date) -> None:
        """What was redeemed on a receipt comes back in the proportion in which its goods did."""
        due = net = 0
        refunds = self.refunds(spent.sold) if spent.sold and not spent.sold.is_gone else []
        for refund in refunds:
            net += 0 if refund.is_gone else refund.net
            due = spent.points * net // (spent.sold.net if spent.sold else 1)
            if (points := due - spent.by_hand - spent.by_refunds) > 0:
                self.give_back(spent.of, points, spent, refund.on)
                spent.by_refunds += points
        if spent.by_refunds > due:
            self.take(spent.of, spent.by_refunds - due, spent, today, spent)
            spent.by_refunds = due
