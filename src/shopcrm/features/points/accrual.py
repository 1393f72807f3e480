"""The sweep that earns: what every sale is worth in points, and what refunds take back.

A sale and the refunds that point at it are settled together. Each is posted on its own day with a key that names
the revisions it was worked out from, so that a second run finds it done, and a changed sale posts the difference.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from shopcrm.core import ledger
from shopcrm.core.book import Book
from shopcrm.core.ledger.earning import Earning, post_earnings
from shopcrm.core.schema.points import points_entry
from shopcrm.core.standing import rises_by_customer, tier_rises
from shopcrm.features.points.covering import opening_days
from shopcrm.features.points.facts import Fact, customers_of, due_groups, due_plain
from shopcrm.features.points.returning import give_back_redeemed
from shopcrm.features.points.settling import Standing, differences, load_standing, settle, settle_lone_refunds
from shopcrm.features.points.worth import Lines, Rates, excluded_by_words, load_having_lines


@dataclass(frozen=True, slots=True)
class Accrued:
    """What the sweep posted. `returned_points` were redeemed on receipts that were given back, and are in hand again;
    `waived_points` should have been taken back, and were let go since they were spent."""

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
    opened = opening_days(book)
    groups, plain = due_groups(book, bool(opened)), due_plain(book, bool(opened))
    standing = load_standing(book, {fact.id for group in groups for fact in group}, opened)
    apart = _customers_apart(book, groups, plain, standing)
    groups += [[fact] for fact in plain if fact.customer_id in apart]
    plain = [fact for fact in plain if fact.customer_id not in apart]
    rates = Rates(book, rises_by_customer(tier_rises(book)) if groups or plain else {})
    earnings = sorted(_earnings(book, plain, rates), key=lambda each: (each.on, each.sale_id))
    post_earnings(book, earnings, "points.rate")
    postings = _settled(book, groups, rates, standing)
    posted = ledger.post_many(book, postings)
    returned = give_back_redeemed(book)
    moved = [*(p.points for p in posted), *(each.points for each in earnings)]
    who = {p.customer_id for p in postings} | {each.customer_id for each in earnings} | returned.customer_ids
    entries = sum(map(bool, moved)) + returned.entries
    if entries:
        book.tell(f"{entries} entries for sales up to {book.as_of}")
    return Accrued(
        as_of=book.as_of,
        entries=entries,
        customers=len(who),
        earned_points=sum(points for points in moved if points > 0),
        reversed_points=-sum(points for points in moved if points < 0),
        returned_points=returned.points,
        waived_points=sum(own.points - asked.points for asked, own in zip(postings, posted, strict=True)),
    )


def _customers_apart(
    book: Book, groups: Sequence[Sequence[Fact]], plain: Sequence[Fact], standing: Standing
) -> set[int]:
    """Customers whose sales are posted one by one: they owe points, or may before this sweep is through.

    A sale and its refunds that are due together leave nothing owed, whoever spent what.
    """
    old = [group for group in groups if group[0].kind == "refund" or any(fact.id in standing.holders for fact in group)]
    apart = customers_of(old) | {who for group in old for fact in group for who in standing.holders.get(fact.id, ())}
    apart |= standing.opened.keys()
    if not plain:
        return apart
    taken = select(points_entry.c.customer_id).where(points_entry.c.kind == "reverse", points_entry.c.points < 0)
    took_back = {row[0] for row in book.connection.execute(taken.distinct())}
    suspects = sorted(took_back & {fact.customer_id for fact in plain if fact.customer_id} - apart)
    return apart | {who for who, account in ledger.load_accounts(book, suspects).items() if account.deficit}


def _earnings(book: Book, plain: Sequence[Fact], rates: Rates) -> Iterator[Earning]:
    """What plain sales earn; those that earn nothing are left out."""
    excluded = excluded_by_words(book, {fact.id: fact.on for fact in plain}, rates)
    days: dict[date, tuple[str, str, str | None, bool]] = {}
    for fact in plain:
        said = days.get(fact.on)
        if said is None:
            rules = rates.day(fact.on)
            expires_on = rules.expires_on.isoformat() if rules.expires_on else None
            taxed = not rules.settings.points.earns_tax
            said = days[fact.on] = (fact.on.isoformat(), rules.available_on.isoformat(), expires_on, taxed)
        on, available_on, expires_on, is_untaxed = said
        rate = rates.rate(fact.on, fact.customer_id)
        left_out, tax = excluded.get(fact.id, 0), fact.tax_minor if is_untaxed else 0
        points = rate.of(fact.net_minor - left_out - tax)
        if points and fact.customer_id:
            inputs = f'{{"net_minor":{fact.net_minor},{rate.why_text}}}'
            if left_out or tax:
                base = fact.net_minor - left_out - tax
                inputs = f'{inputs[:-1]},"excluded_minor":{left_out},"tax_minor":{tax},"base_minor":{base}}}'
            version_id = rates.day(fact.on).settings.version_id
            yield Earning(
                fact.id, 1, fact.customer_id, points, on, fact.receipt, inputs, version_id, available_on, expires_on
            )


def _settled(book: Book, groups: Sequence[Sequence[Fact]], rates: Rates, standing: Standing) -> list[ledger.Posting]:
    lines = _lines(book, groups, rates)
    sold = [group for group in groups if group[0].kind == "sale"]
    lone = [fact for group in groups if group[0].kind == "refund" for fact in group]
    dues = (due for group in sold for due in settle(group, rates, lines, standing))
    postings = list(differences(dues, standing, rates))
    postings += settle_lone_refunds(book, lone, rates, lines, postings, standing)
    postings.sort(key=lambda p: (p.on, p.points < 0, p.sale_id))
    return postings


def _lines(book: Book, groups: Sequence[Sequence[Fact]], rates: Rates) -> Mapping[int, Lines]:
    # A refund goes by the words of its sale's day: what earned then is what goes back now.
    days = {fact.id: group[0].on for group in groups for fact in group}
    excluded = excluded_by_words(book, days, rates)
    detailed = load_having_lines(book, [fact.id for group in groups for fact in group[1:]]) if excluded else set()
    return {fact_id: Lines(excluded.get(fact_id, 0), fact_id in detailed) for fact_id in days}
