"""A copy of the book that is proven before it gets its name."""

from dataclasses import dataclass
from pathlib import Path

from shopcrm.core import backups
from shopcrm.core.book import Book
from shopcrm.core.errors import FolderUnwritable


@dataclass(frozen=True, slots=True)
class BackedUp:
    """Where the copy stands, its SHA-256 and its size; under --dry-run where it would stand, and no more."""

    to: Path
    sha256: str
    kilobytes: int
    rows: int


def backup(book: Book, to: Path | None = None) -> BackedUp:
    """Copies the book beside it, into a folder, or to a file; no file is ever written over, a free name is taken.

    Raises BookUnsound for a book that is damaged, FolderUnwritable.
    """
    name = f"{book.path.name}.{book.as_of}{backups.ENDING}"
    wanted = book.path.with_name(name) if to is None else to / name if to.is_dir() else to
    if book.is_dry_run:
        return BackedUp(wanted, "", 0, 0)
    try:
        made = backups.back_up(book.path.resolve(), wanted)
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise FolderUnwritable(path=wanted, reason=reason, folder=wanted.parent) from None
    rows = sum(int(str(sums[0])) for sums in made.sums.values())
    return BackedUp(made.path, made.sha256, -(-made.path.stat().st_size // 1000), rows)
