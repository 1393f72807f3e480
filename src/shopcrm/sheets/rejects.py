"""Writes the rows that need mending, as they stood, with the cells marked and the reasons, to be read again."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from shopcrm.core.errors import FolderUnwritable
from shopcrm.sheets.issues import describe_issue
from shopcrm.sheets.records import CleanSheet

_LIVE = ("=", "+", "-", "@", "\t", "\r")
_HEADER = ("row", "problem")
_MARKED = "FFF2C0"  # pale amber: which cell
_WIDTH, _WIDEST = 14, 60


@dataclass(frozen=True, slots=True)
class Reject:
    """A row as it stood, what is wrong with it, and the positions of the cells that are."""

    number: int
    problem: str
    cells: Sequence[str]
    marked: frozenset[int]


def has_rejects(sheet: CleanSheet) -> bool:
    """Whether there is a row to mend."""
    return any(_is_to_mend(sheet, issue.is_rejected) for issue in sheet.issues)


def write_rejects(path: Path, sheet: CleanSheet) -> None:
    """A workbook, or a CSV (UTF-8 with mark, for Excel) where the name ends so: row number, problem, the row's cells.

    Of sales the rows that were left out; of customers and stock also those that were taken without a cell, since
    reading them again fills it in. No cell is ever run as a formula. Raises FolderUnwritable; what stood at `path` is
    then untouched.
    """
    temporary: Path | None = None
    try:
        with NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            (_write_csv if path.suffix.lower() in (".csv", ".txt") else _write_workbook)(file, sheet)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise FolderUnwritable(path=path, reason=reason, folder=path.parent) from None


def _rejects(sheet: CleanSheet) -> Iterator[Reject]:
    problems: defaultdict[int, list[str]] = defaultdict(list)
    marked: defaultdict[int, set[int]] = defaultdict(set)
    places = {title: position for position, title in reversed(list(enumerate(sheet.header)))}
    for issue in sheet.issues:
        problems[issue.row].append(describe_issue(issue.code))
        titles = sheet.mapping.get(issue.field, "").split(" + ")
        marked[issue.row] |= {places[title] for title in titles if title in places}
    for row in sorted({issue.row for issue in sheet.issues if _is_to_mend(sheet, issue.is_rejected)}):
        if row in sheet.cells:  # an item without its order stands on another tab
            yield Reject(row, " ".join(dict.fromkeys(problems[row])), sheet.cells[row], frozenset(marked[row]))


def _is_to_mend(sheet: CleanSheet, is_rejected: bool) -> bool:
    # A sale taken without a cell stays out: its row read again would stand for the whole receipt.
    return is_rejected or sheet.receipts is None


def _write_csv(file: IO[bytes], sheet: CleanSheet) -> None:
    from io import TextIOWrapper

    text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([*_HEADER, *map(_guarded, sheet.header)])
    for reject in _rejects(sheet):
        writer.writerow([reject.number, reject.problem, *map(_guarded, reject.cells)])
    text.detach()


def _guarded(cell: str) -> str:
    """With an apostrophe in front where a spreadsheet would run it; the reader takes it off again."""
    return f"'{cell}" if cell.startswith(_LIVE) else cell


def _write_workbook(file: IO[bytes], sheet: CleanSheet) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import Cell, WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    tab = book.create_sheet(sheet.tab[:31].translate(dict.fromkeys(map(ord, "[]:*?/\\"), "_")) or "rejects")
    tab.freeze_panes = "C2"
    for position in range(len(sheet.header) + len(_HEADER)):
        width = 6 if position == 0 else _WIDEST if position == 1 else _WIDTH
        tab.column_dimensions[get_column_letter(position + 1)].width = width
    bold, amber = Font(bold=True), PatternFill("solid", fgColor=_MARKED)

    def cell(value: str | int, is_marked: bool = False) -> Cell:
        made: Cell = WriteOnlyCell(tab, value)
        if isinstance(value, str):
            made.data_type = "s"  # text stays text: no formula, no phone as a number
            made.number_format = "@"
        if is_marked:
            made.fill = amber
        made.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str) and len(value) > _WIDTH)
        return made

    header = [cell(title) for title in (*_HEADER, *sheet.header)]
    for title in header:
        title.font = bold
    tab.append(header)
    for reject in _rejects(sheet):
        own = [cell(text, position in reject.marked) for position, text in enumerate(reject.cells)]
        tab.append([cell(reject.number), cell(reject.problem), *own])
    book.save(file)
