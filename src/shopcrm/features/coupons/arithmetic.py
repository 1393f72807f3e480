"""What coupons take off a receipt: pieces exchanged first, then percents, then amounts, and never below nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from shopcrm.core.coupons import HANDED_OVER, Terms
from shopcrm.core.money import split_largest_remainder

_RANKS = {"exchange": 0, "percent": 1, "amount": 2, "gift": 3, "service": 3}


@dataclass(slots=True)
class Line:
    """One item of a receipt; `left_minor` is what of it is still to pay."""

    sku: str | None
    category: str | None
    quantity_milli: int
    left_minor: int
    pieces: int = field(init=False)  # whole ones that no coupon was exchanged for yet
    piece_minor: int = field(init=False)  # what one of them costs

    def __post_init__(self) -> None:
        self.pieces = self.quantity_milli // 1000
        self.piece_minor = self.left_minor * 1000 // self.quantity_milli if self.pieces else 0


@dataclass(slots=True)
class Basket:
    """A receipt before coupons. `lines` is None where nobody said what is on it."""

    total_minor: int
    lines: list[Line] | None = None
    rest: Line = field(init=False)  # of the total what stands on no line: delivery, or all of it

    def __post_init__(self) -> None:
        known = sum(line.left_minor for line in self.lines or ())
        self.rest = Line(None, None, 0, self.total_minor - known)

    @property
    def left_minor(self) -> int:
        """What is still to pay."""
        return sum(line.left_minor for line in self._all())

    def covered_minor(self, terms: Terms) -> int:
        """What of it an offer is for."""
        return sum(line.left_minor for line in self.covered(terms))

    def covered(self, terms: Terms) -> list[Line]:
        """The lines that an offer is for; all of them where it is for everything."""
        return [line for line in self._all() if not terms.is_scoped or terms.covers(line.sku, line.category)]

    def take_off(self, minor: int, lines: Sequence[Line] | None = None) -> None:
        """Takes an amount off lines (all of them if not told which), in proportion to what is left of each."""
        among = self._all() if lines is None else lines
        if minor:
            parts = split_largest_remainder(minor, [line.left_minor for line in among])
            for line, part in zip(among, parts, strict=True):
                line.left_minor -= part

    def _all(self) -> list[Line]:
        return [*(self.lines or ()), self.rest]


class Step(NamedTuple):
    """What one coupon does, in its turn: of `covered_minor` it takes off the discount, and so much is left to pay.

    `unused_minor` is the part of an amount for which nothing was left.
    """

    place: int  # of the coupon among those that were asked for
    covered_minor: int
    discount_minor: int
    unused_minor: int
    left_minor: int


def stack(basket: Basket, terms: Sequence[Terms]) -> list[Step]:
    """Applies coupons to a basket in the one order that there is, whatever the order they were named in.

    Exchanges, then percents, then amounts; among them those for some goods first, then the larger. A percent is taken
    of what is left of its goods, and rounded down; a discount never exceeds what is left of them.
    """
    return [_apply(basket, place, terms[place]) for place in _in_order(terms)]


def _in_order(terms: Sequence[Terms]) -> Iterable[int]:
    def rank(place: int) -> tuple[int, bool, object, str, int]:
        own = terms[place]
        size = -(own.off_rate or own.value_minor or 0)
        return (_RANKS[own.kind], not own.is_scoped, size, own.offer, own.version)

    return sorted(range(len(terms)), key=rank)


def _apply(basket: Basket, place: int, terms: Terms) -> Step:
    lines, asked_minor = basket.covered(terms), 0
    covered_minor = sum(line.left_minor for line in lines)
    if terms.kind == "amount":
        asked_minor = terms.value_minor or 0
    elif terms.kind == "percent":
        asked_minor = int(covered_minor * (terms.off_rate or 0))
    elif terms.kind not in HANDED_OVER:
        lines, asked_minor = _exchanged(lines, terms)
        covered_minor = sum(line.left_minor for line in lines)
    limit_minor = asked_minor if terms.max_discount_minor is None else min(asked_minor, terms.max_discount_minor)
    discount_minor = min(limit_minor, covered_minor)
    basket.take_off(discount_minor, lines)
    unused_minor = limit_minor - discount_minor if terms.kind == "amount" else 0
    return Step(place, covered_minor, discount_minor, unused_minor, basket.left_minor)


def _exchanged(lines: Sequence[Line], terms: Terms) -> tuple[list[Line], int]:
    """The line of the dearest piece that was not exchanged yet, and what it costs beyond the price it is had for."""
    whole = [line for line in lines if line.pieces > 0]
    if not whole:
        return [], 0
    best = max(whole, key=lambda line: line.piece_minor)
    best.pieces -= 1
    return [best], max(0, best.piece_minor - (terms.value_minor or 0))
