"""What plain sales earn, worked out within the book: a million of them never come up to the program.

What does come up is what they share: the rates of a day, what people had reached by then, when they were born.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Integer,
    Select,
    Table,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)

from shopcrm.core.book import Book
from shopcrm.core.ledger.writing import encode_inputs
from shopcrm.core.merging import merges
from shopcrm.core.schema.sales import sale
from shopcrm.features.points.facts import DUE, HELD, is_plain_sale
from shopcrm.features.points.worth import Excluded, Rate, Rates

_LARGEST = 1 << 63  # what the database counts up to
_UNTOLD = 0  # the month of birth, where nobody said it or it makes no difference

_RATES = Table(
    "rates", HELD, Column("on", Date, primary_key=True), Column("standing_id", Integer, primary_key=True),
    Column("birth_month", Integer, primary_key=True), Column("numerator", Integer), Column("denominator", Integer),
    Column("least_minor", Integer),  # the smallest amount that earns a point; none where nothing does
    Column("settings_version_id", Integer), Column("words_id", Integer), Column("is_tax_less", Integer),
    Column("why", Text),  # the end of the inputs
    prefixes=["TEMPORARY"], sqlite_with_rowid=False,
)  # fmt: skip
# The tiers reached before a sale, where they are not the usual ones.
_STANDING = Table(
    "standing", HELD, Column("sale_id", Integer, primary_key=True), Column("standing_id", Integer),
    prefixes=["TEMPORARY"],
)  # fmt: skip
_BORN = Table(
    "born", HELD, Column("customer_id", Integer, primary_key=True), Column("month", Integer), prefixes=["TEMPORARY"]
)
_EXCLUDED = Table(
    "excluded", HELD, Column("sale_id", Integer, primary_key=True), Column("words_id", Integer, primary_key=True),
    Column("minor", Integer), prefixes=["TEMPORARY"], sqlite_with_rowid=False,
)  # fmt: skip


def days_too_fine(rates: Rates, days: Sequence[date]) -> list[date]:
    """Days with a rate of so many digits that the database could not multiply by it without rounding."""
    keyed = _keyed(rates, days)
    return sorted({on for on, *_key, rate in keyed if rate.numerator * rate.denominator >= _LARGEST})


def earned(book: Book, rates: Rates, days: Sequence[date], excluded: Excluded) -> Select[Any]:
    """Of every plain sale that earns on these days: its points, their inputs, and the version of the settings.

    A statement over `sale` in the order of its rows, for who adds to it what else of a sale is to be kept.
    """
    _hold_rates(book, rates, days, excluded)
    _hold_standings(book, rates)
    of_day = and_(
        _RATES.c.on == DUE.c.on,
        _RATES.c.standing_id == func.coalesce(_STANDING.c.standing_id, rates.standings.usual),
        _RATES.c.birth_month == (_birth_month(book, rates) if _asks_birth(rates, days) else _UNTOLD),
    )
    found = DUE.join(sale, sale.c.id == DUE.c.sale_id).outerjoin(_STANDING, _STANDING.c.sale_id == DUE.c.sale_id)
    found = found.join(_RATES, of_day)
    # Most shops leave nothing out, and pay nothing here for those that do.
    left_out: ColumnElement[int] = literal(0)
    tax: ColumnElement[int] = literal(0)
    base: ColumnElement[int] = sale.c.net_minor
    if any(excluded.values()):
        own = and_(_EXCLUDED.c.sale_id == DUE.c.sale_id, _EXCLUDED.c.words_id == _RATES.c.words_id)
        found, left_out = found.outerjoin(_EXCLUDED, own), func.coalesce(_EXCLUDED.c.minor, 0)
        base -= left_out
    if not all(rates.day(on).settings.points.earns_tax for on in days) and _has_tax(book):
        tax = func.coalesce(sale.c.tax_minor, 0) * _RATES.c.is_tax_less
        base -= tax
    above, below = _RATES.c.numerator, _RATES.c.denominator
    columns: dict[str, ColumnElement[Any]] = {
        # In two steps, so that nothing is multiplied that is larger than the rate itself.
        "points": base // below * above + base % below * above // below,
        "inputs": _inputs(left_out, tax, base),
        "settings_version_id": _RATES.c.settings_version_id,
    }
    named = (value.label(name) for name, value in columns.items())
    return select(*named).select_from(found).where(is_plain_sale, base >= _RATES.c.least_minor).order_by(DUE.c.sale_id)


def _hold_rates(book: Book, rates: Rates, days: Sequence[date], excluded: Excluded) -> None:
    words = {each: number for number, each in enumerate(excluded, 1)}

    def row(on: date, standing_id: int, month: int, rate: Rate) -> tuple[object, ...]:
        rules, least = rates.day(on), -(-rate.denominator // rate.numerator) if rate.numerator else None
        words_id, is_tax_less = words.get(rules.settings.points.excluded, 0), not rules.settings.points.earns_tax
        worth = (rate.numerator, rate.denominator, least)
        why = "," + encode_inputs(rate.why)[1:]
        return (on.isoformat(), standing_id, month, *worth, rules.version_id, words_id, is_tax_less, why)

    book.insert_many(_RATES, _RATES.c.keys(), (row(*each) for each in _keyed(rates, days)))
    left_out = ((of, words[each], minor) for each, sums in excluded.items() for of, minor in sums.items())
    book.insert_many(_EXCLUDED, _EXCLUDED.c.keys(), left_out)


def _hold_standings(book: Book, rates: Rates) -> None:
    first_id, last_id = book.connection.execute(select(func.min(DUE.c.sale_id), func.max(DUE.c.sale_id))).one()
    book.insert_many(_STANDING, _STANDING.c.keys(), rates.standings.unusual(first_id, last_id))


def _has_tax(book: Book) -> bool:
    taxed = select(sale.c.id).join(DUE, DUE.c.sale_id == sale.c.id).where(sale.c.tax_minor != 0)
    return book.connection.scalar(taxed.limit(1)) is not None


def _birth_month(book: Book, rates: Rates) -> ColumnElement[int]:
    told = rates.birth_months
    merged = {dropped: told[keeper] for dropped, keeper in merges(book).items() if keeper in told}
    book.insert_many(_BORN, _BORN.c.keys(), {**told, **merged}.items())
    month = select(_BORN.c.month).where(_BORN.c.customer_id == DUE.c.customer_id)
    return func.coalesce(month.scalar_subquery(), _UNTOLD)


def _keyed(rates: Rates, days: Sequence[date]) -> Iterator[tuple[date, int, int, Rate]]:
    """(day, number of a standing, month of birth, rate) of all that can be asked for."""
    months = range(13) if _asks_birth(rates, days) else [_UNTOLD]
    for on in days:
        for reached, number in rates.standings.numbers.items():
            for month in months:
                yield on, number, month, rates.rate_of(on, reached, month or None)


def _asks_birth(rates: Rates, days: Sequence[date]) -> bool:
    return any(promotion.is_birthday_month for on in days for promotion in rates.day(on).promotions)


def _inputs(left_out: ColumnElement[int], tax: ColumnElement[int], base: ColumnElement[int]) -> ColumnElement[str]:
    """As JSON: its net amount, what of it earns nothing, where anything does not, and why the rest earns so much."""
    less = said = literal('{"net_minor":').concat(sale.c.net_minor)
    if base is sale.c.net_minor:
        return said.concat(_RATES.c.why)
    for name, minor in {"excluded_minor": left_out, "tax_minor": tax, "base_minor": base}.items():
        # As texts: the database ties || closer than the minus of the base.
        less = less.concat(f',"{name}":').concat(cast(minor, Text))
    return case((base != sale.c.net_minor, less.concat(_RATES.c.why)), else_=said.concat(_RATES.c.why))
