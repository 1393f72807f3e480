"""Which free texts were typed for whose rows: the side table that append-only rows refer to."""

from collections.abc import Sequence

from sqlalchemy import Table, select

from shopcrm.core.book import Book
from shopcrm.core.portions import portions
from shopcrm.core.schema import every_table


def notes_of(book: Book, ids: Sequence[int]) -> set[int]:
    """The notes that rows of these customers refer to, in whatever table those stand."""
    found: set[int] = set()
    for table in every_table().sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == "note":
                for portion in portions(ids):
                    found |= _referred(book, table, key.parent.name, portion)
    return found


def _referred(book: Book, table: Table, column: str, ids: Sequence[int]) -> set[int]:
    wanted = select(table.c[column]).where(table.c[column].is_not(None))
    if "customer_id" in table.c:
        wanted = wanted.where(table.c.customer_id.in_(ids))
    elif "coupon_id" in table.c:
        coupon = every_table().tables["coupon"]
        own = select(coupon.c.id).where(coupon.c.customer_id.in_(ids))
        wanted = wanted.where(table.c.coupon_id.in_(own))
    else:
        return set()  # such as a reason for coupons of many: it is looked through like any other text
    return set(book.connection.scalars(wanted))
