"""Erases one person, and says what else may still know them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Column, func, select

from shopcrm.core import backups, erasing
from shopcrm.core.audience import find_one
from shopcrm.core.book import Book
from shopcrm.core.erasing import Trace
from shopcrm.core.errors import CustomerErased
from shopcrm.core.merging import ids_of
from shopcrm.core.schema.intake import review, row_change
from shopcrm.core.schema.people import customer, identity
from shopcrm.core.schema.points import points_entry
from shopcrm.core.schema.sales import batch, sale
from shopcrm.core.schema.wallet import wallet_entry


@dataclass(frozen=True, slots=True)
class Erased:
    """What was taken out. The ledgers and the sums stay: `balance_points` and `balance_minor` are nobody's from now on.

    `merged` are the codes of those who were merged into the customer, and go too. `sheets` brought the person, and
    `backups` are copies of the book beside it: outside the book both may still know them. `traces` are texts of the
    book that cannot be changed and still do. Where `is_repeat`, they were erased before.
    """

    customer: str
    merged: tuple[str, ...]
    identities: int
    rows: int
    texts: int
    balance_points: int
    balance_minor: int
    sheets: tuple[str, ...]
    backups: tuple[Path, ...]
    traces: tuple[Trace, ...]
    is_repeat: bool


def erase(book: Book, text: str, *, reason: str) -> Erased:
    """Erases a customer with everyone merged into them. Raises CustomerUnknown, CustomerAmbiguous."""
    beside = backups.beside(book.path)
    try:
        found = find_one(book, text)
    except CustomerErased as before:
        return Erased(before.details["customer"], (), 0, 0, 0, 0, 0, (), beside, (), is_repeat=True)
    ids = ids_of(book, found.id)
    points, money = _sum(book, points_entry.c.points, ids), _sum(book, wallet_entry.c.amount_minor, ids)
    sheets, needles = _sheets(book, ids), erasing.needles_of(book, ids)
    did = erasing.erase(book, [found.id], reason)
    merged = book.connection.scalars(select(customer.c.code).where(customer.c.id.in_(ids[1:])).order_by(customer.c.id))
    book.tell(f"{found.customer} erased")
    return Erased(
        customer=found.customer,
        merged=tuple(merged),
        identities=did.identities,
        rows=did.rows,
        texts=did.texts,
        balance_points=points,
        balance_minor=money,
        sheets=tuple(each for each in sheets if each == needles.scrub(each)),
        backups=beside,
        traces=erasing.find_traces(book, needles),
        is_repeat=False,
    )


def name_of(book: Book, text: str) -> str:
    """How the customer is called before they are erased; the code of one who was. Raises as `erase` does."""
    try:
        found = find_one(book, text)
    except CustomerErased as before:
        return str(before.details["customer"])
    return " ".join(filter(None, (found.customer, found.name, found.phone)))


def delete_backups(paths: Iterable[Path]) -> None:
    """Deletes copies of the book; those that are gone already are no matter."""
    for path in paths:
        path.unlink(missing_ok=True)


def _sum(book: Book, amount: Column[int], ids: Sequence[int]) -> int:
    entry = amount.table.c
    return book.connection.scalar(select(func.coalesce(func.sum(amount), 0)).where(entry.customer_id.in_(ids))) or 0


def _sheets(book: Book, ids: Sequence[int]) -> list[str]:
    """The names of the sheets that brought something about these customers, the latest first."""
    of = (customer.c.id, identity.c.customer_id, sale.c.customer_id, review.c.customer_id, row_change.c.row_id)
    brought: set[int] = set()
    for key in of:
        wanted = select(key.table.c.batch_id).where(key.in_(ids), key.table.c.batch_id.is_not(None)).distinct()
        if key.table is row_change:
            wanted = wanted.where(row_change.c.table_name == "customer")
        brought |= set(book.connection.scalars(wanted))
    named = select(batch.c.sheet).where(batch.c.id.in_(brought), batch.c.sha256 != "").order_by(batch.c.id.desc())
    return list(dict.fromkeys(book.connection.scalars(named)))
