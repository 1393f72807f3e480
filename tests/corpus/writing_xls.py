"""Writes rows as the binary workbooks of Excel: .xls (BIFF8 in a compound file) and .xlsb."""

from collections.abc import Sequence
from struct import pack
from typing import Any

from corpus.writing import zipped

_SECTOR = 512
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def old_excel(rows: Sequence[Sequence[Any]], tab: str = "Sheet1") -> bytes:
    """One tab; numbers as numbers, everything else as text."""
    return _compound(_stream(rows, tab))


def _record(kind: int, data: bytes = b"") -> bytes:
    return pack("<HH", kind, len(data)) + data


def _text(text: str, count: str) -> bytes:
    return pack(count, len(text)) + b"\x01" + text.encode("utf-16-le")


def _stream(rows: Sequence[Sequence[Any]], tab: str) -> bytes:
    opening = _record(0x0809, pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)) + _record(0x0042, pack("<H", 1200))
    name = _text(tab, "<B")
    start = len(opening) + 4 + 6 + len(name) + 4
    head = opening + _record(0x0085, pack("<IBB", start, 0, 0) + name) + _record(0x000A)
    width = max(map(len, rows))
    body = _record(0x0809, pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    body += _record(0x0200, pack("<IIHHH", 0, len(rows), 0, width, 0))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, int | float):
                body += _record(0x0203, pack("<HHHd", row, column, 0, cell))
            elif cell != "":
                body += _record(0x0204, pack("<HHH", row, column, 0) + _text(str(cell), "<H"))
    return head + body + _record(0x000A)


def _compound(stream: bytes) -> bytes:
    """The stream as `Workbook` in an OLE file: header, allocation table, directory, and the stream's sectors."""
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    count = len(stream) // _SECTOR
    table = [_TABLE, _END, *range(3, 2 + count), _END]
    table += [_FREE] * (_SECTOR // 4 - len(table))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    header += pack("<I", 0) + pack("<I", _FREE) * 108
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream))
    directory += _entry("", 0, _FREE, 0, 0) * 2
    return header + pack(f"<{len(table)}I", *table) + directory + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    letters = name.encode("utf-16-le")
    used = len(letters) + 2 if name else 0
    return (
        letters.ljust(64, b"\0")
        + pack("<HBBIII", used, kind, 1, _FREE, _FREE, child)
        + bytes(36)
        + pack("<IQ", start, size)
    )


def binary_excel(rows: Sequence[Sequence[Any]], tab: str = "Sheet1") -> bytes:
    """One tab as .xlsb, text within the cells."""
    names = _brt(0x009C, pack("<II", 0, 1) + _wide("rId1") + _wide(tab))
    book = _brt(0x0083) + _brt(0x008F) + names + _brt(0x0090) + _brt(0x0084)
    width = max(map(len, rows))
    cells = b""
    for place, row in enumerate(rows):
        cells += _brt(0x0000, pack("<IIHBBBI", place, 0, 300, 0, 0, 0, 1) + pack("<II", 0, width - 1))
        for column, cell in enumerate(row):
            if isinstance(cell, int | float):
                cells += _brt(0x0005, pack("<IId", column, 0, cell))
            elif cell != "":
                cells += _brt(0x0006, pack("<II", column, 0) + _wide(str(cell)))
    extent = _brt(0x0094, pack("<IIII", 0, len(rows) - 1, 0, width - 1))
    sheet = _brt(0x0081) + extent + _brt(0x0091) + cells + _brt(0x0092) + _brt(0x0082)
    kinds = "http://schemas.openxmlformats.org/package/2006/content-types"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    link = '{}<Relationships xmlns="{}"><Relationship Id="rId1" Type="{}/{}" Target="{}"/></Relationships>'
    types = (
        f'{head}<Types xmlns="{kinds}"><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.'
        'macroEnabled.main"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Override PartName="/xl/worksheets/sheet1.bin" ContentType="application/vnd.ms-excel.'
        'worksheet"/></Types>'
    )
    return zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": link.format(head, links, office, "officeDocument", "xl/workbook.bin"),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": link.format(head, links, office, "worksheet", "worksheets/sheet1.bin"),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def _brt(kind: int, data: bytes = b"") -> bytes:
    """A record: its kind and length in seven bits a byte, then its data."""
    return _seven(kind) + _seven(len(data)) + data


def _seven(number: int) -> bytes:
    low, high = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _seven(high) if high else bytes([low])


def _wide(text: str) -> bytes:
    return pack("<I", len(text)) + text.encode("utf-16-le")
