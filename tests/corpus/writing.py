"""Writes rows as the kinds of files that tills write, the same bytes every time."""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from shopcrm.sheets.workbook.package import pack

Rows = Sequence[Sequence[Any]]
_STAMP = (2026, 1, 1, 0, 0, 0)


def delimited(rows: Rows, delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n", quoting: int = 0) -> bytes:
    """The rows as text."""
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]  # the csv module's own constants are integers
    return text.getvalue().encode(encoding)


def workbook(
    tabs: Mapping[str, Rows],
    *,
    hidden: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
    merged: Sequence[str] = (),
    formats: Mapping[str, str] | None = None,
    from_1904: bool = False,
) -> bytes:
    """The tabs as .xlsx; `formats` gives columns by their letter a number format from the second row on."""
    book = Workbook()
    book.remove(book.worksheets[0])
    if from_1904:
        book.epoch = CALENDAR_MAC_1904
    for name, rows in tabs.items():
        tab = book.create_sheet(name)
        for row in rows:
            tab.append(list(row))
        for letter, number_format in (formats or {}).items():
            for cell in tab[letter][1:]:
                cell.number_format = number_format
        for cells in merged:
            tab.merge_cells(cells)
        for row_number in hidden_rows:
            tab.row_dimensions[row_number].hidden = True
        if name in hidden:
            tab.sheet_state = "hidden"
    return pack(book)


def html(rows: Rows, encoding: str = "utf-8") -> bytes:
    """A web page with one table, which tills give an Excel name."""
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>\n" for row in rows)
    head = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={encoding}"></head>'
    return f"{head}<body><table border=1>\n{body}</table></body></html>".encode(encoding)


def spreadsheet_xml(rows: Rows, tab: str = "Sheet1") -> bytes:
    """SpreadsheetML of 2003."""
    lines = "".join(f"<Row>{''.join(_xml_cell(cell) for cell in row)}</Row>\n" for row in rows)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="{escape(tab)}"><Table>\n{lines}</Table></Worksheet></Workbook>'
    ).encode()


def _xml_cell(cell: object) -> str:
    kind = "Number" if isinstance(cell, int | float) else "String"
    return f'<Cell><Data ss:Type="{kind}">{escape(str(cell))}</Data></Cell>'


def open_document(rows: Rows, tab: str = "Sheet1") -> bytes:
    """An .ods file."""
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="{escape(tab)}">{body}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def _ods_cell(cell: object) -> str:
    if isinstance(cell, int | float):
        value = f'office:value-type="float" office:value="{cell}"'
    elif isinstance(cell, datetime):
        value = f'office:value-type="date" office:date-value="{cell.replace(tzinfo=UTC):%Y-%m-%dT%H:%M:%S}"'
    else:
        value = 'office:value-type="string"'
    return f"<table:table-cell {value}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """An archive whose entries all have one date."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name, _STAMP), content)
    return buffer.getvalue()
