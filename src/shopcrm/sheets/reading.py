"""Reads any till's export into clean records: the one door to the reading half of this floor."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from shopcrm.core.errors import FieldMissing, HeaderNotFound, HeaderUnknown, SheetEmpty, ShopError, TabsOverlap
from shopcrm.core.language import translate, translate_plural
from shopcrm.sheets.grid import Tab
from shopcrm.sheets.issues import Findings
from shopcrm.sheets.layout.body import Body, RowsAsWritten, read_body
from shopcrm.sheets.layout.headers import Layout, check_request, demand_days, find_layout
from shopcrm.sheets.layout.preamble import read_preamble
from shopcrm.sheets.layout.profiles import GENERIC
from shopcrm.sheets.meaning.buyers import settle_customer_column
from shopcrm.sheets.meaning.joined import has_items, join_tabs, partner_of
from shopcrm.sheets.meaning.people import read_people
from shopcrm.sheets.meaning.sales import read_sales
from shopcrm.sheets.meaning.stock import read_stock
from shopcrm.sheets.meaning.totals import check_expectations, check_rows
from shopcrm.sheets.opening.files import open_tabs
from shopcrm.sheets.records import CleanSheet, Preamble, Receipts, Request, RowIssue

__all__ = ["Request", "read_sheets"]

_NO_TABLE = (SheetEmpty, HeaderNotFound, HeaderUnknown, FieldMissing)


@dataclass(slots=True)
class _Table:
    """A tab that holds a table, opened up."""

    tab: str
    body: Body
    preamble: Preamble
    rows: int
    length: int  # of its rows those that are no repeated header
    left_over: tuple[int, ...] = ()  # items that belong to none of the orders


def read_sheets(path: Path, request: Request) -> list[CleanSheet]:
    """One clean sheet for each tab that holds a table of customers, sales or stock; hidden tabs are passed over.

    Orders on one tab and their items on another are one sheet. A tab without a table is passed over, with a notice,
    where another has one; otherwise the refusal of the tab that came nearest is raised. Raises the errors of the sheets
    family in `core.errors` and nothing else.
    """
    check_request(request)
    with _uncollected():
        tabs = open_tabs(path, request.encoding, request.tab)
        shown = [tab for tab in tabs if not tab.is_hidden or request.tab is not None]
        notices = [_passed_over(tab.name, translate("it is hidden")) for tab in tabs if tab not in shown]
        tables = _join(path, _open_tables(path, shown, request, notices))
        sheets = [_read(path, table, request) for table in tables]
    sheets = _once(path, sheets, notices)
    check_expectations(path, sheets, request)
    sheets[0] = replace(sheets[0], notices=(*notices, *sheets[0].notices))
    return sheets


def _open_tables(path: Path, tabs: list[Tab], request: Request, notices: list[str]) -> list[_Table]:
    tables: list[_Table] = []
    refusals: list[ShopError] = []
    for tab in tabs:
        try:
            layout = find_layout(path, tab, request)
            if len(tabs) == 1:
                demand_days(path, layout)
        except _NO_TABLE as refusal:
            refusals.append(refusal)
            if not isinstance(refusal, SheetEmpty):
                notices.append(_passed_over(tab.name, translate("no table of customers or sales was found on it")))
            continue
        preamble = read_preamble(tab.first_rows(layout.header_at))
        body = read_body(tab, layout)
        preamble = replace(preamble, declared_rows=preamble.declared_rows or body.declared_rows)
        tables.append(_Table(tab.name, body, preamble, body.length + body.left_out, body.length))
    if not tables:
        raise max(refusals, key=_nearness, default=SheetEmpty(path=path))
    return tables


def _join(path: Path, tables: list[_Table]) -> list[_Table]:
    """Puts items beside the orders of another tab. Raises FieldMissing for items without a day, and without orders."""
    sales = [table for table in tables if table.body.layout.kind == "sales"]
    joined = list(tables)
    for items in sales if len(sales) > 1 else ():
        bodies = [table.body for table in joined if table.body.layout.kind == "sales"]
        heads_body = partner_of(items.body, bodies) if has_items(items.body) else None
        if heads_body is None:
            continue
        heads = next(table for table in joined if table.body is heads_body)
        body, left_over = join_tabs(heads.body, items.body)
        rows = heads.rows + items.rows
        both = _Table(f"{heads.tab} + {items.tab}", body, heads.preamble, rows, heads.length, tuple(left_over))
        joined = [both if table is heads else table for table in joined if table is not items]
    for table in joined:
        demand_days(path, table.body.layout)
    return joined


def _read(path: Path, table: _Table, request: Request) -> CleanSheet:
    body, layout = table.body, table.body.layout
    request = _as_explained(request, layout)
    if layout.kind == "sales":
        sales = read_sales(path, body, request, table.preamble.store)
        found, count = sales.findings, len(sales.receipts)
        sheet = replace(_clean(table, layout, found, sales.skipped), receipts=sales.receipts)
        # Only these rows are kept as they stood: a million of them would take more memory than their meaning.
        wanted = {issue.row for issue in sheet.issues if issue.is_rejected}
        sheet = replace(sheet, cells=_rows_as_written(path, table, wanted, request) if wanted else {})
        if table.left_over:
            lost = [RowIssue(row, "order_unknown", "receipt", "", True) for row in table.left_over]
            sheet = replace(sheet, issues=[*sheet.issues, *lost])
        check_rows(path, sheet, (table.length, count, sheet.rows - sheet.skipped), request)
        return sheet
    found = Findings(body.numbers)
    if layout.kind == "stock":
        stock = read_stock(path, body, request, found)
        sheet = replace(_clean(table, layout, found), stock=stock, cells=RowsAsWritten(body))
    else:
        settle_customer_column(body, request.mapping)
        people = read_people(path, body, request, found)
        sheet = replace(_clean(table, layout, found), people=people, cells=RowsAsWritten(body))
    total = translate("Row {row} is a total and was left out.")
    footers = tuple(total.format(row=row) for row, _ in body.footers)
    check_rows(path, sheet, (table.length,), request)
    return replace(sheet, notices=(*sheet.notices, *footers))


def _rows_as_written(path: Path, table: _Table, wanted: set[int], request: Request) -> dict[int, Sequence[str]]:
    """Rows by number; of a sheet so large that its cells were let go, the file is opened once more."""
    if table.body.is_whole:
        rows = RowsAsWritten(table.body)
        return {number: rows[number] for number in wanted if number in rows}
    tabs = open_tabs(path, request.encoding, request.tab)
    tab = next((tab for tab in tabs if tab.name == table.tab.partition(" + ")[0]), tabs[0])
    return {number: tab.row(number - 1) for number in wanted if number <= tab.length}


def _as_explained(request: Request, layout: Layout) -> Request:
    """The request with what a saved layout says about dates and decimals, where nothing else was asked for."""
    return replace(
        request,
        date_order=request.date_order or layout.options.get("date_order"),
        decimal_mark=request.decimal_mark or layout.options.get("decimal_mark"),
    )


def _clean(table: _Table, layout: Layout, findings: Findings, skipped: int = 0) -> CleanSheet:
    notices = list(findings.notices)
    example = translate("Row {row} is an example of the template and was left out.")
    notices += [example.format(row=row) for row in table.body.examples]
    if table.body.hidden_rows:
        notices.insert(0, _hidden(table.body.hidden_rows))
    return CleanSheet(
        tab=table.tab,
        kind=layout.kind,
        profile=layout.profile,
        mapping=layout.mapping,
        unmapped=layout.unmapped,
        header_row=layout.header_at + 1,
        header=layout.header,
        rows=table.rows,
        skipped=skipped + table.body.left_out,
        notices=tuple(notices),
        issues=findings.in_order(),
        cells={},
        preamble=table.preamble,
        source=layout.till.source,
        fingerprint=layout.fingerprint,
    )


def _hidden(count: int) -> str:
    return translate_plural(
        "{count} row is hidden in the sheet and was left out.",
        "{count} rows are hidden in the sheet and were left out.",
        count,
    )


def _passed_over(tab: str, reason: str) -> str:
    return translate("The tab “{tab}” was left out: {reason}.").format(tab=tab, reason=reason)


def _nearness(refusal: ShopError) -> int:
    return (SheetEmpty, HeaderNotFound, HeaderUnknown, FieldMissing).index(type(refusal))


def _once(path: Path, sheets: list[CleanSheet], notices: list[str]) -> list[CleanSheet]:
    """The sheets without those that tell of another's receipts once more, which would count each sale twice.

    Beside a till's own tab, one that was only guessed at (payments, discounts) is passed over; of two that are as good
    as each other the person is asked. Raises TabsOverlap.
    """
    kept: list[tuple[CleanSheet, set[tuple[str, str, date]]]] = []
    for sheet in sorted(sheets, key=lambda sheet: sheet.profile == GENERIC) if len(sheets) > 1 else ():
        keys = _keys(sheet.receipts) if sheet.receipts is not None else set()
        other = next((each for each, own in kept if 2 * len(keys & own) > min(len(keys), len(own))), None)
        if other is None:
            kept.append((sheet, keys))
        elif sheet.profile == GENERIC != other.profile:
            reason = translate("it holds the receipts of “{tab}” once more").format(tab=other.tab)
            notices.append(_passed_over(sheet.tab, reason))
        else:
            raise TabsOverlap(path=path, tab=sheet.tab, other=other.tab)
    if len(kept) < 2:
        return [sheet for sheet, _ in kept] or sheets
    return [sheet for sheet in sheets if any(sheet is each for each, _ in kept)]


def _keys(receipts: Receipts) -> set[tuple[str, str, date]]:
    return set(zip(receipts.stores, receipts.numbers, receipts.days, strict=True))


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
