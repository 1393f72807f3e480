"""What a receipt comes to, where its sale is in the book already."""

from collections.abc import Iterator
from shlex import quote

from sqlalchemy import Date, and_, func, or_, select

from shopcrm.core.audience import Found
from shopcrm.core.book import Book
from shopcrm.core.errors import StoreUnknown
from shopcrm.core.merging import ids_of
from shopcrm.core.schema.bare import bare
from shopcrm.features.points.moved import plain_text

sale = bare("sale", "store", "receipt", "kind", "customer_id", "net_minor", "withdrawn", on=Date)


def known_store(book: Book, typed: str | None) -> str | None:
    """The store as typed, less blanks and wide characters. Raises StoreUnknown for one that no sale and no setting has.

    A slip would let the same receipt be redeemed once more.
    """
    store = None if typed is None else plain_text(typed)
    own = book.settings.shop.store
    if store in (None, own) or book.connection.scalar(select(sale.c.store).where(sale.c.store == store).limit(1)):
        return store
    from rapidfuzz import fuzz, process

    known = sorted({own, *_stores(book)} - {""})
    (nearest, *_rest) = process.extractOne(store, known, scorer=fuzz.ratio)
    raise StoreUnknown(store=typed, nearest=nearest, named=quote(nearest))


def _stores(book: Book) -> Iterator[str]:
    """Every store that sales name, each by one look into the index."""
    after = ""
    while found := book.connection.scalar(select(func.min(sale.c.store)).where(sale.c.store > after)):
        yield found
        after = found


def total_of(book: Book, found: Found, number: str, store: str | None) -> int | None:
    """The net total, in minor units, of the sale with that number on the business date; None where it is not known.

    Without a store it is the one of the shop's own store; else, of several in other stores, the largest.
    """
    # An index finds what is spelt in one of these ways; among the customer's own and the walk-ins, any spelling.
    spelt = sale.c.receipt.in_({number, number.upper(), number.lower()})
    own = or_(sale.c.customer_id.in_(ids_of(book, found.id)), sale.c.customer_id.is_(None))
    for is_it in (spelt, and_(own, func.upper(sale.c.receipt) == number.upper())):
        wanted = select(sale.c.store, sale.c.net_minor).where(
            is_it, sale.c.withdrawn.is_(None), sale.c.kind == "sale", sale.c.on == book.as_of
        )
        rows = book.connection.execute(wanted).all()
        in_store = [int(row.net_minor) for row in rows if row.store == (store or book.settings.shop.store)]
        if totals := in_store or [int(row.net_minor) for row in rows if store is None]:
            return max(totals)
    return None
