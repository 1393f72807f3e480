"""Puts a person on the list."""

from dataclasses import dataclass

from sqlalchemy import insert

from shopcrm.core.book import Book
from shopcrm.core.changes import remember
from shopcrm.core.erased import refuse_erased
from shopcrm.core.errors import CustomerNameless
from shopcrm.core.masking import mask_phone, mask_text
from shopcrm.core.schema.people import customer
from shopcrm.features.customers.holding import give
from shopcrm.features.customers.typed import Asked, Texts, read_identities, read_person


@dataclass(frozen=True, slots=True)
class Added:
    """The new customer; the phone is masked."""

    customer: str
    name: str | None
    member_no: str | None
    phone: str | None


def add(
    book: Book,
    *,
    name: str | None = None,
    phone: Texts = None,
    email: Texts = None,
    birthday: str | None = None,
    member_no: Texts = None,
    asked: Asked | None = None,
    again: bool = False,
) -> Added:
    """Puts a person on the list, as told by the arguments or, in full, by `asked`.

    With `again` it may be somebody who was erased.

    Raises IdentityTaken, PhoneTaken, IdentityErased, IdentityUnreadable, CustomerNameless, DateUnreadable.
    """
    asked = asked or Asked(name=name, phone=phone, email=email, birthday=birthday, member_no=member_no)
    identities, person = read_identities(book, asked), read_person(asked)
    if not identities and not person.get("name"):
        raise CustomerNameless()
    refuse_erased(book, [(each.kind, each.value) for each in identities], is_again=again)
    customer_id = book.next_id(customer)
    code = f"C-{customer_id:04d}"
    book.connection.execute(insert(customer).values(id=customer_id, code=code, joined_on=book.as_of, **person))
    give(book, customer_id, identities)
    remember(book, customer_id, [("added", None, None)])
    book.tell(f"{code} added")
    first = {each.kind: each.value for each in reversed(identities)}
    shown = {"name": person.get("name"), "member_no": first.get("member_no")}  # either may be a phone, or hold one
    masked = {field: text and mask_text(text) for field, text in shown.items()}
    return Added(code, **masked, phone=mask_phone(first.get("phone")))
