"""The wallet at the counter: topped up, paid with, given back, corrected and taken back, each event once."""

from datetime import date
from typing import Any

import pytest

from shop import Shop
from shopcrm.core.book import Book
from shopcrm.core.errors import (
    AmountNotPositive,
    AmountUnreadable,
    CustomerUnknown,
    InsufficientBalance,
    NothingInWallet,
    SettingRefused,
    WalletAlreadyReversed,
    WalletEntryBeforeLast,
    WalletEntryUnknown,
    WalletKeyReused,
    WalletNotReversible,
)
from shopcrm.features.wallet import accrual, counter, expiry, liability, refunds, reversals
from shopcrm.features.wallet.moved import Moved
from shopcrm.features.wallet.statement import WalletStatement, statement

RULES = {
    "topups.small.from": "200", "topups.small.bonus": "20", "topups.big.from": "1000", "topups.big.bonus": "10 %",
    "topups.big.paid": "monthly 3",
}  # fmt: skip


@pytest.fixture
def counter_shop(shop: Shop) -> Shop:
    """A shop with steps: 20.00 on top from 200.00 on, a tenth in three months from 1,000.00 on."""
    shop.customer("Ana", phone="13800138000")
    shop.customer("Bo")
    for key, value in RULES.items():
        shop.set(key, value, as_of="2026-01-01")
    return shop


def topped_up(shop: Shop, amount: str, receipt: str, on: str, who: str = "Ana") -> counter.ToppedUp:
    with shop.writing(on) as book:
        return counter.top_up(book, who, amount=amount, receipt=receipt)


def paid(shop: Shop, amount: str, receipt: str, on: str, who: str = "Ana") -> Moved:
    with shop.writing(on) as book:
        return counter.pay(book, who, amount=amount, receipt=receipt)


def refunded(shop: Shop, on: str, **asked: Any) -> refunds.Refunded:
    with shop.writing(on) as book:
        return refunds.refund(book, "Ana", **asked)


def reversed_(shop: Shop, entry: int, on: str, reason: str = "typed twice") -> reversals.Reversed:
    with shop.writing(on) as book:
        return reversals.reverse(book, entry, reason=reason)


def shown(shop: Shop, on: str, who: str = "Ana") -> WalletStatement:
    with shop.reading(on) as book:
        return statement(book, who)


def held(shop: Shop, on: str) -> tuple[int, int]:
    result = shown(shop, on)
    return result.principal_minor, result.bonus_minor


# --- topping up ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "at_once", "later"),
    [
        ("199.99", 0, 0), ("200", 2_000, 0), ("999.99", 2_000, 0), ("1000", 3_333, 6_667), ("1000.01", 3_333, 6_667),
        ("1000.30", 3_334, 6_669),
    ],
)  # fmt: skip
def test_the_highest_step_that_is_reached_counts(counter_shop: Shop, amount: str, at_once: int, later: int) -> None:
    result = topped_up(counter_shop, amount, "R-1", "2026-01-31")
    assert (result.from_bonus_minor, result.later_bonus_minor) == (at_once, later)
    assert result.balance_minor == result.principal_minor + result.bonus_minor == result.amount_minor


def test_a_step_is_no_step_before_it_has_both_an_amount_and_a_bonus(shop: Shop) -> None:
    shop.customer("Ana")
    shop.set("topups.big.from", "10", as_of="2026-01-01")
    assert topped_up(shop, "20", "R-1", "2026-01-31").step is None
    shop.set("topups.big.bonus", "1", as_of="2026-01-01")
    assert topped_up(shop, "20", "R-2", "2026-01-31").step == "big"
    shop.set("topups.other.bonus", "1", as_of="2026-01-01")
    with pytest.raises(SettingRefused, match="step “big” begins at the same amount"):
        shop.set("topups.other.from", "10.00", as_of="2026-01-01")


def test_the_same_receipt_is_one_top_up_however_it_is_typed_and_whatever_the_settings_say_by_then(
    counter_shop: Shop,
) -> None:
    first = topped_up(counter_shop, "1000", "r-1", "2026-01-31")
    counter_shop.set("topups.big.bonus", "50 %", as_of="2026-01-31")
    again = topped_up(counter_shop, "1,000.00", " R-1 ", "2026-01-31")
    assert (again.entry, again.is_repeat, again.later_bonus_minor) == (first.entry, True, first.later_bonus_minor)
    for amount, who in (("1033.33", "Ana"), ("999", "Ana"), ("1000", "Bo")):
        with pytest.raises(WalletKeyReused):
            topped_up(counter_shop, amount, "R-1", "2026-01-31", who)
    assert topped_up(counter_shop, "1000", "R-1", "2026-02-01").is_repeat is False


