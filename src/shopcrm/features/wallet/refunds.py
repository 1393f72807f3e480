"""Principal given back in money: what was paid in last goes first, and the bonus it had brought falls away with it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from shopcrm.core import ledger
from shopcrm.core.audience import Found, find_one
from shopcrm.core.book import Book
from shopcrm.core.errors import InsufficientPurse, NothingInWallet
from shopcrm.core.language import translate
from shopcrm.core.ledger import MONEY
from shopcrm.core.money import format_minor
from shopcrm.core.schema.wallet import wallet_entry
from shopcrm.core.wallet import BONUS, PRINCIPAL
from shopcrm.features.wallet.moved import Moved, move, read_amount, read_receipt
from shopcrm.features.wallet.plans import Plan, load_plans, settle


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What a refund takes out of one credit, and of the bonus that this had brought."""

    entry: int
    on: date
    principal_minor: int
    bonus_minor: int


@dataclass(frozen=True, slots=True)
class Refunded(Moved):
    """The money to hand out (`refund_minor`), and what of the bonus falls away, now and of later parts.

    `forfeit_entry` is the entry by which bonus fell away, nothing where none did.
    """

    refund_minor: int
    forfeited_bonus_minor: int
    stopped_bonus_minor: int
    forfeit_entry: int | None
    lots: tuple[GivenBack, ...]


def refund(
    book: Book, text: str, *, amount: str | None = None, receipt: str | None = None, store: str | None = None
) -> Refunded:
    """Gives principal back: all of it, or an amount. Bonus is never paid out.

    What was paid in last goes back first: it is what a customer changes their mind about, and its bonus is the one
    that is likeliest to be there still. Of the bonus that a top-up has brought so far, the same share falls away as
    of its principal goes back, as far as it was not spent (`wallet.refund_bonus`: forfeit, or keep); later parts
    are smaller by that share. Once for a store, a day and a receipt; without a receipt once for a day and an amount.

    Raises CustomerUnknown, CustomerAmbiguous, AmountUnreadable, AmountNotPositive, NothingInWallet, InsufficientPurse,
    WalletKeyReused, WalletEntryBeforeLast.
    """
    found = find_one(book, text)
    asked = None if amount is None else read_amount(book, amount)
    number = None if receipt is None else read_receipt(book, receipt, asked or 0)
    settle(book, found.id)
    lots = [lot for lot in ledger.open_lots(book, found.id, MONEY) if lot.label == PRINCIPAL]
    lots.sort(key=lambda lot: (lot.earned_on, lot.id), reverse=True)
    held = sum(lot.left for lot in lots)
    key = _key(book, found, number, store, asked, held)
    if first := ledger.standing(book, key, MONEY):
        minor = -int(first.amount_minor) if asked is None else asked
        return _post(book, found, key, number, minor, (), {})
    _refuse_too_much(book, found, held, asked)
    plans = {plan.entry_id: plan for plan in load_plans(book, found.id)}
    taken = _taken(lots, held if asked is None else asked)
    given = [(lot, taken[lot.id]) for lot in lots if lot.id in taken]
    return _post(book, found, key, number, sum(taken.values()), given, plans)


def _key(book: Book, found: Found, number: str | None, store: str | None, asked: int | None, held: int) -> str:
    if number:
        return ledger.open_key(book, f"refund:{store or book.settings.shop.store}:{book.as_of}:{number}", MONEY)
    key = ledger.open_key(book, f"refund:{found.customer}:{book.as_of}:{asked or 'all'}", MONEY)
    # Whoever had all of it given back, topped up again and wants that back as well does so a second time.
    again, times = key, 1
    while asked is None and ledger.standing(book, again, MONEY):
        key, times = again, times + 1
        again = f"{key.partition(':again')[0]}:again:{times}"
    return again if held and asked is None else key


