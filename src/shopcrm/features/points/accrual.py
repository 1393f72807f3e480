"""The sweep that earns: what every sale is worth in points, and what refunds take back.

A sale and the refunds that point at it are settled together. Each is posted on its own day with a key that names
the revisions it was worked out from, so that a second run finds it done, and a changed sale posts the difference.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from operator import itemgetter

from sqlalchemy import select

from shopcrm.core import ledger
from shopcrm.core.book import Book
from shopcrm.core.ledger.earning import Clawback, Earning, post_earnings
from shopcrm.core.merging import all_ids, kept
from shopcrm.core.schema.points import points_entry
from shopcrm.core.standing import tier_rises
from shopcrm.features.points.covering import opening_days
from shopcrm.features.points.facts import Fact, Plain, customers_of, load_due, load_groups
from shopcrm.features.points.returning import give_back_redeemed
from shopcrm.features.points.settling import Standing, differences, load_standing, settle, settle_lone_refunds
from shopcrm.features.points.worth import Lines, Rates, as_json, excluded_by_words, load_having_lines

_RULE = "points.rate"


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
    opened = opening_days(book)
    plain, groups = load_due(book, bool(opened))
    standing = load_standing(book, {fact.id for group in groups for fact in group}, opened)
    apart = _customers_apart(book, groups, plain, standing)
    if apart:
        groups += load_groups(book, [each[0] for each in plain if each[1] in apart])
        plain = [each for each in plain if each[1] not in apart]
    rates = Rates(book, tier_rises(book) if groups or plain else ())
    # A refund goes by the words of its sale's day: what earned then is what goes back now.
    days = [(fact.id, group[0].on.isoformat()) for group in groups for fact in group]
    excluded = excluded_by_words(book, chain(days, map(itemgetter(0, 2), plain)), rates)
    earnings = list(_earnings(plain, rates, excluded))
    postings = _settled(book, groups, rates, standing, _lines(book, groups, excluded))
    clawbacks, postings = _columnar(postings, earnings, apart, rates)
    post_earnings(book, earnings, rates.terms, clawbacks, _RULE)
    posted = ledger.post_many(book, postings)
    returned = give_back_redeemed(book)
    moved = [*(p.amount for p in posted), *(-each.points for each in clawbacks)]
    who = {p.customer_id for p in postings} | set(map(itemgetter(1), earnings)) | returned.customer_ids
    who = {kept(book, each) for each in who}
    entries = len(earnings) + sum(map(bool, moved)) + returned.entries
    if entries:
        book.tell(f"{entries} entries for sales up to {book.as_of}")
    return Accrued(
        as_of=book.as_of,
        entries=entries,
        customers=len(who),
        earned_points=sum(map(itemgetter(2), earnings)) + sum(points for points in moved if points > 0),
        reversed_points=-sum(points for points in moved if points < 0),
        returned_points=returned.points,
        waived_points=sum(own.amount - asked.amount for asked, own in zip(postings, posted, strict=True)),
    )


def _customers_apart(
    book: Book, groups: Sequence[Sequence[Fact]], plain: Sequence[Plain], standing: Standing
) -> set[int]:
    """Customers whose sales are posted one by one: they owe points, or may before this sweep is through.

    A sale and its refunds that are due together leave nothing owed, whoever spent what.
    """
    old = [group for group in groups if group[0].kind == "refund" or any(fact.id in standing.holders for fact in group)]
    apart = customers_of(old) | {who for group in old for fact in group for who in standing.holders.get(fact.id, ())}
    apart = {kept(book, who) for who in (*apart, *standing.opened)}
    taken = select(points_entry.c.customer_id).where(points_entry.c.kind == "reverse", points_entry.c.points < 0)
    took_back = {kept(book, row[0]) for row in book.connection.execute(taken.distinct())} if plain or groups else set()
    due = {kept(book, who) for who in ({each[1] for each in plain} | customers_of(groups))} if took_back else set()
    suspects = sorted(took_back & due - apart)
    apart |= {who for who, account in ledger.load_accounts(book, suspects).items() if account.deficit}
    return set(all_ids(book, apart))


def _earnings(plain: Sequence[Plain], rates: Rates, excluded: Mapping[int, int]) -> Iterator[Earning]:
    """What plain sales earn; those that earn nothing are left out."""
    for sale_id, customer_id, on, net_minor, tax_minor, _ in plain:
        rate, base, inputs = rates.rate(on, customer_id), net_minor, None
        if tax_minor or sale_id in excluded:
            left_out, tax = excluded.get(sale_id, 0), tax_minor or 0
            if rates.day(on).settings.points.earns_tax:
                tax = 0
            base -= left_out + tax
            if left_out or tax:
                why = rates.terms[rate.terms_id].why
                less = f'"excluded_minor":{left_out},"tax_minor":{tax},"base_minor":{base}'
                inputs = f'{{"net_minor":{net_minor},{why},{less}}}'
        points = base * rate.numerator // rate.denominator
        if points > 0:
            yield sale_id, customer_id, points, rate.terms_id, inputs


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


def _columnar(
    postings: Sequence[ledger.Posting], earnings: list[Earning], apart: Container[int], rates: Rates
) -> tuple[list[Clawback], list[ledger.Posting]]:
    """Moves the sales and refunds that are due together among the earnings and their clawbacks; answers the rest.

    Of customers whose sales are posted one by one, and where points ended before they are taken, nothing is moved.
    """
    first_last: dict[int, tuple[date, date]] = {}
    for p in postings:
        if p.takes_from_sale_id is not None:
            began, ended = first_last.get(p.takes_from_sale_id, (p.on, p.on))
            first_last[p.takes_from_sale_id] = min(began, p.on), max(ended, p.on)
    places: dict[int, int] = {}
    for p in postings:
        if p.kind == "earn" and p.customer_id not in apart and p.sale_id is not None:
            began, ended = first_last.get(p.sale_id, (p.on, p.on))
            if began >= p.on and (p.expires_on is None or ended <= p.expires_on):
                places[p.sale_id] = len(earnings)
                terms_id = rates.rate(p.on.isoformat(), p.customer_id).terms_id
                earnings.append((p.sale_id, p.customer_id, p.amount, terms_id, as_json(p.inputs)))
    clawbacks, rest = [], []
    for p in postings:
        place = places.get(p.takes_from_sale_id or 0)
        if place is not None:
            assert p.amount < 0
            assert p.sale_id is not None
            assert p.sale_revision is not None
            clawbacks.append(
                Clawback(place, p.key, p.customer_id, -p.amount, p.on.isoformat(), p.sale_id, p.sale_revision,
                         p.receipt or "", as_json(p.inputs), p.settings_version_id)
            )  # fmt: skip
        elif p.sale_id not in places or p.kind != "earn":
            rest.append(p)
    return clawbacks, rest


def _lines(book: Book, groups: Sequence[Sequence[Fact]], excluded: Mapping[int, int]) -> Mapping[int, Lines]:
    """Of these receipts, those of which lines earn nothing, and whether their refunds say what came back."""
    if not excluded:
        return {}
    detailed = load_having_lines(book, [fact.id for group in groups for fact in group[1:]])
    return {fact.id: Lines(excluded.get(fact.id, 0), fact.id in detailed) for group in groups for fact in group}
