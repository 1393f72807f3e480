"""Segments: recency, frequency and money of every customer, scored and named, kept as a snapshot of the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, delete, func, insert, select

from shopcrm.core.audience import as_listed, with_listing
from shopcrm.core.audience import where as chosen_by
from shopcrm.core.book import Book
from shopcrm.core.errors import NotRefreshed
from shopcrm.core.language import translate
from shopcrm.core.merging import is_listed, whose
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.sales import counting, sale
from shopcrm.core.schema.standing import segment_refresh, segment_snapshot

if TYPE_CHECKING:
    import pandas as pd

HALF_YEAR = timedelta(days=182)
_OF_GAPS = ("stage", "usual_gap_days", "next_from_on", "next_to_on")


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What the sweep found; `is_repeat` where the day's snapshot stood there already."""

    as_of: date
    customers: int
    customers_by_segment: dict[str, int]
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One customer's scores (1 to 5, none for who never bought), segment, stage, and the figures behind them.

    The next purchase is likely between the last two days; there is none where nobody has come on two days.
    """

    customer: str
    name: str | None
    member_no: str | None
    phone: str | None
    r: int | None
    f: int | None
    m: int | None
    segment: str
    recency_days: int | None
    frequency: int
    monetary_minor: int
    stage: str | None
    usual_gap_days: float | None
    next_from_on: date | None
    next_to_on: date | None


@dataclass(frozen=True, slots=True)
class SegmentList:
    """Everyone as of `refreshed_on`, best spend first, with the thresholds that were used."""

    refreshed_on: date
    thresholds: dict[str, Any]
    items: tuple[SegmentRow, ...]


def refresh(book: Book) -> Refreshed:
    """Scores and names every customer as of the business date. One snapshot a month is kept, the latest.

    A purchase day is one with a sale; money is net of refunds; who has no sale is in a segment of their own.
    Cuts are those of the settings, else the quantiles of everyone who has bought.
    """
    from shopcrm.insight.rfm import score
    from shopcrm.insight.rules import classify, parse_rules

    frame = _measures(book)
    cuts = _cuts(book, frame)
    scored = score(frame, cuts)
    rules = {rule.name: dict(rule.bands) for rule in book.settings.segments}
    scored["segment"] = classify(scored, parse_rules(rules, book.exponent))
    scored = _with_gaps(book, scored)
    thresholds = {
        "recency_days": list(cuts.recency_days),
        "frequency": list(cuts.frequency),
        "monetary_minor": list(cuts.monetary_minor),
        "segments": rules,
    }
    is_new = _store(book, scored, thresholds)
    counts = scored["segment"].value_counts()
    names = [name for name in (*rules, *counts.index) if name in counts.index]
    by_segment = {name: int(counts[name]) for name in dict.fromkeys(names)}
    return Refreshed(book.as_of, len(scored), by_segment, is_repeat=not is_new)


def list_all(book: Book, *, where: str | None = None, limit: int | None = None) -> SegmentList:
    """The latest snapshot on or before the business date, of whom `where` chooses. Raises NotRefreshed."""
    latest = book.connection.execute(
        select(segment_refresh).where(segment_refresh.c.on <= book.as_of).order_by(segment_refresh.c.on.desc()).limit(1)
    ).one_or_none()
    if latest is None:
        raise NotRefreshed(what=translate("Segments"), as_of=book.as_of, command="segments refresh")
    names = ("r", "f", "m", "segment", "recency_days", "frequency", "monetary_minor", *_OF_GAPS)
    columns = [segment_snapshot.c[name] for name in names]
    rows = book.connection.execute(
        with_listing(*columns)
        .join(segment_snapshot, segment_snapshot.c.customer_id == customer.c.id)
        .where(segment_snapshot.c.on == latest.on, *(() if where is None else (chosen_by(book, where),)))
        .order_by(segment_snapshot.c.monetary_minor.desc(), customer.c.id)
        .limit(limit)
    )
    items = tuple(SegmentRow(**as_listed(row), **dict(zip(names, row[4:], strict=True))) for row in rows)
    return SegmentList(latest.on, latest.thresholds, items)


def _measures(book: Book) -> "pd.DataFrame":
    """One row a customer, everyone included: recency_days, frequency, monetary_minor, and the visits of half years."""
    import pandas as pd

    bought_on = case((sale.c.kind == "sale", sale.c.on))
    half_year, year = book.as_of - HALF_YEAR, book.as_of - 2 * HALF_YEAR
    lately_on = case((and_(sale.c.kind == "sale", sale.c.on > half_year), sale.c.on))
    before_on = case((and_(sale.c.kind == "sale", sale.c.on > year, sale.c.on <= half_year), sale.c.on))
    who = whose(book, sale.c.customer_id).label("customer_id")
    per_customer = (
        select(
            who,
            func.max(bought_on).label("last_on"),
            func.count(bought_on.distinct()).label("frequency"),
            func.sum(sale.c.net_minor).label("monetary_minor"),
            func.count(lately_on.distinct()).label("visits_half_year"),
            func.count(before_on.distinct()).label("visits_half_year_before"),
        )
        .where(counting, sale.c.customer_id.is_not(None), sale.c.on <= book.as_of)
        .group_by(who)
        .subquery()
    )
    statement = select(
        customer.c.id,
        per_customer.c.last_on,
        func.coalesce(per_customer.c.frequency, 0),
        func.coalesce(per_customer.c.monetary_minor, 0),
        func.coalesce(per_customer.c.visits_half_year, 0),
        func.coalesce(per_customer.c.visits_half_year_before, 0),
    ).outerjoin(per_customer, per_customer.c.customer_id == customer.c.id)
    rows = book.connection.execute(statement.where(is_listed()).order_by(customer.c.id)).all()
    visits = ("visits_half_year", "visits_half_year_before")
    names = ["customer_id", "last_on", "frequency", "monetary_minor", *visits]
    frame = pd.DataFrame(rows, columns=names)
    since = [None if on is None else (book.as_of - on).days for on in frame.pop("last_on")]
    frame["recency_days"] = pd.array(since, dtype="Int64")
    return frame


def _with_gaps(book: Book, frame: "pd.DataFrame") -> "pd.DataFrame":
    """The frame with stage, usual gap and the window of the next purchase; without them who never bought."""
    import pandas as pd

    from shopcrm.insight.gaps import gap_statistics, lateness, purchase_windows, shop_mean_ln_gap
    from shopcrm.insight.stages import stages

    who = whose(book, sale.c.customer_id)
    bought = (counting, sale.c.kind == "sale", sale.c.customer_id.is_not(None), sale.c.on <= book.as_of)
    days = pd.DataFrame(book.read_many(select(who, sale.c.on).where(*bought).distinct()), columns=["customer_id", "on"])
    days["on"] = pd.to_datetime(days["on"], format="%Y-%m-%d")
    known = gap_statistics(days)
    if shop_mean_ln_gap(known) is None:
        empty = dict.fromkeys(("overdue_ratio", *_OF_GAPS[1:]))
        return frame.assign(**empty).assign(stage=lambda each: stages(each, float(book.settings.lapsed_by)))
    known = lateness(known, book.as_of)
    known = known.join(purchase_windows(known))[["customer_id", "overdue_ratio", *_OF_GAPS[1:]]]
    known["usual_gap_days"] = known["usual_gap_days"].round(1)
    for name in ("next_from_on", "next_to_on"):
        known[name] = known[name].dt.strftime("%Y-%m-%d")
    found = frame.merge(known, on="customer_id", how="left")
    return found.assign(stage=stages(found, float(book.settings.lapsed_by)))


def _cuts(book: Book, frame: "pd.DataFrame") -> Any:
    from dataclasses import replace

    from shopcrm.insight.rfm import quantile_cuts

    given = {name: tuple(float(cut) for cut in cuts) for name, cuts in book.settings.cuts.items()}
    cuts = quantile_cuts(frame)
    return replace(cuts, **given) if cuts.frequency else cuts


def _store(book: Book, scored: "pd.DataFrame", thresholds: Mapping[str, Any]) -> bool:
    """Writes the day's snapshot; False where the same stands there already."""
    columns = ("customer_id", "r", "f", "m", "recency_days", "frequency", "monetary_minor", "segment", *_OF_GAPS)
    rows = [tuple(row) for row in scored[list(columns)].astype(object).where(scored.notna(), None).to_numpy()]
    day = segment_snapshot.c.on == book.as_of
    standing = book.connection.execute(select(segment_refresh).where(segment_refresh.c.on == book.as_of)).one_or_none()
    if standing and standing.thresholds == thresholds:
        stood = select(*(segment_snapshot.c[name] for name in columns)).where(day)
        if [tuple(row) for row in book.read_many(stood.order_by(segment_snapshot.c.customer_id))] == rows:
            return False
    # Daily snapshots of everyone would outgrow the sales; a month keeps its last, and the day's own is replaced.
    superseded = segment_refresh.c.on.between(book.as_of.replace(day=1), book.as_of)
    days = select(segment_refresh.c.on).where(superseded)
    book.connection.execute(delete(segment_snapshot).where(segment_snapshot.c.on.in_(days)))
    book.connection.execute(delete(segment_refresh).where(superseded))
    values = {"on": book.as_of, "thresholds": thresholds, "settings_version_id": book.settings.version_id}
    book.connection.execute(insert(segment_refresh).values(**values))
    dated = [(book.as_of.isoformat(), *row) for row in rows]
    book.insert_many(segment_snapshot, ("on", *columns), dated)
    book.tell(f"segments of {len(rows)} customers")
    return True
