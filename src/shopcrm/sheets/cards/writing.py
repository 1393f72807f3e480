"""Puts cards into a file, in the form that its name says."""

from pathlib import Path

from shopcrm.sheets.cards.card import CardSheet

FORMS = (".html", ".htm", ".xlsx")


def write_cards(path: Path, sheet: CardSheet) -> Path:
    """Writes the cards for their owner's eyes only (mode 0600) and returns the path really written.

    The name ends with one of FORMS. The same cards give the same bytes. Raises FolderUnwritable.
    """
    from shopcrm.sheets.workbook.saving import save

    if path.suffix.lower() == ".xlsx":
        from shopcrm.sheets.cards.tab import as_workbook

        return save(path, as_workbook(sheet))
    from shopcrm.sheets.cards.page import as_page

    return save(path, as_page(sheet).encode())
