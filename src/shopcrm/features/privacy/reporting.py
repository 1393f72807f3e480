"""How well personal data is kept: who allows what, who was erased, who has been away for long, what lies open."""

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from shopcrm.core import backups, consents
from shopcrm.core.book import Book
from shopcrm.core.clock import Period
from shopcrm.core.merging import is_listed
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.privacy import erasure
from shopcrm.features.privacy.lasting import last_days

_LONG = Period(0, months=36)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """Of everyone on the list: how many said yes to a channel, how many no, and how many neither."""

    channel: str
    purpose: str
    yes: int
    no: int
    neither: int


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of the book's, and what is to be said of it: `open` to others than its owner, or a `backup`."""

    file: Path
    on: date
    is_open: bool
    is_backup: bool


@dataclass(frozen=True, slots=True)
class Report:
    """`customers` are on the list. `oldest_on` is the last day of whoever has been away longest; `inactive` counts
    those of three years and more. `needs_consent` says whether marketing needs a yes.
    """

    as_of: date
    customers: int
    erased: int
    oldest_on: date | None
    inactive: int
    needs_consent: bool
    items: tuple[ReportRow, ...]
    files: tuple[FileRow, ...]


def report(book: Book) -> Report:
    """Everything as of the business date."""
    listed = frozenset(book.connection.scalars(select(customer.c.id).where(is_listed())))
    days = [on for on in last_days(book).values() if on > date.min]
    return Report(
        as_of=book.as_of,
        customers=len(listed),
        erased=book.connection.scalar(select(func.count()).select_from(erasure)) or 0,
        oldest_on=min(days, default=None),
        inactive=sum(on < _LONG.first_day(book.as_of) for on in days),
        needs_consent=book.settings.needs_consent,
        items=tuple(_rows(book, listed)),
        files=tuple(_files(book.path)),
    )


def _rows(book: Book, listed: Collection[int]) -> Iterator[ReportRow]:
    for purpose in consents.PURPOSES:
        words = consents.said(book, None, purpose)
        for channel in consents.CHANNELS:
            own = [word for (who, by), word in words.items() if by == channel and who in listed]
            yes = sum(word.is_granted for word in own)
            yield ReportRow(channel, purpose, yes, len(own) - yes, len(listed) - len(own))


def _files(path: Path) -> Iterator[FileRow]:
    beside = backups.beside(path)
    for each in (path, *beside):
        status = each.stat()
        is_open = os.name == "posix" and bool(status.st_mode & (stat.S_IRWXG | stat.S_IRWXO))
        written_on = date.fromtimestamp(status.st_mtime)  # noqa: DTZ012 - the day as the owner's folder shows it
        yield FileRow(each, written_on, is_open, each in beside)
