"""Reads any till's export into clean records: the one door to the reading half of this floor."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from shopcrm.core.errors import FieldMissing, HeaderNotFound, HeaderUnknown, SheetEmpty, ShopError, TabsOverlap
from shopcrm.core.language import translate
from shopcrm.sheets.body import Body, read_body
from shopcrm.sheets.buyers import settle_customer_column
from shopcrm.sheets.files import open_tabs
from shopcrm.sheets.grid import Tab
from shopcrm.sheets.headers import Layout, check_request, find_layout
from shopcrm.sheets.issues import Findings
from shopcrm.sheets.people import read_people
from shopcrm.sheets.records import CleanSheet, Request
from shopcrm.sheets.sales import read_sales

__all__ = ["Request", "read_sheets"]

_NO_TABLE = (SheetEmpty, HeaderNotFound, HeaderUnknown, FieldMissing)


def read_sheets(path: Path, request: Request) -> list[CleanSheet]:
    """One clean sheet for each tab that holds a table of customers or sales; hidden tabs are passed over.

    A tab without one is passed over, with a notice, where another has one; otherwise the refusal of the tab that
    came nearest is raised. Raises the errors of the sheets family in `core.errors` and nothing else.
    """
    check_request(request)
    with _uncollected():
        tabs = open_tabs(path, request.encoding, request.tab)
        shown = [tab for tab in tabs if not tab.is_hidden or request.tab is not None]
        sheets: list[CleanSheet] = []
        notices = [_passed_over(tab, translate("it is hidden")) for tab in tabs if tab not in shown]
        refusals: list[ShopError] = []
        for tab in shown:
            try:
                layout = find_layout(path, tab, request)
            except _NO_TABLE as refusal:
                refusals.append(refusal)
                if not isinstance(refusal, SheetEmpty):
                    notices.append(_passed_over(tab, translate("no table of customers or sales was found on it")))
                continue
            sheets.append(_read_tab(path, tab, layout, request))
    if not sheets:
        raise max(refusals, key=_nearness, default=SheetEmpty(path=path))
    _refuse_overlap(path, sheets)
    sheets[0] = replace(sheets[0], notices=(*notices, *sheets[0].notices))
    return sheets


def _read_tab(path: Path, tab: Tab, layout: Layout, request: Request) -> CleanSheet:
    body = read_body(tab, layout)
    count = len(body.rows) + body.repeated_headers
    if layout.kind == "sales":
        sales = read_sales(path, body, request)
        findings, skipped = sales.findings, sales.skipped + body.repeated_headers
        sheet = _clean(tab, body, findings, count, skipped)
        return replace(sheet, receipts=sales.receipts)
    settle_customer_column(body, request.mapping)
    findings = Findings(body.numbers)
    people = read_people(path, body, request, findings)
    findings.notices.extend(
        translate("Row {row} is a total and was left out.").format(row=row) for row, _ in body.footers
    )
    return replace(_clean(tab, body, findings, count, body.repeated_headers), people=people)


def _clean(tab: Tab, body: Body, findings: Findings, count: int, skipped: int) -> CleanSheet:
    layout = body.layout
    return CleanSheet(
        tab=tab.name,
        kind=layout.kind,
        profile=layout.profile,
        mapping=layout.mapping,
        unmapped=layout.unmapped,
        header_row=layout.header_at + 1,
        header=layout.header,
        rows=count,
        skipped=skipped,
        notices=tuple(findings.notices),
        issues=findings.in_order(),
        cells=dict(zip(body.numbers, body.rows, strict=True)),
    )


def _passed_over(tab: Tab, reason: str) -> str:
    return translate("The tab “{tab}” was left out: {reason}.").format(tab=tab.name, reason=reason)


def _nearness(refusal: ShopError) -> int:
    return (SheetEmpty, HeaderNotFound, HeaderUnknown, FieldMissing).index(type(refusal))


def _refuse_overlap(path: Path, sheets: list[CleanSheet]) -> None:
    """Two tabs that hold the same receipts (orders and their lines) would count each sale twice."""
    seen: list[tuple[str, set[tuple[str, str, date]]]] = []
    for sheet in sheets:
        keys = (
            {(receipt.store, receipt.receipt, receipt.on) for receipt in sheet.receipts} if len(sheets) > 1 else set()
        )
        for other, others in seen:
            if 2 * len(keys & others) > min(len(keys), len(others)):
                raise TabsOverlap(path=path, tab=sheet.tab, other=other)
        if keys:
            seen.append((sheet.tab, keys))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector, which would walk a million cells again and again: a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
