"""Reads the terms of an offer as they are typed: amounts exactly, a percent as it is said here or in China."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, NoReturn
from unicodedata import normalize

from shopcrm.core.book import Book
from shopcrm.core.clock import parse_date
from shopcrm.core.coupons import HANDED_OVER, Terms
from shopcrm.core.errors import OfferNotWritable
from shopcrm.core.language import mark
from shopcrm.core.language import translate as _
from shopcrm.core.money import parse_minor
from shopcrm.core.schema.offers import OFFER_KINDS

_CLEARING = frozenset({"none", "无"})
_LARGEST, _MOST, _FAREST, _LONGEST = 10**15, 10**9, 36_500, 60  # minor units, coupons, days, characters of a code
_CODE = re.compile(r"[^\W_][\w-]*")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%?")
_FOLD = re.compile(r"打?\s*(\d+(?:\.\d+)?)\s*折")
_CHINESE = str.maketrans("零〇一二两三四五六七八九点", "001223456789.")
_COMMAS = re.compile(r"[,，、;；]")
_LEVELS = ("product", "order")
_EMPTY = dict.fromkeys(Terms._fields[4:]) | {
    "categories": (), "skus": (), "tiers": (), "segments": (), "combines": frozenset(), "is_birthday_month": False,
    "is_bearer": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of a command line as they were typed; None for those that were not given, `none` to clear one."""

    kind: str | None = None
    value: str | None = None
    name: str | None = None
    max_discount: str | None = None
    min_spend: str | None = None
    first_on: str | None = None
    last_on: str | None = None
    valid_days: str | None = None
    start_after: str | None = None
    per_customer: str | None = None
    limit: str | None = None
    budget: str | None = None
    categories: Sequence[str] | None = None
    skus: Sequence[str] | None = None
    tiers: Sequence[str] | None = None
    segments: Sequence[str] | None = None
    combines: Sequence[str] | None = None
    birthday_month: bool | None = None
    bearer: bool | None = None


def read_code(text: str) -> str:
    """The code of an offer, in capitals. Raises OfferNotWritable for one that cannot be typed and printed."""
    code = normalize("NFKC", text).strip().upper()
    if not _CODE.fullmatch(code) or len(code) > _LONGEST:
        refuse(_("a code is letters, digits, - and _, such as SPRING20; “{code}” is not").format(code=text.strip()))
    return code


def blank_terms(code: str) -> Terms:
    """Terms of which nothing is agreed yet."""
    return Terms(id=0, offer_id=0, offer=code, version=0, **_EMPTY)  # type: ignore[arg-type]


def read_terms(book: Book, before: Terms, asked: Asked) -> Terms:
    """The terms before with what was typed in place of what stood there; nothing typed contradicts by itself.

    Raises OfferNotWritable, AmountUnreadable, DateUnreadable.
    """
    changes: dict[str, Any] = _read_value(book, before, asked)
    if asked.name is not None:
        changes["name"] = "" if _is_clearing(asked.name) else " ".join(asked.name.split())

    def money(text: str) -> int:
        return _minor(book, text)

    readers: tuple[tuple[str, str | None, Callable[[str], object]], ...] = (
        ("max_discount_minor", asked.max_discount, money),
        ("min_spend_minor", asked.min_spend, lambda text: money(text) or None),
        ("budget_minor", asked.budget, money),
        ("first_on", asked.first_on, _day),
        ("last_on", asked.last_on, _day),
        ("valid_days", asked.valid_days, lambda text: _count("--valid-days", text, 0, _FAREST)),
        ("start_after_days", asked.start_after, lambda text: _count("--start-after", text, 0, _FAREST)),
        ("per_customer", asked.per_customer, lambda text: _count("--per-customer", text, 1, _MOST)),
        ("issue_limit", asked.limit, lambda text: _count("--limit", text, 1, _MOST)),
    )
    changes |= {name: None if _is_clearing(text) else read(text) for name, text, read in readers if text is not None}
    tiers, segments = book.settings.tiers, book.settings.segments
    lists: tuple[tuple[str, Sequence[str] | None, Callable[[list[str]], object]], ...] = (
        ("categories", asked.categories, tuple),
        ("skus", asked.skus, tuple),
        ("tiers", asked.tiers, lambda words: _known(mark("tier"), words, [tier.name for tier in tiers])),
        ("segments", asked.segments, lambda words: _known(mark("segment"), words, [each.name for each in segments])),
        ("combines", asked.combines, lambda words: frozenset(_known(mark("kind of coupon"), words, _LEVELS))),
    )
    changes |= {name: read(_words(texts)) for name, texts, read in lists if texts is not None}
    for name, said in (("is_birthday_month", asked.birthday_month), ("is_bearer", asked.bearer)):
        changes |= {} if said is None else {name: said}
    return before._replace(**changes)


