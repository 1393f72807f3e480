"""The bonus of a top-up, paid in parts: when each is due, what a refund leaves of it, and what is still to come.

Of a bonus in N monthly parts each is the Nth of it, rounded down, and the last has the remainder. The first is part of
the top-up itself. A later one is due on the same day of a later month, or on its last day where there is no such day.
A refund of principal takes its share off every part that comes after it, rounded down.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from shopcrm.core import ledger
from shopcrm.core.book import Book
from shopcrm.core.merging import is_of
from shopcrm.core.portions import portions
from shopcrm.core.schema.wallet import wallet_draw, wallet_entry, wallet_lot
from shopcrm.core.wallet import BONUS, PRINCIPAL


@dataclass(frozen=True, slots=True)
class Plan:
    """What one top-up brings, as its entry says, and what of its principal was given back on which days."""

    entry_id: int
    key: str
    customer_id: int
    on: date
    rule: str
    principal_minor: int
    bonus_minor: int
    parts: int
    given_back: tuple[tuple[date, int], ...]
    posted: Mapping[int, int]  # number of a later part → its entry; parts that were taken back are there too
    paid: Mapping[int, int]  # number of a part, the first one too → what was posted, where it was not taken back

    def due_on(self, number: int) -> date:
        """The day of a part, the first being 1."""
        return months_after(self.on, number - 1)

    def worth(self, number: int, given_back_minor: int) -> int:
        """What a part comes to where so much of the principal went back."""
        whole = part_of(self.bonus_minor, self.parts, number)
        return whole * max(0, self.principal_minor - given_back_minor) // self.principal_minor

    def given_back_before(self, day: date | None = None) -> int:
        """Principal that was given back before a day, or at all; less what was taken back of that."""
        return sum(minor for on, minor in self.given_back if day is None or on < day)

    def due(self, until: date) -> Iterator[tuple[int, int]]:
        """(number, minor units) of every part that is due by a day and not posted yet."""
        for number in range(2, self.parts + 1):
            due_on = self.due_on(number)
            if number not in self.posted and due_on <= until:
                yield number, self.worth(number, self.given_back_before(due_on))

    def to_come(self) -> Iterator[tuple[int, int]]:
        """(number, minor units) of every part that is not posted yet, as it stands now."""
        for number in range(2, self.parts + 1):
            if number not in self.posted and (worth := self.worth(number, self.given_back_before())):
                yield number, worth

    def falling(self, part_minor: int) -> int:
        """What falls away of the parts that were paid, where so much more of the principal goes back.

        A part that a refund had made smaller before it was paid has fallen by that already.
        """
        before = self.given_back_before()
        after = before + part_minor
        return sum(
            max(0, min(minor, self.worth(number, before)) - self.worth(number, after))
            for number, minor in self.paid.items()
        )


@dataclass(frozen=True, slots=True)
class Coming:
    """A part of a bonus that is still to come."""

    due_on: date
    bonus_minor: int
    entry: int  # the top-up that brings it


def part_of(bonus_minor: int, parts: int, number: int) -> int:
    """One of the equal parts of a bonus; the last one has the remainder."""
    whole = bonus_minor // parts
    return whole if number < parts else bonus_minor - whole * (parts - 1)


def months_after(on: date, months: int) -> date:
    """The same day of a later month, or its last day where there is no such day."""
    from dateutil.relativedelta import relativedelta  # 10 ms at start-up, for those who have parts to come

    return on + relativedelta(months=months)


def part_key(key: str, number: int) -> str:
    """The key of a part: it names the top-up and counts."""
    return f"bonus:{key}:{number}"


def load_plans(
    book: Book, customer_id: int | None = None, *, least_parts: int = 1, until: date | None = None
) -> list[Plan]:
    """Every top-up with a bonus that was not taken back, of one customer or of all.

    With `until` as it was on that day: entries of later days are not yet made.
    """
    entry, back = wallet_entry.c, wallet_entry.alias("back")
    parts, bonus = entry.inputs["parts"].as_integer(), entry.inputs["bonus_minor"].as_integer()
    mine = [*([] if customer_id is None else [is_of(book, entry.customer_id, customer_id)]), *_by(entry.on, until)]
    undone = select(back.c.id).where(back.c.reverses_id == entry.id, *_by(back.c.on, until))
    rows = book.connection.execute(
        select(wallet_entry)
        .where(entry.kind == "top_up", parts >= least_parts, bonus > 0, ~undone.exists(), *mine)
        .order_by(entry.id)
    ).all()
    ids = [row.id for row in rows]
    given_back, posted = _given_back(book, ids, until), _posted(book, customer_id, until) if rows else {}
    return [_plan(row, given_back[row.id], posted.get(row.key, {})) for row in rows]


class _Part(NamedTuple):
    """A later part as it was posted."""

    entry_id: int
    minor: int
    is_undone: bool


def _plan(row: Any, given_back: Sequence[tuple[date, int]], posted: Mapping[int, _Part]) -> Plan:
    return Plan(
        entry_id=row.id,
        key=row.key,
        customer_id=row.customer_id,
        on=row.on,
        rule=row.rule,
        principal_minor=row.inputs["principal_minor"],
        bonus_minor=row.inputs["bonus_minor"],
        parts=row.inputs["parts"],
        given_back=tuple(given_back),
        posted={number: part.entry_id for number, part in posted.items()},
        paid={
            1: part_of(row.inputs["bonus_minor"], row.inputs["parts"], 1),
            **{number: part.minor for number, part in posted.items() if not part.is_undone},
        },
    )


def _given_back(book: Book, entry_ids: Sequence[int], until: date | None) -> defaultdict[int, list[tuple[date, int]]]:
    """Top-up → day and minor units of every refund out of its principal; negative where one was taken back."""
    given: defaultdict[int, list[tuple[date, int]]] = defaultdict(list)
    lot, draw, entry, undone = wallet_lot.c, wallet_draw.c, wallet_entry.c, wallet_entry.alias("undone")
    for chunk in portions(entry_ids):
        rows = book.connection.execute(
            select(lot.entry_id, entry.on, draw.amount_minor)
            .join(wallet_draw, draw.lot_id == lot.id)
            .join(wallet_entry, entry.id == draw.entry_id)
            .outerjoin(undone, undone.c.id == entry.reverses_id)
            .where(lot.entry_id.in_(chunk), lot.purse == PRINCIPAL, *_by(entry.on, until))
            .where(or_(entry.kind == "refund", undone.c.kind == "refund"))
        )
        for entry_id, on, minor in rows:
            given[entry_id].append((on, minor))
    return given


def _posted(book: Book, customer_id: int | None, until: date | None) -> dict[str, dict[int, _Part]]:
    """Key of a top-up → number of a later part → how it was posted."""
    entry, back = wallet_entry.c, wallet_entry.alias("back")
    mine = [*([] if customer_id is None else [is_of(book, entry.customer_id, customer_id)]), *_by(entry.on, until)]
    rows = book.connection.execute(
        select(entry.key, entry.id, entry.amount_minor, back.c.id.is_not(None))
        .outerjoin(back, back.c.reverses_id == entry.id)
        .where(entry.kind == "bonus", *mine)
    )
    posted: dict[str, dict[int, _Part]] = {}
    for key, entry_id, minor, is_undone in rows:
        top_up, _, number = key.removeprefix("bonus:").rpartition(":")
        posted.setdefault(top_up, {})[int(number)] = _Part(entry_id, minor, bool(is_undone))
    return posted


def _by(column: Any, until: date | None) -> list[Any]:
    return [] if until is None else [column <= until]


def post_due(book: Book, plans: Sequence[Plan]) -> list[ledger.Posting]:
    """Posts every part that has come due by the business date, dated on its day; answers what was posted."""
    postings = sorted(
        (_posting(book, plan, number, minor) for plan in plans for number, minor in plan.due(book.as_of) if minor),
        key=lambda p: (p.on, p.key),
    )
    ledger.post_many(book, postings, ledger.MONEY)
    return postings


def settle(book: Book, customer_id: int) -> None:
    """Posts what has come due for one customer, so that a payment need not wait for the night."""
    if due := post_due(book, load_plans(book, customer_id, least_parts=2)):
        book.tell(f"{len(due)} parts of bonus that had come due")


def _posting(book: Book, plan: Plan, number: int, minor: int) -> ledger.Posting:
    on = plan.due_on(number)
    rules = book.history.on(on)
    return ledger.Posting(
        key=part_key(plan.key, number),
        customer_id=plan.customer_id,
        kind="bonus",
        amount=minor,
        on=on,
        rule=plan.rule,
        inputs={
            "part": number, "parts": plan.parts, "bonus_minor": plan.bonus_minor,
            "principal_minor": plan.principal_minor, "given_back_minor": plan.given_back_before(on),
        },
        settings_version_id=rules.version_id,
        lots=(ledger.NewLot(minor, on, rules.wallet.bonus_expiry.last_good_day(on), BONUS),),
    )  # fmt: skip
