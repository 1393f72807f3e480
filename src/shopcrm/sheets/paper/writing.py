"""Puts a paper into a file, in the form that its name says."""

from collections.abc import Sequence
from pathlib import Path

from shopcrm.sheets.workbook.tabs import Summary, Tab

FORMS = (".html", ".htm", ".xlsx")


def write_paper(
    path: Path, summary: Summary, tabs: Sequence[Tab], *, currency: str, exponent: int, language: str
) -> Path:
    """Writes it for its owner's eyes only (mode 0600) and returns the path really written.

    The name ends with one of FORMS. The same paper gives the same bytes. Raises FolderUnwritable.
    """
    if path.suffix.lower() == ".xlsx":
        from shopcrm.sheets.workbook import write_workbook

        return write_workbook(path, summary, tabs, currency=currency, exponent=exponent)
    from shopcrm.sheets.paper.page import as_page
    from shopcrm.sheets.workbook.saving import save

    return save(path, as_page(summary, tabs, exponent=exponent, language=language).encode())
