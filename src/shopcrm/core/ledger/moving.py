"""Works out which lots a posting opens, draws from and puts back into, and hands the rows to the writer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from shopcrm.core.book import Book
from shopcrm.core.errors import EntryBeforeLast, InsufficientPoints, PendingPoints
from shopcrm.core.ledger.accounts import Account, Expiration, Lot, code_of, last_standing_on, spending_order
from shopcrm.core.ledger.events import NewLot, Posting
from shopcrm.core.ledger.lapsing import let_lapse
from shopcrm.core.ledger.writing import Writer


def credit(writer: Writer, account: Account, p: Posting, drawn: Sequence[Lot]) -> int:
    """Posts a credit: it pays a deficit first, goes back into the lots in `drawn`, and opens lots for the rest.

    Answers the entry.
    """
    entry_id = writer.add_entry(p)
    repaid = min(account.deficit, p.points)
    account.deficit -= repaid
    rest = p.points - repaid - _give_back(writer, account, p.points - repaid, entry_id, drawn)
    new = p.lots or (NewLot(repaid + rest, p.available_on or p.on, p.expires_on),)
    for own in new if repaid + rest else ():
        lot_id, paid = writer.add_lot(entry_id, p, own), min(repaid, own.points)
        if paid:
            writer.add_draw(entry_id, lot_id, paid)
            repaid -= paid
        left = own.points - paid
        account.lots.append(Lot(lot_id, own.points, left, p.on, own.available_on, own.expires_on, p.sale_id, entry_id))
    return entry_id


def debit(book: Book, writer: Writer, account: Account, p: Posting) -> tuple[int | None, int]:
    """Posts a debit. Answers the entry, and the points it took: fewer than asked where the policy waives the rest.

    Raises InsufficientPoints, PendingPoints, EntryBeforeLast; a debit of kind reverse raises nothing.
    """
    if p.kind == "reverse":
        return _take_back(writer, account, p)
    if p.kind == "expire":
        lots = [lot for lot in account.lots if lot.expires_on is not None and lot.expires_on < p.on]
        _refuse_shortage(book, account, lots, p)
    else:
        _refuse_past(book, account, p)
        lots = sorted((lot for lot in account.lots if _is_spendable(lot, p.on)), key=spending_order)
        _refuse_shortage(book, account, lots, p)
    entry_id = writer.add_entry(p)
    _draw(writer, entry_id, lots, -p.points)
    return entry_id, p.points


def _take_back(writer: Writer, account: Account, p: Posting) -> tuple[int | None, int]:
    p = p._replace(points=p.points + let_lapse(writer, account, p))
    if not p.points:
        return None, 0
    # Points past their last day are worth nothing: taking them would be no payment. But what was good on the day of
    # this posting is taken in its turn, swept since or not: expiries are undone as far as they are in the way.
    expired = [each for each in account.expirations if each.lot.expires_on and each.lot.expires_on >= p.on]
    alive = [lot for lot in account.lots if lot.expires_on is None or lot.expires_on >= p.on]
    lots = sorted(
        {lot.id: lot for lot in (*alive, *(each.lot for each in expired))}.values(),
        key=lambda lot: _reversing_order(lot, p),
    )
    missing = -p.points
    for lot in lots:
        for expiration in (each for each in expired if each.lot is lot and each.points):
            if (short := min(missing - lot.left, expiration.points)) > 0:
                _undo_expiry(writer, account, expiration, short, p)
        missing -= min(lot.left, missing)
    waived = missing if p.policy != "owe" else 0
    if waived:
        writer.add_waiver(p, waived)
        if waived == -p.points:
            return None, 0
    taken = p._replace(points=p.points + waived)
    entry_id = writer.add_entry(taken)
    account.deficit += _draw(writer, entry_id, lots, -taken.points)
    return entry_id, taken.points


def _undo_expiry(writer: Writer, account: Account, expiration: Expiration, points: int, p: Posting) -> None:
    lot = expiration.lot
    undoing = Posting(
        key=f"{p.key}:expired:{lot.id}:{expiration.entry_id}", customer_id=p.customer_id, kind="reverse", points=points,
        on=expiration.on, rule="points.expiry", inputs={"receipt": p.receipt}, reverses_id=expiration.entry_id,
        settings_version_id=p.settings_version_id,
    )  # fmt: skip
    writer.add_draw(writer.add_entry(undoing), lot.id, -points)
    expiration.points -= points
    lot.left += points
    _open(account, lot)


def _open(account: Account, lot: Lot) -> None:
    if not any(each is lot for each in account.lots):
        account.lots.append(lot)


def _draw(writer: Writer, entry_id: int, lots: Sequence[Lot], points: int) -> int:
    """Draws from the lots in their order; answers what was not there."""
    for lot in lots:
        taken = min(lot.left, points)
        if taken:
            writer.add_draw(entry_id, lot.id, taken)
            lot.left -= taken
            points -= taken
    return points


def _give_back(writer: Writer, account: Account, points: int, entry_id: int, drawn: Sequence[Lot]) -> int:
    """Puts points back into the lots they were drawn from, with their old dates; answers how many found their place."""
    standing = {lot.id: lot for lot in (*(each.lot for each in account.expirations), *account.lots)}
    given = 0
    for lot in sorted(drawn, key=spending_order, reverse=True):  # what was drawn last goes back first
        if returned := min(lot.left, points - given):
            writer.add_draw(entry_id, lot.id, -returned)
            given += returned
            lot.left -= returned
            own = standing.setdefault(lot.id, replace(lot, left=0))
            own.left += returned
            _open(account, own)
    return given


def _refuse_past(book: Book, account: Account, p: Posting) -> None:
    if account.last_on is None or account.last_on <= p.on:
        return
    stands_on = last_standing_on(book, p.customer_id, p.on) or p.on
    if (last_on := max(stands_on, account.posted_on or p.on)) > p.on:
        raise EntryBeforeLast(customer=code_of(book, p.customer_id), last_on=last_on, on=p.on)


def _refuse_shortage(book: Book, account: Account, lots: Sequence[Lot], p: Posting) -> None:
    spendable = sum(lot.left for lot in lots) - account.deficit
    if spendable >= -p.points:
        return
    pending = [lot for lot in account.lots if lot.left and lot.available_on > p.on]
    facts: dict[str, Any] = {
        "customer": code_of(book, p.customer_id),
        "spendable_points": spendable,
        "needed_points": -p.points,
    }
    if not pending:
        raise InsufficientPoints(**facts)
    frees_on = max(lot.available_on for lot in pending)
    raise PendingPoints(**facts, pending_points=sum(lot.left for lot in pending), frees_on=frees_on)


def _is_spendable(lot: Lot, on: date) -> bool:
    return lot.available_on <= on and (lot.expires_on is None or lot.expires_on >= on)


def _reversing_order(lot: Lot, p: Posting) -> tuple[bool, bool, date, date, int]:
    # What the sale or entry itself brought goes first, then what stood there on that day, then what came later.
    is_of_sale = lot.sale_id is not None and lot.sale_id in (p.sale_id, p.takes_from_sale_id)
    is_own = is_of_sale or (p.reverses_id is not None and lot.entry_id == p.reverses_id)
    return (not is_own, lot.earned_on > p.on, *spending_order(lot))
