"""Erases everyone with whom the shop has had nothing to do for long."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shopcrm.core import backups, erasing
from shopcrm.core.audience import Listed, by_ids
from shopcrm.core.book import Book
from shopcrm.core.clock import Period
from shopcrm.core.language import translate
from shopcrm.features.privacy.lasting import last_days, money_of


@dataclass(frozen=True, slots=True)
class PurgedRow(Listed):
    """Somebody who goes, and the last day of anything."""

    last_on: date | None


@dataclass(frozen=True, slots=True)
class Purged:
    """Who goes: everyone whose last day is before `before_on`. `held` counts those who stay for what is theirs."""

    before_on: date
    people: int
    held: int
    backups: tuple[Path, ...]
    items: tuple[PurgedRow, ...]


def purge(book: Book, inactive: Period, *, reason: str = "") -> Purged:
    """Erases whoever has had no sale and no entry for that long, and has no money in the wallet and no visits left."""
    before_on = inactive.first_day(book.as_of)
    days, money = last_days(book), money_of(book)
    quiet = sorted(who for who, on in days.items() if on < before_on)
    going = [who for who in quiet if who not in money]
    names = by_ids(book, going)
    rows = [_row(names[who], days[who]) for who in going]
    if going:
        why = reason or translate("inactive since before {on}").format(on=before_on)
        erasing.erase(book, going, why)
        book.tell(f"{len(going)} customers erased who were inactive since before {before_on}")
    return Purged(before_on, len(going), len(quiet) - len(going), backups.beside(book.path), tuple(rows))


def _row(found: Listed, last_on: date) -> PurgedRow:
    known = None if last_on == date.min else last_on
    return PurgedRow(found.customer, found.name, found.member_no, found.phone, last_on=known)
