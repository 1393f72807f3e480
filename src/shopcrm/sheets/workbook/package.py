"""The zip package of a workbook: our rows in openpyxl's sheets, the same cells giving the same bytes."""

import re
from collections.abc import Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

# Excel marks every phone and card number kept as text with a warning triangle; openpyxl writes no such element.
_NO_WARNINGS = b'<ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors>'
_STAMPS = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>", re.DOTALL)
_NO_ROWS = re.compile(rb"<sheetData\s*/>|<sheetData>\s*</sheetData>")
_AFTER_FOOTER = re.compile(rb"<drawing\b|<legacyDrawing\b|<tableParts\b|</worksheet>")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(workbook: Workbook, rows: Sequence[bytes] = ()) -> bytes:
    """The workbook as the bytes of an .xlsx file, free of clock times.

    `rows` are the `sheetData` elements of the first sheets, in order; those sheets must have no rows of their own.
    """
    raw, packed = BytesIO(), BytesIO()
    workbook.save(raw)
    data = {f"xl/worksheets/sheet{number}.xml": element for number, element in enumerate(rows, 1)}
    with ZipFile(raw) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = _STAMPS.sub(b"", part)
            elif name.startswith("xl/worksheets/sheet"):
                part = _fill(part, data.get(name))
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 3  # the same byte on Windows too
            target.writestr(entry, part)
    return packed.getvalue()


def _fill(sheet: bytes, data: bytes | None) -> bytes:
    rows = _NO_ROWS.search(sheet) if data is not None else None
    end_of_rows = max(sheet.rfind(b"</sheetData>"), rows.end() if rows else 0)
    place = _AFTER_FOOTER.search(sheet, end_of_rows)
    if place is None or (data is not None and rows is None):
        raise ValueError("openpyxl wrote a sheet of a form that this package does not know")
    if rows is None or data is None:
        return sheet[: place.start()] + _NO_WARNINGS + sheet[place.start() :]
    head, between, tail = sheet[: rows.start()], sheet[rows.end() : place.start()], sheet[place.start() :]
    return b"".join((head, data, between, _NO_WARNINGS, tail))
