"""Customers by what has a name: tier, segment, stage, tag, campaign, store, coupon, gender."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from shopcrm.core.book import Book
from shopcrm.core.choosing.persons import Condition, among, having_own, having_rows, told_by
from shopcrm.core.choosing.values import meant
from shopcrm.core.schema.people import customer
from shopcrm.core.where.tree import Clause, Value

STAGES = ("introduction", "growth", "maturity", "decline")
_GENDERS = {
    **dict.fromkeys(("女", "女性", "f"), "female"),
    **dict.fromkeys(("男", "男性", "m"), "male"),
    "其他": "other",
}


def in_tier(book: Book, clause: Clause) -> Condition:
    """The highest of the shop's tiers that was posted as reached is one of those."""
    from shopcrm.core.schema.standing import tier_change

    order = [tier.name for tier in book.settings.tiers]
    wanted = order if clause.relation == "known" else _on_ladder(order, clause)

    def reached(*names: str) -> Condition:
        named = (tier_change.c.tier.in_(names), tier_change.c.on <= book.as_of)
        return having_rows(book, tier_change.c.customer_id, *named)

    if clause.relation == "known":
        return reached(*order)
    steps = {name: order[order.index(name) + 1 :] for name in wanted}
    return or_(false(), *(and_(reached(name), ~reached(*higher)) for name, higher in steps.items()))


def in_segment(book: Book, clause: Clause) -> Condition:
    """By the latest snapshot up to the business date."""
    from shopcrm.core.schema.standing import segment_snapshot

    return _in_snapshot(book, clause, segment_snapshot.c.segment)


def in_stage(book: Book, clause: Clause) -> Condition:
    """By the same snapshot."""
    from shopcrm.core.schema.standing import segment_snapshot

    return _in_snapshot(book, clause, segment_snapshot.c.stage)


def tagged(book: Book, clause: Clause) -> Condition:
    """With a tag that holds on the business date."""
    from shopcrm.core.schema.preferences import customer_tag

    holding = [
        or_(customer_tag.c.since_on.is_(None), customer_tag.c.since_on <= book.as_of),
        or_(customer_tag.c.expires_on.is_(None), customer_tag.c.expires_on >= book.as_of),
    ]
    if clause.relation != "known":
        holding.append(customer_tag.c.tag.in_(meant(clause, names_of(book, "tag"))))
    return having_rows(book, customer_tag.c.customer_id, *holding)


def treated_in(book: Book, clause: Clause) -> Condition:
    """Treated in a campaign: by its code, or by its purpose, which means the latest of it."""
    from shopcrm.core.schema.outreach import assignment, campaign

    ids = {}
    known = select(campaign.c.id, campaign.c.code, campaign.c.purpose).where(campaign.c.on <= book.as_of)
    for row in book.connection.execute(known.order_by(campaign.c.on, campaign.c.id)):
        ids[row.code] = ids[row.purpose] = row.id
    wanted = [*ids] if clause.relation == "known" else meant(clause, ids)
    chosen = among(assignment.c.campaign_id, {ids[name] for name in wanted})
    return having_rows(book, assignment.c.customer_id, chosen, assignment.c.arm == "treated")


def bought_at(book: Book, clause: Clause) -> Condition:
    """Bought at a store, whatever came back later."""
    from shopcrm.core.schema.sales import counting, sale

    sold = [counting, sale.c.kind == "sale", sale.c.on <= book.as_of]
    if clause.relation != "known":
        sold.append(sale.c.store.in_(meant(clause, names_of(book, "store"))))
    return having_rows(book, sale.c.customer_id, *sold)


