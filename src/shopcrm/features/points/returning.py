"""Gives back the points that were redeemed on receipts of which goods came back, into their old lots."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, func, select

from shopcrm.core import ledger
from shopcrm.core.book import Book
from shopcrm.core.merging import whose
from shopcrm.core.portions import portions
from shopcrm.core.schema.points import points_entry
from shopcrm.core.schema.sales import counting, sale

RETURNED = "points.returned"  # the rule of entries that give redeemed points back


class Returned(NamedTuple):
    """What went back, and to whom."""

    entries: int
    points: int
    customer_ids: frozenset[int]


class _Refund(NamedTuple):
    on: date
    net_minor: int
    sale_minor: int


def give_back_redeemed(book: Book) -> Returned:
    """Posts what refunds up to the business date give back of redemptions on their receipts, and is not given back yet.

    In proportion to what was paid and given back, rounded down, and all of it where the whole receipt came back; once,
    however often it runs. Where a refund is withdrawn, what it gave back is taken again.
    """
    if not book.connection.scalar(select(exists().where(points_entry.c.kind == "redeem"))):
        return Returned(0, 0, frozenset())
    redeemed, refunds = _redeemed_and_refunded(book)
    standing, times = _standing(book)
    missing = [each for each in standing if each not in redeemed]
    redeemed.update({row.id: row for row in _entries(book, missing)})
    postings = [
        posting
        for entry_id, row in redeemed.items()
        for posting in _due(book, row, refunds.get(entry_id, ()), standing.get(entry_id, {}), times.get(entry_id, 0))
    ]
    postings.sort(key=lambda p: (p.on, p.reverses_id))
    ledger.post_many(book, postings)
    return Returned(len(postings), sum(p.amount for p in postings), frozenset(p.customer_id for p in postings))


def _redeemed_and_refunded(book: Book) -> tuple[dict[int, Any], dict[int, list[_Refund]]]:
    """Redemptions on receipts that were refunded, and those refunds by redemption, in the order of their days."""
    sold, other, entry = sale.alias("sold"), sale.alias("other"), points_entry.c
    who = whose(book, entry.customer_id)
    same_number = select(other.c.id).where(
        whose(book, other.c.customer_id) == who, other.c.on == entry.on, other.c.id != sold.c.id,
        func.upper(other.c.receipt) == entry.receipt, other.c.kind == "sale",
    )  # fmt: skip
    is_sure = and_(whose(book, sold.c.customer_id) == who, ~same_number.exists()).label("is_sure")
    paid, back_on = sold.c.net_minor.label("paid_minor"), sale.c.on.label("back_on")
    rows = book.connection.execute(
        select(points_entry, sold.c.store, back_on, sale.c.net_minor, paid, is_sure)
        .join(sold, (sold.c.on == entry.on) & (func.upper(sold.c.receipt) == entry.receipt))
        .join(sale, sale.c.refund_of_id == sold.c.id)
        .where(entry.kind == "redeem", counting, sold.c.withdrawn.is_(None), sale.c.on <= book.as_of)
        .order_by(sale.c.on, sale.c.id)
    )
    redeemed, refunds = {}, defaultdict(list)
    for row in rows:
        # In the store of the sale, since stores use the same numbers; or wherever it was, where it can be no other's.
        if row.is_sure or row.key.partition(":")[2].startswith(f"{row.store}:{row.on}:"):
            redeemed[row.id] = row
            refunds[row.id].append(_Refund(row.back_on, -row.net_minor, row.paid_minor))
    return redeemed, refunds


def _standing(book: Book) -> tuple[dict[int, dict[bool, int]], dict[int, int]]:
    """What was given back of each redemption, by hand or not by hand, and how often."""
    back = points_entry.c
    sums: dict[int, dict[bool, int]] = defaultdict(lambda: {True: 0, False: 0})
    times: dict[int, int] = defaultdict(int)
    first = points_entry.alias("first")
    rows = select(back.reverses_id, back.rule, back.points).join(first, first.c.id == back.reverses_id)
    for entry_id, rule, points in book.connection.execute(rows.where(first.c.kind == "redeem")):
        sums[entry_id][rule != RETURNED] += points
        times[entry_id] += rule == RETURNED
    return sums, times


def _entries(book: Book, entry_ids: Sequence[int]) -> Iterator[Any]:
    for chunk in portions(entry_ids):
        yield from book.connection.execute(select(points_entry).where(points_entry.c.id.in_(chunk)))


def _due(
    book: Book, redeemed: Any, refunds: Sequence[_Refund], given: dict[bool, int], times: int
) -> Iterator[ledger.Posting]:
    by_hand, by_rule = given.get(True, 0), given.get(False, 0)
    returned_minor, due = 0, 0
    for refund in refunds:
        returned_minor += refund.net_minor
        is_whole = returned_minor >= refund.sale_minor
        due = -redeemed.points if is_whole else -redeemed.points * max(0, returned_minor) // refund.sale_minor
        points = due - by_hand - by_rule
        if points > 0:
            times, by_rule = times + 1, by_rule + points
            inputs = {"redeemed": -redeemed.points, "sale_minor": refund.sale_minor, "returned_minor": returned_minor}
            yield _posting(book, redeemed, points, refund.on, times, inputs)
    if by_rule > due:
        yield _posting(book, redeemed, due - by_rule, book.as_of, times + 1, {"withdrawn_points": by_rule - due})


def _posting(book: Book, redeemed: Any, points: int, on: date, times: int, inputs: dict[str, object]) -> ledger.Posting:
    rules = book.history.on(on)
    return ledger.Posting(
        key=f"return:redeem:{redeemed.id}:{times}",
        customer_id=redeemed.customer_id,
        kind="reverse",
        amount=points,
        on=on,
        rule=RETURNED,
        inputs=inputs,
        settings_version_id=rules.version_id,
        receipt=redeemed.receipt,
        expires_on=rules.points.expiry.last_good_day(on) if points > 0 else None,
        reverses_id=redeemed.id,
    )
