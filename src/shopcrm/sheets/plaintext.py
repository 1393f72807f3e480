"""Text exports: which encoding, which delimiter, and then the rows."""

import csv
from collections import Counter
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from shopcrm.core.errors import EncodingWrong, SheetUnreadable
from shopcrm.core.language import translate
from shopcrm.sheets.vocabulary import count_recognised

DELIMITERS = (",", "\t", ";", "|")
_LEGACY = ("gb18030", "big5", "cp1252")
_HEADER_ROWS = 40
_INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060"


def read_text(path: Path, content: bytes, encoding: str | None) -> list[list[str]]:
    """The rows of a delimited text. Raises EncodingWrong, and SheetUnreadable for what is no table of text."""
    text = _decode(path, content, encoding)
    for invisible in _INVISIBLE:
        text = text.replace(invisible, "")
    if "\0" in text:
        raise SheetUnreadable(path=path, reason=translate("it is neither a spreadsheet nor text"))
    text, delimiter = _delimiter_of(text)
    try:
        return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise SheetUnreadable(path=path, reason=translate("a quotation mark in it is never closed")) from None


def _decode(path: Path, content: bytes, encoding: str | None) -> str:
    if encoding is not None:
        try:
            return content.decode(encoding)
        except (LookupError, UnicodeError, ValueError):
            raise EncodingWrong(path=path, encoding=encoding) from None
    marked = _marked_encoding(content)
    try:
        return content.decode(marked or "utf-8")
    except UnicodeDecodeError:
        if marked:
            raise EncodingWrong(path=path, encoding=marked) from None
    return _best_legacy(path, content)


def _marked_encoding(content: bytes) -> str | None:
    """The encoding told by a byte order mark, or by where the NUL bytes of plain letters stand."""
    if content.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    start = content[:2000]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if odd > 4 * even and odd * 8 > len(start):
        return "utf-16-le"
    if even > 4 * odd and even * 8 > len(start):
        return "utf-16-be"
    return None


def _best_legacy(path: Path, content: bytes) -> str:
    texts = {}
    for encoding in _LEGACY:
        try:
            texts[encoding] = content.decode(encoding)
        except UnicodeDecodeError:
            continue
    if not texts:
        raise SheetUnreadable(path=path, reason=translate("its letters are in no encoding that is known here"))
    return max(texts.items(), key=lambda found: _likelihood(*found))[1]


def _likelihood(encoding: str, text: str) -> tuple[int, float]:
    """Known headers first; then how much of what is not ASCII is common in the encoding's own country."""
    start = text[:60_000]
    foreign = "".join(letter for letter in start if ord(letter) > 127)
    home = {"gb18030": "gb2312", "big5": "big5", "cp1252": "latin-1"}[encoding]
    common = len(foreign.encode(home, "ignore").decode(home)) / (len(foreign) or 1)
    if encoding == "cp1252":  # every byte is some letter there: believed only when the others look odd
        common *= 0.6
    return _header_score(*_delimiter_of(start)), common


def _delimiter_of(text: str) -> tuple[str, str]:
    """The text (without Excel's `sep=` line) and its delimiter: most known headers, then the steadiest width."""
    if text[:4].lower() == "sep=" and text[5:6] in ("\r", "\n"):
        return text[5:].lstrip("\r").removeprefix("\n"), text[4]
    return text, max(DELIMITERS, key=lambda delimiter: (_header_score(text, delimiter), _steadiness(text, delimiter)))


def _header_score(text: str, delimiter: str) -> int:
    return max(map(count_recognised, _first_rows(text, delimiter)), default=0)


def _steadiness(text: str, delimiter: str) -> int:
    widths = Counter(len(row) for row in _first_rows(text, delimiter) if len(row) > 1)
    return max((count * min(width, 50) for width, count in widths.items()), default=0)


def _first_rows(text: str, delimiter: str) -> Sequence[list[str]]:
    rows: list[list[str]] = []
    reader = csv.reader(StringIO(text[: _HEADER_ROWS * 4000], newline=""), delimiter=delimiter)
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == _HEADER_ROWS:
                break
    except csv.Error:  # a cell longer than any cell is: not this delimiter
        return rows
    return rows
