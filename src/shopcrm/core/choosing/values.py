"""What the values of a clause mean in a book: numbers, money, days, and names that must exist."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from operator import eq, ge, gt, le, lt
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, false, func, or_

from shopcrm.core.book import Book
from shopcrm.core.clock import Period, parse_birthday, parse_date
from shopcrm.core.errors import ShopError, WhereValueWrong
from shopcrm.core.language import translate as _
from shopcrm.core.money import parse_minor
from shopcrm.core.where.tree import Clause, Value, Within
from shopcrm.core.where.words import word_of

T = TypeVar("T")
_COMPARING: Mapping[str, Callable[[Any, Any], Any]] = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}
_LARGEST = 10**15  # of a number that is compared; a database holds no more than 2^63
_MOST_DAYS = 36_500
_SHOWN = 12  # names that a refusal lists


def numbers(book: Book, clause: Clause) -> list[int]:
    """The values as whole numbers: minor units of money, days, points. Raises WhereValueWrong."""
    kind = word_of(clause.word).kind
    if kind == "money":
        expected = _("write an amount such as 1200 or 1200.50")
        read = partial(parse_minor, exponent=book.exponent)
        found = [_read(clause, value, read, expected) for value in clause.values]
    else:
        expected = _("write a whole number such as 60")
        found = [_read(clause, value, _whole, expected) for value in clause.values]
    most = _MOST_DAYS if kind == "days" else _LARGEST
    for value, number in zip(clause.values, found, strict=True):
        if abs(number) > most:
            raise wrong(clause, value, expected)
    return found


def days(book: Book, clause: Clause) -> list[date]:
    """The values as dates. Raises WhereValueWrong."""
    near = {"today": 0, "今天": 0, "今日": 0, "yesterday": -1, "昨天": -1}
    expected = _("write a date like 2026-03-31, or today")

    def read(text: str) -> date:
        return book.as_of + timedelta(near[text]) if text in near else parse_date(text)

    return [_read(clause, value, read, expected) for value in clause.values]


def first_day(book: Book, within: Within) -> date:
    """The first day of the last so many days: of the last 7 it is the one six days before the business date."""
    try:
        return _moved(book.as_of, within, -1) + timedelta(1)
    except (OverflowError, ValueError):
        return date.min


def last_day(book: Book, within: Within) -> date:
    """The last day of the next so many days, counted as periods are: today, and so many days from it."""
    try:
        return _moved(book.as_of, within, 1)
    except (OverflowError, ValueError):
        return date.max


def month_and_day(clause: Clause, value: Value) -> tuple[int, int]:
    """A birthday without its year. Raises WhereValueWrong."""
    _year, month, day = _read(clause, value, parse_birthday, _("write a day like 05-12, or today"))
    return month, day


def month(book: Book, clause: Clause) -> int:
    """A month from 1 to 12; `this` and `next` are counted from the business date. Raises WhereValueWrong."""
    (value,) = clause.values
    if value.text in ("this", "next"):
        return (book.as_of.month - (value.text == "this")) % 12 + 1
    if not value.text.isdecimal() or not 1 <= int(value.text) <= 12:
        raise wrong(clause, value, _("write a month from 1 to 12, this or next"))
    return int(value.text)


def meant(clause: Clause, known: Iterable[str]) -> list[str]:
    """The names that the values mean, of those that there are. Raises WhereValueWrong with what there is.

    Capitals make no difference, and a name may be said as it is shown in the chosen language.
    """
    names, found = list(known), []
    for value in clause.values:
        typed = value.text.casefold()
        fits = [name for name in names if typed in (name.casefold(), _(name).casefold())]
        if clause.relation == "~":
            fits = [name for name in names if typed in name.casefold() or typed in _(name).casefold()]
        elif not fits:
            raise wrong(clause, value, there_are(value.text, names))
        found += fits
    return found


def there_are(typed: str, names: Sequence[str]) -> str:
    """What there is instead of a name that is not, the nearest first where there are many."""
    if not names:
        return _("there is none")
    if len(names) <= _SHOWN:
        return _("there are {names}").format(names=", ".join(names))
    from rapidfuzz import fuzz, process

    close = [name for name, *_rest in process.extract(typed, names, scorer=fuzz.ratio, limit=3)]
    return _("the nearest are {names}").format(names=", ".join(close))


def compared(value: ColumnElement[Any], relation: str, against: Sequence[object]) -> ColumnElement[bool]:
    """The comparison of a column, which does not hold for a value that is not known."""
    return and_(value.is_not(None), tested(value, relation, against))


def tested(value: ColumnElement[Any], relation: str, against: Sequence[object]) -> ColumnElement[bool]:
    """The same for the sum of a group, where what is not known chooses nobody: what is asked twice is summed twice."""
    if relation == "in":
        return value.in_(against)
    if relation == "between":
        return value.between(against[0], against[1])
    test: ColumnElement[bool] = _COMPARING[relation](value, against[0])
    return test


def holds(value: int, relation: str, against: Sequence[int]) -> bool:
    """The same of a number that is known here."""
    if relation == "in":
        return value in against
    if relation == "between":
        return against[0] <= value <= against[1]
    return bool(_COMPARING[relation](value, against[0]))


def contains(column: ColumnElement[str], clause: Clause) -> ColumnElement[bool]:
    """The comparison of a text, in which capitals make no difference."""
    texts = [value.text for value in clause.values]
    if clause.relation == "~":
        test: ColumnElement[bool] = column.icontains(texts[0], autoescape=True)
    else:
        test = or_(false(), *(func.lower(column) == func.lower(text) for text in texts))
    return and_(column.is_not(None), test)


def wrong(clause: Clause, value: Value, expected: str) -> WhereValueWrong:
    """The refusal of a value."""
    word = _(word_of(clause.word).meaning)
    return WhereValueWrong(word=word, value=value.text, place=value.place, expected=expected)


def _whole(text: str) -> int:
    plain = text.replace(",", "")
    if len(plain) > 18:
        raise ValueError(text)
    return int(plain)


def _moved(day: date, within: Within, sign: int) -> date:
    if within.unit == "months":
        return Period(0, sign * within.number).last_day(day)
    return day + timedelta(sign * within.number * (7 if within.unit == "weeks" else 1))


def _read(clause: Clause, value: Value, read: Callable[[str], T], expected: str) -> T:
    try:
        return read(value.text)
    except (ShopError, ValueError, OverflowError):
        raise wrong(clause, value, expected) from None
