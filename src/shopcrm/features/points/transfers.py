"""Points that one customer gives to another: they change hands, and not their last day."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date
from uuid import uuid4

from sqlalchemy import select

from shopcrm.core import ledger
from shopcrm.core.audience import find_one
from shopcrm.core.book import Book
from shopcrm.core.errors import TransferToSelf
from shopcrm.core.language import translate
from shopcrm.core.schema.points import points_draw, points_lot
from shopcrm.features.points.moved import Moved, move, refuse_wrong_number


@dataclass(frozen=True, slots=True)
class Transferred(Moved):
    """The giver's entry, and beside it the receiver's."""

    to: str
    to_name: str | None
    to_entry: int
    to_balance_points: int


def transfer(book: Book, text: str, to: str, *, points: int, key: str | None = None) -> Transferred:
    """Gives spendable points to another customer, who can spend them at once.

    They stay good for as long as they would have been. With a key a retry is harmless.

    Raises CustomerUnknown, CustomerAmbiguous, TransferToSelf, InsufficientPoints, KeyReused, EntryBeforeLast.
    """
    giver, receiver = find_one(book, text), find_one(book, to)
    refuse_wrong_number(points, translate("write how many to give, 1 or more"), points > 0)
    if giver.id == receiver.id:
        raise TransferToSelf(customer=giver.customer)
    name = f"transfer:{key or uuid4().hex}"
    out = move(
        book, giver, key=f"{name}:out", kind="transfer", points=-points, rule="by hand",
        inputs={"to": receiver.customer},
    )  # fmt: skip
    got = move(
        book, receiver, key=f"{name}:in", kind="transfer", points=points, rule="by hand",
        inputs={"from": giver.customer}, lots=_lots_drawn(book, out.entry, out.on),
    )  # fmt: skip
    return Transferred(
        **asdict(out), to=got.customer, to_name=got.name, to_entry=got.entry, to_balance_points=got.balance_points
    )


def _lots_drawn(book: Book, entry_id: int, on: date) -> tuple[ledger.NewLot, ...]:
    """A lot for every last good day that the points of an entry had, the soonest first."""
    drawn: dict[date | None, int] = defaultdict(int)
    rows = (
        select(points_lot.c.expires_on, points_draw.c.points)
        .join(points_lot, points_lot.c.id == points_draw.c.lot_id)
        .where(points_draw.c.entry_id == entry_id)
    )
    for expires_on, points in book.connection.execute(rows):
        drawn[expires_on] += points
    return tuple(ledger.NewLot(drawn[last], on, last) for last in sorted(drawn, key=lambda day: day or date.max))
