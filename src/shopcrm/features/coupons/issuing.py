"""Gives out coupons: to customers by name, to a group of them, or to whoever will hold them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import select

from shopcrm.core import coupons
from shopcrm.core.audience import chosen, find_one, in_group
from shopcrm.core.book import Book
from shopcrm.core.codes import shown_code
from shopcrm.core.coupons import Terms
from shopcrm.core.errors import NotForCustomer, OfferRetired, UsageWrong
from shopcrm.core.language import translate as _
from shopcrm.core.merging import whose
from shopcrm.core.schema.coupons import coupon, coupon_issue
from shopcrm.core.schema.offers import offer_terms
from shopcrm.core.schema.people import customer

GROUPS = ("segment", "tier", "tag", "campaign", "where")


@dataclass(frozen=True, slots=True)
class IssuedCoupon:
    """One coupon that was given out; a bearer's has no customer."""

    code: str
    customer: str | None
    name: str | None
    offer: str
    starts_on: date
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Issued:
    """The coupons of one issue. `skipped` are members of a group who have had all they may, or are not meant."""

    offer: str
    key: str
    issued: int
    skipped: int
    starts_on: date | None
    expires_on: date | None
    is_repeat: bool
    items: tuple[IssuedCoupon, ...]


class Asked(NamedTuple):
    """An offer and whom it goes to, as it was typed: customers, one group, or so many for bearers."""

    offer: str
    customers: Sequence[str] = ()
    groups: Mapping[str, str] = {}  # of GROUPS
    bearer: int | None = None
    key: str | None = None


def issue(book: Book, asked: Asked, step: Callable[[int, int], None] | None = None) -> Issued:
    """Gives everyone who is meant one coupon of an offer, in one transaction; all of them or none.

    With a key a retry answers with the first issue; without one every call issues anew. Customers who are named must
    be meant by the offer and within its limits; of a group those who are not are passed over and counted. `step` is
    told how many are written, and of how many.

    Raises OfferUnknown, OfferRetired, OfferOver, UsageWrong, CustomerUnknown, CustomerAmbiguous, GroupUnknown,
    NotForCustomer, LimitReached, BudgetExhausted, IssueKeyReused, and what `audience.where` raises.
    """
    found = coupons.find_offer(book, asked.offer)
    terms = coupons.current_terms(book, found.id)
    audience = _audience(book, asked, terms)
    key = asked.key or uuid4().hex
    if asked.key is None or not coupons.is_issued(book, key):
        if found.retired_on and found.retired_on <= book.as_of:
            raise OfferRetired(offer=found.code, retired_on=found.retired_on)
        holders = _holders(book, asked, terms)
    else:
        holders = _Holders([], 0)
    given = coupons.issue(book, terms, holders.ids, key=key, audience=audience, step=step)
    items = tuple(_items(book, given.issue_id))
    if not given.is_repeat:
        book.tell(f"{len(items)} coupons of {terms.offer} issued")
    return Issued(
        offer=terms.offer,
        key=key,
        issued=len(items),
        skipped=holders.skipped,
        starts_on=items[0].starts_on if items else None,
        expires_on=items[0].expires_on if items else None,
        is_repeat=given.is_repeat,
        items=items,
    )


class _Holders(NamedTuple):
    """Who gets a coupon (None for a bearer), and how many of a group do not."""

    ids: list[int | None]
    skipped: int


def _audience(book: Book, asked: Asked, terms: Terms) -> dict[str, object]:
    """Whom an issue is for, as it is kept: by codes, which are no personal data."""
    said = [bool(asked.customers), asked.bearer is not None, *(True for _group in asked.groups)]
    if sum(said) != 1:
        options = f"CUSTOMER, {', '.join(f'--{group}' for group in GROUPS)}, --bearer"
        _refuse(_("Say whom they are for with one of {options}.").format(options=options))
    if terms.is_bearer != (asked.bearer is not None):
        kind = _("is for bearers: say how many with --bearer") if terms.is_bearer else _("is for customers by name")
        _refuse(_("Offer {offer} {kind}.").format(offer=terms.offer, kind=kind))
    if asked.bearer is not None:
        if asked.bearer < 1:
            _refuse(_("One coupon at the least is issued, not {count}.").format(count=asked.bearer))
        return {"bearer": asked.bearer}
    if asked.groups:
        return dict(asked.groups)
    return {"customers": sorted(find_one(book, text).customer for text in asked.customers)}


def _holders(book: Book, asked: Asked, terms: Terms) -> _Holders:
    if asked.bearer is not None:
        return _Holders([None] * asked.bearer, 0)
    meant = _meant(book, terms)
    if asked.customers:
        named = [find_one(book, text) for text in asked.customers]
        for each in named:
            if meant is not None and each.id not in meant:
                what = _("Offer {offer}").format(offer=terms.offer)
                wanted = ", ".join((*terms.tiers, *terms.segments))
                reason = _("it is for {groups}").format(groups=wanted)
                raise NotForCustomer(what=what, customer=each.customer, reason=reason)
        return _Holders([each.id for each in named], 0)
    ((group, name),) = asked.groups.items()
    everyone = chosen(book, name) if group == "where" else in_group(book, group, name)
    had: Mapping[int, int] = coupons.held_by(book, terms) if terms.per_customer is not None else Counter()
    fit: list[int | None] = [
        who
        for who in everyone
        if (meant is None or who in meant) and (terms.per_customer is None or had.get(who, 0) < terms.per_customer)
    ]
    return _Holders(fit, len(everyone) - len(fit))


def _meant(book: Book, terms: Terms) -> set[int] | None:
    """Who is in one of the tiers and in one of the segments of an offer; None where it is for everyone."""
    meant: set[int] | None = None
    for group, names in (("tier", terms.tiers), ("segment", terms.segments)):
        if names:
            inside = {who for name in names for who in in_group(book, group, name)}
            meant = inside if meant is None else meant & inside
    return meant


def _items(book: Book, issue_id: int) -> Iterator[IssuedCoupon]:
    of = book.connection.execute(
        select(offer_terms.c.offer_id, coupon_issue.c.on)
        .join(offer_terms, offer_terms.c.id == coupon_issue.c.terms_id)
        .where(coupon_issue.c.id == issue_id)
    ).one()
    code = coupons.offer_code(book, of.offer_id)
    rows = book.read_many(
        select(coupon.c.code, customer.c.code, customer.c.name, coupon.c.starts_on, coupon.c.expires_on)
        .outerjoin_from(coupon, customer, customer.c.id == whose(book, coupon.c.customer_id))
        .where(coupon.c.issue_id == issue_id)
        .order_by(coupon.c.id)
    )
    days: dict[str | None, date | None] = {None: None}
    for own, who, name, starts_on, expires_on in rows:
        for day in (starts_on, expires_on):
            if day not in days:
                days[day] = date.fromisoformat(day)
        first, last = days[starts_on], days[expires_on]
        assert first is not None
        yield IssuedCoupon(shown_code(own), who, name, code, first, last)


def _refuse(problem: str) -> None:
    raise UsageWrong(problem=problem, command="shopcrm coupons issue")
