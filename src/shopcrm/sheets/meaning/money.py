"""The money columns of a sheet as exact integers: currency, unit and decimal mark are checked before any is read."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from shopcrm.core.errors import ColumnUnreadable, CurrencyDiffers, DecimalMarkUnclear
from shopcrm.core.language import translate
from shopcrm.core.money import exponent_of, signs_of
from shopcrm.sheets.layout.body import Body
from shopcrm.sheets.records import Request
from shopcrm.sheets.values.amounts import (
    Amounts,
    decimal_mark,
    doubtful_cells,
    foreign_sign,
    is_currency,
    read_alike,
    read_amounts,
    rescale,
)
from shopcrm.sheets.values.texts import clean_text, is_blank, spread
from shopcrm.sheets.vocabulary import hint_of

QUANTITY_DECIMALS = 3
_SHIFTS = {"分": 2, "cent": 2, "cents": 2, "角": 1}
_LARGE_UNITS = ("万元", "千元", "万", "千", "百元")
_ANNOTATED = re.compile(r"(.*?\d)\s*[(（]\s*(?:已退款?|退款|refunded)\s*[:：]?\s*([^)）]*\d)\s*[)）]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A body with what it takes to read its amounts."""

    path: Path
    body: Body
    request: Request

    @property
    def exponent(self) -> int:
        """The decimals of the book's currency."""
        return exponent_of(self.request.currency)


@dataclass(frozen=True, slots=True)
class SingleColumn:
    """Integers, None where a cell is blank or at one of the `bad` positions, where it cannot be read."""

    values: list[int | None]
    bad: list[int]

    @property
    def is_mostly_bad(self) -> bool:
        """Whether most of what is written there cannot be read: it is no column of amounts then."""
        return len(self.bad) * 2 > len(self.bad) + sum(value is not None for value in self.values)


def read_money(sheet: Sheet, names: list[str]) -> dict[str, list[int | None]]:
    """The columns of these fields that the sheet has: money in minor units, quantities in thousandths.

    A column that proves no decimal mark takes that of one that does. Raises CurrencyDiffers, ColumnUnreadable and
    DecimalMarkUnclear.
    """
    levels = {name: QUANTITY_DECIMALS if name == "quantity" else sheet.exponent for name in names}
    return {name: rescaled(column, levels[name]) for name, column in read_exactly(sheet, names).items()}


def read_exactly(sheet: Sheet, names: list[str]) -> dict[str, Amounts]:
    """The columns of these fields that the sheet has, with all the decimals they were written with."""
    body = sheet.body
    present = [name for name in names if body.has(name)]
    _check_named_currency(sheet, [name for name in present if name != "quantity"])
    found = {name: read_alike(body.cells(name)) for name in present}
    odd = [name for name in present if found[name] is None]
    for name in odd:
        _check_signs(sheet, name)
    proven = {name: decimal_mark(body.cells(name)) for name in odd}
    marks = [*("." for column in found.values() if column is not None and column.decimals), *proven.values()]
    usual = sheet.request.decimal_mark or next((mark for mark in marks if mark), None)
    if usual is None:
        usual = _doubtful_mark(sheet, [name for name in odd if name != "quantity"])
    return {
        name: _shifted(sheet, name, found[name] or read_amounts(body.cells(name), proven[name] or usual))
        for name in present
    }


def read_alone(sheet: Sheet, name: str, decimals: int) -> SingleColumn:
    """One column as integers of 10^-`decimals`; with 0 decimals, a number with a fraction cannot be read.

    Raises CurrencyDiffers, ColumnUnreadable and DecimalMarkUnclear.
    """
    exact, cells = read_exactly(sheet, [name])[name], sheet.body.cells(name)
    values = _whole(exact) if decimals == 0 else rescaled(exact, decimals)
    bad = [place for place, value in enumerate(values) if value is None and not is_blank(cells[place])]
    return SingleColumn(values, bad)


