"""Puts a workbook together: the first sheet, then one tab for each list."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

from openpyxl import Workbook

from shopcrm.core.language import mark, translate
from shopcrm.sheets.workbook.list_tab import write_list
from shopcrm.sheets.workbook.package import pack
from shopcrm.sheets.workbook.palette import choose_tones
from shopcrm.sheets.workbook.rows import clean_text
from shopcrm.sheets.workbook.saving import save
from shopcrm.sheets.workbook.summary_tab import write_summary
from shopcrm.sheets.workbook.tabs import Summary, Tab

SUMMARY = mark("Summary")
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME = 31


def write_workbook(
    path: Path,
    summary: Summary,
    tabs: Sequence[Tab],
    *,
    currency: str,
    exponent: int,
    colours: Mapping[str, str] | None = None,
) -> Path:
    """Writes the workbook for its owner's eyes only (mode 0600) and returns the path really written.

    That is `path`, or a free name beside it where another program holds `path` open. `exponent` is the number of
    the currency's decimals. `colours` gives tags their tones (names of palette.TONES or hex digits); other tags
    get one of their own. The same input gives the same bytes. Raises FolderUnwritable; then nothing was changed.
    """
    workbook = Workbook(write_only=True)
    workbook.properties.creator = "shopcrm"
    workbook.properties.title = clean_text(summary.title)
    tones = choose_tones(_tags([*summary.tables, *tabs]), colours or {})
    names = _sheet_names([translate(SUMMARY), *(tab.title for tab in tabs)])
    first = workbook.create_sheet(next(names))
    rows = [write_summary(first, summary, tones, currency=currency, exponent=exponent)]
    for tab in tabs:
        sheet = workbook.create_sheet(next(names))
        rows.append(write_list(sheet, tab, tones, currency=currency, exponent=exponent))
    return save(path, pack(workbook, [each.to_xml() for each in rows]))


def _tags(tabs: Sequence[Tab]) -> Iterator[str]:
    for tab in tabs:
        if tab.tag_column is not None:
            yield from {str(row[tab.tag_column]) for row in tab.rows if row[tab.tag_column] is not None}


def _sheet_names(titles: Sequence[str]) -> Iterator[str]:
    """A name for each tab: what Excel allows, and no two alike (Excel does not tell capitals apart)."""
    taken = {"history"}  # Excel keeps this name for itself
    for title in titles:
        plain = _FORBIDDEN_IN_NAMES.sub(" ", clean_text(title)).strip(" '") or "-"
        name = plain[:_LONGEST_NAME]
        for number in count(2):
            if name.casefold() not in taken:
                break
            suffix = f" ({number})"
            name = plain[: _LONGEST_NAME - len(suffix)] + suffix
        taken.add(name.casefold())
        yield name
