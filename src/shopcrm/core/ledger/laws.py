"""The laws of a ledger, worked out again from all rows.

A credit is what its lots came with and what it put back; the sum of entries is what is left in lots less the deficit;
no lot is drawn below zero; a debit draws exactly what it takes, except that a reversal of points may leave a deficit,
and none is left while a lot is open; no lot is drawn from after its last day but to expire it, nor before its first but
by a clawback of points; nothing is taken back twice, and where nobody can owe anything it is taken back whole.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from shopcrm.core.book import Book
from shopcrm.core.language import translate as _
from shopcrm.core.ledger.accounts import code_of, lots_left
from shopcrm.core.ledger.ledgers import POINTS, Ledger
from shopcrm.core.ledger.refusing import said, shown
from shopcrm.core.merging import all_ids, whose
from shopcrm.core.portions import portions


def broken_laws(book: Book, customer_ids: Sequence[int] | None = None, of: Ledger = POINTS) -> Iterator[str]:
    """A sentence for every law that does not hold, for these customers or for all."""
    for portion in [None] if customer_ids is None else [all_ids(book, chunk) for chunk in portions(customer_ids)]:
        for finding in _broken_laws(book, of, portion):
            yield _(of.where).format(finding=finding) if of.where else finding


def _broken_laws(book: Book, of: Ledger, chunk: Sequence[int] | None) -> Iterator[str]:
    def among(column: ColumnElement[Any]) -> ColumnElement[bool]:
        return column.is_not(None) if chunk is None else column.in_(chunk)

    for law in (_overdrawn, _adding_up, _miscredited, _misdrawn, _misdated, _overreversed):
        yield from law(book, of, among)


def _overdrawn(book: Book, of: Ledger, among: Any) -> Iterator[str]:
    lots = lots_left(among(of.entry.c.customer_id), None, of).subquery()
    wrong = select(lots).where(or_(lots.c.left < 0, lots.c.left > lots.c.amount))
    for row in book.connection.execute(wrong):
        sentence = _("lot {lot} of {customer} has {left} of {amount} left")
        left, amount = shown(book, of, row.left), said(book, of, row.amount)
        yield sentence.format(lot=row.id, customer=code_of(book, row.customer_id), left=left, amount=amount)


def _adding_up(book: Book, of: Ledger, among: Any) -> Iterator[str]:
    lots, entry = lots_left(among(of.entry.c.customer_id), None, of).subquery(), of.entry.c
    ends = func.max(func.coalesce(lots.c.expires_on, date.max)).label("ends")  # when nothing is open any more
    holder = whose(book, lots.c.customer_id).label("customer_id")
    held = select(holder, func.sum(lots.c.left).label("left"), ends).group_by(holder).subquery()
    who = whose(book, entry.customer_id).label("customer_id")
    entered = (
        select(who, func.sum(of.entry_amount).label("amount"), func.max(entry.on).label("last_on"))
        .where(among(entry.customer_id))
        .group_by(who)
        .subquery()
    )
    left = func.coalesce(held.c.left, 0).label("left")
    deficit = left - entered.c.amount
    is_open = held.c.ends >= entered.c.last_on
    rows = (
        select(entered.c.customer_id, entered.c.amount, left)
        .outerjoin(held, held.c.customer_id == entered.c.customer_id)
        .where(or_(deficit < 0, and_(deficit > 0, is_open) if of.may_owe else deficit > 0))
    )
    for row in book.connection.execute(rows):
        sentence = _("the entries of {customer} add up to {amount}, their lots to {left}")
        amount, there = said(book, of, row.amount), shown(book, of, row.left)
        yield sentence.format(customer=code_of(book, row.customer_id), amount=amount, left=there)


def _miscredited(book: Book, of: Ledger, among: Any) -> Iterator[str]:
    entry = of.entry.c
    back = (
        select(of.draw.c.entry_id, func.sum(of.draw_amount).label("amount"))
        .join(of.entry, entry.id == of.draw.c.entry_id)
        .where(of.draw_amount < 0, among(entry.customer_id))
        .group_by(of.draw.c.entry_id)
        .subquery()
    )
    came = func.coalesce(func.sum(of.lot_amount), 0) - func.coalesce(back.c.amount, 0)
    statement = (
        select(entry.id, entry.kind, of.entry_amount.label("amount"), came.label("came"))
        .outerjoin(of.lot, of.lot.c.entry_id == entry.id)
        .outerjoin(back, back.c.entry_id == entry.id)
        .where(of.entry_amount > 0, among(entry.customer_id))
        .group_by(entry.id, entry.kind, of.entry_amount, back.c.amount)
        .having(came != of.entry_amount)
    )
    for row in book.connection.execute(statement):
        sentence = _("entry {entry} ({kind} {amount}) opened lots of {came}")
        amount, came_with = shown(book, of, row.amount), said(book, of, row.came)
        yield sentence.format(entry=row.id, kind=row.kind, amount=amount, came=came_with)


def _misdrawn(book: Book, of: Ledger, among: Any) -> Iterator[str]:
    entry = of.entry.c
    drawn = func.coalesce(func.sum(of.draw_amount), 0)
    is_less = drawn < -of.entry_amount
    statement = (
        select(entry.id, entry.kind, of.entry_amount.label("amount"), drawn.label("drawn"))
        .outerjoin(of.draw, of.draw.c.entry_id == entry.id)
        .where(of.entry_amount < 0, among(entry.customer_id))
        .group_by(entry.id, entry.kind, of.entry_amount)
        .having(or_(drawn > -of.entry_amount, and_(is_less, entry.kind != "reverse") if of.may_owe else is_less))
    )
    for row in book.connection.execute(statement):
        sentence = _("entry {entry} ({kind} {amount}) drew {drawn} from lots")
        amount, taken = shown(book, of, row.amount), said(book, of, row.drawn)
        yield sentence.format(entry=row.id, kind=row.kind, amount=amount, drawn=taken)


def _misdated(book: Book, of: Ledger, among: Any) -> Iterator[str]:
    entry, lot = of.entry.c, of.lot.c
    is_past, is_pending = entry.on > lot.expires_on, entry.on < of.available_on
    is_wrong = case(
        (lot.entry_id == entry.id, False),  # a credit that pays a deficit draws from its own lot
        (entry.kind == "expire", or_(lot.expires_on.is_(None), ~is_past)),
        *([(entry.kind == "reverse", is_past)] if of.may_owe else []),
        else_=or_(is_past, is_pending),
    )
    rows = (
        select(entry.id, entry.kind, entry.on, lot.id.label("lot"), of.available_on.label("first"), lot.expires_on)
        .join(of.draw, of.draw.c.entry_id == entry.id)
        .join(of.lot, lot.id == of.draw.c.lot_id)
        .where(of.draw_amount > 0, is_wrong, among(entry.customer_id))
    )
    for row in book.connection.execute(rows):
        sentence = _("entry {entry} ({kind}) drew on {on} from lot {lot}, which is good from {first} to {last}")
        last = row.expires_on or _("ever")
        yield sentence.format(entry=row.id, kind=row.kind, on=row.on, lot=row.lot, first=row.first, last=last)


def _overreversed(book: Book, of: Ledger, among: Any) -> Iterator[str]:
    first, entry = of.entry.alias("first"), of.entry.c
    amount, back = first.c[of.amount], func.sum(of.entry_amount)
    is_wrong = or_(func.abs(back) > func.abs(amount), back * amount > 0)
    if not of.may_owe:
        is_early = func.min(entry.on) < first.c.on
        is_wrong = or_(back != -amount, func.count() > 1, func.max(entry.customer_id) != first.c.customer_id, is_early)
    rows = (
        select(first.c.id, amount.label("amount"), back.label("back"))
        .join(of.entry, entry.reverses_id == first.c.id)
        .where(among(first.c.customer_id))
        .group_by(first.c.id, amount, first.c.on, first.c.customer_id)
        .having(is_wrong)
    )
    for row in book.connection.execute(rows):
        sentence = _("entry {entry} of {amount} was taken back by {back}")
        yield sentence.format(entry=row.id, amount=said(book, of, row.amount), back=shown(book, of, row.back))
