"""Finds a receipt by its number. Tills restart their numbers, so several may have it: listed, never guessed."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from unicodedata import normalize

from sqlalchemy import ColumnElement, func, or_, select

from shopcrm.core.book import Book
from shopcrm.core.errors import SaleAmbiguous, SaleElsewhere, SaleUnknown
from shopcrm.core.schema.sales import sale
from shopcrm.features.sales.rows import describe, naming


class Asked(NamedTuple):
    """How a receipt is named: its number, and what tells it from others of that number."""

    receipt: str
    on: date | None = None
    store: str | None = None
    kind: str | None = None
    source: str | None = None


def find_one(book: Book, asked: Asked, *, until: date | None = None, counting_first: bool = False) -> Any:
    """The row of the one receipt that is meant, up to the business date (or `until`).

    With `counting_first` withdrawn ones are looked at only where no other fits.
    Raises SaleUnknown, SaleElsewhere, SaleAmbiguous.
    """
    numbered = _numbered(book, plain_number(asked.receipt), until or book.as_of)
    if not numbered:
        raise SaleUnknown(receipt=asked.receipt, as_of=until or book.as_of)
    wanted = {name: value for name, value in asked._asdict().items() if name != "receipt" and value is not None}
    fitting = [row for row in numbered if all(getattr(row, name) == value for name, value in wanted.items())]
    if not fitting:
        raise SaleElsewhere(
            receipt=asked.receipt, matches=describe(book, numbered), first=naming(numbered[0], numbered)
        )
    if counting_first:
        fitting = [row for row in fitting if row.withdrawn is None] or fitting
    if len(fitting) > 1:
        raise SaleAmbiguous(
            receipt=asked.receipt,
            count=len(fitting),
            matches=describe(book, fitting),
            first=naming(fitting[0], fitting),
        )
    return fitting[0]


def plain_number(receipt: str) -> str:
    """A receipt's number without the blanks and wide characters of how it was typed."""
    return " ".join(normalize("NFKC", receipt).split())


def _numbered(book: Book, number: str, until: date) -> Sequence[Any]:
    # As typed, or in capitals, an index finds it; only another spelling of the till's own has to be searched for.
    spellings: tuple[ColumnElement[bool], ...] = (
        or_(sale.c.receipt == number, sale.c.receipt == number.upper()),
        func.upper(sale.c.receipt) == number.upper(),
    )
    for is_it in spellings:
        wanted = select(sale).where(is_it, sale.c.on <= until).order_by(sale.c.on.desc(), sale.c.id.desc())
        if found := book.connection.execute(wanted).all():
            return found
    return []
