"""Reads what is on one receipt from a small sheet: SKU or item, category, quantity, and what is paid for the line."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from shopcrm.core.errors import AmountUnreadable, SheetEmpty, SheetUnreadable
from shopcrm.core.language import translate
from shopcrm.sheets.grid import Tab
from shopcrm.sheets.layout.body import is_total
from shopcrm.sheets.opening.files import open_tabs
from shopcrm.sheets.records import Line
from shopcrm.sheets.values.amounts import decimal_mark, read_amounts, rescale
from shopcrm.sheets.vocabulary import key_of, vocabulary

_NAMES = ("sku", "item", "category")
_AMOUNTS = ("net_amount", "gross_amount", "unit_price")  # the first that a row has; a price is that of one piece
_SEARCHED_ROWS = 20


def read_lines(path: Path, exponent: int) -> list[Line]:
    """The lines of a receipt, with amounts in minor units; a unit price times the quantity where no amount stands.

    Amounts finer than the currency are rounded half up. Rows without an amount are passed over, and so are rows that
    sum others up. Raises SheetNotFound, SheetUnreadable, SheetEmpty.
    """
    tabs = open_tabs(path, None, None)
    tab = next((tab for tab in tabs if not tab.is_hidden), tabs[0])
    header_at, columns = _find_header(path, tab)
    marks = {name: decimal_mark(tab.columns[columns[name]][header_at + 1 :]) or "." for name in columns}
    lines = []
    for place in range(header_at + 1, tab.length):
        row = tab.row(place)
        cells = {name: row[column].strip() for name, column in columns.items()}
        is_priced = any(cells.get(name) for name in _AMOUNTS)
        if is_priced and not any(map(is_total, row[: max(columns.values())])):
            lines.append(_read_line(path, place + 1, cells, marks, exponent))
    if not lines:
        raise SheetEmpty(path=path)
    return lines


def _find_header(path: Path, tab: Tab) -> tuple[int, dict[str, int]]:
    best: tuple[int, dict[str, int]] = (0, {})
    for place, row in enumerate(tab.first_rows(_SEARCHED_ROWS)):
        columns = _columns(row)
        if len(columns) > len(best[1]):
            best = (place, columns)
    if not best[1].keys() & set(_NAMES) or not best[1].keys() & set(_AMOUNTS):
        reason = translate("it needs columns such as SKU or Category, Quantity and Amount")
        raise SheetUnreadable(path=path, reason=reason)
    return best


def _columns(row: Sequence[str]) -> dict[str, int]:
    names, columns = vocabulary().of_kind["sales"], dict[str, tuple[int, int]]()
    for position, cell in enumerate(row):
        field, rank = names.get(key_of(cell), ("", 0))
        if field in (*_NAMES, "quantity", *_AMOUNTS) and (field not in columns or rank < columns[field][0]):
            columns[field] = (rank, position)
    return {field: position for field, (_, position) in columns.items()}


def _read_line(path: Path, row: int, cells: Mapping[str, str], marks: Mapping[str, str], exponent: int) -> Line:
    def read(name: str, decimals: int) -> tuple[int, int]:
        amounts = read_amounts([cells[name]], marks[name])
        (value,) = amounts.values
        if value is None:
            problem = AmountUnreadable(text=cells[name], decimals=decimals).message.rstrip(".。")
            raise _unreadable(path, row, problem)
        if value < 0:
            raise _unreadable(path, row, translate("a line cannot be negative"))
        return value, amounts.decimals

    quantity_milli = rescale(*read("quantity", 3), 3) if cells.get("quantity") else 1_000
    amount = next(name for name in _AMOUNTS if cells.get(name))
    value, decimals = read(amount, exponent)
    is_price = amount == "unit_price"
    net_minor = (
        rescale(value * quantity_milli, decimals + 3, exponent) if is_price else rescale(value, decimals, exponent)
    )
    sku, item, category = (cells.get(name) or None for name in _NAMES)
    return Line(sku, item, category, quantity_milli, net_minor)


def _unreadable(path: Path, row: int, problem: str) -> SheetUnreadable:
    return SheetUnreadable(path=path, reason=translate("row {row}: {problem}").format(row=row, problem=problem))
