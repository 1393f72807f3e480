"""What other rules would have come to: the book's own history under the rules in force and under proposed ones."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import case, func, or_, select, union

from shopcrm.core.book import Book
from shopcrm.core.errors import SettingNotTried
from shopcrm.core.merging import kept, whose
from shopcrm.core.points_rules import Value
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.points import OPENING, points_entry, points_lot
from shopcrm.core.schema.sales import counting, sale, sale_line
from shopcrm.core.setting_keys import check_value, find_key
from shopcrm.core.settings import Settings, read_settings
from shopcrm.features.points.covering import opening_days
from shopcrm.features.points.simulation import Given, Outcome, Programme, Receipt, Spent, base_minor, replay, share_of

TRIED = (
    "points.rate", "points.value", "points.minimum", "points.step", "points.pending_days", "points.expiry",
    "points.clawback", "points.earns_tax", "points.excluded", "tiers.", "promotions.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """What a history comes to under one set of rules, or by how much two differ."""

    side: str  # in force, proposed, difference
    earned_points: int
    taken_back_points: int
    redeemed_points: int
    unredeemed_points: int
    expired_points: int
    other_points: int
    outstanding_points: int
    pending_points: int
    value_minor: int
    cost_minor: int


@dataclass(frozen=True, slots=True)
class Simulated:
    """Both sides and their difference, over all receipts up to the business date.

    `unredeemed_points` could not have been redeemed under the proposed rules; changes are proposed minus in force.
    """

    as_of: date
    receipts: int
    customers: int
    settings: Mapping[str, Value]
    unredeemed_points: int
    value_change_minor: int
    cost_change_minor: int
    items: tuple[Side, ...]


def simulate(book: Book, asked: Mapping[str, str]) -> Simulated:
    """Replays sales, refunds, redemptions and whatever else moved points, and changes nothing.

    Either set of rules is taken as if it had always held: today's stand for those of all days before as well. People
    do as they did; a redemption is cut to what would have been spendable, in the steps and from the minimum that the
    rules ask for. Points given by hand, transferred or opened keep their days, granted ones get the rules' expiry.
    Where a birthday is kept in the lunar calendar, no birthday month is known here.

    Raises SettingUnknown, SettingRefused, as setting them would, and SettingNotTried for what changes no points.
    """
    for key in asked:
        find_key(key)
        if not key.startswith(TRIED):
            raise SettingNotTried(key=key, known=", ".join(f"{name}*" if name[-1] == "." else name for name in TRIED))
    wanted = {key: check_value(key, value, book.exponent) for key, value in asked.items()}
    proposed = read_settings({**book.settings.texts, **wanted}, 0)
    history = _History(book)
    now, then = (history.under(rules) for rules in (book.settings, proposed))
    change = Outcome(*(after - before for before, after in zip(astuple(now), astuple(then), strict=True)))
    sides = (("in force", now), ("proposed", then), ("difference", change))
    return Simulated(
        as_of=book.as_of,
        receipts=len(history.rows),
        customers=history.customers,
        settings=wanted,
        unredeemed_points=then.unredeemed_points,
        value_change_minor=change.value_minor,
        cost_change_minor=change.cost_minor,
        items=tuple(Side(name, **{f.name: getattr(of, f.name) for f in fields(of)}) for name, of in sides),
    )


class _History:
    """What happened up to the business date, read once for both sides."""

    def __init__(self, book: Book) -> None:
        self._book = book
        sold = sale.alias("sold")
        # A refund is its sale's customer's, whoever brought the goods back.
        buyer = whose(book, case((sold.c.id.is_not(None), sold.c.customer_id), else_=sale.c.customer_id))
        month = case((customer.c.is_birthday_lunar, None), else_=customer.c.birth_month)
        self.rows = book.connection.execute(
            select(sale.c.id, buyer, sale.c.on, sold.c.id, sale.c.kind, sale.c.net_minor, sale.c.tax_minor, month)
            .outerjoin(sold, sold.c.id == sale.c.refund_of_id)
            .join(customer, customer.c.id == buyer)
            .where(counting, sale.c.on <= book.as_of)
            .order_by(sale.c.on, sale.c.id)
        ).all()
        self.customers = len({row[1] for row in self.rows})
        self._given, self._spent = _others(book)
        self._opened = {kept(book, who): on for who, on in opening_days(book).items()}
        self._posted = self._posted_sales() if self._opened else frozenset()
        self._lined = self._refunds_with_lines()
        self._reversed = self._sales_reversed_by_hand()

    def under(self, settings: Settings) -> Outcome:
        """What it comes to under these rules."""
        programme = Programme(settings.points, settings.promotions, settings.tiers, settings.shop.exponent)
        receipts = self._receipts(settings)
        return replay(receipts, self._given, self._spent, programme, self._book.as_of)

    def _receipts(self, settings: Settings) -> Iterator[Receipt]:
        rules, excluded = settings.points, self._excluded(settings.points.excluded)
        bases: dict[int, tuple[int, int]] = {}
        for id_, customer_id, on, refund_of, kind, net_minor, tax_minor, birth_month in self.rows:
            base, cut = net_minor, excluded.get(id_, 0)
            if refund_of in bases and id_ not in self._lined:
                base = share_of(net_minor, *bases[refund_of])
            elif cut or tax_minor:
                base = base_minor(net_minor, cut, tax_minor or 0, rules)
            if id_ in self._reversed:
                base = 0  # what a person took back stays so under any rules
            if kind == "sale":
                bases[id_] = (net_minor, base)
            opened_on = self._opened.get(customer_id)
            is_covered = opened_on is not None and on <= opened_on and id_ not in self._posted
            is_refund = kind == "refund"
            yield Receipt(id_, customer_id, on, refund_of, is_refund, net_minor, base, birth_month, is_covered)

    def _sales_reversed_by_hand(self) -> frozenset[int]:
        back, entry = points_entry.alias("back"), points_entry.c
        taken = select(entry.sale_id).join(back, back.c.reverses_id == entry.id)
        of_sales = (entry.kind == "earn", entry.sale_id.is_not(None), back.c.sale_id.is_(None))
        rows = self._book.connection.execute(taken.where(*of_sales, back.c.on <= self._book.as_of))
        return frozenset(row[0] for row in rows)

    def _excluded(self, words: frozenset[str]) -> Mapping[int, int]:
        """Receipt → what its excluded lines come to. Compared here: SQLite knows small letters of English alone."""
        if not words:
            return {}
        columns = (sale_line.c.category, sale_line.c.item, sale_line.c.sku)
        every = union(*(select(column.label("word")).where(column.is_not(None)) for column in columns))
        spelled = [word for (word,) in self._book.connection.execute(every) if word.lower() in words]
        if not spelled:
            return {}
        concerned = or_(*(column.in_(spelled) for column in columns))
        sums = select(sale_line.c.sale_id, func.sum(sale_line.c.net_minor)).where(concerned)
        rows = self._book.connection.execute(sums.group_by(sale_line.c.sale_id))
        return {row[0]: row[1] for row in rows}

    def _posted_sales(self) -> frozenset[int]:
        posted = select(points_entry.c.sale_id).where(points_entry.c.sale_id.is_not(None)).distinct()
        return frozenset(self._book.connection.scalars(posted))

    def _refunds_with_lines(self) -> frozenset[int]:
        lined = select(sale_line.c.sale_id).join(sale, sale.c.id == sale_line.c.sale_id).distinct()
        return frozenset(self._book.connection.scalars(lined.where(sale.c.kind == "refund")))


def _others(book: Book) -> tuple[Sequence[Given], Sequence[Spent]]:
    """Whatever moved points otherwise than by a sale or an expiry, less what was taken back of it."""
    entry, back = points_entry.c, points_entry.alias("back")
    undone = (
        select(back.c.reverses_id, func.sum(back.c.points).label("points"))
        .where(back.c.reverses_id.is_not(None), back.c.on <= book.as_of)
        .group_by(back.c.reverses_id)
        .subquery("undone")
    )
    points = (entry.points + func.coalesce(undone.c.points, 0)).label("points")
    is_other = or_(entry.kind.not_in(("earn", "reverse", "expire")), (entry.kind == "earn") & entry.sale_id.is_(None))
    rows = book.connection.execute(
        select(entry.id, whose(book, entry.customer_id).label("customer_id"), entry.on, entry.kind, entry.rule, points)
        .outerjoin(undone, undone.c.reverses_id == entry.id)
        .where(is_other, entry.on <= book.as_of, points != 0)
        .order_by(entry.on, entry.id)
    ).all()
    lots = _lots_of(book, is_other)
    given = [each for row in rows if row.points > 0 for each in _as_given(row, lots[row.id])]
    return given, [Spent(row.customer_id, row.on, -row.points, row.kind) for row in rows if row.points < 0]


def _lots_of(book: Book, is_other: Any) -> Mapping[int, Sequence[Any]]:
    lots: dict[int, list[Any]] = defaultdict(list)
    opened = select(points_lot).join(points_entry, points_entry.c.id == points_lot.c.entry_id).where(is_other)
    for lot in book.connection.execute(opened.order_by(points_lot.c.id)):
        lots[lot.entry_id].append(lot)
    return lots


def _as_given(row: Any, lots: Sequence[Any]) -> Iterator[Given]:
    left = row.points
    for lot in lots:
        points = min(left, lot.points)
        left -= points
        if points:
            is_opening, is_by_rules = row.rule == OPENING, row.kind == "earn"
            yield Given(
                row.customer_id, row.on, points, lot.available_on, lot.expires_on, is_opening, is_by_rules
            )  # fmt: skip