def _whole(exact: Amounts) -> list[int | None]:
    unit: int = 10**exact.decimals
    return [None if value is None or value % unit else value // unit for value in exact.values]


def read_footer_amount(sheet: Sheet, cells: list[str], name: str = "net_amount") -> int | None:
    """The amount that a total row prints under a field; None where it prints none."""
    cell = cells[sheet.body.layout.columns[name][0]]
    mark = sheet.request.decimal_mark or decimal_mark([*sheet.body.cells(name), cell]) or "."
    return rescaled(_shifted(sheet, name, read_amounts([cell], mark)), sheet.exponent)[0]


def split_annotations(body: Body, name: str) -> list[str] | None:
    """Takes what was given back out of cells such as `131.77(已退款89.84)` and answers it; None where there is none."""
    if not body.has(name):
        return None
    position = body.layout.columns[name][0]
    known = {cell: found for cell in set(body.column(position)) if (found := _ANNOTATED.fullmatch(cell.strip()))}
    if not known:
        return None
    cells = body.column(position)
    body.columns[position] = [known[cell][1] if cell in known else cell for cell in cells]
    return [known[cell][2] if cell in known else "" for cell in cells]


def rescaled(amounts: Amounts, wanted: int) -> list[int | None]:
    """The amounts as integers of 10^-`wanted`, a half rounded away from zero."""
    if amounts.decimals == wanted:
        return amounts.values

    def level(value: int | None) -> int | None:
        return None if value is None else rescale(value, amounts.decimals, wanted)

    known = {value: level(value) for value in set(amounts.values)}
    return list(map(known.__getitem__, amounts.values))


def refuse_column(sheet: Sheet, name: str, cells: list[str], expected: str = "") -> NoReturn:
    """Raises ColumnUnreadable with three of the cells."""
    shown = list(dict.fromkeys(re.sub(r"\s+", " ", cell.strip())[:24] for cell in cells[:50]))
    raise ColumnUnreadable(
        path=sheet.path,
        header=sheet.body.layout.title(name),
        expected=expected or translate("amounts in the currency's own unit"),
        examples=", ".join(shown[:3]),
        field=name,
    )


def _shifted(sheet: Sheet, name: str, column: Amounts) -> Amounts:
    if name == "quantity":
        return column
    unit = sheet.body.layout.till.units.get(name) or hint_of(sheet.body.layout.title(name)).lower()
    return Amounts(column.values, column.decimals + _SHIFTS.get(unit, 0))


def _check_named_currency(sheet: Sheet, money: list[str]) -> None:
    """Refuses a currency column, or a unit in a header, that is not the book's."""
    body, currency = sheet.body, sheet.request.currency
    own = {sign.upper() for sign in signs_of(currency)}
    for name in money:
        hint = hint_of(body.layout.title(name))
        if hint in _LARGE_UNITS:
            refuse_column(sheet, name, [hint])
        if hint not in _SHIFTS and is_currency(hint) and hint.upper() not in own:
            raise CurrencyDiffers(path=sheet.path, found=hint, row=body.layout.header_at + 1, currency=currency)
    if body.has("currency"):
        codes = spread(body.cells("currency"), clean_text)
        if foreign := {code for code in set(codes) if code is not None and code.upper() not in own}:
            place = next(place for place, code in enumerate(codes) if code in foreign)
            raise CurrencyDiffers(path=sheet.path, found=codes[place], row=body.numbers[place], currency=currency)


def _check_signs(sheet: Sheet, name: str) -> None:
    cells = sheet.body.cells(name)
    foreign = foreign_sign(cells, sheet.request.currency)
    if foreign:
        row = sheet.body.numbers[cells.index(foreign[0])]
        raise CurrencyDiffers(path=sheet.path, found=foreign[1], row=row, currency=sheet.request.currency)


def _doubtful_mark(sheet: Sheet, money: list[str]) -> str:
    """The mark where nothing in the sheet proves one; `1.234` is asked about: a thousand and more, or one and a bit.

    A currency with three decimals is written so, and in one without decimals the point groups thousands.
    """
    for name in money:
        if examples := doubtful_cells(sheet.body.cells(name)):
            if sheet.exponent == 0:
                return ","
            if sheet.exponent < QUANTITY_DECIMALS:
                header = sheet.body.layout.title(name)
                raise DecimalMarkUnclear(path=sheet.path, header=header, examples=", ".join(examples[:3]))
    return "."