@pytest.mark.parametrize("call", [counter.top_up, counter.pay])
@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"amount": "0", "receipt": "R-1"}, AmountNotPositive),
        ({"amount": "-5", "receipt": "R-1"}, AmountNotPositive),
        ({"amount": "5.005", "receipt": "R-1"}, AmountUnreadable),
        ({"amount": "5", "receipt": "  "}, AmountNotPositive),
    ],
)
def test_what_cannot_be_moved_is_refused(counter_shop: Shop, call: Any, asked: Any, refusal: Any) -> None:
    with counter_shop.writing() as book:
        with pytest.raises(refusal):
            call(book, "Ana", **asked)
        with pytest.raises(CustomerUnknown):
            call(book, "nobody", amount="5", receipt="R-1")


def test_parts_come_on_the_same_day_of_a_month_or_on_its_last_however_late_the_sweep(counter_shop: Shop) -> None:
    topped_up(counter_shop, "1000", "R-1", "2026-01-31")
    assert [(str(each.due_on), each.bonus_minor) for each in shown(counter_shop, "2026-01-31").coming] == [
        ("2026-02-28", 3_333), ("2026-03-31", 3_334),
    ]  # fmt: skip
    for on, entries in (("2026-02-27", 0), ("2026-02-28", 1), ("2026-02-28", 0), ("2026-12-01", 1), ("2026-12-02", 0)):
        with counter_shop.writing(on) as book:
            assert accrual.accrue(book).entries == entries
    assert [(line.kind, str(line.on)) for line in shown(counter_shop, "2026-12-31").items] == [
        ("top_up", "2026-01-31"), ("bonus", "2026-02-28"), ("bonus", "2026-03-31"),
    ]  # fmt: skip
    assert held(counter_shop, "2026-03-31") == (100_000, 10_000)
    with counter_shop.reading("2026-02-28") as book:
        assert liability.liability(book).coming_bonus_minor == 3_334
    assert counter_shop.check()


# --- paying -------------------------------------------------------------------------------------------------


def test_a_payment_need_not_wait_for_the_night_that_pays_a_part(counter_shop: Shop) -> None:
    topped_up(counter_shop, "1000", "R-1", "2026-01-31")
    result = paid(counter_shop, "1066.66", "R-2", "2026-03-30")
    assert (result.from_principal_minor, result.from_bonus_minor, result.balance_minor) == (-100_000, -6_666, 0)
    with pytest.raises(InsufficientBalance) as refusal:
        paid(counter_shop, "0.01", "R-3", "2026-03-30")
    assert refusal.value.message == "C-0001 has 0.00 CNY in the wallet; 0.01 are needed."


def test_a_receipt_is_paid_once_and_no_payment_is_dated_before_the_last_entry(counter_shop: Shop) -> None:
    topped_up(counter_shop, "100", "R-1", "2026-01-31")
    first = paid(counter_shop, "60", "R-2", "2026-02-01")
    assert paid(counter_shop, "60", "r-2", "2026-02-01") == Moved(**{**as_dict(first), "is_repeat": True})
    with pytest.raises(WalletKeyReused):
        paid(counter_shop, "30", "R-2", "2026-02-01")
    with pytest.raises(WalletEntryBeforeLast):
        paid(counter_shop, "30", "R-3", "2026-01-31")


def as_dict(moved: Moved) -> dict[str, Any]:
    return {name: getattr(moved, name) for name in Moved.__dataclass_fields__}


def test_bonus_that_ends_is_paid_with_first_and_ends_once(counter_shop: Shop) -> None:
    counter_shop.set("wallet.bonus_expiry", "10 days", as_of="2026-02-01")
    topped_up(counter_shop, "200", "R-1", "2026-01-31")
    topped_up(counter_shop, "200", "R-2", "2026-02-01")
    paid(counter_shop, "405", "R-3", "2026-02-11")
    assert [(lot.purse, lot.left_minor) for lot in shown(counter_shop, "2026-02-11").lots] == [
        ("bonus", 1_500), ("bonus", 2_000),
    ]  # fmt: skip
    assert held(counter_shop, "2026-02-12") == (0, 2_000)
    for on, bonus in (("2026-02-11", 0), ("2026-03-01", 1_500), ("2026-03-02", 0)):
        with counter_shop.writing(on) as book:
            assert expiry.expire(book).bonus_minor == bonus
    assert counter_shop.check()


