"""Which files of a folder have arrived whole: not hidden, not a program's own, not growing, not open elsewhere."""

from collections.abc import Callable
from pathlib import Path

_PROGRAMS_OWN = ("~$", ".", "~")  # lock files of Excel, hidden files and those of LibreOffice
_UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".filepart", ".swp", ".lock", "~")
_FURNITURE = {"desktop.ini", "thumbs.db"}


def arrived(folder: Path, wait: Callable[[], None]) -> tuple[list[Path], list[Path]]:
    """The files that may be read, and those that must wait, by name.

    Looks twice, with `wait` between: what has another size or time by then is still being written.
    """
    first = {path: _state(path) for path in _candidates(folder)}
    if not first:
        return [], []
    wait()
    second = {path: _state(path) for path in _candidates(folder)}
    ready = [path for path, state in second.items() if state and first.get(path) == state and not _is_open(path)]
    return ready, [path for path in second if path not in ready]


def _candidates(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if _is_candidate(path))


def _is_candidate(path: Path) -> bool:
    name = path.name.lower()
    is_own = name.startswith(_PROGRAMS_OWN) or name.endswith(_UNFINISHED) or name in _FURNITURE
    return not is_own and path.is_file()


def _state(path: Path) -> tuple[int, int] | None:
    """Size and time of a file; None where it is empty yet, or gone."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return (stat.st_size, stat.st_mtime_ns) if stat.st_size else None


def _is_open(path: Path) -> bool:
    """Whether a spreadsheet program holds the file: half of what it shows may not be saved yet."""
    # Excel leaves out the first two letters of a long name.
    locks = (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#")
    return any((path.parent / lock).exists() for lock in locks)
