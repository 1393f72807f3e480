"""What each row of a sales sheet comes to: its net amount and its quantity, and the checks that keep them honest."""

import re
from dataclasses import dataclass
from pathlib import Path

from shopcrm.core.errors import ColumnUnreadable, CurrencyDiffers
from shopcrm.core.language import translate
from shopcrm.core.money import exponent_of, signs_of
from shopcrm.sheets.amounts import (
    Amounts,
    decimal_mark,
    foreign_sign,
    is_blank,
    is_currency,
    read_alike,
    read_amounts,
    rescale,
)
from shopcrm.sheets.body import Body
from shopcrm.sheets.issues import Findings
from shopcrm.sheets.texts import clean_text
from shopcrm.sheets.vocabulary import hint_of, key_of, vocabulary

QUANTITY_DECIMALS = 3
_SHIFTS = {"分": 2, "cent": 2, "cents": 2, "角": 1}
_LARGE_UNITS = ("万元", "千元", "万", "千", "百元")


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """Parallel lists: minor units as the sheet signs them, and thousandths; a net of None was rejected."""

    nets: list[int | None]
    quantities: list[int | None]


def read_line_amounts(path: Path, body: Body, currency: str, findings: Findings) -> LineAmounts:
    """The amount of each row: its net amount where there is such a column, else quantity × unit price − discount.

    Rounded half up a row. Raises CurrencyDiffers and ColumnUnreadable.
    """
    columns = _read_columns(path, body, currency)
    exponent = exponent_of(currency)
    if "net_amount" in columns:
        nets = _rescaled(columns["net_amount"], exponent)
        needed = ["net_amount"]
    else:
        nets = _multiplied(body, columns, exponent)
        needed = ["quantity", "unit_price", "discount"]
    quantities: list[int | None] = [None] * len(body.rows)
    if "quantity" in columns:
        quantities = _rescaled(columns["quantity"], QUANTITY_DECIMALS)
    _reject_unreadable(path, body, columns, needed, findings)
    return LineAmounts(nets, quantities)


def read_footer_amount(body: Body, cells: list[str], currency: str) -> int | None:
    """The net amount that a total row prints; None where it prints none."""
    cell = cells[body.layout.columns["net_amount"][0]]
    column = read_amounts([cell], decimal_mark([*body.cells("net_amount"), cell]) or ".")
    return _rescaled(Amounts(column.values, column.decimals + _shift_of(body, "net_amount")), exponent_of(currency))[0]


def repeats_whole_receipts(body: Body, groups: list[list[int]], nets: list[int]) -> bool:
    """Whether the amount column holds each order's total again on every one of its lines."""
    if not body.has("net_amount") or key_of(body.layout.title("net_amount")) not in vocabulary().whole_order:
        return False
    shared = [group for group in groups if len(group) > 1]
    if not shared or any(len({nets[place] for place in group}) > 1 for group in shared):
        return False
    return len(shared) > 2 or any(nets[group[0]] for group in shared)


def _read_columns(path: Path, body: Body, currency: str) -> dict[str, Amounts]:
    """The columns that amounts are made of; where the net amount is stated, no other money is looked at.

    A column that proves no decimal mark takes that of one that does.
    """
    money = (
        ["net_amount"] if body.has("net_amount") else [name for name in ("unit_price", "discount") if body.has(name)]
    )
    _check_named_currency(path, body, money, currency)
    names = [*money, *(["quantity"] if body.has("quantity") else [])]
    found = {name: read_alike(body.cells(name)) for name in names}
    odd = [name for name in names if found[name] is None]
    for name in odd:
        _check_signs(path, body, name, currency)
    proven = {name: decimal_mark(body.cells(name)) for name in odd}
    marks = [*("." for column in found.values() if column is not None and column.decimals), *proven.values()]
    usual = next((mark for mark in marks if mark), ".")
    columns = {name: found[name] or read_amounts(body.cells(name), proven[name] or usual) for name in names}
    if "discount" in columns and _holds_rates(body, columns["discount"]):
        _refuse(path, body, "discount", body.cells("discount"))
    return {name: Amounts(column.values, column.decimals + _shift_of(body, name)) for name, column in columns.items()}


