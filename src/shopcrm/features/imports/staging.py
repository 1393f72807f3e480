"""Before the write lock is taken: sheets are read, understood and cleaned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path

from shopcrm.core.book import Book
from shopcrm.core.errors import LayoutsDiffer, ProfileTaken, SheetEmpty
from shopcrm.core.intake import load_layouts, save_layout
from shopcrm.core.money import parse_minor
from shopcrm.sheets.layout.profiles import GENERIC, all_profiles
from shopcrm.sheets.reading import read_sheets
from shopcrm.sheets.records import CleanSheet, Request, SavedLayout

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


@dataclass(frozen=True, slots=True)
class Asked:
    """What the owner says about the sheets; what is not said is decided from the sheets themselves."""

    kind: str = "auto"
    mapping: Mapping[str, str] = field(default_factory=dict)
    profile: str | None = None
    tab: str | None = None
    encoding: str | None = None
    date_order: str | None = None
    decimal_mark: str | None = None
    expected_rows: int | None = None
    expected_total: str | None = None


def save_profile(book: Book, name: str, staged: Staged, asked: Asked) -> None:
    """Remembers how a sheet was read, for every sheet with the same header. Raises ProfileTaken, LayoutsDiffer."""
    if name in all_profiles() or name == GENERIC:
        raise ProfileTaken(profile=name)
    sheets = [entry.sheet for entry in staged.sheets]
    if len({sheet.fingerprint for sheet in sheets}) > 1:
        raise LayoutsDiffer(profile=name, sheets=", ".join(dict.fromkeys(entry.path.name for entry in staged.sheets)))
    sheet = sheets[0]
    mapping = {field: header for field, header in sheet.mapping.items() if header in sheet.header}
    options = {"date_order": asked.date_order, "decimal_mark": asked.decimal_mark}
    said = {option: value for option, value in options.items() if value is not None}
    save_layout(book, name, sheet.kind, sheet.fingerprint, mapping, said)


def stage(book: Book, paths: Sequence[Path], asked: Asked = Asked(), progress: Progress | None = None) -> Staged:
    """Reads every file with the book's zone, currency and saved layouts; changes nothing.

    Raises what the reader refuses: SheetNotFound, SheetUnreadable, HeaderNotFound, DateOrderUnclear, TotalsDiffer, ...
    """
    expected = asked.expected_total
    request = Request(
        zone=book.zone,
        currency=book.currency,
        today=max(book.as_of, book.now.astimezone(book.zone).date()),
        kind=asked.kind,
        mapping=asked.mapping,
        profile=asked.profile,
        tab=asked.tab,
        encoding=asked.encoding,
        date_order=asked.date_order,
        decimal_mark=asked.decimal_mark,
        expected_rows=asked.expected_rows,
        expected_total_minor=None if expected is None else parse_minor(expected, book.exponent),
        saved=[
            SavedLayout(kept.name, kept.kind, kept.fingerprint, kept.mapping, kept.options)
            for kept in load_layouts(book)
        ],
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
