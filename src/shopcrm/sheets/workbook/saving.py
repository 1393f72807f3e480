"""Puts a finished file in its place in one step, readable by its owner only."""

import os
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from shopcrm.core.errors import FolderUnwritable
from shopcrm.core.language import mark, translate

_REASONS = {
    FileNotFoundError: mark("the folder does not exist"),
    NotADirectoryError: mark("its folder is a file"),
    IsADirectoryError: mark("it is a folder"),
    PermissionError: mark("writing there is not allowed"),
}


def save(path: Path, content: bytes, replace: Callable[[Path, Path], object] = os.replace) -> Path:
    """Puts the bytes at `path` in one step, mode 0600, and returns the path really written.

    `replace` moves a finished file over another. Raises FolderUnwritable.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".shopcrm-", suffix=path.suffix, dir=path.parent)
    except OSError as problem:
        raise _unwritable(path, problem) from problem
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        return _settle(temporary, path, replace)
    except OSError as problem:
        raise _unwritable(path, problem) from problem
    finally:
        temporary.unlink(missing_ok=True)


def _settle(temporary: Path, path: Path, replace: Callable[[Path, Path], object]) -> Path:
    try:
        replace(temporary, path)
    except PermissionError:  # Excel on Windows holds the sheet it shows
        if path.is_dir():
            raise
        path = next(beside for beside in _names_beside(path) if not beside.exists())
        replace(temporary, path)
    return path


def _names_beside(path: Path) -> Iterator[Path]:
    return (path.with_name(f"{path.stem} ({number}){path.suffix}") for number in count(2))


def _unwritable(path: Path, problem: OSError) -> FolderUnwritable:
    reason = translate(_REASONS[type(problem)]) if type(problem) in _REASONS else str(problem.strerror)
    return FolderUnwritable(path=path, reason=reason, folder=path.parent)
