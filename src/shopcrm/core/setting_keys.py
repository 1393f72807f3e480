"""Every setting there is: its key, how its text is read, and what it must look like.

A value is kept as the text a person would type (or a list of such texts), so that what is shown can be set again.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from shopcrm.core import clock, money
from shopcrm.core.errors import SettingRefused, SettingUnknown, ShopError, WhereUnreadable, WhereWordUnknown
from shopcrm.core.language import mark, translate
from shopcrm.core.points_rules import (
    CLAWBACKS,
    WEEKDAYS,
    Value,
    as_exchange,
    as_expiry,
    as_fraction,
    as_share,
)
from shopcrm.core.wallet_rules import REFUND_BONUS, as_bonus, as_parts

SEGMENT_MEASURES = ("r", "f", "m", "recency_days", "frequency", "monetary", "visits_half_year")


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: `*` in the pattern stands for a name the shop chooses (a tier, a segment)."""

    pattern: str
    check: Callable[[Value, int], Value]
    expected: str
    is_fixed: bool = False


def find_key(name: str) -> Key:
    """The setting of that name. Raises SettingUnknown with the nearest name."""
    for key in KEYS:
        if _fits(key.pattern, name):
            return key
    from rapidfuzz import process

    found = process.extractOne(name, [key.pattern for key in KEYS])
    raise SettingUnknown(key=name, nearest=found[0] if found else KEYS[0].pattern)


def check_value(name: str, value: Value, exponent: int) -> Value:
    """The value in its kept form. Raises SettingUnknown, SettingRefused (with what is expected)."""
    key = find_key(name)
    try:
        return key.check(value, exponent)
    except (ValueError, ArithmeticError, ShopError) as refusal:
        shown = value if isinstance(value, str) else ", ".join(value)
        if isinstance(refusal, (WhereUnreadable, WhereWordUnknown)):  # it says at which place
            raise SettingRefused(key=name, value=shown, expected=refusal.message.rstrip(".。")) from None
        raise SettingRefused(key=name, value=shown, expected=translate(key.expected)) from None


def flatten(document: Mapping[str, object], prefix: str = "") -> dict[str, Value]:
    """A nested TOML document as dotted keys with text values."""
    flat: dict[str, Value] = {}
    for name, value in document.items():
        dotted = f"{prefix}{name}"
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{dotted}.")
        elif isinstance(value, list):
            flat[dotted] = [str(item) for item in value]
        else:
            flat[dotted] = str(value)
    return flat


def _fits(pattern: str, name: str) -> bool:
    wanted, given = pattern.split("."), name.split(".")
    return len(wanted) == len(given) and all(w in ("*", g) and g for w, g in zip(wanted, given, strict=True))


def _one(value: Value) -> str:
    if isinstance(value, list) or not value.strip():
        raise ValueError(value)
    return value.strip()


def _text(value: Value, _: int) -> Value:
    return _one(value)


def _zone(value: Value, _: int) -> Value:
    return clock.find_zone(_one(value)).key


def _currency(value: Value, _: int) -> Value:
    return money.check_currency(_one(value))


def _country(value: Value, _: int) -> Value:
    if not re.fullmatch(r"[A-Z]{2}", _one(value)):
        raise ValueError(value)
    return _one(value)


def _rate(value: Value, _: int) -> Value:
    if as_fraction(_one(value)) < 0:
        raise ValueError(value)
    return _one(value)


def _ratio(value: Value, _: int) -> Value:
    if as_fraction(_one(value)) <= 0:
        raise ValueError(value)
    return _one(value)


def _exchange(value: Value, exponent: int) -> Value:
    as_exchange(_one(value), exponent)
    return _one(value)


def _count(value: Value, _: int) -> Value:
    return str(_at_least(value, 0))


def _count_from_one(value: Value, _: int) -> Value:
    return str(_at_least(value, 1))


def _at_least(value: Value, least: int) -> int:
    number = int(_one(value))
    if number < least:
        raise ValueError(value)
    return number


def _amount(value: Value, exponent: int) -> Value:
    if money.parse_minor(_one(value), exponent) < 0:
        raise ValueError(value)
    return _one(value)


