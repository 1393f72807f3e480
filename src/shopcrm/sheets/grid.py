"""A sheet as it stands: its tabs as columns of text, before anything is understood."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tab:
    """One tab, column by column, all of one length: place 0 of each is row 1 of the spreadsheet, "" what is not there.

    Columns, since values are decided by the column, and since a million rows as lists would not fit into memory: equal
    cells are one object. Cells are text as written, without invisible signs such as byte order marks.
    """

    name: str
    columns: list[list[str]]
    is_hidden: bool = False
    hidden_rows: frozenset[int] = field(default_factory=frozenset)  # row numbers, from 1
    counts_from_1904: bool = False  # bare serial numbers are days since 1904

    @property
    def length(self) -> int:
        """How many rows there are."""
        return len(self.columns[0]) if self.columns else 0

    def row(self, place: int) -> list[str]:
        """The cells of a row, from 0."""
        return [column[place] for column in self.columns]

    def first_rows(self, count: int) -> list[list[str]]:
        """The first rows, each as long as the tab is wide."""
        return [list(row) for row in zip(*(column[:count] for column in self.columns), strict=True)]


def tab_of(name: str, rows: Sequence[Sequence[str]], *, is_hidden: bool = False) -> Tab:
    """A tab of a few rows, which may differ in length."""
    width = max(map(len, rows), default=0)
    columns = [[row[place] if place < len(row) else "" for row in rows] for place in range(width)]
    return Tab(name, columns, is_hidden)
