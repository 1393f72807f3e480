"""Takes in what is new in a folder: each file in a transaction of its own, then moved aside with a report beside it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from time import sleep
from typing import Protocol

from sqlalchemy import select

from shopcrm.core.book import Book
from shopcrm.core.errors import (
    BookBusy,
    BookNewer,
    BookNotFound,
    BookReadOnly,
    BookUnsound,
    Defect,
    FolderMissing,
    FolderUnwritable,
    NotABook,
    SheetNotFound,
    ShopError,
)
from shopcrm.core.schema.sales import batch
from shopcrm.features.imports.intake import Imported, take_in
from shopcrm.features.imports.rejecting import write_rejects
from shopcrm.features.imports.staging import Staged, stage
from shopcrm.features.imports.watching.arriving import arrived
from shopcrm.features.imports.watching.filing import Place, file_away, find_place
from shopcrm.features.imports.watching.reporting import report_failure, report_import, report_known

# These say nothing about a sheet: the whole watch stops, and every file stays where it is for the next time.
_OF_THE_BOOK = (BookBusy, BookNewer, BookNotFound, BookReadOnly, BookUnsound, NotABook, FolderUnwritable)
_LOOK_SECONDS = 1.0  # between two looks at a folder: what differs is still growing

DONE, KNOWN, FAILED, WAITING = "imported", "known", "failed", "waiting"


class Opener(Protocol):
    """Opens the book for one transaction: the command line's way, since features open no books."""

    def __call__(self, *, write: bool = False) -> AbstractContextManager[Book]: ...


@dataclass(frozen=True, slots=True)
class WatchedFile:
    """One file, and what became of it.

    `became` is `imported`, `known` (its batch stood in the book already), `failed` or `waiting` (still growing, or open
    in a spreadsheet program). `moved_to` is none where it stays.
    """

    file: str
    became: str
    kind: str | None = None
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejects: int = 0
    issues: int = 0
    message: str = ""
    moved_to: Path | None = None


@dataclass(frozen=True, slots=True)
class FailedFile:
    """Why a file was not imported, as programs read it."""

    code: str
    message: str
    hint: str
    sheet: str


@dataclass(frozen=True, slots=True)
class Watched:
    """Every file that was looked at."""

    folder: Path
    imported: int
    failed: int
    items: tuple[WatchedFile, ...]
    problems: tuple[FailedFile, ...]

    @property
    def needs_attention(self) -> bool:
        """Whether a file failed, or a row of one is worth a look."""
        return any(item.became == FAILED or item.issues for item in self.items)


def watch(opener: Opener, folder: Path, *, moves: bool = True, wait: Callable[[float], None] = sleep) -> Watched:
    """Takes in every file of the folder that the book does not know yet, customers before sales.

    What is done goes to `done/`, what cannot be read to `failed/`. A file whose batch is in the book already was
    interrupted before it was moved, and is only moved. Without `moves` (a dry run) everything stays.

    Raises FolderMissing and FolderUnwritable, and what is wrong with the book itself.
    """
    if not folder.is_dir():
        raise FolderMissing(path=folder)
    ready, waiting = arrived(folder, lambda: wait(_LOOK_SECONDS))
    results = [_Result(WatchedFile(path.name, WAITING)) for path in waiting]
    later: list[Path] = []
    with opener() as book:
        known = _known(book)
        ready = [path for path in ready if not _belongs_to(book, path)]
    for path in ready:
        result = _look_at(opener, path, known, moves, later if len(ready) > 1 else None)
        results += [result] if result else []
    for path in later:
        result = _look_at(opener, path, known, moves, None)
        results += [result] if result else []
    items = tuple(sorted((result.item for result in results), key=lambda item: item.file))
    return Watched(
        folder=folder,
        imported=sum(item.became == DONE for item in items),
        failed=sum(item.became == FAILED for item in items),
        items=items,
        problems=tuple(result.problem for result in results if result.problem),
    )


@dataclass(frozen=True, slots=True)
class _Result:
    item: WatchedFile
    problem: FailedFile | None = None


def _look_at(
    opener: Opener, path: Path, known: dict[str, list[int]], moves: bool, later: list[Path] | None
) -> _Result | None:
    """Takes one file in; None where it is put off to `later`, or has gone meanwhile."""
    try:
        with path.open("rb") as file:
            sha256 = file_digest(file, "sha256").hexdigest()
        if sha256 in known:
            return _move_known(path, known[sha256], moves)
        with opener() as book:
            staged = stage(book, [path])
        if later is not None and all(entry.sheet.kind == "sales" for entry in staged.sheets):
            later.append(path)
            return None
        return _import(opener, path, staged, moves)
    except (FileNotFoundError, SheetNotFound):  # another watch was quicker
        return None
    except _OF_THE_BOOK:
        raise
    except ShopError as refusal:
        return _fail(path, refusal, moves)
    except Exception as failure:  # noqa: BLE001 - one bad file must not keep the others waiting, night after night
        return _fail(path, Defect(kind=type(failure).__name__, reason=str(failure)), moves)


def _import(opener: Opener, path: Path, staged: Staged, moves: bool) -> _Result:
    place = find_place(path, "done", makes=moves)
    with opener(write=True) as book:
        result, looked_at = take_in(book, staged)
        rejects = write_rejects(place.rejects, looked_at) if moves else ()  # before the commit: or nothing is imported
        on = book.as_of
    if moves:
        file_away(path, place, report_import(path.name, on, result, rejects))
    return _Result(_imported(path, result, place))


def _imported(path: Path, result: Imported, place: Place) -> WatchedFile:
    items = result.items
    return WatchedFile(
        file=path.name,
        became=DONE,
        kind=", ".join(dict.fromkeys(item.kind for item in items)),
        rows=sum(item.rows for item in items),
        added=sum(item.added for item in items),
        updated=sum(item.updated for item in items),
        unchanged=sum(item.unchanged for item in items),
        rejects=sum(item.rejects for item in items),
        issues=len(result.problems),
        moved_to=place.file,
    )


def _move_known(path: Path, batches: Sequence[int], moves: bool) -> _Result:
    message = report_known(path.name, batches)
    place = find_place(path, "done", makes=moves)
    if moves:
        file_away(path, place, message)
    return _Result(WatchedFile(path.name, KNOWN, message=message[0], moved_to=place.file))


def _fail(path: Path, refusal: ShopError, moves: bool) -> _Result:
    place = find_place(path, "failed", makes=moves)
    if refusal.details.get("path") == path:
        refusal.details["path"] = place.file  # the hint is typed after the file was moved
    if moves:
        file_away(path, place, report_failure(path.name, refusal))
    problem = FailedFile(refusal.code, refusal.message, refusal.next_step, path.name)
    return _Result(WatchedFile(path.name, FAILED, message=refusal.message, moved_to=place.file), problem)


def _belongs_to(book: Book, path: Path) -> bool:
    """Whether a file is the book itself, or its journal or backup: some keep it where the exports arrive."""
    own = book.path.resolve()
    return path.resolve().parent == own.parent and path.name.startswith(own.name)


def _known(book: Book) -> dict[str, list[int]]:
    """The batches of every sheet that is in the book, by what its file holds."""
    known: dict[str, list[int]] = {}
    rows = book.connection.execute(select(batch.c.sha256, batch.c.id).where(batch.c.undone_on.is_(None)))
    for sha256, batch_id in rows:
        known.setdefault(sha256, []).append(batch_id)
    return known
