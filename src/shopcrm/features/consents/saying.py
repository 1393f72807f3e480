"""A customer says yes or no at the counter: either is one line to type."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shopcrm.core import consents
from shopcrm.core.audience import find_one
from shopcrm.core.book import Book


@dataclass(frozen=True, slots=True)
class SaidRow:
    """Whether the customer may be contacted now that they spoke; `since_on` is the day of the word that says so."""

    channel: str
    purpose: str
    is_allowed: bool
    since_on: date | None


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was written down. `held_back` names the channels on which another word than the one said now holds: a no of
    the same day, or a later one. Where `is_repeat`, the same stood there already.
    """

    customer: str
    name: str | None
    is_granted: bool
    on: date
    channels: tuple[str, ...]
    purposes: tuple[str, ...]
    held_back: tuple[str, ...]
    is_repeat: bool
    items: tuple[SaidRow, ...]


def grant(
    book: Book,
    text: str,
    channels: Sequence[str],
    *,
    purposes: Sequence[str] = (consents.MARKETING,),
    evidence: str | None = None,
    on: date | None = None,
) -> Spoken:
    """The customer says yes to these channels. Raises CustomerUnknown, CustomerAmbiguous."""
    return _say(book, text, channels, purposes, evidence, on, is_granted=True)


def withdraw(
    book: Book,
    text: str,
    channels: Sequence[str] = consents.CHANNELS,
    *,
    purposes: Sequence[str] = (consents.MARKETING,),
    evidence: str | None = None,
    on: date | None = None,
) -> Spoken:
    """The customer says no, to all channels where none is named. Raises CustomerUnknown, CustomerAmbiguous."""
    return _say(book, text, channels, purposes, evidence, on, is_granted=False)


def _say(
    book: Book,
    text: str,
    channels: Sequence[str],
    purposes: Sequence[str],
    evidence: str | None,
    on: date | None,
    *,
    is_granted: bool,
) -> Spoken:
    found, day = find_one(book, text), on or book.as_of
    places = [(channel, purpose) for purpose in purposes for channel in dict.fromkeys(channels)]
    written = consents.record(book, found.id, places, is_granted=is_granted, on=day, evidence=evidence)
    if written:
        about = ", ".join(f"{channel} ({purpose})" for channel, purpose in written)
        book.tell(f"{found.customer} said {'yes' if is_granted else 'no'} to {about} on {day}")
    standing = [each for each in consents.standing(book, found.id) if (each.channel, each.purpose) in places]
    rows = [SaidRow(s.channel, s.purpose, s.is_allowed, s.word.on if s.word else None) for s in standing]
    others = [s.channel for s in standing if day <= book.as_of and s.is_allowed != is_granted]
    return Spoken(
        customer=found.customer,
        name=found.name,
        is_granted=is_granted,
        on=day,
        channels=tuple(dict.fromkeys(channels)),
        purposes=tuple(purposes),
        held_back=tuple(dict.fromkeys(others)),
        is_repeat=not written,
        items=tuple(rows),
    )
