"""Workbooks through python-calamine: xlsx, xls, xlsb and ods, cells as the spreadsheet shows them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import islice

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from shopcrm.sheets.grid import Tab
from shopcrm.sheets.opening.columns import MOST_CELLS, Columns, rows_at_once
from shopcrm.sheets.opening.particulars import Particulars
from shopcrm.sheets.opening.refusals import PROTECTED, SPREAD, Refused

Cell = int | float | str | bool | time | date | datetime | timedelta


def read_workbook(content: bytes, particulars: Particulars) -> list[Tab]:
    """Every tab with a grid, hidden ones marked. Raises Refused, and whatever calamine does with a damaged file."""
    try:
        with load_workbook(BytesIO(content)) as workbook:
            return [
                _read_tab(workbook, position, particulars)
                for position, sheet in enumerate(workbook.sheets_metadata)
                if sheet.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError:
        raise Refused(PROTECTED) from None


def text_of(cell: Cell) -> str:
    """The cell as text: whole floats lose their `.0`, dates are year first, rounded digits stay visibly rounded."""
    if isinstance(cell, float):
        if cell.is_integer():
            return f"{cell:.14E}" if abs(cell) >= 1e15 else str(int(cell))  # Excel keeps fifteen digits
        return repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, timedelta):
        return str(timedelta(seconds=round(cell.total_seconds())))
    return str(cell)


def _read_tab(workbook: CalamineWorkbook, position: int, particulars: Particulars) -> Tab:
    sheet = workbook.get_sheet_by_index(position)
    columns = _columns_of(sheet)
    length = len(columns[0]) if columns else 0
    return Tab(
        sheet.name,
        columns,
        is_hidden=workbook.sheets_metadata[position].visible != SheetVisibleEnum.Visible,
        hidden_rows=particulars.hidden_rows_of(sheet.name, length),
        counts_from_1904=particulars.counts_from_1904,
    )


def _columns_of(sheet: CalamineSheet) -> list[list[str]]:
    """The grid from its first corner on, so that rows keep their numbers."""
    if sheet.start is None or sheet.end is None:
        return []
    (_, first_column), (last_row, last_column) = sheet.start, sheet.end
    if (last_row + 1) * (last_column + 1) > MOST_CELLS:
        raise Refused(SPREAD)
    columns = Columns(MOST_CELLS)
    rows = sheet.iter_rows()  # counts rows from the first one of the sheet, but columns from the first with a cell
    while chunk := list(islice(rows, rows_at_once(last_column))):
        margin = [[""] * len(chunk)] * first_column
        cells = [_texts(column) for column in zip(*chunk, strict=True)]
        columns.add_columns([*margin, *cells], len(chunk), last_column + 1)
    return columns.columns


class _Texts(dict[Cell, str]):
    """`text_of` of a cell, called once for each different cell. Not for booleans, which equal 0 and 1."""

    def __missing__(self, cell: Cell) -> str:
        self[cell] = text = text_of(cell)
        return text


def _texts(cells: Sequence[Cell]) -> list[str]:
    kinds = set(map(type, cells))
    if kinds == {str}:
        return list(cells)  # type: ignore[arg-type]  # all of them are text, as just seen
    if bool in kinds:
        return [text_of(cell) for cell in cells]
    known = _Texts()
    return [cell if type(cell) is str else known[cell] for cell in cells]
