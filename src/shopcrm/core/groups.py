"""Who is in a tier, in a segment, has a tag, or is treated in a campaign, as of the business date."""

from collections.abc import Sequence

from sqlalchemy import func, select

from shopcrm.core.book import Book
from shopcrm.core.erased import erased_ids
from shopcrm.core.errors import GroupUnknown
from shopcrm.core.language import mark, translate
from shopcrm.core.schema.outreach import assignment, campaign
from shopcrm.core.schema.preferences import customer_tag
from shopcrm.core.schema.standing import segment_refresh, segment_snapshot
from shopcrm.core.standing import highest_tier, posted_tiers

# Where a person looks up the names of a group; the groups are words of the catalog.
_WHERE = {
    mark("tier"): "settings show",
    mark("segment"): "segments list",
    mark("tag"): "customers list",
    mark("campaign"): "winback list",
}


def everyone_in(book: Book, group: str, name: str) -> list[int]:
    """The row keys of the customers, in their order. Raises GroupUnknown for a name that means nobody can be."""
    found = {"tier": _in_tier, "segment": _in_segment, "tag": _with_tag, "campaign": _in_campaign}[group](book, name)
    gone = erased_ids(book)
    return [each for each in found if each not in gone]


def _in_tier(book: Book, name: str) -> list[int]:
    _refuse_unknown("tier", name, [tier.name for tier in book.settings.tiers])
    standing = {who: highest_tier(reached, book.settings) for who, reached in posted_tiers(book).items()}
    return sorted(who for who, tier in standing.items() if tier and tier.name == name)


def _in_segment(book: Book, name: str) -> list[int]:
    _refuse_unknown("segment", name, [segment.name for segment in book.settings.segments])
    latest = select(func.max(segment_refresh.c.on)).where(segment_refresh.c.on <= book.as_of).scalar_subquery()
    wanted = select(segment_snapshot.c.customer_id).where(
        segment_snapshot.c.on == latest, segment_snapshot.c.segment == name
    )
    return list(book.connection.scalars(wanted.order_by(segment_snapshot.c.customer_id)))


def _with_tag(book: Book, name: str) -> list[int]:
    tags = list(book.connection.scalars(select(customer_tag.c.tag).distinct()))
    _refuse_unknown("tag", name, tags)
    wanted = select(customer_tag.c.customer_id).where(customer_tag.c.tag == name)
    return list(book.connection.scalars(wanted.order_by(customer_tag.c.customer_id)))


def _in_campaign(book: Book, name: str) -> list[int]:
    """By its code, or by its purpose: the latest of it."""
    known = select(campaign).where(campaign.c.on <= book.as_of).order_by(campaign.c.on, campaign.c.id)
    rows = book.connection.execute(known).all()
    _refuse_unknown("campaign", name, [*{row.purpose for row in rows}, *(row.code for row in rows)])
    found = [row for row in rows if name in (row.code, row.purpose)][-1]
    wanted = select(assignment.c.customer_id).where(assignment.c.campaign_id == found.id, assignment.c.arm == "treated")
    return list(book.connection.scalars(wanted.order_by(assignment.c.customer_id)))


def _refuse_unknown(group: str, name: str, known: Sequence[str]) -> None:
    if name in known:
        return
    nearest = translate("there is none")
    if known:
        from rapidfuzz import fuzz, process

        (close, *_) = process.extractOne(name, sorted(known), scorer=fuzz.ratio)
        nearest = translate("the nearest is {code}").format(code=close)
    raise GroupUnknown(group=translate(group), name=name, nearest=nearest, command=_WHERE[group])
