"""Points at the counter: a customer spends some on a receipt, or the owner corrects a balance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize
from uuid import uuid4

from shopcrm.core import ledger
from shopcrm.core.audience import Found, find_one
from shopcrm.core.book import Book
from shopcrm.core.errors import BelowMinimum, NotAStep, PointsNotPositive
from shopcrm.core.language import translate


@dataclass(frozen=True, slots=True)
class Moved:
    """One entry and the balance after it. `points` is signed; `value_minor` is what the points are worth."""

    entry: int
    customer: str
    name: str | None
    points: int
    balance_points: int
    value_minor: int
    on: date
    key: str
    is_repeat: bool


def redeem(book: Book, text: str, *, points: int, receipt: str, store: str | None = None) -> Moved:
    """Spends a customer's points on a receipt; once for a store, a day and a receipt.

    Raises CustomerUnknown, CustomerAmbiguous, InsufficientPoints, BelowMinimum, NotAStep, KeyReused, EntryBeforeLast.
    """
    found, rules = find_one(book, text), book.settings.points
    number = " ".join(normalize("NFKC", receipt).split())
    _refuse_wrong_number(points, translate("write how many to redeem, 1 or more"), points > 0)
    _refuse_wrong_number(points, translate("the number of the receipt is needed"), bool(number))
    if points < rules.minimum_points:
        raise BelowMinimum(minimum_points=rules.minimum_points, points=points, customer=found.customer, receipt=receipt)
    if points % rules.step_points:
        nearest = max(points // rules.step_points, 1) * rules.step_points
        raise NotAStep(
            step_points=rules.step_points,
            points=points,
            nearest_points=nearest,
            customer=found.customer,
            receipt=receipt,
        )
    # One receipt is one receipt, however its number is typed the second time.
    key = f"redeem:{store or book.settings.shop.store}:{book.as_of}:{number.upper()}"
    inputs = {"value": f"{rules.value_points} points = {rules.value_minor} minor"}
    return _post(
        book, found, key=key, kind="redeem", points=-points, receipt=number.upper(), rule="points.value", inputs=inputs
    )


def adjust(book: Book, text: str, *, points: int, reason: str, key: str | None = None) -> Moved:
    """Adds or takes points by hand, with a reason. With a key a retry is harmless; without one every call posts.

    Raises CustomerUnknown, CustomerAmbiguous, InsufficientPoints, KeyReused, EntryBeforeLast.
    """
    found = find_one(book, text)
    _refuse_wrong_number(points, translate("write +N to add or -N to take"), points != 0)
    _refuse_wrong_number(points, translate("a reason is needed"), bool(reason.strip()))
    own_key = f"adjust:{key or uuid4().hex}"
    return _post(
        book, found, key=own_key, kind="adjust", points=points, reason=reason.strip(), rule="by hand", inputs={}
    )


def _refuse_wrong_number(points: int, expected: str, is_right: bool) -> None:
    if not is_right:
        raise PointsNotPositive(points=points, expected=expected)


def _post(
    book: Book,
    found: Found,
    *,
    key: str,
    kind: str,
    points: int,
    rule: str,
    inputs: Mapping[str, object],
    receipt: str | None = None,
    reason: str | None = None,
) -> Moved:
    posting = ledger.Posting(
        key=key,
        customer_id=found.id,
        kind=kind,
        points=points,
        on=book.as_of,
        rule=rule,
        inputs=inputs,
        settings_version_id=book.settings.version_id,
        receipt=receipt,
        reason=reason,
    )
    posted = ledger.post(book, posting)
    if not posted.is_repeat:
        book.tell(f"{kind} {points} points of {found.customer}, entry {posted.entry_id}")
    return Moved(
        entry=posted.entry_id,
        customer=found.customer,
        name=found.name,
        points=posted.points,
        balance_points=ledger.balance(book, found.id).balance_points,
        value_minor=book.settings.points.worth_minor(abs(posted.points)),
        on=posted.on,
        key=key,
        is_repeat=posted.is_repeat,
    )
