"""Writes one small table in every format that a till may export, byte by byte where no library here can."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from io import BytesIO
from struct import pack
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl

Rows = Sequence[Sequence[str | float]]


def xlsx(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def xls(rows: Rows, *, after_start: bytes = b"") -> bytes:
    """Excel's format up to 2003: records in a stream, the stream in an OLE container of 512-byte sectors."""
    cells = b"".join(
        _biff(0x0203, pack("<HHHd", row, column, 0, cell))
        if isinstance(cell, float)
        else _biff(0x0204, pack("<HHHHB", row, column, 0, len(cell), 1) + cell.encode("utf-16-le"))
        for row, line in enumerate(rows)
        for column, cell in enumerate(line)
    )
    start = _biff(0x0809, pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + after_start
    name = "Sheet".encode("utf-16-le")
    sheet_at = len(start) + 4 + 8 + len(name) + 4
    bound = _biff(0x0085, pack("<IBBBB", sheet_at, 0, 0, 5, 1) + name) + _biff(0x000A, b"")
    sheet = _biff(0x0809, pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + cells + _biff(0x000A, b"")
    stream = (start + bound + sheet).ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    count = len(stream) // 512
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, count + 2), 0xFFFFFFFE]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 10
    header += pack("<IIIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0) + b"\xff" * 4 * 108
    table = pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    folder = _ole_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + _ole_entry("Workbook", 2, 2, len(stream))
    return header + table + folder.ljust(512, b"\0") + stream


def xlsb(rows: Rows) -> bytes:
    """Excel's binary format: records in a zip."""
    grid = b"".join(
        _xlsb(0, pack("<IIHBBBI", row, 0, 300, 0, 0, 0, 0))
        + b"".join(
            _xlsb(5, pack("<IId", column, 0, cell))
            if isinstance(cell, float)
            else _xlsb(6, pack("<II", column, 0) + _wide(cell))
            for column, cell in enumerate(line)
        )
        for row, line in enumerate(rows)
    )
    extent = pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    sheet = _xlsb(129, b"") + _xlsb(148, extent) + _xlsb(145, b"") + grid + _xlsb(146, b"") + _xlsb(130, b"")
    bundle = _xlsb(143, b"") + _xlsb(156, pack("<II", 0, 1) + _wide("rId1") + _wide("Sheet")) + _xlsb(144, b"")
    book = _xlsb(131, b"") + _xlsb(153, pack("<III", 1, 0, 0)) + bundle + _xlsb(132, b"")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    relations = f'<Relationships><Relationship Id="rId1" Type="{kind}" Target="worksheets/sheet1.bin"/></Relationships>'
    return zipped(
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": relations.encode(),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def ods(rows: Rows, *, row_tags: Mapping[int, str] | None = None, manifest: str = "<manifest/>") -> bytes:
    """An OpenDocument; `row_tags` adds attributes to a row, by its place from 0."""
    content = "".join(
        f"<table:table-row {(row_tags or {}).get(place, '')}>{''.join(map(_ods_cell, row))}</table:table-row>"
        for place, row in enumerate(rows)
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    body = f'<office:body><office:spreadsheet><table:table table:name="Sheet">{content}</table:table>'
    xml = f"<office:document-content {spaces}>{body}</office:spreadsheet></office:body></office:document-content>"
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "META-INF/manifest.xml": manifest.encode(), "content.xml": xml.encode()})


def spreadsheetml(rows: Rows) -> bytes:
    content = "".join(f"<Row>{''.join(map(_xml_cell, row))}</Row>" for row in rows)
    namespace = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{namespace}" xmlns:ss="{namespace}">'
        f'<Worksheet ss:Name="Sheet"><Table>{content}</Table></Worksheet></Workbook>'
    ).encode()


def page(rows: Rows) -> bytes:
    content = "".join(f"<tr>{''.join(f'<td>{escape(_shown(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f'<html><head><meta charset="gb2312"></head><body><table>{content}</table></body></html>'.encode("gb18030")


def tabbed(rows: Rows) -> bytes:
    """What tills that call tab-separated text .xls write."""
    return "".join("\t".join(map(_shown, row)) + "\r\n" for row in rows).encode("gb18030")


FORMATS: Mapping[str, Callable[[Rows], bytes]] = {
    "xlsx": xlsx, "xls": xls, "xlsb": xlsb, "ods": ods, "spreadsheetml": spreadsheetml, "page": page, "tabbed": tabbed,
}  # fmt: skip


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """An archive of these parts."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def _shown(cell: str | float) -> str:
    return cell if isinstance(cell, str) else f"{cell:g}" if cell < 1e6 else f"{cell:.0f}"


def _biff(kind: int, content: bytes) -> bytes:
    return pack("<HH", kind, len(content)) + content


def _ole_entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    letters = name.encode("utf-16-le")
    tree = pack("<BBIII", kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return letters.ljust(64, b"\0") + pack("<H", len(letters) + 2) + tree + b"\0" * 36 + pack("<III", start, size, 0)


def _xlsb(kind: int, content: bytes) -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(content) & 0x7F | 0x80, len(content) >> 7]) + content


def _wide(text: str) -> bytes:
    return pack("<I", len(text)) + text.encode("utf-16-le")


def _ods_cell(cell: str | float) -> str:
    kind = "string" if isinstance(cell, str) else f'float" office:value="{cell}'
    return f'<table:table-cell office:value-type="{kind}"><text:p>{escape(_shown(cell))}</text:p></table:table-cell>'


def _xml_cell(cell: str | float) -> str:
    kind = "String" if isinstance(cell, str) else "Number"
    return f'<Cell><Data ss:Type="{kind}">{escape(_shown(cell))}</Data></Cell>'
