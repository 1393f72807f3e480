"""Web pages under a spreadsheet's name, as many tills write them: each table a tab."""

import re
from codecs import lookup
from collections.abc import Sequence
from html.parser import HTMLParser
from io import BytesIO

from shopcrm.sheets.grid import Tab
from shopcrm.sheets.opening.columns import Columns
from shopcrm.sheets.opening.encodings import likeliest_encoding, marked_encoding
from shopcrm.sheets.opening.refusals import PAGE_WITHOUT_TABLE, Refused
from shopcrm.sheets.vocabulary import count_recognised

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w-]{2,20})""", re.IGNORECASE)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}
_MOST_SPAN = 1_000
_LEAST_ROOM = 4_000_000
_SILENT = ("script", "style", "title")


def read_page(content: bytes) -> list[Tab]:
    """A tab for each table of more than one row; a lone table even so. Raises Refused where there is none."""
    page = _Page()
    page.feed(decode_markup(content))
    page.close()
    page.end_tables()
    grids = [rows for rows in page.tables if len(rows) > 1] or [rows for rows in page.tables if rows]
    if not grids:
        raise Refused(PAGE_WITHOUT_TABLE)
    tabs = []
    for number, rows in enumerate(grids, start=1):
        columns = Columns(max(_LEAST_ROOM, 2 * len(content)))
        columns.take(rows)
        tabs.append(Tab(f"Table {number}" if len(grids) > 1 else "Table", columns.columns))
    return tabs


def decode_markup(content: bytes) -> str:
    """The text of a page or of XML: by its mark, by what it declares, else as UTF-8 or the likeliest older encoding."""
    stream = BytesIO(content)
    declared = _CHARSET.search(content[:4000])
    for encoding in (marked_encoding(stream), declared and declared[1].decode(), "utf-8"):
        try:
            if encoding:
                return content.decode(_WIDER.get(lookup(encoding).name, encoding))
        except (LookupError, UnicodeError):
            continue
    found = likeliest_encoding(stream, lambda start: count_recognised(re.split(r"<[^>]*>", start)))
    return content.decode(found.encoding, found.errors)


class _Page(HTMLParser):
    """Collects the rows of every table; a table within a cell is a table of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._open: list[_Table] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            self._open.append(_Table())
            self.tables.append(self._open[-1].rows)
        elif self._open and tag == "tr":
            self._open[-1].begin_row()
        elif self._open and tag in ("td", "th"):
            self._open[-1].begin_cell({name: value or "" for name, value in attrs})
        elif self._open and tag == "br":
            self._open[-1].say("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif not self._open:
            return
        elif tag == "table":
            self._open.pop().end_row()
        elif tag == "tr":
            self._open[-1].end_row()
        elif tag in ("td", "th"):
            self._open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        if self._open and not self._silent:
            self._open[-1].say(re.sub(r"\s+", " ", data))

    def end_tables(self) -> None:
        """Ends what the page leaves open."""
        while self._open:
            self._open.pop().end_row()


class _Table:
    """A table that is being read. What spans rows or columns stands in its first cell, the others are blank."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self._row: list[str] | None = None
        self._said: list[str] | None = None
        self._across = 1
        self._value = ""
        self._taken: dict[int, int] = {}  # column → how many more rows a cell above reaches into it

    def begin_row(self) -> None:
        self.end_row()
        self._row = []

    def begin_cell(self, attributes: dict[str, str]) -> None:
        self.end_cell()
        if self._row is None:
            self._row = []
        self._skip_taken(self._row)
        self._said = []
        self._value = attributes.get("x:num", "")
        self._across = _span(attributes.get("colspan", ""))
        down = _span(attributes.get("rowspan", "")) - 1
        if down:
            for column in range(len(self._row), len(self._row) + self._across):
                self._taken[column] = down + 1  # this row is counted off at its end

    def say(self, text: str) -> None:
        if self._said is not None:
            self._said.append(text)

    def end_cell(self) -> None:
        if self._said is None or self._row is None:
            return
        text = "\n".join(line.strip() for line in "".join(self._said).split("\n")).strip()
        if self._value and "E+" in text.upper():
            text = self._value  # Excel keeps all digits beside the number that it shows
        self._row += [text, *[""] * (self._across - 1)]
        self._said = None

    def end_row(self) -> None:
        self.end_cell()
        if self._row is None:
            return
        self._skip_taken(self._row)
        self.rows.append(self._row)
        self._row = None
        self._taken = {column: down - 1 for column, down in self._taken.items() if down > 1}

    def _skip_taken(self, row: list[str]) -> None:
        while self._taken.get(len(row)):
            row.append("")


def _span(text: str) -> int:
    number = text.strip()
    return min(max(int(number), 1), _MOST_SPAN) if number.isdecimal() and len(number) < 10 else 1
