"""A book and the model of its points side by side: what is done to the one is done to the other."""

import shutil
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from features.points_model import LASTS, PENDING, Fact, Model
from shop import Shop, open_shop
from shopcrm.core.book import Book
from shopcrm.core.errors import InsufficientPoints
from shopcrm.features import book as books
from shopcrm.features.points import accrual, statement
from shopcrm.sheets.records import Line

T = TypeVar("T")
NAMES = ("Ana", "Bo")
_ENTERED = "SELECT customer_id, sum(points) FROM points_entry GROUP BY customer_id"
_HELD = """
SELECT customer_id, lot.points - coalesce((SELECT sum(points) FROM points_draw WHERE lot_id = lot.id), 0), available_on,
    expires_on FROM points_lot lot JOIN points_entry opened ON opened.id = entry_id
"""


def second(name: str) -> str:
    """The other card of the same person, whom nobody has recognised yet."""
    return f"{name} too"


@cache
def counter_book() -> Path:
    """A book with the customers and the rules of the model, made once a process."""
    shop = open_shop(Path(mkdtemp(prefix="shopcrm-")))
    for name in (*NAMES, *map(second, NAMES)):
        shop.customer(name)
    shop.set("points.pending_days", str(PENDING.days), as_of="2025-01-01")
    shop.set("points.expiry", f"{LASTS.days} days", as_of="2025-01-01")
    return shop.path


