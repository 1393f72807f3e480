"""The rows of a sales sheet as receipts: what was left out, what could not be read, and totals that must agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar, cast

from shopcrm.sheets.issues import Findings
from shopcrm.sheets.layout.body import Body
from shopcrm.sheets.meaning.buyers import Buyers, read_buyers, settle_customer_column
from shopcrm.sheets.meaning.continued import fill_down
from shopcrm.sheets.meaning.days import judge_days, read_sale_days
from shopcrm.sheets.meaning.line_amounts import Column, LineAmounts, read_line_amounts
from shopcrm.sheets.meaning.money import Sheet
from shopcrm.sheets.meaning.receipts import SaleRows, gather
from shopcrm.sheets.meaning.statuses import COUNTS, GIVEN_BACK, LEFT_OUT, PARTLY, REFUND, Statuses, read_statuses
from shopcrm.sheets.meaning.totals import reconcile
from shopcrm.sheets.records import Receipt, Receipts, Request, join, side_by_side
from shopcrm.sheets.values.moments import Moments
from shopcrm.sheets.values.texts import LOST_DIGITS, clean_number, clean_numbers, clean_text, spread

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Sales:
    """What a sales sheet held. `skipped` rows were left out on purpose: cancelled, unpaid."""

    receipts: Receipts
    findings: Findings
    skipped: int


def read_sales(path: Path, body: Body, request: Request, store: str | None) -> Sales:
    """The receipts of a sheet; a receipt with a row that cannot be taken is left out whole.

    `store` is the one that the sheet is of, where it has no column for it. Raises DateOrderUnclear, ColumnUnreadable,
    CurrencyDiffers, DecimalMarkUnclear.
    """
    settle_customer_column(body, request.mapping)
    fill_down(body)
    body.forget_unread()
    sheet = Sheet(path, body, request)
    printed = _printed(sheet)
    moments = read_sale_days(sheet)
    numbers = clean_numbers(body.cells("receipt")) if body.has("receipt") else None
    stores = [name or store or "" for name in _texts(body, "store")]
    statuses = read_statuses(body)
    if statuses is not None and "net_amount" in body.layout.till.order_level:
        _keep_parts(statuses, list(zip(stores, numbers or [], moments.days, strict=False)))
    skipped, void = 0, list[Receipt]()
    if statuses is not None and LEFT_OUT in statuses.meanings:
        kept = [place for place, meaning in enumerate(statuses.meanings) if meaning != LEFT_OUT]
        skipped = body.length - len(kept)
        void = _void(body, numbers, stores, moments.days, set(kept))
        body.pick(kept)
        moments = Moments(*(_picked(column, kept) for column in (moments.days, moments.ats, moments.is_bad_time)))  # type: ignore[arg-type]
        numbers, stores = _picked(numbers, kept), [stores[place] for place in kept]
        statuses = _kept(statuses, kept)
    findings = Findings(body.numbers)
    judge_days(sheet, moments, findings)
    body.forget("date", "time", "datetime", "zone")
    _judge_numbers(body, numbers, findings)
    amounts = read_line_amounts(sheet, numbers, findings)
    body.forget("quantity", "unit_price", "unit_cost", "discount", "tax", "refund_amount", "line_amount")
    marks = _judge_statuses(body, statuses, amounts, numbers, findings)
    _mark_unsigned_returns(amounts, marks)
    keys = (stores, numbers, moments.days)
    _demand_whole_amounts(body, amounts, keys, findings)
    _reject_incomplete(keys, findings)
    rows = _rows(sheet, moments, amounts, read_buyers(body, findings), keys, marks)
    if findings.rejected:
        rows = _without(rows, findings.rejected)
    receipts = gather(rows, findings)
    reconcile(sheet, printed, receipts, findings)
    return Sales(join(receipts, side_by_side(void)) if void else receipts, findings, skipped)


def _keep_parts(statuses: Statuses, keys: Sequence[tuple[str, str | None, date | None]]) -> None:
    """Lets a closed item of an order that stands count: the order's amount holds it, and a column what came back."""
    standing = {key for key, meaning in zip(keys, statuses.meanings, strict=False) if meaning != LEFT_OUT}
    for place, key in enumerate(keys):
        if statuses.meanings[place] == LEFT_OUT and key in standing:
            statuses.meanings[place] = COUNTS