# --- giving back --------------------------------------------------------------------------------------------


def test_the_worked_example_of_the_documentation(counter_shop: Shop) -> None:
    topped_up(counter_shop, "1000", "R-1", "2026-01-31")
    with counter_shop.writing("2026-02-28") as book:
        accrual.accrue(book)
    assert held(counter_shop, "2026-02-28") == (100_000, 6_666)
    result = refunded(counter_shop, "2026-03-05", amount="300")
    assert (result.refund_minor, result.forfeited_bonus_minor, result.stopped_bonus_minor) == (30_000, 2_000, 1_001)
    assert held(counter_shop, "2026-03-05") == (70_000, 4_666)
    assert shown(counter_shop, "2026-03-05").coming_bonus_minor == 2_333
    with counter_shop.writing("2026-05-01") as book:
        accrual.accrue(book)
    assert held(counter_shop, "2026-03-31") == (70_000, 6_999)
    assert counter_shop.check()


def test_what_was_paid_in_last_goes_back_first_with_its_own_bonus(counter_shop: Shop) -> None:
    topped_up(counter_shop, "200", "R-1", "2026-01-10")
    topped_up(counter_shop, "500", "R-2", "2026-01-20")
    result = refunded(counter_shop, "2026-02-01", amount="600")
    assert [(lot.entry, lot.principal_minor, lot.bonus_minor) for lot in result.lots] == [
        (2, 50_000, 2_000), (1, 10_000, 1_000),
    ]  # fmt: skip
    assert held(counter_shop, "2026-02-01") == (10_000, 1_000)


def test_bonus_that_was_spent_falls_away_no_more_and_by_setting_none_does(counter_shop: Shop) -> None:
    topped_up(counter_shop, "200", "R-1", "2026-01-10")
    with counter_shop.writing("2026-01-11") as book:
        counter.adjust(book, "Ana", amount="-15", purse="bonus", reason="so")
    assert refunded(counter_shop, "2026-02-01", amount="100").forfeited_bonus_minor == 500
    counter_shop.set("wallet.refund_bonus", "keep", as_of="2026-02-01")
    topped_up(counter_shop, "200", "R-2", "2026-02-01")
    assert refunded(counter_shop, "2026-02-02").forfeited_bonus_minor == 0
    assert held(counter_shop, "2026-02-02") == (0, 2_000)


def test_a_refund_of_everything_is_done_once_until_something_is_paid_in_again(counter_shop: Shop) -> None:
    with pytest.raises(NothingInWallet):
        refunded(counter_shop, "2026-02-01")
    topped_up(counter_shop, "100", "R-1", "2026-01-10")
    first, again = refunded(counter_shop, "2026-02-01"), refunded(counter_shop, "2026-02-01")
    assert (again.entry, again.is_repeat, again.refund_minor) == (first.entry, True, 10_000)
    topped_up(counter_shop, "50", "R-2", "2026-02-01")
    other, again = refunded(counter_shop, "2026-02-01"), refunded(counter_shop, "2026-02-01")
    assert (other.refund_minor, other.is_repeat, again.entry, again.is_repeat) == (5_000, False, other.entry, True)
    with pytest.raises(InsufficientBalance):
        refunded(counter_shop, "2026-02-01", amount="1")


def test_a_preview_is_what_happens_then(counter_shop: Shop) -> None:
    topped_up(counter_shop, "1000", "R-1", "2026-01-31")
    with counter_shop.writing("2026-03-05") as book, book.tried():
        before = refunds.refund(book, "Ana", amount="300")
    assert held(counter_shop, "2026-03-05") == (100_000, 3_333)
    assert refunded(counter_shop, "2026-03-05", amount="300") == before


# --- taking back --------------------------------------------------------------------------------------------


