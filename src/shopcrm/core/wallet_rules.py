"""The rules of stored value as settings say them: the bonus of a top-up, how long it lasts, what a refund takes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from shopcrm.core import money
from shopcrm.core.errors import SettingRefused
from shopcrm.core.language import translate
from shopcrm.core.points_rules import NEVER, Expiry, Value, as_expiry, as_share

REFUND_BONUS = ("forfeit", "keep")
_MOST_PARTS = 120
_PAID = re.compile(r"at\s+once|monthly\s+(?P<parts>\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TopUpStep:
    """What a top-up of so much or more brings on top: an amount, or a share of what is paid in.

    It is paid in `parts`: 1 is at once, more is one at once and another every month after.
    """

    name: str
    from_minor: int
    bonus_minor: int
    bonus_share: Fraction
    parts: int

    def bonus_of(self, principal_minor: int) -> int:
        """The bonus of a top-up, in minor units; a share is rounded down."""
        return self.bonus_minor + int(principal_minor * self.bonus_share)


@dataclass(frozen=True, slots=True)
class WalletRules:
    """Steps from the lowest up; how long a bonus lasts; whether a refund leaves the bonus of what it gives back."""

    steps: tuple[TopUpStep, ...] = ()
    bonus_expiry: Expiry = NEVER
    keeps_bonus: bool = False

    def step_of(self, principal_minor: int) -> TopUpStep | None:
        """The highest step that a top-up reaches."""
        reached = [step for step in self.steps if step.from_minor <= principal_minor]
        return reached[-1] if reached else None


def read_wallet(texts: Mapping[str, Value], exponent: int) -> WalletRules:
    """The rules that the texts say. A step without an amount from which it counts, or without a bonus, counts not yet.

    Raises SettingRefused where two steps begin at the same amount.
    """
    names = sorted({name.split(".")[1] for name in texts if name.startswith("topups.")})
    said = {name: {key: texts.get(f"topups.{name}.{key}") for key in ("from", "bonus", "paid")} for name in names}
    steps = [
        TopUpStep(
            name, money.parse_minor(str(step["from"]), exponent), *as_bonus(str(step["bonus"]), exponent),
            as_parts(str(step["paid"])) if step["paid"] else 1,
        )
        for name, step in said.items()
        if step["from"] and step["bonus"]
    ]  # fmt: skip
    steps.sort(key=lambda step: step.from_minor)
    for lower, higher in pairwise(steps):
        if lower.from_minor == higher.from_minor:
            expected = translate("step “{other}” begins at the same amount").format(other=lower.name)
            raise SettingRefused(
                key=f"topups.{higher.name}.from", value=str(said[higher.name]["from"]), expected=expected
            )
    return WalletRules(
        steps=tuple(steps),
        bonus_expiry=as_expiry(str(texts.get("wallet.bonus_expiry", "none"))),
        keeps_bonus=texts.get("wallet.refund_bonus", "forfeit") == "keep",
    )


def as_bonus(text: str, exponent: int) -> tuple[int, Fraction]:
    """`50.00` as (5000, 0), `10 %` as (0, 1/10). Raises ValueError and AmountUnreadable."""
    if text.strip().endswith("%"):
        return 0, as_share(text)
    minor = money.parse_minor(text, exponent)
    if minor < 0:
        raise ValueError(text)
    return minor, Fraction(0)


def as_parts(text: str) -> int:
    """`at once` as 1, `monthly 10` as 10. Raises ValueError."""
    match = _PAID.fullmatch(text.strip())
    parts = int(match["parts"] or 1) if match else 0
    if not 1 <= parts <= _MOST_PARTS:
        raise ValueError(text)
    return parts
