"""Merging: two customers who are one person, and the way back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from shopcrm.core import coupons, ledger, merging, wallet
from shopcrm.core.audience import Found, by_ids, find_one
from shopcrm.core.book import Book
from shopcrm.core.errors import MergeRefused, NotMerged, UnmergeRefused
from shopcrm.core.language import translate as _
from shopcrm.core.schema.consents import consent
from shopcrm.core.schema.coupons import coupon
from shopcrm.core.schema.doubles import customer_merge, not_same
from shopcrm.core.schema.people import customer, identity
from shopcrm.core.schema.preferences import customer_note, customer_tag
from shopcrm.core.schema.sales import counting, sale


@dataclass(frozen=True, slots=True)
class Side:
    """What one customer has, or both together: counts, points, and money."""

    customer: str
    name: str | None
    identities: int
    sales: int
    net_minor: int
    points: int
    wallet_minor: int
    visits: int
    coupons: int
    tags: int
    consents: int
    notes: int


@dataclass(frozen=True, slots=True)
class Merged:
    """Who answers for whom now, or would; what each has, and what they have together.

    `is_preview` where nothing was changed, `is_repeat` where they were one already.
    """

    kept: str
    dropped: str
    is_preview: bool
    is_repeat: bool
    items: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Unmerged:
    """Two customers again, each with what is theirs."""

    kept: str
    dropped: str
    items: tuple[Side, ...]


def merge(book: Book, keep: str, drop: str, *, is_preview: bool = False) -> Merged:
    """Lets one customer answer for another, who is listed no longer; with `is_preview` only says what that brings.

    Lots keep their days, and sales, coupons, money, tags, notes and consents count for who is kept; no row changes.

    Raises CustomerUnknown, CustomerAmbiguous, MergeRefused.
    """
    dropped_row = _by_code(book, drop)
    kept = find_one(book, keep)
    if dropped_row is not None and merging.kept(book, dropped_row.id) == kept.id != dropped_row.id:
        return Merged(kept.customer, dropped_row.code, is_preview, True, (_side(book, kept),))
    dropped = find_one(book, drop)
    if dropped_row is not None and dropped.id != dropped_row.id:
        reason = _("{customer} is merged into {other} already").format(
            customer=dropped_row.code, other=dropped.customer
        )
        raise MergeRefused(
            kept=kept.customer, dropped=dropped_row.code, reason=reason,
            command=f"customers merge {kept.customer} {dropped.customer} --preview",
        )  # fmt: skip
    _refuse_unfit(book, kept, dropped)
    sides = _side(book, kept), _side(book, dropped)
    if not is_preview:
        merging.point(book, dropped.id, kept.id)
        for of in ledger.LEDGERS:
            broken = next(ledger.broken_laws(book, [kept.id], of), None)
            assert broken is None, broken
        book.tell(f"{dropped.customer} merged into {kept.customer}")
    together = _together(sides)
    return Merged(kept.customer, dropped.customer, is_preview, False, (*sides, together))


def unmerge(book: Book, drop: str) -> Unmerged:
    """Takes a merge back: both are as they would be without it. DROP is named by the code.

    Rows that were written since stay with whom they were written for: a sale with whom its sheet or the counter named.

    Raises NotMerged; UnmergeRefused where entries since drew on what both had.
    """
    dropped = _by_code(book, drop)
    merged = customer_merge.c.customer_id == (dropped.id if dropped is not None else None)
    pointer = book.connection.execute(select(customer_merge).where(merged)).one_or_none()
    if dropped is None or pointer is None:
        raise NotMerged(customer=dropped.code if dropped is not None else drop)
    codes = {each.id: each.code for each in book.connection.execute(select(customer.c.id, customer.c.code))}
    before = merging.ids_of(book, pointer.kept_id)
    merging.unpoint(book, dropped.id)
    theirs = merging.ids_of(book, dropped.id)
    others = [each for each in before if each not in theirs]
    if reason := next(_mixed(book, theirs, others), None):
        raise UnmergeRefused(customer=dropped.code, kept=codes[pointer.kept_id], reason=reason)
    book.tell(f"{dropped.code} no longer merged into {codes[pointer.into_id]}")
    found = by_ids(book, [pointer.kept_id, dropped.id])
    sides = tuple(_side(book, found[each]) for each in (pointer.kept_id, dropped.id))
    return Unmerged(codes[pointer.kept_id], dropped.code, sides)


def _by_code(book: Book, text: str) -> Any:
    return book.connection.execute(select(customer).where(customer.c.code == text.strip().upper())).one_or_none()


def _refuse_unfit(book: Book, kept: Found, dropped: Found) -> None:
    facts = {"kept": kept.customer, "dropped": dropped.customer}
    if kept.id == dropped.id:
        raise MergeRefused(**facts, reason=_("they are the same customer"), command=f"customers show {kept.customer}")
    pair = sorted((kept.id, dropped.id))
    if book.connection.scalar(
        select(not_same.c.on).where(not_same.c.one_id == pair[0], not_same.c.other_id == pair[1])
    ):
        command = f"customers not-same {kept.customer} {dropped.customer} --undo"
        raise MergeRefused(**facts, reason=_("it was said that they are not the same"), command=command)
    accounts = ledger.load_accounts(book, [kept.id, dropped.id])
    for one, other in ((kept, dropped), (dropped, kept)):
        if (owed := accounts[one.id].deficit) and accounts[other.id].lots:
            reason = _("{customer} owes {points} points; settle them first").format(customer=one.customer, points=owed)
            command = f'points adjust {one.customer} --points +{owed} --reason "…"'
            raise MergeRefused(**facts, reason=reason, command=command)


def _mixed(book: Book, theirs: Sequence[int], others: Sequence[int]) -> Iterator[str]:
    """Why what the two have cannot be told apart; nothing where it can. They are two again when this is asked."""
    for of in ledger.LEDGERS:
        entry, lot, opened = of.entry.c, of.lot.c, of.entry.alias("opened")
        crossing = or_(
            and_(entry.customer_id.in_(theirs), opened.c.customer_id.in_(others)),
            and_(entry.customer_id.in_(others), opened.c.customer_id.in_(theirs)),
        )
        drew = (
            select(entry.id, entry.on, entry.kind)
            .join(of.draw, of.draw.c.entry_id == entry.id)
            .join(of.lot, lot.id == of.draw.c.lot_id)
            .join(opened, opened.c.id == lot.entry_id)
        )
        for row in book.connection.execute(drew.where(crossing)):
            sentence = _("entry {entry} ({kind}) of {on} drew on what both had")
            yield sentence.format(entry=row.id, kind=_(row.kind), on=row.on)
        if next(ledger.broken_laws(book, [theirs[0], others[0]], of), None):
            yield _("what they owed and had was settled together since")


def _together(sides: Sequence[Side]) -> Side:
    first, second = sides
    sums = {f.name: getattr(first, f.name) + getattr(second, f.name) for f in fields(Side)[2:]}
    return Side(customer=_("together"), name=first.name or second.name, **sums)


def _side(book: Book, found: Found) -> Side:
    ids = merging.ids_of(book, found.id)
    sales = select(func.count(), func.coalesce(func.sum(sale.c.net_minor), 0)).where(
        sale.c.customer_id.in_(ids), counting, sale.c.on <= book.as_of
    )
    count, net_minor = book.connection.execute(sales).one()
    held = coupons.coupons_of(book, coupon.c.customer_id.in_(ids))
    return Side(
        customer=found.customer,
        name=found.name,
        identities=_count(book, select(identity.c.id).where(identity.c.customer_id.in_(ids))),
        sales=count,
        net_minor=int(net_minor),
        points=ledger.balance(book, found.id).balance_points,
        wallet_minor=wallet.balance(book, found.id).balance_minor,
        visits=sum(lot.left for lot in ledger.open_lots(book, found.id, ledger.VISITS) if _is_good(book, lot)),
        coupons=sum(each.status == "issued" for each in held),
        tags=_count(book, select(customer_tag.c.tag).where(customer_tag.c.customer_id.in_(ids))),
        consents=_count(book, select(consent.c.id).where(consent.c.customer_id.in_(ids))),
        notes=_count(book, select(customer_note.c.id).where(customer_note.c.customer_id.in_(ids))),
    )


def _is_good(book: Book, lot: ledger.Lot) -> bool:
    return lot.expires_on is None or lot.expires_on >= book.as_of


def _count(book: Book, wanted: Select[Any]) -> int:
    return int(book.connection.scalar(select(func.count()).select_from(wanted.subquery())) or 0)
