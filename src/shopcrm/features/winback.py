"""Win-back: who is overdue by their own usual gap, what they used to buy, and why each is listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, desc, func, select

from shopcrm.core.audience import as_listed, with_listing
from shopcrm.core.book import Book
from shopcrm.core.errors import NotRefreshed
from shopcrm.core.language import translate
from shopcrm.core.outreach import Assigned, latest_list, write_list
from shopcrm.core.schema.outreach import assignment
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.sales import sale, sale_line

if TYPE_CHECKING:
    import pandas as pd

PURPOSE = "winback"
_ITEMS = 3


@dataclass(frozen=True, slots=True)
class Built:
    """What the sweep listed; `is_repeat` where the day's list stood there already."""

    as_of: date
    lapsed_by: str
    overdue: int
    listed: int
    spend_minor: int
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class WinbackRow:
    """One overdue customer: how long away, against their usual gap, what they spent and bought, and why listed."""

    customer: str
    name: str | None
    member_no: str | None
    phone: str | None
    days_since: int
    usual_gap_days: float
    overdue_ratio: float
    visits: int
    spend_minor: int
    last_on: date
    last_items: tuple[str, ...]
    usual_items: tuple[str, ...]
    reason: str
    arm: str
    suppressed_by: str | None


@dataclass(frozen=True, slots=True)
class WinbackList:
    """Whom to call, in the order to call them."""

    built_on: date
    lapsed_by: str
    items: tuple[WinbackRow, ...]


def build(book: Book, *, lapsed_by: Fraction | None = None, limit: int | None = None) -> Built:
    """Lists who has stayed away at least `lapsed_by` times their own usual gap (the settings' where not said).

    First comes who has most to lose: net spend divided by how many gaps they are overdue, since the longer somebody
    has been away the less a call brings back. With `limit` only the first are listed.
    Raises NothingToLearnFrom where nobody has bought on two days.
    """
    wanted = book.settings.lapsed_by if lapsed_by is None else lapsed_by
    late = _overdue(book, wanted)
    spend = _spend(book)
    ranked = sorted(
        late.to_dict("records"), key=lambda row: (-spend[row["customer_id"]] / row["overdue_ratio"], row["customer_id"])
    )[:limit]
    ids = [int(row["customer_id"]) for row in ranked]
    last_items, usual_items = _last_items(book, ids), _usual_items(book, ids)
    listed = [
        Assigned(
            customer_id=customer_id,
            arm="treated",
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
    is_new = write_list(book, PURPOSE, {"lapsed_by": str(wanted), "limit": limit}, listed)
    if is_new:
        book.tell(f"win-back list of {len(listed)} customers")
    total = sum(entry.spend_minor for entry in listed)
    return Built(book.as_of, f"{float(wanted):g}", len(late), len(listed), total, is_repeat=not is_new)


def list_all(book: Book, *, reveal: bool = False) -> WinbackList:
    """The latest list on or before the business date. Raises NotRefreshed."""
    campaign = latest_list(book, PURPOSE)
    if campaign is None:
        raise NotRefreshed(what=translate("Overdue customers"), as_of=book.as_of, command="winback build")
    names = ("days_since", "usual_gap_days", "overdue_ratio", "visits", "spend_minor", "last_on", "arm",
             "last_items", "usual_items")  # fmt: skip
    rows = book.connection.execute(
        with_listing(*(assignment.c[name] for name in names))
        .join(assignment, assignment.c.customer_id == customer.c.id)
        .where(assignment.c.campaign_id == campaign.id)
        .order_by(assignment.c.place)
    )
    items = []
    for row in rows:
        values: dict[str, Any] = dict(zip(names, row[4:], strict=True))
        values |= {"last_items": tuple(values["last_items"]), "usual_items": tuple(values["usual_items"])}
        listed = as_listed(row, reveal)
        items.append(WinbackRow(**listed, **values, reason=_reason(values), suppressed_by=None))
    if reveal:
        book.tell(f"phones of {len(items)} customers revealed")
    return WinbackList(campaign.on, f"{float(Fraction(campaign.terms['lapsed_by'])):g}", tuple(items))


def _reason(row: dict[str, Any]) -> str:
    if row["visits"] == 1:
        sentence = translate(
            "Came once, on {last_on}; the shop's customers usually come again within {usual:.0f} days,"
            " and {days_since} have passed ({ratio:.1f} times that)."
        )
    else:
        sentence = translate(
            "Came on {visits} days, usually every {usual:.0f} days; last on {last_on},"
            " {days_since} days ago ({ratio:.1f} times the usual gap)."
        )
    return sentence.format(**row, usual=row["usual_gap_days"], ratio=row["overdue_ratio"])


def _overdue(book: Book, lapsed_by: Fraction) -> "pd.DataFrame":
    import pandas as pd

    from shopcrm.insight.gaps import gap_statistics, overdue

    days = select(sale.c.customer_id, sale.c.on).where(
        sale.c.customer_id.is_not(None), sale.c.kind == "sale", sale.c.on <= book.as_of
    )
    frame = pd.DataFrame(book.connection.execute(days.distinct()).all(), columns=["customer_id", "on"])
    frame["on"] = pd.to_datetime(frame["on"])
    return overdue(gap_statistics(frame), book.as_of, float(lapsed_by))


def _spend(book: Book) -> dict[int, int]:
    per_customer = select(sale.c.customer_id, func.sum(sale.c.net_minor)).where(
        sale.c.customer_id.is_not(None), sale.c.on <= book.as_of
    )
    return {row[0]: int(row[1]) for row in book.connection.execute(per_customer.group_by(sale.c.customer_id))}


def _last_items(book: Book, customer_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """What each bought on their last purchase day, the dearest first."""
    last = (
        select(sale.c.customer_id, func.max(sale.c.on).label("on"))
        .where(sale.c.kind == "sale", sale.c.on <= book.as_of)
        .group_by(sale.c.customer_id)
        .subquery()
    )
    on_last_day = and_(last.c.customer_id == sale.c.customer_id, last.c.on == sale.c.on)
    return _top_items(book, customer_ids, func.sum(sale_line.c.net_minor), last, on_last_day)


def _usual_items(book: Book, customer_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """What each bought on most days, then for most money."""
    return _top_items(book, customer_ids, func.count(sale.c.on.distinct()) * 10**12 + func.sum(sale_line.c.net_minor))


def _top_items(
    book: Book, customer_ids: Sequence[int], weight: Any, joined: Any = None, condition: Any = None
) -> dict[int, tuple[str, ...]]:
    grouped = select(sale.c.customer_id, sale_line.c.item, weight.label("weight")).join(
        sale_line, sale_line.c.sale_id == sale.c.id
    )
    if joined is not None:
        grouped = grouped.join(joined, condition)
    items = (
        grouped.where(
            sale.c.kind == "sale",
            sale.c.on <= book.as_of,
            sale_line.c.item.is_not(None),
            sale_line.c.net_minor > 0,
            sale.c.customer_id.is_not(None),
        )
        .group_by(sale.c.customer_id, sale_line.c.item)
        .subquery()
    )
    place = func.row_number().over(partition_by=items.c.customer_id, order_by=(desc(items.c.weight), items.c.item))
    placed = select(items.c.customer_id, items.c.item, place.label("place")).subquery()
    top = select(placed).where(placed.c.place <= _ITEMS).order_by(placed.c.customer_id, placed.c.place)
    wanted, found = set(customer_ids), dict[int, tuple[str, ...]]()
    for row in book.connection.execute(top):
        if row.customer_id in wanted:
            found[row.customer_id] = (*found.get(row.customer_id, ()), row.item)
    return found
