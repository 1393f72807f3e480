"""Weighs a workbook before it is opened: what calamine cannot hold makes it abort the process."""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from shopcrm.sheets.opening.columns import MOST_CELLS
from shopcrm.sheets.opening.particulars import Particulars, XlsxParts, kind_of_archive, ods_is_encrypted, row_marks
from shopcrm.sheets.opening.refusals import ARCHIVE, DAMAGED, PROTECTED, SPREAD, UNPACKS, Refused

_MOST_UNPACKED = 1_500_000_000
_MOST_RATIO = 400
_SMALL = 20_000_000
_MOST_ENTRIES = 5_000
_LIGHT_UNPACKED = 100_000_000
_LIGHT_TEXTS = 30_000_000
_LIGHT_CELLS = 2_500_000
_CHUNK = 1_000_000

_REFERENCE = re.compile(rb' r="([A-Za-z]{1,3})\d{1,7}"')
_ROW_OF_REFERENCE = re.compile(rb' r="[A-Za-z]*(\d+)"')
_ODD_CELL = re.compile(rb"<c[>/\s]|:c[>/\s]")


def weigh(content: bytes) -> Particulars | None:
    """What an xlsx says beside its cells, if it is plainly small enough to be opened here, else None.

    Raises Refused for what unpacks to too much, is no workbook or damaged.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            return _weigh_archive(archive, archive.infolist(), len(content))
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, NotImplementedError, RuntimeError):
        raise Refused(DAMAGED) from None


def _weigh_archive(archive: ZipFile, entries: list[ZipInfo], size: int) -> Particulars | None:
    unpacked = sum(entry.file_size for entry in entries)
    is_bomb = unpacked > _SMALL and unpacked > _MOST_RATIO * size
    if len(entries) > _MOST_ENTRIES or unpacked > _MOST_UNPACKED or is_bomb:
        raise Refused(UNPACKS)
    kind = kind_of_archive(archive)
    if kind is None:
        raise Refused(ARCHIVE)
    if kind == "ods" and ods_is_encrypted(archive):
        raise Refused(PROTECTED)
    names = {entry.filename.lower().replace("\\", "/") for entry in entries}
    if kind != "xlsx" or unpacked > _LIGHT_UNPACKED or len(names) < len(entries):
        return None
    return _weigh_parts(archive, entries)


def _weigh_parts(archive: ZipFile, entries: list[ZipInfo]) -> Particulars | None:
    """Reads every part to its end, which proves its checksum and that it is no longer than it says."""
    parts = XlsxParts()
    cells = 0
    for entry in entries:
        name = entry.filename.lower().replace("\\", "/")
        if not name.endswith((".xml", ".rels")):
            continue
        if "sharedstrings" in name and entry.file_size > _LIGHT_TEXTS:
            return None
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            extent = _Extent()
            for chunk in _whole_tags(archive, entry):
                extent.look_at(chunk)
                parts.hidden_rows.setdefault(name, set()).update(row_marks(chunk))
            if extent.cells > MOST_CELLS:
                raise Refused(SPREAD)
            cells += extent.cells
            if extent.is_odd or cells > _LIGHT_CELLS:
                return None
        else:
            parts.look_at(name, archive.read(entry))
    return parts.particulars()


class _Extent:
    """How far the cells of a tab reach, since calamine fills all between them with blanks."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns = 0
        self.is_odd = False  # written as no program writes it: nothing is proven about it

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    def look_at(self, chunk: bytes) -> None:
        letters = _REFERENCE.findall(chunk)
        plain = chunk.count(b"<c ")
        if len(letters) != plain and b" r='" in chunk:
            chunk = chunk.replace(b"'", b'"')
            letters = _REFERENCE.findall(chunk)
        may_be_odd = chunk.count(b"<c") != plain or b":c" in chunk
        if len(letters) != plain or (may_be_odd and len(_ODD_CELL.findall(chunk)) != plain):
            self.is_odd = True
            return
        self.columns = max([self.columns, *map(_column_number, set(letters))])
        self.rows = max([self.rows, *map(int, set(_ROW_OF_REFERENCE.findall(chunk)))])


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _whole_tags(archive: ZipFile, entry: ZipInfo) -> Iterator[bytes]:
    """The part in pieces that cut no tag in two."""
    rest = b""
    with archive.open(entry) as part:
        while piece := part.read(_CHUNK):
            piece = rest + piece
            cut = piece.rfind(b"<")
            rest = piece[cut:] if cut > 0 else b""
            yield piece[:cut] if cut > 0 else piece
    yield rest
