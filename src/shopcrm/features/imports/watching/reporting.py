"""The report beside a file that was taken in by itself: sentences for whoever looks into the folder next morning."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from shopcrm.core.errors import ShopError
from shopcrm.core.language import translate as _
from shopcrm.features.imports.intake import Imported, ImportedSheet

_SHOWN = 200  # row issues in a report


def report_import(name: str, on: date, result: Imported, rejects: Sequence[Path]) -> list[str]:
    """What was imported, and what is wrong with which rows."""
    lines = [_("{sheet} was imported on {on}.").format(sheet=name, on=on)]
    for item in result.items:
        lines += ["", *_of_sheet(item)]
    if result.problems:
        lines += ["", _("Rows that need a look:")]
    for problem in result.problems[:_SHOWN]:
        cell = f" “{problem.cell}”" if problem.cell else ""
        sentence = _("{sheet} row {row}:{cell} {message}")
        lines.append(sentence.format(sheet=problem.sheet, row=problem.row, cell=cell, message=problem.message))
    if len(result.problems) > _SHOWN:
        lines.append(_("… and {count} more.").format(count=len(result.problems) - _SHOWN))
    if rejects:
        names = ", ".join(path.name for path in rejects)
        lines += [
            "",
            _("Rows that were left out are in {path}; mend them there, and put it into the folder.").format(path=names),
        ]
    return lines


def report_known(name: str, batches: Sequence[int]) -> list[str]:
    """That the book has a file already."""
    sentence = _("{sheet} was imported before, as batch {batches}; nothing was changed.")
    return [sentence.format(sheet=name, batches=", ".join(map(str, batches)))]


def report_failure(name: str, refusal: ShopError) -> list[str]:
    """Why a file was not imported, and what to type."""
    lines = [_("{sheet} was not imported; nothing was changed.").format(sheet=name), "", refusal.message]
    return [*lines, "", f"{_('Try:')}   {refusal.next_step}"] if refusal.next_step else lines


def _of_sheet(item: ImportedSheet) -> Iterator[str]:
    read = ", ".join(f"{field} ← {header}" for field, header in item.mapping.items())
    sentence = _("{sheet}: read as {kind} ({profile}): {read}")
    yield sentence.format(sheet=item.tab or item.sheet, kind=_(item.kind), profile=item.profile, read=read)
    if headers := ", ".join(filter(None, item.unmapped)):
        yield _("  not taken: {headers}").format(headers=headers)
    for notice in item.notices:
        yield f"  {notice}"
    counts = {name: getattr(item, name) for name in ("rows", "added", "updated", "unchanged", "skipped", "rejects")}
    yield _(
        "  {rows} rows: {added} added, {updated} updated, {unchanged} unchanged; {skipped} rows passed over,"
        " {rejects} left out."
    ).format(**counts)
    if item.opened:
        yield _("  opening balances posted for {opened} customers").format(opened=f"{item.opened:,}")
    if item.batch is None:
        yield _("  Nothing new: the book has all of it already.")
    else:
        yield _("  To take it back:  shopcrm imports undo {batch}").format(batch=item.batch)