def _printed(sheet: Sheet) -> Column | None:
    """What all rows come to, cancelled ones too, where a total row below them wants to be compared."""
    body = sheet.body
    if not body.footers or not body.has("net_amount"):
        return None
    return read_line_amounts(sheet, None, Findings(body.numbers)).nets


def _void(
    body: Body,
    numbers: list[str | None] | None,
    stores: list[str],
    days: Sequence[date | None],
    kept: set[int],
) -> list[Receipt]:
    """The receipts of which the till says that they never came to pass; one that has other rows as well is none."""
    if numbers is None:
        return []
    standing = {(stores[place], numbers[place], days[place]) for place in kept}
    found: dict[tuple[str, str, date], Receipt] = {}
    for place, (store, number, day) in enumerate(zip(stores, numbers, days, strict=True)):
        if place not in kept and number and day and (store, number, day) not in standing:
            receipt = Receipt(
                body.numbers[place], store, number, day, None, "sale", None, None, None, None, None, None, None, 0,
                is_void=True,
            )  # fmt: skip
            found.setdefault((store, number, day), receipt)
    return list(found.values())


def _picked(column: list[Value] | None, kept: Sequence[int]) -> list[Value] | None:
    return None if column is None else [column[place] for place in kept]


def _kept(statuses: Statuses, kept: Sequence[int]) -> Statuses:
    places = {old: new for new, old in enumerate(kept)}
    unknown = {places[old]: word for old, word in statuses.unknown.items() if old in places}
    return Statuses([statuses.meanings[place] for place in kept], unknown)


def _judge_numbers(body: Body, numbers: list[str | None] | None, findings: Findings) -> None:
    if numbers is None:
        return
    cells = body.cells("receipt")
    if None in numbers:
        for place, number in enumerate(numbers):
            if number is None:
                findings.reject(place, "receipt_missing", "receipt", cells[place])
    lost = {cell for cell in set(numbers) if cell is not None and "+" in cell and LOST_DIGITS.fullmatch(cell)}
    if lost:
        for place, number in enumerate(numbers):
            if number in lost:
                findings.reject(place, "digits_lost", "receipt", cells[place])


def _judge_statuses(
    body: Body,
    statuses: Statuses | None,
    amounts: LineAmounts,
    numbers: list[str | None] | None,
    findings: Findings,
) -> list[bool]:
    """Which rows are marked as refunds. What was given back of a sale goes into `amounts.returned`.

    A till that marks the sale itself (已退款) and leaves its amount positive means: all of it was given back. A row of
    which an unknown part was given back is rejected.
    """
    prefix = body.layout.till.refund_prefix
    marked = [False] * body.length
    if prefix and numbers is not None:
        marked = [number is not None and number.startswith(prefix) for number in numbers]
    if statuses is None:
        return marked
    for place, word in statuses.unknown.items():
        findings.ignore(place, "status_unknown", "status", word)
    returned = list(amounts.returned or [None] * body.length)
    for place, meaning in enumerate(statuses.meanings):
        net = amounts.nets[place] or 0
        if meaning == PARTLY and not returned[place]:
            findings.reject(place, "refund_unclear", "status", body.cells("status")[place])
        elif meaning == GIVEN_BACK and net > 0:
            returned[place] = returned[place] or net
        elif meaning in (REFUND, GIVEN_BACK):
            marked[place] = True
    if any(returned):
        amounts.returned = returned
    return marked


def _mark_unsigned_returns(amounts: LineAmounts, marks: list[bool]) -> None:
    """Marks rows of negative quantities, where the till writes no sign before what it paid for them."""
    back = [place for place, many in enumerate(amounts.quantities) if many is not None and many < 0]
    if not any((amounts.nets[place] or 0) < 0 for place in back):
        for place in back:
            marks[place] = marks[place] or (amounts.nets[place] or 0) > 0


Keys = tuple[list[str], list[str | None] | None, list[date | None]]


