"""How a cell looks: font, colours, alignment and number format, by the kind of its value."""

from dataclasses import dataclass, replace
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from shopcrm.sheets.workbook.palette import HEADER, INK, RULE, SOFT_INK
from shopcrm.sheets.workbook.tabs import Kind

# Ships with Windows and with Excel for Mac, and has Latin and Chinese glyphs of one weight.
FONT = "Microsoft YaHei"
_RIGHT = frozenset({"money", "int", "ratio", "percent"})
_CENTRE = frozenset({"date", "tag"})


@dataclass(frozen=True, slots=True)
class Look:
    """One way for cells to look. Colours are six hex digits; `align` overrides the kind's own side."""

    kind: Kind = "text"
    size: float = 10
    is_bold: bool = False
    is_italic: bool = False
    ink: str = INK
    fill: str | None = None
    is_ruled: bool = False  # a thin line beneath
    align: str | None = None
    indent: int = 1

    def of(self, kind: Kind) -> "Look":
        """The same look for values of another kind."""
        return replace(self, kind=kind)


TITLE = Look(size=16, is_bold=True, ink=HEADER, indent=0)
NOTE = Look(ink=SOFT_INK, indent=0)
HEADING = Look(size=13, is_bold=True, ink=HEADER, indent=0)
HEAD = Look(kind="wrap", is_bold=True, ink="FFFFFF", fill=HEADER)
NOTHING_HERE = Look(size=11, is_italic=True, ink=SOFT_INK, is_ruled=True)
CELL = Look(is_ruled=True)


def style_id(sheet: Any, look: Look, exponent: int) -> int:
    """The number under which the sheet's workbook keeps the look; `exponent` is the currency's decimals."""
    side = look.align or side_of(look.kind)
    cell = WriteOnlyCell(sheet)
    cell.font = Font(name=FONT, size=look.size, bold=look.is_bold, italic=look.is_italic, color=look.ink)
    cell.alignment = Alignment(
        horizontal=side,
        vertical="center",
        wrap_text=look.kind == "wrap",
        indent=0 if side == "center" else look.indent,
    )
    cell.number_format = number_format(look.kind, exponent)
    if look.fill:
        cell.fill = PatternFill("solid", fgColor=look.fill)
    if look.is_ruled:
        cell.border = Border(bottom=Side(style="thin", color=RULE))
    return int(cell.style_id)


def side_of(kind: Kind) -> str:
    """The side of the column on which values of the kind stand."""
    return "right" if kind in _RIGHT else "center" if kind in _CENTRE else "left"


def number_format(kind: Kind, exponent: int) -> str:
    """Excel's format for the kind; `@` marks text, so that what a person types there stays text."""
    decimals = f".{'0' * exponent}" if exponent else ""
    formats: dict[Kind, str] = {
        "money": f"#,##0{decimals}",
        "int": "#,##0",
        "date": "yyyy-mm-dd",
        "ratio": '0.0"×"',
        "percent": "0.0%",
    }
    return formats.get(kind, "@")
