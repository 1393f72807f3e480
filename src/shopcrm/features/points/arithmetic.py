"""How an entry came to its points, written out from what was kept with it: sentences over an entry's inputs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from shopcrm.core.language import Counted, mark
from shopcrm.core.language import translate as _
from shopcrm.core.money import format_minor

_VALUE = re.compile(r"(\d+) points = (\d+) minor")

# What says something by itself; whatever else was kept is said by its name.
_NOTED: Mapping[str, str] = {
    "excluded_minor": mark("{value} of the receipt earns nothing: what it was paid for is excluded."),
    "tax_minor": mark("{value} of the receipt is tax, which earns nothing."),
    "pending_days": mark("They could be spent {value} days later."),
    "expires": mark("How long they last: {value}."),
    "expiry": mark("How long they last: {value}."),
    "covered_by": mark("The sale itself was counted in the opening balance."),
    "withdrawn": mark("The receipt was withdrawn, by {value}."),
    "sheet": mark("The sheet named {value} points."),
    "book": mark("The book held {value} points."),
    "batch": mark("It came with batch {value}."),
    "earned_on": mark("They were earned on {value}."),
    "expires_on": mark("Their last good day was {value}."),
}

_PARTS = ("excluded_minor", "tax_minor")  # of a receipt, kept together: where there is one, the other may be nothing


@dataclass
class Inputs:
    """What was kept with an entry, in the book's money, and which of it has been said."""

    kept: Mapping[str, Any]
    texts: Mapping[str, Any]  # the settings by which it was posted
    currency: str
    exponent: int
    said: set[str] = field(default_factory=set)

    def take(self, name: str) -> Any:
        """One input, which counts as said; None where it was not kept."""
        self.said.add(name)
        return self.kept.get(name)

    def money(self, minor: int) -> str:
        """An amount with its currency."""
        return f"{format_minor(minor, self.exponent)} {self.currency}"


def calculation(inputs: Inputs, points: int, before: int) -> Iterator[str]:
    """Sentences that write out how `points` came about, where what was kept suffices.

    `before` is what earlier entries of the same receipt had given: an entry for a changed receipt is the difference.
    """
    if "sale_points" in inputs.kept:
        yield from _share_of_a_sale(inputs, points + before)
    elif "rate" in inputs.kept:
        yield from _rate_times_amount(inputs, points, before)
    elif isinstance(inputs.kept.get("value"), str) and (match := _VALUE.fullmatch(inputs.take("value"))):
        value_points, value_minor = int(match[1]), int(match[2])
        worth, rest = divmod(abs(points) * value_minor, value_points)
        sentence = _("{points:point|points} × {value} / {value_points} = {worth}, rounded down")
        if not rest:
            sentence = _("{points:point|points} × {value} / {value_points} = {worth}")
        yield sentence.format(
            points=Counted(abs(points)), value=inputs.money(value_minor), value_points=value_points,
            worth=inputs.money(worth),
        )  # fmt: skip


def remarks(inputs: Inputs) -> Iterator[str]:
    """A sentence for everything that was kept and has not been said yet."""
    for name, value in inputs.kept.items():
        if name in inputs.said or value in (None, "", [], {}) or (name in _PARTS and not value):
            continue
        shown = inputs.money(value) if name.endswith("_minor") and isinstance(value, int) else _plain(value)
        sentence = _(_NOTED[name]) if name in _NOTED else _("Kept with it: {name} = {value}.")
        yield sentence.format(name=name, value=shown)


