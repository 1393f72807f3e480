"""One customer's consents: what holds on the business date, and everything that was said until then."""

from dataclasses import dataclass
from datetime import date

from shopcrm.core import consents
from shopcrm.core.audience import find_one
from shopcrm.core.book import Book
from shopcrm.core.masking import mask_text


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """Whether they may be contacted so; `says` is yes or no, and None where they never spoke of it."""

    channel: str
    purpose: str
    is_allowed: bool
    says: bool | None
    since_on: date | None


@dataclass(frozen=True, slots=True)
class WordRow:
    """Something they said, and what proves it."""

    on: date
    channel: str
    purpose: str
    says: bool
    source: str
    evidence: str | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What holds in `items`, what was said in `words`, the latest first."""

    customer: str
    name: str | None
    as_of: date
    items: tuple[HoldingRow, ...]
    words: tuple[WordRow, ...]


def show(book: Book, text: str, *, reveal: bool = False) -> Shown:
    """Phones and addresses in what proves a word are masked unless revealed. Raises CustomerUnknown, ..."""
    found = find_one(book, text)
    holding = [
        HoldingRow(s.channel, s.purpose, s.is_allowed, s.word.is_granted if s.word else None, s.word and s.word.on)
        for s in consents.standing(book, found.id)
    ]
    said = [
        WordRow(
            on=word.on,
            channel=word.channel,
            purpose=word.purpose,
            says=word.is_granted,
            source=word.source,
            evidence=word.evidence if reveal else word.evidence and mask_text(word.evidence),
            by=word.by,
        )
        for word in reversed(consents.history(book, found.id))
    ]
    if reveal:
        book.tell(f"what proves the consents of {found.customer} revealed")
    return Shown(found.customer, found.name, book.as_of, tuple(holding), tuple(dict.fromkeys(said)))
