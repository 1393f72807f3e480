"""Replays what happened under rules as if they had always held: plain tuples in, sums out, no book.

Days go by customer by customer. Within a day points come first, are spent next, and what refunds take goes last, so
that nothing is refused here that was not refused at the counter.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from shopcrm.core.points_rules import PointsRules, PromotionRule
from shopcrm.core.settings import TierRule


class Receipt(NamedTuple):
    """A sale, or a refund (amounts negative) which may point at one; `base_minor` is the part of it that earns.

    One that an opening balance covers counts for tiers and for later refunds, and brings no points.
    """

    id: int
    customer_id: int
    on: date
    refund_of: int | None
    is_refund: bool
    net_minor: int
    base_minor: int
    birth_month: int | None = None
    is_covered: bool = False


class Given(NamedTuple):
    """Points that came otherwise than by a sale, as they came; by the rules' own expiry where `is_by_rules`."""

    customer_id: int
    on: date
    points: int
    available_on: date
    expires_on: date | None
    is_opening: bool = False
    is_by_rules: bool = False


class Spent(NamedTuple):
    """Points that went without a refund. A redemption keeps the minimum and the step; a donation costs too."""

    customer_id: int
    on: date
    points: int
    kind: str


class Programme(NamedTuple):
    """The rules of one side."""

    points: PointsRules
    extra: Sequence[PromotionRule]
    tiers: Sequence[TierRule]
    exponent: int


@dataclass(slots=True)
class Outcome:
    """What a history comes to. `other_points` are those given and taken otherwise than by sales and redemptions:
    other + earned - taken back - redeemed - expired = outstanding.

    `unredeemed_points` were redeemed as it happened and could not have been; `cost_minor` is the worth of what was
    redeemed or donated, less what refunds were charged for points spent already.
    """

    earned_points: int = 0
    taken_back_points: int = 0
    redeemed_points: int = 0
    unredeemed_points: int = 0
    expired_points: int = 0
    other_points: int = 0
    outstanding_points: int = 0
    pending_points: int = 0
    value_minor: int = 0
    cost_minor: int = 0


def replay(
    receipts: Iterable[Receipt], given: Iterable[Given], spent: Iterable[Spent], programme: Programme, as_of: date
) -> Outcome:
    """The outcome of it all on the day `as_of`. A sale earns floor(base · rate · tier · extra days), the tier being
    that of the end of the day before, by net spend so far; a refund takes back in proportion, as the sweep does.
    """
    events: dict[int, list[_Event]] = defaultdict(list)
    for receipt in receipts:
        # What refunds of no sale take depends on what all others have left.
        order = 0 if not receipt.is_refund else 2 if receipt.refund_of else 3
        events[receipt.customer_id].append((receipt.on, order, receipt.id, receipt))
    for credit in given:
        events[credit.customer_id].append((credit.on, 0, 0, credit))
    for number, debit in enumerate(spent):
        events[debit.customer_id].append((debit.on, 1, number, debit))
    outcome, rates = Outcome(), _Rates(programme)
    for own in events.values():
        own.sort(key=lambda event: event[:3])
        account = _Account(programme.points, rates, outcome)
        for event in own:
            account.live(event[3])
        account.close(as_of)
    outcome.value_minor = programme.points.worth_minor(outcome.outstanding_points)
    return outcome


_Event = tuple[date, int, int, Receipt | Given | Spent]
_END = date.max


class _Rates:
    """Points per minor unit, and the last good day of a lot: most receipts share a few answers."""

    def __init__(self, programme: Programme) -> None:
        self._extra, self._steps = programme.extra, [tier.from_minor for tier in programme.tiers]
        self._rate = programme.points.rate / 10**programme.exponent
        self._multipliers = [Fraction(1), *(tier.multiplier for tier in programme.tiers)]
        self.last_good_day = cache(programme.points.expiry.last_good_day)
        self._extra_on = cache(self._best_extra)
        self._ratio = cache(self._exact)

    def points(self, minor: int, step: int, on: date, birth_month: int | None) -> int:
        """What an amount earns on a day, rounded down."""
        above, below = self._ratio(step, self._extra_on(on, birth_month) if self._extra else 1)
        return minor * above // below

    def step_of(self, spend_minor: int) -> int:
        """The tier that a net spend reaches: 1 is the lowest, 0 is none."""
        return bisect_right(self._steps, spend_minor)

    def _best_extra(self, on: date, birth_month: int | None) -> Fraction:
        return max((each.multiplier for each in self._extra if each.holds(on, birth_month)), default=Fraction(1))

    def _exact(self, step: int, extra: Fraction) -> tuple[int, int]:
        ratio = self._rate * self._multipliers[step] * extra
        return ratio.numerator, ratio.denominator


@dataclass(slots=True)
class _Lot:
    expires_on: date
    earned_on: date
    number: int
    available_on: date
    left: int
    sale_id: int = 0


@dataclass(slots=True)
class _Sale:
    earned: int
    base_minor: int
    kept: int
    returned_minor: int = 0
    ended: int = 0  # unspent, less what refunds would have taken of that


