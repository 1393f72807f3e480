"""The sweep that earns: what every sale is worth in points, and what refunds take back.

A sale and the refunds that point at it are settled together. Each is posted on its own day with a key that names
the revisions it was worked out from, so that a second run finds it done, and a changed sale posts the difference.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import and_, case, func, or_, select

from shopcrm.core import ledger
from shopcrm.core.book import Book
from shopcrm.core.schema.points import OPENING, points_entry
from shopcrm.core.schema.sales import counting, sale
from shopcrm.core.settings import Settings
from shopcrm.core.standing import TierRise, rises_by_customer, tier_before, tier_rises
from shopcrm.features.points.covering import covered, opening_days


@dataclass(frozen=True, slots=True)
class Accrued:
    """What the sweep posted."""

    as_of: date
    entries: int
    customers: int
    earned_points: int
    reversed_points: int


class Fact(NamedTuple):
    """A sale or refund of a known customer, as it stands now; a withdrawn one is worth nothing."""

    id: int
    revision: int
    customer_id: int | None
    kind: str
    on: date
    net_minor: int
    refund_of_id: int | None
    receipt: str
    withdrawn: str | None


class _Due(NamedTuple):
    """Points that a fact should have given (or taken) by now, under a key that names what it was worked out from."""

    fact: Fact
    key: str
    points: int
    settings: Settings
    inputs: Mapping[str, object]


def accrue(book: Book) -> Accrued:
    """Posts points for every sale and refund up to the business date that has not had them yet.

    A sale earns floor(net · rate · tier multiplier), with the rate of its day and the tier at the end of the day
    before. A refund takes back in proportion what its sale earned, the last one the exact remainder; a refund that
    points at no sale takes back what such an amount earns, but never more than the customer's sales had earned by then.
    What was withdrawn is brought to nothing: a sale is taken back, a refund given back. What a customer's opening
    balance covers posts nothing; a later refund of a covered sale takes back what the sale brought to the opening.
    """
    groups = list(_due_groups(book))
    standing = _standing(book, {fact.id for group in groups for fact in group})
    rate = _Rates(book, rises_by_customer(tier_rises(book)) if groups else {})
    sold = [group for group in groups if group[0].kind == "sale"]
    lone = [fact for group in groups if group[0].kind == "refund" for fact in group]
    postings = list(_differences((due for group in sold for due in _settle(group, rate, standing)), standing))
    postings += _settle_lone_refunds(book, lone, rate, postings, standing)
    postings.sort(key=lambda p: (p.on, p.points < 0, p.sale_id))
    ledger.post_many(book, postings)
    if postings:
        book.tell(f"{len(postings)} entries for sales up to {book.as_of}")
    return Accrued(
        as_of=book.as_of,
        entries=len(postings),
        customers=len({p.customer_id for p in postings}),
        earned_points=sum(p.points for p in postings if p.points > 0),
        reversed_points=-sum(p.points for p in postings if p.points < 0),
    )


class _Standing(NamedTuple):
    """What stands in the ledger for the facts at hand."""

    points: Mapping[tuple[int, int], int]  # (fact, customer) → points
    holders: Mapping[int, Sequence[int]]  # fact → customers with entries for it
    keys: frozenset[str]
    opened: Mapping[int, date]  # customer → day of the opening

    def points_of(self, fact: Fact) -> int:
        return self.points.get((fact.id, fact.customer_id or 0), 0)

    def covers(self, fact: Fact) -> bool:
        """Whether the customer's opening holds already what the fact is worth."""
        opened_on = self.opened.get(fact.customer_id or 0)
        return opened_on is not None and fact.on <= opened_on and fact.id not in self.holders


