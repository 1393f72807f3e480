"""Totals that must agree: what a sheet prints below its rows, and what a person expects of it."""

from collections.abc import Iterable
from pathlib import Path

from shopcrm.core.errors import TotalsDiffer
from shopcrm.core.language import translate
from shopcrm.core.money import exponent_of, format_minor
from shopcrm.sheets.issues import Findings
from shopcrm.sheets.meaning.money import Sheet, read_footer_amount
from shopcrm.sheets.records import CleanSheet, Receipts, Request


def reconcile(sheet: Sheet, printed: Iterable[int | None] | None, receipts: Receipts, findings: Findings) -> None:
    """Compares each printed total with all rows, and with those counted.

    Tills round every line, so a little may be off: 0.01, or half a hundredth a row. That is noted; more is refused,
    unless the total was said by the person. Raises TotalsDiffer.
    """
    body, exponent = sheet.body, sheet.exponent
    counted = sum(receipts.nets_minor)
    sums = (counted, counted - sum(receipts.returned_minor), sum(net or 0 for net in printed or ()))
    for number, cells in body.footers:
        findings.notices.append(translate("Row {row} is a total and was left out.").format(row=number))
        total = read_footer_amount(sheet, cells) if body.has("net_amount") else None
        if total is None:
            continue
        off = min(abs(total - one) for one in sums)
        tolerance = max(10**exponent // 100, len(body.numbers) * 10**exponent // 200)
        if off > tolerance and not findings.rejected and sheet.request.expected_total_minor is None:
            said = format_minor(total, exponent)
            raise TotalsDiffer(
                path=sheet.path, expected=said, what=translate("in all"), found=format_minor(counted, exponent),
                origin=translate("row {row}").format(row=number),
                option=f"--expect-total {format_minor(counted, exponent)}",
            )  # fmt: skip
        if off > tolerance:
            text = translate("Row {row} says the total is {printed}; the rows above it come to {total}.")
            amounts = {"printed": format_minor(total, exponent), "total": format_minor(counted, exponent)}
            findings.notices.append(text.format(row=number, **amounts))


def check_rows(path: Path, sheet: CleanSheet, counts: Iterable[int], request: Request) -> None:
    """Refuses a sheet that says how many it has, and has none of these counts. Raises TotalsDiffer."""
    declared = sheet.preamble.declared_rows
    if request.expected_rows is None and declared is not None and declared not in {sheet.rows, *counts}:
        raise TotalsDiffer(
            path=path, expected=declared, what=translate("rows"), found=sheet.rows, origin=translate("the sheet"),
            option=f"--expect-rows {sheet.rows}",
        )  # fmt: skip


def check_expectations(path: Path, sheets: list[CleanSheet], request: Request) -> None:
    """Refuses a file that does not hold the rows and the total that the person expects. Raises TotalsDiffer."""
    rows = sum(sheet.rows for sheet in sheets)
    asked = translate("--expect-rows")
    if request.expected_rows is not None and rows != request.expected_rows:
        raise TotalsDiffer(
            path=path, expected=request.expected_rows, what=translate("rows"), found=rows, origin=asked,
            option=f"--expect-rows {rows}",
        )  # fmt: skip
    exponent, expected = exponent_of(request.currency), request.expected_total_minor
    if expected is None:
        return
    found = [sheet.receipts for sheet in sheets if sheet.receipts is not None]
    nets = sum(sum(each.nets_minor) for each in found)
    total = nets - sum(sum(each.returned_minor) for each in found)
    if expected not in (total, nets):
        raise TotalsDiffer(
            path=path, expected=format_minor(expected, exponent), what=translate("in all"),
            found=format_minor(total, exponent), origin="--expect-total",
            option=f"--expect-total {format_minor(total, exponent)}",
        )  # fmt: skip
