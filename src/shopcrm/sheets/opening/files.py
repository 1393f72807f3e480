"""Opens a sheet by its bytes, whatever its name says, and answers its tabs."""

import os
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from shopcrm.core.errors import EncodingWrong, SheetEmpty, SheetNotFound, SheetUnreadable, TabUnknown
from shopcrm.core.language import translate
from shopcrm.sheets.grid import Tab
from shopcrm.sheets.opening.encodings import NotWrittenSo, marked_encoding
from shopcrm.sheets.opening.guarded import open_guarded
from shopcrm.sheets.opening.plaintext import read_text
from shopcrm.sheets.opening.refusals import DAMAGED, NO_TABLE, OTHER_XML, TOO_LARGE, WEB_ARCHIVE, Refused
from shopcrm.sheets.vocabulary import nearest

_ZIP, _OLE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0"
_FOREIGN = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"SQLite format 3")
_ELEMENT = re.compile(
    r"\s*(?:(?><\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>|<!\[[^>]*>)\s*+)*+<(?:\w+:)?(\w+)",
    re.IGNORECASE | re.DOTALL,
)
_PAGE = frozenset(
    ("html", "head", "body", "meta", "title", "style", "link", "script", "table", "thead", "tbody", "tr", "center",
     "div", "font", "form", "p", "br", "h1", "h2", "h3", "span")
)  # fmt: skip
_MOST_BYTES = 1_000_000_000
_HEAD = 8_000


def open_tabs(path: Path, encoding: str | None, tab: str | None) -> list[Tab]:
    """The tabs of a spreadsheet or the one tab of a text; with `tab`, only the one of that name, hidden or not.

    Raises SheetNotFound, SheetUnreadable, SheetEmpty, EncodingWrong, TabUnknown.
    """
    with _bytes_of(path) as stream:
        try:
            tabs = _open(path, stream, stream.seek(0, os.SEEK_END), encoding)
        except SheetEmpty:
            raise
        except Refused as refusal:
            raise SheetUnreadable(path=path, reason=translate(refusal.reason)) from None
        except NotWrittenSo as wrong:
            raise EncodingWrong(path=path, encoding=wrong.encoding) from None
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # noqa: BLE001 - damaged files raised eleven kinds, calamine's panic no Exception among them
            raise SheetUnreadable(path=path, reason=translate(DAMAGED)) from None
    return tabs if tab is None else [_named(path, tabs, tab)]


def _bytes_of(path: Path) -> BinaryIO:
    """The file, to be read in pieces and more than once; what comes through a pipe is kept."""
    try:
        if path.is_dir():
            raise SheetUnreadable(path=path, reason=translate("it is a folder"))
        if path.stat().st_size > _MOST_BYTES:
            raise SheetUnreadable(path=path, reason=translate(TOO_LARGE))
        stream = path.open("rb")
        if stream.seekable():
            return stream
        with stream:
            return BytesIO(stream.read(_MOST_BYTES))
    except FileNotFoundError:
        raise SheetNotFound(path=path, folder=path.parent) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SheetUnreadable(path=path, reason=reason) from None


def _open(path: Path, stream: BinaryIO, size: int, encoding: str | None) -> list[Tab]:
    stream.seek(0)
    head = stream.read(_HEAD)
    if head.startswith(_ZIP):
        return _open_archive(stream, size)
    if head.startswith(_OLE):
        return open_guarded("workbook", stream, size)
    if head.startswith(_FOREIGN):
        raise Refused(NO_TABLE)
    job = _kind_of_markup(stream, head)
    if job is not None:
        tabs = open_guarded(job, stream, size)
        return [replace(tabs[0], name=path.stem)] if job == "page" and len(tabs) == 1 else tabs
    columns = read_text(stream, size, encoding)
    if not any(map(any, columns)):
        raise SheetEmpty(path=path)
    return [Tab(path.stem, columns)]


def _open_archive(stream: BinaryIO, size: int) -> list[Tab]:
    from shopcrm.sheets.opening.weighing import weigh

    stream.seek(0)
    content = stream.read()
    particulars = weigh(content)
    if particulars is None:
        del content
        return open_guarded("workbook", stream, size)
    from shopcrm.sheets.opening.spreadsheet import read_workbook

    return read_workbook(content, particulars)


def _kind_of_markup(stream: BinaryIO, head: bytes) -> str | None:
    """`page` or `xml` for what is no plain text; raises Refused for markup that holds no sheet known here."""
    text = head.decode(marked_encoding(stream) or "latin-1", "ignore").removeprefix("\xef\xbb\xbf").lstrip("\ufeff")
    if text[:200].lower().startswith("mime-version:"):
        raise Refused(WEB_ARCHIVE)
    first = _ELEMENT.match(text)
    if first is None:
        return None
    if first[1] == "Workbook":
        return "xml"
    if first[1].lower() in _PAGE:
        return "page"
    if text.lstrip()[:5].lower() == "<?xml":
        raise Refused(OTHER_XML)
    return None


def _named(path: Path, tabs: list[Tab], wanted: str) -> Tab:
    for tab in tabs:
        if tab.name.strip().casefold() == wanted.strip().casefold():
            return tab
    names = [tab.name for tab in tabs]
    raise TabUnknown(path=path, tab=wanted, tabs=", ".join(names), nearest=nearest(wanted, names or [path.stem]))