def _names(value: Value, _: int) -> Value:
    names = value if isinstance(value, list) else [part.strip() for part in value.strip("[]").split(",")]
    names = [name.strip("\"' ") for name in names if name.strip("\"' ")]
    if len(set(names)) != len(names) or any("." in name for name in names):
        raise ValueError(value)
    return names


def _texts(value: Value, _: int) -> Value:
    return value if isinstance(value, list) else [part.strip() for part in value.split(";") if part.strip()]


def _cuts(value: Value, _: int) -> Value:
    texts = value if isinstance(value, list) else [part.strip() for part in value.strip("[]").split(",")]
    numbers = [as_fraction(text) for text in texts]
    if len(numbers) != 4 or numbers != sorted(set(numbers)):
        raise ValueError(value)
    return texts


_BAND = re.compile(r"(?:<=|>=|<|>)\s*\d+(?:\.\d+)?|\d+(?:\.\d+)?(?:\s*-\s*\d+(?:\.\d+)?)?")


def _band(value: Value, _: int) -> Value:
    if not _BAND.fullmatch(_one(value)):
        raise ValueError(value)
    return _one(value)


def _share(value: Value, _: int) -> Value:
    as_share(_one(value))
    return _one(value)


def _expiry(value: Value, _: int) -> Value:
    as_expiry(_one(value))
    return _one(value)


def _bonus(value: Value, exponent: int) -> Value:
    as_bonus(_one(value), exponent)
    return _one(value)


def _paid(value: Value, _: int) -> Value:
    as_parts(_one(value))
    return " ".join(_one(value).lower().split())


def _one_of(*words: str) -> Callable[[Value, int], Value]:
    def check(value: Value, _: int) -> Value:
        if _one(value).lower() not in words:
            raise ValueError(value)
        return _one(value).lower()

    return check


def _day(value: Value, _: int) -> Value:
    return clock.parse_date(_one(value)).isoformat()


def _words(value: Value, _: int) -> Value:
    words = value if isinstance(value, list) else value.strip("[]").split(",")
    return [word.strip("\"' ") for word in words if word.strip("\"' ")]


def _weekdays(value: Value, _: int) -> Value:
    words = [word[:3].lower() for word in _words(value, 0)]
    if not words or not set(words) <= set(WEEKDAYS):
        raise ValueError(value)
    return words


def _fields(value: Value, _: int) -> Value:
    names = _names(value, 0)
    if not names or any(re.search(r"[\"'\s=]", name) for name in names):
        raise ValueError(value)
    return [name.lower() for name in names]


def _where(value: Value, _: int) -> Value:
    # Loaded here: only who changes a rule reads one.
    from shopcrm.core.where.parsing import parse

    if _one(value).lower() != "none":
        parse(_one(value))
    return _one(value)


def _bought(value: Value, _: int) -> Value:
    from shopcrm.core.where.parsing import parse
    from shopcrm.core.where.tree import Clause

    if _one(value).lower() == "none":
        return "none"
    node = parse(_one(value))
    if not isinstance(node, Clause) or node.word != "bought" or node.relation in ("!=", "not-in", "unknown"):
        raise ValueError(value)
    return _one(value)


_yes_or_no = _one_of("yes", "no")


def _segment_keys() -> Iterable[Key]:
    for measure in SEGMENT_MEASURES:
        yield Key(f"segments.*.{measure}", _band, mark('write a band such as "<= 30", "> 5000", "3-4" or "5"'))


