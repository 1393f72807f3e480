"""Finds what points can be exchanged for, by its code."""

from typing import Any
from unicodedata import normalize

from sqlalchemy import or_, select

from shopcrm.core.book import Book
from shopcrm.core.errors import RewardUnknown
from shopcrm.core.language import translate
from shopcrm.core.schema.rewards import reward


def plain_code(text: str) -> str:
    """The code in capitals, without the blanks and wide characters of how it was typed."""
    return " ".join(normalize("NFKC", text).split()).upper()


def find_reward(book: Book, text: str) -> Any:
    """The row of the reward with that code on the business date, retired or not. Raises RewardUnknown."""
    code = plain_code(text)
    known = reward.c.added_on <= book.as_of
    row = book.connection.execute(select(reward).where(known, reward.c.code == code)).one_or_none()
    if row is None:
        raise RewardUnknown(reward=code, nearest=nearest_reward(book, code))
    return row


def nearest_reward(book: Book, code: str) -> str:
    """Says which of the rewards to be had on the business date is most like what was typed."""
    there = or_(reward.c.retired_on.is_(None), reward.c.retired_on > book.as_of)
    known = select(reward.c.code).where(reward.c.added_on <= book.as_of, there).order_by(reward.c.code)
    codes = list(book.connection.scalars(known))
    if not codes:
        return translate("there is none to be had")
    from rapidfuzz import fuzz, process

    (nearest, *_) = process.extractOne(code, codes, scorer=fuzz.ratio)
    return translate("the nearest is {code}").format(code=nearest)
