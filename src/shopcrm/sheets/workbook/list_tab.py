"""Writes one list as a tab: title, note, a header that stays in sight, filters, and rows coloured by their tag."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from openpyxl.utils import get_column_letter

from shopcrm.core.language import mark, translate
from shopcrm.sheets.workbook.looks import CELL, HEAD, NOTE, NOTHING_HERE, TITLE, Look, side_of
from shopcrm.sheets.workbook.palette import BAND, HEADER, lighten
from shopcrm.sheets.workbook.rows import Cell, Rows, clean_text
from shopcrm.sheets.workbook.tabs import Column, Tab
from shopcrm.sheets.workbook.widths import fit_widths, lines_in, needs_two_lines

HEADER_ROW = 4
LINE_HEIGHT, ROW_HEIGHT = 15.0, 21.0
AMOUNTS = mark("Amounts in {currency}.")
NOTHING = mark("Nothing to show here.")
_LONGEST_FOOTER = 100
_WIDE_ENOUGH = 60.0  # for a note wrapped within the table's own width


def write_list(sheet: Any, tab: Tab, tones: Mapping[str, str], *, currency: str, exponent: int) -> Rows:
    """Sets up an empty sheet for the tab and returns its rows; the header is row 4 and the data begin in row 5."""
    rows = Rows(sheet, exponent)
    widths = fit_widths(tab, exponent)
    last = get_column_letter(len(tab.columns))
    set_up(sheet, tab.title, widths)
    sheet.sheet_properties.tabColor = HEADER
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{last}{HEADER_ROW + len(tab.rows)}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    _write_head(rows, tab, widths, currency)
    if not tab.rows:
        write_nothing(rows, len(tab.columns))
    write_rows(rows, tab, tones, widths)
    return rows


def write_rows(rows: Rows, tab: Tab, tones: Mapping[str, str], widths: Sequence[float], margin: int = 0) -> None:
    """Adds the tab's rows, `margin` columns from the left, with the tag's tone or light bands behind them."""
    kinds = [column.kind for column in tab.columns]
    wrapped = [at for at, kind in enumerate(kinds) if kind == "wrap"]
    styles: dict[tuple[str | None, bool], list[int]] = {}
    before: list[Cell | None] = [None] * margin
    for number, row in enumerate(tab.rows):
        tone = None if tab.tag_column is None else tones.get(str(row[tab.tag_column]))
        style = (tone, tone is None and number % 2 == 1)
        if style not in styles:
            styles[style] = [rows.style(look) for look in _looks(tab, *style)]
        lines = max((lines_in(row[at], widths[at]) for at in wrapped), default=1)
        height = lines * LINE_HEIGHT + 6 if lines > 1 else None
        rows.add(before + list(zip(row, kinds, styles[style], strict=True)), height)


def write_nothing(rows: Rows, columns: int, margin: int = 0) -> None:
    """Adds one row that says that the list is empty."""
    row, blank = rows.next_row, rows.cell(None, NOTHING_HERE)
    first, last = get_column_letter(1 + margin), get_column_letter(columns + margin)
    if columns > 1:  # Excel calls a merge of one cell damage
        rows.sheet.merged_cells.add(f"{first}{row}:{last}{row}")
    said = rows.cell(translate(NOTHING), NOTHING_HERE)
    rows.add([None] * margin + [said] + [blank] * (columns - 1), ROW_HEIGHT * 1.8)


def header_cells(rows: Rows, columns: Sequence[Column], *, has_filter: bool) -> list[Cell | None]:
    """The header's cells, each above its values; a filter's button would hide a header on the right."""
    cells: list[Cell | None] = []
    for column in columns:
        side = side_of(column.kind)
        look = replace(HEAD, align="center" if side == "right" and has_filter else side)
        cells.append(rows.cell(column.title, look))
    return cells


def set_up(sheet: Any, title: str, widths: Sequence[float], margin: int = 0) -> None:
    """Widths, and print on A4, landscape, all columns on one page's width, title and page numbers at the foot."""
    sheet.sheet_format.defaultRowHeight = ROW_HEIGHT
    sheet.sheet_format.customHeight = True
    for at, width in enumerate(widths, 1 + margin):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.5, 0.8, 0.35
    sheet.HeaderFooter.oddFooter.left.text = clean_text(title)[:_LONGEST_FOOTER].replace("&", "&&")
    sheet.HeaderFooter.oddFooter.right.text = "&P / &N"


def _write_head(rows: Rows, tab: Tab, widths: Sequence[float], currency: str) -> None:
    has_money = any(column.kind == "money" for column in tab.columns)
    note = " ".join(filter(None, (tab.note, translate(AMOUNTS).format(currency=currency) if has_money else "")))
    room = sum(widths)
    is_wide = room >= _WIDE_ENOUGH
    if is_wide:
        rows.sheet.merged_cells.add(f"A2:{get_column_letter(len(widths))}2")
    titles = zip(tab.columns, widths, strict=True)
    is_tall = any(needs_two_lines(column.title, width) for column, width in titles)
    rows.add([rows.cell(tab.title, TITLE)], 32)
    rows.add([rows.cell(note, NOTE.of("wrap") if is_wide else NOTE)], lines_in(note, room) * LINE_HEIGHT + 4)
    rows.add([], 6)
    rows.add(header_cells(rows, tab.columns, has_filter=True), 38 if is_tall else 26)


def _looks(tab: Tab, tone: str | None, is_band: bool) -> list[Look]:
    fill = lighten(tone, 0.93) if tone else BAND if is_band else None
    looks = [replace(CELL, kind=column.kind, fill=fill) for column in tab.columns]
    if tone and tab.tag_column is not None:
        tag = looks[tab.tag_column]
        looks[tab.tag_column] = replace(tag, ink=tone, fill=lighten(tone, 0.8), is_bold=True)
    return looks
