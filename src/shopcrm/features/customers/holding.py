"""Who is known by what: gives identities to a customer and takes them away."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, insert, select, update

from shopcrm.core.book import Book
from shopcrm.core.changes import Change, remember
from shopcrm.core.errors import IdentityNotClear, IdentityNotTheirs, IdentityTaken, IdentityUnreadable, PhoneTaken
from shopcrm.core.identities import KIND_WORDS, normalise
from shopcrm.core.language import mark
from shopcrm.core.language import translate as _
from shopcrm.core.masking import mask, show
from shopcrm.core.merging import ids_of, kept
from shopcrm.core.schema.people import customer, identity
from shopcrm.features.customers.typed import Given

SHARED_PHONE = mark("shared phone")


def give(book: Book, customer_id: int, given: Iterable[Given]) -> list[Change]:
    """Lets a customer be known by these; answers what is new. Raises IdentityTaken, PhoneTaken."""
    changes: list[Change] = []
    for each in given:
        holders = _holders(book, each)
        own = [row for row in holders if kept(book, row.customer_id) == customer_id]
        others = [row for row in holders if row not in own]
        if others and not own and not each.is_shared:
            raise _taken(book, each, others[0].customer_id)
        if not own:
            changes.append((SHARED_PHONE if each.is_shared else each.kind, None, each.value))
            values = {"customer_id": customer_id, "kind": each.kind, "value": each.value, "source": ""}
            book.connection.execute(insert(identity).values(**values, is_shared=each.is_shared))
        if each.is_shared:
            changes += [(SHARED_PHONE, None, each.value)] * any(not row.is_shared for row in own)
            _say_shared(book, holders, others)
    return changes


def take_away(book: Book, customer_id: int, texts: Iterable[str]) -> list[Change]:
    """Lets a customer no longer be known by these, typed in full or as they are shown.

    `phone:13800138000` says which of two is meant. Raises IdentityNotTheirs, IdentityNotClear.
    """
    changes: list[Change] = []
    for text in texts:
        row = _theirs(book, customer_id, text)
        book.connection.execute(delete(identity).where(identity.c.id == row.id))
        changes.append((row.kind, row.value, None))
        left = _holders(book, Given(row.kind, row.value))
        if row.is_shared and len({kept(book, each.customer_id) for each in left}) == 1:
            alone = identity.c.id.in_([each.id for each in left])
            book.connection.execute(update(identity).where(alone).values(is_shared=False))
            remember(book, left[0].customer_id, [(SHARED_PHONE, row.value, None)])
    return changes


def is_known_by_anything(book: Book, customer_id: int) -> bool:
    """Whether a customer has any identity at all."""
    theirs = identity.c.customer_id.in_(ids_of(book, customer_id))
    return book.connection.scalar(select(identity.c.id).where(theirs).limit(1)) is not None


def shown(field: str, value: str | None, reveal: bool = False) -> str | None:
    """What a field held, masked unless revealed."""
    if value is None:
        return None
    kind = "phone" if field == SHARED_PHONE else field
    return show(kind, value) if reveal else mask(kind, value)


def _holders(book: Book, given: Given) -> list[Any]:
    columns = (identity.c.id, identity.c.customer_id, identity.c.value, identity.c.is_shared)
    wanted = (identity.c.kind == given.kind, identity.c.value == given.value)
    return list(book.connection.execute(select(*columns).where(*wanted).order_by(identity.c.id)).all())


def _say_shared(book: Book, holders: list[Any], others: list[Any]) -> None:
    """It is everybody's who has it; of those who are not the one spoken of, that is remembered."""
    for row in others:
        if not row.is_shared:
            remember(book, row.customer_id, [(SHARED_PHONE, None, row.value)])
    identity_ids = [row.id for row in holders]
    book.connection.execute(update(identity).where(identity.c.id.in_(identity_ids)).values(is_shared=True))


def _taken(book: Book, given: Given, holder_id: int) -> IdentityTaken:
    code = book.connection.scalar(select(customer.c.code).where(customer.c.id == kept(book, holder_id)))
    what = f"{_(KIND_WORDS[given.kind])} {mask(given.kind, given.value)}"
    return (PhoneTaken if given.kind == "phone" else IdentityTaken)(identity=what, customer=code)


def _theirs(book: Book, customer_id: int, text: str) -> Any:
    """The one identity of a customer that a text names."""
    wanted = select(identity).where(identity.c.customer_id.in_(ids_of(book, customer_id))).order_by(identity.c.id)
    rows = book.connection.execute(wanted.where(identity.c.kind != "name")).all()
    kind, colon, said = text.partition(":")
    if not (colon and kind in KIND_WORDS):
        kind, said = "", text
    fitting = [row for row in rows if kind in ("", row.kind) and _is_said(book, row, said.strip())]
    if len(fitting) == 1:
        return fitting[0]
    code = book.connection.scalar(select(customer.c.code).where(customer.c.id == customer_id))
    of = fitting or rows
    masked = [f"{row.kind}:{mask(row.kind, row.value)}" for row in of]
    listed = ", ".join(masked) or _("nothing")
    # Two that look alike with their middle hidden can only be told in full.
    example = masked[0] if masked and masked.count(masked[0]) == 1 else "13800138000"
    refusal = IdentityNotClear if fitting else IdentityNotTheirs
    raise refusal(customer=code, text=text, identities=listed, example=f"'{example}'")


def _is_said(book: Book, row: Any, text: str) -> bool:
    if text == mask(row.kind, row.value):
        return True
    try:
        return bool(normalise(row.kind, text, book.settings.shop.country) == row.value)
    except IdentityUnreadable:
        return False
