"""Writes the rows that an import left out, so that they can be mended and imported again."""

from pathlib import Path

from shopcrm.features.imports.staging import Staged
from shopcrm.sheets import rejects


def write_rejects(path: Path, staged: Staged) -> tuple[Path, ...]:
    """One file for each sheet with rows to mend: at `path`, or beside it with the sheet's name where there are several.

    A workbook, or a CSV where `path` ends so. Nothing is written where nothing needs mending. Raises FolderUnwritable.
    """
    wanting = [entry for entry in staged.sheets if rejects.has_rejects(entry.sheet)]
    written = []
    for entry in wanting:
        tabs = sum(other.path == entry.path for other in wanting)
        name = f"{entry.path.stem}-{entry.sheet.tab}" if tabs > 1 else entry.path.stem
        target = path if len(wanting) == 1 else path.with_stem(f"{path.stem}-{name.replace('/', '_')}")
        rejects.write_rejects(target, entry.sheet)
        written.append(target)
    return tuple(written)
