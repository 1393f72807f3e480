"""A machine that lives the life of points at random; at every step the book says what a list of events comes to."""

import shutil
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from features.points_beside import NAMES, counter_book
from features.points_plain import LASTS, PENDING, Event, replay
from shop import Shop
from shopcrm.core import ledger
from shopcrm.core.book import Book
from shopcrm.core.errors import BatchInUse, InsufficientPoints
from shopcrm.features import imports
from shopcrm.features.points import accrual, counter, expiry, reversals, statement, transfers
from shopcrm.features.points.moved import Moved

CUSTOMERS, QUARTERS = st.sampled_from(NAMES), st.sampled_from([1, 2, 4, 4, 5])
CODES = {name: f"C-{number:04d}" for number, name in enumerate(NAMES, 1)}


@dataclass(eq=False)
class Sold:
    """A sale of so many yuan, by the batch that brought it; what came back of it, and what of that is settled."""

    of: str
    on: date
    number: str
    yuan: int
    batch: int
    returned: int = 0
    settled: int | None = None  # yuan that came back by the last sweep; None where the sale waits for one


class LifeMachine(RuleBasedStateMachine):
    """Sales and refunds that come late, nights that are missed, and a counter; each step opens the book anew."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="shopcrm-"))
        self.shop = Shop(Path(shutil.copy(counter_book(), self.folder)))
        self.today, self.number = date(2026, 1, 1), 0
        self.events: dict[str, list[Event]] = defaultdict(list)
        self.sales: list[Sold] = []
        self.waiting: list[tuple[date, bool, int, Sold, int]] = []  # day, whether a refund, place, sale, yuan
        self.by_hand: dict[int, list[tuple[str, Event]]] = {}  # entry → what it was, of whom
        self.last: tuple[Callable[[Book], Moved], int] | None = None

    def teardown(self) -> None:
        self.shop.check()
        shutil.rmtree(self.folder)

    @invariant()
    def agrees(self) -> None:
        with self.shop.reading(str(self.today)) as book:
            assert list(ledger.broken_laws(book)) == []
            for name in NAMES:
                shown = statement.statement(book, CODES[name])
                assert (shown.balance_points, shown.pending_points, shown.spendable_points) == self.points(name), name

    def points(self, of: str) -> tuple[int, int, int]:
        """Balance, pending and spendable points of today."""
        lots, owed = replay(self.events[of])
        alive = [lot for lot in lots if lot.event.ends >= self.today]
        balance = sum(lot.left for lot in alive) - owed
        pending = sum(lot.left for lot in alive if lot.event.starts > self.today)
        return balance, pending, max(0, balance - pending)

    # --- facts and nights ----------------------------------------------------------------------------------------

    @rule(of=CUSTOMERS, yuan=st.integers(1, 90), ago=st.sampled_from([0, 0, 3, 18]))
    def sell(self, of: str, yuan: int, ago: int) -> None:
        sold = Sold(of, self.today - timedelta(ago), self.new_number(), yuan, 0)
        sold.batch = self.bring(sold, sold.on, yuan, None)
        self.sales.append(sold)

    @rule(data=st.data(), quarters=st.sampled_from([0, 2, 4, 4]))
    def give_back(self, data: st.DataObject, quarters: int) -> None:
        """Of a sale, on a day since that may be past the last good one of its points."""
        if fit := [sold for sold in self.sales if sold.returned < sold.yuan]:
            sold = data.draw(st.sampled_from(fit))
            yuan = data.draw(st.integers(1, sold.yuan - sold.returned))
            sold.returned += yuan
            self.bring(sold, sold.on + (self.today - sold.on) * quarters // 4, -yuan, sold.number)

    @rule(data=st.data())
    def undo_an_import(self, data: st.DataObject) -> None:
        if fit := [sold for sold in self.sales if not sold.returned]:
            sold = data.draw(st.sampled_from(fit))
            try:
                self.do(lambda book: imports.undo(book, sold.batch))
            except BatchInUse:  # its points were spent
                return
            self.sales.remove(sold)
            self.waiting = [each for each in self.waiting if each[3] is not sold]
            if sold.settled is not None:
                self.events[sold.of].append(Event(sold.on, sold.yuan, "taken", sold))

    @rule(days=st.sampled_from([0, 1, 2, 4, 12]), is_missed=st.booleans(), is_ended=st.booleans())
    def sleep(self, days: int, is_missed: bool, is_ended: bool) -> None:
        """Sweeps run, a second time for nothing, or are missed; what has ended is posted or is not."""
        if not is_missed:
            for _ in range(2):
                self.do(accrual.accrue)
            self.settle()
        if is_ended:
            self.do(expiry.expire)
        self.today, self.last = self.today + timedelta(days), None if days else self.last

    def settle(self) -> None:
        """A sale earns a point a yuan; a refund takes what the yuan that it gives back had earned."""
        for on, is_refund, _place, sold, yuan in sorted(self.waiting, key=lambda each: each[:3]):
            sold.settled = (sold.settled or 0) + yuan * is_refund
            days = {} if is_refund else {"starts": on + PENDING, "ends": on + LASTS}
            self.events[sold.of].append(Event(on, yuan, "taken" if is_refund else "came", sold, **days))
        self.waiting.clear()

    # --- the counter ---------------------------------------------------------------------------------------------

    @rule(of=CUSTOMERS, quarters=QUARTERS)
    def redeem(self, of: str, quarters: int) -> None:
        points, number = self.part(of, quarters), self.new_number()
        self.spend(of, points, lambda book: counter.redeem(book, CODES[of], points=points, receipt=number))

    @rule(of=CUSTOMERS, points=st.integers(1, 60))
    def give(self, of: str, points: int) -> None:
        key = self.new_number()
        entry = self.commit(lambda book: counter.adjust(book, CODES[of], points=points, reason="so", key=key))
        self.by_hand[entry] = [(of, self.come(of, points, self.today + LASTS))]

    @rule(of=CUSTOMERS, quarters=QUARTERS)
    def transfer(self, of: str, quarters: int) -> None:
        (to,), points, key = [name for name in NAMES if name != of], self.part(of, quarters), self.new_number()
        before = {lot.event: lot.left for lot in replay(self.events[of])[0]}
        codes = CODES[of], CODES[to]
        if entry := self.spend(of, points, lambda book: transfers.transfer(book, *codes, points=points, key=key)):
            taken = [(lot.event.ends, before[lot.event] - lot.left) for lot in replay(self.events[of])[0]]
            whole = Event(self.today, points, "came")
            for ends in sorted({ends for ends, part in taken if part}):
                self.come(to, sum(part for each, part in taken if each == ends), ends, whole)
            self.by_hand[entry].append((to, whole))

    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        """What was done by hand; of what came by it, while its points are good."""
        entry = data.draw(st.sampled_from(sorted(self.by_hand))) if self.by_hand else 0
        parts = self.by_hand.get(entry, [])
        lots = {lot.event for name in NAMES for lot in replay(self.events[name])[0] if lot.left}
        own = [each for each in lots if any(event in (each, each.own) for _of, event in parts)]
        if not parts or any(each.ends < self.today for each in own):
            return
        if len(parts) > 1 and self.points(parts[1][0])[2] < parts[1][1].points:
            self.refused(lambda book: reversals.reverse(book, entry, reason="so"))
            return
        self.commit(lambda book: reversals.reverse(book, entry, reason="so"))
        for of, event in self.by_hand.pop(entry):
            kind = "back" if event.kind == "spent" else "taken"
            self.events[of].append(Event(self.today, event.points, kind, event, self.today, self.today + LASTS))

    @rule()
    def retry(self) -> None:
        if self.last:
            call, entry = self.last
            again = self.do(call)
            assert (again.entry, again.is_repeat) == (entry, True)

    # --- what the rules are made of ------------------------------------------------------------------------------

    def come(self, of: str, points: int, ends: date, own: object = None) -> Event:
        self.events[of].append(Event(self.today, points, "came", own, self.today, ends))
        return self.events[of][-1]

    def spend(self, of: str, points: int, call: Callable[[Book], Moved]) -> int:
        """Does what takes spendable points, or sees it refused; answers the entry."""
        if points > self.points(of)[2]:
            self.refused(call)
            return 0
        entry = self.commit(call)
        self.events[of].append(Event(self.today, points, "spent"))
        self.by_hand[entry] = [(of, self.events[of][-1])]
        return entry

    def part(self, of: str, quarters: int) -> int:
        """So many quarters of what can be spent, and a point more than there is for five of them."""
        return max(1, self.points(of)[2] * quarters // 4 + quarters // 5)

    def bring(self, sold: Sold, on: date, yuan: int, of: str | None) -> int:
        """Imports a sale or a refund of one, as the only receipt of a sheet; answers the batch."""
        number = sold.number if of is None else self.new_number()
        receipt = self.shop.receipt(f"{yuan}.00", str(on), of=of, name=sold.of, number=number)
        (item,) = self.shop.take_in([receipt]).items
        self.waiting.append((on, yuan < 0, self.number, sold, abs(yuan)))
        return item.batch or 0

    def commit(self, call: Callable[[Book], Moved]) -> int:
        moved = self.do(call)
        self.last = (call, moved.entry)
        return int(moved.entry)

    def refused(self, call: Callable[[Book], Any]) -> None:
        with pytest.raises(InsufficientPoints):
            self.do(call)

    def do(self, call: Callable[[Book], Any]) -> Any:
        with self.shop.writing(str(self.today)) as book:
            return call(book)

    def new_number(self) -> str:
        self.number += 1
        return f"N-{self.number}"
