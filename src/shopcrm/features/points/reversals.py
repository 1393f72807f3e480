"""Takes one entry of the ledger back whole: points return to their old lots with their old days, or leave their own."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, or_, select

from shopcrm.core import ledger
from shopcrm.core.audience import Found, by_ids
from shopcrm.core.book import Book
from shopcrm.core.errors import AlreadyReversed, EntryBeforeLast, EntryUnknown, InsufficientPoints, NotReversible
from shopcrm.core.language import translate
from shopcrm.core.ledger.keys import reversal_key, standing
from shopcrm.core.schema.points import OPENING, points_entry
from shopcrm.features.points.moved import Moved, move, refuse_wrong_number


@dataclass(frozen=True, slots=True)
class Reversed(Moved):
    """The reversal of `reverses`; of a transfer, the other customer's reversal stands beside it."""

    reverses: int
    reason: str
    other: str | None
    other_entry: int | None
    other_points: int | None
    other_balance_points: int | None


def reverse(book: Book, entry_id: int, *, reason: str) -> Reversed:
    """Takes one entry back, or what is left of it; both legs of a transfer, whichever is named.

    Points that were spent go back into the lots they came from, with their old last days. Points that came leave
    their own lots first; where they were spent, the customer owes them, except that a transfer is only taken back
    while its receiver can spend as many. The same entry with the same reason answers with the first reversal.

    Raises EntryUnknown, NotReversible, AlreadyReversed; for transfers InsufficientPoints and EntryBeforeLast.
    """
    named = _entry(book, points_entry.c.id == entry_id)
    if named is None:
        raise EntryUnknown(entry=entry_id, as_of=book.as_of)
    plain = reason.strip()
    refuse_wrong_number(-named.points, translate("a reason is needed"), bool(plain))
    legs = [named, *_other_leg(book, named)]
    people = by_ids(book, [leg.customer_id for leg in legs])
    if first := standing(book, reversal_key(named.id)):
        if first.reason != plain:
            raise _already(people[named.customer_id], named, first)
        left = {leg.id: -standing(book, reversal_key(leg.id)).points for leg in legs}
    else:
        _refuse_unfit(people[named.customer_id], named)
        left = {leg.id: _left(book, people[leg.customer_id], leg) for leg in legs}
        if named.kind == "transfer":
            _refuse_spent(book, people, legs)
    # What leaves goes first, so that nothing is given to one before it is taken from the other.
    moved = {
        leg.id: move(
            book, people[leg.customer_id], key=reversal_key(leg.id), kind="reverse", points=-left[leg.id],
            rule="by hand", inputs={"kind": leg.kind}, reason=plain, reverses_id=leg.id,
        )
        for leg in sorted(legs, key=lambda leg: -leg.points)
    }  # fmt: skip
    own, other = moved.pop(named.id), next(iter(moved.values()), None)
    return Reversed(
        **asdict(own),
        reverses=named.id,
        reason=plain,
        other=other.customer if other else None,
        other_entry=other.entry if other else None,
        other_points=other.points if other else None,
        other_balance_points=other.balance_points if other else None,
    )


def _entry(book: Book, condition: Any) -> Any:
    wanted = select(points_entry).where(condition, points_entry.c.on <= book.as_of)
    return book.connection.execute(wanted).one_or_none()


def _other_leg(book: Book, named: Any) -> list[Any]:
    if named.kind != "transfer":
        return []
    name, _, side = named.key.rpartition(":")
    return [standing(book, f"{name}:{'in' if side == 'out' else 'out'}")]


def _refuse_unfit(found: Found, entry: Any) -> None:
    facts = {"entry": entry.id, "on": entry.on, "points": entry.points, "customer": found.customer}
    if entry.rule == OPENING:
        why = translate("it is an opening balance, which goes with its import")
        raise NotReversible(**facts, why=why, command=f"imports undo {entry.inputs['batch']}")
    by_hand = f'points adjust {found.customer} --points {-entry.points:+} --reason "…"'
    if entry.kind == "reverse":
        raise NotReversible(
            **facts, why=translate("it is a reversal itself; undo it with an adjustment"), command=by_hand
        )
    if entry.kind == "expire":
        raise NotReversible(
            **facts, why=translate("the points had expired; give them anew with an adjustment"), command=by_hand
        )


def _left(book: Book, found: Found, entry: Any) -> int:
    """What of an entry has not been taken back, signed as it is. Raises AlreadyReversed where that is nothing."""
    backs = _taken_back(book, entry)
    left: int = entry.points + sum(back.points for back in backs if back.reverses_id == entry.id)
    if entry.kind == "earn" and entry.sale_id is not None:
        earned = sum(each.points for each in _of_the_sale(book, entry))
        left = max(0, min(left, earned))
        backs = backs or [each for each in _of_the_sale(book, entry) if each.points < 0]
    if not left:
        raise _already(found, entry, max(backs, key=lambda back: (back.on, back.id)))
    return left


def _taken_back(book: Book, entry: Any) -> Sequence[Any]:
    return book.connection.execute(select(points_entry).where(points_entry.c.reverses_id == entry.id)).all()


def _of_the_sale(book: Book, entry: Any) -> Sequence[Any]:
    """What the sale of an entry brought its customer and what its refunds took, and what of that was taken by hand."""
    from shopcrm.core.schema.sales import sale  # only what a sale earned is bound to a sale

    sold = select(func.coalesce(sale.c.refund_of_id, sale.c.id)).where(sale.c.id == entry.sale_id).scalar_subquery()
    group = select(sale.c.id).where(or_(sale.c.id == sold, sale.c.refund_of_id == sold))
    moving = select(points_entry).where(points_entry.c.customer_id == entry.customer_id)
    # Points that a refund puts back into old lots were spent, and are none that the sale brought.
    earned = or_(points_entry.c.kind == "earn", (points_entry.c.kind == "reverse") & (points_entry.c.points < 0))
    own = book.connection.execute(moving.where(points_entry.c.sale_id.in_(group), earned)).all()
    by_hand = moving.where(points_entry.c.reverses_id.in_([each.id for each in own]), points_entry.c.sale_id.is_(None))
    return [*own, *book.connection.execute(by_hand).all()]


def _refuse_spent(book: Book, people: Any, legs: Sequence[Any]) -> None:
    """A transfer goes back only while its receiver could spend as many points on that day."""
    (got,) = [leg for leg in legs if leg.points > 0]
    receiver = people[got.customer_id]
    if last_on := ledger.last_standing_on(book, got.customer_id, book.as_of):
        raise EntryBeforeLast(customer=receiver.customer, last_on=last_on, on=book.as_of)
    spendable = ledger.balance(book, got.customer_id).spendable_points
    if spendable < got.points:
        raise InsufficientPoints(customer=receiver.customer, spendable_points=spendable, needed_points=int(got.points))


def _already(found: Found, entry: Any, by: Any) -> AlreadyReversed:
    return AlreadyReversed(customer=found.customer, entry=entry.id, by_entry=by.id, reversed_on=by.on)
