"""May we contact whom, how, and what for: the gatekeeper of consents, the only one who writes them.

A customer's latest word on a channel and a purpose holds; of two words of one day the no. Of customers who turned out
to be one person a no of either holds. Marketing needs a yes (the setting consents.marketing_needs_consent), service
messages go to whoever has not said no.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, insert, select, true

from shopcrm.core.book import Book
from shopcrm.core.merging import all_ids, ids_of, kept, whose
from shopcrm.core.portions import portions
from shopcrm.core.schema.consents import CHANNELS, PURPOSES, consent
from shopcrm.core.schema.people import customer

__all__ = [
    "CHANNELS", "MARKETING", "PURPOSES", "Standing", "Suppression", "Word", "allows", "history", "news", "record",
    "said", "spoke", "standing", "suppressed", "write_news",
]  # fmt: skip

BY_HAND = "hand"
MARKETING = "marketing"

Place = tuple[str, str]  # channel, purpose


class Word(NamedTuple):
    """What a customer said on a day."""

    customer_id: int
    channel: str
    purpose: str
    is_granted: bool
    on: date
    source: str
    evidence: str | None
    by: str | None


class Standing(NamedTuple):
    """Whether a customer may be contacted, and the word that says so; no word where they never spoke."""

    channel: str
    purpose: str
    is_allowed: bool
    word: Word | None


class Suppression(NamedTuple):
    """Why a customer must not be contacted: they said no on a day, or never said yes."""

    said_no_on: date | None


def allows(book: Book, channel: str, purpose: str = MARKETING) -> ColumnElement[bool]:
    """Whether a row of `customer` may be contacted on the business date; for whole lists at once."""
    latest = _latest(book, channel, purpose)
    no = select(latest.c.who).where(latest.c.place == 1, ~latest.c.is_granted)
    yes = select(latest.c.who).where(latest.c.place == 1, latest.c.is_granted)
    return and_(customer.c.id.in_(yes) if _needs_a_yes(book, purpose) else true(), customer.c.id.not_in(no))


def suppressed(
    book: Book, customer_ids: Iterable[int], channel: str, purpose: str = MARKETING
) -> dict[int, Suppression]:
    """Those of the customers who must not be contacted on the business date, and why; by the keys that were given."""
    words = said(book, customer_ids, purpose)
    needs_a_yes = _needs_a_yes(book, purpose)
    found = {}
    for customer_id in customer_ids:
        word = words.get((kept(book, customer_id), channel))
        if word is not None and not word.is_granted:
            found[customer_id] = Suppression(word.on)
        elif word is None and needs_a_yes:
            found[customer_id] = Suppression(None)
    return found


def spoke(book: Book, channel: str, purpose: str = MARKETING) -> ColumnElement[bool]:
    """Whether a row of `customer` has said anything about the channel up to the business date, yes or no."""
    return customer.c.id.in_(select(_latest(book, channel, purpose).c.who))


def said(book: Book, customer_ids: Iterable[int] | None, purpose: str = MARKETING) -> dict[tuple[int, str], Word]:
    """The word that holds on the business date, by who answers for the customer, and channel; of everyone for None."""
    latest: dict[tuple[int, str], Word] = {}
    own = None if customer_ids is None else all_ids(book, {kept(book, each) for each in customer_ids})
    for word in _words(book, own, purpose=purpose):
        latest[word.customer_id, word.channel] = word
    return _strictest(book, latest)


def standing(book: Book, customer_id: int) -> list[Standing]:
    """Whether the customer may be contacted on the business date, by every channel and for every purpose."""
    found = []
    for purpose in PURPOSES:
        words = said(book, [customer_id], purpose)
        for channel in CHANNELS:
            word = words.get((kept(book, customer_id), channel))
            is_allowed = word.is_granted if word else not _needs_a_yes(book, purpose)
            found.append(Standing(channel, purpose, is_allowed, word))
    return found


def history(book: Book, customer_id: int) -> list[Word]:
    """Everything that the person said up to the business date, the oldest first."""
    return _words(book, ids_of(book, customer_id))


def record(
    book: Book,
    customer_id: int,
    places: Sequence[Place],
    *,
    is_granted: bool,
    on: date,
    source: str = BY_HAND,
    evidence: str | None = None,
    insists: bool = True,
) -> list[Place]:
    """Writes down what a customer said; answers what of it was news.

    The same word again is none, unless it comes with evidence that is new, and that only where it `insists`.

    A yes is also written for those who were merged into the customer and had said no: it is one person who speaks.
    """
    written = []
    for channel, purpose in places:
        own = _words(book, ids_of(book, customer_id), purpose=purpose, until=on)
        own = [word for word in own if word.channel == channel]
        latest = {(word.customer_id, channel): word for word in own}
        holding = _strictest(book, latest).get((kept(book, customer_id), channel))
        has_that = any(w[3:7] == (is_granted, on, source, evidence) for w in own)
        if has_that or (holding and holding.is_granted == is_granted and not (evidence and insists)):
            continue
        speaking = {customer_id}
        if is_granted:
            speaking |= {word.customer_id for word in latest.values() if not word.is_granted}
        values = {"channel": channel, "purpose": purpose, "is_granted": is_granted, "source": source, "on": on}
        values |= {"evidence": evidence, "by": book.by}
        book.connection.execute(insert(consent), [{"customer_id": each, **values} for each in sorted(speaking)])
        written.append((channel, purpose))
    return written


def news(
    book: Book, spoken: Iterable[tuple[int, Sequence[tuple[str, bool]]]], source: str, on: date
) -> list[tuple[int, str, bool]]:
    """Of what a sheet says about marketing: customer, channel and yes or no, for everything that is news on that day.

    It is news where it differs from the latest word on the channel, and from what this source said last: a till that
    repeats its old yes with every export does not undo the no that a customer said at the counter since.
    """
    spoken = [(customer_id, words) for customer_id, words in spoken if words]
    latest: dict[tuple[int, str], bool] = {}
    latest_here: dict[tuple[int, str], bool] = {}
    for word in _words(book, sorted({customer_id for customer_id, _ in spoken}), purpose=MARKETING, until=on):
        latest[word.customer_id, word.channel] = word.is_granted
        if word.source == source:
            latest_here[word.customer_id, word.channel] = word.is_granted
    wanted: dict[tuple[int, str], bool] = {}
    for customer_id, words in spoken:
        for channel, is_granted in words:  # of two rows that disagree the no holds
            wanted[customer_id, channel] = is_granted and wanted.get((customer_id, channel), True)
    return [
        (*place, is_granted)
        for place, is_granted in wanted.items()
        if is_granted not in (latest.get(place), latest_here.get(place))
    ]


def write_news(
    book: Book, rows: Iterable[tuple[int, str, bool]], source: str, on: date, batch_id: int | None = None
) -> None:
    """Adds what `news` found, dated on that day."""
    same: Mapping[str, str | int] = {"source": source, "on": on.isoformat(), "purpose": MARKETING}
    columns = ("customer_id", "channel", "is_granted", "batch_id", "by")
    book.insert_many(consent, columns, ((*row, batch_id, book.by) for row in rows), same)


def _needs_a_yes(book: Book, purpose: str) -> bool:
    return purpose == MARKETING and book.settings.needs_consent


def _latest(book: Book, channel: str, purpose: str) -> Any:
    """Every word, the one that holds in place 1, with the customer who answers for who said it."""
    place = func.row_number().over(
        partition_by=consent.c.customer_id, order_by=(consent.c.on.desc(), consent.c.is_granted)
    )
    about = (consent.c.channel == channel, consent.c.purpose == purpose, consent.c.on <= book.as_of)
    columns = (whose(book, consent.c.customer_id).label("who"), consent.c.is_granted, place.label("place"))
    return select(*columns).where(*about).subquery()


def _words(
    book: Book, customer_ids: Sequence[int] | None, *, purpose: str | None = None, until: date | None = None
) -> list[Word]:
    """What these customers, or all, said up to a day, the oldest first, of one day the no last."""
    wanted = select(*(consent.c[name] for name in Word._fields)).where(consent.c.on <= (until or book.as_of))
    if purpose:
        wanted = wanted.where(consent.c.purpose == purpose)
    wanted = wanted.order_by(consent.c.on, consent.c.is_granted.desc(), consent.c.id)
    if customer_ids is None:
        return [Word(*row) for row in book.connection.execute(wanted)]
    return [
        Word(*row)
        for portion in portions(customer_ids)
        for row in book.connection.execute(wanted.where(consent.c.customer_id.in_(portion)))
    ]


def _strictest(book: Book, latest: Mapping[tuple[int, str], Word]) -> dict[tuple[int, str], Word]:
    found: dict[tuple[int, str], Word] = {}
    for (customer_id, channel), word in latest.items():
        place = (kept(book, customer_id), channel)
        other = found.get(place)
        if other is None or (other.is_granted, word.on) > (word.is_granted, other.on):
            found[place] = word
    return found
