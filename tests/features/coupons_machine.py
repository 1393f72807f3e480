"""A machine that lives the life of coupons at random, beside plain dicts that must agree after every step."""

import contextlib
import shutil
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from features.coupons_model import GRACE, OFFERS, Model
from features.offers_by_hand import write_terms
from shop import Shop, open_shop
from shopcrm.core import coupons
from shopcrm.core.book import Book
from shopcrm.core.coupons import laws
from shopcrm.core.errors import ShopError
from shopcrm.features import sales
from shopcrm.features.coupons import changing, checking, expiring, issuing, listing, redeeming
from soak import IS_SOAK

T = TypeVar("T")
FIRST = date(2026, 1, 1)
HOLDERS = ("Ana", "Bo")
PERIODS = st.integers(0, 8)


@cache
def counter_book() -> Path:
    """A book with the customers and the offers of the model, made once a process."""
    shop = open_shop(Path(mkdtemp(prefix="shopcrm-")))
    for name in HOLDERS:
        shop.customer(name)
    shop.set("coupons.restore_days", str(GRACE), as_of="2025-01-01")
    both: dict[str, Any] = {"combines": ["order"]}
    with shop.writing() as book:
        write_terms(book, "TEN", start_after_days=1, valid_days=6, **both)
        write_terms(book, "FIFTH", kind="percent", off_rate="1/5", max_discount_minor=3_000, valid_days=4, **both)
        write_terms(book, "CAKE", kind="gift", item="a cake", valid_days=9, is_bearer=True, **both)
        write_terms(book, "TAG", value_minor=500, **both)
    return shop.path


