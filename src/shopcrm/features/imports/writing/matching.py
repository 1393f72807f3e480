"""Who a row speaks of: an identity that is known names its customer, an unknown one makes a new customer.

The member number decides before the phone, the phone before the e-mail, that before the till's own id; a bare name
identifies only within its source.
"""

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select

from shopcrm.core.book import Book
from shopcrm.core.erased import load_erased
from shopcrm.core.errors import IdentityUnreadable
from shopcrm.core.identities import normalise
from shopcrm.core.intake import load_answers
from shopcrm.core.merging import merges
from shopcrm.core.schema.people import customer, identity

STRONG = ("member_no", "phone", "email", "till_id")
ERASED = 0  # in place of a customer's row key: somebody who was erased, and whom a sheet does not bring back
_OF_SOURCE = ("till_id", "name")  # these identify only within the source that wrote them


class Named(NamedTuple):
    """How a row names its customer, as written."""

    member_no: str | None
    phone: str | None
    email: str | None
    till_id: str | None
    name: str | None


class Problem(NamedTuple):
    """What is wrong with how a row names its customer."""

    code: str
    field: str
    cell: str


class Match(NamedTuple):
    """The customer a row speaks of; None for a walk-in, ERASED for who was erased.

    With `asks_about`, the row waits for an answer about them.
    """

    customer_id: int | None
    problems: tuple[Problem, ...] = ()
    asks_about: int | None = None
    keeps_name: bool = False  # the owner said so: the sheet's name is not taken


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
        self._sharers: dict[tuple[str, str], list[int]] = {}  # where more than one has it
        self._numbered: set[int] = set()  # customers who have a member number
        self._answers: dict[tuple[str | None, ...], Match] = {}
        self._normal: dict[tuple[str, str], str | None] = {}
        self._merges = merges(book)
        self._told = load_answers(book, source)
        self._erased = load_erased(book)
        self.new_customers: dict[int, str | None] = {}  # id → name
        self.new_identities: list[tuple[int, str, str, str]] = []  # customer, kind, value, source
        columns = (identity.c.kind, identity.c.value, identity.c.source, identity.c.customer_id)
        for kind, value, of_source, customer_id in book.connection.execute(select(*columns).order_by(identity.c.id)):
            if kind not in _OF_SOURCE or of_source == source:
                first = self._known.setdefault((kind, value), customer_id)
                if first != customer_id:
                    self._sharers.setdefault((kind, value), [first]).append(customer_id)
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

    def answer(self, customer_id: int, field: str, said: str) -> str | None:
        """What the owner has answered about a customer; None where nothing yet."""
        return self._told.of(customer_id, field, said)

    @property
    def weak(self) -> list[tuple[int, str]]:
        """New customers who are known by a bare name alone, with that name."""
        named = {row[0]: row[2] for row in self.new_identities if row[1] == "name"}
        strong = {row[0] for row in self.new_identities if row[1] != "name"}
        return [(who, name) for who, name in named.items() if who in self.new_customers and who not in strong]

    def _match(self, named: Named) -> Match:
        problems: list[Problem] = []
        given = self._read(named, problems)
        if not given or ("name" in given and given["name"] in self._told.split):
            return Match(None, tuple(problems))
        holder = self._holder(given, named.name)
        keeps_name = False
        if holder is not None and self._is_questionable(holder, given, named):
            answer = self._told.of(holder, "name", named.name or "")
            if answer is None:
                problem = Problem("name_differs", "name", named.name or "")
                return Match(None, (*problems, problem), asks_about=holder)
            keeps_name = answer == "keep"
        gone = [kind for kind, value in given.items() if self._is_erased(kind, value)] if self._erased else []
        if holder is None and gone:
            return Match(ERASED, tuple(problems))
        if holder is None:
            holder = self._next_id
            self._next_id += 1
            self.new_customers[holder] = self._names[holder] = named.name
        for kind, value in given.items():
            taken_by = self._known.get((kind, value))
            if taken_by is None and kind not in gone:
                self._add(holder, kind, value)
            elif (
                taken_by is not None
                and self._keeper(taken_by) != self._keeper(holder)
                and holder not in self._sharers.get((kind, value), ())
            ):
                problems.append(Problem("identity_shared", kind, getattr(named, kind)))
        return Match(holder, tuple(problems), keeps_name=keeps_name)

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

    def _holder(self, given: dict[str, str], name: str | None) -> int | None:
        for kind, value in given.items():
            holder = self._among_sharers(kind, value, name) or self._known.get((kind, value))
            # A family shares a phone: who has another member number is another person.
            is_other_person = "member_no" in given and kind != "member_no" and holder in self._numbered
            if holder is not None and not is_other_person:
                return holder
        return None

    def _among_sharers(self, kind: str, value: str, name: str | None) -> int | None:
        """Of several who have the same phone, the one of this name."""
        sharers = self._sharers.get((kind, value), ())
        return next(
            (each for each in sharers if name and (own := self._names.get(each)) and may_be_same(name, own)), None
        )

    def _names_of(self, customer_id: int) -> Iterator[str | None]:
        """The names that a person has had, where customers were merged."""
        keeper = self._keeper(customer_id)
        same = [keeper, *(dropped for dropped, into in self._merges.items() if into == keeper)] if self._merges else []
        yield from (self._names.get(each) for each in (same or [customer_id]))

    def _keeper(self, customer_id: int) -> int:
        return self._merges.get(customer_id, customer_id)

    def _is_questionable(self, holder: int, given: dict[str, str], named: Named) -> bool:
        by_number = any(
            self._known.get((kind, given[kind])) == holder for kind in ("member_no", "till_id") if kind in given
        )
        return (
            self._names_decide
            and not by_number
            and not any(may_be_same(named.name, own) for own in self._names_of(holder))
        )

    def _is_erased(self, kind: str, value: str) -> bool:
        is_known = (kind, value) in self._known
        return not is_known and self._erased is not None and self._erased.knows(kind, value, self._source)

    def _add(self, customer_id: int, kind: str, value: str) -> None:
        self._known[kind, value] = customer_id
        self.new_identities.append((customer_id, kind, value, self._source if kind in _OF_SOURCE else ""))
        if kind == "member_no":
            self._numbered.add(customer_id)


def may_be_same(one: str | None, other: str | None) -> bool:
    """Whether two names may be one person's; a missing one may be anybody's."""
    return not one or not other or _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
