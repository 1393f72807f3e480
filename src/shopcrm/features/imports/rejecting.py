"""Writes the rows that an import left out, so that they can be mended and imported again."""

from pathlib import Path

from shopcrm.features.imports.staging import Staged
from shopcrm.sheets import rejects


def write_rejects(path: Path, staged: Staged) -> tuple[Path, ...]:
    """One CSV for each sheet with rejected rows: at `path`, or beside it with the sheet's name where there are several.

    Nothing is written where nothing was rejected. Raises FolderUnwritable.
    """
    wanting = [entry for entry in staged.sheets if any(issue.is_rejected for issue in entry.sheet.issues)]
    written = []
    for entry in wanting:
        target = path if len(wanting) == 1 else path.with_stem(f"{path.stem}-{entry.path.stem}")
        rejects.write_rejects(target, entry.sheet)
        written.append(target)
    return tuple(written)