def _demand_whole_amounts(body: Body, amounts: LineAmounts, keys: Keys, findings: Findings) -> None:
    """Rejects receipts whose amount stands on none of their rows, where it belongs to the receipt."""
    stores, numbers, days = keys
    if not amounts.is_whole or None not in amounts.nets:
        return
    named = list(zip(stores, numbers or [], days, strict=True))
    told = {key for key, net in zip(named, amounts.nets, strict=True) if net is not None}
    cells = body.cells("net_amount")
    for place, key in enumerate(named):
        if key not in told and place not in findings.rejected:
            findings.reject(place, "amount_missing", "net_amount", cells[place])


def _reject_incomplete(keys: Keys, findings: Findings) -> None:
    stores, numbers, days = keys
    if numbers is None or not findings.rejected:
        return
    whole_days = {(stores[place], numbers[place], days[place]) for place in findings.rejected}
    any_day = {(store, number) for store, number, day in whole_days if day is None and number is not None}
    for place, (store, number, day) in enumerate(zip(stores, numbers, days, strict=True)):
        is_of_one = (store, number, day) in whole_days or (store, number) in any_day
        if is_of_one and number is not None and place not in findings.rejected:
            findings.reject(place, "receipt_incomplete", "", number)


def _texts(body: Body, name: str) -> list[str | None]:
    return spread(body.cells(name), clean_text) if body.has(name) else body.nothing


def _codes(body: Body, name: str) -> list[str | None]:
    return spread(body.cells(name), clean_number) if body.has(name) else body.nothing


def _rows(
    sheet: Sheet, moments: Moments, amounts: LineAmounts, buyers: Buyers, keys: Keys, marked: list[bool]
) -> SaleRows:
    """All rows side by side; those with a None where there must be none are rejected ones, and taken out next."""
    body, (stores, numbers, days) = sheet.body, keys
    nothing: Column = body.nothing
    whole = set(body.layout.till.order_level)
    if amounts.is_whole and "net_amount" not in whole:  # the rows say so, not the till: it does not say what else is
        whole |= {"net_amount", "discount", "tax", "refund_amount"}
    return SaleRows(
        positions=range(body.length),
        numbers=body.numbers,
        stores=stores,
        receipts=cast("list[str] | None", numbers),
        days=cast("list[date]", days),
        ats=moments.ats,
        is_refund=marked,
        refund_of=_codes(body, "refund_of"),
        buyers=buyers,
        cashiers=_texts(body, "cashier"),
        payments=_texts(body, "payment_method"),
        nets=cast("list[int]", amounts.nets),
        quantities=amounts.quantities,
        discounts=amounts.discounts or nothing,
        taxes=amounts.taxes or nothing,
        returned=amounts.returned or nothing,
        unit_costs=amounts.unit_costs or nothing,
        skus=_codes(body, "sku"),
        items=_texts(body, "item"),
        categories=_texts(body, "category"),
        has_items=any(body.has(name) for name in ("sku", "item", "category", "quantity")),
        whole=frozenset(whole),
        shares=amounts.shares,
    )


def _without(rows: SaleRows, left_out: set[int]) -> SaleRows:
    kept = [place for place in rows.positions if place not in left_out]

    def pick(column: Sequence[Value]) -> list[Value]:
        return [column[place] for place in kept]

    return SaleRows(
        positions=kept,
        numbers=pick(rows.numbers),
        stores=pick(rows.stores),
        receipts=None if rows.receipts is None else pick(rows.receipts),
        days=pick(rows.days),
        ats=pick(rows.ats),
        is_refund=pick(rows.is_refund),
        refund_of=pick(rows.refund_of),
        buyers=Buyers(*map(pick, rows.buyers.columns.values())),
        cashiers=pick(rows.cashiers),
        payments=pick(rows.payments),
        nets=pick(rows.nets),
        quantities=pick(rows.quantities),
        discounts=pick(rows.discounts),
        taxes=pick(rows.taxes),
        returned=pick(rows.returned),
        unit_costs=pick(rows.unit_costs),
        skus=pick(rows.skus),
        items=pick(rows.items),
        categories=pick(rows.categories),
        has_items=rows.has_items,
        whole=rows.whole,
        shares=None if rows.shares is None else pick(rows.shares),
    )
