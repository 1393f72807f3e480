"""What a card says: plain values that know nothing of pages and workbooks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Card(NamedTuple):
    """One card. `code` is what its square of dots holds, `shown` the same as people read it aloud."""

    code: str
    shown: str
    gives: str
    conditions: Sequence[str]  # a few words each
    good: Sequence[str]  # the days; not to be broken over two lines
    holder: str | None
    starts_on: date
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class CardSheet:
    """The cards of one offer, and who gives them out."""

    shop: str
    title: str
    language: str  # as web pages name it: it decides which of the forms of a Chinese character is drawn
    cards: Sequence[Card]
