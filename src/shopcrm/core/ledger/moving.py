"""Works out which lots a posting opens, draws from and puts back into, and hands the rows to the writer."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from shopcrm.core.book import Book
from shopcrm.core.ledger import refusing
from shopcrm.core.ledger.accounts import Account, Expiration, Lot, last_standing_on, spending_order
from shopcrm.core.ledger.events import NewLot, Posting
from shopcrm.core.ledger.lapsing import let_lapse
from shopcrm.core.ledger.writing import Writer


def credit(writer: Writer, account: Account, p: Posting, drawn: Sequence[Lot]) -> int:
    """Posts a credit: it pays a deficit first, goes back into the lots in `drawn`, and opens lots for the rest.

    Answers the entry.
    """
    entry_id, of = writer.add_entry(p), writer.of
    repaid = min(account.deficit, p.amount)
    account.deficit -= repaid
    rest = p.amount - repaid - _give_back(writer, account, p.amount - repaid, entry_id, drawn)
    new = p.lots or (NewLot(repaid + rest, p.available_on or p.on, p.expires_on),)
    for own in new if repaid + rest else ():
        lot_id, paid = writer.add_lot(entry_id, p, own), min(repaid, own.amount)
        if paid:
            writer.add_draw(entry_id, lot_id, paid)
            repaid -= paid
        days = (p.on, own.available_on, own.expires_on)
        account.lots.append(
            Lot(lot_id, own.amount, own.amount - paid, *days, p.sale_id, entry_id, own.label, of.rank(own.label))
        )
    return entry_id


def debit(book: Book, writer: Writer, account: Account, p: Posting) -> tuple[int | None, int]:
    """Posts a debit. Answers the entry, and what it took: less than asked where the policy waives the rest.

    Raises what says that there is not enough, or that it is dated before the last entry; a debit of points of kind
    reverse raises nothing.
    """
    if p.kind == "reverse" and writer.of.may_owe:
        return _take_back(writer, account, p)
    if p.kind == "expire":
        lots = [lot for lot in account.lots if lot.expires_on is not None and lot.expires_on < p.on]
    else:
        _refuse_past(book, writer, account, p)
        lots = sorted((lot for lot in account.lots if _is_spendable(lot, p.on)), key=spending_order)
        if p.kind == "reverse":
            lots.sort(key=lambda lot: lot.entry_id != p.reverses_id)  # what the entry itself brought goes first
    shares = list(_shares(book, writer, account, lots, p))
    entry_id = writer.add_entry(p)
    for among, amount in shares:
        _draw(writer, entry_id, among, amount)
    return entry_id, p.amount


def _shares(
    book: Book, writer: Writer, account: Account, lots: Sequence[Lot], p: Posting
) -> Iterator[tuple[Sequence[Lot], int]]:
    """How much a debit takes of which lots. Refuses what is not there."""
    by_id = {lot.id: lot for lot in account.lots}
    if p.takes:
        wanted = [
            (by_id[lot_id].label, amount, [lot for lot in lots if lot.id == lot_id]) for lot_id, amount in p.takes
        ]
    else:
        shares = p.shares or ((None, -p.amount),)
        wanted = [(label, amount, [lot for lot in lots if label in (None, lot.label)]) for label, amount in shares]
    assert sum(amount for _, amount, _ in wanted) == -p.amount
    for label, amount, among in wanted:
        has = sum(lot.left for lot in among) - account.deficit
        if has < amount:
            raise refusing.short(book, writer.of, account, p, has, amount, label)
        yield among, amount


def _take_back(writer: Writer, account: Account, p: Posting) -> tuple[int | None, int]:
    p = p._replace(amount=p.amount + let_lapse(writer, account, p))
    if not p.amount:
        return None, 0
    # Points past their last day are worth nothing: taking them would be no payment. But what was good on the day of
    # this posting is taken in its turn, swept since or not: expiries are undone as far as they are in the way.
    expired = [each for each in account.expirations if each.lot.expires_on and each.lot.expires_on >= p.on]
    alive = [lot for lot in account.lots if lot.expires_on is None or lot.expires_on >= p.on]
    lots = sorted(
        {lot.id: lot for lot in (*alive, *(each.lot for each in expired))}.values(),
        key=lambda lot: _reversing_order(lot, p),
    )
    missing = -p.amount
    for lot in lots:
        for expiration in (each for each in expired if each.lot is lot and each.amount):
            if (short := min(missing - lot.left, expiration.amount)) > 0:
                _undo_expiry(writer, account, expiration, short, p)
        missing -= min(lot.left, missing)
    waived = missing if p.policy != "owe" else 0
    if waived:
        writer.add_waiver(p, waived)
        if waived == -p.amount:
            return None, 0
    taken = p._replace(amount=p.amount + waived)
    entry_id = writer.add_entry(taken)
    account.deficit += _draw(writer, entry_id, lots, -taken.amount)
    return entry_id, taken.amount


def _undo_expiry(writer: Writer, account: Account, expiration: Expiration, points: int, p: Posting) -> None:
    lot = expiration.lot
    undoing = Posting(
        key=f"{p.key}:expired:{lot.id}:{expiration.entry_id}", customer_id=p.customer_id, kind="reverse", amount=points,
        on=expiration.on, rule="points.expiry", inputs={"receipt": p.receipt}, reverses_id=expiration.entry_id,
        settings_version_id=p.settings_version_id,
    )  # fmt: skip
    writer.add_draw(writer.add_entry(undoing), lot.id, -points)
    expiration.amount -= points
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


def _refuse_past(book: Book, writer: Writer, account: Account, p: Posting) -> None:
    if account.last_on is None or account.last_on <= p.on:
        return
    stands_on = last_standing_on(book, p.customer_id, p.on, writer.of) or p.on
    if (last_on := max(stands_on, account.posted_on or p.on)) > p.on:
        raise refusing.before_last(book, writer.of, p, last_on)


def _is_spendable(lot: Lot, on: date) -> bool:
    return lot.available_on <= on and (lot.expires_on is None or lot.expires_on >= on)


def _reversing_order(lot: Lot, p: Posting) -> tuple[bool, bool, int, date, date, int]:
    # What the sale or entry itself brought goes first, then what stood there on that day, then what came later.
    is_of_sale = lot.sale_id is not None and lot.sale_id in (p.sale_id, p.takes_from_sale_id)
    is_own = is_of_sale or (p.reverses_id is not None and lot.entry_id == p.reverses_id)
    return (not is_own, lot.earned_on > p.on, *spending_order(lot))
