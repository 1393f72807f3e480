"""Moves a file aside with its report, readable by its owner alone, and never over anything that stands there."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from shopcrm.core.errors import FolderUnwritable


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file goes, its report and its rejected rows beside it: three names that are all free."""

    file: Path
    report: Path
    rejects: Path


def find_place(path: Path, folder: str, *, makes: bool) -> Place:
    """A free place in a folder beside the file; with `makes` the folder is made. Raises FolderUnwritable."""
    home = path.parent / folder
    try:
        if makes:
            home.mkdir(mode=0o700, exist_ok=True)
    except OSError as failure:
        raise _unwritable(home, failure) from None
    return next(place for place in _places(home, path) if not any(each.exists() for each in _names(place)))


def file_away(path: Path, place: Place, report: Sequence[str]) -> None:
    """Writes the report, then moves the file. Raises FolderUnwritable.

    In this order, since a file that was moved is looked at no more.
    """
    try:
        made = os.open(place.report, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(made, "w", encoding="utf-8") as file:
            file.write("\n".join(report) + "\n")
        path.rename(place.file)
    except FileNotFoundError:  # another watch was quicker
        place.report.unlink(missing_ok=True)
        raise
    except OSError as failure:
        raise _unwritable(place.file, failure) from None
    for each in (place.file, place.rejects):
        with suppress(OSError):  # a file of somebody else, or none
            each.chmod(0o600)


def _places(home: Path, path: Path) -> Iterator[Place]:
    for number in count(1):
        name = path.name if number == 1 else f"{path.stem}-{number}{path.suffix}"
        yield Place(home / name, home / f"{name}.report.txt", home / f"{name}.rejects.xlsx")


def _names(place: Place) -> tuple[Path, ...]:
    return place.file, place.report, place.rejects


def _unwritable(path: Path, failure: OSError) -> FolderUnwritable:
    return FolderUnwritable(path=path, reason=failure.strerror or str(failure), folder=path.parent)
