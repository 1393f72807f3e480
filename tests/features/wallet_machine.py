"""A machine that lives the life of stored value at random, beside a model in plain integers that must agree."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from features.wallet_model import Taken, TopUp, Wallet
from shop import Shop, open_shop
from shopcrm.core.book import Book
from shopcrm.core.errors import InsufficientBalance, WalletNotReversible
from shopcrm.features import book as books
from shopcrm.features.wallet import accrual, counter, expiry, refunds, reversals
from shopcrm.features.wallet.liability import liability
from shopcrm.features.wallet.statement import WalletStatement, statement

NAMES = ("Ana", "Bo")
CUSTOMERS = st.sampled_from(NAMES)
QUARTERS = st.sampled_from([1, 2, 4, 4, 5])  # of what is there: the last is more than there is


@cache
def counter_book() -> Path:
    """A book with the customers and the rules of the model, made once a process."""
    shop = open_shop(Path(mkdtemp(prefix="shopcrm-")))
    for name in NAMES:
        shop.customer(name)
    rules = {
        "topups.big.from": "50", "topups.big.bonus": "10 %", "topups.big.paid": "monthly 3", "topups.small.from": "20",
        "topups.small.bonus": "1.00", "wallet.bonus_expiry": "40 days",
    }  # fmt: skip
    for key, value in rules.items():
        shop.set(key, value, as_of="2025-01-01")
    return shop.path


class WalletMachine(RuleBasedStateMachine):
    """Top-ups, payments, refunds and reversals, retries, and nights that are missed."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="shopcrm-"))
        self.shop = Shop(Path(shutil.copy(counter_book(), self.folder)))
        self.wallets = {name: Wallet() for name in NAMES}
        self.today, self.number = date(2026, 1, 29), 0
        self.undo: dict[int, tuple[str, Any]] = {}  # entry → customer, and what the model remembers of it
        self.last: Callable[[Book], Any] | None = None
        self.seen: dict[tuple[str, date], WalletStatement] = {}

    def teardown(self) -> None:
        self.sound()
        for (name, day), shown in self.seen.items():
            with self.shop.reading(str(day)) as book:
                assert statement(book, name) == shown
        shutil.rmtree(self.folder)

    @rule(of=CUSTOMERS, amount=st.sampled_from([700, 1_999, 2_000, 4_999, 5_000, 5_003, 9_990]))
    def top_up(self, of: str, amount: int) -> None:
        receipt = self.new_receipt()
        entry = self.do(of, lambda book: counter.top_up(book, of, amount=money(amount), receipt=receipt))
        self.undo[entry] = (of, self.wallets[of].top_up(self.today, amount))

    @rule(of=CUSTOMERS, quarters=QUARTERS)
    def pay(self, of: str, quarters: int) -> None:
        receipt, wallet = self.new_receipt(), self.wallets[of]
        wallet.settle(self.today)
        amount = max(1, sum(wallet.held(self.today)) * quarters // 4)

        def call(book: Book) -> Any:
            return counter.pay(book, of, amount=money(amount), receipt=receipt)

        if amount > sum(wallet.held(self.today)):
            self.refused(call, InsufficientBalance)
        else:
            entry = self.do(of, call)
            lots = wallet.alive(self.today, "principal") + wallet.alive(self.today, "bonus")
            self.undo[entry] = (of, (wallet.take(lots, amount), ()))

    @rule(of=CUSTOMERS, quarters=st.sampled_from([1, 2, 4, 5, None]))
    def refund(self, of: str, quarters: int | None) -> None:
        receipt, wallet = self.new_receipt(), self.wallets[of]
        wallet.settle(self.today)
        principal, _ = wallet.held(self.today)
        amount = principal if quarters is None else max(1, principal * quarters // 4)
        asked: dict[str, str] = {} if quarters is None else {"amount": money(amount), "receipt": receipt}

        def call(book: Book) -> Any:
            return refunds.refund(book, of, **asked)

        if not 0 < amount <= principal:
            if principal or quarters is not None:
                self.refused(call, InsufficientBalance)
            return
        entry = self.do(of, call)
        self.undo[entry] = (of, wallet.refund(self.today, amount))

    @rule(of=CUSTOMERS, amount=st.integers(-300, 300).filter(bool), purse=st.sampled_from(["principal", "bonus"]))
    def adjust(self, of: str, amount: int, purse: str) -> None:
        key, wallet = self.new_receipt(), self.wallets[of]
        wallet.settle(self.today)

        def call(book: Book) -> Any:
            return counter.adjust(book, of, amount=money(amount), reason="so", purse=purse, key=key)

        lots = wallet.alive(self.today, purse)
        if amount + sum(lot.left for lot in lots) < 0:
            self.refused(call, InsufficientBalance)
            return
        entry = self.do(of, call)
        if amount > 0:
            top_up = TopUp(self.today, wallet.add(purse, self.today, amount), amount)
            self.undo[entry] = (of, top_up)
        else:
            self.undo[entry] = (of, (wallet.take(lots, -amount), ()))

    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        if not self.undo:
            return
        entry = data.draw(st.sampled_from(sorted(self.undo)))
        of, event = self.undo[entry]
        wallet = self.wallets[of]
        wallet.settle(self.today)

        def call(book: Book) -> Any:
            return reversals.reverse(book, entry, reason="so")

        if isinstance(event, TopUp):
            if event.given_before(date.max):
                self.refused(call, WalletNotReversible)
            elif self.is_short(wallet, event):
                self.refused(call, InsufficientBalance)
            else:
                del self.undo[entry]
                self.do(of, call)
                self.take_back(wallet, event)
        else:
            del self.undo[entry]
            self.do(of, call)
            self.give_back(wallet, *event)

    def is_short(self, wallet: Wallet, event: TopUp) -> bool:
        principal, bonus = wallet.held(self.today)
        brought = {"principal": 0, "bonus": sum(part for _, part in self.parts_of(event))}
        brought[event.principal.purse] += event.paid
        return principal < brought["principal"] or bonus < brought["bonus"]

    def take_back(self, wallet: Wallet, event: TopUp) -> None:
        for lot, part in [(event.principal, event.paid), *self.parts_of(event)]:
            wallet.take(wallet.alive(self.today, lot.purse, [lot]), part)
        event.is_gone = True

    def parts_of(self, event: TopUp) -> Taken:
        return [(lot, lot.came) for lot in event.had.values()]

    def give_back(self, wallet: Wallet, given: Taken, fallen: Taken) -> None:
        for lot, part in [*given, *fallen]:
            lot.left += part
        is_refund = isinstance(fallen, list)
        for lot, part in given if is_refund else ():
            for top_up in (each for each in wallet.top_ups if each.principal is lot):
                top_up.given.append((self.today, -part))

    @rule()
    def retry(self) -> None:
        """The last command of the day, typed again: the same answer, and nothing is posted."""
        if self.last:
            with self.shop.writing(str(self.today)) as book:
                before = self.entries(book)
                again = self.last(book)
                assert again.is_repeat
                assert self.entries(book) == before

    @rule(is_end=st.booleans())
    def sweep(self, is_end: bool) -> None:
        with self.shop.writing(str(self.today)) as book:
            if is_end:
                expiry.expire(book)
            else:
                accrual.accrue(book)
        for wallet in self.wallets.values():
            if not is_end:
                wallet.settle(self.today)

    @rule(days=st.sampled_from([1, 2, 20, 31, 45]), is_missed=st.booleans())
    def sleep(self, days: int, is_missed: bool) -> None:
        if not is_missed:
            with self.shop.writing(str(self.today)) as book:
                accrual.accrue(book)
                expiry.expire(book)
                assert (accrual.accrue(book).entries, expiry.expire(book).entries) == (0, 0)
            for wallet in self.wallets.values():
                wallet.settle(self.today)
            self.seen |= {(name, self.today): shown for name, shown in self.sound().items()}
        self.today, self.last = self.today + timedelta(days), None

    def sound(self) -> dict[str, WalletStatement]:
        """What everybody is shown today, which says what the model says, in a book of which every law is proved."""
        with self.shop.reading(str(self.today)) as book:
            books.check(book)
            shown = {name: statement(book, name) for name in NAMES}
            owed = liability(book)
        for name, wallet in self.wallets.items():
            said = (shown[name].principal_minor, shown[name].bonus_minor)
            assert said == wallet.held(self.today), name
            lots = wallet.alive(self.today, "principal") + wallet.alive(self.today, "bonus")
            assert [lot.left_minor for lot in shown[name].lots] == [lot.left for lot in lots]
        assert owed.balance_minor == sum(each.balance_minor for each in shown.values())
        assert owed.coming_bonus_minor == sum(each.coming_bonus_minor for each in shown.values())
        return shown

    def do(self, of: str, call: Callable[[Book], Any]) -> int:
        self.wallets[of].settle(self.today)
        with self.shop.writing(str(self.today)) as book:
            moved = call(book)
            assert not moved.is_repeat
            assert (moved.principal_minor + moved.bonus_minor) == moved.balance_minor >= 0
        self.last = call
        return int(moved.entry)

    def refused(self, call: Callable[[Book], Any], why: type[Exception]) -> None:
        with self.shop.writing(str(self.today)) as book:
            accrual.accrue(book)
            with book.tried(), pytest.raises(why):  # a refused command leaves nothing behind
                call(book)
        for wallet in self.wallets.values():
            wallet.settle(self.today)

    def new_receipt(self) -> str:
        self.number += 1
        return f"R-{self.number}"

    def entries(self, book: Book) -> int:
        return int(book.connection.exec_driver_sql("SELECT count(*) FROM wallet_entry").scalar() or 0)


def money(minor: int) -> str:
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02}"
