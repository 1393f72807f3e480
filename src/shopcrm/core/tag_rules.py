"""The rules of the settings that put tags on customers and take them off."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from shopcrm.core.points_rules import Value, as_fraction


@dataclass(frozen=True, slots=True)
class TagRule:
    """One tag, and who has it: whom `where` chooses, and whose purchases of `weigh` weigh enough. Either may be None.

    A purchase day weighs 1 on its day, and half as much after every `half_life_days`.
    """

    name: str
    where: str | None
    weigh: str | None
    half_life_days: int
    at_least: Fraction


def read_tags(texts: Mapping[str, Value]) -> tuple[TagRule, ...]:
    """Every rule that is not switched off, by name."""
    rules = []
    for name in sorted({key.split(".")[1] for key in texts if key.startswith("tags.")}):
        said = {key: _text(texts, f"tags.{name}.{key}") for key in ("where", "weigh", "half_life_days", "at_least")}
        if said["where"] or said["weigh"]:
            half_life, least = said["half_life_days"] or "90", said["at_least"] or "1"
            rules.append(TagRule(name, said["where"], said["weigh"], int(half_life), as_fraction(least)))
    return tuple(rules)


def _text(texts: Mapping[str, Value], key: str) -> str | None:
    value = texts.get(key)
    return None if not isinstance(value, str) or value.lower() == "none" else value
