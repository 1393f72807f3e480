"""Profiles: how one till's export maps to our fields; TOML files, and `generic`, which is the synonyms' guess."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from shopcrm.core.errors import ProfileUnknown
from shopcrm.sheets.vocabulary import key_of, nearest

GENERIC = "generic"
_MOST = 0.75  # of the sheet's columns, not of the profile's: exports drop and add columns from month to month


@dataclass(frozen=True, slots=True)
class Profile:
    """One till's export: header key → field, the headers passed over, and what its cells mean."""

    name: str
    kind: str
    field_of: Mapping[str, str]
    ignored: frozenset[str]
    refund_prefix: str


@lru_cache(maxsize=1)
def all_profiles() -> Mapping[str, Profile]:
    """The profiles that the package carries, by name."""
    folder = Path(__file__).parent / "profiles"
    return {path.stem: _load(path) for path in sorted(folder.glob("*.toml"))}


def find_profile(name: str) -> Profile | None:
    """The profile of that name; None for `generic`. Raises ProfileUnknown with the nearest name."""
    if name == GENERIC:
        return None
    profiles = all_profiles()
    if name in profiles:
        return profiles[name]
    names = [*profiles, GENERIC]
    raise ProfileUnknown(profile=name, profiles=", ".join(names), nearest=nearest(name, names))


def match_profile(header: Sequence[str]) -> Profile | None:
    """The profile that knows most of the sheet's columns, where one does."""
    keys = {key_of(cell) for cell in header} - {""}
    best = max(all_profiles().values(), key=lambda profile: _share(profile, keys), default=None)
    return best if best is not None and _share(best, keys) >= _MOST else None


def _share(profile: Profile, keys: set[str]) -> float:
    known = keys & (profile.field_of.keys() | profile.ignored)
    found = {profile.field_of[key] for key in known & profile.field_of.keys()}
    is_enough = len(found) * 2 > len(set(profile.field_of.values()))
    return len(known) / len(keys) if keys and is_enough else 0.0


def _load(path: Path) -> Profile:
    document = tomllib.loads(path.read_text("utf-8"))
    return Profile(
        name=path.stem,
        kind=document["kind"],
        field_of={key_of(name): field for field, names in document["fields"].items() for name in names},
        ignored=frozenset(key_of(name) for name in document.get("ignored", ())),
        refund_prefix=document.get("refund_prefix", ""),
    )
