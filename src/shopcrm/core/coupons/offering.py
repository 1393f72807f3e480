"""Writes offers and their terms. What changes is a new version: coupons keep the terms they were issued under."""

from typing import Any

from sqlalchemy import func, insert, select, update

from shopcrm.core.book import Book
from shopcrm.core.coupons.terms import Terms, current_terms
from shopcrm.core.errors import OfferNotWritable
from shopcrm.core.language import translate as _
from shopcrm.core.schema.offers import offer, offer_terms

CONTENT = Terms._fields[4:]  # what is agreed; the fields before say whose it is


def add_offer(book: Book, draft: Terms) -> Terms:
    """Adds an offer under the draft's code, from the business date on, and answers its terms.

    The caller has seen that no offer has that code.
    """
    added = book.connection.execute(insert(offer).values(code=draft.offer, added_on=book.as_of)).inserted_primary_key
    assert added is not None
    return _write(book, draft._replace(offer_id=int(added[0]), version=1))


def add_version(book: Book, draft: Terms) -> Terms:
    """Adds a version with the draft's content, from the business date on, and answers it.

    Raises OfferNotWritable where a version stands already that is of a later day.
    """
    versions = select(func.max(offer_terms.c.version), func.max(offer_terms.c.on))
    last, last_on = book.connection.execute(versions.where(offer_terms.c.offer_id == draft.offer_id)).one()
    if last_on > book.as_of:
        reason = _("its terms were changed on {last_on}, after {on}")
        raise OfferNotWritable(reason=reason.format(last_on=last_on, on=book.as_of))
    return _write(book, draft._replace(version=last + 1))


def retire_offer(book: Book, offer_id: int) -> None:
    """Lets an offer issue no more coupons from the business date on; those that are out stay good."""
    book.connection.execute(update(offer).where(offer.c.id == offer_id).values(retired_on=book.as_of))


def _write(book: Book, draft: Terms) -> Terms:
    values: dict[str, Any] = {name: getattr(draft, name) for name in ("offer_id", "version", *CONTENT)}
    values |= {name: list(values[name]) for name in ("categories", "skus", "tiers", "segments")}
    values |= {"combines": sorted(draft.combines), "off_rate": draft.off_rate and str(draft.off_rate)}
    book.connection.execute(insert(offer_terms).values(**values, on=book.as_of, posted_at=book.now, by=book.by))
    return current_terms(book, draft.offer_id)
