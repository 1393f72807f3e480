"""Reads what is typed about a person: the name, the birthday, and what they are to be known by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from shopcrm.core.birthdays import read_birthday
from shopcrm.core.book import Book
from shopcrm.core.identities import normalise
from shopcrm.core.names import spelling_of

CLEARING = frozenset({"none", "无"})
Texts = str | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of a command line as they were typed; None or nothing for those that were not given.

    A birthday or gender `none` is cleared. `shared_phone` is a phone that another customer may have as well; `remove`
    names identities of any kind to be taken away.
    """

    name: str | None = None
    birthday: str | None = None
    is_lunar: bool = False
    gender: str | None = None
    phone: Texts = None
    shared_phone: Texts = None
    email: Texts = None
    wechat: Texts = None
    payment: Texts = None
    member_no: Texts = None
    remove: Texts = None

    @property
    def says_nothing(self) -> bool:
        """Whether no option was given."""
        return self == Asked(is_lunar=self.is_lunar)


class Given(NamedTuple):
    """One thing that a customer is to be known by, in the form in which it is kept."""

    kind: str
    value: str
    is_shared: bool = False


def read_person(asked: Asked) -> dict[str, Any]:
    """The columns of a customer that were told. Raises DateUnreadable."""
    values: dict[str, Any] = {}
    if asked.name is not None and (name := " ".join(asked.name.split())):
        values |= {"name": name, **spelling_of(name)}
    if asked.birthday is not None:
        is_known = asked.birthday.strip().lower() not in CLEARING
        told = read_birthday(asked.birthday, is_lunar=asked.is_lunar) if is_known else (None, None, None, False)
        values |= dict(zip(("birth_year", "birth_month", "birth_day", "is_birthday_lunar"), told, strict=True))
    if asked.gender is not None:
        values["gender"] = None if asked.gender in CLEARING else asked.gender
    return values


def read_identities(book: Book, asked: Asked) -> list[Given]:
    """What a customer is to be known by, each once. Raises IdentityUnreadable."""
    country = book.settings.shop.country
    given: dict[tuple[str, str], Given] = {}
    for kind, text, is_shared in _typed(asked):
        value = normalise(kind, text, country)
        given[kind, value] = Given(kind, value, is_shared)
    return list(given.values())


def each(texts: Texts) -> list[str]:
    """The texts of an option that may be given several times."""
    alone = [texts] if isinstance(texts, str) else texts or ()
    return [text for text in alone if text.strip()]


def _typed(asked: Asked) -> Iterator[tuple[str, str, bool]]:
    for kind in ("member_no", "phone", "email", "wechat", "payment"):
        for text in each(getattr(asked, kind)):
            yield kind, text, False
        if kind == "phone":
            for text in each(asked.shared_phone):
                yield kind, text, True
