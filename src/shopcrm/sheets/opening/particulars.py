"""What calamine does not tell of a workbook: hidden rows, and whether its days count from 1904."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from zipfile import ZipFile

from shopcrm.sheets.opening.refusals import PROTECTED, Refused

_ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*)>")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_NUMBER = re.compile(rb"""(?:^|\s)r\s*=\s*["'](\d{1,7})["']""")
_FROM_1904 = re.compile(rb"""<(?:\w+:)?workbookPr\s[^>]*\bdate1904\s*=\s*["'](?:1|true|on)["']""")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")

_ODS_TAG = re.compile(rb"<table:(table|table-row)(?=[\s/>])([^>]*)>")
_ODS_HIDDEN = (b"collapse", b"filter")

_XLS_START = re.compile(rb"\x09\x08[\x08\x10]\x00\x00[\x05\x06]\x05\x00")
_XLS_END, _XLS_PASSWORD, _XLS_1904 = 0x000A, 0x002F, 0x0022
_XLSB_PROPERTIES = 153


@dataclass(frozen=True, slots=True)
class Particulars:
    """What holds for a whole workbook, and for the rows of each tab by its name: (first, how many), from 1."""

    counts_from_1904: bool = False
    hidden_rows: Mapping[str, Iterable[tuple[int, int]]] = field(default_factory=dict)

    def hidden_rows_of(self, tab: str, length: int) -> frozenset[int]:
        """The hidden rows among the first `length` of a tab."""
        return frozenset(
            row
            for first, count in self.hidden_rows.get(tab, ())
            for row in range(first, min(first + count, length + 1))
        )


class XlsxParts:
    """Collects the particulars of an .xlsx, part by part, in any order."""

    def __init__(self) -> None:
        self.hidden_rows: dict[str, set[int]] = {}  # by the part's name
        self._counts_from_1904 = False
        self._tabs: dict[str, str] = {}  # relation → tab
        self._targets: dict[str, str] = {}  # relation → part

    def look_at(self, part: str, xml: bytes) -> None:
        """Takes from a part what it has to say."""
        if part == "xl/workbook.xml":
            self._counts_from_1904 = _FROM_1904.search(xml) is not None
            for attributes in map(_attributes, _SHEET.findall(xml)):
                relation = next((text for name, text in attributes.items() if name.endswith(":id")), "")
                self._tabs[relation] = attributes.get("name", "")
        elif part == "xl/_rels/workbook.xml.rels":
            for attributes in map(_attributes, _RELATION.findall(xml)):
                target = attributes.get("Target", "").lower().replace("\\", "/")
                part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
                self._targets[attributes.get("Id", "")] = part

    def particulars(self) -> Particulars:
        """What was collected."""
        rows = {tab: self.hidden_rows.get(self._targets.get(relation, ""), ()) for relation, tab in self._tabs.items()}
        return Particulars(self._counts_from_1904, {tab: [(row, 1) for row in hidden] for tab, hidden in rows.items()})


def row_marks(xml: bytes) -> Iterator[int]:
    """The numbers of the rows that a piece of a worksheet hides."""
    if b"hidden" not in xml:
        return
    for attributes in _ROW.findall(xml):
        number = _NUMBER.search(attributes)
        if number and _HIDDEN.search(b" " + attributes):
            yield int(number[1])


def particulars_of(content: bytes) -> Particulars:
    """The particulars of a workbook of any format. Raises Refused for one with a password."""
    if not content.startswith(b"PK"):
        return _particulars_of_xls(content)
    with ZipFile(BytesIO(content)) as archive:
        kind = kind_of_archive(archive)
        if kind == "ods":
            return Particulars(hidden_rows=_hidden_in_ods(archive.read("content.xml")))
        if kind == "xlsb":
            return Particulars(_xlsb_counts_from_1904(archive.read(_entry(archive, "xl/workbook.bin"))))
        parts = XlsxParts()
        for entry in archive.namelist():
            name = entry.lower().replace("\\", "/")
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                parts.hidden_rows[name] = set(row_marks(archive.read(entry)))
            elif name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
                parts.look_at(name, archive.read(entry))
        return parts.particulars()


def kind_of_archive(archive: ZipFile) -> str | None:
    """`xlsx`, `xlsb` or `ods`; None for an archive of something else."""
    for part, kind in (("xl/workbook.xml", "xlsx"), ("xl/workbook.bin", "xlsb"), ("content.xml", "ods")):
        if _entry(archive, part):
            return kind
    return None


def ods_is_encrypted(archive: ZipFile) -> bool:
    """Whether an OpenDocument is protected by a password."""
    manifest = _entry(archive, "meta-inf/manifest.xml")
    return bool(manifest) and b"encryption-data" in archive.read(manifest)


def _entry(archive: ZipFile, part: str) -> str:
    return next((name for name in archive.namelist() if name.lower().replace("\\", "/") == part), "")


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        name.decode("utf-8", "replace"): unescape((double or single).decode("utf-8", "replace"))
        for name, double, single in _ATTRIBUTE.findall(tag)
    }


def _hidden_in_ods(xml: bytes) -> dict[str, list[tuple[int, int]]]:
    hidden: dict[str, list[tuple[int, int]]] = {}
    if not any(b'visibility="' + word in xml for word in _ODS_HIDDEN):
        return hidden
    rows: list[tuple[int, int]] = []
    next_row = 1
    for tag, text in _ODS_TAG.findall(xml):
        attributes = _attributes(text)
        if tag == b"table":
            rows, next_row = hidden.setdefault(attributes.get("table:name", ""), []), 1
            continue
        repeated = attributes.get("table:number-rows-repeated", "1")
        count = int(repeated) if repeated.isdecimal() and len(repeated) < 8 else 1
        if attributes.get("table:visibility", "").encode() in _ODS_HIDDEN:
            rows.append((next_row, count))
        next_row += count
    return hidden


def _particulars_of_xls(content: bytes) -> Particulars:
    """From the first records of the workbook stream, which stand in one piece at the start of its first sector."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Refused(PROTECTED)
    start = _XLS_START.search(content)
    at, counts_from_1904 = (start.start() if start else len(content)), False
    for _ in range(200):
        kind, length = (int.from_bytes(content[place : place + 2], "little") for place in (at, at + 2))
        if kind == _XLS_PASSWORD:
            raise Refused(PROTECTED)
        if kind == _XLS_1904:
            counts_from_1904 = content[at + 4 : at + 6] == b"\x01\x00"
        if kind == _XLS_END or at >= len(content):
            break
        at += 4 + length
    return Particulars(counts_from_1904)


def _xlsb_counts_from_1904(records: bytes) -> bool:
    at = 0
    while at < len(records):
        kind, at = _packed(records, at, 2)
        length, at = _packed(records, at, 4)
        if kind == _XLSB_PROPERTIES:
            return bool(records[at : at + 1] and records[at] & 1)
        at += length
    return False


def _packed(records: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends. The kind of a record counts them as they stand on the page."""
    number = 0
    for place in range(most):
        byte = records[at + place] if at + place < len(records) else 0
        number |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            return number, at + place + 1
    return number, at + most
