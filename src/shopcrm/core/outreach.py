"""The outreach gatekeeper: the only writer of campaigns, of who is in which arm, and of contacts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select

from shopcrm.core.audience import Listed, as_listed, with_listing
from shopcrm.core.book import Book
from shopcrm.core.language import translate
from shopcrm.core.merging import whose
from shopcrm.core.schema.outreach import assignment, campaign
from shopcrm.core.schema.people import customer


class Assigned(NamedTuple):
    """One customer of a campaign, in order of `place`, with the figures behind it."""

    customer_id: int
    arm: str
    place: int
    last_on: date
    days_since: int
    usual_gap_days: float
    overdue_ratio: float
    visits: int
    spend_minor: int
    last_items: tuple[str, ...]
    usual_items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListedOverdue(Listed):
    """One customer of a list: how long away, against their usual gap, what they spent and bought, and why listed."""

    days_since: int
    usual_gap_days: float
    overdue_ratio: float
    visits: int
    spend_minor: int
    last_on: date
    last_items: tuple[str, ...]
    usual_items: tuple[str, ...]
    arm: str
    reason: str
    suppressed_by: str | None


@dataclass(frozen=True, slots=True)
class LatestList:
    """A list as it was built: the day, the terms it was built by, and its customers in order."""

    built_on: date
    terms: Mapping[str, Any]
    entries: tuple[ListedOverdue, ...]


def write_list(book: Book, purpose: str, terms: dict[str, object], assigned: Sequence[Assigned]) -> bool:
    """Writes the business date's list of a purpose; False when the same list stands there already.

    A list of the same day that differs is replaced: it says whom to call that day, and a day has one.
    """
    code = f"{purpose}:{book.as_of}"
    rows = [_row(entry) for entry in assigned]
    standing = book.connection.execute(select(campaign).where(campaign.c.code == code)).one_or_none()
    if standing and standing.terms == terms and _standing_rows(book, standing.id) == rows:
        return False
    if standing:
        book.connection.execute(delete(assignment).where(assignment.c.campaign_id == standing.id))
        book.connection.execute(delete(campaign).where(campaign.c.id == standing.id))
    values = {"code": code, "purpose": purpose, "on": book.as_of, "terms": terms}
    key = book.next_id(campaign)
    book.connection.execute(insert(campaign).values(id=key, **values, settings_version_id=book.settings.version_id))
    book.insert_many(assignment, ("campaign_id", *_COLUMNS), [(key, *row) for row in rows])
    return True


def read_list(book: Book, purpose: str, *, reveal: bool = False) -> LatestList | None:
    """The latest list of a purpose on or before the business date; None where there is none."""
    wanted = select(campaign).where(campaign.c.purpose == purpose, campaign.c.on <= book.as_of)
    latest = book.connection.execute(wanted.order_by(campaign.c.on.desc()).limit(1)).one_or_none()
    if latest is None:
        return None
    rows = book.connection.execute(
        with_listing(*(assignment.c[name] for name in _COLUMNS))
        .join(assignment, whose(book, assignment.c.customer_id) == customer.c.id)
        .where(assignment.c.campaign_id == latest.id)
        .order_by(assignment.c.place)
    )
    entries = []
    for row in rows:
        figures = dict(zip(_COLUMNS, row[4:], strict=True))
        del figures["customer_id"], figures["place"]
        for name in ("last_items", "usual_items"):
            figures[name] = tuple(figures[name])
        entries.append(ListedOverdue(**as_listed(row, reveal), **figures, reason=_reason(figures), suppressed_by=None))
    if reveal:
        book.tell(f"phones of {len(entries)} customers revealed")
    return LatestList(latest.on, latest.terms, tuple(entries))


def _reason(figures: dict[str, Any]) -> str:
    if figures["visits"] == 1:
        sentence = translate(
            "Came once, on {last_on}; the shop's customers usually come again within {usual:.0f} days,"
            " and {days_since} have passed ({ratio:.1f} times that)."
        )
    else:
        sentence = translate(
            "Came on {visits} days, usually every {usual:.0f} days; last on {last_on},"
            " {days_since} days ago ({ratio:.1f} times the usual gap)."
        )
    return sentence.format(**figures, usual=figures["usual_gap_days"], ratio=figures["overdue_ratio"])


_COLUMNS = Assigned._fields


def _row(entry: Assigned) -> tuple[object, ...]:
    values = entry._asdict()
    values["last_on"] = entry.last_on.isoformat()
    for name in ("last_items", "usual_items"):
        values[name] = json.dumps(values[name], ensure_ascii=False)
    return tuple(values.values())


def _standing_rows(book: Book, campaign_id: int) -> list[tuple[object, ...]]:
    columns = [assignment.c[name] for name in _COLUMNS]
    wanted = select(*columns).where(assignment.c.campaign_id == campaign_id).order_by(assignment.c.place)
    return [_row(Assigned(*row)) for row in book.connection.execute(wanted)]
