"""Segments as an ordered table of rules: the first rule that fits wins, so that everyone has exactly one."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
import pandas as pd

from shopcrm.core.language import mark, translate
from shopcrm.insight.measures import LARGEST, LIMITS, has_bought, whole_numbers

NEVER_BOUGHT: Final = mark("never bought")
"""The segment of customers without a purchase; they are named before any rule is asked."""

MEASURES: Final = tuple("monetary" if name == "monetary_minor" else name for name in LIMITS)
"""What a rule may speak of; `monetary` is written in major units."""

_Box = dict[str, tuple[int, int]]  # measure → both ends, included

_NUMBER = r"[+-]?\d+(?:,\d{3})*(?:\.\d+)?"
_BOUND = re.compile(rf"(>=|<=|>|<|=)\s*({_NUMBER})")
_RANGE = re.compile(rf"({_NUMBER})(?:\s*[-~]\s*({_NUMBER}))?")
_SIGNS = str.maketrans({"≥": ">=", "≤": "<=", "–": "-", "—": "-", "−": "-", "至": "-"})


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of whole numbers, both ends included; None where it has no end."""

    low: int | None
    high: int | None

    @property
    def ends(self) -> tuple[int, int]:
        """Both ends as numbers, an open one at the largest a measure can be."""
        return -LARGEST if self.low is None else self.low, LARGEST if self.high is None else self.high


@dataclass(frozen=True, slots=True)
class Rule:
    """A segment's name and what must hold for it, all at once; no condition fits everyone."""

    name: str
    conditions: Mapping[str, Band]


def parse_band(text: str, scale: int = 0) -> Band:
    """The band of a condition such as `>= 5`, `<= 30`, `> 5000`, `3-4` or `4`.

    Numbers are taken times 10^scale (the currency's exponent, for money in major units). Full-width signs,
    ≥, ≤, ～ and thousands separators are read as a person means them. Raises ValueError with a sentence.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_SIGNS).strip()
    if bound := _BOUND.fullmatch(plain):
        sign, value = bound[1], _whole(bound[2], text, scale)
        return {
            ">=": Band(value, None),
            ">": Band(value + 1, None),
            "<=": Band(None, value),
            "<": Band(None, value - 1),
            "=": Band(value, value),
        }[sign]
    if stretch := _RANGE.fullmatch(plain):
        low, high = _whole(stretch[1], text, scale), _whole(stretch[2] or stretch[1], text, scale)
        if low > high:
            raise ValueError(translate("“{text}” fits no number: its ends are the wrong way round").format(text=text))
        return Band(low, high)
    raise ValueError(translate("“{text}” is not a condition; write >= 5, < 30, 3-4 or 4").format(text=text))


def parse_rules(table: Mapping[str, Mapping[str, str]], exponent: int) -> tuple[Rule, ...]:
    """The rules of a settings table: segment name → measure (one of MEASURES) → condition, in their order.

    Raises ValueError with a sentence for an unknown measure, a condition that cannot be read, or a segment
    named as those who never bought.
    """
    return tuple(_parse_rule(name, conditions, exponent) for name, conditions in table.items())


def classify(frame: pd.DataFrame, rules: Sequence[Rule]) -> pd.Series:
    """The name of each customer's segment, on the frame's index.

    The frame has one row a customer: `recency_days` (missing for who never bought) and every measure the
    rules speak of, in whole numbers and minor units. Raises ValueError where someone who bought fits no rule.
    """
    bought = has_bought(frame)
    measures = sorted({measure for rule in rules for measure in rule.conditions})
    values = {measure: whole_numbers(frame, measure, bought) for measure in measures}
    segment = np.full(int(bought.sum()), -1)
    for position, rule in enumerate(rules):
        fits = segment == -1
        for measure, band in rule.conditions.items():
            low, high = band.ends
            fits &= (values[measure] >= low) & (values[measure] <= high)
        segment[fits] = position
    if (segment == -1).any():
        raise ValueError("a customer fits no rule; the last rule must have no condition")
    everyone = np.full(len(frame), len(rules))
    everyone[bought] = segment
    names = np.array([*(rule.name for rule in rules), NEVER_BOUGHT], dtype=object)
    return pd.Series(names[everyone], index=frame.index, name="segment", dtype="str")


def uncovered(rules: Sequence[Rule]) -> dict[str, int] | None:
    """Measures that no rule fits, as an example; None where the rules cover everyone.

    Exact for measures that vary freely. They do not quite (nobody absent for half a year has visits in it),
    so that an example may describe a customer who cannot be; a table said to cover everyone does.
    """
    return _outside(_whole_space(rules), rules)


def unreachable(rules: Sequence[Rule]) -> tuple[str, ...]:
    """The names of rules that nobody can ever reach, because the rules before them (together) take everyone.

    Exact for measures that vary freely; with that, every name it gives is right.
    """
    space = _whole_space(rules)
    return tuple(
        rule.name for position, rule in enumerate(rules) if _outside(_cut_out(space, rule), rules[:position]) is None
    )


def _whole(number: str, text: str, scale: int) -> int:
    value = Decimal(number.replace(",", "")).scaleb(scale)
    if value != value.to_integral_value():
        sentence = translate("“{text}” has more than {decimals} decimals")
        raise ValueError(sentence.format(text=text, decimals=scale))
    return int(value)


def _parse_rule(name: str, conditions: Mapping[str, str], exponent: int) -> Rule:
    if name == NEVER_BOUGHT:
        raise ValueError(translate("“{name}” is kept for customers who never bought").format(name=name))
    bands = {}
    for measure, text in conditions.items():
        if measure not in MEASURES:
            sentence = translate("“{measure}” is not a measure; there are {measures}")
            raise ValueError(sentence.format(measure=measure, measures=", ".join(MEASURES)))
        if measure == "monetary":
            bands["monetary_minor"] = parse_band(text, exponent)
        else:
            bands[measure] = parse_band(text)
    return Rule(name, bands)


def _whole_space(rules: Sequence[Rule]) -> _Box:
    return {measure: LIMITS[measure] for rule in rules for measure in rule.conditions}


def _cut_out(box: _Box, rule: Rule) -> _Box:
    """The part of the box that the rule fits; an end before its start where it fits none."""
    part = dict(box)
    for measure, band in rule.conditions.items():
        (low, high), (band_low, band_high) = box[measure], band.ends
        part[measure] = max(low, band_low), min(high, band_high)
    return part


def _is_empty(box: _Box) -> bool:
    return any(low > high for low, high in box.values())


def _outside(box: _Box, rules: Sequence[Rule]) -> dict[str, int] | None:
    """A point of the box that none of the rules fits, as near to zero as it can be; None where there is none.

    What the first rule leaves of the box falls into disjoint boxes, two a measure at most, each searched
    against the other rules: exact on integers, and far fewer boxes than a grid over all measures has cells.
    """
    if _is_empty(box):
        return None
    if not rules:
        return {measure: min(max(0, low), high) for measure, (low, high) in box.items()}
    inside = _cut_out(box, rules[0])
    if _is_empty(inside):
        return _outside(box, rules[1:])
    rest = dict(box)
    for measure in rules[0].conditions:
        (low, high), (inside_low, inside_high) = box[measure], inside[measure]
        for left_over in ((low, inside_low - 1), (inside_high + 1, high)):
            found = _outside({**rest, measure: left_over}, rules[1:])
            if found is not None:
                return found
        rest[measure] = inside[measure]
    return None
