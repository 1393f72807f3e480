"""Writes everything that is held about one person, for them to have: a document for programs and a workbook to read."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopcrm.core.audience import find_one
from shopcrm.core.book import Book
from shopcrm.core.language import translate as _
from shopcrm.core.merging import ids_of
from shopcrm.features.privacy.holding import Rows, everything
from shopcrm.sheets.workbook import Column, Fact, Summary, Tab, write_workbook
from shopcrm.sheets.workbook.saving import save


@dataclass(frozen=True, slots=True)
class ExportedRow:
    """A table of the book, and how many rows in it are about the person."""

    table: str
    rows: int


@dataclass(frozen=True, slots=True)
class Exported:
    """The files that were written, in full and for their owner alone."""

    customer: str
    rows: int
    files: tuple[Path, ...]
    items: tuple[ExportedRow, ...]


def export(book: Book, text: str, to: Path) -> Exported:
    """Writes a .json and an .xlsx into a folder, or the one that the name of a file ends with.

    Everyone merged into the customer is the same person. Raises CustomerUnknown, CustomerAmbiguous, FolderUnwritable.
    """
    found = find_one(book, text)
    held = everything(book, ids_of(book, found.id))
    is_file = to.suffix.lower() in (".json", ".xlsx") and not to.is_dir()
    wanted = (to,) if is_file else tuple(to / f"{found.customer}{ending}" for ending in (".json", ".xlsx"))
    counts = tuple(ExportedRow(name, len(rows)) for name, rows in held.items())
    if not book.is_dry_run:
        if not is_file:
            _make_folder(to)
        wanted = tuple(_write(book, path, found.customer, held) for path in wanted)
    book.tell(f"everything about {found.customer} exported")
    return Exported(found.customer, sum(each.rows for each in counts), wanted, counts)


def _make_folder(folder: Path) -> None:
    from shopcrm.core.errors import FolderUnwritable

    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise FolderUnwritable(path=folder, reason=reason, folder=folder.parent) from None


def _write(book: Book, path: Path, code: str, held: Rows) -> Path:
    if path.suffix.lower() == ".json":
        document = {"customer": code, "as_of": book.as_of.isoformat(), "shop": book.settings.shop.name, "tables": held}
        return save(path, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())
    facts: list[Fact] = [(name, len(rows), "int") for name, rows in held.items()]
    subtitle = _("Everything held about {customer} · as of {on}").format(customer=code, on=book.as_of)
    summary = Summary(title=book.settings.shop.name, subtitle=subtitle, facts=facts)
    tabs = [_tab(name, rows) for name, rows in held.items()]
    return write_workbook(path, summary, tabs, currency=book.currency, exponent=book.exponent)


def _tab(name: str, rows: list[dict[str, Any]]) -> Tab:
    columns = [Column(title, "text") for title in rows[0]]
    return Tab(name, columns, [tuple(_cell(value) for value in row.values()) for row in rows])


def _cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
