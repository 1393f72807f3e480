"""SpreadsheetML of 2003: Excel's XML in one file, which many tills write under the name .xls."""

from datetime import datetime
from xml.parsers import expat

from shopcrm.sheets.grid import Tab
from shopcrm.sheets.opening.columns import MOST_COLUMNS, Columns
from shopcrm.sheets.opening.markup import decode_markup
from shopcrm.sheets.opening.refusals import DAMAGED, DECLARES, SPREAD, Refused

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_LEAST_ROOM = 4_000_000
_MOST_ROWS = 2_000_000
_AT_ONCE = 2_000


def read_xml(content: bytes) -> list[Tab]:
    """The tabs of a SpreadsheetML workbook. Raises Refused for what is damaged, or declares entities of its own."""
    reader = _Reader(max(_LEAST_ROOM, 2 * len(content)))
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.say
    try:
        parser.Parse(decode_markup(content).lstrip("\ufeff \r\n\t"), True)
    except (expat.ExpatError, ValueError):
        raise Refused(DAMAGED) from None
    return [
        Tab(
            tab.name,
            tab.columns.columns,
            is_hidden=tab.is_hidden,
            hidden_rows=frozenset(row for row in tab.hidden_rows if row <= tab.columns.length),
            counts_from_1904=reader.counts_from_1904,
        )
        for tab in reader.tabs
    ]


def _refuse_doctype(*_: object) -> None:
    raise Refused(DECLARES)


class _Tab:
    """A tab that is being read, its rows added some thousand at a time."""

    def __init__(self, name: str, most_cells: int) -> None:
        self.name = name
        self.columns = Columns(most_cells)
        self.is_hidden = False
        self.hidden_rows: set[int] = set()
        self.rows: list[list[str]] = []

    @property
    def length(self) -> int:
        return self.columns.length + len(self.rows)

    def reach(self, length: int) -> None:
        """Adds blank rows up to this many."""
        if length > _MOST_ROWS:
            raise Refused(SPREAD)
        while self.length < length:
            self.rows.append([])
            self.settle(_AT_ONCE)

    def settle(self, least: int = 1) -> None:
        """Makes columns of the rows, once there are enough of them."""
        if len(self.rows) >= least:
            self.columns.add(self.rows)
            self.rows = []


class _Reader:
    """Follows the elements. Only `Data` that stands in a cell itself is its value: a comment has one, too."""

    def __init__(self, most_cells: int) -> None:
        self.tabs: list[_Tab] = []
        self.counts_from_1904 = False
        self._most_cells = most_cells
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._kind = ""
        self._across = 0
        self._path: list[str] = []
        self._said: list[str] | None = None

    def start(self, element: str, attributes: dict[str, str]) -> None:
        name = _local(element)
        inside = self._path[-1] if self._path else ""
        self._path.append(name)
        own = {_local(key): value for key, value in attributes.items()}
        if name == "Worksheet":
            self.tabs.append(_Tab(own.get("Name", ""), self._most_cells))
        elif name == "Row" and inside == "Table" and self.tabs:
            self._start_row(self.tabs[-1], own)
        elif name == "Cell" and inside == "Row" and self._row is not None:
            self._start_cell(self._row, own)
        elif name == "Data" and inside == "Cell" and self._cell is not None:
            self._kind, self._said = own.get("Type", "String"), []
        elif name in ("Visible", "Date1904"):
            self._said = []

    def end(self, element: str) -> None:
        name = _local(element)
        self._path.pop()
        if name == "Row" and self.tabs and self._row is not None:
            self.tabs[-1].rows.append(self._row)
            self.tabs[-1].settle(_AT_ONCE)
            self._row = None
        elif name == "Cell" and self._row is not None and self._cell is not None:
            self._row += [*(self._cell or [""]), *[""] * self._across]
            self._cell = None
        elif name == "Worksheet" and self.tabs:
            self.tabs[-1].settle()
        elif self._said is not None and name in ("Data", "Visible", "Date1904"):
            self._take("".join(self._said), name)

    def say(self, text: str) -> None:
        if self._said is not None:
            self._said.append(text)

    def _take(self, text: str, name: str) -> None:
        self._said = None
        if name == "Date1904":
            self.counts_from_1904 = text.strip().lower() not in ("0", "false")
        elif name == "Visible":
            if self.tabs and text.strip() in ("SheetHidden", "SheetVeryHidden"):
                self.tabs[-1].is_hidden = True
        elif self._cell is not None:
            self._cell.append(_value(text, self._kind))

    def _start_row(self, tab: _Tab, attributes: dict[str, str]) -> None:
        first = _number(attributes.get("Index"), tab.length + 1)
        spanned = _number(attributes.get("Span"), 0)
        tab.reach(first - 1)
        if attributes.get("Hidden") == "1":
            tab.hidden_rows.update(range(first, min(first + spanned, _MOST_ROWS) + 1))
        self._row = []

    def _start_cell(self, row: list[str], attributes: dict[str, str]) -> None:
        place = _number(attributes.get("Index"), len(row) + 1) - 1
        self._across = _number(attributes.get("MergeAcross"), 0)
        if max(place, len(row)) + self._across >= MOST_COLUMNS:
            raise Refused(SPREAD)
        row += [""] * (place - len(row))
        self._cell = []


def _value(text: str, kind: str) -> str:
    if kind == "DateTime":
        return _moment(text)
    if kind == "Number":
        return _plain_number(text.strip())
    if kind == "Boolean":
        return str(text.strip() == "1")
    return "" if kind == "Error" else text


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text.strip().removesuffix("Z"))
    except ValueError:
        return text
    if moment.date().isoformat() in ("1899-12-31", "1899-12-30"):
        return moment.time().isoformat("seconds")
    at_midnight = moment.time().isoformat() == "00:00:00"
    return moment.date().isoformat() if at_midnight else moment.isoformat(" ", "seconds")


def _plain_number(text: str) -> str:
    """As a workbook's numbers are shown: no `.0`, no exponent where all digits are known."""
    from shopcrm.sheets.opening.spreadsheet import text_of

    try:
        return text if text.lstrip("-").isdecimal() and len(text) < 16 else text_of(float(text))
    except (ValueError, OverflowError):
        return text


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 8 else otherwise
