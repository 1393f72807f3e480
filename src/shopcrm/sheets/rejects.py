"""Writes the rows that were left out, as they stood and with the reason, so that they can be mended and read again."""

import csv
from collections import defaultdict
from pathlib import Path
from tempfile import NamedTemporaryFile

from shopcrm.core.errors import FolderUnwritable
from shopcrm.sheets.issues import describe_issue
from shopcrm.sheets.records import CleanSheet

_LIVE = ("=", "+", "-", "@", "\t", "\r")


def write_rejects(path: Path, sheet: CleanSheet) -> None:
    """A CSV (UTF-8 with mark, for Excel) of row number, problem, and the cells of every rejected row.

    Cells that a spreadsheet would run as a formula get an apostrophe in front; the reader takes it off again.
    Raises FolderUnwritable; what stood at `path` is then untouched.
    """
    problems: defaultdict[int, list[str]] = defaultdict(list)
    for issue in sheet.issues:
        problems[issue.row].append(describe_issue(issue.code))
    rejected = sorted({issue.row for issue in sheet.issues if issue.is_rejected})
    temporary: Path | None = None
    try:
        with NamedTemporaryFile(
            "w", encoding="utf-8-sig", newline="", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            temporary = Path(file.name)
            writer = csv.writer(file)
            writer.writerow(["row", "problem", *map(_guarded, sheet.header)])
            for row in rejected:
                writer.writerow([row, " ".join(dict.fromkeys(problems[row])), *map(_guarded, sheet.cells[row])])
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise FolderUnwritable(path=path, reason=reason, folder=path.parent) from None


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_LIVE) else cell