class Beside(RuleBasedStateMachine):
    """What the rules of a machine are made of; each step opens the book anew."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="shopcrm-"))
        self.shop = Shop(Path(shutil.copy(counter_book(), self.folder)))
        people = (*NAMES, *map(second, NAMES))
        self.codes = {name: f"C-{number:04d}" for number, name in enumerate(people, 1)}
        self.merged: set[str] = set()  # who has been recognised on their second card
        self.model = Model()
        self.today = date(2026, 1, 1)
        self.number = 0
        self.by_hand: dict[int, tuple[str, int, Any]] = {}  # entry → customer, signed points, event of the model
        self.pairs: dict[int, tuple[str, int, Any]] = {}  # entry of a transfer → what its receiver got
        self.frozen: set[Fact] = set()  # sales whose points were reversed by hand
        self.waited: set[Fact] = set()  # sales that came after a refund of theirs
        self.last: list[tuple[Callable[[Book], Any], int]] = []
        self.seen: dict[tuple[str, date], statement.Statement] = {}

    def teardown(self) -> None:
        self.sound()
        for (name, day), shown in self.seen.items():
            assert self.statement(name, day) == shown
        shutil.rmtree(self.folder)

    def sound(self) -> dict[str, statement.Statement]:
        """What everybody is shown today, in a book of which every law is proved."""
        with self.shop.reading(str(self.today)) as book:
            books.check(book)
            return {name: self.agreed(book, name) for name in NAMES}

    def agreed(self, book: Book, name: str) -> statement.Statement:
        """The statement of today, which adds up and says what the model says."""
        shown = statement.statement(book, self.codes[name])
        past = sum(lot.left for lot in shown.lots if lot.expires_on and lot.expires_on < self.today)
        assert shown.balance_points == sum(item.points for item in shown.items) - past
        assert shown.balance_points + past == sum(lot.left for lot in shown.lots) - self.model.owed[name]
        said = (shown.balance_points, shown.pending_points, shown.spendable_points)
        assert said == self.model.shown(name, self.today), name
        return shown

    def agrees(self) -> None:
        """What stands in the tables, past all code of the book, is what the model says."""
        day, entered = str(self.today), dict(self.shop.rows(_ENTERED))
        for name in NAMES:
            cards = [int(self.codes[each][2:]) for each in (name, *([second(name)] if name in self.merged else []))]
            held = [row[1:] for row in self.shop.rows(_HELD) if row[0] in cards]
            balance, pending, _spendable = self.model.shown(name, self.today)
            owed = self.model.owed[name]
            assert sum(left for left, _, _ in held) - owed == sum(entered.get(card, 0) for card in cards)
            assert sum(left for left, _, last in held if (last or day) >= day) - owed == balance
            assert sum(left for left, first, _ in held if first > day) == pending

    def accrue(self) -> None:
        self.do(accrual.accrue)
        self.model.accrue(self.today)

    def fact(self, of: str, on: date, goods: int, delivery: int) -> Fact:
        return Fact(of, on, self.new_number(), 0, goods + delivery, goods)

    def bring(self, fact: Fact, delivery: int, refund_of: str | None = None) -> None:
        """Imports it, as the only receipt of a sheet."""
        sign = -1 if fact.is_refund else 1
        of = fact.sold.number if fact.sold else refund_of
        amount = f"{sign * fact.net / 100:.2f}"
        receipt = self.shop.receipt(
            amount, str(fact.on), of=of, name=self.card(fact.of, refund_of or fact.number), number=fact.number
        )
        lines = [Line("S-1", "Dress", "Dresses", sign * 1000, sign * (fact.net - delivery))] if fact.has_lines else []
        lines += [Line("D-1", "Courier", "delivery", sign * 1000, sign * delivery)] if delivery else []
        (item,) = self.shop.take_in([receipt._replace(lines=tuple(lines))]).items
        fact.batch = item.batch or 0
        self.model.facts.append(fact)
        self.forget(fact.of, fact.on)

    def card(self, of: str, number: str) -> str:
        """The card that is shown at the till: of who has two, now this one, now that one; with a refund any.

        A refund whose sale is still to come shows the card of that: it is the sale's, and moves there with its points.
        """
        return second(of) if of in self.merged and len(number) % 2 else of

    def facts(self) -> list[Fact]:
        return [fact for fact in self.model.facts if not fact.is_gone]

    def left_of(self, sold: Fact) -> int:
        return sold.net - sum(fact.net for fact in self.model.refunds(sold) if not fact.is_gone)

    def may_go(self, fact: Fact) -> bool:
        """Whether it may be withdrawn or undone here: the machine says what is left out."""
        if fact.is_refund:
            return fact.sold is None or (fact.sold not in self.waited and len(self.model.refunds(fact.sold)) == 1)
        return fact not in self.frozen and fact not in self.waited

    def may_be_reversed(self, fact: Fact) -> bool:
        """Whether what a sale earned may be taken back by hand here: see there too."""
        is_whole = not fact.is_refund and fact.points > 0 and fact.is_settled and not self.model.refunds(fact)
        return is_whole and fact not in self.frozen and self.is_alive(fact.of, fact)

    def part(self, of: str, quarters: int) -> int:
        """So many quarters of what can be spent, and a point more than there is for five of them."""
        return max(1, self.model.shown(of, self.today)[2] * quarters // 4 + quarters // 5)

    def is_alive(self, of: str, source: object) -> bool:
        return all(lot.ends >= self.today for lot in self.model.lots[of] if lot.source is source)

    def spend(self, of: str, points: int, event: object, call: Callable[[Book], Any]) -> bool:
        """Does what takes spendable points, or sees it refused."""
        there = self.model.shown(of, self.today)[2]
        if points > there:
            if there:  # nobody is refused all day long
                self.refused(call)
            return False
        entry = self.commit(call)
        self.model.spend(of, points, event, self.today)
        self.by_hand[entry] = (of, -points, event)
        return True

    def refused(self, call: Callable[[Book], Any]) -> None:
        before = self.rows()
        with pytest.raises(InsufficientPoints):
            self.do(call)
        assert self.rows() == before

    def commit(self, call: Callable[[Book], Any]) -> int:
        moved = self.do(call)
        assert not moved.is_repeat
        self.last.append((call, moved.entry))
        return int(moved.entry)

    def do(self, call: Callable[[Book], Any]) -> Any:
        """Does it in the book as the last step left it, which must agree with the model before it is written again."""
        self.agrees()
        with self.shop.writing(str(self.today)) as book:
            return call(book)

    def do_past(self, call: Callable[[Book], Any]) -> Any:
        """Does it in a book that does not agree with the model until it is done."""
        with self.shop.writing(str(self.today)) as book:
            return call(book)

    def facts_and_postings(self) -> list[str]:
        """The dump without the merges, which say the day on which somebody was recognised."""
        return [line for line in self.shop.dump() if not line.startswith('["customer_merge"')]

    def is_dropped(self, code: str) -> bool:
        """Whether that card is merged into the other."""
        return (int(code[2:]),) in self.shop.rows("SELECT customer_id FROM customer_merge")

    def rows(self) -> list[Any]:
        return self.shop.rows("SELECT (SELECT count(*) FROM points_entry), (SELECT count(*) FROM points_draw)")

    def statement(self, name: str, on: date) -> statement.Statement:
        with self.shop.reading(str(on)) as book:
            return statement.statement(book, self.codes[name])

    def forget(self, of: str, on: date) -> None:
        """A fact came late: what was shown since its day may read otherwise now."""
        self.seen = {(name, day): shown for (name, day), shown in self.seen.items() if name != of or day < on}

    def new_number(self) -> str:
        self.number += 1
        return f"N-{self.number}"

    def draw(self, data: st.DataObject, among: Sequence[T]) -> T | None:
        return among[data.draw(st.integers(0, len(among) - 1))] if among else None
