"""What sales that were changed, withdrawn or given back are due, beside what was posted for them before."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from shopcrm.core import ledger
from shopcrm.core.book import Book
from shopcrm.core.ledger.earning import earn_key
from shopcrm.core.ledger.lapsing import posting_key
from shopcrm.core.merging import kept
from shopcrm.core.schema.points import OPENING, points_entry
from shopcrm.core.schema.waivers import points_waiver
from shopcrm.features.points.facts import Fact
from shopcrm.features.points.sharing import Share, clawback_key
from shopcrm.features.points.worth import NO_LINES, Lines, Rate, Rates


class Standing(NamedTuple):
    """What stands in the ledger for the facts at hand."""

    points: Mapping[tuple[int, int], int]  # (fact, customer) → points
    waived: Mapping[tuple[int, int], int]  # the same → points that are settled otherwise: let go, or reversed by hand
    holders: Mapping[int, Sequence[int]]  # fact → customers with entries for it
    keys: frozenset[str]
    opened: Mapping[int, date]  # customer → day of the opening

    def points_of(self, fact: Fact) -> int:
        """What the fact brought its customer, as far as its sale goes: what was let go is settled with it."""
        who = (fact.id, fact.customer_id or 0)
        return self.points.get(who, 0) - self.waived.get(who, 0)

    def covers(self, fact: Fact) -> bool:
        """Whether the customer's opening holds already what the fact is worth."""
        opened_on = self.opened.get(fact.customer_id or 0)
        return opened_on is not None and fact.on <= opened_on and fact.id not in self.holders


class Due(NamedTuple):
    """Points that a fact should have given (or taken) by now, under a key that names what it was worked out from."""

    fact: Fact
    key: str
    points: int
    inputs: Mapping[str, object]
    of_sale_id: int | None = None


def load_standing(book: Book, wanted: set[int], opened: Mapping[int, date]) -> Standing:
    """What was posted for these facts, whenever."""
    points: dict[tuple[int, int], int] = defaultdict(int)
    waived: dict[tuple[int, int], int] = defaultdict(int)
    keys = set()
    for table, sums in ((points_entry, points), (points_waiver, waived)):
        columns = (table.c.sale_id, table.c.customer_id, table.c.points, table.c.key)
        rows = book.connection.execute(select(*columns).where(table.c.sale_id.is_not(None))) if wanted else ()
        for sale_id, customer_id, moved, key in rows:
            if sale_id in wanted:
                sums[sale_id, customer_id] += moved
                keys.add(posting_key(key))
    for sale_id, customer_id, taken in _reversed_by_hand(book) if wanted else ():
        if sale_id in wanted:
            waived[sale_id, customer_id] += taken
    holders: dict[int, list[int]] = defaultdict(list)
    for sale_id, customer_id in points:
        holders[sale_id].append(customer_id)
    return Standing(points, waived, holders, frozenset(keys), opened if wanted else {})


def settle(group: Sequence[Fact], rates: Rates, lines: Mapping[int, Lines], standing: Standing) -> Iterator[Due]:
    """What a sale earns and each of its refunds takes back.

    A refund takes back in proportion to what it gives back of the part that earned, so that it goes by its lines where
    it has some; the one that gives back the last of the sale takes the exact remainder. What was settled stays as it
    was posted, whatever came to light since; so the refunds settled before come first. What an opening covers comes
    next, as settled by it.
    """
    sold = group[0]
    rate, base, inputs = _earning(sold, rates, lines.get(sold.id, NO_LINES))
    key = earn_key(sold.id, sold.revision)
    if key in standing.keys:
        earned = standing.points_of(sold)
    else:
        earned = rate.of(base)
        if not standing.covers(sold):
            yield Due(sold, key, earned, inputs)
    keyed = [
        (clawback_key(refund.id, refund.revision, sold.revision), refund._replace(customer_id=sold.customer_id))
        for refund in group[1:]
    ]
    share = Share(earned, sold.net_minor, base, lines.get(sold.id, NO_LINES).excluded_minor)
    kept = earned
    for key, fact in sorted(keyed, key=lambda pair: (pair[0] not in standing.keys, not standing.covers(pair[1]))):
        still = share.after(fact.net_minor, lines.get(fact.id, NO_LINES))
        if key in standing.keys:
            kept += standing.points_of(fact)
            continue
        if not standing.covers(fact):
            inputs = share.inputs(fact.net_minor, sold.revision, kept)
            inputs |= {"covered_by": OPENING} if standing.covers(sold) else {}
            inputs |= _withdrawal(fact)
            yield Due(fact, key, min(0, still - kept), inputs, sold.id)
        kept = min(kept, still)  # what a person reversed by hand is no refund's to give again


