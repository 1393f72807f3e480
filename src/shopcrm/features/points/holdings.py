"""Why a customer holds the points they hold: entries summed by kind, every open lot, and what ends next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from shopcrm.core import ledger
from shopcrm.core.audience import Found
from shopcrm.core.book import Book
from shopcrm.core.language import Counted
from shopcrm.core.language import translate as _
from shopcrm.core.merging import is_of
from shopcrm.core.schema.points import ENTRY_KINDS, points_entry


@dataclass(frozen=True, slots=True)
class KindSum:
    """What all entries of a kind come to."""

    kind: str
    entries: int
    points: int


@dataclass(frozen=True, slots=True)
class OpenLot:
    """Points that came together, with what is left, and the entry and receipt that brought them."""

    entry: int
    receipt: str | None
    earned_on: date
    available_on: date
    expires_on: date | None
    points: int
    left: int


@dataclass(frozen=True, slots=True)
class ExplainedCustomer:
    """The balance of a customer taken apart; `lines` say it in sentences.

    The sums of `kinds` less `unswept_points`, which are past their last day and not posted as expired yet, are the
    balance. `next_points` end after `next_on`; nothing where no points end.
    """

    customer: str
    name: str | None
    balance_points: int
    pending_points: int
    spendable_points: int
    value_minor: int
    unswept_points: int
    next_on: date | None
    next_points: int
    kinds: tuple[KindSum, ...]
    lots: tuple[OpenLot, ...]
    lines: tuple[str, ...]


def explain_customer(book: Book, found: Found) -> ExplainedCustomer:
    """What a customer's points consist of as of the business date."""
    balance, kinds = ledger.balance(book, found.id), _kinds(book, found.id)
    lots = _lots(book, found.id)
    next_on = min((lot.expires_on for lot in lots if lot.expires_on), default=None)
    next_points = sum(lot.left for lot in lots if next_on and lot.expires_on == next_on)
    unswept = sum(kind.points for kind in kinds) - balance.balance_points
    lines = [
        _("{who}: {balance:point|points} as of {as_of}, {spendable} to spend, {pending} pending.").format(
            who=" ".join(filter(None, (found.customer, found.name))),
            as_of=book.as_of,
            balance=Counted(balance.balance_points),
            spendable=Counted(balance.spendable_points),
            pending=Counted(balance.pending_points),
        ),
        *_sums(kinds, unswept, balance.balance_points),
        *_sentences(lots),
    ]
    if next_on:
        lines.append(
            _("Next to end: {points:point|points}, after {on}.").format(points=Counted(next_points), on=next_on)
        )
    return ExplainedCustomer(
        customer=found.customer,
        name=found.name,
        balance_points=balance.balance_points,
        pending_points=balance.pending_points,
        spendable_points=balance.spendable_points,
        value_minor=book.settings.points.worth_minor(balance.spendable_points),
        unswept_points=unswept,
        next_on=next_on,
        next_points=next_points,
        kinds=kinds,
        lots=lots,
        lines=tuple(lines),
    )


def good_until(last_day: date | None) -> str:
    """How long a lot can be spent, as part of a sentence."""
    return _("good until {last_day}").format(last_day=last_day) if last_day else _("good for ever")


def _kinds(book: Book, customer_id: int) -> tuple[KindSum, ...]:
    sums = select(points_entry.c.kind, func.count(), func.sum(points_entry.c.points))
    mine = (is_of(book, points_entry.c.customer_id, customer_id), points_entry.c.on <= book.as_of)
    rows = [KindSum(*row) for row in book.connection.execute(sums.where(*mine).group_by(points_entry.c.kind))]
    return tuple(sorted(rows, key=lambda row: ENTRY_KINDS.index(row.kind)))


def _lots(book: Book, customer_id: int) -> tuple[OpenLot, ...]:
    lots = [lot for lot in ledger.open_lots(book, customer_id) if not lot.expires_on or lot.expires_on >= book.as_of]
    numbered = select(points_entry.c.id, points_entry.c.receipt).where(
        is_of(book, points_entry.c.customer_id, customer_id)
    )
    receipts = {row.id: row.receipt for row in book.connection.execute(numbered)} if lots else {}
    return tuple(
        OpenLot(
            entry=lot.entry_id or 0,
            receipt=receipts.get(lot.entry_id or 0),
            earned_on=lot.earned_on,
            available_on=lot.available_on,
            expires_on=lot.expires_on,
            points=lot.amount,
            left=lot.left,
        )
        for lot in lots
    )


def _sums(kinds: Sequence[KindSum], unswept: int, balance: int) -> Iterator[str]:
    for kind in kinds:
        yield _("  {kind}: {points} in {entries:entry|entries}").format(
            kind=_(kind.kind), points=Counted(kind.points, f"{kind.points:+,}"), entries=Counted(kind.entries)
        )
    if unswept:
        yield _("  past their last day: {points}; to be posted by `shopcrm points expire`").format(
            points=Counted(-unswept, f"{-unswept:+,}")
        )
    if kinds:
        yield _("  = {points:point|points}").format(points=Counted(balance))


def _sentences(lots: Sequence[OpenLot]) -> Iterator[str]:
    for lot in lots:
        brought = [_("entry {entry}").format(entry=lot.entry)]
        brought += [_("receipt {receipt}").format(receipt=lot.receipt)] if lot.receipt else []
        sentence = _("Lot of {earned_on} ({brought}): {left} of {points} left, spendable from {first_day}, {good}.")
        yield sentence.format(
            earned_on=lot.earned_on,
            brought=", ".join(brought),
            left=Counted(lot.left),
            points=Counted(lot.points),
            first_day=lot.available_on,
            good=good_until(lot.expires_on),
        )
