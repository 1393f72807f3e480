"""Win-back: who is overdue by their own usual gap, what they used to buy, and why each is listed."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, desc, func, select

from shopcrm.core.audience import chosen
from shopcrm.core.book import Book
from shopcrm.core.consents import suppressed
from shopcrm.core.erased import erased_ids
from shopcrm.core.errors import NotRefreshed
from shopcrm.core.language import translate
from shopcrm.core.merging import whose
from shopcrm.core.outreach import CALLING, Assigned, ListedOverdue, read_list, write_list
from shopcrm.core.schema.sales import counting, sale, sale_line

if TYPE_CHECKING:
    import pandas as pd

PURPOSE = "winback"
_ITEMS = 3


@dataclass(frozen=True, slots=True)
class Built:
    """What the sweep listed; `is_repeat` where the day's list stood there already.

    `listed` and `spend_minor` are of those who may be contacted by the channel, `suppressed` counts the others.
    """

    as_of: date
    lapsed_by: str
    channel: str
    overdue: int
    listed: int
    suppressed: int
    spend_minor: int
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class WinbackList:
    """Whom to call, in the order to call them; after them those who must not be, whose number is `suppressed`."""

    built_on: date
    lapsed_by: str
    channel: str
    listed: int
    suppressed: int
    items: tuple[ListedOverdue, ...]


def build(
    book: Book,
    *,
    lapsed_by: Fraction | None = None,
    limit: int | None = None,
    channel: str = CALLING,
    where: str | None = None,
) -> Built:
    """Lists who has stayed away at least `lapsed_by` times their own usual gap (the settings' where not said).

    First comes who has most to lose: net spend divided by how many gaps they are overdue, since the longer somebody
    has been away the less a call brings back. Those who must not be contacted by the channel stand behind, as
    suppressed. With `limit` only the first who may be are listed, and who is suppressed among them; with `where` only
    whom it chooses. Raises NothingToLearnFrom where nobody has bought on two days.
    """
    wanted = book.settings.lapsed_by if lapsed_by is None else lapsed_by
    late = _overdue(book, wanted)
    late = late[~late["customer_id"].isin(erased_ids(book))]
    terms: dict[str, object] = {"lapsed_by": str(wanted), "limit": limit, "channel": channel}
    if where is not None:
        late = late[late["customer_id"].isin(chosen(book, where))]
        terms["where"] = where
    spend = _spend(book)
    ranked = sorted(
        late.to_dict("records"), key=lambda row: (-spend[row["customer_id"]] / row["overdue_ratio"], row["customer_id"])
    )
    stopped = suppressed(book, [int(row["customer_id"]) for row in ranked], channel)
    ranked = _first(ranked, stopped, limit)
    ids = [int(row["customer_id"]) for row in ranked]
    last_items, usual_items = _last_items(book, ids), _usual_items(book, ids)
    entries = [
        Assigned(
            customer_id=customer_id,
            arm="suppressed" if customer_id in stopped else "treated",
            place=place,
            last_on=row["last_on"].date(),
            days_since=int(row["days_since"]),
            usual_gap_days=round(float(row["usual_gap_days"]), 1),
            overdue_ratio=round(float(row["overdue_ratio"]), 2),
            visits=int(row["visits"]),
            spend_minor=spend[customer_id],
            last_items=last_items.get(customer_id, ()),
            usual_items=usual_items.get(customer_id, ()),
        )
        for place, (customer_id, row) in enumerate(zip(ids, ranked, strict=True), 1)
    ]
    is_new = write_list(book, PURPOSE, terms, entries)
    treated = [entry for entry in entries if entry.arm == "treated"]
    if is_new:
        book.tell(f"win-back list of {len(treated)} customers")
    return Built(
        as_of=book.as_of,
        lapsed_by=_plain(wanted),
        channel=channel,
        overdue=len(late),
        listed=len(treated),
        suppressed=len(entries) - len(treated),
        spend_minor=sum(entry.spend_minor for entry in treated),
        is_repeat=not is_new,
    )


def _first(ranked: list[Any], stopped: Container[int], limit: int | None) -> list[Any]:
    """The first who may be contacted, and behind them who is suppressed and would stand among them."""
    may = [row for row in ranked if row["customer_id"] not in stopped]
    if limit is not None and len(may) > limit:
        may = may[:limit]
        ranked = ranked[: ranked.index(may[-1])]
    return may + [row for row in ranked if row["customer_id"] in stopped]


def list_all(book: Book, *, reveal: bool = False) -> WinbackList:
    """The latest list on or before the business date. Raises NotRefreshed."""
    latest = read_list(book, PURPOSE, reveal=reveal)
    if latest is None:
        raise NotRefreshed(what=translate("Overdue customers"), as_of=book.as_of, command="winback build")
    return WinbackList(
        built_on=latest.built_on,
        lapsed_by=_plain(Fraction(latest.terms["lapsed_by"])),
        channel=latest.channel,
        listed=len(latest.treated),
        suppressed=len(latest.suppressed),
        items=latest.entries,
    )


def _plain(ratio: Fraction) -> str:
    return f"{float(ratio):g}"


def _overdue(book: Book, lapsed_by: Fraction) -> "pd.DataFrame":
    import pandas as pd

    from shopcrm.insight.gaps import gap_statistics, overdue

    days = select(whose(book, sale.c.customer_id), sale.c.on).where(
        counting, sale.c.customer_id.is_not(None), sale.c.kind == "sale", sale.c.on <= book.as_of
    )
    frame = pd.DataFrame(book.connection.execute(days.distinct()).all(), columns=["customer_id", "on"])
    frame["on"] = pd.to_datetime(frame["on"])
    return overdue(gap_statistics(frame), book.as_of, float(lapsed_by))


def _spend(book: Book) -> dict[int, int]:
    who = whose(book, sale.c.customer_id)
    per_customer = select(who, func.sum(sale.c.net_minor)).where(
        counting, sale.c.customer_id.is_not(None), sale.c.on <= book.as_of
    )
    return {row[0]: int(row[1]) for row in book.connection.execute(per_customer.group_by(who))}


def _last_items(book: Book, customer_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """What each bought on their last purchase day, the dearest first."""
    who = whose(book, sale.c.customer_id)
    last = (
        select(who.label("customer_id"), func.max(sale.c.on).label("on"))
        .where(counting, sale.c.kind == "sale", sale.c.on <= book.as_of)
        .group_by(who)
        .subquery()
    )
    on_last_day = and_(last.c.customer_id == who, last.c.on == sale.c.on)
    return _top_items(book, customer_ids, func.sum(sale_line.c.net_minor), last, on_last_day)


def _usual_items(book: Book, customer_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """What each bought on most days, then for most money."""
    return _top_items(book, customer_ids, func.count(sale.c.on.distinct()) * 10**12 + func.sum(sale_line.c.net_minor))


def _top_items(
    book: Book, customer_ids: Sequence[int], weight: Any, joined: Any = None, condition: Any = None
) -> dict[int, tuple[str, ...]]:
    who = whose(book, sale.c.customer_id).label("customer_id")
    grouped = select(who, sale_line.c.item, weight.label("weight")).join(sale_line, sale_line.c.sale_id == sale.c.id)
    if joined is not None:
        grouped = grouped.join(joined, condition)
    items = (
        grouped.where(
            counting,
            sale.c.kind == "sale",
            sale.c.on <= book.as_of,
            sale_line.c.item.is_not(None),
            sale_line.c.net_minor > 0,
            sale.c.customer_id.is_not(None),
        )
        .group_by(who, sale_line.c.item)
        .subquery()
    )
    place = func.row_number().over(partition_by=items.c.customer_id, order_by=(desc(items.c.weight), items.c.item))
    placed = select(items.c.customer_id, items.c.item, place.label("place")).subquery()
    top = select(placed).where(placed.c.place <= _ITEMS).order_by(placed.c.customer_id, placed.c.place)
    wanted = set(customer_ids)
    found: dict[int, tuple[str, ...]] = {}
    for row in book.connection.execute(top):
        if row.customer_id in wanted:
            found[row.customer_id] = (*found.get(row.customer_id, ()), row.item)
    return found
