"""The life of stored value in plain integers: what a shopkeeper would write down on paper."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

# Top-ups from 50.00 on bring a tenth in three monthly parts, from 20.00 on 1.00 at once; a bonus lasts 40 days.
STEPS, LASTS = ((5_000, 3, lambda paid: paid // 10), (2_000, 1, lambda paid: 100)), timedelta(40)


@dataclass(eq=False)
class Lot:
    purse: str
    on: date
    left: int
    came: int = 0

    def __post_init__(self) -> None:
        self.came = self.left

    def is_alive(self, day: date) -> bool:
        return self.purse == "principal" or day <= self.on + LASTS


@dataclass(eq=False)
class TopUp:
    on: date
    principal: Lot
    paid: int
    bonus: int = 0
    parts: int = 1
    had: dict[int, Lot] = field(default_factory=dict)
    given: list[tuple[date, int]] = field(default_factory=list)
    is_gone: bool = False

    def given_before(self, day: date) -> int:
        return sum(amount for on, amount in self.given if on < day)

    def part(self, number: int, given: int) -> int:
        each = self.bonus // self.parts
        return (
            (each if number < self.parts else self.bonus - each * (self.parts - 1)) * (self.paid - given) // self.paid
        )


Taken = list[tuple[Lot, int]]


class Wallet:
    """One customer's lots, in the order in which they came to be."""

    def __init__(self) -> None:
        self.lots: list[Lot] = []
        self.top_ups: list[TopUp] = []

    def alive(self, day: date, purse: str, first: Iterable[Lot] = ()) -> list[Lot]:
        """In the order of spending, `first` before all others."""
        lots = [lot for lot in self.lots if lot.purse == purse and lot.is_alive(day) and lot.left]
        return sorted(lots, key=lambda lot: (lot not in first, lot.on))

    def held(self, day: date) -> tuple[int, int]:
        principal, bonus = (sum(lot.left for lot in self.alive(day, purse)) for purse in ("principal", "bonus"))
        return principal, bonus

    def add(self, purse: str, on: date, amount: int) -> Lot:
        self.lots.append(Lot(purse, on, amount))
        return self.lots[-1]

    def take(self, lots: Iterable[Lot], amount: int) -> Taken:
        taken = []
        for lot in lots:
            part = min(lot.left, amount)
            lot.left, amount = lot.left - part, amount - part
            taken.append((lot, part))
        return taken

    def top_up(self, on: date, paid: int) -> TopUp:
        top_up = TopUp(on, self.add("principal", on, paid), paid)
        for least, parts, bonus in STEPS[::-1]:
            if paid >= least:
                top_up.bonus, top_up.parts = bonus(paid), parts
        top_up.had[1] = self.add("bonus", on, top_up.part(1, 0))
        self.top_ups.append(top_up)
        return top_up

    def settle(self, day: date) -> None:
        """Pays what is due of later parts, in the order of their days."""
        due = [
            (top_up.on + relativedelta(months=number - 1), top_up, number)
            for top_up in self.top_ups
            for number in range(2, top_up.parts + 1)
            if not top_up.is_gone and number not in top_up.had
        ]
        for on, top_up, number in sorted((each for each in due if each[0] <= day), key=lambda each: each[0]):
            top_up.had[number] = self.add("bonus", on, top_up.part(number, top_up.given_before(on)))

    def refund(self, day: date, amount: int) -> tuple[Taken, Taken]:
        """What goes of the principal, the last paid in first, and what of the bonus falls away with it."""
        newest = sorted(self.alive(day, "principal"), key=lambda lot: lot.on)[::-1]
        given, fallen = [each for each in self.take(newest, amount) if each[1]], Taken()
        for principal, part in given:
            for top_up in (each for each in self.top_ups if each.principal is principal):
                before = top_up.given_before(date.max)
                falls = sum(
                    max(0, min(lot.came, top_up.part(number, before)) - top_up.part(number, before + part))
                    for number, lot in top_up.had.items()
                )
                own = [each for each in self.alive(day, "bonus") if each in top_up.had.values()]
                fallen += self.take(own, falls)
                top_up.given.append((day, part))
        return given, fallen
