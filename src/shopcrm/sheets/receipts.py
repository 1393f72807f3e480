"""Rows of sales gathered into receipts: which rows belong together, sale or refund, and for whom."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from hashlib import blake2b

from shopcrm.sheets.buyers import Buyers
from shopcrm.sheets.issues import Findings
from shopcrm.sheets.records import Line, Receipt

_new_receipt = partial(tuple.__new__, Receipt)  # a third of the time of Receipt(...): no argument is bound by name
_new_line = partial(tuple.__new__, Line)


@dataclass(frozen=True, slots=True)
class SaleRows:
    """Good rows of a sales sheet as parallel lists. `receipts` is None where the sheet numbers none."""

    positions: list[int]  # among the body's rows, for findings
    numbers: list[int]  # in the spreadsheet
    stores: list[str]
    receipts: list[str] | None
    days: list[date]
    instants: list[datetime | None]
    is_refund: list[bool]  # where a word or the till's prefix says so
    refund_of: list[str | None]
    buyers: Buyers
    cashiers: list[str | None]
    payments: list[str | None]
    nets: list[int]
    quantities: list[int | None]
    skus: list[str | None]
    items: list[str | None]
    categories: list[str | None]
    has_items: bool


def gather(rows: SaleRows, findings: Findings) -> tuple[list[Receipt], list[list[int]]]:
    """The receipts in the order of their first rows, and the places of each one's rows among `rows`.

    Rows belong together by store, receipt number, local date, and whether they are marked as a refund. Unmarked
    receipts with a negative total are refunds; marked ones written with a positive total are turned negative.
    """
    numbers = rows.receipts if rows.receipts is not None else _numbered(rows)
    if len(set(numbers)) == len(numbers):
        return _single_rows(rows, numbers), []
    groups: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, key in enumerate(zip(rows.stores, numbers, rows.days, rows.is_refund, strict=True)):
        groups[key].append(place)
    lines = _lines(rows)
    gathered = list(groups.values())
    wants_lines = rows.has_items or len(gathered) < len(numbers)
    receipts = [_receipt(rows, numbers, lines if wants_lines else None, places, findings) for places in gathered]
    return _merged(receipts, gathered)


def _merged(receipts: list[Receipt], gathered: list[list[int]]) -> tuple[list[Receipt], list[list[int]]]:
    """One refund for a number and a day: where one part was marked and another only negative, they are added up."""
    places: dict[tuple[object, ...], list[int]] = {}
    merged: dict[tuple[object, ...], Receipt] = {}
    for receipt, own in zip(receipts, gathered, strict=True):
        key = (receipt.store, receipt.receipt, receipt.on, receipt.kind)
        first = merged.setdefault(key, receipt)
        if first is not receipt:
            net_minor = first.net_minor + receipt.net_minor
            merged[key] = first._replace(net_minor=net_minor, lines=first.lines + receipt.lines)
        places[key] = places.get(key, []) + own
    return list(merged.values()), list(places.values())


def _numbered(rows: SaleRows) -> list[str]:
    """Numbers for rows without one: from what the row says, and a count among rows that say the same.

    The same sheet read again, or an overlapping one, gives the same numbers; identical rows stay separate sales.
    """
    said = zip(
        rows.stores, rows.days, rows.instants, rows.is_refund, rows.buyers.member_no, rows.buyers.phone,
        rows.buyers.email, rows.buyers.name, rows.nets, rows.quantities, rows.skus, rows.items, rows.payments,
        strict=True,
    )  # fmt: skip
    seen: Counter[str] = Counter()
    numbers = []
    for row in said:
        content = "\x1f".join(map(str, row))
        seen[content] += 1
        digest = blake2b(f"{content}\x1f{seen[content]}".encode(), digest_size=8).hexdigest()
        numbers.append(f"row:{digest}")
    return numbers


def _single_rows(rows: SaleRows, numbers: list[str]) -> list[Receipt]:
    """Every row a receipt of its own: whole columns at once, and a second look only at refunds."""
    kinds = ["sale"] * len(numbers)
    if True in rows.is_refund or min(rows.nets, default=0) < 0:
        marks = zip(rows.is_refund, rows.nets, strict=True)
        kinds = ["refund" if is_marked or net < 0 else "sale" for is_marked, net in marks]
    lines: Sequence[tuple[Line, ...]] = [()] * len(numbers)
    if rows.has_items:
        lines = list(zip(_lines(rows)))
    buyers = rows.buyers
    columns = zip(
        rows.numbers, rows.stores, numbers, rows.days, rows.instants, kinds, rows.refund_of, buyers.member_no,
        buyers.phone, buyers.email, buyers.name, rows.cashiers, rows.payments, rows.nets, lines, strict=True,
    )  # fmt: skip
    receipts: list[Receipt] = list(map(_new_receipt, columns))
    if "refund" in kinds:
        return [_given_back(receipt) if receipt.kind == "refund" else receipt for receipt in receipts]
    return receipts


def _lines(rows: SaleRows) -> list[Line]:
    quantities: list[int | None] = rows.quantities
    if None in quantities:  # a row that counts nothing is one thing, given or given back
        quantities = [
            (-1000 if net < 0 else 1000) if many is None else many
            for many, net in zip(quantities, rows.nets, strict=True)
        ]
    return list(map(_new_line, zip(rows.skus, rows.items, rows.categories, quantities, rows.nets, strict=True)))


def _receipt(
    rows: SaleRows, numbers: list[str], lines: list[Line] | None, places: list[int], findings: Findings
) -> Receipt:
    first = places[0]
    net = sum([rows.nets[place] for place in places])
    member_no, phone, email, name = _buyer(rows, places, findings)
    times = [instant for place in places if (instant := rows.instants[place]) is not None]
    receipt = Receipt(
        row=rows.numbers[first],
        store=rows.stores[first],
        receipt=numbers[first],
        on=rows.days[first],
        at=min(times) if times else None,
        kind="refund" if rows.is_refund[first] or net < 0 else "sale",
        refund_of=_first(rows.refund_of, places),
        member_no=member_no,
        phone=phone,
        email=email,
        name=name,
        cashier=_first(rows.cashiers, places),
        payment_method=_first(rows.payments, places),
        net_minor=net,
        lines=tuple([lines[place] for place in places]) if lines is not None else (),
    )
    return _given_back(receipt) if receipt.kind == "refund" else receipt


def _given_back(receipt: Receipt) -> Receipt:
    """The refund with its signs set: a total written positive is turned as a whole, lines keep their relation."""
    turn = -1 if receipt.net_minor > 0 else 1
    lines = tuple(
        line._replace(
            net_minor=turn * line.net_minor,
            quantity_milli=-line.quantity_milli
            if line.quantity_milli > 0 and turn * line.net_minor <= 0
            else line.quantity_milli,
        )
        for line in receipt.lines
    )
    return receipt._replace(net_minor=turn * receipt.net_minor, lines=lines)


def _buyer(
    rows: SaleRows, places: list[int], findings: Findings
) -> tuple[str | None, str | None, str | None, str | None]:
    """The receipt's customer; where its rows name different ones, the first, and an issue."""
    buyers = rows.buyers
    columns = (buyers.member_no, buyers.phone, buyers.email, buyers.name)
    if len(places) == 1:
        place = places[0]
        return buyers.member_no[place], buyers.phone[place], buyers.email[place], buyers.name[place]
    for field, column in zip(("member_no", "phone", "email", "name"), columns, strict=True):
        named = {column[place] for place in places} - {None}
        if len(named) > 1:
            return _conflict(rows, places, columns, field, column, findings)
    member_no, phone, email, name = (_first(column, places) for column in columns)
    return member_no, phone, email, name


def _conflict(
    rows: SaleRows,
    places: list[int],
    columns: tuple[list[str | None], ...],
    field: str,
    column: list[str | None],
    findings: Findings,
) -> tuple[str | None, str | None, str | None, str | None]:
    kept = next(place for place in places if any(each[place] for each in columns))
    other = next(place for place in places if column[place] not in (None, _first(column, places)))
    findings.ignore(rows.positions[other], "customer_conflict", field, column[other] or "")
    member_no, phone, email, name = (each[kept] for each in columns)
    return member_no, phone, email, name


def _first(column: Sequence[str | None], places: list[int]) -> str | None:
    for place in places:
        if column[place] is not None:
            return column[place]
    return None
