"""Says what stands under a key: a till may ask twice, and a shop may take an event back and do it again."""

from typing import Any
from unicodedata import normalize

from sqlalchemy import outerjoin, select

from shopcrm.core.book import Book
from shopcrm.core.ledger.ledgers import POINTS, Ledger
from shopcrm.core.schema.house import note


def standing(book: Book, key: str, of: Ledger = POINTS) -> Any:
    """The entry that was posted under a key, with the `reason` given for it; None where there is none."""
    said = outerjoin(of.entry, note, note.c.id == of.entry.c.reason_id)
    wanted = select(of.entry, note.c.text.label("reason")).select_from(said)
    return book.connection.execute(wanted.where(of.entry.c.key == key)).one_or_none()


def reversal_key(entry_id: int) -> str:
    """The key under which an entry is taken back by hand."""
    return f"reverse:entry:{entry_id}"


def open_key(book: Book, key: str, of: Ledger = POINTS) -> str:
    """The key of an event that a shop may take back by hand and do again.

    What was taken back must not answer for what is done after it: the new event names the entry that it comes after.
    """
    current = key
    while (first := standing(book, current, of)) and standing(book, reversal_key(first.id), of):
        current = f"{key}:after:{first.id}"
    return current


def plain_number(receipt: str) -> str:
    """The number of a receipt as keys have it: one receipt is one receipt, however it is typed the second time."""
    return " ".join(normalize("NFKC", receipt).split()).upper()
