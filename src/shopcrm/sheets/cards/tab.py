"""Cards as a workbook: a tab to print and cut out, three a row on A4, and a tab that lists them."""

from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from shopcrm.core.language import translate as _
from shopcrm.sheets.cards.card import Card, CardSheet
from shopcrm.sheets.cards.codes import as_png
from shopcrm.sheets.workbook.list_tab import write_list
from shopcrm.sheets.workbook.looks import FONT
from shopcrm.sheets.workbook.package import pack
from shopcrm.sheets.workbook.palette import INK, SOFT_INK
from shopcrm.sheets.workbook.rows import Cell, Rows, clean_text
from shopcrm.sheets.workbook.tabs import Column, Tab

ACROSS, DOWN = 3, 5  # cards on a page
_WIDTHS = (19.0, 11.8, 1.0)  # of a card in characters: what it says, its square, the gap to the next
_HEIGHTS = (17.0, 38.0, 46.0, 17.0, 21.0, 9.0)  # in points: shop, what it gives, conditions, holder, code, gap
_SIDE, _ABOVE = 80, 36  # of the square, and of the room above it, in pixels
_PIXEL = 9_525  # in the unit of drawings
_CONDITIONS, _HOLDER, _BOLD, _CUT = 2, 3, (1, 3, 4), "9AA5B1"
_SIZES = (8, 11, 8, 9, 12)  # of the letters in each of the rows


class _Picture(Image):
    """A picture that openpyxl takes as it is; its own would want a library that reads every kind of picture."""

    def __init__(self, png: bytes) -> None:
        self.png, self.format, self.width, self.height = png, "png", _SIDE, _SIDE

    def _data(self) -> bytes:
        return self.png


def as_workbook(sheet: CardSheet) -> bytes:
    """The workbook as the bytes of an .xlsx file. A text in it is text, whatever it begins with."""
    workbook = Workbook(write_only=True)
    workbook.properties.creator = "shopcrm"
    workbook.properties.title = clean_text(sheet.title)
    cards = _write_cards(workbook.create_sheet(_("Cards")), sheet)
    listed = write_list(workbook.create_sheet(_("Coupons")), _as_list(sheet), {}, currency="", exponent=0)
    return pack(workbook, [cards.to_xml(), listed.to_xml()])


def _write_cards(tab: Any, sheet: CardSheet) -> Rows:
    _set_up(tab)
    rows, styles = Rows(tab, 0), _styles(tab)
    for number, start in enumerate(range(0, len(sheet.cards), ACROSS)):
        cards = sheet.cards[start : start + ACROSS]
        top = number * len(_HEIGHTS)
        if number and number % DOWN == 0:
            tab.row_breaks.append(Break(id=top))
        for row, height in enumerate(_HEIGHTS):
            rows.add([cell for card in cards for cell in _cells(sheet, card, row, styles)], height)
        for place, card in enumerate(cards):
            first = place * len(_WIDTHS)
            _merge(tab, top, first)
            tab.add_image(_placed(as_png(card.code), row=top, column=first + 1))
    return rows


def _cells(sheet: CardSheet, card: Card, row: int, styles: Sequence[tuple[int, int]]) -> Iterator[Cell | None]:
    """What stands of a card in one of its rows: two cells within its border, and the gap."""
    if row == len(styles):
        yield from (None, None, None)
        return
    said = (sheet.shop, card.gives, "\n".join((*card.good, *card.conditions)), card.holder, card.shown)[row]
    left, right = styles[row]
    yield (said, "wrap", left)
    yield (None, "text", right)
    yield None


def _merge(tab: Any, top: int, first: int) -> None:
    """The code has the whole width of the card."""
    row, letters = top + len(_SIZES), [get_column_letter(first + 1), get_column_letter(first + 2)]
    tab.merged_cells.add(f"{letters[0]}{row}:{letters[1]}{row}")


def _placed(png: bytes, *, row: int, column: int) -> _Picture:
    picture = _Picture(png)
    room = (int(_WIDTHS[1] * 7) - _SIDE) // 2
    corner = AnchorMarker(col=column, colOff=room * _PIXEL, row=row, rowOff=_ABOVE * _PIXEL)
    size = XDRPositiveSize2D(_SIDE * _PIXEL, _SIDE * _PIXEL)
    picture.anchor = OneCellAnchor(_from=corner, ext=size)
    return picture


def _styles(tab: Any) -> list[tuple[int, int]]:
    """The numbers of the styles of a card's two columns, row by row; a thin line runs around both."""
    rows = range(len(_SIZES))
    return [(_style(tab, row, is_left=True), _style(tab, row, is_left=False)) for row in rows]


def _style(tab: Any, row: int, *, is_left: bool) -> int:
    line, last, cell = Side(style="dashed", color=_CUT), len(_SIZES) - 1, WriteOnlyCell(tab)
    cell.font = Font(name=FONT, size=_SIZES[row], bold=row in _BOLD, color=SOFT_INK if row == 0 else INK)
    cell.alignment = Alignment(
        horizontal="center" if row == last else "left",
        vertical="top" if row == _CONDITIONS else "center",
        wrap_text=row <= _CONDITIONS,
        shrink_to_fit=row == _HOLDER,
        indent=0 if row == last else 1,
    )
    cell.number_format = "@"
    cell.border = Border(
        left=line if is_left else None,
        right=None if is_left else line,
        top=line if row == 0 else None,
        bottom=line if row == last else None,
    )
    return int(cell.style_id)


def _set_up(tab: Any) -> None:
    """A4, upright, at its own size: what is made to fit a page loses its page breaks in Excel."""
    for column in range(ACROSS * len(_WIDTHS)):
        tab.column_dimensions[get_column_letter(column + 1)].width = _WIDTHS[column % len(_WIDTHS)]
    tab.sheet_view.showGridLines = False
    tab.page_setup.orientation, tab.page_setup.paperSize, tab.page_setup.scale = "portrait", 9, 100
    tab.print_options.horizontalCentered = True
    tab.page_margins.left = tab.page_margins.right = 0.4
    tab.page_margins.top = tab.page_margins.bottom = 0.4


def _as_list(sheet: CardSheet) -> Tab:
    columns = [
        Column(_("No."), "int"),
        Column(_("Coupon"), "text", 18),
        Column(_("Gives"), "wrap", 30),
        Column(_("Conditions"), "wrap", 36),
        Column(_("From"), "date"),
        Column(_("Good until"), "date"),
        Column(_("Customer"), "text"),
    ]
    rows = [
        (number, c.shown, c.gives, "\n".join(c.conditions), c.starts_on, c.expires_on, c.holder)
        for number, c in enumerate(sheet.cards, 1)
    ]
    return Tab(sheet.title, columns, rows, note=sheet.shop)