def read_rate(text: str) -> Fraction:
    """The part that is taken off: `20`, `12.5 %`, or by what is left to pay, `8折`, `8.5折`, `85折`, `八五折`.

    Raises OfferNotWritable.
    """
    plain = normalize("NFKC", text).strip()
    if fold := _FOLD.fullmatch(plain.translate(_CHINESE)):
        paid = Fraction(fold[1])
        # 8折 is eight tenths, 85折 eighty-five hundredths; so is 8.5折.
        return 1 - paid / (100 if paid > 10 else 10)
    percent = _PERCENT.fullmatch(plain)
    if percent is None:
        refuse(_("“{text}” is not a percent; write 20, 12.5 % or 8折").format(text=text))
    return Fraction(percent[1]) / 100


def refuse(reason: str) -> NoReturn:
    """Raises OfferNotWritable with that reason."""
    raise OfferNotWritable(reason=reason)


def nearest(word: str, known: Sequence[str]) -> str:
    """Says which of the known words is most like what was typed."""
    if not known:
        return _("there is none")
    from rapidfuzz import fuzz, process

    (close, *_rest) = process.extractOne(word, known, scorer=fuzz.ratio)
    return _("the nearest is {code}").format(code=close)


def _read_value(book: Book, before: Terms, asked: Asked) -> dict[str, Any]:
    kind = before.kind
    if asked.kind is not None:
        kind = normalize("NFKC", asked.kind).strip().lower()
        if kind not in OFFER_KINDS:
            kinds = ", ".join(OFFER_KINDS)
            refuse(_("a kind is one of {kinds}; “{kind}” is not").format(kinds=kinds, kind=asked.kind))
    if asked.value is None:
        if kind != before.kind:
            refuse(_("--kind {kind} needs its --value").format(kind=kind))
        return {}
    changes: dict[str, Any] = {"kind": kind, "value_minor": None, "off_rate": None, "item": None}
    if kind == "percent":
        return changes | {"off_rate": read_rate(asked.value)}
    if kind in HANDED_OVER:
        return changes | {"item": " ".join(asked.value.split())}
    return changes | {"value_minor": _minor(book, asked.value)}


def _minor(book: Book, text: str) -> int:
    minor = parse_minor(normalize("NFKC", text), book.exponent)
    if abs(minor) > _LARGEST:
        refuse(_("{text} is more money than a book can hold").format(text=text))
    return minor


def _day(text: str) -> date:
    return parse_date(normalize("NFKC", text))


def _count(option: str, text: str, least: int, most: int) -> int:
    plain = normalize("NFKC", text).strip()
    number = int(plain) if re.fullmatch(r"[+-]?\d{1,18}", plain) else None
    if number is None or not least <= number <= most:
        said = {"option": option, "least": least, "most": most, "text": text}
        refuse(_("{option} is a whole number from {least} to {most}, not “{text}”").format(**said))
    return number


def _words(texts: Sequence[str]) -> list[str]:
    """Words typed one by one or between commas, each once; none for `none`."""
    words = (" ".join(word.split()) for text in texts for word in _COMMAS.split(text))
    kept = dict.fromkeys(word for word in words if word)
    return [] if len(kept) == 1 and _is_clearing(next(iter(kept))) else list(kept)


def _known(group: str, words: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The words as the shop's settings write them, in that order."""
    by_plain = {normalize("NFKC", name).casefold(): name for name in known}
    found = set()
    for word in words:
        name = by_plain.get(normalize("NFKC", word).casefold())
        if name is None:
            said = {"group": _(group), "name": word, "nearest": nearest(word, known)}
            refuse(_("there is no {group} “{name}”; {nearest}").format(**said))
        found.add(name)
    return tuple(name for name in known if name in found)


def _is_clearing(text: str) -> bool:
    return text.strip().casefold() in _CLEARING
