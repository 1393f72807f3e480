"""Before the write lock is taken: sheets are read, understood and cleaned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from shopcrm.core.book import Book
from shopcrm.core.errors import SheetEmpty
from shopcrm.sheets.reading import read_sheets
from shopcrm.sheets.records import CleanSheet, Request

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class StagedSheet:
    """One clean sheet and the file it came from."""

    path: Path
    sha256: str
    sheet: CleanSheet


@dataclass(frozen=True, slots=True)
class Staged:
    """All sheets of one import, customers first: sales then find them."""

    sheets: tuple[StagedSheet, ...]


def stage(
    book: Book,
    paths: Sequence[Path],
    *,
    kind: str = "auto",
    mapping: Mapping[str, str] | None = None,
    profile: str | None = None,
    tab: str | None = None,
    encoding: str | None = None,
    date_order: str | None = None,
    progress: Progress | None = None,
) -> Staged:
    """Reads every file with the book's zone and currency; changes nothing.

    Raises what the reader refuses: SheetNotFound, SheetUnreadable, HeaderNotFound, DateOrderUnclear, ...
    """
    request = Request(
        zone=book.zone,
        currency=book.currency,
        today=max(book.as_of, book.now.astimezone(book.zone).date()),
        kind=kind,
        mapping=mapping or {},
        profile=profile,
        tab=tab,
        encoding=encoding,
        date_order=date_order,
    )
    staged = []
    for done, path in enumerate(paths, 1):
        found = read_sheets(path, request)
        if not any(sheet.rows for sheet in found):
            raise SheetEmpty(path=path)
        with path.open("rb") as file:
            sha256 = file_digest(file, "sha256").hexdigest()
        staged += [StagedSheet(path, sha256, sheet) for sheet in found]
        if progress:
            progress("reading", done, len(paths))
    return Staged(tuple(sorted(staged, key=lambda s: s.sheet.kind != "customers")))
