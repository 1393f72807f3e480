"""Everything about one customer at a glance: it reads what sweeps stored and works nothing out anew."""

from dataclasses import replace

from sqlalchemy import Date, desc, func, literal, select

from shopcrm.core import consents, ledger, merging, wallet
from shopcrm.core.audience import Found, find_one
from shopcrm.core.birthdays import told_birthday
from shopcrm.core.book import Book
from shopcrm.core.masking import mask, show
from shopcrm.core.schema.bare import INSTANT, bare
from shopcrm.core.schema.people import customer, identity
from shopcrm.core.tiers import highest_tier, posted_tiers
from shopcrm.features.customers.screen import lines_of
from shopcrm.features.customers.shown import (
    Card,
    Consent,
    Coupon,
    Favourite,
    Identity,
    Note,
    Points,
    Promise,
    Sale,
    Segment,
    Shown,
    Tag,
    Tier,
)

SALES, FAVOURITES, NOTES = 5, 5, 5  # how many of them are shown

coupon = bare("coupon", "customer_id")
sale = bare("sale", "id", "customer_id", "kind", "receipt", "net_minor", "withdrawn", on=Date, at=INSTANT)
sale_line = bare("sale_line", "sale_id", "position", "item", "net_minor")
segment_snapshot = bare(
    "segment_snapshot", "customer_id", "segment", "r", "f", "m", "stage", "usual_gap_days",
    on=Date, next_from_on=Date, next_to_on=Date,
)  # fmt: skip
preference = bare("preference", "id", "customer_id", "field", "value", on=Date)
customer_tag = bare("customer_tag", "id", "customer_id", "tag", "rule", since_on=Date, expires_on=Date)
customer_note = bare("customer_note", "id", "customer_id", "by", "kind", "text", on=Date)
counting = sale.c.withdrawn.is_(None)


def show_customer(book: Book, text: str, *, reveal: bool = False) -> Shown:
    """The customer who answers to the text. Raises CustomerUnknown, CustomerAmbiguous."""
    found = find_one(book, text)
    ids = merging.ids_of(book, found.id)
    rows = book.connection.execute(select(customer).where(customer.c.id.in_(ids))).mappings()
    people = sorted(rows, key=lambda row: bool(row["id"] != found.id))
    named = _identities(book, ids, reveal)
    (coupons, promises), held = _coupons(book, ids), wallet.balance(book, found.id)
    recent = _sales(book, ids)
    last_on = max((each.on for each in recent if each.kind == "sale"), default=None)
    if reveal:
        book.tell(f"identities of {found.customer} revealed")
    shown = Shown(
        customer=found.customer,
        name=found.name,
        member_no=found.member_no,
        phone=next((each.value for each in named if each.kind == "phone"), None),
        gender=next((row["gender"] for row in people if row["gender"]), None),
        birthday=next(filter(None, (told_birthday(dict(row)) for row in people)), None),
        joined_on=min((row["joined_on"] for row in people if row["joined_on"]), default=None),
        merged=_merged(book, found),
        identities=named,
        tier=_tier(book, found.id, ids),
        segment=_segment(book, found.id),
        last_on=last_on,
        days_since=(book.as_of - last_on).days if last_on else None,
        points=_points(book, found.id),
        principal_minor=held.principal_minor,
        bonus_minor=held.bonus_minor,
        cards=_cards(book, found.id),
        coupons=coupons,
        promises=promises,
        favourites=_favourites(book, ids),
        preferences=_preferences(book, ids),
        tags=_tags(book, ids),
        consents=tuple(
            Consent(each.channel, each.purpose, each.is_allowed, each.word.on if each.word else None)
            for each in consents.standing(book, found.id)
        ),
        sales=recent[:SALES],
        notes=_notes(book, ids),
        lines=(),
    )
    return replace(shown, lines=lines_of(book, shown))


def _merged(book: Book, found: Found) -> tuple[str, ...]:
    dropped = select(customer.c.code).join(merging.pointers, merging.pointers.c.customer_id == customer.c.id)
    wanted = dropped.where(merging.pointers.c.kept_id == found.id).order_by(customer.c.id)
    return tuple(book.connection.scalars(wanted))


def _identities(book: Book, ids: list[int], reveal: bool) -> tuple[Identity, ...]:
    rows = book.connection.execute(
        select(identity.c.kind, identity.c.value, func.max(identity.c.is_shared))
        .where(identity.c.customer_id.in_(ids), identity.c.kind != "name")
        .group_by(identity.c.kind, identity.c.value)
        .order_by(func.min(identity.c.customer_id != ids[0]), func.min(identity.c.id))
    )
    return tuple(Identity(kind, (show if reveal else mask)(kind, value), bool(both)) for kind, value, both in rows)


def _tier(book: Book, customer_id: int, ids: list[int]) -> Tier:
    reached = posted_tiers(book, customer_id).get(customer_id, {})
    spend = select(func.coalesce(func.sum(sale.c.net_minor), 0)).where(
        sale.c.customer_id.in_(ids), counting, sale.c.on <= book.as_of
    )
    spend_minor = int(book.connection.scalar(spend) or 0)
    tier = highest_tier(reached, book.settings)
    higher = book.settings.tiers[book.settings.tiers.index(tier) + 1 :] if tier else book.settings.tiers
    return Tier(
        tier=tier.name if tier else None,
        since_on=reached[tier.name] if tier else None,
        next_tier=higher[0].name if higher else None,
        to_next_minor=max(0, higher[0].from_minor - spend_minor) if higher else None,
        spend_minor=spend_minor,
    )


