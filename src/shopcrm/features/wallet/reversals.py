"""Takes one entry of a wallet back whole: money returns to the lots it came from, or leaves those that it opened."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from shopcrm.core import ledger
from shopcrm.core.audience import Found, by_ids
from shopcrm.core.book import Book
from shopcrm.core.errors import WalletAlreadyReversed, WalletEntryUnknown, WalletNotReversible
from shopcrm.core.language import translate
from shopcrm.core.ledger import MONEY
from shopcrm.core.money import format_minor
from shopcrm.core.schema.points import OPENING
from shopcrm.core.schema.wallet import wallet_draw, wallet_entry, wallet_lot
from shopcrm.core.wallet import BONUS, Purses, moved_by
from shopcrm.features.wallet.moved import Moved, move, refuse_wrong_amount
from shopcrm.features.wallet.plans import settle
from shopcrm.features.wallet.refunds import forfeit_of


@dataclass(frozen=True, slots=True)
class Reversed(Moved):
    """The reversal of `reverses`, and with it those of what belongs to it (`others`, which move `others_minor`).

    A top-up goes with the parts of its bonus that came later, a refund with the bonus that fell away by it.
    """

    reverses: int
    reason: str
    others: tuple[int, ...]
    others_minor: int


def reverse(book: Book, entry_id: int, *, reason: str) -> Reversed:
    """Takes one entry back, with what belongs to it. Nothing goes below zero: what was spent cannot be taken.

    The same entry with the same reason answers with the first reversal.

    Raises WalletEntryUnknown, WalletNotReversible, WalletAlreadyReversed, InsufficientBalance, WalletEntryBeforeLast.
    """
    named = _entry(book, entry_id)
    found, plain = by_ids(book, [named.customer_id])[named.customer_id], reason.strip()
    refuse_wrong_amount(book, -named.amount_minor, translate("a reason is needed"), bool(plain))
    first = ledger.standing(book, ledger.reversal_key(named.id), MONEY)
    if first and first.reason != plain:
        raise WalletAlreadyReversed(customer=found.customer, entry=named.id, by_entry=first.id, reversed_on=first.on)
    if not first:
        settle(book, found.id)
        _refuse_unfit(book, found, named)
    belonging = _belonging(book, named, is_repeat=first is not None)
    purses = moved_by(book, [named.id, *(each.id for each in belonging)])
    own = _take_back(book, found, named, purses[named.id], plain)
    others = [_take_back(book, found, each, purses[each.id], plain) for each in belonging]
    last = others[-1] if others else own
    balance = {name: getattr(last, name) for name in ("principal_minor", "bonus_minor", "balance_minor")}
    return Reversed(
        **{**asdict(own), **balance},
        reverses=named.id,
        reason=plain,
        others=tuple(each.entry for each in others),
        others_minor=sum(each.amount_minor for each in others),
    )


def _take_back(book: Book, found: Found, entry: Any, purses: Purses, reason: str) -> Moved:
    return move(
        book, found, key=ledger.reversal_key(entry.id), kind="reverse", amount=-entry.amount_minor, rule="by hand",
        inputs={"kind": entry.kind}, reason=reason, reverses_id=entry.id,
        shares=purses.as_shares() if entry.amount_minor > 0 else (),
    )  # fmt: skip


def _entry(book: Book, entry_id: int) -> Any:
    wanted = select(wallet_entry).where(wallet_entry.c.id == entry_id, wallet_entry.c.on <= book.as_of)
    entry = book.connection.execute(wanted).one_or_none()
    if entry is None:
        raise WalletEntryUnknown(entry=entry_id, as_of=book.as_of)
    return entry


def _belonging(book: Book, named: Any, is_repeat: bool) -> Sequence[Any]:
    """What goes back with an entry. What of it was taken back before is left out, unless the same is asked again."""
    if named.kind == "top_up":
        parts = select(wallet_entry).where(
            wallet_entry.c.customer_id == named.customer_id,
            wallet_entry.c.kind == "bonus",
            wallet_entry.c.key.startswith(f"bonus:{named.key}:", autoescape=True),
        )
        rows = book.connection.execute(parts.order_by(wallet_entry.c.id))
        found = [row for row in rows if row.key.rpartition(":")[0] == f"bonus:{named.key}"]
    else:
        other = forfeit_of(book, named) if named.kind in ("refund", "forfeit") else None
        found = [other] if other else []
    backs = {each.id: ledger.standing(book, ledger.reversal_key(each.id), MONEY) for each in found}
    own = ledger.standing(book, ledger.reversal_key(named.id), MONEY)
    return [each for each in found if (backs[each.id] is None) != is_repeat and _is_with(own, backs[each.id])]


def _is_with(own: Any, other: Any) -> bool:
    return own is None or other is None or other.reason == own.reason


def _refuse_unfit(book: Book, found: Found, entry: Any) -> None:
    facts = {
        "entry": entry.id, "on": entry.on, "customer": found.customer, "currency": book.currency,
        "amount": format_minor(entry.amount_minor, book.exponent), "amount_minor": entry.amount_minor,
    }  # fmt: skip
    undoing = format_minor(-entry.amount_minor, book.exponent)
    by_hand = f'wallet adjust {found.customer} --amount {undoing} --reason "…"'
    if entry.rule == OPENING:
        why = translate("it is an opening balance, which goes with its import")
        raise WalletNotReversible(**facts, why=why, command=f"imports undo {entry.inputs['batch']}")
    if entry.kind == "reverse":
        why = translate("it is a reversal itself; undo it with an adjustment")
        raise WalletNotReversible(**facts, why=why, command=by_hand)
    if entry.kind == "expire":
        why = translate("the bonus had expired; give it anew with an adjustment")
        raise WalletNotReversible(**facts, why=why, command=f"{by_hand} --purse={BONUS}")
    if entry.kind == "top_up" and (given := _refund_of(book, entry)):
        why = translate("part of it was given back by entry {given}; take that back first").format(given=given)
        raise WalletNotReversible(**facts, why=why, command=f'wallet reverse {given} --reason "…"')


def _refund_of(book: Book, entry: Any) -> int | None:
    """A refund out of the principal of a top-up that was not taken back."""
    back = wallet_entry.alias("back")
    undone = select(back.c.id).where(back.c.reverses_id == wallet_entry.c.id)
    given = (
        select(wallet_entry.c.id)
        .join(wallet_draw, wallet_draw.c.entry_id == wallet_entry.c.id)
        .join(wallet_lot, wallet_lot.c.id == wallet_draw.c.lot_id)
        .where(wallet_lot.c.entry_id == entry.id, wallet_entry.c.kind == "refund", ~undone.exists())
        .order_by(wallet_entry.c.id.desc())
    )
    number: int | None = book.connection.scalar(given)
    return number