@dataclass(slots=True)
class _Account:
    """One customer's days."""

    rules: PointsRules
    rates: _Rates
    outcome: Outcome
    lots: list[_Lot] = field(default_factory=list)
    sales: dict[int, _Sale] = field(default_factory=dict)
    deficit: int = 0
    had: int = 0  # what sales and openings brought and refunds left, which a refund of no sale may take
    spend_minor: int = 0
    step: int = 0
    today: date = date.min
    numbers: int = 0
    first_end: date = _END  # no lot ends before that day

    def live(self, event: Receipt | Given | Spent) -> None:
        """Lets one event happen."""
        if event.on > self.today:
            # The tier of a day is that of the evening before.
            self.step, self.today = max(self.step, self.rates.step_of(self.spend_minor)), event.on
            self._end_lots(event.on)
        if isinstance(event, Spent):
            self._spend(event)
        elif isinstance(event, Given):
            self._receive(event)
        elif event.is_refund:
            self._take_back(event)
        else:
            self._earn(event)

    def close(self, as_of: date) -> None:
        """Adds what is left to the outcome."""
        self._end_lots(as_of)
        self.outcome.outstanding_points += sum(lot.left for lot in self.lots) - self.deficit
        self.outcome.pending_points += sum(lot.left for lot in self.lots if lot.available_on > as_of)

    def _end_lots(self, on: date) -> None:
        if self.first_end < on:
            for lot in self.lots:
                if lot.expires_on < on:
                    self.outcome.expired_points += lot.left
                    if sold := self.sales.get(lot.sale_id):
                        sold.ended += lot.left
            self.lots = [lot for lot in self.lots if lot.left and lot.expires_on >= on]
            self.first_end = min((lot.expires_on for lot in self.lots), default=_END)

    def _earn(self, sale: Receipt) -> None:
        self.spend_minor += sale.net_minor
        earned = max(0, self.rates.points(sale.base_minor, self.step, sale.on, sale.birth_month))
        self.sales[sale.id] = _Sale(earned, sale.base_minor, earned)
        if sale.is_covered:
            return
        self.had += earned
        self.outcome.earned_points += earned
        free_on = sale.on + timedelta(self.rules.pending_days)
        self._credit(earned, sale.on, free_on, self.rates.last_good_day(sale.on), sale.id)

    def _receive(self, credit: Given) -> None:
        self.outcome.other_points += credit.points
        self.had += credit.points if credit.is_opening else 0
        until = self.rates.last_good_day(credit.on) if credit.is_by_rules else credit.expires_on
        self._credit(credit.points, credit.on, credit.available_on, until, 0)

    def _credit(self, points: int, on: date, free_on: date, until: date | None, sale_id: int) -> None:
        repaid = min(self.deficit, points)
        self.deficit -= repaid
        if points > repaid:
            self.numbers += 1
            lot = _Lot(until or _END, on, self.numbers, free_on, points - repaid, sale_id)
            self.lots.append(lot)
            self.first_end = min(self.first_end, lot.expires_on)

    def _spend(self, debit: Spent) -> None:
        self.lots = [lot for lot in self.lots if lot.left]
        free = [lot for lot in self.lots if lot.available_on <= debit.on]
        points = min(debit.points, max(0, sum(lot.left for lot in free) - self.deficit))
        if debit.kind == "redeem":
            points = points // self.rules.step_points * self.rules.step_points
            points = points if points >= self.rules.minimum_points else 0
        self._draw(free, points)
        if debit.kind in ("redeem", "donate"):
            self.outcome.redeemed_points += points
            self.outcome.unredeemed_points += debit.points - points
            self.outcome.cost_minor += self.rules.worth_minor(points)
        else:
            self.outcome.other_points -= points

    def _take_back(self, refund: Receipt) -> None:
        self.spend_minor += refund.net_minor
        sold = self.sales.get(refund.refund_of or 0)
        if sold is None:
            wanted = self.rates.points(-refund.base_minor, self.step, refund.on, refund.birth_month)
            taken = max(0, min(wanted, self.had))
        else:
            sold.returned_minor -= refund.base_minor
            left_minor = max(0, sold.base_minor - sold.returned_minor)
            still = min(sold.kept, sold.earned * left_minor // sold.base_minor if sold.base_minor > 0 else 0)
            taken, sold.kept = sold.kept - still, still
        if refund.is_covered:
            return
        if sold:
            lapsed = min(taken, sold.ended)
            taken, sold.ended = taken - lapsed, sold.ended - lapsed
        own_first = sorted(self.lots, key=lambda lot: (lot.sale_id != refund.refund_of, *_order(lot)))
        missing = taken - self._draw(own_first, taken, is_sorted=True)
        if self.rules.clawback == "charge":
            self.outcome.cost_minor -= self.rules.worth_minor(missing)
        if self.rules.clawback == "owe":
            self.deficit += missing
        else:
            taken -= missing
        self.had -= taken
        self.outcome.taken_back_points += taken

    def _draw(self, lots: Sequence[_Lot], points: int, is_sorted: bool = False) -> int:
        """Takes points from the lots in their order; answers how many were there."""
        wanted = points
        for lot in lots if is_sorted else sorted(lots, key=_order):
            taken = min(lot.left, points)
            lot.left -= taken
            points -= taken
            if not points:
                break
        return wanted - points


def _order(lot: _Lot) -> tuple[date, date, int]:
    return lot.expires_on, lot.earned_on, lot.number


def base_minor(net_minor: int, excluded_minor: int, tax_minor: int, rules: PointsRules) -> int:
    """The part of a receipt that earns: what was paid, less what is excluded, less the tax on the rest where tax earns
    nothing, that share rounded down. Amounts of a refund are negative.
    """
    rest = abs(net_minor) - min(abs(excluded_minor), abs(net_minor))
    if not rules.earns_tax and net_minor:
        rest -= min(rest, abs(tax_minor) * rest // abs(net_minor))
    return rest if net_minor >= 0 else -rest


def share_of(refund_minor: int, sale_minor: int, sale_base_minor: int) -> int:
    """The part that earns of a refund without lines: that of its sale in proportion, rounded down; negative."""
    return -(-refund_minor * sale_base_minor // sale_minor) if sale_minor > 0 else refund_minor