def holding_coupon(book: Book, clause: Clause) -> Condition:
    """Holding a coupon of an offer that is open and within its days."""
    from shopcrm.core.coupons.standing import coupons_of
    from shopcrm.core.schema.coupons import coupon, coupon_event
    from shopcrm.core.schema.offers import offer

    of_offer = [coupon.c.issued_on <= book.as_of, coupon.c.starts_on <= book.as_of]
    if clause.relation != "known":
        wanted = select(offer.c.id).where(offer.c.code.in_(meant(clause, names_of(book, "coupon"))))
        of_offer.append(coupon.c.offer_id.in_(wanted))
    later = coupon.c.id.in_(select(coupon_event.c.coupon_id).where(coupon_event.c.on > book.as_of))
    is_open = (coupon.c.status == "issued", or_(coupon.c.expires_on.is_(None), coupon.c.expires_on >= book.as_of))
    as_they_stand = having_rows(book, coupon.c.customer_id, *of_offer, *is_open, ~later)
    then = {each.id for each in coupons_of(book, *of_offer, later) if each.status == "issued"}
    return or_(as_they_stand, having_rows(book, coupon.c.customer_id, among(coupon.c.id, then)))


def of_gender(book: Book, clause: Clause) -> Condition:
    """As it was told."""
    told = customer.c.gender.is_not(None)
    if clause.relation == "known":
        return told_by(book, told, told)
    values = tuple(Value(_GENDERS.get(each.text.lower(), each.text), each.place) for each in clause.values)
    wanted = meant(replace(clause, values=values), ("female", "male", "other"))
    return told_by(book, told, and_(told, customer.c.gender.in_(wanted)))


def names_of(book: Book, word: str) -> list[str]:
    """Every name that a tier, segment, stage, tag, campaign, store or offer of coupons has."""
    return _NAMES[word](book)


def _on_ladder(order: list[str], clause: Clause) -> list[str]:
    if clause.relation not in ("<", "<=", ">", ">="):
        return meant(clause, order)
    place = order.index(meant(clause, order)[0])
    return {"<": order[:place], "<=": order[: place + 1], ">": order[place + 1 :], ">=": order[place:]}[clause.relation]


def _in_snapshot(book: Book, clause: Clause, column: ColumnElement[Any]) -> Condition:
    from shopcrm.core.schema.standing import segment_snapshot

    rows = segment_snapshot.c.on == _latest_refresh(book)
    test: Condition = column.is_not(None)
    if clause.relation != "known":
        test = and_(test, column.in_(meant(clause, names_of(book, clause.word))))
    # Until the next refresh both of two who were merged have a row; the keeper's counts.
    return having_own(book, segment_snapshot.c.customer_id, rows, test)


def _latest_refresh(book: Book) -> Any:
    from shopcrm.core.schema.standing import segment_refresh

    return select(func.max(segment_refresh.c.on)).where(segment_refresh.c.on <= book.as_of).scalar_subquery()


def _segments(book: Book) -> list[str]:
    from shopcrm.core.schema.standing import segment_snapshot

    rows = select(segment_snapshot.c.segment).where(segment_snapshot.c.on == _latest_refresh(book)).distinct()
    return list(
        dict.fromkeys([*(rule.name for rule in book.settings.segments), *sorted(book.connection.scalars(rows))])
    )


def _tags(book: Book) -> list[str]:
    from shopcrm.core.schema.preferences import customer_tag

    rows = book.connection.scalars(select(customer_tag.c.tag).distinct())
    return sorted({*rows, *(rule.name for rule in book.settings.tags)})


def _stores(book: Book) -> list[str]:
    from shopcrm.core.schema.sales import sale

    return sorted({book.settings.shop.store, *book.connection.scalars(select(sale.c.store).distinct())})


def _offers(book: Book) -> list[str]:
    from shopcrm.core.schema.offers import offer

    return list(book.connection.scalars(select(offer.c.code).order_by(offer.c.code)))


def _campaigns(book: Book) -> list[str]:
    from shopcrm.core.schema.outreach import campaign

    known = select(campaign.c.code, campaign.c.purpose).where(campaign.c.on <= book.as_of)
    return sorted({name for row in book.connection.execute(known) for name in row})


_NAMES: Mapping[str, Callable[[Book], list[str]]] = {
    "tier": lambda book: [tier.name for tier in book.settings.tiers],
    "segment": _segments,
    "stage": lambda _book: list(STAGES),
    "tag": _tags,
    "campaign": _campaigns,
    "store": _stores,
    "coupon": _offers,
}
