"""The example shop: its messy exports, made anew from a seed."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shopcrm.core.errors import FolderUnwritable
from shopcrm.sheets.sample import LAST_DAY, write_sample

__all__ = ["LAST_DAY", "Example", "write_example"]


@dataclass(frozen=True, slots=True)
class Example:
    """Where the example's sheets are, and the day on which its story stands."""

    folder: Path
    sheets: tuple[Path, ...]
    as_of: date


def write_example(folder: Path) -> Example:
    """Writes the example shop's customers, sales and returns into a folder. Raises FolderUnwritable."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Example(folder, write_sample(folder), LAST_DAY)
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise FolderUnwritable(path=folder, reason=reason, folder=folder.parent) from None
