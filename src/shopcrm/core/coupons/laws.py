"""The laws of coupons, worked out again from all rows.

A coupon stands as its last event left it; events follow each other in their order and on days that do not go back;
what is redeemed was good that day; no offer gave out more than its limits and its budget ever allowed; every issue is
as many coupons as it says, under the terms of its offer, and good on the days that these say until an event gives it
another last day.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from shopcrm.core.book import Book
from shopcrm.core.codes import shown_code
from shopcrm.core.coupons.issuing import discount_given
from shopcrm.core.coupons.terms import terms_by_id
from shopcrm.core.language import translate as _
from shopcrm.core.money import format_minor
from shopcrm.core.schema.coupons import coupon, coupon_event, coupon_issue
from shopcrm.core.schema.offers import offer, offer_terms

# Which status an event may find, and leave.
_MOVES = {
    "redeem": {("issued", "redeemed")},
    "void": {("issued", "void"), ("expired", "void")},
    "expire": {("issued", "expired")},
    "restore": {("redeemed", "issued"), ("redeemed", "expired"), ("void", "issued"), ("void", "expired")},
    "extend": {("issued", "issued"), ("expired", "issued")},
    "handover": {("redeemed", "redeemed")},
}


def broken_laws(book: Book) -> Iterator[str]:
    """A sentence for every law that does not hold."""
    yield from _standing_otherwise(book)
    yield from _moved_wrongly(book)
    yield from _used_out_of_time(book)
    yield from _issued_wrongly(book)
    yield from _good_otherwise(book)
    yield from _beyond_limits(book)


def _standing_otherwise(book: Book) -> Iterator[str]:
    latest = select(coupon_event.c.coupon_id, func.max(coupon_event.c.id).label("id"))
    last = latest.group_by(coupon_event.c.coupon_id).subquery()
    event = coupon_event.c
    differs = or_(
        coupon.c.status != func.coalesce(event.status, "issued"),
        and_(event.id.is_not(None), coupon.c.expires_on.is_distinct_from(event.expires_on)),
    )
    rows = (
        select(coupon.c.code, coupon.c.status, func.coalesce(event.status, "issued").label("left"))
        .outerjoin_from(coupon, last, last.c.coupon_id == coupon.c.id)
        .outerjoin(coupon_event, event.id == last.c.id)
        .where(differs)
    )
    for row in book.connection.execute(rows):
        sentence = _("coupon {coupon} is {status}, but its last event left it {left}, or another last day")
        yield sentence.format(coupon=shown_code(row.code), status=row.status, left=row.left)
    owed = coupon_event.alias("owed")
    handed = func.max(case((owed.c.kind == "handover", owed.c.on)))
    back = func.max(case((owed.c.kind == "restore", owed.c.id), else_=0))
    rows = select(coupon.c.code).outerjoin_from(coupon, owed, owed.c.coupon_id == coupon.c.id)
    rows = rows.group_by(coupon.c.id, coupon.c.code, coupon.c.handed_on)
    after = func.max(case((owed.c.kind == "handover", owed.c.id), else_=0)) > back
    for code in book.connection.scalars(
        rows.having(coupon.c.handed_on.is_distinct_from(case((after, handed), else_=None)))
    ):
        yield _("coupon {coupon} was handed over on another day than its events say").format(coupon=shown_code(code))


def _moved_wrongly(book: Book) -> Iterator[str]:
    event = coupon_event.c
    order: Any = {"partition_by": event.coupon_id, "order_by": event.id}
    found = func.coalesce(func.lag(event.status).over(**order), "issued").label("found")
    before = func.lag(event.on).over(**order).label("before")
    moves = select(event.coupon_id, event.kind, event.on, event.status, found, before).subquery()
    is_right = or_(
        *(
            and_(moves.c.kind == kind, moves.c.found == was, moves.c.status == became)
            for kind, steps in _MOVES.items()
            for was, became in sorted(steps)
        )
    )
    wrong = or_(~is_right, moves.c.before > moves.c.on)
    rows = select(coupon.c.code, moves.c.kind, moves.c.on, moves.c.found)
    for row in book.connection.execute(rows.join(moves, moves.c.coupon_id == coupon.c.id).where(wrong)):
        sentence = _("coupon {coupon} was {found} when {kind} became of it on {on}, or that day was before another")
        yield sentence.format(coupon=shown_code(row.code), found=row.found, kind=row.kind, on=row.on)
    first = coupon_event.alias("first")
    undone = (
        select(coupon.c.code)
        .join(first, first.c.coupon_id == coupon.c.id)
        .join(coupon_event, event.reverses_id == first.c.id)
        .group_by(coupon.c.code, first.c.id, first.c.kind)
        .having(or_(func.count() > 1, first.c.kind != "redeem", func.max(event.coupon_id) != func.max(coupon.c.id)))
    )
    for code in book.connection.scalars(undone):
        yield _("a redemption of coupon {coupon} was taken back twice, or by another's event").format(
            coupon=shown_code(code)
        )


def _used_out_of_time(book: Book) -> Iterator[str]:
    event = coupon_event.c
    wrong = or_(event.on < coupon.c.starts_on, event.on > event.expires_on)
    rows = select(coupon.c.code, event.on).join(coupon_event, event.coupon_id == coupon.c.id)
    for row in book.connection.execute(rows.where(event.kind == "redeem", wrong)):
        yield _("coupon {coupon} was redeemed on {on}, when it was not good").format(
            coupon=shown_code(row.code), on=row.on
        )


def _issued_wrongly(book: Book) -> Iterator[str]:
    counted = select(coupon.c.issue_id, func.count().label("count")).group_by(coupon.c.issue_id).subquery()
    rows = select(coupon_issue.c.key, coupon_issue.c.count, func.coalesce(counted.c.count, 0).label("found"))
    rows = rows.outerjoin(counted, counted.c.issue_id == coupon_issue.c.id)
    for row in book.connection.execute(rows.where(coupon_issue.c.count != func.coalesce(counted.c.count, 0))):
        yield _("the issue “{key}” says {count} coupons, and there are {found}").format(**row._mapping)
    is_torn = or_(
        offer_terms.c.offer_id != coupon.c.offer_id,
        coupon_issue.c.terms_id != coupon.c.terms_id,
        coupon_issue.c.on != coupon.c.issued_on,
        offer_terms.c.is_bearer != coupon.c.customer_id.is_(None),
    )
    torn = (
        select(coupon.c.code)
        .join(coupon_issue, coupon_issue.c.id == coupon.c.issue_id)
        .join(offer_terms, offer_terms.c.id == coupon.c.terms_id)
        .where(is_torn)
    )
    for code in book.connection.scalars(torn):
        yield _("coupon {coupon} is not what its issue and its terms say").format(coupon=shown_code(code))


def _good_otherwise(book: Book) -> Iterator[str]:
    """Days that neither the terms gave a coupon nor an event that may."""
    event = coupon_event.c
    order: Any = {"partition_by": event.coupon_id, "order_by": event.id}
    before = func.lag(event.expires_on).over(**order).label("before")
    place = func.row_number().over(**order).label("place")
    moves = select(event.coupon_id, event.kind, event.expires_on, before, place).subquery()
    is_kept = moves.c.kind.not_in(("restore", "extend"))
    first = and_(moves.c.coupon_id == coupon.c.id, moves.c.place == 1)
    # What the first event may have changed is not known any more; coupons of one issue are alike.
    ends_on = case((moves.c.kind.is_(None), coupon.c.expires_on), (is_kept, moves.c.expires_on))
    is_known = or_(moves.c.kind.is_(None), is_kept)
    alike = select(coupon.c.terms_id, coupon.c.issued_on, coupon.c.starts_on, ends_on.label("ends_on"), is_known)
    rows = alike.add_columns(func.min(coupon.c.code)).outerjoin_from(coupon, moves, first)
    rows = rows.group_by(coupon.c.terms_id, coupon.c.issued_on, coupon.c.starts_on, ends_on, is_known)
    found = book.connection.execute(rows).all()
    terms = terms_by_id(book, *{row.terms_id for row in found})
    for terms_id, issued_on, starts_on, last_on, is_said, code in found:
        first_on, end = terms[terms_id].good_days(issued_on)
        if starts_on != first_on or (is_said and last_on != end):
            yield _("coupon {coupon} is good on other days than its terms say").format(coupon=shown_code(code))
    changed = select(coupon.c.code).join(moves, moves.c.coupon_id == coupon.c.id).distinct()
    wrong = (moves.c.place > 1, is_kept, moves.c.expires_on.is_distinct_from(moves.c.before))
    for code in book.connection.scalars(changed.where(*wrong)):
        yield _("coupon {coupon} got another last day from an event that gives none").format(coupon=shown_code(code))


def _beyond_limits(book: Book) -> Iterator[str]:
    """By the largest limit and budget that the terms ever had: a limit that is lowered takes nothing back."""
    versions: dict[int, list[Any]] = {}
    for row in book.connection.execute(select(offer_terms)):
        versions.setdefault(row.offer_id, []).append(row)
    codes = {row.id: row.code for row in book.connection.execute(select(offer.c.id, offer.c.code))}
    held = select(coupon.c.offer_id, coupon.c.customer_id, func.count().label("count")).where(coupon.c.status != "void")
    held = held.group_by(coupon.c.offer_id, coupon.c.customer_id)
    out, most = dict.fromkeys(versions, 0), dict.fromkeys(versions, 0)
    for offer_id, customer_id, count in book.connection.execute(held):
        out[offer_id] += count
        most[offer_id] = max(most[offer_id], count if customer_id is not None else 0)
    for offer_id, rows in versions.items():
        for name, found in (("issue_limit", out[offer_id]), ("per_customer", most[offer_id])):
            limit = _largest(rows, name)
            if limit is not None and found > limit:
                sentence = _("offer {offer} gave out {found} coupons, and its limit is {limit}")
                yield sentence.format(offer=codes[offer_id], found=found, limit=limit)
        budget = _largest(rows, "budget_minor")
        if budget is not None and (given := discount_given(book, offer_id)) > budget:
            amounts = {"given": format_minor(given, book.exponent), "budget": format_minor(budget, book.exponent)}
            yield _("offer {offer} gave {given} of discount, and may cost {budget}").format(
                offer=codes[offer_id], **amounts
            )


def _largest(versions: list[Any], name: str) -> int | None:
    limits = [getattr(row, name) for row in versions]
    return None if None in limits else max(limits)
