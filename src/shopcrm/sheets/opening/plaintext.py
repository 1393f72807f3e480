"""Text exports: which encoding, which delimiter, and then the columns, streamed from the bytes."""

import csv
import io
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import BinaryIO, TextIO

from shopcrm.sheets.opening.columns import Columns, strip_invisible
from shopcrm.sheets.opening.encodings import (
    SAMPLE,
    NotWrittenSo,
    likeliest_encoding,
    settled_encoding,
    start_of,
)
from shopcrm.sheets.opening.refusals import NO_TABLE, OPEN_QUOTE, Refused
from shopcrm.sheets.vocabulary import count_recognised

DELIMITERS = (",", "\t", ";", "|")
_HEADER_ROWS = 40
_SEPARATOR_LINE = re.compile(r"sep=(.)(?:\r\n|\r|\n)", re.IGNORECASE)
_CUTTABLE = frozenset({"utf-8", "utf-8-sig", "gb18030", "big5hkscs", "cp1252"})
_MARK_AS_BYTES = BOM_UTF8.decode("latin-1")
_LEAST_ROOM = 4_000_000
_CHUNK = 100_000  # letters: what comes of them still fits into the processor's cache
_LONGEST_LINE = 4_000_000
_END = "\0"  # stands in no text that is read


def read_text(stream: BinaryIO, size: int, encoding: str | None) -> list[list[str]]:
    """The columns of a delimited text of `size` bytes. Raises NotWrittenSo, and Refused for what is no table of text.

    A quoted cell may hold line ends; the row of a spreadsheet is the row here, however many lines it takes.
    """
    settled = settled_encoding(stream, encoding)
    try:
        return _read(stream, size, settled or "utf-8", "strict")
    except UnicodeError:
        if settled:
            raise NotWrittenSo(encoding or settled) from None
    found = likeliest_encoding(stream, lambda start: _header_score(start, _delimiter_of(start)))
    return _read(stream, size, found.encoding, found.errors)


def _read(stream: BinaryIO, size: int, encoding: str, errors: str) -> list[list[str]]:
    start = strip_invisible(start_of(stream, encoding, errors))
    separator = _SEPARATOR_LINE.match(start)
    delimiter = separator[1] if separator else _delimiter_of(start)
    text, read = _open(stream, encoding, errors, delimiter)
    columns = Columns(max(_LEAST_ROOM, 2 * size), read)  # a cell takes a byte at least: its delimiter
    try:
        if separator:
            text.readline()
        while chunk := _whole_lines(text):
            if '"' in chunk or not _add_plain(columns, chunk, delimiter):
                columns.add(_quoted_rows(chunk, text, delimiter))
    finally:
        text.detach()
    return columns.columns


def _open(
    stream: BinaryIO, encoding: str, errors: str, delimiter: str
) -> tuple[io.TextIOWrapper, Callable[[str], str]]:
    """The text, and how its cells are read. It is cut first and decoded cell by cell where that gives the same.

    Bytes as letters (latin-1) are cheap to cut, and of equal cells only one is decoded. In the encodings of `_CUTTABLE`
    no letter has a byte that is a line end, a quotation mark or a delimiter, but for some Chinese ones that end in "|".
    """
    stream.seek(0)
    if encoding in _CUTTABLE and delimiter != "|":
        if encoding == "utf-8-sig" and stream.read(3) != BOM_UTF8:
            stream.seek(0)
        raw = io.TextIOWrapper(stream, "latin-1", newline="")
        return raw, lambda cell: strip_invisible(cell.encode("latin-1").decode(encoding, errors))
    return io.TextIOWrapper(stream, encoding, errors, newline=""), strip_invisible


def _whole_lines(text: TextIO) -> str:
    """The next lines of the text; "" at its end."""
    chunk = text.read(_CHUNK)
    return _sound(chunk + _line(text)) if chunk else ""


def _line(text: TextIO) -> str:
    line = text.readline(_LONGEST_LINE)
    if len(line) == _LONGEST_LINE:
        raise Refused(NO_TABLE)
    return line


def _sound(text: str) -> str:
    if _END in text:
        raise Refused(NO_TABLE)
    return text


def _add_plain(columns: Columns, chunk: str, delimiter: str) -> bool:
    """Adds lines without quotation marks, all of one width, by cutting them all at once; False where they differ.

    Line ends are made cells of their own. Where each `width`th cell is one, the columns are the cells in strides:
    three times as fast as a row at a time.
    """
    if not chunk.endswith(("\n", "\r")):
        chunk += "\n"
    line_end = "\r\n" if "\r" in chunk else "\n"
    count = chunk.count("\n")
    cells = chunk.replace(line_end, f"{delimiter}\n{delimiter}").split(delimiter)
    if "\n" not in cells:
        return False
    stride = cells.index("\n") + 1
    if len(cells) - 1 != count * stride or cells[stride - 1 :: stride].count("\n") != count:
        return False
    width = stride - 1
    columns.add_columns((cells[place:-1:stride] for place in range(width)), count, width)
    return True


def _quoted_rows(chunk: str, text: TextIO, delimiter: str) -> list[list[str]]:
    """The rows of these lines, and of as many more as the last row takes."""
    for sign in ("\ufeff", _MARK_AS_BYTES):  # files put together keep one before a quotation mark, which it would hide
        chunk = chunk.replace(f'{sign}"', '"')
    lines = list(io.StringIO(chunk, newline=""))
    reader = csv.reader(chain(lines, _further_lines(text), [_END]), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        while reader.line_num < len(lines):
            rows.append(next(reader))
    except csv.Error:  # a cell longer than any cell is
        raise Refused(OPEN_QUOTE) from None
    if rows[-1] and rows[-1][-1].endswith(_END):  # swallowed, with all rows before it, by a mark that stayed open
        raise Refused(OPEN_QUOTE)
    return rows


def _further_lines(text: TextIO) -> Iterator[str]:
    while line := _line(text):
        yield _sound(line)


def _delimiter_of(text: str) -> str:
    """The delimiter: most known headers, then the steadiest width."""
    return max(DELIMITERS, key=lambda delimiter: (_header_score(text, delimiter), _steadiness(text, delimiter)))


def _header_score(text: str, delimiter: str) -> int:
    return max(map(count_recognised, _first_rows(text, delimiter)), default=0)


def _steadiness(text: str, delimiter: str) -> int:
    widths = Counter(len(row) for row in _first_rows(text, delimiter) if len(row) > 1)
    return max((count * min(width, 50) for width, count in widths.items()), default=0)


def _first_rows(text: str, delimiter: str) -> Sequence[list[str]]:
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text[:SAMPLE], newline=""), delimiter=delimiter)
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == _HEADER_ROWS:
                break
    except csv.Error:  # a cell longer than any cell is: not this delimiter
        return rows
    return rows
