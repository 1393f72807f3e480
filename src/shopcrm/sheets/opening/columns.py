"""Turns rows into columns of text, a few thousand at a time, so that rows never stand in memory all together."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice, zip_longest

from shopcrm.sheets.opening.refusals import SPREAD, Refused

INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060"
MOST_CELLS = 40_000_000  # of one tab
MOST_COLUMNS = 16_384  # as wide as Excel's own grid
_CHUNK = 5_000
_CHUNK_CELLS = 400_000
_REMEMBERED = 20_000  # cells; more of them would leave the processor's cache, where each costs ten times as much


def strip_invisible(text: str) -> str:
    """The text without byte order marks in its middle, and without joiners and marks of direction."""
    for sign in INVISIBLE:
        text = text.replace(sign, "")
    return text


class _Memo(dict[str, str]):
    """What a cell says, the same object for each that is equal."""

    def __init__(self, read: Callable[[str], str]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: str) -> str:
        self[cell] = text = cell if cell.isascii() else self._read(cell)
        return text


class _Column:
    """A column that grows, where equal cells are one object, as long as it pays to look for them."""

    def __init__(self, length: int, read: Callable[[str], str]) -> None:
        self.cells: list[str] = [""] * length
        self._read = read
        self._memo: _Memo | None = _Memo(read)
        self._since = length

    def extend(self, cells: Sequence[str]) -> None:
        memo = self._memo
        if memo is None:
            self.cells.extend(cells if "".join(cells).isascii() else map(self._read, cells))
            return
        self.cells.extend(map(memo.__getitem__, cells))
        if len(memo) > _REMEMBERED:
            seen = len(self.cells) - self._since
            if 10 * len(memo) > 7 * seen:  # seldom does a cell come again
                self._memo = None
            else:
                memo.clear()
                self._since = len(self.cells)


class Columns:
    """Columns that grow by rows of any length; what a row lacks is "".

    `most_cells` bounds the grid, since a short file can span a vast one: one wide row above a million empty ones.
    `read` makes text of a cell that is not plain ASCII.
    """

    def __init__(self, most_cells: int, read: Callable[[str], str] = strip_invisible) -> None:
        self._read = read
        self.length = 0
        self._columns: list[_Column] = []
        self._most_cells = most_cells

    @property
    def columns(self) -> list[list[str]]:
        """The cells of each column, all of one length."""
        return [column.cells for column in self._columns]

    def take(self, rows: Iterable[Sequence[str]]) -> None:
        """Adds all rows, chunk by chunk. Raises Refused where they span more than may be."""
        rows = iter(rows)
        chunk = list(islice(rows, 100))  # few at first: how wide they are is not known
        while chunk:
            self.add(chunk)
            chunk = list(islice(rows, rows_at_once(len(self._columns))))

    def add(self, rows: Sequence[Sequence[str]]) -> None:
        """Adds a few thousand rows."""
        widths = set(map(len, rows))
        self.add_columns(
            zip(*rows, strict=True) if len(widths) == 1 else zip_longest(*rows, fillvalue=""),
            len(rows),
            max(widths, default=0),
        )

    def add_columns(self, columns: Iterable[Sequence[str]], count: int, width: int) -> None:
        """Adds `count` rows that already stand as `width` columns."""
        self._widen(width, count)
        for column, cells in zip(self._columns, columns, strict=False):
            column.extend(cells)
        for column in self._columns[width:]:
            column.cells.extend([""] * count)
        self.length += count

    def _widen(self, width: int, count: int) -> None:
        widest = max(width, len(self._columns))
        if widest > MOST_COLUMNS or widest * (self.length + count) > self._most_cells:
            raise Refused(SPREAD)
        while len(self._columns) < width:
            self._columns.append(_Column(self.length, self._read))


def rows_at_once(width: int) -> int:
    """How many rows of this width make a chunk."""
    return max(1, min(_CHUNK, _CHUNK_CELLS // (width or 1)))
