"""What a workbook is made of: columns, lists and the first sheet; plain values that know nothing of Excel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "money", "int", "date", "ratio", "percent", "phone", "wrap", "tag"]
Fact = tuple[str, object, Kind]  # a label, its value, and how the value is shown


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, how its values are shown, and its width in characters (None: as its values need).

    Values by kind: `money` int minor units; `int` int; `date` date; `ratio` and `percent` exact or float numbers
    (1 is 100 %); the others text. None is a blank cell, and a str is text in every kind of column.
    """

    title: str
    kind: Kind
    width: float | None = None


@dataclass(frozen=True, slots=True)
class Tab:
    """One list. Each row has as many values as there are columns; ValueError where one has not."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    note: str = ""  # a sentence under the title
    tag_column: int | None = None  # the column by whose value rows are coloured
    bars_column: int | None = None  # on the first sheet: the numbers drawn as bars, labelled by the tag column

    def __post_init__(self) -> None:
        columns = len(self.columns)
        for number, row in enumerate(self.rows, 1):
            if len(row) != columns:
                raise ValueError(f"row {number} of “{self.title}” has {len(row)} values for {columns} columns")


@dataclass(frozen=True, slots=True)
class Summary:
    """The first sheet: a title band, facts one a line, then small tables one beneath the other."""

    title: str
    subtitle: str
    facts: Sequence[Fact]
    tables: Sequence[Tab] = ()
