"""A machine that posts at random, beside a model of the ledger in plain integers that must agree at every step."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from sqlalchemy import func, select

from core.postings import posting
from shop import Shop, open_shop
from shopcrm.core import ledger
from shopcrm.core.book import Book
from shopcrm.core.errors import EntryBeforeLast, InsufficientPoints, KeyReused, PendingPoints
from shopcrm.core.schema.points import points_draw, points_entry, points_lot

CUSTOMERS = st.sampled_from([1, 2, 3])
POINTS = st.integers(1, 200)
DEBITS = st.sampled_from(["redeem", "adjust", "donate", "transfer"])


@dataclass(order=True)
class Lot:
    """A lot of the model; in the order of its fields lots are spent."""

    expires_on: date
    earned_on: date
    number: int
    available_on: date
    sale_id: int | None
    left: int


@dataclass
class Account:
    """The model: lots with what is left, and the sum of everything posted."""

    lots: list[Lot] = field(default_factory=list)
    total: int = 0

    def owed(self) -> int:
        return sum(lot.left for lot in self.lots) - self.total

    def credit(self, lot: Lot) -> None:
        points, lot.left = lot.left, lot.left - min(lot.left, self.owed())
        self.total += points
        self.lots.append(lot)

    def debit(self, points: int, lots: list[Lot]) -> None:
        self.total -= points
        for lot in lots:
            taken = min(lot.left, points)
            lot.left, points = lot.left - taken, points - taken

    def spendable(self, on: date) -> list[Lot]:
        return [lot for lot in sorted(self.lots) if lot.available_on <= on <= lot.expires_on]

    def dead(self, on: date) -> int:
        return sum(lot.left for lot in self.lots if lot.expires_on < on)

    def pending(self, on: date) -> list[Lot]:
        return [lot for lot in self.lots if lot.left and lot.available_on > on]


@cache
def counter() -> Path:
    """A book with three customers, who have bought once each (sale 1, 2 and 3), made once a process."""
    shop = open_shop(Path(mkdtemp(prefix="shopcrm-")))
    for name in ("Ana", "Bo", "Cai"):
        shop.customer(name).bought("10", on="2026-01-01")
    return shop.path


class LedgerMachine(RuleBasedStateMachine):
    """Credits, debits, retries and days going by; the book is closed and opened again at every step."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="shopcrm-"))
        self.shop = Shop(Path(shutil.copy(counter(), self.folder)))
        self.accounts = {customer: Account() for customer in (1, 2, 3)}
        self.today = date(2026, 1, 1)
        self.last_on: dict[int, date] = {}
        self.posted: list[tuple[ledger.Posting, int]] = []
        self.seen: list[tuple[date, int, object]] = []

    def teardown(self) -> None:
        for day, customer, seen in self.seen:
            with self.shop.reading(str(day)) as book:
                assert reading(book, customer) == seen
        with self.writing():  # looks at what the last step did
            pass
        shutil.rmtree(self.folder)

    @rule(of=CUSTOMERS, points=POINTS, waits=st.integers(0, 6), lasts=st.none() | st.integers(6, 20), own=st.booleans())
    def credit(self, of: int, points: int, waits: int, lasts: int | None, own: bool) -> None:
        ends = None if lasts is None else self.today + timedelta(lasts)
        starts, sale_id = self.today + timedelta(waits), of if own else None
        self.post(self.new(points, of, "earn", available_on=starts, expires_on=ends, sale_id=sale_id))
        number = len(self.posted)
        self.accounts[of].credit(Lot(ends or date.max, self.today, number, starts, sale_id, points))

    @rule(of=CUSTOMERS, points=POINTS, kind=DEBITS)
    def debit(self, of: int, points: int, kind: str) -> None:
        account = self.accounts[of]
        lots, pending = account.spendable(self.today), account.pending(self.today)
        asked = self.new(-points, of, kind, receipt="R-1")
        if sum(lot.left for lot in lots) - max(0, account.owed()) >= points:
            self.post(asked)
            account.debit(points, lots)
        elif pending:
            refusal = self.refused(asked, PendingPoints)
            assert refusal["frees_on"] == max(lot.available_on for lot in pending)
            assert refusal["pending_points"] == sum(lot.left for lot in pending)
        else:
            refusal = self.refused(asked, InsufficientPoints)
            assert refusal["spendable_points"] == sum(lot.left for lot in lots) - account.owed()

    @rule(of=CUSTOMERS)
    def spend_all(self, of: int) -> None:
        """What a statement calls spendable can be spent, and not a point more."""
        with self.writing() as book:
            spendable = ledger.balance(book, of).spendable_points
            with pytest.raises(InsufficientPoints):
                ledger.post(book, self.new(-spendable - 1, of, "redeem"))
        if spendable:
            self.post(self.new(-spendable, of, "redeem"))
            self.accounts[of].debit(spendable, self.accounts[of].spendable(self.today))

    @rule(of=CUSTOMERS, points=POINTS, own=st.booleans())
    def reverse(self, of: int, points: int, own: bool) -> None:
        account = self.accounts[of]
        # What had ended of a sale's own lots lapses with its refund, which a test of its own looks at.
        own = own and not any(lot.sale_id == of and lot.expires_on < self.today for lot in account.lots)
        sale_id = of if own else None
        self.post(self.new(-points, of, "reverse", sale_id=sale_id))
        alive = [lot for lot in account.lots if lot.expires_on >= self.today]
        account.debit(points, sorted(alive, key=lambda lot: (not own or lot.sale_id != sale_id, lot)))

    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        """The same key and content, today or days later, is answered with the first posting and posts nothing."""
        if self.posted:
            first, entry_id = data.draw(st.sampled_from(self.posted))
            with self.writing() as book:
                before = rows(book)
                again = ledger.post(book, first._replace(on=self.today))
                assert again == ledger.Posted(entry_id, first.amount, first.on, True)
                assert rows(book) == before

    @rule(data=st.data(), more=st.integers(1, 9))
    def reuse(self, data: st.DataObject, more: int) -> None:
        if self.posted:
            first, _ = data.draw(st.sampled_from(self.posted))
            amount = first.amount + more if first.amount > 0 else first.amount - more
            self.refused(first._replace(amount=amount), KeyReused)

    @rule(of=CUSTOMERS, days=st.integers(1, 9))
    def debit_in_the_past(self, of: int, days: int) -> None:
        if of in self.last_on:
            asked = posting("past", -1, self.last_on[of] - timedelta(days), of=of)
            assert self.refused(asked, EntryBeforeLast)["last_on"] == self.last_on[of]

    @rule(days=st.integers(1, 8))
    def go_on(self, days: int) -> None:
        with self.writing() as book:
            self.seen += [(self.today, of, reading(book, of)) for of in self.last_on]
        self.today += timedelta(days)

    @contextmanager
    def writing(self) -> Iterator[Book]:
        """The book as the last step left it, which must agree with the model before it is written again."""
        with self.shop.writing(str(self.today)) as book:
            self.agrees_with_the_model(book)
            yield book

    def agrees_with_the_model(self, book: Book) -> None:
        assert list(ledger.broken_laws(book)) == []
        sums = select(points_entry.c.customer_id, func.sum(points_entry.c.points)).group_by(points_entry.c.customer_id)
        entered = {row[0]: row[1] for row in book.connection.execute(sums)}
        assert entered == {of: self.accounts[of].total for of in self.last_on}
        if self.posted:
            of = self.posted[-1][0].customer_id
            account, balance = self.accounts[of], ledger.balance(book, of)
            pending = account.pending(self.today)
            assert balance.balance_points == account.total - account.dead(self.today)
            assert balance.pending_points == sum(lot.left for lot in pending)
            assert balance.frees_on == max((lot.available_on for lot in pending), default=None)
            left = [lot.left for lot in ledger.open_lots(book, of)]
            assert left == [lot.left for lot in sorted(account.lots) if lot.left]
        dead = sum(account.dead(self.today) for account in self.accounts.values())
        assert ledger.outstanding_points(book) == sum(entered.values()) - dead

    def new(self, points: int, of: int, kind: str, **details: object) -> ledger.Posting:
        return posting(f"key:{len(self.posted)}", points, self.today, of=of, kind=kind, **details)

    def post(self, asked: ledger.Posting) -> None:
        with self.writing() as book:
            posted = ledger.post(book, asked)
            assert (posted.amount, posted.on, posted.is_repeat) == (asked.amount, self.today, False)
        self.posted.append((asked, posted.entry_id))
        self.last_on[asked.customer_id] = self.today

    def refused(
        self, asked: ledger.Posting, why: type[InsufficientPoints | KeyReused | EntryBeforeLast]
    ) -> dict[str, object]:
        with self.writing() as book:
            before = rows(book)
            with pytest.raises(why) as refusal:
                ledger.post(book, asked)
            assert type(refusal.value) is why or why is InsufficientPoints
            assert rows(book) == before
        return refusal.value.details


def reading(book: Book, customer: int) -> object:
    """What a statement of the book's day would show."""
    lots = [(lot.id, lot.left, lot.available_on, lot.expires_on) for lot in ledger.open_lots(book, customer)]
    return ledger.balance(book, customer), lots


def rows(book: Book) -> list[int]:
    """How many entries, lots and draws there are."""
    tables = (points_entry, points_lot, points_draw)
    return [book.connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
