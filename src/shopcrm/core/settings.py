"""The rules of the shop, versioned in the book: each version is a set of changed keys with the day it takes effect."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from sqlalchemy import Connection, select

from shopcrm.core import money
from shopcrm.core.errors import BookUnsound, SettingRefused, ShopError
from shopcrm.core.language import translate
from shopcrm.core.points_rules import (
    GrantRule,
    PointsRules,
    PromotionRule,
    Value,
    as_fraction,
    read_grants,
    read_points,
    read_promotions,
)
from shopcrm.core.schema.house import settings_version
from shopcrm.core.setting_keys import SEGMENT_MEASURES, check_value, flatten
from shopcrm.core.tag_rules import TagRule, read_tags
from shopcrm.core.wallet_rules import WalletRules, read_wallet

TEMPLATES = ("general", "apparel")
FIELDS = ("style", "size", "scene")  # in which customers prefer something, where older settings name none


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """Who the shop is. Currency and time zone hold for the life of the book."""

    name: str
    currency: str
    timezone: str
    country: str
    store: str
    exponent: int


@dataclass(frozen=True, slots=True)
class TierRule:
    """One tier: the net spend that reaches it (inclusive) and what it promises."""

    name: str
    from_minor: int
    multiplier: Fraction
    benefits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SegmentRule:
    """One segment and its bands by measure, all of which must hold."""

    name: str
    bands: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Settings:
    """All rules in force on one day."""

    version_id: int
    texts: Mapping[str, Value]
    shop: ShopFacts
    points: PointsRules
    promotions: tuple[PromotionRule, ...]
    grants: Mapping[str, GrantRule]
    tiers: tuple[TierRule, ...]  # from the lowest up
    segments: tuple[SegmentRule, ...]  # in the order they are tried
    cuts: Mapping[str, tuple[Fraction, ...]]  # fixed RFM cuts by measure; absent where quantiles are used
    lapsed_by: Fraction
    wallet: WalletRules
    needs_consent: bool  # marketing goes only to those who said yes
    tags: tuple[TagRule, ...]  # by name
    preference_fields: tuple[str, ...]  # of the trade, in which customers prefer something


class Version(NamedTuple):
    """One row of the settings' history."""

    version_id: int
    effective_on: date | None
    changes: Mapping[str, Value]
    set_at: datetime
    by: str


class SettingsHistory:
    """Every version, and the rules they add up to on any day."""

    def __init__(self, versions: Sequence[Version]) -> None:
        # What init wrote holds since ever; later versions by the day they take effect, then by when they were set.
        self.versions = sorted(versions, key=lambda v: (v.effective_on or date.min, v.version_id))
        self._starts = [version.effective_on or date.min for version in self.versions]
        self._cached: dict[int, Settings] = {}

    @property
    def first(self) -> Settings:
        """The rules since ever."""
        return self.on(date.min)

    def on(self, day: date) -> Settings:
        """The rules in force on a day."""
        count = bisect_right(self._starts, day)
        if count not in self._cached:
            texts: dict[str, Value] = {}
            for version in self.versions[:count]:
                texts |= version.changes
            self._cached[count] = self._read(texts, self.versions[count - 1])
        return self._cached[count]

    def _read(self, texts: Mapping[str, Value], version: Version) -> Settings:
        try:
            return read_settings(texts, version.version_id)
        except (ShopError, ValueError, ArithmeticError, KeyError) as refusal:  # only a changed file can say such things
            finding = translate("the settings from {on} on cannot be read: {reason}")
            on = version.effective_on or translate("the first day")
            raise BookUnsound(finding=finding.format(on=on, reason=refusal)) from None

    @property
    def starts(self) -> list[date]:
        """The first day of every stretch of days with the same rules."""
        return sorted(set(self._starts))

    def changes_until(self, day: date) -> list[tuple[date, Settings]]:
        """(first day, rules) of every stretch of days with the same rules, up to and including `day`."""
        return [(start, self.on(start)) for start in self.starts if start <= day]


def load_history(connection: Connection) -> SettingsHistory:
    """The history that stands in the book."""
    rows = connection.execute(select(settings_version))
    return SettingsHistory([Version(r.id, r.effective_on, r.changes, r.set_at, r.by) for r in rows])