def test_a_top_up_goes_with_the_parts_of_its_bonus_and_brings_no_more(counter_shop: Shop) -> None:
    first = topped_up(counter_shop, "1000", "R-1", "2026-01-31")
    back = reversed_(counter_shop, first.entry, "2026-03-05")
    assert (back.amount_minor, back.others_minor, back.balance_minor) == (-103_333, -3_333, 0)
    again = reversed_(counter_shop, first.entry, "2026-03-05")
    assert (again.entry, again.others, again.is_repeat) == (back.entry, back.others, True)
    with pytest.raises(WalletAlreadyReversed):
        reversed_(counter_shop, first.entry, "2026-03-05", "another reason")
    with counter_shop.writing("2026-12-01") as book:
        assert accrual.accrue(book).entries == 0
    assert [each.bonus_minor for each in shown(counter_shop, "2026-02-01").coming] == [3_333, 3_334]
    assert shown(counter_shop, "2026-03-05").coming == ()
    anew = topped_up(counter_shop, "1000", "R-1", "2026-01-31")
    assert (anew.is_repeat, anew.key.endswith(f":after:{first.entry}")) == (False, True)
    assert counter_shop.check()


def test_a_refund_comes_back_with_the_bonus_that_fell_away(counter_shop: Shop) -> None:
    topped_up(counter_shop, "200", "R-1", "2026-01-10")
    before = shown(counter_shop, "2026-02-01").lots
    given = refunded(counter_shop, "2026-02-01", amount="100")
    with pytest.raises(WalletNotReversible, match="given back by entry 2"):
        reversed_(counter_shop, 1, "2026-02-01")
    back = reversed_(counter_shop, given.entry, "2026-02-01")
    assert (back.amount_minor, back.others_minor, shown(counter_shop, "2026-02-01").lots) == (10_000, 1_000, before)
    assert reversed_(counter_shop, 1, "2026-02-02").balance_minor == 0
    assert counter_shop.check()


def test_what_was_spent_cannot_be_taken_back(counter_shop: Shop) -> None:
    first = topped_up(counter_shop, "200", "R-1", "2026-01-10")
    payment = paid(counter_shop, "50", "R-2", "2026-01-11")
    with pytest.raises(InsufficientBalance):
        reversed_(counter_shop, first.entry, "2026-01-12")
    reversed_(counter_shop, payment.entry, "2026-01-12")
    assert reversed_(counter_shop, first.entry, "2026-01-12").balance_minor == 0
    with pytest.raises(WalletNotReversible, match="it is a reversal itself"):
        reversed_(counter_shop, 3, "2026-01-12")
    with pytest.raises(WalletEntryUnknown):
        reversed_(counter_shop, 1, "2026-01-09")


def test_an_adjustment_names_its_purse_and_its_reason(counter_shop: Shop) -> None:
    def adjust(book: Book, amount: str, **asked: Any) -> Moved:
        return counter.adjust(book, "Ana", amount=amount, **{"reason": "waited", "key": "K", **asked})

    with counter_shop.writing("2026-02-01") as book:
        assert adjust(book, "+5", purse="bonus").bonus_minor == 500
        assert adjust(book, "+5", purse="bonus").is_repeat
        with pytest.raises(WalletKeyReused):
            adjust(book, "+5", purse="principal")
        with pytest.raises(InsufficientBalance, match=r"has 0\.00 CNY of principal"):
            adjust(book, "-1", key="other")
        for wrong in ({"amount": "0"}, {"amount": "5", "reason": "  "}):
            with pytest.raises(AmountNotPositive):
                counter.adjust(book, "Ana", **{"reason": "so", **wrong})
    assert shown(counter_shop, "2026-02-01").items[0].reason == "waited"
    assert shown(counter_shop, "2026-02-01").items[0].on == date(2026, 2, 1)


def test_a_part_that_was_smaller_by_a_refund_that_was_taken_back_falls_no_further(counter_shop: Shop) -> None:
    topped_up(counter_shop, "1000", "R-1", "2026-01-31")
    mistaken = refunded(counter_shop, "2026-02-01", amount="500")
    with counter_shop.writing("2026-02-28") as book:
        accrual.accrue(book)
    reversed_(counter_shop, mistaken.entry, "2026-03-01")
    assert held(counter_shop, "2026-03-01") == (100_000, 3_333 + 1_666)
    result = refunded(counter_shop, "2026-03-02", amount="500")
    assert (result.forfeited_bonus_minor, held(counter_shop, "2026-03-02")) == (1_667, (50_000, 1_666 + 1_666))
