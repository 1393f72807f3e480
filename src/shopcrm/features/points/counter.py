"""Points at the counter: a customer spends some on a receipt, or the owner corrects a balance."""

from shlex import quote
from typing import NamedTuple
from uuid import uuid4

from shopcrm.core.audience import Found, find_one
from shopcrm.core.book import Book
from shopcrm.core.errors import AmountTooSmall, BelowMinimum, NotAStep, OverShare, PointsWorthless, UsageWrong
from shopcrm.core.language import translate
from shopcrm.core.ledger.keys import open_key, standing
from shopcrm.core.money import format_minor, parse_minor
from shopcrm.core.points_rules import PointsRules
from shopcrm.features.points.moved import Moved, move, plain_text, refuse_before_expiry, refuse_wrong_number
from shopcrm.features.points.receipts import known_store, total_of


class _Paying(NamedTuple):
    """Points that are to pay for a receipt, and how the receipt was named."""

    found: Found
    points: int
    receipt: str
    store: str | None
    total: str | None

    @property
    def options(self) -> str:
        """The receipt as it is typed behind the number of points."""
        named = (("--receipt", self.receipt), ("--total", self.total), ("--store", self.store))
        return " ".join(f"{option} {quote(value)}" for option, value in named if value)


def redeem(
    book: Book,
    text: str,
    *,
    receipt: str,
    points: int | None = None,
    amount: str | None = None,
    total: str | None = None,
    store: str | None = None,
) -> Moved:
    """Spends a customer's points on a receipt; once for a store, a day and a receipt.

    Either `points`, or an `amount` of money: the most points in whole steps that are worth no more than it. Where the
    receipt's total is known (`total`, or its sale in the book), points pay no more of it than the shop's share.

    Raises CustomerUnknown, CustomerAmbiguous, InsufficientPoints, AmountTooSmall, BelowMinimum, NotAStep, OverShare,
    PointsWorthless, StoreUnknown, KeyReused, EntryBeforeLast.
    """
    if (points is None) == (amount is None):
        problem = translate("Say how much with one of {options}.").format(options="--points, --amount")
        raise UsageWrong(problem=problem, command="shopcrm points redeem")
    found, rules, number = find_one(book, text), book.settings.points, plain_text(receipt)
    asked = points if points is not None else _points_for(book, rules, amount or "")
    refuse_wrong_number(asked, translate("write how many to redeem, 1 or more"), asked > 0)
    refuse_wrong_number(asked, translate("the number of the receipt is needed"), bool(number))
    store = known_store(book, store)
    # One receipt is one receipt, however its number is typed the second time.
    key = open_key(book, f"redeem:{store or book.settings.shop.store}:{book.as_of}:{number.upper()}")
    inputs: dict[str, object] = {"value": f"{rules.value_points} points = {rules.value_minor} minor"}
    paying = _Paying(found, asked, number, store, total)
    if not standing(book, key):
        _refuse_odd_number(rules, paying)
        inputs |= _refuse_over_share(book, rules, paying)
    return move(
        book, found, key=key, kind="redeem", points=-asked, receipt=number.upper(), rule="points.value", inputs=inputs
    )


def adjust(book: Book, text: str, *, points: int, reason: str, key: str | None = None) -> Moved:
    """Adds or takes points by hand, with a reason. With a key a retry is harmless; without one every call posts.

    What is added lasts as long as the settings let points last.

    Raises CustomerUnknown, CustomerAmbiguous, InsufficientPoints, KeyReused, EntryBeforeLast, PeriodBeforeLastExpiry.
    """
    found = find_one(book, text)
    refuse_wrong_number(points, translate("write +N to add or -N to take"), points != 0)
    refuse_wrong_number(points, translate("a reason is needed"), bool(reason.strip()))
    own_key = f"adjust:{key or uuid4().hex}"
    if points > 0 and not standing(book, own_key):
        refuse_before_expiry(book, found)
    expires_on = book.settings.points.expiry.last_good_day(book.as_of) if points > 0 else None
    return move(
        book, found, key=own_key, kind="adjust", points=points, rule="by hand", reason=reason.strip(),
        expires_on=expires_on,
    )  # fmt: skip


def _points_for(book: Book, rules: PointsRules, amount: str) -> int:
    minor = parse_minor(amount, book.exponent)
    if not rules.value_minor:
        raise PointsWorthless(amount=format_minor(minor, book.exponent), currency=book.currency)
    points = rules.points_within(minor)
    if points <= 0:
        # The least that buys a step, rounded up: a minor unit less would not.
        least_minor = -(-_least_points(rules) * rules.value_minor // rules.value_points)
        raise AmountTooSmall(
            amount=format_minor(minor, book.exponent), currency=book.currency, least_points=_least_points(rules),
            least=format_minor(least_minor, book.exponent),
        )  # fmt: skip
    return points


def _least_points(rules: PointsRules) -> int:
    """The fewest points that minimum and step allow."""
    return -(-max(rules.minimum_points, 1) // rules.step_points) * rules.step_points


def _refuse_odd_number(rules: PointsRules, paying: _Paying) -> None:
    points, least = paying.points, _least_points(rules)
    facts = {"points": points, "customer": paying.found.customer, "options": paying.options}
    if points < rules.minimum_points:
        raise BelowMinimum(minimum_points=rules.minimum_points, least_points=least, **facts)
    if points % rules.step_points:
        nearest = max(points // rules.step_points * rules.step_points, least)
        raise NotAStep(step_points=rules.step_points, nearest_points=nearest, **facts)


def _refuse_over_share(book: Book, rules: PointsRules, paying: _Paying) -> dict[str, object]:
    """Refuses more than the share of the receipt; answers what the share was worked out from."""
    if paying.total is not None:
        total_minor: int | None = parse_minor(paying.total, book.exponent)
    else:
        total_minor = total_of(book, paying.found, paying.receipt, paying.store)
    if total_minor is None or not rules.value_minor:  # points that are worth nothing pay no share of anything
        return {}
    share = str(book.settings.texts.get("points.max_share", "100 %"))
    most = rules.points_within(max(0, int(total_minor * rules.max_share)))
    if paying.points > most:
        is_possible = most >= _least_points(rules)
        again = f"points redeem {paying.found.customer} --points {most} {paying.options}"
        raise OverShare(
            share=share,
            receipt=paying.receipt,
            total=format_minor(total_minor, book.exponent),
            currency=book.currency,
            most_points=most,
            most=format_minor(rules.worth_minor(most), book.exponent),
            points=paying.points,
            command=again if is_possible else f"points statement {paying.found.customer}",
        )
    return {"total_minor": total_minor, "max_share": share}
