"""Opens a sheet by its bytes, whatever its name says, and answers its tabs."""

from pathlib import Path

from shopcrm.core.errors import SheetEmpty, SheetNotFound, SheetUnreadable, TabUnknown
from shopcrm.core.language import translate
from shopcrm.sheets.grid import Tab
from shopcrm.sheets.plaintext import read_text
from shopcrm.sheets.vocabulary import nearest

_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
_FOREIGN = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"SQLite format 3")
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<workbook", b"<meta")
_MOST_BYTES = 1_000_000_000


def open_tabs(path: Path, encoding: str | None, tab: str | None) -> list[Tab]:
    """The tabs of a spreadsheet or the one tab of a text; with `tab`, only the one of that name, hidden or not.

    Raises SheetNotFound, SheetUnreadable, SheetEmpty, EncodingWrong, TabUnknown.
    """
    content = _read_bytes(path)
    if not content.strip():
        raise SheetEmpty(path=path)
    if content.startswith((_ZIP, _OLE)):
        from shopcrm.sheets.spreadsheet import read_spreadsheet

        tabs = read_spreadsheet(path, content)
    else:
        _refuse_foreign(path, content)
        tabs = [Tab(path.stem, read_text(path, content, encoding))]
    if tab is None:
        return tabs
    return [_named(path, tabs, tab)]


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise SheetUnreadable(path=path, reason=translate("it is a folder"))
        if path.stat().st_size > _MOST_BYTES:
            raise SheetUnreadable(path=path, reason=translate("it is larger than a sheet can be"))
        return path.read_bytes()
    except FileNotFoundError:
        raise SheetNotFound(path=path, folder=path.parent) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SheetUnreadable(path=path, reason=reason) from None


def _refuse_foreign(path: Path, content: bytes) -> None:
    if content.startswith(_FOREIGN):
        raise SheetUnreadable(path=path, reason=translate("it is neither a spreadsheet nor text"))
    if content[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP):
        reason = translate("it is a web page under a spreadsheet's name; open it and save it as .xlsx")
        raise SheetUnreadable(path=path, reason=reason)


def _named(path: Path, tabs: list[Tab], wanted: str) -> Tab:
    for tab in tabs:
        if tab.name.strip().casefold() == wanted.strip().casefold():
            return tab
    names = [tab.name for tab in tabs]
    raise TabUnknown(path=path, tab=wanted, tabs=", ".join(names), nearest=nearest(wanted, names or [path.stem]))
