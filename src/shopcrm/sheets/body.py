"""The data rows of a tab: what stands under its header, without blank rows, repeated headers and total rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from shopcrm.sheets.grid import Tab
from shopcrm.sheets.headers import Layout
from shopcrm.sheets.texts import unwrap
from shopcrm.sheets.vocabulary import key_of

_AFTER = r"(?:\s*[:：(（].*|\s*[\d共].*)?"
_TOTAL = re.compile(rf"(?:合计|总计|总和|合計|總計|grand ?total|totals?|sum){_AFTER}", re.IGNORECASE)
_PART_TOTAL = re.compile(rf"(?:小计|小計|本页合计|本页小计|sub-?total){_AFTER}|共\s*\d+\s*[笔条行].*", re.IGNORECASE)
_KEYS = {
    "sales": ("receipt", "date", "datetime"),
    "customers": ("member_no", "phone", "email", "birthday", "joined_on"),
}


@dataclass(slots=True)
class Body:
    """Data rows with their row numbers in the spreadsheet; footers apart."""

    layout: Layout
    rows: list[list[str]]
    numbers: list[int]
    repeated_headers: int = 0
    footers: list[tuple[int, list[str]]] = field(default_factory=list)  # grand totals: row number, cells
    part_totals: int = 0
    _columns: dict[int, list[str]] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the sheet has a column for a field."""
        return name in self.layout.columns

    def cells(self, name: str) -> list[str]:
        """The cells of a field as written; of several columns the first."""
        return self.column(self.layout.columns[name][0])

    def column(self, position: int) -> list[str]:
        """The cells at a position."""
        if position not in self._columns:
            self._columns[position] = list(map(itemgetter(position), self.rows))
        return self._columns[position]

    def pick(self, positions: Sequence[int]) -> None:
        """Keeps only the rows at these positions."""
        self._columns.clear()
        self.rows = [self.rows[position] for position in positions]
        self.numbers = [self.numbers[position] for position in positions]


def read_body(tab: Tab, layout: Layout) -> Body:
    """What stands under the header, each row as long as the header at least."""
    start = layout.header_at + 1
    rows = tab.rows[start:]
    width = len(layout.header)
    if any(length < width for length in set(map(len, rows))):
        rows = [row if len(row) >= width else [*row, *[""] * (width - len(row))] for row in rows]
    body = Body(layout, rows, list(range(start + 1, start + 1 + len(rows))))
    doubtful = _doubtful_rows(body)
    if doubtful:
        _leave_out(body, doubtful)
    return body


def _doubtful_rows(body: Body) -> list[int]:
    """Rows that may be no data. A row of sales with a date begins with a digit there and is not looked at again."""
    columns = body.layout.columns
    if body.layout.kind == "sales":
        position = (columns.get("date") or columns["datetime"])[0]
        cells = body.column(position)
        if "".join(set(map(itemgetter(slice(1)), cells))).isdigit() and "" not in cells:
            return []
        return [place for place, cell in enumerate(cells) if not cell[:1].isdigit()]
    return list(range(len(body.rows)))


def _leave_out(body: Body, doubtful: list[int]) -> None:
    header = [key_of(cell) for cell in body.layout.header]
    dropped = set()
    for place in doubtful:
        row = body.rows[place]
        label = _total_label(body.layout, row)
        if not any(map(str.strip, row)):
            dropped.add(place)
        elif label:
            dropped.add(place)
            if label == "total":
                body.footers.append((body.numbers[place], row))
            else:
                body.part_totals += 1
        elif _repeats(row, header):
            dropped.add(place)
            body.repeated_headers += 1
    if dropped:
        body.pick([place for place in range(len(body.rows)) if place not in dropped])


def _repeats(row: list[str], header: list[str]) -> bool:
    filled = [(cell, key) for cell, key in zip(row, header, strict=False) if cell.strip()]
    return len(filled) > 1 and all(key_of(cell) == key for cell, key in filled)


def _total_label(layout: Layout, row: list[str]) -> str:
    """`total` or `part` for a row that sums others up: a label, and no key but the label."""
    filled = [unwrap(cell) for cell in row if cell.strip()]
    labels = [cell for cell in filled[:3] if _TOTAL.fullmatch(cell) or _PART_TOTAL.fullmatch(cell)]
    if not labels:
        return ""
    keys = [unwrap(row[place]) for name in _KEYS[layout.kind] for place in layout.columns.get(name, ())]
    # A list of customers is closed by “合计 | 6人”: what stands beside the label is no key there.
    is_closed = layout.kind == "customers" and filled[0] in labels
    if not is_closed and any(key and key not in labels for key in keys):
        return ""
    return "total" if _TOTAL.fullmatch(labels[0]) else "part"
