"""The data rows of a tab: what stands under its header, without blank rows, repeated headers and total rows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shopcrm.sheets.grid import Tab
from shopcrm.sheets.layout.headers import Layout
from shopcrm.sheets.values.texts import unwrap
from shopcrm.sheets.vocabulary import key_of

_AFTER = r"(?:\s*[:：(（].*|\s*[\d共].*)?"
_TOTAL = re.compile(rf"(?:合计|总计|总和|合計|總計|grand ?total|totals?|sum){_AFTER}", re.IGNORECASE)
_PART_TOTAL = re.compile(rf"(?:小计|小計|本页合计|本页小计|sub-?total){_AFTER}", re.IGNORECASE)
_COUNT = re.compile(r"共\s*(\d+)\s*[笔条行单人].*|(?:total )?(\d+) (?:rows|records|items)", re.IGNORECASE)
_FIRST_ROWS = 10
_EXAMPLE = re.compile(r"(?:示?例|样例|范例|举例|example|e\.g\.)(?:\s*[:：\d]|$)", re.IGNORECASE)
_ABOUT_EXAMPLES = re.compile(r"例子|示例|样例|范例|\bexamples?\b", re.IGNORECASE)
_REMARK = re.compile(r"[-=*_—#]{3,}|[^\d:：]{2,12}[:：]|[(（\[【*※注]")
_MANY = 200_000  # rows
_KEYS = {
    "sales": ("receipt", "date", "datetime"),
    "customers": ("member_no", "phone", "email", "birthday", "joined_on"),
    "stock": ("sku", "item"),
}


@dataclass(slots=True)
class Body:
    """Data rows, column by column, with their row numbers in the spreadsheet; footers apart."""

    layout: Layout
    columns: list[list[str]]
    numbers: Sequence[int]
    repeated_headers: int = 0
    examples: list[int] = field(default_factory=list)  # rows that a template left
    hidden_rows: int = 0
    footers: list[tuple[int, list[str]]] = field(default_factory=list)  # grand totals: row number, cells
    declared_rows: int | None = None  # as a row under the data says
    counts_from_1904: bool = False
    _nothing: list[Any] = field(default_factory=list)

    @property
    def length(self) -> int:
        """How many data rows there are."""
        return len(self.numbers)

    @property
    def left_out(self) -> int:
        """How many rows were data to look at, and are none."""
        return self.repeated_headers + len(self.examples)

    def has(self, name: str) -> bool:
        """Whether the sheet has a column for a field."""
        return name in self.layout.columns

    def cells(self, name: str) -> list[str]:
        """The cells of a field as written; of several columns the first."""
        return self.column(self.layout.columns[name][0])

    def column(self, position: int) -> list[str]:
        """The cells at a position."""
        return self.columns[position]

    def row(self, place: int) -> list[str]:
        """The cells of a data row."""
        return [column[place] for column in self.columns]

    def forget(self, *names: str) -> None:
        """Lets go of the cells of fields that were read, where they are many and memory is worth more than them."""
        if self.length > _MANY:
            for position in {position for name in names for position in self.layout.columns.get(name, ())}:
                self.columns[position] = []

    def forget_unread(self) -> None:
        """Lets go of the columns that no field is read from, on the same terms."""
        used = {position for positions in self.layout.columns.values() for position in positions}
        if self.length > _MANY:
            self.columns = [column if position in used else [] for position, column in enumerate(self.columns)]

    @property
    def nothing(self) -> list[Any]:
        """A column that says nothing: one list for all such, which nobody changes."""
        if len(self._nothing) != self.length:
            self._nothing = [None] * self.length
        return self._nothing

    @property
    def is_whole(self) -> bool:
        """Whether all of its cells are still there."""
        return all(self.columns) or not self.length

    def pick(self, places: Sequence[int]) -> None:
        """Keeps only the rows at these places."""
        self.columns = [[column[place] for place in places] if column else [] for column in self.columns]
        self.numbers = [self.numbers[place] for place in places]


class RowsAsWritten(Mapping[int, Sequence[str]]):
    """The rows of a body by their numbers in the spreadsheet, put together when asked for."""

    def __init__(self, body: Body) -> None:
        self._columns, self._numbers = body.columns, body.numbers
        self._places: dict[int, int] = {}

    def __getitem__(self, number: int) -> Sequence[str]:
        if not self._places:
            self._places = {number: place for place, number in enumerate(self._numbers)}
        place = self._places[number]
        return [column[place] for column in self._columns]

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def read_body(tab: Tab, layout: Layout) -> Body:
    """What stands under the header. The tab gives its columns away: a big sheet is not held twice."""
    start = layout.header_at + 1
    columns, tab.columns = tab.columns, []
    for column in columns:
        del column[:start]
    length = len(columns[0]) if columns else 0
    body = Body(layout, columns, range(start + 1, start + 1 + length), counts_from_1904=tab.counts_from_1904)
    doubtful = _doubtful_rows(body)
    hidden = {number - start - 1 for number in tab.hidden_rows if start < number <= start + length}
    if doubtful or hidden:
        _leave_out(body, doubtful, hidden)
    return body


def _doubtful_rows(body: Body) -> Sequence[int]:
    """Rows that may be no data. A row of sales with a date begins with a digit there and is not looked at again."""
    columns = body.layout.columns
    if body.layout.kind == "sales" and (dated := columns.get("date") or columns.get("datetime")):
        cells = body.column(dated[0])
        if "" not in cells and "".join({cell[0] for cell in cells}).isdigit():
            return []
        return [place for place, cell in enumerate(cells) if not cell[:1].isdigit()]
    return range(body.length)


def _leave_out(body: Body, doubtful: Sequence[int], hidden: set[int]) -> None:
    header = [key_of(cell) for cell in body.layout.header]
    dropped = set(hidden)
    body.hidden_rows = sum(any(map(str.strip, body.row(place))) for place in hidden)
    for place in doubtful:
        if place in hidden:
            continue
        row = body.row(place)
        if not any(map(str.strip, row)):
            dropped.add(place)
        elif label := _total_label(body.layout, row):
            dropped.add(place)
            if label == "total":
                body.footers.append((body.numbers[place], row))
            body.declared_rows = _declared(row) or body.declared_rows
        elif _repeats(row, header):
            dropped.add(place)
            body.repeated_headers += 1
        elif place < _FIRST_ROWS and _is_example(row):
            dropped.add(place)
            body.examples.append(body.numbers[place])
    dropped |= _remarks_below(body, doubtful, dropped)
    if dropped:
        body.pick([place for place in range(body.length) if place not in dropped])


def _is_example(row: list[str]) -> bool:
    """A row that a template left: `例：张三`, or a sentence that says what to do with such rows."""
    filled = [unwrap(cell) for cell in row if cell.strip()]
    return any(map(_EXAMPLE.match, filled[:2])) or (len(filled) == 1 and _ABOUT_EXAMPLES.search(filled[0]) is not None)


def _remarks_below(body: Body, doubtful: Sequence[int], dropped: set[int]) -> set[int]:
    """Rows at the very end that hold one remark and nothing else: a rule of dashes, when and by whom it was made."""
    found: set[int] = set()
    asked = set(doubtful)
    for place in range(body.length - 1, -1, -1):
        if place not in asked:
            break
        filled = [cell.strip() for cell in body.row(place) if cell.strip()]
        if place in dropped or not filled:
            continue
        if len(filled) != 1 or not _REMARK.match(filled[0]):
            break
        found.add(place)
    return found


def _repeats(row: list[str], header: list[str]) -> bool:
    filled = [(cell, key) for cell, key in zip(row, header, strict=False) if cell.strip()]
    return len(filled) > 1 and all(key_of(cell) == key for cell, key in filled)


def _declared(row: list[str]) -> int | None:
    """How many rows a line such as `共43笔记录` says there are."""
    for cell in row:
        found = re.search(r"共\s*(\d+)\s*[笔条行单]", cell)
        if found:
            return int(found[1])
    return None


def is_total(cell: str) -> bool:
    """Whether a cell is the label of a row that sums others up."""
    return any(form.fullmatch(unwrap(cell)) for form in (_TOTAL, _PART_TOTAL, _COUNT))


def _total_label(layout: Layout, row: list[str]) -> str:
    """`total` or `part` for a row that sums others up: a label, and no key but the label."""
    filled = [unwrap(cell) for cell in row if cell.strip()]
    labels = [cell for cell in filled[:3] if is_total(cell)]
    if not labels:
        return ""
    keys = [unwrap(row[place]) for name in _KEYS[layout.kind] for place in layout.columns.get(name, ())]
    # A list of customers is closed by “合计 | 6人”: what stands beside the label is no key there.
    is_closed = layout.kind != "sales" and filled[0] in labels
    if not is_closed and any(key and key not in labels for key in keys):
        return ""
    return "total" if _TOTAL.fullmatch(labels[0]) else "part"
