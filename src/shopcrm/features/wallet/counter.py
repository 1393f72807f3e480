"""The wallet at the counter: a customer tops it up or pays with it, or the owner corrects it by hand."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from shopcrm.core import ledger
from shopcrm.core.audience import Found, find_one
from shopcrm.core.book import Book
from shopcrm.core.language import translate
from shopcrm.core.ledger import MONEY
from shopcrm.core.ledger.refusing import reused_by
from shopcrm.core.merging import kept
from shopcrm.core.money import parse_minor
from shopcrm.core.wallet import BONUS, PRINCIPAL, Purses, moved_by
from shopcrm.features.wallet.moved import Moved, as_moved, move, read_amount, read_receipt, refuse_wrong_amount
from shopcrm.features.wallet.plans import months_after, part_of, settle


@dataclass(frozen=True, slots=True)
class ToppedUp(Moved):
    """What was paid in, with the bonus that came at once, and what is to come of it in later months.

    `step` is the setting that the bonus comes from, nothing where the top-up reaches none.
    """

    step: str | None
    later_bonus_minor: int
    later_until_on: date | None


def top_up(book: Book, text: str, *, amount: str, receipt: str, store: str | None = None) -> ToppedUp:
    """Pays money into a customer's wallet; once for a store, a day and a receipt.

    The highest of the settings' steps that the amount reaches brings a bonus: at once, or its first part now and one
    every month after. Neither principal nor bonus ends, unless the settings say so of a bonus.

    Raises CustomerUnknown, CustomerAmbiguous, AmountUnreadable, AmountNotPositive, WalletKeyReused.
    """
    found, principal = find_one(book, text), read_amount(book, amount)
    number = read_receipt(book, receipt, principal)
    key = ledger.open_key(book, f"topup:{store or book.settings.shop.store}:{book.as_of}:{number}", MONEY)
    if first := ledger.standing(book, key, MONEY):
        return _again(book, found, principal, key, first)
    settle(book, found.id)
    step = book.settings.wallet.step_of(principal)
    bonus = step.bonus_of(principal) if step else 0
    parts = step.parts if step else 1
    purses = Purses(principal, part_of(bonus, parts, 1))
    inputs = {"principal_minor": principal, "bonus_minor": bonus, "parts": parts}
    until = book.settings.wallet.bonus_expiry.last_good_day(book.as_of)
    moved = move(
        book, found, key=key, kind="top_up", amount=purses.balance_minor, receipt=number,
        rule=f"topups.{step.name}" if step else "topups", inputs=inputs, lots=purses.as_lots(book.as_of, until),
    )  # fmt: skip
    return _topped_up(moved, step.name if step else None, inputs)


def pay(book: Book, text: str, *, amount: str, receipt: str, store: str | None = None) -> Moved:
    """Pays for a receipt out of a customer's wallet: principal first, then bonus, of that what ends first.

    Once for a store, a day and a receipt; never more than the wallet holds.

    Raises CustomerUnknown, CustomerAmbiguous, AmountUnreadable, AmountNotPositive, InsufficientBalance,
    WalletKeyReused, WalletEntryBeforeLast.
    """
    found, minor = find_one(book, text), read_amount(book, amount)
    number = read_receipt(book, receipt, minor)
    key = ledger.open_key(book, f"pay:{store or book.settings.shop.store}:{book.as_of}:{number}", MONEY)
    settle(book, found.id)
    return move(book, found, key=key, kind="pay", amount=-minor, receipt=number, rule="wallet")


def adjust(book: Book, text: str, *, amount: str, reason: str, purse: str = PRINCIPAL, key: str | None = None) -> Moved:
    """Adds to one purse or takes from it by hand, with a reason. With a key a retry is harmless.

    Raises CustomerUnknown, CustomerAmbiguous, AmountUnreadable, AmountNotPositive, InsufficientBalance,
    WalletKeyReused, WalletEntryBeforeLast.
    """
    found, minor = find_one(book, text), parse_minor(amount, book.exponent)
    refuse_wrong_amount(book, minor, translate("write +X to add or -X to take"), minor != 0)
    refuse_wrong_amount(book, minor, translate("a reason is needed"), bool(reason.strip()))
    own_key = f"adjust:{key or uuid4().hex}"
    first = ledger.standing(book, own_key, MONEY)
    if first and first.inputs.get("purse") != purse:
        raise reused_by(book, MONEY, first)
    settle(book, found.id)
    until = book.settings.wallet.bonus_expiry.last_good_day(book.as_of) if purse == BONUS else None
    lots = (ledger.NewLot(minor, book.as_of, until, purse),) if minor > 0 else ()
    return move(
        book, found, key=own_key, kind="adjust", amount=minor, rule="by hand", inputs={"purse": purse},
        reason=reason.strip(), lots=lots, shares=((purse, -minor),) if minor < 0 else (),
    )  # fmt: skip


def _again(book: Book, found: Found, principal: int, key: str, first: Any) -> ToppedUp:
    """The answer to a top-up that was typed before: the bonus is that of then, whatever the settings say by now."""
    if kept(book, first.customer_id) != found.id or moved_by(book, [first.id])[first.id].principal_minor != principal:
        raise reused_by(book, MONEY, first)
    posted = ledger.Posted(first.id, first.amount_minor, first.on, True)
    step = first.rule.removeprefix("topups").removeprefix(".") or None
    return _topped_up(as_moved(book, found, posted, key, first.receipt), step, first.inputs)


def _topped_up(moved: Moved, step: str | None, inputs: Any) -> ToppedUp:
    later = inputs["bonus_minor"] - part_of(inputs["bonus_minor"], inputs["parts"], 1)
    until = months_after(moved.on, inputs["parts"] - 1) if later else None
    return ToppedUp(**asdict(moved), step=step, later_bonus_minor=later, later_until_on=until)
