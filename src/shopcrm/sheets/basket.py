"""Reads what is on one receipt from a small sheet: SKU or item, category, quantity, and what is paid for the line."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from shopcrm.core.errors import AmountUnreadable, SheetUnreadable
from shopcrm.core.language import translate
from shopcrm.core.money import parse_minor
from shopcrm.sheets.opening.files import open_tabs
from shopcrm.sheets.records import Line
from shopcrm.sheets.vocabulary import key_of, vocabulary

_WANTED = ("sku", "item", "category", "quantity", "unit_price", "net_amount")
_SEARCHED_ROWS = 20


def read_lines(path: Path, exponent: int) -> list[Line]:
    """The lines of a receipt, with amounts in minor units; a unit price times the quantity where no amount stands.

    Rows without an amount are passed over. Raises SheetNotFound, SheetUnreadable, SheetEmpty.
    """
    tab = open_tabs(path, None, None)[0]
    rows = [tab.row(place) for place in range(tab.length)]
    header_at, columns = _find_header(path, rows)
    lines = []
    for place, row in enumerate(rows[header_at + 1 :], header_at + 2):
        cells = {name: row[column].strip() for name, column in columns.items()}
        if cells.get("net_amount") or cells.get("unit_price"):
            lines.append(_read_line(path, place, cells, exponent))
    return lines


def _find_header(path: Path, rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    best: tuple[int, dict[str, int]] = (0, {})
    for place, row in enumerate(rows[:_SEARCHED_ROWS]):
        columns = _columns(row)
        if len(columns) > len(best[1]):
            best = (place, columns)
    named, priced = best[1].keys() & {"sku", "item", "category"}, best[1].keys() & {"net_amount", "unit_price"}
    if not named or not priced:
        reason = translate("it needs columns such as SKU or Category, Quantity and Amount")
        raise SheetUnreadable(path=path, reason=reason)
    return best


def _columns(row: Sequence[str]) -> dict[str, int]:
    names, columns = vocabulary().of_kind["sales"], dict[str, tuple[int, int]]()
    for position, cell in enumerate(row):
        field, rank = names.get(key_of(cell), ("", 0))
        if field in _WANTED and (field not in columns or rank < columns[field][0]):
            columns[field] = (rank, position)
    return {field: position for field, (_, position) in columns.items()}


def _read_line(path: Path, row: int, cells: Mapping[str, str], exponent: int) -> Line:
    try:
        quantity_milli = parse_minor(cells.get("quantity") or "1", 3)
        if cells.get("net_amount"):
            net_minor = parse_minor(_bare(cells["net_amount"]), exponent)
        else:
            net_minor = parse_minor(_bare(cells["unit_price"]), exponent) * quantity_milli // 1000
    except AmountUnreadable as refusal:
        reason = translate("row {row}: {problem}").format(row=row, problem=refusal.message.rstrip("."))
        raise SheetUnreadable(path=path, reason=reason) from None
    if net_minor < 0 or quantity_milli < 0:
        reason = translate("row {row}: {problem}").format(row=row, problem=translate("a line cannot be negative"))
        raise SheetUnreadable(path=path, reason=reason)
    return Line(
        cells.get("sku") or None, cells.get("item") or None, cells.get("category") or None, quantity_milli, net_minor
    )


def _bare(cell: str) -> str:
    return cell.strip("¥￥$€£元 ")