@lru_cache(maxsize=4)
def read_template(name: str) -> Mapping[str, Value]:
    """The settings that `init --template` begins with, as dotted keys."""
    import tomllib

    text = files("shopcrm.core").joinpath("templates", f"{name}.toml").read_text(encoding="utf-8")
    return flatten(tomllib.loads(text))


def checked(texts: Mapping[str, Value]) -> dict[str, Value]:
    """The texts in their kept form, each checked by itself and all of them together. Raises SettingRefused, ..."""
    currency = check_value("shop.currency", texts["shop.currency"], 2)
    exponent = money.exponent_of(str(currency))
    kept = {name: check_value(name, value, exponent) for name, value in texts.items()}
    read_settings(kept, 0)
    return kept


def read_settings(texts: Mapping[str, Value], version_id: int) -> Settings:
    """The rules that the texts say. Raises SettingRefused where they do not fit together."""
    exponent = money.exponent_of(_text(texts, "shop.currency"))
    shop = ShopFacts(
        **{name: _text(texts, f"shop.{name}") for name in ("name", "currency", "timezone", "country", "store")},
        exponent=exponent,
    )
    return Settings(
        version_id=version_id,
        texts=texts,
        shop=shop,
        points=read_points(texts, exponent),
        promotions=read_promotions(texts),
        grants=read_grants(texts),
        tiers=_tiers(texts, exponent),
        segments=_segments(texts),
        cuts=_cuts(texts, exponent),
        lapsed_by=as_fraction(_text(texts, "winback.lapsed_by")),
        wallet=read_wallet(texts, exponent),
        # Of a book that is older than the setting nobody's list is emptied over night; a no holds in any case.
        needs_consent=texts.get("consents.marketing_needs_consent", "no") == "yes",
        tags=read_tags(texts),
        preference_fields=tuple(_list(texts, "preferences.fields")) or FIELDS,
    )


def _tiers(texts: Mapping[str, Value], exponent: int) -> tuple[TierRule, ...]:
    tiers = tuple(
        TierRule(
            name=name,
            from_minor=money.parse_minor(_text(texts, f"tiers.{name}.from"), exponent),
            multiplier=as_fraction(str(texts.get(f"tiers.{name}.multiplier", "1"))),
            benefits=tuple(_list(texts, f"tiers.{name}.benefits")),
        )
        for name in _list(texts, "tiers.order")
    )
    steps = [tier.from_minor for tier in tiers]
    if any(step <= 0 for step in steps) or steps != sorted(set(steps)):
        expected = translate("every tier must need more spend than the one before it, and the first more than 0")
        raise SettingRefused(key="tiers.order", value=", ".join(tier.name for tier in tiers), expected=expected)
    return tiers


def _segments(texts: Mapping[str, Value]) -> tuple[SegmentRule, ...]:
    rules = tuple(
        SegmentRule(
            name=name,
            bands={
                measure: _text(texts, f"segments.{name}.{measure}")
                for measure in SEGMENT_MEASURES
                if f"segments.{name}.{measure}" in texts
            },
        )
        for name in _list(texts, "segments.order")
    )
    if not rules or rules[-1].bands:
        expected = translate("the last segment must have no bands, so that it takes everyone who is left")
        raise SettingRefused(key="segments.order", value=", ".join(rule.name for rule in rules), expected=expected)
    return rules


def _cuts(texts: Mapping[str, Value], exponent: int) -> dict[str, tuple[Fraction, ...]]:
    cuts = {}
    for name, measure, scale in (
        ("recency_days", "recency_days", 1),
        ("frequency", "frequency", 1),
        ("monetary", "monetary_minor", 10**exponent),
    ):
        if given := _list(texts, f"rfm.{name}"):
            cuts[measure] = tuple(as_fraction(text) * scale for text in given)
    return cuts


def _text(texts: Mapping[str, Value], name: str) -> str:
    value = texts.get(name)
    if not isinstance(value, str):
        raise SettingRefused(key=name, value=value or "", expected=translate("it is needed and has no value"))
    return value


def _list(texts: Mapping[str, Value], name: str) -> list[str]:
    value = texts.get(name, [])
    return value if isinstance(value, list) else [value]
