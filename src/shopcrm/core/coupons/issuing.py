"""Gives out coupons, set-based: within the offer's limits and its budget, all of them or none."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import false, func, insert, select

from shopcrm.core.book import Book
from shopcrm.core.codes import new_codes
from shopcrm.core.coupons.terms import Terms, terms_by_id
from shopcrm.core.errors import BudgetExhausted, CustomerLimitReached, IssueKeyReused, LimitReached, OfferOver
from shopcrm.core.merging import whose
from shopcrm.core.money import format_minor
from shopcrm.core.portions import portions
from shopcrm.core.schema.coupons import coupon, coupon_event, coupon_issue
from shopcrm.core.schema.offers import offer, offer_terms
from shopcrm.core.schema.people import customer

_TOLD_EVERY = 1_000


class Issued(NamedTuple):
    """The row key of an issue, and whether it stood there already."""

    issue_id: int
    is_repeat: bool


def issue(
    book: Book,
    terms: Terms,
    holders: Sequence[int | None],
    *,
    key: str,
    audience: Mapping[str, object],
    step: Callable[[int, int], None] | None = None,
) -> Issued:
    """Gives each holder (row keys of customers, None for a bearer) one coupon, good as the terms say from today on.

    `step` is told how many are written, and of how many.

    A key that was used answers with its first issue. Raises IssueKeyReused (same key, another offer or audience),
    OfferOver, LimitReached, CustomerLimitReached, BudgetExhausted; nothing is given out then.
    """
    if first := book.connection.execute(select(coupon_issue).where(coupon_issue.c.key == key)).one_or_none():
        return _answer_repeat(book, terms, audience, first)
    starts_on, expires_on = terms.good_days(book.as_of)
    if expires_on and expires_on < max(starts_on, book.as_of):
        raise OfferOver(offer=terms.offer, last_on=terms.last_on)
    refuse_beyond_limits(book, terms, holders)
    issue_id = book.next_id(coupon_issue)
    values = {"id": issue_id, "key": key, "terms_id": terms.id, "audience": dict(audience), "count": len(holders)}
    book.connection.execute(insert(coupon_issue).values(**values, on=book.as_of, posted_at=book.now, by=book.by))
    same: dict[str, str | int] = {
        "offer_id": terms.offer_id, "terms_id": terms.id, "issue_id": issue_id,
        "issued_on": book.as_of.isoformat(), "starts_on": starts_on.isoformat(),
        **({"expires_on": expires_on.isoformat()} if expires_on else {}),
    }  # fmt: skip
    codes = _unused_codes(book, len(holders))
    rows = zip(codes, holders, strict=True)
    book.insert_many(coupon, ("code", "customer_id"), rows if step is None else _told(rows, len(codes), step), same)
    return Issued(issue_id, False)


def is_issued(book: Book, key: str) -> bool:
    """Whether coupons were issued under a key."""
    return book.connection.scalar(select(coupon_issue.c.id).where(coupon_issue.c.key == key)) is not None


class GivenOut(NamedTuple):
    """How much of an offer is out: coupons that are not void, discount that was given, and what open ones promise."""

    coupons: int
    discount_minor: int
    promised_minor: int


def given_out(book: Book, offer_id: int) -> GivenOut:
    """What has been given out of an offer; what is over by the business date promises nothing, swept or not."""
    is_over = func.coalesce(coupon.c.expires_on < book.as_of, false())
    rows = book.connection.execute(
        select(coupon.c.terms_id, coupon.c.status, is_over, func.count())
        .where(coupon.c.offer_id == offer_id)
        .group_by(coupon.c.terms_id, coupon.c.status, is_over)
    ).all()
    terms = terms_by_id(book, *{row[0] for row in rows})
    promised = sum(
        (terms[terms_id].most_minor or 0) * count
        for terms_id, status, is_past, count in rows
        if status == "issued" and not is_past
    )
    return GivenOut(sum(row[3] for row in rows if row[1] != "void"), discount_given(book, offer_id), promised)


def discount_given(book: Book, offer_id: int) -> int:
    """What coupons of an offer took off receipts, without what was restored."""
    back = coupon_event.alias("back")
    is_back = select(back.c.id).where(back.c.reverses_id == coupon_event.c.id).exists()
    given = (
        select(func.coalesce(func.sum(coupon_event.c.discount_minor), 0))
        .join(coupon, coupon.c.id == coupon_event.c.coupon_id)
        .where(coupon.c.offer_id == offer_id, coupon_event.c.kind == "redeem", ~is_back)
    )
    return int(book.connection.scalar(given) or 0)


def held_by(book: Book, terms: Terms) -> Mapping[int, int]:
    """How many coupons of an offer each customer has had, void ones left out."""
    who = whose(book, coupon.c.customer_id)
    rows = book.connection.execute(
        select(who, func.count())
        .where(coupon.c.offer_id == terms.offer_id, coupon.c.customer_id.is_not(None), coupon.c.status != "void")
        .group_by(who)
    )
    return {row[0]: row[1] for row in rows}


def refuse_beyond_limits(book: Book, terms: Terms, holders: Sequence[int | None]) -> None:
    """Refuses to give out more than the offer's limits and budget allow.

    Raises LimitReached, CustomerLimitReached, BudgetExhausted.
    """
    if terms.per_customer is not None:
        had, wanted = held_by(book, terms), Counter(holder for holder in holders if holder is not None)
        for holder, count in wanted.items():
            if had.get(holder, 0) + count > terms.per_customer:
                code = book.connection.scalar(select(customer.c.code).where(customer.c.id == holder))
                raise CustomerLimitReached(
                    customer=code, had=had.get(holder, 0), limit=terms.per_customer, offer=terms.offer
                )
    if terms.issue_limit is None and terms.budget_minor is None:
        return
    out = given_out(book, terms.offer_id)
    if terms.issue_limit is not None and out.coupons + len(holders) > terms.issue_limit:
        left = max(0, terms.issue_limit - out.coupons)
        raise LimitReached(offer=terms.offer, limit=terms.issue_limit, left=left, asked=len(holders))
    more = (terms.most_minor or 0) * len(holders)
    refuse_beyond_budget(book, terms.offer, terms.budget_minor, out.discount_minor + out.promised_minor, more)


def refuse_beyond_budget(book: Book, offer_code: str, budget_minor: int | None, given_minor: int, more: int) -> None:
    """Refuses what would cost more than the offer may. Raises BudgetExhausted."""
    if budget_minor is not None and more and given_minor + more > budget_minor:
        amounts = {"budget": budget_minor, "given": given_minor, "more": more}
        shown = {name: format_minor(minor, book.exponent) for name, minor in amounts.items()}
        raise BudgetExhausted(offer=offer_code, currency=book.currency, **shown)


def _told(rows: Iterable[Any], total: int, step: Callable[[int, int], None]) -> Iterator[Any]:
    for done, row in enumerate(rows, 1):
        yield row
        if done % _TOLD_EVERY == 0 or done == total:
            step(done, total)


def _answer_repeat(book: Book, terms: Terms, audience: Mapping[str, object], first: Any) -> Issued:
    of = select(offer.c.code, offer.c.id).join(offer_terms, offer_terms.c.offer_id == offer.c.id)
    code, offer_id = book.connection.execute(of.where(offer_terms.c.id == first.terms_id)).one()
    if offer_id != terms.offer_id or json.loads(json.dumps(audience)) != first.audience:
        raise IssueKeyReused(key=first.key, count=first.count, offer=code, on=first.on)
    return Issued(first.id, True)


def _unused_codes(book: Book, count: int) -> list[str]:
    """So many codes that no coupon has, each once."""
    unused: dict[str, None] = {}
    while len(unused) < count:
        drawn = list(new_codes(count - len(unused)))
        taken: set[str] = set()
        for portion in portions(drawn):
            taken.update(book.connection.scalars(select(coupon.c.code).where(coupon.c.code.in_(portion))))
        unused |= dict.fromkeys(code for code in drawn if code not in taken)
    return list(unused)