class CouponsMachine(RuleBasedStateMachine):
    """Coupons given out, used, changed and ended, receipts that come back, and nights that are missed."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="shopcrm-"))
        self.shop = Shop(Path(shutil.copy(counter_book(), self.folder)))
        self.model, self.today, self.number = Model(), 0, 0
        self.last: list[tuple[Callable[[Book], Any], Any]] = []
        self.seen: dict[int, list[tuple[str, str, date | None, str | None]]] = {}

    def teardown(self) -> None:
        with self.reading() as book:
            then = {day: self.stand(book, day) for day in self.seen}
        assert then == self.seen, "as of a past day coupons stand as they stood"
        shutil.rmtree(self.folder)

    @initialize()
    def open_the_shop(self) -> None:
        for offer in OFFERS:
            self.issue(offer, "Ana")

    @invariant()
    def agrees(self) -> None:
        """What is shown is what the model says; in the soak every law is proved after every step, else every night."""
        with self.reading() as book:
            stand = {row[0]: row[1:] for row in self.stand(book, self.today)}
            if IS_SOAK:
                self.sound(book)
        for code, own in self.model.coupons.items():
            end = None if own["end"] is None else self.day(own["end"])
            owed = "a cake" if self.model.owed(code) else None
            assert stand[code] == (self.model.status(code, self.today), end, owed), code

    def sound(self, book: Book) -> None:
        """No law is broken, and what was taken off adds up."""
        assert list(laws.broken_laws(book)) == []
        given = sum(own["given"] for own in self.model.coupons.values())
        assert sum(coupons.discount_given(book, offer) for offer in range(1, 5)) == given

    # --- the counter ---------------------------------------------------------------------------------------------

    @rule(offer=st.sampled_from(sorted(OFFERS)), of=st.sampled_from(HOLDERS))
    def issue(self, offer: str, of: str) -> None:
        named = {"bearer": 1} if offer == "CAKE" else {"customers": (of,)}
        asked = issuing.Asked(offer, key=self.new_number(), **named)
        given = self.commit(lambda book: issuing.issue(book, asked))
        self.model.issue(given.items[0].code, offer, self.today)

    @rule(data=st.data(), total=st.integers(0, 20_000), count=st.integers(1, 3), order=st.integers(0, 2))
    def redeem(self, data: st.DataObject, total: int, count: int, order: int) -> None:
        """On a receipt whose sale is typed before, later, or never; check says beforehand what becomes of it."""
        places = st.integers(0, len(self.model.coupons) - 1)
        chosen = data.draw(st.lists(places, min_size=1, max_size=count, unique=True))
        codes = [list(self.model.coupons)[place] for place in chosen]
        receipt = self.new_number()
        asked = checking.Asked(codes, f"{total / 100:.2f}", receipt=receipt)
        if order == 0:
            self.sell(receipt, total)
        with self.reading() as book:
            said, refusal = checking.check(book, asked)
        taken = self.model.discounts(codes, total)
        is_good = all(self.model.is_good(code, self.today) and self.model.helps(code, taken) for code in codes)
        assert said.valid == is_good
        if not is_good:
            assert refusal is not None
            self.refused(lambda book: redeeming.redeem(book, asked), refusal.code)
            return
        done = self.commit(lambda book: redeeming.redeem(book, asked))
        assert {part.code: part.discount_minor for part in done.items} == taken
        assert (said.discount_minor, said.payable_minor, said.items) == (
            done.discount_minor, done.payable_minor, done.items
        )  # fmt: skip
        for code, minor in taken.items():
            self.model.coupons[code].update(status="redeemed", given=minor, on=receipt)
        if order == 1:
            self.sell(receipt, total)

    @rule(data=st.data(), what=st.sampled_from(["void", "restore", "extend", "handover"]), more=PERIODS)
    def change(self, data: st.DataObject, what: str, more: int) -> None:
        code = self.draw(data, list(self.model.coupons))
        own, status = self.model.coupons[code], self.model.status(code, self.today)
        until = str(self.day(self.today + more))
        calls: dict[str, Callable[[Book], Any]] = {
            "void": lambda book: changing.void(book, code, reason="so"),
            "restore": lambda book: changing.restore(book, code, reason="so"),
            "extend": lambda book: changing.extend(book, code, until=until, reason="so"),
            "handover": lambda book: changing.hand_over(book, code),
        }
        is_later = own["end"] is not None and self.today + more > own["end"]
        may = {
            "void": status in ("issued", "expired"),
            "restore": status in ("redeemed", "void"),
            "extend": status in ("issued", "expired") and is_later,
            "handover": self.model.owed(code),
        }
        if not may[what]:
            self.repeated_or_refused(calls[what])
            return
        self.commit(calls[what])
        if what == "restore":
            self.model.give_back(code, self.today, own["end"])
            self.last = self.last[-1:]  # what was redeemed may be redeemed again
        else:
            changes: dict[str, dict[str, Any]] = {"void": {"status": "void"}, "handover": {"handed": True}}
            own.update(changes.get(what, {"status": "issued", "end": self.today + more}))
            self.last = [] if what == "extend" else self.last[-1:]

    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        """A command of the day, typed again: the same answer, and nothing is written."""
        if self.last:
            call, answer = self.draw(data, self.last)
            before = self.rows()
            again = self.do(call)
            assert again.is_repeat
            assert self.rows() == before
            for name in ("code", "discount_minor", "payable_minor", "status", "items"):
                assert getattr(again, name, None) == getattr(answer, name, None)

    # --- receipts, and nights ------------------------------------------------------------------------------------

    @rule(data=st.data(), part=st.sampled_from([1, 2, 2, 3]), quarters=st.integers(0, 4), is_swept=st.booleans())
    def give_back(self, data: st.DataObject, part: int, quarters: int, is_swept: bool) -> None:
        """A receipt on which coupons were used, first of all: whole or in part, known on its day or long after it."""
        used = {own["on"] for own in self.model.coupons.values()}
        open_ones = [name for name, sold in self.model.sold.items() if self.left_of(name)]
        if not open_ones:
            return
        receipt = self.draw(data, [name for name in open_ones if name in used] or open_ones)
        sold, left = self.model.sold[receipt], self.left_of(receipt)
        minor = left if part > 1 else -(-left // 2)
        since = max([sold["day"], *(day for day, _minor in sold["back"])])
        day = since + (self.today - since) * quarters // 4
        asked = sales.Asked(receipt)
        on, amount, number = self.day(day), f"{minor / 100:.2f}", f"{receipt}-B{len(sold['back'])}"
        self.do(
            lambda book: sales.write_refund(book, sales.plan_refund(book, asked, amount=amount, on=on, number=number))
        )
        sold["back"].append((day, minor))
        if is_swept:
            self.sweep(True)

    @rule(is_refund=st.booleans())
    def sweep(self, is_refund: bool) -> None:
        if is_refund:
            done = self.model.settle()
            assert self.do(expiring.settle).restored == len(done)
            self.seen = {day: seen for day, seen in self.seen.items() if all(day < on for _code, on in done)}
            self.last = [] if done else self.last
        else:
            self.do(expiring.expire)

    @rule(days=st.sampled_from([1, 1, 2, 4]), is_missed=st.sampled_from([False, False, True]))
    def sleep(self, days: int, is_missed: bool) -> None:
        """The sweeps run, a second time for nothing; what is shown then must be shown for ever of that day."""
        if not is_missed:
            self.sweep(True)
            self.sweep(False)
            assert self.do(lambda book: (expiring.settle(book).restored, expiring.expire(book).expired)) == (0, 0)
        with self.reading() as book:
            self.seen[self.today] = self.stand(book, self.today)
            self.sound(book)
        self.today += days
        self.last.clear()

    # --- what the rules are made of ------------------------------------------------------------------------------

    def day(self, number: int) -> date:
        return FIRST + timedelta(number)

    def reading(self) -> Any:
        return self.shop.reading(str(self.day(self.today)))

    def stand(self, book: Book, day: int) -> list[tuple[str, str, date | None, str | None]]:
        book.asked_as_of = self.day(day)
        book.__dict__.pop("as_of", None)
        return [(row.code, row.status, row.expires_on, row.owed) for row in listing.list_all(book).items]

    def sell(self, receipt: str, total: int) -> None:
        self.do(lambda book: sales.add(book, receipt=receipt, amount=f"{total / 100:.2f}"))
        self.model.sold[receipt] = {"day": self.today, "net": total, "back": []}

    def left_of(self, receipt: str) -> int:
        sold = self.model.sold[receipt]
        return int(sold["net"] - sum(minor for _day, minor in sold["back"]))

    def do(self, call: Callable[[Book], Any]) -> Any:
        with self.shop.writing(str(self.day(self.today))) as book:
            return call(book)

    def commit(self, call: Callable[[Book], Any]) -> Any:
        answer = self.do(call)
        assert not answer.is_repeat
        self.last.append((call, answer))
        return answer

    def refused(self, call: Callable[[Book], Any], code: str) -> None:
        before = self.rows()
        with pytest.raises(ShopError) as refusal:
            self.do(call)
        assert refusal.value.code == code
        assert self.rows() == before

    def repeated_or_refused(self, call: Callable[[Book], Any]) -> None:
        before = self.rows()
        with contextlib.suppress(ShopError):
            assert self.do(call).is_repeat
        assert self.rows() == before

    def rows(self) -> list[Any]:
        return self.shop.rows("SELECT (SELECT count(*) FROM coupon), (SELECT count(*) FROM coupon_event)")

    def draw(self, data: st.DataObject, among: Sequence[T]) -> T:
        return among[data.draw(st.integers(0, len(among) - 1))]  # codes are another each time: they cannot be drawn

    def new_number(self) -> str:
        self.number += 1
        return f"N-{self.number}"