class _Rates:
    """Points per minor unit for a customer on a day, remembered: most sales share a few answers."""

    def __init__(self, book: Book, rises: Mapping[int, Sequence[TierRise]]) -> None:
        self._history, self._rises = book.history, rises
        self._scale = 10**book.exponent
        self._rules: dict[date, Settings] = {}
        self._answers: dict[tuple[int, str], tuple[Fraction, dict[str, object]]] = {}

    def of(self, fact: Fact) -> tuple[Settings, Fraction, Mapping[str, object]]:
        settings = self._rules.get(fact.on)
        if settings is None:
            settings = self._rules[fact.on] = self._history.on(fact.on)
        rises = self._rises.get(fact.customer_id or 0, ())
        tier = tier_before(rises, fact.on, settings) if rises else None
        asked = (settings.version_id, tier.name if tier else "")
        if asked not in self._answers:
            multiplier = tier.multiplier if tier else Fraction(1)
            why: dict[str, object] = {"rate": str(settings.points.rate)}
            if tier:
                why |= {"tier": tier.name, "multiplier": str(multiplier)}
            self._answers[asked] = settings.points.rate * multiplier / self._scale, why
        per_minor, why = self._answers[asked]
        return settings, per_minor, {"net_minor": fact.net_minor, **why, **_withdrawal(fact)}


def _withdrawal(fact: Fact) -> dict[str, object]:
    return {"withdrawn": fact.withdrawn} if fact.withdrawn else {}


