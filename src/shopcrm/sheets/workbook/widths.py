"""How wide text and numbers show, in narrow characters; Chinese characters count two."""

from collections.abc import Mapping
from math import ceil
from unicodedata import east_asian_width

from shopcrm.sheets.workbook.tabs import Kind, Tab

_NARROWEST, _PADDING, _FILTER_BUTTON = 8.0, 3.0, 4.0
_WIDEST: Mapping[Kind, float] = {"wrap": 56.0, "text": 36.0, "tag": 30.0}
_FIXED: Mapping[Kind, int] = {"date": 10, "percent": 6, "ratio": 6}


def fit_widths(tab: Tab, exponent: int) -> list[float]:
    """A width for each column: its own, else as its header and values need, within the bounds of its kind."""
    widths = []
    for at, column in enumerate(tab.columns):
        if column.width is not None:
            widths.append(column.width)
            continue
        values = max((_width_of(row[at], column.kind, exponent) for row in tab.rows), default=0)
        header = max((display_width(word) for word in column.title.split()), default=0)
        needed = max(values * 1.1 + _PADDING, header * 1.1 + _FILTER_BUTTON)
        widths.append(max(_NARROWEST, min(needed, _WIDEST.get(column.kind, 40.0))))
    return widths


def needs_two_lines(title: str, width: float) -> bool:
    """Whether a header with its filter button is wider than its column."""
    return display_width(title) * 1.1 + _FILTER_BUTTON > width


def lines_in(value: object, width: float) -> int:
    """Lines that a text wrapped in a column of this width takes; 1 for what is no text."""
    if not isinstance(value, str):
        return 1
    room = max(width - _PADDING, 1.0)
    return sum(max(ceil(display_width(line) * 1.03 / room), 1) for line in value.splitlines()) or 1


def display_width(text: str) -> int:
    """Narrow characters that the text is as wide as."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _width_of(value: object, kind: Kind, exponent: int) -> int:
    if value is None:
        return 0
    if isinstance(value, str):
        return display_width(value) if "\n" not in value else max(map(display_width, value.splitlines()))
    if kind in _FIXED:
        return _FIXED[kind]
    digits = len(str(value))
    return digits + digits // 3 + (1 if kind == "money" and exponent else 0)
