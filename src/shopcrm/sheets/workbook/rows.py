"""The cells of one tab, written from the top down straight into the sheet's XML.

openpyxl makes everything around them. It takes 50 µs a cell (20,000 rows of 12 columns: 12 s), this takes 9 (2 s);
and here no text can turn into a formula, and money never passes through a float.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

from shopcrm.sheets.workbook.looks import Look, style_id
from shopcrm.sheets.workbook.tabs import Kind

LONGEST_TEXT = 32_767  # characters that Excel keeps in one cell
_UNPRINTABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
# Excel counts days from here, and believes in a 29 February 1900.
_DAY_ZERO, _FIRST_SURE_DAY = date(1899, 12, 30), date(1900, 3, 1)

Cell = tuple[object, Kind, int]  # a value, how it is written, and the number of its look


class Rows:
    """The rows of one tab so far. `sheet` is openpyxl's, for its styles; `exponent` the currency's decimals."""

    def __init__(self, sheet: Any, exponent: int) -> None:
        self.sheet, self.exponent = sheet, exponent
        self._styles: dict[Look, int] = {}
        self._xml: list[str] = []

    @property
    def next_row(self) -> int:
        """The number of the row that the next `add` writes, from 1."""
        return len(self._xml) + 1

    def style(self, look: Look) -> int:
        """The number of a look in this workbook."""
        if look not in self._styles:
            self._styles[look] = style_id(self.sheet, look, self.exponent)
        return self._styles[look]

    def cell(self, value: object, look: Look) -> Cell:
        """A cell that shows the value in the look."""
        return (value, look.kind, self.style(look))

    def add(self, cells: Sequence[Cell | None], height: float | None = None) -> None:
        """Writes one row; None leaves a cell out. A str is text and nothing else, whatever it begins with.

        Raises TypeError for a value that its kind does not take (money that is no int, an instant as a date).
        """
        row = len(self._xml) + 1
        tall = f' ht="{height:g}" customHeight="1"' if height else ""
        written = "".join(
            self._cell_xml(f"{get_column_letter(column)}{row}", *cell)
            for column, cell in enumerate(cells, 1)
            if cell is not None
        )
        self._xml.append(f'<row r="{row}"{tall}>{written}</row>')

    def to_xml(self) -> bytes:
        """The element `sheetData` with every row."""
        return f"<sheetData>{''.join(self._xml)}</sheetData>".encode()

    def _cell_xml(self, place: str, value: object, kind: Kind, style: int) -> str:
        if isinstance(value, date) and not isinstance(value, datetime) and value < _FIRST_SURE_DAY:
            value = value.isoformat()
        if isinstance(value, str):
            value = clean_text(value)
        if value is None or value == "":
            return f'<c r="{place}" s="{style}"/>'
        if isinstance(value, str):
            text = escape(value)
            return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        return f'<c r="{place}" s="{style}"><v>{_number(value, kind, self.exponent)}</v></c>'


def clean_text(text: str) -> str:
    """The text without what a spreadsheet cannot hold, cut where Excel would refuse it."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("", ILLEGAL_CHARACTERS_RE.sub("", plain))[:LONGEST_TEXT]


def _number(value: object, kind: Kind, exponent: int) -> str:
    if kind == "date" and isinstance(value, date) and not isinstance(value, datetime):
        return str((value - _DAY_ZERO).days)
    if kind == "int" and isinstance(value, int):
        return str(int(value))
    if kind == "money" and isinstance(value, int):
        return format(Decimal(value).scaleb(-exponent), "f")
    if kind in ("ratio", "percent") and isinstance(value, (int, float, Decimal, Fraction)):
        share = float(value)
        if isfinite(share):
            return repr(share)
    raise TypeError(f"a cell of kind {kind} cannot take {value!r}")
