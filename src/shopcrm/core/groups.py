"""Who is in a tier, in a segment, has a tag, or is treated in a campaign, as of the business date."""

from collections.abc import Sequence

from sqlalchemy import select

from shopcrm.core.book import Book
from shopcrm.core.choosing.conditions import condition_of
from shopcrm.core.choosing.names import names_of
from shopcrm.core.errors import GroupUnknown
from shopcrm.core.language import mark, translate
from shopcrm.core.merging import is_listed
from shopcrm.core.schema.people import customer
from shopcrm.core.where.tree import Clause, Value

# Where a person looks up the names of a group; the groups are words of the catalog.
_WHERE = {
    mark("tier"): "settings show",
    mark("segment"): "segments list",
    mark("tag"): "tags list",
    mark("campaign"): "winback list",
}


def everyone_in(book: Book, group: str, name: str) -> list[int]:
    """The row keys of the customers, in their order. Raises GroupUnknown for a name that means nobody can be."""
    _refuse_unknown(group, name, names_of(book, group))
    is_in = condition_of(book, Clause(group, "=", (Value(name),)))
    rows = select(customer.c.id).where(is_listed(), is_in).order_by(customer.c.id)
    return list(book.connection.scalars(rows))


def _refuse_unknown(group: str, name: str, known: Sequence[str]) -> None:
    if name in known:
        return
    nearest = translate("there is none")
    if known:
        from rapidfuzz import fuzz, process

        (close, *_) = process.extractOne(name, sorted(known), scorer=fuzz.ratio)
        nearest = translate("the nearest is {code}").format(code=close)
    raise GroupUnknown(group=translate(group), name=name, nearest=nearest, command=_WHERE[group])
