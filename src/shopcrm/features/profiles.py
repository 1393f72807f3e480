"""Profiles: how the exports of known tills, and layouts that were explained once, map to our fields."""

from dataclasses import dataclass
from datetime import date

from shopcrm.core import intake
from shopcrm.core.book import Book
from shopcrm.core.errors import ProfileNotKnown, ProfileShipped
from shopcrm.sheets.layout.profiles import all_profiles, headers_of
from shopcrm.sheets.vocabulary import nearest


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One profile, and how many fields it reads; `saved_on` is empty for those that came with shopcrm."""

    profile: str
    kind: str
    fields: int
    saved_on: date | None


@dataclass(frozen=True, slots=True)
class ProfileList:
    """All profiles: saved ones first, since they win over those that came with shopcrm."""

    items: tuple[ProfileRow, ...]


@dataclass(frozen=True, slots=True)
class FieldHeaders:
    """The headers that a field is read from."""

    field: str
    headers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProfileShown:
    """One profile: its fields with their headers, and what else was said about it."""

    profile: str
    kind: str
    saved_on: date | None
    options: tuple[str, ...]
    items: tuple[FieldHeaders, ...]


@dataclass(frozen=True, slots=True)
class ProfileRemoved:
    """The profile that is forgotten."""

    profile: str


def list_all(book: Book) -> ProfileList:
    """Every profile by name, those of the book before those of the package."""
    saved = [ProfileRow(kept.name, kept.kind, len(kept.mapping), kept.saved_on) for kept in intake.load_layouts(book)]
    shipped = [ProfileRow(each.name, each.kind, len(headers_of(each.name)), None) for each in all_profiles().values()]
    return ProfileList((*saved, *shipped))


def show(book: Book, name: str) -> ProfileShown:
    """One profile, field by field. Raises ProfileNotKnown."""
    for kept in intake.load_layouts(book):
        if kept.name == name:
            fields = tuple(FieldHeaders(field, (header,)) for field, header in kept.mapping.items())
            options = tuple(f"{option} {value}" for option, value in kept.options.items())
            return ProfileShown(kept.name, kept.kind, kept.saved_on, options, fields)
    shipped = all_profiles().get(name)
    if shipped is None:
        raise _not_known(book, name)
    read = tuple(FieldHeaders(field, tuple(headers)) for field, headers in headers_of(name).items())
    return ProfileShown(shipped.name, shipped.kind, None, (), read)


def remove(book: Book, name: str) -> ProfileRemoved:
    """Forgets a saved profile; what it read stays. Raises ProfileShipped, ProfileNotKnown."""
    if not intake.remove_layout(book, name):
        raise ProfileShipped(profile=name) if name in all_profiles() else _not_known(book, name)
    return ProfileRemoved(name)


def _not_known(book: Book, name: str) -> ProfileNotKnown:
    names = [*(kept.name for kept in intake.load_layouts(book)), *all_profiles()]
    return ProfileNotKnown(profile=name, profiles=", ".join(names), nearest=nearest(name, names))
