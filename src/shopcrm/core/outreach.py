"""The outreach gatekeeper: the only writer of campaigns, of who is in which arm, and of contacts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select

from shopcrm.core import consents
from shopcrm.core.audience import Listed, as_listed, with_listing
from shopcrm.core.book import Book
from shopcrm.core.language import mark, translate, translate_word
from shopcrm.core.merging import whose
from shopcrm.core.schema.outreach import assignment, campaign
from shopcrm.core.schema.people import customer

CALLING = "phone"  # how a list is worked through where nobody says otherwise
SAID_NO, NO_CONSENT = mark("said no"), mark("no consent")


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
    """One customer of a list: how long away, against their usual gap, what they spent and bought, and why listed.

    `suppressed_by` says why they must not be contacted as of now: "said no", or "no consent" yet. Their phone stays
    masked, asked to be revealed or not.
    """

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
    channel: str
    entries: tuple[ListedOverdue, ...]

    @property
    def treated(self) -> tuple[ListedOverdue, ...]:
        """Those who may be contacted, in order."""
        return tuple(entry for entry in self.entries if entry.suppressed_by is None)

    @property
    def suppressed(self) -> tuple[ListedOverdue, ...]:
        """Those who must not be contacted, in order."""
        return tuple(entry for entry in self.entries if entry.suppressed_by is not None)


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
    ).all()
    channel = latest.terms.get("channel", CALLING)
    # Asked anew: who said no since the list was built must not be called from it.
    stopped = consents.suppressed(book, [row.customer_id for row in rows], channel)
    entries = [_entry(row, stopped.get(row.customer_id), channel, reveal) for row in rows]
    entries.sort(key=lambda entry: entry.suppressed_by is not None)
    if reveal:
        book.tell(f"phones of {len(entries) - len(stopped)} customers revealed")
    return LatestList(latest.on, latest.terms, channel, tuple(entries))


def _entry(row: Any, stopped: consents.Suppression | None, channel: str, reveal: bool) -> ListedOverdue:
    figures = dict(zip(_COLUMNS, row[4:], strict=True))
    del figures["customer_id"], figures["place"]
    for name in ("last_items", "usual_items"):
        figures[name] = tuple(figures[name])
    reason, suppressed_by = _reason(figures), None
    if stopped:
        figures["arm"], suppressed_by = "suppressed", NO_CONSENT if stopped.said_no_on is None else SAID_NO
        reason = f"{reason} {_why_not(stopped, channel)}"
    elif figures["arm"] == "suppressed":  # said yes since
        figures["arm"] = "treated"
    listed = as_listed(row, reveal and not stopped)
    return ListedOverdue(**listed, **figures, reason=reason, suppressed_by=suppressed_by)


def _why_not(stopped: consents.Suppression, channel: str) -> str:
    if stopped.said_no_on is None:
        sentence = translate("Has not said yes to {channel}: ask when they come in.")
    else:
        sentence = translate("Said no to {channel} on {on}: must not be contacted so.")
    return sentence.format(channel=translate_word(channel, "channel"), on=stopped.said_no_on)


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
