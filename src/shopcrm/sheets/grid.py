"""A sheet as it stands: its tabs as rows of text, before anything is understood."""

from typing import NamedTuple


class Tab(NamedTuple):
    """One tab. `rows[0]` is row 1 of the spreadsheet; rows may differ in length; cells are text as written."""

    name: str
    rows: list[list[str]]
    is_hidden: bool = False


def width_of(rows: list[list[str]]) -> int:
    """The length of the longest row."""
    return max(map(len, rows), default=0)
