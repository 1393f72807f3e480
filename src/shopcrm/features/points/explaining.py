"""Why a customer has the points they have, and how one entry came about, from the rows that say so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from shopcrm.core import ledger
from shopcrm.core.audience import Found, by_ids, find, find_one
from shopcrm.core.book import Book
from shopcrm.core.errors import EntryUnknown
from shopcrm.core.language import Counted, mark
from shopcrm.core.language import translate as _
from shopcrm.core.schema.house import note
from shopcrm.core.schema.points import points_draw, points_entry, points_lot
from shopcrm.features.points.arithmetic import Inputs, calculation, remarks
from shopcrm.features.points.holdings import ExplainedCustomer, explain_customer, good_until


@dataclass(frozen=True, slots=True)
class LotMoved:
    """What the entry put into a lot (positive) or took from it, and what is left in that lot now."""

    opened_by: int
    earned_on: date
    available_on: date
    expires_on: date | None
    points: int
    left: int


@dataclass(frozen=True, slots=True)
class Reversal:
    """An entry that takes this one back, as a whole or in part."""

    entry: int
    on: date
    points: int


@dataclass(frozen=True, slots=True)
class ExplainedEntry:
    """One entry with everything that was kept with it; `lines` say it in sentences.

    `settings` are the rules it was posted by, as they stood then, in force from `effective_on` (nothing: since ever).
    """

    entry: int
    customer: str
    name: str | None
    kind: str
    points: int
    on: date
    posted_on: date
    by: str
    key: str
    receipt: str | None
    reason: str | None
    rule: str
    settings_version: int
    effective_on: date | None
    settings: Mapping[str, Any]
    inputs: Mapping[str, Any]
    reverses: int | None
    lots: tuple[LotMoved, ...]
    reversals: tuple[Reversal, ...]
    lines: tuple[str, ...]


def explain(book: Book, text: str) -> ExplainedEntry | ExplainedCustomer:
    """An entry where the text is the number of one, else a customer, who may be called by any number as well.

    Raises EntryUnknown (a number that names neither), CustomerUnknown, CustomerAmbiguous.
    """
    number = text.strip()
    if not (number.isascii() and number.isdigit()):
        return explain_customer(book, find_one(book, text))
    try:
        return explain_entry(book, int(number))
    except EntryUnknown:
        if not find(book, text):  # a phone, its last digits, a member number
            raise
        return explain_customer(book, find_one(book, text))


def explain_entry(book: Book, entry_id: int) -> ExplainedEntry:
    """How one entry came about, and what became of it up to the business date. Raises EntryUnknown."""
    wanted = select(points_entry, note.c.text.label("reason")).outerjoin(note, note.c.id == points_entry.c.reason_id)
    entry = book.connection.execute(
        wanted.where(points_entry.c.id == entry_id, points_entry.c.on <= book.as_of)
    ).one_or_none()
    if entry is None:
        raise EntryUnknown(entry=entry_id, as_of=book.as_of)
    who = by_ids(book, [entry.customer_id])[entry.customer_id]
    lots, reversals = _lots_of(book, entry_id), _reversals_of(book, entry_id)
    effective_on, texts = _rules_of(book, entry)
    settings = {name: value for name, value in texts.items() if _matters(name, entry)}
    facts = {
        "entry": entry.id,
        "on": entry.on,
        "posted_on": entry.posted_at.astimezone(book.zone).date(),
        "by": entry.by,
        "receipt": entry.receipt,
        "reason": entry.reason,
        "rule": entry.rule,
        "settings_version": entry.settings_version_id,
        "effective_on": effective_on,
        "settings": settings,
        "reverses": entry.reverses_id,
    }
    lines = [
        *_what_it_is(entry, who, facts),
        *_how_many(book, entry, texts),
        *_which_lots(entry, lots),
        *_what_undid_it(facts, reversals),
    ]
    return ExplainedEntry(
        customer=who.customer, name=who.name, kind=entry.kind, points=entry.points, key=entry.key,
        inputs=entry.inputs, lots=lots, reversals=reversals, lines=tuple(lines), **facts,
    )  # fmt: skip


_HEADLINES = {
    "earn": mark("Entry {entry}: {who} earned {points:point|points} on {on}."),
    "redeem": mark("Entry {entry}: {who} spent {points:point|points} on {on}."),
    "expire": mark("Entry {entry}: {points:point|points} of {who} expired on {on}."),
    "adjust": mark("Entry {entry}: {points:point|points} of {who} were adjusted on {on}."),
    "reverse": mark("Entry {entry}: {points:point|points} of {who} were taken or given back on {on}."),
    "transfer": mark("Entry {entry}: {points:point|points} of {who} were transferred on {on}."),
    "donate": mark("Entry {entry}: {who} donated {points:point|points} on {on}."),
}
_IS_SIGNED = frozenset({"adjust", "reverse", "transfer"})


def _what_it_is(entry: Any, who: Found, facts: Mapping[str, Any]) -> Iterator[str]:
    points = Counted(entry.points, f"{entry.points:+,}") if entry.kind in _IS_SIGNED else Counted(abs(entry.points))
    yield _(_HEADLINES[entry.kind]).format(entry=entry.id, who=_called(who), points=points, on=entry.on)
    if entry.receipt:
        yield _("It is for receipt {receipt}.").format(receipt=entry.receipt)
    if entry.reason:
        yield _("Reason: {reason}").format(reason=entry.reason)
    by = _("unknown") if entry.by == "unknown" else entry.by
    yield _("Posted on {posted_on} by {by}.").format(posted_on=facts["posted_on"], by=by)
    since = facts["effective_on"] or _("the first day")
    sentence = _("Rule: {rule}. Settings version {settings_version}, in force since {since}.")
    yield sentence.format(since=since, rule=entry.rule, settings_version=entry.settings_version_id)
    for name, value in facts["settings"].items():
        yield f"  {name} = {', '.join(value) if isinstance(value, list) else value}"


def _how_many(book: Book, entry: Any, texts: Mapping[str, Any]) -> Iterator[str]:
    inputs = Inputs(entry.inputs, texts, book.currency, book.exponent)
    yield from calculation(inputs, entry.points, _points_before(book, entry))
    yield from remarks(inputs)


def _which_lots(entry: Any, lots: Sequence[LotMoved]) -> Iterator[str]:
    for lot in lots:
        days = {"earned_on": lot.earned_on, "first_day": lot.available_on, "good": good_until(lot.expires_on)}
        facts = {"points": Counted(abs(lot.points)), "left": Counted(lot.left), "entry": lot.opened_by, **days}
        if lot.opened_by == entry.id and lot.points > 0:
            sentence = _("It opened a lot of {points:point|points}, spendable from {first_day}, {good}; {left} left.")
            yield sentence.format(**facts)
        elif lot.opened_by == entry.id:
            yield _("{points} of them paid what was owed.").format(**facts)
        elif lot.points > 0:
            yield _("It put {points:point|points} back into the lot of {earned_on} (entry {entry}), {good}.").format(
                **facts
            )
        else:
            yield _("It took {points:point|points} from the lot of {earned_on} (entry {entry}), {good}.").format(
                **facts
            )
    owed = -entry.points + sum(lot.points for lot in lots)
    if entry.points < 0 and owed > 0:
        yield _("{owed:point was|points were} in no lot; the customer owes them to the next that come.").format(
            owed=Counted(owed)
        )


def _what_undid_it(facts: Mapping[str, Any], reversals: Sequence[Reversal]) -> Iterator[str]:
    if facts["reverses"]:
        yield _("It takes back entry {reverses}.").format(**facts)
    for reversal in reversals:
        yield _("Entry {entry} of {on} takes it back: {points:point|points}.").format(
            entry=reversal.entry, on=reversal.on, points=Counted(reversal.points, f"{reversal.points:+,}")
        )


def _matters(name: str, entry: Any) -> bool:
    """Whether an entry of its rule looks at the setting of that name."""
    if name == entry.rule or name.startswith(f"{entry.rule}."):
        return True
    if entry.rule == "points.rate":
        parts = {
            f"tiers.{entry.inputs.get('tier')}.multiplier",
            f"promotions.{entry.inputs.get('promotion')}.multiplier",
        }
        return name in parts or (entry.points > 0 and name in ("points.pending_days", "points.expiry"))
    return entry.rule == "points.value" and name in ("points.minimum", "points.step", "points.max_share")


def _rules_of(book: Book, entry: Any) -> tuple[date | None, Mapping[str, Any]]:
    """(first day, texts) of the rules an entry was posted by: what was set for earlier days since is not in them."""
    texts: dict[str, Any] = {}
    for version in book.history.versions:
        if version.set_at <= entry.posted_at:
            texts |= version.changes
        if version.version_id == entry.settings_version_id:
            return version.effective_on, texts
    return None, texts


def _points_before(book: Book, entry: Any) -> int:
    if entry.sale_id is None:
        return 0
    same = (points_entry.c.sale_id == entry.sale_id, points_entry.c.customer_id == entry.customer_id)
    earlier = select(func.coalesce(func.sum(points_entry.c.points), 0)).where(*same, points_entry.c.id < entry.id)
    return int(book.connection.scalar(earlier) or 0)


def _lots_of(book: Book, entry_id: int) -> tuple[LotMoved, ...]:
    draw, lot = points_draw.c, points_lot.c
    touched = select(draw.lot_id).where(draw.entry_id == entry_id)
    concerned = (lot.entry_id == entry_id) | lot.id.in_(touched)
    left = {row.id: row.left for row in book.connection.execute(ledger.lots_left(concerned, book.as_of))}
    moves = [
        *((row, row.points) for row in book.connection.execute(select(points_lot).where(lot.entry_id == entry_id))),
        *(
            (row, -row.drawn)
            for row in book.connection.execute(
                select(points_lot, draw.points.label("drawn"))
                .join(points_draw, draw.lot_id == lot.id)
                .where(draw.entry_id == entry_id)
                .order_by(lot.expires_on.is_(None), lot.expires_on, lot.id)
            )
        ),
    ]
    return tuple(
        LotMoved(row.entry_id, row.earned_on, row.available_on, row.expires_on, points, left.get(row.id, 0))
        for row, points in moves
    )


def _reversals_of(book: Book, entry_id: int) -> tuple[Reversal, ...]:
    columns = (points_entry.c.id, points_entry.c.on, points_entry.c.points)
    undoing = select(*columns).where(points_entry.c.reverses_id == entry_id, points_entry.c.on <= book.as_of)
    rows = book.connection.execute(undoing.order_by(points_entry.c.id))
    return tuple(Reversal(*row) for row in rows)


def _called(who: Found) -> str:
    return " ".join(filter(None, (who.customer, who.name)))
