"""Workbooks through python-calamine, weighed before they are opened: what it cannot hold makes it abort the process."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from io import BytesIO
from operator import itemgetter
from pathlib import Path
from zipfile import ZipFile

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from shopcrm.core.errors import SheetUnreadable
from shopcrm.core.language import translate
from shopcrm.sheets.grid import Tab

Cell = int | float | str | bool | time | date | datetime | timedelta

_MOST_UNPACKED = 1_500_000_000
_MOST_RATIO = 400
_SMALL = 20_000_000
_MOST_ENTRIES = 5_000
_MOST_CELLS = 30_000_000
_LETTERS, _DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0123456789"


def read_spreadsheet(path: Path, content: bytes) -> list[Tab]:
    """Every tab with cells, hidden ones marked. Raises SheetUnreadable with the reason, whatever calamine raises."""
    if content.startswith(b"PK"):
        _weigh(path, content)
    try:
        with load_workbook(BytesIO(content)) as workbook:
            return [_read_tab(workbook, position) for position in _grids(workbook)]
    except PasswordError:
        raise SheetUnreadable(path=path, reason=translate("it is protected by a password")) from None
    except Exception:  # noqa: BLE001 - damaged files made calamine raise eleven kinds; this is the one boundary
        raise _damaged(path) from None


def _damaged(path: Path) -> SheetUnreadable:
    return SheetUnreadable(path=path, reason=translate("it is damaged, or no spreadsheet"))


def _grids(workbook: CalamineWorkbook) -> list[int]:
    return [position for position, sheet in enumerate(workbook.sheets_metadata) if sheet.typ == SheetTypeEnum.WorkSheet]


def _read_tab(workbook: CalamineWorkbook, position: int) -> Tab:
    sheet: CalamineSheet = workbook.get_sheet_by_index(position)
    hidden = workbook.sheets_metadata[position].visible != SheetVisibleEnum.Visible
    rows = [
        [cell if type(cell) is str else _text_of(cell) for cell in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    return Tab(sheet.name, rows, hidden)


def _text_of(cell: Cell) -> str:
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


def _weigh(path: Path, content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            is_bomb = unpacked > _SMALL and unpacked > _MOST_RATIO * len(content)
            if len(entries) > _MOST_ENTRIES or unpacked > _MOST_UNPACKED or is_bomb:
                raise SheetUnreadable(path=path, reason=translate("it unpacks to more than a sheet can hold"))
            for entry in entries:
                if "worksheets/sheet" in entry.filename.lower().replace("\\", "/") and entry.filename.endswith(".xml"):
                    _check_extent(path, archive.read(entry))
    except SheetUnreadable:
        raise
    except Exception:  # noqa: BLE001 - a broken archive raises as many kinds: the same boundary
        raise _damaged(path) from None


def _check_extent(path: Path, xml: bytes) -> None:
    """Refuses a grid that spans more cells than fit into memory, since calamine fills the span with blanks.

    A bound from the longest reference and the columns' letters is cheap and nearly always enough.
    """
    if b"r='" in xml:
        xml = xml.replace(b"'", b'"')
    parts = xml.split(b'r="')[1:]
    longest = max({part.find(b'"', 0, 12) for part in parts}, default=0)
    columns = {start.partition(b'"')[0].rstrip(_DIGITS) for start in set(map(itemgetter(slice(4)), parts))}
    if 10 ** (longest - 1) * _last_column(columns) <= _MOST_CELLS:
        return
    if _span({part.partition(b'"')[0] for part in parts}) > _MOST_CELLS:
        raise SheetUnreadable(path=path, reason=translate("its cells are spread over more rows and columns than fit"))


def _span(references: Iterable[bytes]) -> int:
    rows = {reference.lstrip(_LETTERS) for reference in references}
    last_row = max((int(row) for row in rows if row.isdigit() and len(row) < 12), default=0)
    return last_row * _last_column({reference.rstrip(_DIGITS) for reference in references})


def _last_column(columns: Iterable[bytes]) -> int:
    return max((_column_number(letters) for letters in columns if len(letters) < 5), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        if letter not in _LETTERS:
            return 0
        number = number * 26 + letter - 64
    return number