def _rate_times_amount(inputs: Inputs, points: int, before: int) -> Iterator[str]:
    net_minor = inputs.take("net_minor")
    base_minor = inputs.take("base_minor")
    if base_minor is not None and base_minor != net_minor:
        yield _("{net} were paid, of which {base} earn.").format(
            net=inputs.money(abs(net_minor)), base=inputs.money(abs(base_minor))
        )
    amount = abs(int(net_minor if base_minor is None else base_minor))
    factors = [(Fraction(str(inputs.take("rate"))), "")]
    if (multiplier := inputs.take("multiplier")) is not None:
        factors.append((Fraction(str(multiplier)), str(inputs.take("tier") or "")))
    if (extra := inputs.take("promotion")) is not None:
        factors.append((_extra_multiplier(inputs, str(extra)), str(extra)))
    exact = Fraction(amount, 10**inputs.exponent)
    for factor, _name in factors:
        exact *= factor
    earned = int(exact)  # rounded towards zero, as the sweep does
    terms = " × ".join(f"{factor} ({name})" if name else str(factor) for factor, name in factors)
    sentence = _("{amount} × {terms} = {points:point|points}")
    if exact != earned:
        sentence = _("{amount} × {terms} = {points:point|points}, rounded down")
    yield sentence.format(amount=inputs.money(amount), terms=terms, points=Counted(earned))
    if points > 0 and before and before + points == earned:
        yield _("{before} points had been posted for this receipt before; this is the difference: {points}.").format(
            before=Counted(before), points=Counted(points, f"{points:+,}")
        )
    if points < 0 and -points < earned:
        yield _("No more was taken back than the customer's receipts had earned: {points}.").format(
            points=Counted(-points)
        )


def _share_of_a_sale(inputs: Inputs, points: int) -> Iterator[str]:
    sale_points, sale_minor = int(inputs.take("sale_points")), inputs.take("sale_minor")
    base_minor, given_back, left = inputs.take("sale_base_minor"), inputs.take("net_minor"), inputs.take("left_points")
    returned_minor, of_base = inputs.take("returned_minor"), inputs.take("returned_base_minor")
    inputs.take("sale_revision")
    whole, returned = sale_minor, Fraction(abs(given_back or 0) if returned_minor is None else returned_minor)
    if of_base is not None and returned < sale_minor:  # what came back went by its lines
        whole, returned = sale_minor if base_minor is None else base_minor, Fraction(str(of_base))
    before = sale_points if left is None else left
    exact = sale_points * max(Fraction(0), 1 - returned / whole) if whole and returned else Fraction(sale_points)
    if not returned or before - int(exact) != -points:  # less was there to be taken, or older entries kept less
        yield _("Its sale gave {points:point|points}.").format(points=Counted(sale_points))
        return
    yield _sharing(of_base is not None and whole != sale_minor, exact.denominator > 1).format(
        sale=inputs.money(whole),
        points=Counted(sale_points),
        given_back=inputs.money(round(returned)),
        kept=Counted(int(exact)),
    )
    if before != sale_points:
        sentence = _("{taken:point|points} of those had been taken back before.")
        yield sentence.format(taken=Counted(sale_points - before))


def _sharing(is_by_lines: bool, is_rounded: bool) -> str:
    if is_by_lines and is_rounded:
        return _(
            "Its sale gave {points:point|points} for {sale}, {given_back} of that came back:"
            " {points} × ({sale} - {given_back}) / {sale} = {kept} points stay, rounded down"
        )
    if is_by_lines:
        return _(
            "Its sale gave {points:point|points} for {sale}, {given_back} of that came back:"
            " {points} × ({sale} - {given_back}) / {sale} = {kept} points stay"
        )
    if is_rounded:
        return _(
            "Its sale of {sale} gave {points:point|points}, {given_back} of it came back:"
            " {points} × ({sale} - {given_back}) / {sale} = {kept} points stay, rounded down"
        )
    return _(
        "Its sale of {sale} gave {points:point|points}, {given_back} of it came back:"
        " {points} × ({sale} - {given_back}) / {sale} = {kept} points stay"
    )


def _extra_multiplier(inputs: Inputs, name: str) -> Fraction:
    kept = inputs.take("promotion_multiplier")
    return Fraction(str(kept if kept is not None else inputs.texts.get(f"promotions.{name}.multiplier", "1")))


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