def _refuse_too_much(book: Book, found: Found, held: int, asked: int | None) -> None:
    if not held:
        raise NothingInWallet(customer=found.customer, held_minor=0, needed_minor=asked)
    if asked is not None and asked > held:
        raise InsufficientPurse(
            customer=found.customer, purse=translate(PRINCIPAL), held=format_minor(held, book.exponent),
            needed=format_minor(asked, book.exponent), currency=book.currency, held_minor=held, needed_minor=asked,
        )  # fmt: skip


def _taken(lots: Sequence[ledger.Lot], minor: int) -> dict[int, int]:
    taken: dict[int, int] = {}
    for lot in lots:
        if part := min(lot.left, minor):
            taken[lot.id] = part
            minor -= part
    return taken


def _post(
    book: Book, found: Found, key: str, number: str | None, minor: int,
    given: Sequence[tuple[ledger.Lot, int]], plans: Mapping[int, Plan],
) -> Refunded:  # fmt: skip
    takes = tuple((lot.id, part) for lot, part in given)
    moved = move(
        book, found, key=key, kind="refund", amount=-minor, receipt=number, rule="wallet.refund_bonus", takes=takes
    )
    forfeited = _forfeited(book, found.id, given, plans)
    fell = sum(sum(lots.values()) for lots in forfeited.values())
    first = ledger.standing(book, f"{key}:bonus", MONEY)
    if fell:
        takes = tuple((lot_id, part) for lots in forfeited.values() for lot_id, part in lots.items())
        after = move(
            book, found, key=f"{key}:bonus", kind="forfeit", amount=-fell, receipt=number, rule="wallet.refund_bonus",
            inputs={"refund_minor": minor}, takes=takes,
        )  # fmt: skip
        moved = _with_balance_of(moved, after)
        first = ledger.standing(book, f"{key}:bonus", MONEY)
    stopped = sum(_stopped(plans[lot.entry_id or 0], part) for lot, part in given if lot.entry_id in plans)
    return Refunded(
        **asdict(moved),
        refund_minor=minor,
        forfeited_bonus_minor=-first.amount_minor if first else 0,
        stopped_bonus_minor=stopped,
        forfeit_entry=first.id if first else None,
        lots=tuple(
            GivenBack(lot.entry_id or 0, lot.earned_on, part, sum(forfeited.get(lot.entry_id or 0, {}).values()))
            for lot, part in given
        ),
    )


def _with_balance_of(moved: Moved, after: Moved) -> Moved:
    balance = {name: getattr(after, name) for name in ("principal_minor", "bonus_minor", "balance_minor")}
    return Moved(**{**asdict(moved), **balance})


def _stopped(plan: Plan, part: int) -> int:
    """By how much a refund makes the parts smaller that are still to come."""
    before = plan.given_back_before()
    numbers = [number for number, _ in plan.to_come()]
    return sum(plan.worth(number, before) - plan.worth(number, before + part) for number in numbers)


def _forfeited(
    book: Book, customer_id: int, given: Sequence[tuple[ledger.Lot, int]], plans: Mapping[int, Plan]
) -> dict[int, dict[int, int]]:
    """Top-up → lot of its bonus → what falls away of it: never more than is left there."""
    if book.settings.wallet.keeps_bonus or not given:
        return {}
    bonus = [lot for lot in ledger.open_lots(book, customer_id, MONEY) if lot.label == BONUS and _is_alive(book, lot)]
    forfeited = {}
    for paid_in, part in given:
        if plan := plans.get(paid_in.entry_id or 0):
            entries = {plan.entry_id, *plan.posted.values()}
            forfeited[plan.entry_id] = _taken([lot for lot in bonus if lot.entry_id in entries], plan.falling(part))
    return forfeited


def _is_alive(book: Book, lot: ledger.Lot) -> bool:
    return lot.expires_on is None or lot.expires_on >= book.as_of


def forfeit_of(book: Book, entry: Any) -> Any:
    """The other half of a refund: the entry by which its bonus fell away, or that for which it did; None for none."""
    key = entry.key.removesuffix(":bonus") if entry.kind == "forfeit" else f"{entry.key}:bonus"
    return book.connection.execute(select(wallet_entry).where(wallet_entry.c.key == key)).one_or_none()