KEYS: tuple[Key, ...] = (
    Key("shop.name", _text, mark("write the shop's name")),
    Key("shop.currency", _currency, mark("write a currency code such as CNY"), is_fixed=True),
    Key("shop.timezone", _zone, mark("write a time zone such as Asia/Shanghai"), is_fixed=True),
    Key("shop.country", _country, mark("write a country code such as CN")),
    Key("shop.store", _text, mark("write the name of the store where points are redeemed")),
    Key("points.rate", _rate, mark("write how many points one currency unit earns, such as 1 or 1/10")),
    Key("points.value", _exchange, mark('write what points are worth, such as "100 points = 10.00"')),
    Key("points.minimum", _count, mark("write a whole number of points, 0 or more")),
    Key("points.step", _count_from_one, mark("write a whole number of points, 1 or more")),
    Key("points.pending_days", _count, mark("write the days until points can be spent, such as 7")),
    Key(
        "points.expiry", _expiry, mark('write "none", "90 days", "12 months", "end of month + 12" or "end of year + 1"')
    ),
    Key("points.max_share", _share, mark('write the part of a receipt that points may pay, such as "50 %" or "1/2"')),
    Key("points.clawback", _one_of(*CLAWBACKS), mark("write owe, clamp or charge")),
    Key("points.earns_tax", _yes_or_no, mark("write yes or no: whether tax earns points")),
    Key(
        "points.excluded",
        _words,
        mark('write the categories, items and SKUs that earn nothing, such as "delivery, SKU-7"'),
    ),
    Key("promotions.*.multiplier", _rate, mark("write by how much it multiplies points, such as 2")),
    Key("promotions.*.from", _day, mark("write its first day, such as 2026-05-01")),
    Key("promotions.*.to", _day, mark("write its last day, such as 2026-05-03")),
    Key("promotions.*.weekdays", _weekdays, mark('write weekdays, such as "sat, sun"')),
    Key("promotions.*.birthday_month", _yes_or_no, mark("write yes or no: whether only birthday months earn by it")),
    Key("grants.*.points", _count, mark("write a whole number of points, 0 or more")),
    Key("grants.*.per_day", _count_from_one, mark("write how often a day at most, 1 or more")),
    Key("grants.*.per_month", _count_from_one, mark("write how often a month at most, 1 or more")),
    Key("grants.*.once", _yes_or_no, mark("write yes or no: whether a customer gets it once for ever")),
    Key("wallet.bonus_expiry", _expiry, mark('write how long a bonus lasts, such as "none", "90 days" or "12 months"')),
    Key(
        "wallet.refund_bonus",
        _one_of(*REFUND_BONUS),
        mark("write forfeit or keep: whether the bonus of what is given back falls away"),
    ),
    Key("topups.*.from", _amount, mark("write the top-up from which the step counts, such as 500.00")),
    Key("topups.*.bonus", _bonus, mark('write what it brings on top, such as 50.00 or "10 %"')),
    Key("topups.*.paid", _paid, mark('write when its bonus is paid: "at once" or "monthly 10"')),
    Key(
        "coupons.refund",
        _one_of("full", "any", "never"),
        mark("write full, any or never: which refunds give coupons back"),
    ),
    Key("coupons.restore_days", _count, mark("write how many days a coupon lasts at the least once it is given back")),
    Key("tiers.order", _names, mark('write the tiers from the lowest up, such as "silver, gold"')),
    Key("tiers.*.from", _amount, mark("write the spend that reaches the tier, such as 1000.00")),
    Key("tiers.*.multiplier", _rate, mark("write by how much the tier multiplies points, such as 2")),
    Key("tiers.*.benefits", _texts, mark('write what the tier promises, such as "free ironing; first look"')),
    Key(
        "segments.order",
        _names,
        mark('write the segments in the order they are tried, such as "vip, active"'),
    ),
    *_segment_keys(),
    Key("rfm.recency_days", _cuts, mark("write four rising numbers, such as 30, 60, 90, 180")),
    Key("rfm.frequency", _cuts, mark("write four rising numbers, such as 1, 2, 4, 8")),
    Key("rfm.monetary", _cuts, mark("write four rising amounts, such as 200, 500, 1000, 3000")),
    Key(
        "consents.marketing_needs_consent",
        _yes_or_no,
        mark("write yes or no: whether marketing goes only to those who said yes"),
    ),
    Key("tags.*.where", _where, mark('write whom it tags, such as "spend >= 5000", or none')),
    Key("tags.*.weigh", _bought, mark('write what is weighed, such as "bought category = dresses", or none')),
    Key("tags.*.half_life_days", _count_from_one, mark("write after how many days a purchase counts half, such as 90")),
    Key("tags.*.at_least", _ratio, mark("write how much weight is needed, such as 2.0")),
    Key("preferences.fields", _fields, mark('write what customers prefer in, such as "style, size, scene"')),
    Key("winback.lapsed_by", _ratio, mark("write a number of usual gaps, such as 2.0")),
)