def _check_named_currency(path: Path, body: Body, money: list[str], currency: str) -> None:
    """Refuses a currency column, or a unit in a header, that is not the book's."""
    own = {sign.upper() for sign in signs_of(currency)}
    for name in money:
        hint = hint_of(body.layout.title(name))
        if hint in _LARGE_UNITS:
            _refuse(path, body, name, [hint])
        if hint not in _SHIFTS and is_currency(hint) and hint.upper() not in own:
            raise CurrencyDiffers(path=path, found=hint, row=body.layout.header_at + 1, currency=currency)
    if body.has("currency"):
        for row, cell in zip(body.numbers, body.cells("currency"), strict=True):
            code = clean_text(cell)
            if code is not None and code.upper() not in own:
                raise CurrencyDiffers(path=path, found=code, row=row, currency=currency)


def _check_signs(path: Path, body: Body, name: str, currency: str) -> None:
    cells = body.cells(name)
    foreign = foreign_sign(cells, currency)
    if foreign:
        row = body.numbers[cells.index(foreign[0])]
        raise CurrencyDiffers(path=path, found=foreign[1], row=row, currency=currency)


def _shift_of(body: Body, name: str) -> int:
    return _SHIFTS.get(hint_of(body.layout.title(name)).lower(), 0) if name != "quantity" else 0


def _holds_rates(body: Body, discount: Amounts) -> bool:
    """折扣 may hold 0.85 or 8.5 for "15 % off": every row has one then, and none exceeds ten."""
    if key_of(body.layout.title("discount")) != "折扣" or not discount.values:
        return False
    return all(value is not None and 0 < value <= 10 * 10**discount.decimals for value in discount.values)


def _rescaled(amounts: Amounts, wanted: int) -> list[int | None]:
    if amounts.decimals == wanted:
        return amounts.values
    known = {
        value: None if value is None else rescale(value, amounts.decimals, wanted) for value in set(amounts.values)
    }
    return list(map(known.__getitem__, amounts.values))


def _multiplied(body: Body, columns: dict[str, Amounts], exponent: int) -> list[int | None]:
    quantity, price = columns["quantity"], columns["unit_price"]
    decimals = quantity.decimals + price.decimals
    products = [
        None if many is None or each is None else many * each
        for many, each in zip(quantity.values, price.values, strict=True)
    ]
    if "discount" in columns:
        discount = columns["discount"]
        level = max(decimals, discount.decimals)
        signed = -1 if _is_written_negative(discount, quantity) else 1
        up, off = 10 ** (level - decimals), signed * 10 ** (level - discount.decimals)
        offs = zip(products, discount.values, body.cells("discount"), strict=True)
        products = [
            None if product is None or (less is None and not is_blank(cell)) else product * up - (less or 0) * off
            for product, less, cell in offs
        ]
        decimals = level
    return _rescaled(Amounts(products, decimals), exponent)


def _is_written_negative(discount: Amounts, quantity: Amounts) -> bool:
    """Square writes what it takes off as a negative amount, others as a positive one: the column says which."""
    on_sales = [less for less, many in zip(discount.values, quantity.values, strict=True) if less and (many or 0) > 0]
    return bool(on_sales) and all(less < 0 for less in on_sales)


def _reject_unreadable(
    path: Path, body: Body, columns: dict[str, Amounts], needed: list[str], findings: Findings
) -> None:
    for name in (name for name in columns if name in needed or name == "quantity"):
        if None not in columns[name].values:
            continue
        missing = [place for place, value in enumerate(columns[name].values) if value is None]
        cells = body.cells(name)
        blank = {place for place in missing if is_blank(cells[place])}
        bad = [place for place in missing if place not in blank]
        if name in needed and len(bad) * 2 > len(cells) - sum(map(is_blank, cells)):
            _refuse(path, body, name, [cells[place] for place in bad])
        code = "quantity_unreadable" if name == "quantity" else "amount_unreadable"
        for place in bad:
            findings.reject(place, code, name, cells[place])
        for place in sorted(blank) if name in needed and name != "discount" else ():
            findings.reject(place, "amount_missing", name, cells[place])


def _refuse(path: Path, body: Body, name: str, cells: list[str]) -> None:
    examples = ", ".join(dict.fromkeys(re.sub(r"\s+", " ", cell.strip())[:24] for cell in cells[:50]))
    raise ColumnUnreadable(
        path=path,
        header=body.layout.title(name),
        expected=translate("amounts in the currency's own unit"),
        examples=", ".join(examples.split(", ")[:3]),
        field=name,
    )
