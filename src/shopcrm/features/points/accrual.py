"""The sweep that earns: what every sale is worth in points, and what refunds take back.

A sale and the refunds that point at it are settled together. Each is posted on its own day with a key that names
the revisions it was worked out from, so that a second run finds it done, and a changed sale posts the difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import func, select

from shopcrm.core import ledger
from shopcrm.core.book import Book
from shopcrm.core.ledger.earning import Earnings, Terms, post_earnings
from shopcrm.core.merging import all_ids, kept
from shopcrm.core.portions import PORTION
from shopcrm.core.schema.points import points_entry
from shopcrm.features.points.clawbacks import clawbacks, load_outlived
from shopcrm.features.points.covering import opening_days
from shopcrm.features.points.facts import (
    DUE,
    HELD,
    Fact,
    customers_of,
    due_customers,
    due_days,
    is_plain,
    load_due,
    set_apart,
    set_sales_apart,
)
from shopcrm.features.points.plain import days_too_fine, earned
from shopcrm.features.points.returning import give_back_redeemed
from shopcrm.features.points.settling import Standing, differences, load_standing, settle, settle_lone_refunds
from shopcrm.features.points.worth import Excluded, Lines, Rates, load_excluded, load_having_lines

_RULE = "points.rate"
_FEW = 20_000  # sales whose lines are looked up by their ids; more are read in one go


@dataclass(frozen=True, slots=True)
class Accrued:
    """What the sweep posted. `returned_points` were redeemed on receipts that were given back, and are in hand again;
    `waived_points` should have been taken back, and were let go since they were spent, or had ended unspent before."""

    as_of: date
    entries: int
    customers: int
    earned_points: int
    reversed_points: int
    returned_points: int
    waived_points: int


def accrue(book: Book) -> Accrued:
    """Posts points for every sale and refund up to the business date that has not had them yet.

    A sale earns floor(base · rate · tier multiplier · best promotion): the base is what was paid, less tax and less the
    lines that earn nothing by the settings of its day; the tier is that at the end of the day before. It is pending for
    the return window. A refund takes back in proportion what its sale earned, the last one the exact remainder; one
    that points at no sale takes back what such an amount earns, but never more than the customer's sales had earned by
    then. Points redeemed on a receipt that is given back return to their old lots in the same proportion.
    What was withdrawn is brought to nothing: a sale is taken back, a refund given back. What a customer's opening
    balance covers posts nothing; a later refund of a covered sale takes back what the sale brought to the opening.
    """
    HELD.create_all(book.connection, checkfirst=False)
    opened = opening_days(book)
    groups = load_due(book, bool(opened))
    standing = load_standing(book, {fact.id for group in groups for fact in group}, opened)
    apart = _customers_apart(book, groups, standing)
    groups += set_apart(book, apart, ())
    days = due_days(book)
    rates = Rates(book, due_customers(book, at_most=PORTION + 1) | customers_of(groups))
    if fine := days_too_fine(rates, days):
        groups += set_apart(book, (), fine)
        days = due_days(book)
    if any(rates.day(on).expires_on for on in days):
        groups += set_sales_apart(book, load_outlived(book, rates))
    excluded = _excluded(book, groups, days, rates)
    postings = _settled(book, groups, rates, standing, _lines(book, groups, excluded, rates))
    made = _post(book, days, rates, excluded)
    HELD.drop_all(book.connection, checkfirst=False)
    posted = ledger.post_many(book, postings)
    returned = give_back_redeemed(book)
    moved = [p.amount for p in posted]
    who = {kept(book, each) for each in {p.customer_id for p in postings} | made.customer_ids | returned.customer_ids}
    entries = made.sales + made.refunds + sum(map(bool, moved)) + returned.entries
    if entries:
        book.tell(f"{entries} entries for sales up to {book.as_of}")
    return Accrued(
        as_of=book.as_of,
        entries=entries,
        customers=len(who),
        earned_points=made.points + sum(points for points in moved if points > 0),
        reversed_points=made.taken_points - sum(points for points in moved if points < 0),
        returned_points=returned.points,
        waived_points=sum(own.amount - asked.amount for asked, own in zip(postings, posted, strict=True)),
    )


def _customers_apart(book: Book, groups: Sequence[Sequence[Fact]], standing: Standing) -> set[int]:
    """Customers whose sales are posted one by one: they owe points, or may before this sweep is through.

    A sale that is due together with what came back of it later leaves nothing owed, whoever spent what.
    """
    old = [group for group in groups if group[0].kind == "refund" or any(fact.id in standing.holders for fact in group)]
    apart = customers_of(old) | {who for group in old for fact in group for who in standing.holders.get(fact.id, ())}
    apart = {kept(book, who) for who in (*apart, *standing.opened)}
    taken = select(points_entry.c.customer_id).where(points_entry.c.kind == "reverse", points_entry.c.points < 0)
    has_due = groups or due_customers(book, at_most=1)
    took_back = {kept(book, row[0]) for row in book.connection.execute(taken)} if has_due else set()
    due = {kept(book, who) for who in due_customers(book) | customers_of(groups)} if took_back else set()
    suspects = sorted(took_back & due - apart)
    apart |= {who for who, account in ledger.load_accounts(book, suspects).items() if account.deficit}
    return set(all_ids(book, apart))


def _settled(
    book: Book, groups: Sequence[Sequence[Fact]], rates: Rates, standing: Standing, lines: Mapping[int, Lines]
) -> list[ledger.Posting]:
    sold = [group for group in groups if group[0].kind == "sale"]
    lone = [fact for group in groups if group[0].kind == "refund" for fact in group]
    dues = (due for group in sold for due in settle(group, rates, lines, standing))
    postings = list(differences(dues, standing, rates))
    postings += settle_lone_refunds(book, lone, rates, lines, postings, standing)
    postings.sort(key=lambda p: (p.on, p.amount < 0, p.sale_id))
    return postings


def _post(book: Book, days: Sequence[date], rates: Rates, excluded: Excluded) -> Earnings:
    """Posts what is plain."""
    if not days:
        return Earnings(0, 0, frozenset(), 0, 0)
    at_most = book.connection.scalar(select(func.count()).select_from(DUE)) or 0
    terms = (Terms(on, rates.day(on).available_on, rates.day(on).expires_on) for on in days)
    taken = partial(clawbacks, book, rates, excluded, _RULE)
    return post_earnings(book, earned(book, rates, days, excluded), at_most, taken, terms, _RULE)


def _excluded(book: Book, groups: Sequence[Sequence[Fact]], days: Sequence[date], rates: Rates) -> Excluded:
    """What earns nothing of all that is at hand, by the words of every day."""
    words = {rates.day(on).settings.points.excluded for on in (*days, *(group[0].on for group in groups))}
    facts = [fact.id for group in groups for fact in group]
    plain = select(DUE.c.sale_id).where(is_plain).limit(_FEW)
    ids = [*facts, *book.connection.scalars(plain)] if any(words) else []
    return load_excluded(book, words, ids if len(ids) < _FEW else None)


def _lines(book: Book, groups: Sequence[Sequence[Fact]], excluded: Excluded, rates: Rates) -> Mapping[int, Lines]:
    """Of these receipts, those of which lines earn nothing, and whether their refunds say what came back."""
    if not any(excluded.values()):
        return {}
    detailed = load_having_lines(book, [fact.id for group in groups for fact in group[1:]])
    # A refund goes by the words of its sale's day: what earned then is what goes back now. What is withdrawn has none.
    told = ((group, excluded.get(rates.day(group[0].on).settings.points.excluded, {})) for group in groups)
    return {
        fact.id: Lines(0 if fact.withdrawn else own.get(fact.id, 0), fact.id in detailed)
        for group, own in told
        for fact in group
    }
