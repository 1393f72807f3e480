"""Lists offers, and shows one: its terms in sentences, how much of its limits is used up, and how it came to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from shopcrm.core import coupons
from shopcrm.core.book import Book
from shopcrm.core.coupons import Terms
from shopcrm.core.coupons.wording import days_of, gives, money, sentences, worth
from shopcrm.core.language import mark
from shopcrm.core.language import translate as _
from shopcrm.core.schema.offers import offer, offer_terms
from shopcrm.features.offers.counting import Tally, tally_all
from shopcrm.features.offers.writing import differing


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One offer with how many coupons of it were issued and redeemed; from `retired_on` on none of it are issued.

    No name where it says no more than what the offer gives.
    """

    offer: str
    offer_name: str | None
    gives: str
    days: str
    issued: int
    redeemed: int
    retired_on: date | None


@dataclass(frozen=True, slots=True)
class OfferList:
    """Every offer that there was up to the business date, the latest first."""

    items: tuple[OfferRow, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the terms: since when, by whom, and what changed with it."""

    version: int
    on: date
    by: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """The terms of an offer on the business date; `lines` say them, what is used up, and every change, in sentences.

    `limit_left` and the amounts are None where there is no limit and no budget; `used` are all coupons but void ones.
    """

    offer: str
    name: str
    kind: str
    gives: str
    days: str
    min_spend_minor: int | None
    categories: tuple[str, ...]
    skus: tuple[str, ...]
    tiers: tuple[str, ...]
    segments: tuple[str, ...]
    combines: tuple[str, ...]
    is_birthday_month: bool
    is_bearer: bool
    per_customer: int | None
    issue_limit: int | None
    used: int
    limit_left: int | None
    budget_minor: int | None
    given_minor: int
    promised_minor: int
    budget_left_minor: int | None
    added_on: date
    retired_on: date | None
    versions: tuple[Version, ...]
    lines: tuple[str, ...]


def list_all(book: Book) -> OfferList:
    """The offers as of the business date, those added last first; retired ones say since when."""
    latest: dict[int, Terms] = {}
    for terms in coupons.every_version(book):
        latest.setdefault(terms.offer_id, terms)
    tallies = tally_all(book)
    rows = select(offer).where(offer.c.added_on <= book.as_of).order_by(offer.c.added_on.desc(), offer.c.id.desc())
    found = book.connection.execute(rows).all()
    return OfferList(tuple(_row(book, row, latest[row.id], tallies.get(row.id) or Tally()) for row in found))


def show(book: Book, code: str) -> ShownOffer:
    """One offer as of the business date. Raises OfferUnknown."""
    row = coupons.find_offer(book, code)
    versions = coupons.every_version(book, row.id)
    terms, tally = versions[0], tally_all(book, row.id).get(row.id) or Tally()
    limit, budget, spent_minor = terms.issue_limit, terms.budget_minor, tally.discount_minor + tally.promised_minor
    history = _history(book, row.id, versions)
    retired_on = _retired_on(book, row)
    lines = [
        f"{terms.offer}  {terms.name}",
        *sentences(book, terms),
        *_limits(book, terms, tally),
        *([_("Issues no more coupons since {day}.").format(day=retired_on)] if retired_on else []),
        "",
        *_changes_said(history),
    ]
    return ShownOffer(
        offer=terms.offer, name=terms.name, kind=terms.kind, gives=gives(book, terms), days=days_of(terms),
        min_spend_minor=terms.min_spend_minor, categories=terms.categories, skus=terms.skus, tiers=terms.tiers,
        segments=terms.segments, combines=tuple(sorted(terms.combines)), is_birthday_month=terms.is_birthday_month,
        is_bearer=terms.is_bearer, per_customer=terms.per_customer, issue_limit=limit, used=tally.counting,
        limit_left=None if limit is None else max(0, limit - tally.counting), budget_minor=budget,
        given_minor=tally.discount_minor, promised_minor=tally.promised_minor,
        budget_left_minor=None if budget is None else max(0, budget - spent_minor), added_on=row.added_on,
        retired_on=retired_on, versions=history, lines=tuple(lines),
    )  # fmt: skip


def _row(book: Book, row: Any, terms: Terms, tally: Tally) -> OfferRow:
    said = gives(book, terms)
    return OfferRow(
        offer=row.code, offer_name=None if terms.name == said else terms.name, gives=said, days=days_of(terms),
        issued=tally.issued, redeemed=tally.by_status["redeemed"], retired_on=_retired_on(book, row),
    )  # fmt: skip


def _limits(book: Book, terms: Terms, tally: Tally) -> Iterator[str]:
    if terms.per_customer is not None:
        yield _("For one customer at most: {limit}").format(limit=terms.per_customer)
    said = {"used": tally.counting, "limit": terms.issue_limit, "left": (terms.issue_limit or 0) - tally.counting}
    if terms.issue_limit is None:
        yield _("Issued: {used}, without a limit").format(used=tally.counting)
    else:
        yield _("Issued: {used} of {limit}, {left} left").format(**(said | {"left": max(0, said["left"] or 0)}))
    given, promised = tally.discount_minor, tally.promised_minor
    amounts = {"given": money(book, given), "promised": money(book, promised)}
    if terms.budget_minor is not None:
        left = money(book, max(0, terms.budget_minor - given - promised))
        sentence = _("Budget: {budget}; {given} given, {promised} promised by open coupons, {left} left")
        yield sentence.format(budget=money(book, terms.budget_minor), left=left, **amounts)
    elif given or promised:
        yield _("Without a budget: {given} given, {promised} promised by open coupons").format(**amounts)


def _history(book: Book, offer_id: int, versions: list[Terms]) -> tuple[Version, ...]:
    wanted = select(offer_terms.c.id, offer_terms.c.on, offer_terms.c.by).where(offer_terms.c.offer_id == offer_id)
    rows = {row.id: row for row in book.connection.execute(wanted)}
    told = []
    for terms, before in zip(versions, [*versions[1:], None], strict=True):
        changes = tuple(_changes(book, before, terms)) if before else ()
        told.append(Version(terms.version, rows[terms.id].on, rows[terms.id].by, changes))
    return tuple(reversed(told))


def _changes_said(history: tuple[Version, ...]) -> Iterator[str]:
    for version in history:
        said = {"version": version.version, "day": version.on, "by": version.by}
        if version.version == 1:
            yield _("Version {version}, {day}, by {by}: added").format(**said)
        else:
            changes = "; ".join(version.changes)
            yield _("Version {version}, {day}, by {by}: {changes}").format(**said, changes=changes)


_WORTH = ("value_minor", "off_rate", "item")  # what one option says, kept by kind
_FIELDS = {
    "name": mark("name"), "kind": mark("kind"), **dict.fromkeys(_WORTH, mark("value")),
    "max_discount_minor": mark("at most"), "min_spend_minor": mark("from a spend of"),
    "first_on": mark("first day"), "last_on": mark("last day"), "valid_days": mark("days good"),
    "start_after_days": mark("days until it starts"), "per_customer": mark("for one customer"),
    "issue_limit": mark("limit"), "budget_minor": mark("budget"), "categories": mark("categories"),
    "skus": mark("skus"), "tiers": mark("tiers"), "segments": mark("segments"), "combines": mark("combines"),
    "is_birthday_month": mark("birthday month"), "is_bearer": mark("for whoever brings it"),
}  # fmt: skip


def _changes(book: Book, before: Terms, after: Terms) -> Iterator[str]:
    """What differs, in words; a name that is made from the terms says nothing of its own."""
    for name in differing(before, after):
        if name == "name" and all(terms.name == gives(book, terms) for terms in (before, after)):
            continue
        was, became = (_value(book, name, terms) for terms in (before, after))
        if name not in _WORTH or name == next(each for each in differing(before, after) if each in _WORTH):
            yield f"{_(_FIELDS[name])} {was} → {became}"


def _value(book: Book, name: str, terms: Terms) -> str:
    value: Any = getattr(terms, name)
    if name in _WORTH:
        return worth(book, terms._replace(max_discount_minor=None))
    if value is None or value in ((), frozenset()):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name.endswith("_minor"):
        return money(book, value)
    if isinstance(value, (tuple, frozenset)):
        return ", ".join(sorted(value))
    return _(value) if name == "kind" else str(value)


def _retired_on(book: Book, row: Any) -> date | None:
    return row.retired_on if row.retired_on and row.retired_on <= book.as_of else None
