"""The terms of an offer, as a coupon was issued under them."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple
from unicodedata import normalize

from sqlalchemy import Select, bindparam, select

from shopcrm.core.book import Book
from shopcrm.core.errors import OfferUnknown
from shopcrm.core.language import translate
from shopcrm.core.schema.offers import offer, offer_terms

HANDED_OVER = frozenset({"gift", "service"})  # kinds that take off nothing, and are owed until handed over


class Terms(NamedTuple):
    """One version of an offer's terms. What is None or empty is not restricted."""

    id: int
    offer_id: int
    offer: str  # its code
    version: int
    name: str
    kind: str
    value_minor: int | None
    off_rate: Fraction | None
    item: str | None
    max_discount_minor: int | None
    min_spend_minor: int | None
    first_on: date | None
    last_on: date | None
    valid_days: int | None
    start_after_days: int | None
    per_customer: int | None
    issue_limit: int | None
    budget_minor: int | None
    categories: tuple[str, ...]
    skus: tuple[str, ...]
    tiers: tuple[str, ...]
    segments: tuple[str, ...]
    combines: frozenset[str]
    is_birthday_month: bool
    is_bearer: bool

    @property
    def is_scoped(self) -> bool:
        """Whether it is for some goods only."""
        return bool(self.categories or self.skus)

    @property
    def level(self) -> str:
        """What others must combine with to go together with it: `product` or `order`."""
        return "product" if self.is_scoped else "order"

    @property
    def most_minor(self) -> int | None:
        """The most that one coupon can take off; None where nobody can say before it is used."""
        if self.kind in HANDED_OVER:
            return 0
        return self.value_minor if self.kind == "amount" else self.max_discount_minor

    def covers(self, sku: str | None, category: str | None) -> bool:
        """Whether a line counts for it."""
        if not self.is_scoped:
            return True
        said = {(sku or "").lower(), (category or "").lower()}
        return any(word.lower() in said for word in (*self.skus, *self.categories))

    def good_days(self, issued_on: date) -> tuple[date, date | None]:
        """The first and the last good day of a coupon that is issued on a day.

        `valid_days` counts as points do: 3 days from the 1st on end with the 4th. The offer's own days bound both.
        """
        starts_on = issued_on + timedelta(self.start_after_days or 0)
        starts_on = max(starts_on, self.first_on or starts_on)
        if self.valid_days is None:
            return starts_on, self.last_on
        ends_on = starts_on + timedelta(self.valid_days)
        return starts_on, min(ends_on, self.last_on or ends_on)


def plain_offer(text: str) -> str:
    """The code of an offer in capitals, without the blanks and wide characters of how it was typed."""
    return normalize("NFKC", text).strip().upper()


def find_offer(book: Book, text: str) -> Any:
    """The row of the offer with that code, added by the business date, retired or not. Raises OfferUnknown."""
    code = plain_offer(text)
    row = book.connection.execute(
        select(offer).where(offer.c.code == code, offer.c.added_on <= book.as_of)
    ).one_or_none()
    if row is None:
        raise OfferUnknown(offer=code, nearest=_nearest(book, code))
    return row


def current_terms(book: Book, offer_id: int) -> Terms:
    """The latest terms of an offer on the business date."""
    return every_version(book, offer_id)[0]


def terms_by_id(book: Book, *terms_ids: int) -> dict[int, Terms]:
    """Versions of terms by their row keys."""
    return _as_read(book.connection.execute(_by_id(), {"ids": list(set(terms_ids))}))


def offer_code(book: Book, offer_id: int) -> str:
    """What an offer is called."""
    return str(book.connection.scalar(select(offer.c.code).where(offer.c.id == offer_id)))


def every_version(book: Book, offer_id: int | None = None) -> list[Terms]:
    """Every version of the terms of an offer, or of all, up to the business date, the latest first."""
    meant = [] if offer_id is None else [offer_terms.c.offer_id == offer_id]
    return list(_read(book, offer_terms.c.on <= book.as_of, *meant).values())


def _read(book: Book, *conditions: Any) -> dict[int, Terms]:
    return _as_read(book.connection.execute(_versions().where(*conditions)))


def _as_read(rows: Iterable[Any]) -> dict[int, Terms]:
    return {row.id: _as_terms(row) for row in rows}


@cache
def _by_id() -> Select[Any]:
    return _versions().where(offer_terms.c.id.in_(bindparam("ids", expanding=True)))


def _versions() -> Select[Any]:
    rows = select(offer_terms, offer.c.code).join(offer, offer.c.id == offer_terms.c.offer_id)
    return rows.order_by(offer_terms.c.version.desc())


def _as_terms(row: Any) -> Terms:
    values = {name: row._mapping[name] for name in Terms._fields if name in row._mapping}
    values |= {name: tuple(values[name]) for name in ("categories", "skus", "tiers", "segments")}
    values["combines"] = frozenset(values["combines"])
    values["off_rate"] = Fraction(row.off_rate) if row.off_rate else None
    return Terms(offer=row.code, **values)


def _nearest(book: Book, code: str) -> str:
    codes = list(book.connection.scalars(select(offer.c.code).where(offer.c.added_on <= book.as_of)))
    if not codes:
        return translate("there is none to be had")
    from rapidfuzz import fuzz, process

    (nearest, *_) = process.extractOne(code, codes, scorer=fuzz.ratio)
    return translate("the nearest is {code}").format(code=nearest)
