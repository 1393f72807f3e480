"""Profiles: how one till's export maps to our fields; TOML files, and `generic`, which is the synonyms' guess.

A till's file says, beside `kind` and `[fields]` (each field's headers, best first; header keys, so case and hints in
brackets do not count):

- `source`: whose receipts these are, where a till has several exports of the same sales; the profile's name otherwise.
- `telling`: headers that only this till uses, and `enough`: how many of them must be there (2).
- `ignored`: headers that are known and passed over.
- `refund_prefix`: how the receipt numbers of refunds begin.
- `order_level`: fields that belong to the whole receipt though they stand on its lines.
- `is_lines`: a tab of items alone, to be joined by their receipt numbers to a tab of orders.
- `[words.status]`, `[words.gender]`, `[words.consent]`, `[words.birthday_calendar]`, `[words.walk_in]`: what cells
  mean, NFKC, in small letters with single blanks; "" is a blank cell and "*" any other word.
- `[units]`: the unit of a column where its header does not say it.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from shopcrm.core.errors import ProfileUnknown
from shopcrm.sheets.vocabulary import key_of, nearest

GENERIC = "generic"
_MOST = 0.75  # of the sheet's columns, not of the profile's: exports drop and add columns from month to month
_WHO = frozenset({"member_no", "phone", "email", "name", "first_name", "last_name", "till_id"})
_WHEN = frozenset({"date", "datetime"})


@dataclass(frozen=True, slots=True)
class Profile:
    """One till's export: header key → field, the headers passed over, and what its cells mean."""

    name: str
    kind: str
    source: str
    field_of: Mapping[str, str]
    rank: Mapping[str, int]  # header key → 0 for the best header of its field
    ignored: frozenset[str]
    telling: frozenset[str]
    enough: int  # so many telling headers, at least, make a sheet this till's
    refund_prefix: str
    order_level: frozenset[str]
    is_lines: bool
    words: Mapping[str, Mapping[str, str | bool]]
    units: Mapping[str, str]

    @property
    def is_generic(self) -> bool:
        """Whether this is no till's own layout, but one that any shop may bring its sheets to."""
        return self.name.startswith(GENERIC)


@lru_cache(maxsize=1)
def all_profiles() -> Mapping[str, Profile]:
    """The profiles that the package carries, by name."""
    folder = Path(__file__).parent / "tills"
    return {path.stem: read_profile(path) for path in sorted(folder.glob("*.toml"))}


def find_profile(name: str) -> Profile | None:
    """The profile of that name; None for `generic`. Raises ProfileUnknown with the nearest name."""
    if name == GENERIC:
        return None
    profiles = all_profiles()
    if name in profiles:
        return profiles[name]
    names = [*profiles, GENERIC]
    raise ProfileUnknown(profile=name, profiles=", ".join(names), nearest=nearest(name, names))


def headers_of(name: str) -> Mapping[str, Sequence[str]]:
    """Field → headers, as its till writes them, of a profile that the package carries."""
    document = tomllib.loads((Path(__file__).parent / "tills" / f"{name}.toml").read_text("utf-8"))
    headers: Mapping[str, Sequence[str]] = document["fields"]
    return headers


def match_profile(header: Sequence[str]) -> Profile | None:
    """The profile that knows most of the sheet's columns, where one does and the till is told by its own words.

    Of several a till's own goes before a generic one, then the one that knows more of the columns, then the one that
    reads more from them.
    """
    keys = {key_of(cell) for cell in header} - {""}
    fitting = [profile for profile in all_profiles().values() if _fits(profile, keys)]
    return max(fitting, key=lambda profile: _closeness(profile, keys), default=None)


def read_profile(path: Path) -> Profile:
    """A profile from its file, which names it."""
    document = tomllib.loads(path.read_text("utf-8"))
    named = [
        (key_of(header), field, rank)
        for field, headers in document["fields"].items()
        for rank, header in enumerate(headers)
    ]
    return Profile(
        name=path.stem,
        kind=document["kind"],
        source=document.get("source", path.stem),
        field_of={key: field for key, field, _ in named},
        rank={key: rank for key, _, rank in reversed(named)},
        ignored=_keys(document.get("ignored", ())),
        telling=_keys(document["telling"]),
        enough=document.get("enough", 2),
        refund_prefix=document.get("refund_prefix", ""),
        order_level=frozenset(document.get("order_level", ())),
        is_lines=document.get("is_lines", False),
        words=document.get("words", {}),
        units=document.get("units", {}),
    )


def _keys(headers: Sequence[str]) -> frozenset[str]:
    return frozenset(map(key_of, headers))


def _fits(profile: Profile, keys: set[str]) -> bool:
    known = keys & (profile.field_of.keys() | profile.ignored)
    is_told = len(keys & profile.telling) >= profile.enough
    return is_told and len(known) >= _MOST * len(keys) and _is_readable(profile, keys)


def _is_readable(profile: Profile, keys: set[str]) -> bool:
    """Whether the sheet has what its kind cannot do without: a profile must not refuse what a guess would read."""
    found = _fields(profile, keys)
    if profile.kind == "customers":
        return bool(found & _WHO)
    if profile.is_lines:
        return "receipt" in found
    return bool(found & _WHEN) and ("net_amount" in found or {"quantity", "unit_price"} <= found)


def _closeness(profile: Profile, keys: set[str]) -> tuple[bool, int, int]:
    known = keys & (profile.field_of.keys() | profile.ignored)
    return not profile.is_generic, len(known), len(_fields(profile, keys))


def _fields(profile: Profile, keys: set[str]) -> set[str]:
    return {profile.field_of[key] for key in keys & profile.field_of.keys()}