def settle_lone_refunds(
    book: Book,
    refunds: Sequence[Fact],
    rates: Rates,
    lines: Mapping[int, Lines],
    postings: Sequence[ledger.Posting],
    standing: Standing,
) -> list[ledger.Posting]:
    """What refunds that point at no sale take back: what such an amount earns, no more than sales earned by then."""
    new: list[ledger.Posting] = []
    earned = _earned_by_customer(book, {kept(book, r.customer_id) for r in refunds if r.customer_id}, postings)
    for refund in sorted(refunds, key=lambda r: (r.on, r.id)):
        rate, base, inputs = _earning(refund, rates, lines.get(refund.id, NO_LINES))
        own = earned[kept(book, refund.customer_id or 0)]
        had = sum(points for on, sale_id, points in own if on <= refund.on and sale_id != refund.id)
        wanted = rate.of(-base)
        key = f"reverse:refund:{refund.id}:{refund.revision}"
        if key in standing.keys or standing.covers(refund):
            continue
        due = Due(refund, key, -max(0, min(wanted, had)), inputs)
        for posting in differences([due], standing, rates):
            own.append((posting.on, refund.id, posting.amount))
            new.append(posting)
    return new


def differences(dues: Iterable[Due], standing: Standing, rates: Rates) -> Iterator[ledger.Posting]:
    """Postings that bring what stands in the ledger to what is due; none where it is so already."""
    for due in dues:
        fact = due.fact
        rules = rates.day(fact.on)
        own = () if fact.customer_id is None else (fact.customer_id,)
        for customer_id in dict.fromkeys((*standing.holders.get(fact.id, ()), *own)):
            is_own = customer_id == fact.customer_id
            points = (due.points if is_own else 0) - standing.points.get((fact.id, customer_id), 0)
            if points < 0:  # what was let go before is not taken now; and was never taken, so it never comes back
                points = min(0, points + standing.waived.get((fact.id, customer_id), 0))
            if points:
                is_earning = points > 0 and fact.kind == "sale"
                yield ledger.Posting(
                    # A sale that turned out to be somebody else's is taken back from whom it was booked on.
                    key=due.key if is_own else f"{due.key}:from:{customer_id}",
                    customer_id=customer_id,
                    kind="earn" if is_earning else "reverse",
                    amount=points,
                    on=fact.on,
                    rule="points.rate",
                    inputs=due.inputs,
                    settings_version_id=rules.settings.version_id,
                    sale_id=fact.id,
                    sale_revision=fact.revision,
                    receipt=fact.receipt,
                    available_on=rules.available_on if is_earning else None,
                    # What goes back and finds no lot that it came from, since it was owed, ends as points of its day.
                    expires_on=rules.expires_on if points > 0 else None,
                    takes_from_sale_id=due.of_sale_id,
                    policy=rules.settings.points.clawback if fact.kind == "refund" else "owe",
                )


def _reversed_by_hand(book: Book) -> Iterator[tuple[int, int, int]]:
    """(sale, customer, points) of everything that sales earned and a person took back entry by entry."""
    first, back = points_entry.alias("first"), points_entry.c
    rows = select(first.c.sale_id, back.customer_id, -back.points).join(first, first.c.id == back.reverses_id)
    earned = (first.c.kind == "earn", first.c.sale_id.is_not(None), back.sale_id.is_(None))
    yield from ((row[0], row[1], row[2]) for row in book.connection.execute(rows.where(*earned)))


def earning_inputs(fact: Fact, excluded_minor: int, tax_minor: int) -> Mapping[str, object]:
    """What of a receipt earns and what does not, where that is less than all of it."""
    said: dict[str, object] = {"net_minor": fact.net_minor}
    if excluded_minor or tax_minor:
        said |= {"excluded_minor": excluded_minor, "tax_minor": tax_minor}
        said |= {"base_minor": fact.net_minor - excluded_minor - tax_minor}
    return said


def _earning(fact: Fact, rates: Rates, own: Lines) -> tuple[Rate, int, dict[str, object]]:
    """By which rate it earns, what of it does, and how that is said."""
    rate = rates.rate(fact.id, fact.on, fact.customer_id)
    tax = 0 if rates.day(fact.on).settings.points.earns_tax else fact.tax_minor
    inputs = {**earning_inputs(fact, own.excluded_minor, tax), **rate.why}
    return rate, fact.net_minor - own.excluded_minor - tax, inputs | _withdrawal(fact)


def _withdrawal(fact: Fact) -> dict[str, object]:
    return {"withdrawn": fact.withdrawn} if fact.withdrawn else {}


def _earned_by_customer(
    book: Book, customer_ids: Iterable[int], postings: Sequence[ledger.Posting]
) -> dict[int, list[tuple[date, int | None, int]]]:
    """(day, sale, points) of everything that sales earned or refunds took, posted before or about to be.

    An opening counts along: it is what sales earned at the till before.
    """
    wanted, earned = set(customer_ids), defaultdict(list)
    if wanted:
        columns: tuple[Any, ...] = tuple(points_entry.c[name] for name in ("customer_id", "on", "sale_id", "points"))
        of_sales = or_(points_entry.c.sale_id.is_not(None), points_entry.c.rule == OPENING)
        for row in book.connection.execute(select(*columns).where(of_sales)):
            if (who := kept(book, row[0])) in wanted:
                earned[who].append((row[1], row[2], row[3]))
    for posting in postings:
        if (who := kept(book, posting.customer_id)) in wanted:
            earned[who].append((posting.on, posting.sale_id, posting.amount))
    return earned
