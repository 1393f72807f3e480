"""Rewards: what points can be exchanged for. Their price never changes: one is retired, and another is added."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update

from shopcrm.core.book import Book
from shopcrm.core.errors import RewardNotWritable, RewardTaken
from shopcrm.core.language import translate
from shopcrm.core.money import format_minor, parse_minor
from shopcrm.core.rewards import find_reward, plain_code
from shopcrm.core.schema.rewards import reward


@dataclass(frozen=True, slots=True)
class RewardRow:
    """One reward: points, and money that is paid on top. From `retired_on` on nobody gets it."""

    reward: str
    name: str
    points: int
    cash_minor: int
    added_on: date
    retired_on: date | None


@dataclass(frozen=True, slots=True)
class Changed(RewardRow):
    """The reward as it stands after a command; with `is_repeat` it stood so before."""

    is_repeat: bool


@dataclass(frozen=True, slots=True)
class RewardList:
    """Every reward that there was up to the business date, by what it costs."""

    items: tuple[RewardRow, ...]


def add(book: Book, code: str, *, name: str, points: int, cash: str | None = None) -> Changed:
    """Adds a reward for points, and money on top where `cash` says so, from the business date on.

    The same reward again changes nothing. Raises RewardTaken for a code that has other content, RewardNotWritable,
    AmountUnreadable.
    """
    plain, said, cash_minor = plain_code(code), " ".join(name.split()), parse_minor(cash or "0", book.exponent)
    for is_right, reason in (
        (bool(plain), translate("it needs a code")),
        (bool(said), translate("it needs a name")),
        (points > 0, translate("it costs 1 point or more, not {points}").format(points=points)),
        (cash_minor >= 0, translate("the money on top cannot be less than nothing")),
    ):
        if not is_right:
            raise RewardNotWritable(reason=reason)
    values: dict[str, Any] = {"name": said, "points": points, "cash_minor": cash_minor}
    row = book.connection.execute(select(reward).where(reward.c.code == plain)).one_or_none()
    if row is None:
        book.connection.execute(insert(reward).values(code=plain, added_on=book.as_of, **values))
        book.tell(f"reward {plain} for {points} points")
        return Changed(plain, **values, added_on=book.as_of, retired_on=None, is_repeat=False)
    if row.retired_on or any(row._mapping[column] != value for column, value in values.items()):
        cash_said = f"{format_minor(row.cash_minor, book.exponent)} {book.currency}"
        raise RewardTaken(reward=plain, added_on=row.added_on, name=row.name, points=row.points, cash=cash_said)
    return _changed(book, row, is_repeat=True)


def list_all(book: Book) -> RewardList:
    """The rewards as of the business date, the cheapest first; those that are retired say since when."""
    rows = select(reward).where(reward.c.added_on <= book.as_of)
    rows = rows.order_by(reward.c.points, reward.c.cash_minor, reward.c.code)
    return RewardList(tuple(RewardRow(**_fields(book, row)) for row in book.connection.execute(rows)))


def retire(book: Book, code: str) -> Changed:
    """Lets nobody have a reward from the business date on; what was exchanged for it stays. Raises RewardUnknown."""
    row = find_reward(book, code)
    if row.retired_on and row.retired_on <= book.as_of:
        return _changed(book, row, is_repeat=True)
    book.connection.execute(update(reward).where(reward.c.id == row.id).values(retired_on=book.as_of))
    book.tell(f"reward {row.code} retired")
    return _changed(book, find_reward(book, row.code), is_repeat=False)


def _changed(book: Book, row: Any, *, is_repeat: bool) -> Changed:
    return Changed(**_fields(book, row), is_repeat=is_repeat)


def _fields(book: Book, row: Any) -> dict[str, Any]:
    return {
        "reward": row.code,
        "name": row.name,
        "points": row.points,
        "cash_minor": row.cash_minor,
        "added_on": row.added_on,
        "retired_on": row.retired_on if row.retired_on and row.retired_on <= book.as_of else None,
    }
