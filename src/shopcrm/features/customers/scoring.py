"""How alike two customers are: the sum of what speaks for one person, less what speaks for two."""

from collections.abc import Mapping
from typing import NamedTuple

from rapidfuzz.distance import OSA

from shopcrm.core.language import mark
from shopcrm.features.customers.blocks import LAST_FOUR, OTHER_FORMAT, SAME

# As docs/figures.md has it.
POINTS: Mapping[str, int] = {
    SAME["phone"]: 50,
    SAME["wechat"]: 50,
    SAME["email"]: 40,
    SAME["payment"]: 40,
    OTHER_FORMAT: 40,
    LAST_FOUR: 15,
    mark("same name"): 30,
    mark("same birthday"): 25,
    mark("name sounds the same"): 20,
    mark("name nearly the same"): 15,
    mark("another name"): -10,
    mark("another gender"): -10,
    mark("another birthday"): -30,
}
LEAST = 30  # fewer are listed nowhere
_MOST = 100
_SURE = 8  # letters; up to so many one slip makes a name near, in longer ones two


class Known(NamedTuple):
    """What is known of one customer, as far as it tells people apart."""

    id: int
    code: str
    name: str | None
    pinyin: str | None
    birth_year: int | None
    birth_month: int | None
    birth_day: int | None
    is_birthday_lunar: bool
    gender: str | None


def reasons_of(one: Known, other: Known, common: set[str]) -> dict[str, int]:
    """What speaks for and against their being one person, with its points, the weightiest first."""
    found = {reason for reason in common if reason in POINTS}
    if SAME["phone"] in found:
        found -= {OTHER_FORMAT}
    if {SAME["phone"], OTHER_FORMAT} & found:
        found -= {LAST_FOUR}
    told = (_names(one, other), _birthdays(one, other), _genders(one, other))
    found |= {reason for reason in told if reason}
    return {reason: POINTS[reason] for reason in sorted(found, key=lambda each: (-POINTS[each], each))}


def score_of(reasons: Mapping[str, int]) -> int:
    """The sum of the points, from 0 to 100."""
    return max(0, min(_MOST, sum(reasons.values())))


def _names(one: Known, other: Known) -> str | None:
    if not one.pinyin or not other.pinyin:
        return None
    if _bare(one.name) == _bare(other.name):
        return "same name"
    if one.pinyin == other.pinyin:
        return "name sounds the same"
    mine, theirs = one.pinyin.replace(" ", ""), other.pinyin.replace(" ", "")
    slips = 1 if min(len(mine), len(theirs)) <= _SURE else 2
    if mine in theirs or theirs in mine or OSA.distance(mine, theirs, score_cutoff=slips) <= slips:
        return "name nearly the same"
    return "another name"


def _birthdays(one: Known, other: Known) -> str | None:
    if one.birth_month is None or other.birth_month is None or one.is_birthday_lunar != other.is_birthday_lunar:
        return None
    years = {one.birth_year, other.birth_year} - {None}
    is_same = (one.birth_month, one.birth_day) == (other.birth_month, other.birth_day) and len(years) < 2
    return "same birthday" if is_same else "another birthday"


def _genders(one: Known, other: Known) -> str | None:
    return "another gender" if one.gender and other.gender and one.gender != other.gender else None


def _bare(name: str | None) -> str:
    return "".join((name or "").casefold().split())
