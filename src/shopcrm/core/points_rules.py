"""The rules of the points programme as settings say them: what earns, when it is spendable, when it ends."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from shopcrm.core import money
from shopcrm.core.errors import SettingRefused
from shopcrm.core.language import translate

Value = str | list[str]

CLAWBACKS = ("owe", "clamp", "charge")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_EXPIRY = re.compile(
    r"end\s+of\s+(?P<end>month|year)(?:\s*\+\s*(?P<more>\d+))?|(?P<count>\d+)\s*(?P<unit>day|month)s?", re.IGNORECASE
)


class Expiry(NamedTuple):
    """How long points last: `none`, or `number` days, months, ends of months or ends of years."""

    unit: str  # none, day, month, month_end, year_end
    number: int = 0

    def last_good_day(self, earned_on: date) -> date | None:
        """The last day on which points earned on a day can be spent; None where they never end.

        `90 days` is the day 90 days later, `1 month` from 31 January on is the last of February.
        """
        if self.unit == "none":
            return None
        if self.unit == "day":
            return earned_on + timedelta(self.number)
        if self.unit == "year_end":
            return date(earned_on.year + self.number, 12, 31)
        from dateutil.relativedelta import relativedelta  # 10 ms at start-up, for the sweeps alone

        later = earned_on + relativedelta(months=self.number)
        return later if self.unit == "month" else later.replace(day=monthrange(later.year, later.month)[1])


NEVER = Expiry("none")
_LONGEST = {"day": 36_500, "month": 1_200, "month_end": 1_200, "year_end": 100}


@dataclass(frozen=True, slots=True)
class PointsRules:
    """How points come, when they go, and what they are worth: `value_minor` for every `value_points`.

    `excluded` are the categories, items and SKUs that earn nothing, in lower case. `max_share` is the part of a receipt
    that points may pay. `clawback` says what becomes of points that a refund takes and that were spent: `owe` lets the
    balance fall below zero, `clamp` lets them go, `charge` takes their worth off the money given back.
    """

    rate: Fraction
    value_points: int
    value_minor: int
    minimum_points: int
    step_points: int
    pending_days: int = 0
    expiry: Expiry = NEVER
    max_share: Fraction = Fraction(1)
    clawback: str = "owe"
    earns_tax: bool = True
    excluded: frozenset[str] = field(default_factory=frozenset)

    def worth_minor(self, points: int) -> int:
        """The money value of points, rounded towards zero: a part of a step is worth nothing yet."""
        worth = abs(points) * self.value_minor // self.value_points
        return worth if points >= 0 else -worth

    def points_within(self, amount_minor: int) -> int:
        """The most points, in whole steps, that are worth no more than an amount."""
        if self.value_minor == 0:
            return 0
        return amount_minor * self.value_points // self.value_minor // self.step_points * self.step_points


@dataclass(frozen=True, slots=True)
class PromotionRule:
    """Days on which sales earn more: all that is said must hold, and the best of several counts."""

    name: str
    multiplier: Fraction
    first_on: date | None
    last_on: date | None  # the last good day
    weekdays: frozenset[int]  # 0 is Monday; empty for all
    is_birthday_month: bool

    def holds(self, day: date, birth_month: int | None) -> bool:
        """Whether a sale of that day, to a customer born in that month, earns by it."""
        return (
            (self.first_on is None or self.first_on <= day)
            and (self.last_on is None or day <= self.last_on)
            and (not self.weekdays or day.weekday() in self.weekdays)
            and (not self.is_birthday_month or birth_month == day.month)
        )


@dataclass(frozen=True, slots=True)
class GrantRule:
    """Points for something that is no sale, and how often a customer may have them; None for no limit."""

    name: str
    points: int
    per_day: int | None
    per_month: int | None
    is_once: bool


def read_points(texts: Mapping[str, Value], exponent: int) -> PointsRules:
    """The rules that the texts say. What an older book does not say keeps its points as they were."""
    value_points, value_minor = as_exchange(_text(texts, "points.value"), exponent)
    excluded = texts.get("points.excluded", [])
    return PointsRules(
        rate=as_fraction(_text(texts, "points.rate")),
        value_points=value_points,
        value_minor=value_minor,
        minimum_points=int(_text(texts, "points.minimum")),
        step_points=int(_text(texts, "points.step")),
        pending_days=int(str(texts.get("points.pending_days", "0"))),
        expiry=as_expiry(str(texts.get("points.expiry", "none"))),
        max_share=as_share(str(texts.get("points.max_share", "1"))),
        clawback=str(texts.get("points.clawback", "owe")),
        earns_tax=str(texts.get("points.earns_tax", "yes")) == "yes",
        excluded=frozenset(word.lower() for word in ([excluded] if isinstance(excluded, str) else excluded)),
    )


def read_promotions(texts: Mapping[str, Value]) -> tuple[PromotionRule, ...]:
    """Every promotion, by name. Raises SettingRefused where one ends before it begins."""
    promotions = []
    for name in _names(texts, "promotions"):
        said = {key: texts.get(f"promotions.{name}.{key}") for key in ("from", "to", "weekdays", "birthday_month")}
        first_on, last_on = (date.fromisoformat(str(said[key])) if said[key] else None for key in ("from", "to"))
        if first_on and last_on and last_on < first_on:
            expected = translate("the last day must not come before the first one, {first_on}").format(
                first_on=first_on
            )
            raise SettingRefused(key=f"promotions.{name}.to", value=str(last_on), expected=expected)
        weekdays = said["weekdays"] or []
        promotions.append(
            PromotionRule(
                name=name,
                multiplier=as_fraction(str(texts.get(f"promotions.{name}.multiplier", "1"))),
                first_on=first_on,
                last_on=last_on,
                weekdays=frozenset(map(WEEKDAYS.index, [weekdays] if isinstance(weekdays, str) else weekdays)),
                is_birthday_month=said["birthday_month"] == "yes",
            )
        )
    return tuple(promotions)


def read_grants(texts: Mapping[str, Value]) -> dict[str, GrantRule]:
    """Every grant by name; one without points of its own is 0, and asks for them at the counter."""
    grants = {}
    for name in _names(texts, "grants"):
        said = {key: texts.get(f"grants.{name}.{key}") for key in ("points", "per_day", "per_month", "once")}
        limits = {key: int(str(said[key])) if said[key] else None for key in ("per_day", "per_month")}
        grants[name] = GrantRule(name, int(str(said["points"] or 0)), is_once=said["once"] == "yes", **limits)
    return grants


def as_fraction(text: str) -> Fraction:
    """An exact number: `2`, `0.5` or `1/10`. Raises ValueError."""
    return Fraction(text.strip())


def as_share(text: str) -> Fraction:
    """A part of a whole: `1/2`, `0.5` or `50 %`. Raises ValueError for less than nothing and for more than all."""
    number = text.strip().removesuffix("%")
    share = as_fraction(number) / (100 if number != text.strip() else 1)
    if not 0 <= share <= 1:
        raise ValueError(text)
    return share


def as_exchange(text: str, exponent: int) -> tuple[int, int]:
    """`100 points = 10.00` as (100, 1000): points and the minor units they are worth. Raises ValueError."""
    match = re.fullmatch(r"\s*(\d+)\s*(?:points?)?\s*=\s*([\d.]+)\s*", text)
    if not match or int(match[1]) == 0:
        raise ValueError(text)
    return int(match[1]), money.parse_minor(match[2], exponent)


def as_expiry(text: str) -> Expiry:
    """`none`, `90 days`, `12 months`, `end of month + 12`, `end of year + 1`. Raises ValueError."""
    said = text.strip()
    if said.lower() == "none":
        return NEVER
    match = _EXPIRY.fullmatch(said)
    if not match or (match["count"] and int(match["count"]) == 0):
        raise ValueError(text)
    count = int(match["count"] or match["more"] or 0)
    unit = f"{match['end']}_end".lower() if match["end"] else match["unit"].lower()
    if count > _LONGEST[unit]:  # beyond a hundred years it is a slip of the finger
        raise ValueError(text)
    return Expiry(unit, count)


def _names(texts: Mapping[str, Value], group: str) -> list[str]:
    return sorted({name.split(".")[1] for name in texts if name.startswith(f"{group}.")})


def _text(texts: Mapping[str, Value], name: str) -> str:
    value = texts.get(name)
    if not isinstance(value, str):
        raise SettingRefused(key=name, value=value or "", expected=translate("it is needed and has no value"))
    return value