def _settle(group: Sequence[Fact], rate: _Rates, standing: _Standing) -> Iterator[_Due]:
    """What a sale earns and each of its refunds takes back.

    What was settled stays as it was posted, whatever came to light since; so the refunds settled before come first.
    What an opening covers comes next, as settled by it.
    """
    sold = group[0]
    settings, per_minor, inputs = rate.of(sold)
    key = f"earn:sale:{sold.id}:{sold.revision}"
    if key in standing.keys:
        earned = standing.points_of(sold)
    else:
        earned = max(0, sold.net_minor * per_minor.numerator // per_minor.denominator)
        if not standing.covers(sold):
            yield _Due(sold, key, earned, settings, inputs)
    keyed = [
        (f"reverse:refund:{refund.id}:{refund.revision}:{sold.revision}", refund._replace(customer_id=sold.customer_id))
        for refund in group[1:]
    ]
    returned_minor, kept = 0, earned
    for key, fact in sorted(keyed, key=lambda pair: (pair[0] not in standing.keys, not standing.covers(pair[1]))):
        returned_minor -= fact.net_minor
        if key in standing.keys:
            kept += standing.points_of(fact)
            continue
        still = earned * max(0, sold.net_minor - returned_minor) // sold.net_minor if sold.net_minor > 0 else 0
        if not standing.covers(fact):
            inputs = {"net_minor": fact.net_minor, "sale_minor": sold.net_minor, "sale_points": earned}
            inputs |= {"sale_revision": sold.revision}
            inputs |= {"covered_by": OPENING} if standing.covers(sold) else {}
            inputs |= _withdrawal(fact)
            yield _Due(fact, key, still - kept, settings, inputs)
        kept = still


def _settle_lone_refunds(
    book: Book,
    refunds: Sequence[Fact],
    rate: _Rates,
    postings: Sequence[ledger.Posting],
    standing: _Standing,
) -> list[ledger.Posting]:
    new: list[ledger.Posting] = []
    earned = _earned_by_customer(book, {r.customer_id for r in refunds if r.customer_id}, postings)
    for refund in sorted(refunds, key=lambda r: (r.on, r.id)):
        settings, per_minor, inputs = rate.of(refund)
        own = earned[refund.customer_id or 0]
        had = sum(points for on, sale_id, points in own if on <= refund.on and sale_id != refund.id)
        wanted = -refund.net_minor * per_minor.numerator // per_minor.denominator
        key = f"reverse:refund:{refund.id}:{refund.revision}"
        if key in standing.keys or standing.covers(refund):
            continue
        due = _Due(refund, key, -max(0, min(wanted, had)), settings, inputs)
        for posting in _differences([due], standing):
            own.append((posting.on, refund.id, posting.points))
            new.append(posting)
    return new


def _earned_by_customer(
    book: Book, customer_ids: Iterable[int], postings: Sequence[ledger.Posting]
) -> dict[int, list[tuple[date, int | None, int]]]:
    """(day, sale, points) of everything that sales earned or refunds took, posted before or about to be.

    An opening counts along: it is what sales earned at the till before.
    """
    wanted, earned = set(customer_ids), defaultdict(list)
    if wanted:
        columns = (points_entry.c.customer_id, points_entry.c.on, points_entry.c.sale_id, points_entry.c.points)
        of_sales = or_(points_entry.c.sale_id.is_not(None), points_entry.c.rule == OPENING)
        for row in book.connection.execute(select(*columns).where(of_sales)):
            if row[0] in wanted:
                earned[row[0]].append((row[1], row[2], row[3]))
    for posting in postings:
        if posting.customer_id in wanted:
            earned[posting.customer_id].append((posting.on, posting.sale_id, posting.points))
    return earned


def _differences(dues: Iterable[_Due], standing: _Standing) -> Iterator[ledger.Posting]:
    """Postings that bring what stands in the ledger to what is due; none where it is so already."""
    for due in dues:
        fact = due.fact
        own = () if fact.customer_id is None else (fact.customer_id,)
        for customer_id in dict.fromkeys((*standing.holders.get(fact.id, ()), *own)):
            is_own = customer_id == fact.customer_id
            points = (due.points if is_own else 0) - standing.points.get((fact.id, customer_id), 0)
            if points:
                yield ledger.Posting(
                    # A sale that turned out to be somebody else's is taken back from whom it was booked on.
                    key=due.key if is_own else f"{due.key}:from:{customer_id}",
                    customer_id=customer_id,
                    kind="earn" if points > 0 else "reverse",
                    points=points,
                    on=fact.on,
                    rule="points.rate",
                    inputs=due.inputs,
                    settings_version_id=due.settings.version_id,
                    sale_id=fact.id,
                    sale_revision=fact.revision,
                    receipt=fact.receipt,
                )


def _due_groups(book: Book) -> Iterator[list[Fact]]:
    """Sales with their refunds, and refunds without a sale, where any of them has no entry for its revision yet."""
    group = func.coalesce(sale.c.refund_of_id, sale.c.id)
    settled = select(points_entry.c.sale_id).where(
        points_entry.c.sale_id == sale.c.id, points_entry.c.sale_revision == sale.c.revision
    )
    # A sale without a customer earns nothing; it matters only where a revision took its customer away.
    concerned = or_(sale.c.customer_id.is_not(None), sale.c.revision > 1, sale.c.refund_of_id.is_not(None))
    # A withdrawn one matters only where it has had points: else a big batch taken back would be due every night.
    posted = select(points_entry.c.sale_id).where(points_entry.c.sale_id == sale.c.id)
    matters = and_(or_(counting, posted.exists()), ~covered())
    due = select(group).where(sale.c.on <= book.as_of, concerned, ~settled.exists(), matters)
    worth = {"net_minor": case((counting, sale.c.net_minor), else_=0)}
    rows = book.connection.execute(
        select(*(worth.get(name, sale.c[name]) for name in Fact._fields))
        .where(sale.c.on <= book.as_of, group.in_(due))
        .order_by(group, sale.c.kind.desc(), sale.c.on, sale.c.id)
    )
    current: list[Fact] = []
    for row in rows:
        fact = Fact(*row)
        if current and (fact.refund_of_id or fact.id) != (current[0].refund_of_id or current[0].id):
            yield current
            current = []
        current.append(fact)
    if current:
        yield current


def _standing(book: Book, wanted: set[int]) -> _Standing:
    columns = (points_entry.c.sale_id, points_entry.c.customer_id, points_entry.c.points, points_entry.c.key)
    rows = book.connection.execute(select(*columns).where(points_entry.c.sale_id.is_not(None))) if wanted else ()
    points: dict[tuple[int, int], int] = defaultdict(int)
    keys = set()
    for sale_id, customer_id, moved, key in rows:
        if sale_id in wanted:
            points[sale_id, customer_id] += moved
            keys.add(key)
    holders: dict[int, list[int]] = defaultdict(list)
    for sale_id, customer_id in points:
        holders[sale_id].append(customer_id)
    return _Standing(points, holders, frozenset(keys), opening_days(book) if wanted else {})