def _segment(book: Book, customer_id: int) -> Segment | None:
    names = [name for name in Segment.__dataclass_fields__ if name != "refreshed_on"]
    wanted = select(segment_snapshot.c.on, *(segment_snapshot.c[name] for name in names)).where(
        segment_snapshot.c.customer_id == customer_id, segment_snapshot.c.on <= book.as_of
    )
    row = book.connection.execute(wanted.order_by(segment_snapshot.c.on.desc()).limit(1)).one_or_none()
    return Segment(row[0], **dict(zip(names, row[1:], strict=True))) if row else None


def _points(book: Book, customer_id: int) -> Points:
    balance = ledger.balance(book, customer_id)
    ending = [
        lot
        for lot in ledger.open_lots(book, customer_id)
        if lot.expires_on and lot.expires_on >= book.as_of and lot.left
    ]
    first_on = min((lot.expires_on for lot in ending if lot.expires_on), default=None)
    return Points(
        spendable_points=balance.spendable_points,
        pending_points=balance.pending_points,
        frees_on=balance.frees_on,
        ending_points=sum(lot.left for lot in ending if lot.expires_on == first_on),
        expires_on=first_on,
    )


def _cards(book: Book, customer_id: int) -> tuple[Card, ...]:
    left: dict[str, int] = {}
    if ledger.VISITS.is_empty(book):
        return ()
    for lot in ledger.open_lots(book, customer_id, ledger.VISITS):
        if lot.expires_on is None or lot.expires_on >= book.as_of:
            left[lot.label or ""] = left.get(lot.label or "", 0) + lot.left
    return tuple(Card(*each) for each in left.items())


def _coupons(book: Book, ids: list[int]) -> tuple[tuple[Coupon, ...], tuple[Promise, ...]]:
    # Loading what coupons are made of takes 45 ms, which only those pay for who look at somebody with coupons.
    own = select(literal(1)).select_from(coupon).where(coupon.c.customer_id.in_(ids)).limit(1)
    if book.connection.scalar(own) is None:
        return (), ()
    from shopcrm.features.customers.coupons import held_and_promised

    return held_and_promised(book, ids)


def _favourites(book: Book, ids: list[int]) -> tuple[Favourite, ...]:
    days = func.count(sale.c.on.distinct())
    rows = book.connection.execute(
        select(sale_line.c.item, days)
        .join(sale, sale.c.id == sale_line.c.sale_id)
        .where(sale.c.customer_id.in_(ids), counting, sale.c.kind == "sale", sale.c.on <= book.as_of)
        .where(sale_line.c.item.is_not(None), sale_line.c.net_minor > 0)
        .group_by(sale_line.c.item)
        .order_by(desc(days), func.sum(sale_line.c.net_minor).desc(), sale_line.c.item)
        .limit(FAVOURITES)
    )
    return tuple(Favourite(*row) for row in rows)


def _preferences(book: Book, ids: list[int]) -> dict[str, str]:
    wanted = select(preference.c.field, preference.c.value).where(
        preference.c.customer_id.in_(ids), preference.c.on <= book.as_of
    )
    rows = book.connection.execute(wanted.order_by(preference.c.customer_id == ids[0], preference.c.id))
    return {row[0]: row[1] for row in rows}


def _tags(book: Book, ids: list[int]) -> tuple[Tag, ...]:
    rows = book.connection.execute(
        select(customer_tag.c.tag, customer_tag.c.rule, customer_tag.c.expires_on)
        .where(customer_tag.c.customer_id.in_(ids))
        .where(func.coalesce(customer_tag.c.since_on, book.as_of) <= book.as_of)
        .where(func.coalesce(customer_tag.c.expires_on, book.as_of) >= book.as_of)
        .order_by(customer_tag.c.id)
    )
    return tuple({row[0].casefold(): Tag(*row) for row in rows}.values())


def _sales(book: Book, ids: list[int]) -> tuple[Sale, ...]:
    """The last sales and refunds, the latest first; with so many refunds on top, one sale at least."""
    columns = (sale.c.id, sale.c.on, sale.c.receipt, sale.c.kind, sale.c.net_minor)
    wanted = select(*columns).where(sale.c.customer_id.in_(ids), counting, sale.c.on <= book.as_of)
    newest = wanted.order_by(sale.c.on.desc(), sale.c.at.desc(), sale.c.id.desc())
    rows = list(book.connection.execute(newest.limit(SALES)))
    if not any(row.kind == "sale" for row in rows):
        rows += book.connection.execute(newest.where(sale.c.kind == "sale").limit(1)).all()
    lines = select(sale_line.c.sale_id, sale_line.c.item).where(sale_line.c.sale_id.in_([row.id for row in rows]))
    items: dict[int, list[str]] = {}
    for sale_id, item in book.connection.execute(lines.order_by(sale_line.c.sale_id, sale_line.c.position)):
        if item:
            items.setdefault(sale_id, []).append(item)
    return tuple(Sale(row.on, row.receipt, row.kind, row.net_minor, tuple(items.get(row.id, ()))) for row in rows)


def _notes(book: Book, ids: list[int]) -> tuple[Note, ...]:
    columns = (customer_note.c.on, customer_note.c.by, customer_note.c.kind, customer_note.c.text)
    wanted = select(*columns).where(customer_note.c.customer_id.in_(ids), customer_note.c.on <= book.as_of)
    rows = book.connection.execute(wanted.order_by(customer_note.c.on.desc(), customer_note.c.id.desc()).limit(NOTES))
    return tuple(Note(*row) for row in rows)
