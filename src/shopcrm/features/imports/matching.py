"""Who a row speaks of: an identity that is known names its customer, an unknown one makes a new customer.

The member number decides before the phone, the phone before the e-mail; a bare name identifies only within its source.
"""

import unicodedata
from typing import NamedTuple

from sqlalchemy import select

from shopcrm.core.book import Book
from shopcrm.core.errors import IdentityUnreadable
from shopcrm.core.identities import normalise
from shopcrm.core.schema.people import customer, identity

STRONG = ("member_no", "phone", "email")


class Named(NamedTuple):
    """How a row names its customer, as written."""

    member_no: str | None
    phone: str | None
    email: str | None
    name: str | None


class Problem(NamedTuple):
    """What is wrong with how a row names its customer."""

    code: str
    field: str
    cell: str


class Match(NamedTuple):
    """The customer a row speaks of; None for a walk-in, and where the row may not be taken."""

    customer_id: int | None
    problems: tuple[Problem, ...]
    is_rejected: bool = False


class Directory:
    """Everyone's identities in memory, and what an import adds to them.

    With `names_decide` (a customer sheet) a phone whose holder has another name is a question for the owner; on a
    receipt the phone alone decides, since tills print nicknames and recipients.
    """

    def __init__(self, book: Book, source: str, *, names_decide: bool) -> None:
        self._country = book.settings.shop.country
        self._source = source
        self._names_decide = names_decide
        self._next_id = book.next_id(customer)
        self._known: dict[tuple[str, str], int] = {}  # (kind, value) → customer
        self._numbered: set[int] = set()  # customers who have a member number
        self._answers: dict[tuple[str | None, ...], Match] = {}
        self._normal: dict[tuple[str, str], str | None] = {}
        self.new_customers: dict[int, str | None] = {}  # id → name
        self.new_identities: list[tuple[int, str, str, str]] = []  # customer, kind, value, source
        columns = (identity.c.kind, identity.c.value, identity.c.source, identity.c.customer_id)
        for kind, value, of_source, customer_id in book.connection.execute(select(*columns).order_by(identity.c.id)):
            if kind != "name" or of_source == source:
                self._known.setdefault((kind, value), customer_id)
            if kind == "member_no":
                self._numbered.add(customer_id)
        people = book.connection.execute(select(customer.c.id, customer.c.name))
        self._names: dict[int, str | None] = {row[0]: row[1] for row in people}

    def match(self, named: tuple[str | None, ...]) -> Match:
        """The customer of a row, named as in `Named`; made where nobody answers to any of its identities."""
        answer = self._answers.get(named)
        if answer is None:
            answer = self._answers[named] = self._match(Named(*named))
        return answer

    def normal(self, kind: str, text: str) -> str | None:
        """The kept form of an identity; None where it cannot be read."""
        asked = (kind, text)
        if asked not in self._normal:
            try:
                self._normal[asked] = normalise(kind, text, self._country)
            except IdentityUnreadable:
                self._normal[asked] = None
        return self._normal[asked]

    def _match(self, named: Named) -> Match:
        problems: list[Problem] = []
        given = self._read(named, problems)
        if not given:
            return Match(None, tuple(problems))
        holder = self._holder(given)
        if holder is not None and self._is_questionable(holder, given, named):
            return Match(None, (*problems, Problem("name_differs", "name", named.name or "")), is_rejected=True)
        if holder is None:
            holder = self._next_id
            self._next_id += 1
            self.new_customers[holder] = self._names[holder] = named.name
        for kind, value in given.items():
            taken_by = self._known.get((kind, value))
            if taken_by is None:
                self._add(holder, kind, value)
            elif taken_by != holder:
                problems.append(Problem("identity_shared", kind, getattr(named, kind)))
        return Match(holder, tuple(problems))

    def _read(self, named: Named, problems: list[Problem]) -> dict[str, str]:
        given = {}
        for kind in STRONG:
            text: str | None = getattr(named, kind)
            if not text:
                continue
            value = self.normal(kind, text)
            if value is None:
                problems.append(Problem(f"{kind}_unreadable", kind, text))
            else:
                given[kind] = value
        if not given and named.name:
            given["name"] = named.name
        return given

    def _holder(self, given: dict[str, str]) -> int | None:
        for kind, value in given.items():
            holder = self._known.get((kind, value))
            # A family shares a phone: who has another member number is another person.
            is_other_person = "member_no" in given and kind != "member_no" and holder in self._numbered
            if holder is not None and not is_other_person:
                return holder
        return None

    def _is_questionable(self, holder: int, given: dict[str, str], named: Named) -> bool:
        by_number = "member_no" in given and self._known.get(("member_no", given["member_no"])) == holder
        return self._names_decide and not by_number and not may_be_same(named.name, self._names.get(holder))

    def _add(self, customer_id: int, kind: str, value: str) -> None:
        self._known[kind, value] = customer_id
        self.new_identities.append((customer_id, kind, value, self._source if kind == "name" else ""))
        if kind == "member_no":
            self._numbered.add(customer_id)


def may_be_same(one: str | None, other: str | None) -> bool:
    """Whether two names may be one person's; a missing one may be anybody's."""
    return not one or not other or _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
