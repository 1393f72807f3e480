"""A machine that lives the life of points at random, beside a model in plain integers that must agree at every step.

Left out, since what they should come to depends on the order in which they become known: refunds, withdrawals and
undoing of a sale whose points were reversed by hand; withdrawing or undoing one of several refunds of a sale; undoing
a sale that a refund had waited for. Nobody brings a batch again that was undone.
"""

from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from features.points_beside import NAMES, Beside, second
from features.points_model import LASTS, Spent
from shopcrm.core.book import Book
from shopcrm.core.errors import BatchInUse, MergeRefused, UnmergeRefused
from shopcrm.features import imports, sales
from shopcrm.features.customers import merging
from shopcrm.features.points import accrual, counter, donations, expiry, grants, reversals, transfers
from shopcrm.features.points.moved import Moved

CUSTOMERS = st.sampled_from(NAMES)
QUARTERS = st.sampled_from([1, 2, 4, 4, 5])  # of what can be spent: the last is more than there is
DELIVERY = st.sampled_from([0, 0, 900])


class PointsMachine(Beside):
    """Sales, refunds, nights that are missed, and all that is done at a counter."""

    # --- facts ---------------------------------------------------------------------------------------------------

    @initialize()
    def open_the_shop(self) -> None:
        for of in NAMES:
            self.sell(of, 10_000, 900, 4, True)
            self.give_by_hand(of, 60, True)
        for of in NAMES:
            self.do(partial(counter.adjust, text=self.codes[second(of)], points=40, reason="so"))
        self.opened = self.today

    @rule(
        of=CUSTOMERS, goods=st.integers(100, 9_000), delivery=DELIVERY, ago=st.sampled_from([0, 3, 6, 18]),
        is_swept=st.booleans(),
    )  # fmt: skip
    def sell(self, of: str, goods: int, delivery: int, ago: int, is_swept: bool) -> None:
        self.bring(self.fact(of, self.today - timedelta(ago), goods, delivery), delivery)
        if is_swept:
            self.accrue()

    @rule(
        data=st.data(), quarters=st.integers(0, 4), is_known=st.sampled_from([True, True, False]), lines=st.booleans()
    )
    def give_back(self, data: st.DataObject, quarters: int, is_known: bool, lines: bool) -> None:
        """Of a sale, one that was paid with points first, whole or in part, known on its day or long after it."""
        fit = [f for f in self.facts() if not f.is_refund and self.left_of(f) and f not in self.frozen]
        paid = {spent.sold for spent in self.model.spent}
        if sold := self.draw(data, [f for f in fit if f in paid] or fit):
            left = self.left_of(sold)
            net = data.draw(st.sampled_from([left, left, -(-left // 2)]) | st.integers(1, left))
            delivery = max(0, net - sold.base) if lines else 0
            on = sold.on + timedelta((self.today - sold.on).days * quarters // 4)
            fact = self.fact(sold.of, on, net - delivery, delivery)
            fact.is_refund, fact.has_lines, fact.sold = True, lines, sold if is_known else None
            self.bring(fact, delivery)

    @rule(of=CUSTOMERS, goods=st.integers(100, 9_000), later=st.integers(0, 3), ago=st.integers(0, 5))
    def give_back_what_is_not_known_yet(self, of: str, goods: int, later: int, ago: int) -> None:
        """The refund comes in, perhaps some sweeps, and then its sale."""
        sold = self.fact(of, self.today - timedelta(ago), goods * 2, 0)
        fact = self.fact(of, sold.on + timedelta(min(later, ago)), goods, 0)
        fact.is_refund = True
        self.bring(fact, 0, refund_of=sold.number)
        if later % 2:
            self.accrue()
        self.bring(sold, 0)
        fact.sold, fact.is_settled = sold, False
        self.waited.add(sold)

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        fact = self.draw(data, [f for f in self.facts() if self.may_go(f)])
        if fact is None:
            return
        asked = sales.Asked(receipt=fact.number, kind="refund" if fact.is_refund else "sale")
        self.do(lambda book: sales.withdraw(book, asked, reason="mistaken"))
        for each in (fact, *self.model.refunds(fact)):
            each.is_gone, each.is_settled = True, False
        self.forget(fact.of, fact.on)

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        fact = self.draw(data, [f for f in self.facts() if self.may_go(f)])
        if fact is None:
            return
        try:
            self.do(lambda book: imports.undo(book, fact.batch))
        except BatchInUse:
            return
        assert not self.model.refunds(fact) or all(each.is_gone for each in self.model.refunds(fact))
        self.model.post(fact, 0)
        fact.is_gone = fact.is_settled = True
        self.forget(fact.of, fact.on)

    # --- nights --------------------------------------------------------------------------------------------------

    @rule(is_end=st.booleans())
    def sweep(self, is_end: bool) -> None:
        if is_end:
            self.do(expiry.expire)
        else:
            self.accrue()

    @rule(days=st.sampled_from([1, 2, 4, 7, 12]), is_missed=st.sampled_from([False, False, True]))
    def sleep(self, days: int, is_missed: bool) -> None:
        """The sweeps run, a second time for nothing; what is shown then must be shown for ever of that day."""
        if not is_missed:
            self.do(lambda book: (accrual.accrue(book), expiry.expire(book)))
            self.model.accrue(self.today)
            again = self.do(lambda book: (accrual.accrue(book).entries, expiry.expire(book).entries))
            assert again == (0, 0)
            self.seen |= {(name, self.today): shown for name, shown in self.sound().items()}
        self.today += timedelta(days)
        self.last.clear()

    # --- who is who ------------------------------------------------------------------------------------------------

    @rule(of=CUSTOMERS, is_second_kept=st.booleans())
    def merge(self, of: str, is_second_kept: bool) -> None:
        """Somebody is recognised on their second card, on which points lie since the first day."""
        if of in self.merged:
            return
        cards = (self.codes[of], self.codes[second(of)])
        keep, drop = cards[::-1] if is_second_kept else cards
        is_there = self.today <= self.opened + LASTS
        if self.model.owed[of]:
            if is_there:
                with pytest.raises(MergeRefused):
                    self.do(lambda book: merging.merge(book, keep, drop))
            return
        before = self.shop.dump()
        self.do(lambda book: (merging.merge(book, keep, drop), merging.unmerge(book, drop)))
        assert self.shop.dump() == before
        self.do(lambda book: merging.merge(book, keep, drop))
        self.merged.add(of)
        self.model.join(of, 40, self.opened)
        self.forget(of, date.min)

    @rule(of=CUSTOMERS)
    def try_to_unmerge(self, of: str) -> None:
        """Wherever a merge can be taken back the book is sound without it; merged again it says the same."""
        if of not in self.merged:
            return
        first, other = self.codes[of], self.codes[second(of)]
        keep, drop = (first, other) if self.is_dropped(other) else (other, first)
        before = self.facts_and_postings()
        try:
            self.do(lambda book: merging.unmerge(book, drop))
        except UnmergeRefused:
            assert self.facts_and_postings() == before
            return
        self.shop.check()
        self.do_past(lambda book: merging.merge(book, keep, drop))
        assert self.facts_and_postings() == before

    # --- the counter ---------------------------------------------------------------------------------------------

    @rule(of=CUSTOMERS, quarters=QUARTERS, goods=st.integers(2_000, 9_000), delivery=DELIVERY, order=st.integers(0, 2))
    def redeem(self, of: str, quarters: int, goods: int, delivery: int, order: int) -> None:
        """On a receipt whose sale is imported before, later, or never."""
        sold = self.fact(of, self.today, goods, delivery)
        if order == 0:
            self.bring(sold, delivery)
        points = min(self.part(of, quarters), sold.net)
        spent, code = Spent(of, points, sold if order < 2 else None), self.codes[of]
        if self.spend(of, points, spent, lambda book: counter.redeem(book, code, points=points, receipt=sold.number)):
            self.model.spent.append(spent)
        if order == 1:
            self.bring(sold, delivery)

    @rule(of=CUSTOMERS, quarters=QUARTERS, is_gift=st.booleans())
    def take_by_hand(self, of: str, quarters: int, is_gift: bool) -> None:
        key, code, points = self.new_number(), self.codes[of], self.part(of, quarters)

        def take(book: Book) -> Moved:
            if is_gift:
                return donations.donate(book, code, points=points, project="Trees", key=key)
            return counter.adjust(book, code, points=-points, reason="so", key=key)

        self.spend(of, points, object(), take)

    @rule(of=CUSTOMERS, points=st.integers(1, 60), is_grant=st.booleans())
    def give_by_hand(self, of: str, points: int, is_grant: bool) -> None:
        key, code, event = self.new_number(), self.codes[of], object()
        if is_grant:
            entry = self.commit(lambda book: grants.grant(book, code, "event", points=points, key=key))
        else:
            entry = self.commit(lambda book: counter.adjust(book, code, points=points, reason="so", key=key))
        self.model.credit(of, points, event, self.today, self.today, self.today + LASTS)
        self.by_hand[entry] = (of, points, event)

    @rule(of=CUSTOMERS, quarters=QUARTERS)
    def transfer(self, of: str, quarters: int) -> None:
        (to,) = (name for name in NAMES if name != of)
        key, given, got, points = self.new_number(), object(), object(), self.part(of, quarters)
        codes = (self.codes[of], self.codes[to])
        if self.spend(of, points, given, lambda book: transfers.transfer(book, *codes, points=points, key=key)):
            drawn = self.model.drawn[given]
            for ends in sorted({lot.ends for lot, taken in drawn.items() if taken}):
                part = sum(taken for lot, taken in drawn.items() if lot.ends == ends)
                self.model.credit(to, part, got, self.today, self.today, ends)
            self.pairs[max(self.by_hand)] = (to, points, got)

    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        """An entry that was made by hand; of what was given, while its points could still be there."""
        entry = self.draw(data, sorted(self.by_hand))
        if entry is None:
            return
        of, points, event = self.by_hand[entry]
        if points > 0 and not self.is_alive(of, event):
            return
        if entry in self.pairs and self.model.shown(self.pairs[entry][0], self.today)[2] < -points:
            self.refused(lambda book: reversals.reverse(book, entry, reason="so"))
            return
        if isinstance(event, Spent):
            points += event.by_refunds
            event.by_hand -= points
        del self.by_hand[entry]
        if points:
            self.commit(lambda book: reversals.reverse(book, entry, reason="so"))
            self.last = self.last[-1:]  # what was redeemed may be redeemed again
        if points > 0:
            self.model.take(of, points, object(), self.today, event)
        else:
            if entry in self.pairs:
                to, got, source = self.pairs[entry]
                self.model.take(to, got, object(), self.today, source)
            self.model.give_back(of, -points, event, self.today)

    @rule(data=st.data())
    def reverse_what_a_sale_earned(self, data: st.DataObject) -> None:
        fact = self.draw(data, [f for f in self.facts() if self.may_be_reversed(f)])
        if fact is None:
            return
        items = self.statement(fact.of, self.today).items
        (entry,) = [item.entry for item in items if item.kind == "earn" and item.receipt == fact.number]
        self.commit(lambda book: reversals.reverse(book, entry, reason="so"))
        self.frozen.add(fact)
        self.model.take(fact.of, fact.points, object(), self.today, fact)

    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        """A command of the day, typed again: the same answer, and nothing is posted."""
        if self.last:
            call, entry = self.last[data.draw(st.integers(0, len(self.last) - 1))]
            before = self.rows()
            again = self.do(call)
            assert (again.entry, again.is_repeat, self.rows()) == (entry, True, before)
