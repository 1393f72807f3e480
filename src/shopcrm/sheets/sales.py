"""The rows of a sales sheet as receipts: what was left out, what could not be read, and totals that must agree."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar, cast

from shopcrm.core.errors import ColumnUnreadable
from shopcrm.core.language import translate, translate_plural
from shopcrm.core.money import exponent_of, format_minor
from shopcrm.sheets.body import Body
from shopcrm.sheets.buyers import Buyers, read_buyers, settle_customer_column
from shopcrm.sheets.dates import EARLIEST, Dates, read_dates
from shopcrm.sheets.issues import Findings
from shopcrm.sheets.line_amounts import LineAmounts, read_footer_amount, read_line_amounts, repeats_whole_receipts
from shopcrm.sheets.receipts import SaleRows, gather
from shopcrm.sheets.records import Receipt, Request
from shopcrm.sheets.statuses import COUNTS, GIVEN_BACK, LEFT_OUT, PARTLY, REFUND, read_statuses
from shopcrm.sheets.texts import LOST_DIGITS, NULL_WORDS, clean_number, clean_numbers, clean_text, spread, unwrap

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Sales:
    """What a sales sheet held. `skipped` rows were left out on purpose: cancelled, unpaid, given back in full."""

    receipts: list[Receipt]
    findings: Findings
    skipped: int


def read_sales(path: Path, body: Body, request: Request) -> Sales:
    """The receipts of a sheet; a receipt with a row that cannot be taken is left out whole.

    Raises DateOrderUnclear, ColumnUnreadable, CurrencyDiffers.
    """
    settle_customer_column(body, request.mapping)
    footers = body.footers if body.has("net_amount") else []
    printed = read_line_amounts(path, body, request.currency, Findings(body.numbers)).nets if footers else []
    cancelled, statuses = _without_cancelled(body)
    findings = Findings(body.numbers)
    dates = _read_dates(path, body, request, findings)
    amounts = read_line_amounts(path, body, request.currency, findings)
    receipts = _read_receipt_numbers(body, findings)
    stores = [store or "" for store in _texts(body, "store")]
    given_back = _judge_statuses(body, statuses, amounts, findings)
    _reject_incomplete(receipts, stores, dates.days, findings)
    buyers = read_buyers(body, findings)
    rows = _columns(body, dates, amounts, buyers, receipts, stores)
    rows = replace(rows, is_refund=_marked_refunds(body, receipts, statuses))
    left_out = findings.rejected | given_back
    if left_out:
        rows = _without(rows, left_out)
    gathered, groups = gather(rows, findings)
    _refuse_repeated_receipts(path, body, groups, rows.nets)
    counted = sum(rows.nets)
    for number, cells in footers:
        _reconcile(body, (number, cells), (sum(net for net in printed if net), counted), request.currency, findings)
    if given_back:
        text = translate_plural(
            "{count} row was paid and given back in full; it was left out.",
            "{count} rows were paid and given back in full; they were left out.",
            len(given_back),
        )
        findings.notices.append(text)
    return Sales(gathered, findings, cancelled + len(given_back))


def _without_cancelled(body: Body) -> tuple[int, list[str] | None]:
    """How many rows never came to pass, and what the till says about those that stay."""
    statuses = read_statuses(body)
    if statuses is None or LEFT_OUT not in statuses:
        return 0, statuses
    kept = [place for place, status in enumerate(statuses) if status != LEFT_OUT]
    left_out = len(statuses) - len(kept)
    body.pick(kept)
    return left_out, [statuses[place] for place in kept]


def _read_dates(path: Path, body: Body, request: Request, findings: Findings) -> Dates:
    field = "datetime" if body.has("datetime") else "date"
    title, cells, latest = body.layout.title(field), body.cells(field), request.today + timedelta(1)
    times = body.cells("time") if body.has("time") else None
    dates = read_dates(path, title, cells, request.zone, latest, request.date_order, times)
    present = set(dates.days) - {None}
    if None in dates.days:
        bad = [cell for cell, day in zip(cells, dates.days, strict=True) if day is None and not _is_blank(cell)]
        if len(bad) * 2 > sum(not _is_blank(cell) for cell in cells):
            examples = ", ".join(list(dict.fromkeys(bad))[:3])
            raise ColumnUnreadable(path=path, header=title, expected=translate("dates"), examples=examples, field=field)
    outside = {day for day in present if day is not None and not EARLIEST <= day <= latest}
    if outside or None in dates.days:
        for place, (cell, day) in enumerate(zip(cells, dates.days, strict=True)):
            if day is None:
                findings.reject(place, "date_missing" if _is_blank(cell) else "date_unreadable", field, cell)
            elif day in outside:
                findings.reject(place, "date_too_early" if day < EARLIEST else "date_in_future", field, cell)
    for place, is_bad in enumerate(dates.is_bad_time or ()):
        if is_bad and dates.days[place] is not None:
            findings.ignore(place, "time_unreadable", field if times is None else "time", (times or cells)[place])
    return dates


def _is_blank(cell: str) -> bool:
    return unwrap(cell).lower() in NULL_WORDS


def _read_receipt_numbers(body: Body, findings: Findings) -> list[str | None] | None:
    if not body.has("receipt"):
        return None
    cells = body.cells("receipt")
    receipts = clean_numbers(cells)
    if None in receipts:
        for place, receipt in enumerate(receipts):
            if receipt is None:
                findings.reject(place, "receipt_missing", "receipt", cells[place])
    if "+" in "".join(cells):
        for place, receipt in enumerate(receipts):
            if receipt is not None and LOST_DIGITS.fullmatch(receipt):
                findings.reject(place, "digits_lost", "receipt", cells[place])
    return receipts


def _judge_statuses(body: Body, statuses: list[str] | None, amounts: LineAmounts, findings: Findings) -> set[int]:
    """Rejects rows of which an unknown part was given back, and answers the places of sales given back in full.

    A till that marks the sale itself (已退款) and leaves its amount positive means: nothing remains of it.
    """
    given_back: set[int] = set()
    for place, status in enumerate(statuses or ()):
        if status == PARTLY:
            findings.reject(place, "refund_unclear", "status", body.cells("status")[place])
        elif status == GIVEN_BACK and (amounts.nets[place] or 0) > 0:
            given_back.add(place)
    return given_back - findings.rejected


def _reject_incomplete(
    receipts: list[str | None] | None, stores: list[str], days: list[date | None], findings: Findings
) -> None:
    if receipts is None or not findings.rejected:
        return
    whole_days = {(stores[place], receipts[place], days[place]) for place in findings.rejected}
    any_day = {(store, receipt) for store, receipt, day in whole_days if day is None and receipt is not None}
    for place, (store, receipt, day) in enumerate(zip(stores, receipts, days, strict=True)):
        is_of_one = (store, receipt, day) in whole_days or (store, receipt) in any_day
        if is_of_one and receipt is not None and place not in findings.rejected:
            findings.reject(place, "receipt_incomplete", "", receipt)


def _marked_refunds(body: Body, receipts: list[str | None] | None, statuses: list[str] | None) -> list[bool]:
    prefix = body.layout.refund_prefix
    marked = [False] * len(body.rows)
    if prefix and receipts is not None:
        marked = [receipt is not None and receipt.startswith(prefix) for receipt in receipts]
    if statuses is not None and set(statuses) != {COUNTS}:
        marked = [is_marked or word in (REFUND, GIVEN_BACK) for is_marked, word in zip(marked, statuses, strict=True)]
    return marked


def _texts(body: Body, field: str) -> list[str | None]:
    return spread(body.cells(field), clean_text) if body.has(field) else [None] * len(body.rows)


def _codes(body: Body, field: str) -> list[str | None]:
    return spread(body.cells(field), clean_number) if body.has(field) else [None] * len(body.rows)


def _columns(
    body: Body,
    dates: Dates,
    amounts: LineAmounts,
    buyers: Buyers,
    receipts: list[str | None] | None,
    stores: list[str],
) -> SaleRows:
    """All rows side by side; those with a None where there must be none are rejected ones, and taken out next."""
    return SaleRows(
        positions=list(range(len(body.rows))),
        numbers=body.numbers,
        stores=stores,
        receipts=cast("list[str] | None", receipts),
        days=cast("list[date]", dates.days),
        instants=dates.instants,
        is_refund=[],
        refund_of=_codes(body, "refund_of"),
        buyers=buyers,
        cashiers=_texts(body, "cashier"),
        payments=_texts(body, "payment_method"),
        nets=cast("list[int]", amounts.nets),
        quantities=amounts.quantities,
        skus=_codes(body, "sku"),
        items=_texts(body, "item"),
        categories=_texts(body, "category"),
        has_items=any(body.has(field) for field in ("sku", "item", "category", "quantity")),
    )


def _without(rows: SaleRows, left_out: set[int]) -> SaleRows:
    kept = [place for place in rows.positions if place not in left_out]

    def pick(column: list[Value]) -> list[Value]:
        return [column[place] for place in kept]

    buyers = rows.buyers
    return SaleRows(
        positions=kept,
        numbers=pick(rows.numbers),
        stores=pick(rows.stores),
        receipts=None if rows.receipts is None else pick(rows.receipts),
        days=pick(rows.days),
        instants=pick(rows.instants),
        is_refund=pick(rows.is_refund),
        refund_of=pick(rows.refund_of),
        buyers=Buyers(pick(buyers.member_no), pick(buyers.phone), pick(buyers.email), pick(buyers.name)),
        cashiers=pick(rows.cashiers),
        payments=pick(rows.payments),
        nets=pick(rows.nets),
        quantities=pick(rows.quantities),
        skus=pick(rows.skus),
        items=pick(rows.items),
        categories=pick(rows.categories),
        has_items=rows.has_items,
    )


def _refuse_repeated_receipts(path: Path, body: Body, groups: list[list[int]], nets: list[int]) -> None:
    if groups and repeats_whole_receipts(body, groups, nets):
        title = body.layout.title("net_amount")
        shown = next(group for group in groups if len(group) > 1)
        raise ColumnUnreadable(
            path=path,
            header=title,
            expected=translate("the amount of each row (it repeats the whole receipt's amount on each)"),
            examples=", ".join(body.cells("net_amount")[place] for place in shown[:3]),
            field="net_amount",
        )


def _reconcile(
    body: Body, footer: tuple[int, list[str]], sums: Sequence[int], currency: str, findings: Findings
) -> None:
    """Compares a printed total with all rows and with those counted: tills round each line, so a little may be off."""
    number, cells = footer
    printed = read_footer_amount(body, cells, currency)
    exponent = exponent_of(currency)
    findings.notices.append(translate("Row {row} is a total and was left out.").format(row=number))
    tolerance = max(10**exponent // 100, len(body.rows) * 10**exponent // 200)
    if printed is not None and min(abs(printed - total) for total in sums) > tolerance:
        text = translate("Row {row} says the total is {printed}; the rows above it come to {total}.")
        amounts = {"printed": format_minor(printed, exponent), "total": format_minor(sums[0], exponent)}
        findings.notices.append(text.format(row=number, **amounts))
