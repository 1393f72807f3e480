"""Writes the first sheet: a title band, the facts, small tables one beneath the other, and bars beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from shopcrm.core.language import translate
from shopcrm.sheets.workbook.bars import Place, add_bars
from shopcrm.sheets.workbook.list_tab import AMOUNTS, header_cells, set_up, write_nothing, write_rows
from shopcrm.sheets.workbook.looks import CELL, HEADING, NOTE, Look
from shopcrm.sheets.workbook.palette import HEADER, SOFT_INK, lighten
from shopcrm.sheets.workbook.rows import Rows
from shopcrm.sheets.workbook.tabs import Fact, Summary, Tab
from shopcrm.sheets.workbook.widths import display_width, fit_widths

MARGIN = 1  # one narrow empty column at the left
_LEAST_COLUMNS = 4
_GAP, _BARS = 3.0, 72.0  # widths of the columns before and behind the bars

_BAND = Look(fill=HEADER, indent=0)
_BAND_TITLE = Look(size=20, is_bold=True, ink="FFFFFF", fill=HEADER, indent=0)
_BAND_SUBTITLE = Look(size=11, ink=lighten(HEADER, 0.75), fill=HEADER, indent=0)
_LABEL = replace(CELL, ink=SOFT_INK)
_VALUE = replace(CELL, size=11, is_bold=True, align="left")


def write_summary(sheet: Any, summary: Summary, tones: Mapping[str, str], *, currency: str, exponent: int) -> Rows:
    """Sets up an empty sheet for the summary and returns its rows; the tables share its columns."""
    rows = Rows(sheet, exponent)
    widths = _shared_widths(summary, exponent)
    columns = len(widths)
    has_bars = any(table.bars_column is not None and table.rows for table in summary.tables)
    all_widths = [*widths, _GAP, _BARS] if has_bars else widths
    set_up(sheet, summary.title, all_widths, MARGIN)
    sheet.column_dimensions["A"].width = 2.5
    sheet.sheet_properties.tabColor = "C8963E"
    _write_band(rows, summary, len(all_widths), currency)
    _write_facts(rows, summary.facts, columns)
    bars_row = 0  # the first row that the bars of the tables above leave free
    for table in summary.tables:
        first = _write_table(rows, table, tones, widths)
        if table.bars_column is not None and table.rows:
            place = Place(columns + MARGIN + 2, max(bars_row, first - 1), max(len(table.rows) + 2, 7), first)
            add_bars(sheet, table, tones, place, margin=MARGIN, exponent=exponent)
            bars_row = place.top_row + place.rows + 1
    return rows


def _shared_widths(summary: Summary, exponent: int) -> list[float]:
    count = max([_LEAST_COLUMNS, *(len(table.columns) for table in summary.tables)])
    widths = [13.0] * count
    for table in summary.tables:
        for at, width in enumerate(fit_widths(table, exponent)):
            widths[at] = max(widths[at], width)
    labels = max((display_width(label) for label, _, _ in summary.facts), default=0)
    widths[0] = min(max(widths[0], labels * 1.1 + 3), 44.0)
    return widths


def _write_band(rows: Rows, summary: Summary, columns: int, currency: str) -> None:
    blank = rows.cell(None, _BAND)
    subtitle = " · ".join(filter(None, (summary.subtitle, translate(AMOUNTS).format(currency=currency))))
    rest = [blank] * (columns - 1)
    rows.add([blank, blank, *rest], 8)
    rows.add([blank, rows.cell(summary.title, _BAND_TITLE), *rest], 38)
    rows.add([blank, rows.cell(subtitle, _BAND_SUBTITLE), *rest], 22)
    rows.add([blank, blank, *rest], 8)
    rows.add([])


def _write_facts(rows: Rows, facts: Sequence[Fact], columns: int) -> None:
    rest = [rows.cell(None, CELL)] * (columns - 2)
    for label, value, kind in facts:
        # A fact never wraps: a long one runs on over the blank cells to its right.
        look = _VALUE.of("text" if kind == "wrap" else kind)
        rows.add([None, rows.cell(label, _LABEL), rows.cell(value, look), *rest])
    rows.add([])


def _write_table(rows: Rows, table: Tab, tones: Mapping[str, str], widths: Sequence[float]) -> int:
    """Adds a heading, the note, the header and the rows; returns the number of the first of these rows."""
    rows.add([None, rows.cell(table.title, HEADING)], 26)
    rows.add([None, rows.cell(table.note, NOTE)], 18 if table.note else 4)
    rows.add([None, *header_cells(rows, table.columns, has_filter=False)], 26)
    first = rows.next_row
    if not table.rows:
        write_nothing(rows, len(table.columns), MARGIN)
    write_rows(rows, table, tones, widths, MARGIN)
    rows.add([])
    return first
