"""What all points would cost: what is outstanding and worth how much, what will expire unspent, what this year cost."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import case, func, or_, select

from shopcrm.core import ledger
from shopcrm.core.book import Book
from shopcrm.core.merging import whose
from shopcrm.core.schema.points import points_draw, points_entry, points_lot

USES = ("redeem", "donate")  # kinds of entry that give a customer something for points


@dataclass(frozen=True, slots=True)
class Liability:
    """What customers hold as of a day, what is expected of it, and what this calendar year brought up to that day.

    `outstanding_points` are less what some customers owe (`owed_points`). `breakage_rate` is nothing where no points
    that end have come to their end yet.
    """

    as_of: date
    customers: int
    outstanding_points: int
    owed_points: int
    pending_points: int
    value_minor: int
    breakage_rate: Fraction | None
    expected_breakage_points: int
    expected_value_minor: int
    earned_points: int
    taken_back_points: int
    redeemed_points: int
    expired_points: int
    cost_minor: int


@dataclass(frozen=True, slots=True)
class Month:
    """What moved in a month, and what was outstanding at its end: the month before + earned - taken back - redeemed
    - expired + adjusted. Redemptions are less what was returned; adjusted is what was moved by hand.
    """

    month: str
    earned_points: int
    taken_back_points: int
    redeemed_points: int
    expired_points: int
    adjusted_points: int
    outstanding_points: int


@dataclass(frozen=True, slots=True)
class LiabilityByMonth(Liability):
    """The same, with every month since the first entry."""

    items: tuple[Month, ...]


def liability(book: Book) -> Liability:
    """What the shop owes for points as of the business date; points past their last day count no more, swept or not.

    The value is what all outstanding points would be exchanged for by the rules of the day, rounded down.

    Expected breakage is the rate at which points expired unspent so far, times the outstanding points that have a last
    day, rounded down so that the liability is never said to be less than it is. The rate is expired / (expired +
    redeemed + donated) over all lots with a last day that have closed: nothing is left in them, or that day is past.
    What was taken back or transferred is in neither, since nobody had the chance to spend it. So IFRS 15, B44 to B47
    (customers' unexercised rights), estimates breakage from an entity's own past.

    The cost is what points redeemed and donated this calendar year were worth on their days, less what was returned.
    """
    rules, held, rate = book.settings.points, _held(book), _breakage_rate(book)
    outstanding = ledger.outstanding_points(book)
    breakage = held.ending_points * rate.numerator // rate.denominator if rate is not None else 0
    new_year = book.as_of.replace(month=1, day=1)
    moved = _sums(day for day in _days(book) if day.on >= new_year)
    return Liability(
        as_of=book.as_of,
        customers=held.customers,
        outstanding_points=outstanding,
        owed_points=held.points - outstanding,
        pending_points=held.pending_points,
        value_minor=rules.worth_minor(outstanding),
        breakage_rate=rate,
        expected_breakage_points=breakage,
        expected_value_minor=rules.worth_minor(outstanding - breakage),
        earned_points=moved["earned"],
        taken_back_points=-moved["taken_back"],
        redeemed_points=-moved["redeemed"],
        expired_points=-moved["expired"],
        cost_minor=_cost_minor(book, new_year),
    )


def liability_by_month(book: Book) -> LiabilityByMonth:
    """The same, and every month from the first entry to the business date, each as it would have been answered then."""
    by_month: dict[str, list[_Moved]] = defaultdict(list)
    for day in _days(book):
        by_month[_month(day.on)].append(day)
    months, outstanding = [], 0
    for month in _every_month(by_month, _month(book.as_of)):
        moved = _sums(by_month.get(month, ()))
        outstanding += sum(moved.values())
        months.append(
            Month(
                month=month,
                earned_points=moved["earned"],
                taken_back_points=-moved["taken_back"],
                redeemed_points=-moved["redeemed"],
                expired_points=-moved["expired"],
                adjusted_points=moved["adjusted"],
                outstanding_points=outstanding,
            )
        )
    whole = liability(book)
    return LiabilityByMonth(**{f.name: getattr(whole, f.name) for f in fields(whole)}, items=tuple(months))


class _Moved(NamedTuple):
    """Signed points under a heading on a day."""

    on: date
    heading: str
    points: int


_HEADINGS = {"earn": "earned", "redeem": "redeemed", "donate": "redeemed", "expire": "expired"}


def _days(book: Book) -> Iterator[_Moved]:
    """Everything that moved up to the business date, as if the sweep that expires points had run by then."""
    undone = points_entry.alias("undone")
    rows = book.connection.execute(
        select(points_entry.c.on, points_entry.c.kind, undone.c.kind.label("of"), func.sum(points_entry.c.points))
        .outerjoin(undone, undone.c.id == points_entry.c.reverses_id)
        .where(points_entry.c.on <= book.as_of)
        .group_by(points_entry.c.on, points_entry.c.kind, undone.c.kind)
    )
    for on, kind, of, points in rows:
        # What a refund takes is of its own; whatever else is undone counts against what it undoes.
        is_taken_back = kind == "reverse" and of in (None, "earn")
        yield _Moved(on, "taken_back" if is_taken_back else _HEADINGS.get(of or kind, "adjusted"), points)
    for ended in ledger.unswept(book):
        yield _Moved(ended.on, "expired", -ended.amount)


def _sums(days: Iterable[_Moved]) -> dict[str, int]:
    sums = dict.fromkeys(("earned", "taken_back", "redeemed", "expired", "adjusted"), 0)
    for day in days:
        sums[day.heading] += day.points
    return sums


def _month(on: date) -> str:
    return f"{on:%Y-%m}"


def _every_month(moved: Iterable[str], last: str) -> Iterator[str]:
    month = min(moved, default=last)
    while month <= last:
        yield month
        year, number = map(int, month.split("-"))
        month = f"{year + number // 12:04}-{number % 12 + 1:02}"


class _Held(NamedTuple):
    """What lots still hold of what can be spent, now or later."""

    customers: int
    points: int
    pending_points: int
    ending_points: int  # that have a last day


def _held(book: Book) -> _Held:
    alive = or_(points_lot.c.expires_on.is_(None), points_lot.c.expires_on >= book.as_of)
    lots = ledger.lots_left(alive, book.as_of).subquery("lots")
    pending = case((lots.c.available_on > book.as_of, lots.c.left), else_=0)
    ending = case((lots.c.expires_on.is_not(None), lots.c.left), else_=0)
    sums = [func.coalesce(func.sum(each), 0) for each in (lots.c.left, pending, ending)]
    row = book.connection.execute(select(func.count(whose(book, lots.c.customer_id).distinct()), *sums)).one()
    return _Held(*map(int, row))


def _breakage_rate(book: Book) -> Fraction | None:
    undone, draw = points_entry.alias("undone"), points_draw.c
    # A reversal undoes: what it put back counts against what it undoes.
    kind = func.coalesce(undone.c.kind, points_entry.c.kind)
    drawn = (
        select(
            draw.lot_id,
            func.sum(draw.points).label("points"),
            func.sum(case((kind == "expire", draw.points), else_=0)).label("expired"),
            func.sum(case((kind.in_(USES), draw.points), else_=0)).label("used"),
        )
        .join(points_entry, points_entry.c.id == draw.entry_id)
        .join(points_lot, points_lot.c.id == draw.lot_id)
        .outerjoin(undone, undone.c.id == points_entry.c.reverses_id)
        .where(points_lot.c.expires_on.is_not(None), points_entry.c.on <= book.as_of)
        .group_by(draw.lot_id)
        .subquery("drawn")
    )
    left = points_lot.c.points - func.coalesce(drawn.c.points, 0)
    is_ending = points_lot.c.expires_on.is_not(None)
    is_past = points_lot.c.expires_on < book.as_of
    expired = func.coalesce(drawn.c.expired, 0) + case((is_past, left), else_=0)
    sums = (
        select(func.coalesce(func.sum(expired), 0), func.coalesce(func.sum(drawn.c.used), 0))
        .select_from(points_lot)
        .outerjoin(drawn, drawn.c.lot_id == points_lot.c.id)
        .where(points_lot.c.earned_on <= book.as_of, is_ending, or_(is_past, left == 0))
    )
    ended, used = map(int, book.connection.execute(sums).one())
    return Fraction(ended, ended + used) if ended + used > 0 else None


def _cost_minor(book: Book, since: date) -> int:
    """What was given for points, each entry at the value of its day; a return at that of what it returns."""
    entry, used = points_entry.c, points_entry.alias("used")
    in_time = entry.on.between(since, book.as_of)
    given = select(entry.on, entry.points, func.count()).where(in_time, entry.kind.in_(USES), entry.points < 0)
    returned = (
        select(used.c.on, entry.points, func.count())
        .join(used, used.c.id == entry.reverses_id)
        .where(in_time, entry.kind == "reverse", used.c.kind.in_(USES))
    )
    cost = 0
    for statement in (given.group_by(entry.on, entry.points), returned.group_by(used.c.on, entry.points)):
        for on, points, count in book.connection.execute(statement):
            cost -= book.history.on(on).points.worth_minor(points) * int(count)
    return cost
