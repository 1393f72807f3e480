"""Customers by what they told of themselves: name, birthday, age, identities, and the day they joined."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from shopcrm.core.birthdays import birthday_in, birthday_months
from shopcrm.core.book import Book
from shopcrm.core.choosing.persons import Condition, Measure, among, having_rows, told_by
from shopcrm.core.choosing.values import (
    compared,
    contains,
    first_day,
    last_day,
    month,
    month_and_day,
    numbers,
    there_are,
    wrong,
)
from shopcrm.core.language import translate as _
from shopcrm.core.schema.people import customer, identity
from shopcrm.core.where.tree import Clause, Value

_HAS_BIRTHDAY = customer.c.birth_month.is_not(None)
_TODAY = frozenset({"today", "今天", "今日"})


def named(book: Book, clause: Clause) -> Condition:
    """By name, as lists show it."""
    told = customer.c.name.is_not(None)
    return told_by(book, told, told if clause.relation == "known" else contains(customer.c.name, clause))


def coded(book: Book, clause: Clause) -> Condition:
    """By code; that of a merged customer means who answers for them."""
    row = customer.alias("coded")
    return having_rows(book, row.c.id, *([] if clause.relation == "known" else [contains(row.c.code, clause)]))


def identified(book: Book, clause: Clause) -> Condition:
    """With something that names them of that kind."""
    return having_rows(book, identity.c.customer_id, identity.c.kind == clause.word)


def joined_on() -> Measure:
    """The day since which they are on the list; of merged customers the first."""
    row = customer.alias("joining")
    return Measure(row.c.id, func.min(row.c.joined_on), shown="joined_on")


def born_in(book: Book, clause: Clause) -> Condition:
    """By the year of birth."""
    told = customer.c.birth_year.is_not(None)
    test = (
        told if clause.relation == "known" else compared(customer.c.birth_year, clause.relation, numbers(book, clause))
    )
    return told_by(book, told, test)


def aged(book: Book, clause: Clause) -> Condition:
    """By the age in full years; by the year alone where the day is not told."""
    told = customer.c.birth_year.is_not(None)
    if clause.relation == "known":
        return told_by(book, told, told)
    still_to_come = _born(book, lambda day: day > book.as_of, [book.as_of.year], [book.as_of.year])
    age = book.as_of.year - customer.c.birth_year - case((still_to_come, 1), else_=0)
    return told_by(book, told, and_(told, compared(age, clause.relation, numbers(book, clause))))


def born_on(book: Book, clause: Clause) -> Condition:
    """By the birthday, lunar ones on their day of the year that is meant."""
    if clause.relation == "known":
        return told_by(book, _HAS_BIRTHDAY, _HAS_BIRTHDAY)
    if clause.relation == "month":
        return told_by(book, _HAS_BIRTHDAY, _in_month(book, clause))
    if clause.relation == "=" and clause.values[0].text.lower() not in _TODAY:
        born_month, born_day = month_and_day(clause, clause.values[0])
        return told_by(book, _HAS_BIRTHDAY, and_(_HAS_BIRTHDAY, _told_day() == _code(born_month, born_day)))
    first, last = _span(book, clause)
    years = [*range(first.year, last.year + 1)]
    lunar_years = [first.year - 1, *years]  # one of the 12th month is in the year after its own
    return told_by(book, _HAS_BIRTHDAY, _born(book, lambda day: first <= day <= last, years, lunar_years))


def field_of(book: Book, clause: Clause) -> str:
    """The field of the trade that a preference is about. Raises WhereValueWrong with those that there are."""
    fields = book.settings.preference_fields
    for field in fields:
        if clause.about in (field.lower(), _(field).lower()):
            return field
    raise wrong(clause, Value(clause.about, clause.place), there_are(clause.about, fields))


def _span(book: Book, clause: Clause) -> tuple[date, date]:
    if clause.within is None:
        return book.as_of, book.as_of
    year = timedelta(400)  # in which every birthday is: a lunar year has up to 384 days
    if clause.relation == "next":
        return book.as_of, min(last_day(book, clause.within), _shifted(book.as_of, year))
    return max(first_day(book, clause.within), _shifted(book.as_of, -year)), book.as_of


def _shifted(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return day


def _born(book: Book, test: Callable[[date], bool], years: Sequence[int], lunar_years: Sequence[int]) -> Condition:
    """Whose birthday is, in one of the years, a day that passes; lunar years are those in which the date is told."""
    solar = [date(2000, 1, 1) + timedelta(number) for number in range(366)]
    fits = {_code(d.month, d.day) for d in solar if _passes(test, years, d.month, d.day, is_lunar=False)}
    lunar = {_code(*pair) for pair in _lunar_pairs(book) if _passes(test, lunar_years, *pair, is_lunar=True)}
    return _by_calendar(fits, lunar)


def _in_month(book: Book, clause: Clause) -> Condition:
    wanted = month(book, clause)
    is_next_year = clause.values[0].text == "next" and wanted == 1
    year = book.as_of.year + is_next_year
    solar = {_code(wanted, day) for day in range(1, 32)}
    lunar = {_code(*pair) for pair in _lunar_pairs(book) if wanted in _lunar_months(year, *pair)}
    return _by_calendar(solar, lunar)


def _by_calendar(solar: set[int], lunar: set[int]) -> Condition:
    by_moon = customer.c.is_birthday_lunar
    return and_(
        _HAS_BIRTHDAY,
        or_(and_(~by_moon, among(_told_day(), solar)), and_(by_moon, among(_told_day(), lunar))),
    )


def _told_day() -> ColumnElement[int]:
    return customer.c.birth_month * 100 + customer.c.birth_day


def _code(month_: int, day: int) -> int:
    return month_ * 100 + day


def _passes(test: Callable[[date], bool], years: Sequence[int], month_: int, day: int, *, is_lunar: bool) -> bool:
    return any(found is not None and test(found) for found in (_day(year, month_, day, is_lunar) for year in years))


def _day(year: int, month_: int, day: int, is_lunar: bool) -> date | None:
    try:
        return birthday_in(year, month_, day, is_lunar)
    except ValueError:  # before or after all that the lunar calendar is known for
        return None


def _lunar_months(year: int, month_: int, day: int) -> frozenset[int]:
    try:
        return birthday_months(year, month_, day, is_lunar=True)
    except ValueError:
        return frozenset()


def _lunar_pairs(book: Book) -> list[tuple[int, int]]:
    pairs = select(customer.c.birth_month, customer.c.birth_day).where(customer.c.is_birthday_lunar, _HAS_BIRTHDAY)
    return [(row[0], row[1]) for row in book.connection.execute(pairs.distinct())]
