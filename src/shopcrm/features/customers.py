"""Customers at the counter: add one, find one, list them."""

from dataclasses import dataclass

from sqlalchemy import insert, select

from shopcrm.core.audience import Found, everyone, find
from shopcrm.core.book import Book
from shopcrm.core.clock import parse_birthday
from shopcrm.core.erased import refuse_erased
from shopcrm.core.errors import CustomerNameless, IdentityTaken
from shopcrm.core.identities import KIND_WORDS, mask_email, mask_phone, normalise
from shopcrm.core.language import translate
from shopcrm.core.masking import mask_text
from shopcrm.core.schema.people import customer, identity


@dataclass(frozen=True, slots=True)
class Added:
    """The new customer."""

    customer: str
    name: str | None
    member_no: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer of a list; phone and e-mail are masked unless revealed."""

    customer: str
    name: str | None
    member_no: str | None
    phone: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class CustomerList:
    """Customers, by code."""

    items: tuple[CustomerRow, ...]


def add(
    book: Book,
    *,
    name: str | None,
    phone: str | None = None,
    email: str | None = None,
    birthday: str | None = None,
    member_no: str | None = None,
    again: bool = False,
) -> Added:
    """Puts a person on the list; `again` says that it may be somebody who was erased.

    Raises IdentityTaken, IdentityErased, IdentityUnreadable, CustomerNameless, DateUnreadable.
    """
    country = book.settings.shop.country
    asked = {"member_no": member_no, "phone": phone, "email": email}
    identities = {kind: normalise(kind, text, country) for kind, text in asked.items() if text}
    plain_name = (name or "").strip() or None
    if not plain_name and not identities:
        raise CustomerNameless()
    for kind, value in identities.items():
        _refuse_taken(book, kind, value)
    refuse_erased(book, identities, is_again=again)
    year, month, day = parse_birthday(birthday) if birthday else (None, None, None)
    customer_id = book.next_id(customer)
    code = f"C-{customer_id:04d}"
    values = {"name": plain_name, "birth_year": year, "birth_month": month, "birth_day": day, "joined_on": book.as_of}
    book.connection.execute(insert(customer).values(id=customer_id, code=code, **values))
    rows = [{"customer_id": customer_id, "kind": k, "value": v, "source": ""} for k, v in identities.items()]
    if rows:
        book.connection.execute(insert(identity), rows)
    book.tell(f"{code} added")
    shown = {"name": plain_name, "member_no": identities.get("member_no")}  # either may be a phone, or hold one
    masked = {field: text and mask_text(text) for field, text in shown.items()}
    return Added(code, **masked, phone=mask_phone(identities.get("phone")))


def search(book: Book, text: str, *, reveal: bool = False) -> CustomerList:
    """Everyone who answers to a code, phone, last four digits, member number, e-mail or part of a name."""
    return _as_list(book, find(book, text, reveal=reveal), reveal)


def list_all(book: Book, *, limit: int | None = None, reveal: bool = False) -> CustomerList:
    """Everyone on the list, by code, or the first `limit`."""
    return _as_list(book, everyone(book, reveal=reveal)[:limit], reveal)


def _as_list(book: Book, found: list[Found], reveal: bool) -> CustomerList:
    if reveal:
        book.tell(f"phones of {len(found)} customers revealed")
    return CustomerList(tuple(CustomerRow(f.customer, f.name, f.member_no, f.phone, f.email) for f in found))


def _refuse_taken(book: Book, kind: str, value: str) -> None:
    holder = book.connection.scalar(
        select(customer.c.code)
        .join(identity, identity.c.customer_id == customer.c.id)
        .where(identity.c.kind == kind, identity.c.value == value)
        .limit(1)
    )
    if holder:
        shown = {"phone": mask_phone, "email": mask_email}.get(kind, mask_text)(value)
        raise IdentityTaken(identity=f"{translate(KIND_WORDS[kind])} {shown}", customer=holder)
