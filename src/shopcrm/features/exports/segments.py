"""The segments workbook: how the shop's customers fall into segments, and everyone with their scores."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select, true

from shopcrm.core import consents
from shopcrm.core.audience import as_listed, with_listing
from shopcrm.core.book import Book
from shopcrm.core.errors import NotRefreshed
from shopcrm.core.language import translate as _
from shopcrm.core.money import format_minor
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.standing import segment_refresh, segment_snapshot
from shopcrm.features.exports.writing import Exported, write
from shopcrm.sheets.workbook import Column, Fact, Tab

_BEST = 20
_FIGURES = ("segment", "r", "f", "m", "recency_days", "frequency", "monetary_minor")


def export_segments(book: Book, path: Path, *, reveal: bool = False) -> Exported:
    """Writes the latest snapshot on or before the business date. Raises NotRefreshed, FolderUnwritable."""
    refresh = latest_refresh(book)
    if refresh is None:
        raise NotRefreshed(what=_("Segments"), as_of=book.as_of, command="segments refresh")
    rows = _snapshot_rows(book, reveal)
    if reveal:
        book.tell(f"phones of {len(rows)} customers revealed")
    bought = [row for row in rows if row["frequency"]]
    facts: list[Fact] = [
        (_("Customers"), len(rows), "int"),
        (_("Of these, have bought"), len(bought), "int"),
        (_("Bought on two days or more"), sum(row["frequency"] > 1 for row in bought), "int"),
        (_("Net sales to known customers"), sum(row["monetary_minor"] for row in rows), "money"),
    ]
    everyone = Tab(_("Customers"), _columns(), [_cells(row) for row in rows], tag_column=3)
    tables = [_by_segment(rows, refresh.thresholds), _thresholds(book, refresh.thresholds)]
    return write(
        book, path, title=_("Segments"), on=refresh.on, facts=facts, tables=tables, tabs=[everyone], reveal=reveal
    )


def latest_refresh(book: Book) -> Any:
    """The latest refresh on or before the business date; None where there is none."""
    wanted = select(segment_refresh).where(segment_refresh.c.on <= book.as_of)
    return book.connection.execute(wanted.order_by(segment_refresh.c.on.desc()).limit(1)).one_or_none()


def best_customers(book: Book, *, reveal: bool, channel: str) -> Tab:
    """The customers with the highest net spend, with their segments; phones of those who may be contacted, if any."""
    rows = [row for row in _snapshot_rows(book, reveal, channel)[:_BEST] if row["monetary_minor"] > 0]
    note = _("The {count} with the highest net spend.").format(count=len(rows))
    return Tab(_("Best customers"), _columns(), [_cells(row) for row in rows], note=note, tag_column=3)


def _snapshot_rows(book: Book, reveal: bool, channel: str | None = None) -> list[dict[str, Any]]:
    refresh = latest_refresh(book)
    may_be = consents.allows(book, channel) if channel else true()
    rows = book.connection.execute(
        with_listing(*(segment_snapshot.c[name] for name in _FIGURES), may_be.label("may_be"))
        .join(segment_snapshot, segment_snapshot.c.customer_id == customer.c.id)
        .where(segment_snapshot.c.on == refresh.on)
        .order_by(segment_snapshot.c.monetary_minor.desc(), customer.c.id)
    )
    return [as_listed(row, reveal and row.may_be) | dict(zip(_FIGURES, row[4:-1], strict=True)) for row in rows]


def _columns() -> list[Column]:
    return [
        Column(_("Customer"), "text"),
        Column(_("Name"), "text"),
        Column(_("Phone"), "phone"),
        Column(_("Segment"), "tag"),
        Column("R", "int"),
        Column("F", "int"),
        Column("M", "int"),
        Column(_("Days since last purchase"), "int"),
        Column(_("Purchase days"), "int"),
        Column(_("Net spend"), "money"),
    ]


def _cells(row: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        row["customer"], row["name"], row["phone"], _(row["segment"]), row["r"], row["f"], row["m"],
        row["recency_days"], row["frequency"], row["monetary_minor"],
    )  # fmt: skip


def _by_segment(rows: Sequence[Mapping[str, Any]], thresholds: Mapping[str, Any]) -> Tab:
    from shopcrm.insight.advice import ADVICE

    counts = Counter(row["segment"] for row in rows)
    spend: Counter[str] = Counter()
    for row in rows:
        spend[row["segment"]] += row["monetary_minor"]
    total = sum(spend.values()) or 1
    columns = [
        Column(_("Segment"), "tag"),
        Column(_("What to do"), "wrap"),  # second, since the thresholds below need a wide second column too
        Column(_("Customers"), "int"),
        Column(_("Share"), "percent"),
        Column(_("Net spend"), "money"),
        Column(_("Share of spend"), "percent"),
    ]
    names = [name for name in (*thresholds["segments"], "never bought") if counts[name]]
    lines = [(_(n), _(ADVICE.get(n, "")), counts[n], counts[n] / len(rows), spend[n], spend[n] / total) for n in names]
    return Tab(_("Who is where"), columns, lines, tag_column=0, bars_column=2)


def _thresholds(book: Book, thresholds: Mapping[str, Any]) -> Tab:
    measures = {
        "recency_days": _("days since the last purchase"),
        "frequency": _("purchase days"),
        "monetary": _("net spend"),
        "visits_half_year": _("purchase days in the last 182 days"),
    }
    lines: list[tuple[object, ...]] = []
    for name, bands in thresholds["segments"].items():
        said = "; ".join(f"{measures.get(measure, measure.upper())} {band}" for measure, band in bands.items())
        lines.append((_(name), said or _("everyone else")))
    for name, label in (("recency_days", "R"), ("frequency", "F"), ("monetary_minor", "M")):
        cuts = [
            format_minor(round(cut), book.exponent) if name.endswith("_minor") else f"{cut:g}"
            for cut in thresholds[name]
        ]
        lines.append((_("Cuts of {score}").format(score=label), " · ".join(cuts)))
    columns = [Column(_("Segment"), "text"), Column(_("Threshold"), "wrap")]
    return Tab(_("Thresholds used"), columns, lines)
