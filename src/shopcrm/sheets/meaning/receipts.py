"""Rows of sales gathered into receipts, column by column: which rows belong together, sale or refund, and for whom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from operator import itemgetter
from typing import TypeVar

from shopcrm.core.money import split_largest_remainder
from shopcrm.sheets.issues import Findings
from shopcrm.sheets.meaning.buyers import Buyers
from shopcrm.sheets.records import Lines, Receipts

Value = TypeVar("Value")
Texts = list[str | None]
Numbers = list[int | None]


@dataclass(slots=True)
class SaleRows:
    """Good rows of a sales sheet as parallel lists. `receipts` is None where the sheet numbers none."""

    positions: list[int]  # among the body's rows, for findings
    numbers: list[int]  # in the spreadsheet
    stores: list[str]
    receipts: list[str] | None
    days: list[date]
    ats: Texts
    is_refund: list[bool]  # where a word or the till's prefix says so
    refund_of: Texts
    buyers: Buyers
    cashiers: Texts
    payments: Texts
    nets: list[int]
    quantities: Numbers
    discounts: Numbers
    taxes: Numbers
    returned: Numbers
    unit_costs: Numbers
    skus: Texts
    items: Texts
    categories: Texts
    has_items: bool
    whole: frozenset[str]  # the amounts that belong to the receipt and are not summed over its rows
    shares: Numbers | None  # how a whole net is spread over the lines


def gather(rows: SaleRows, findings: Findings) -> Receipts:
    """The receipts in the order of their first rows, and their lines in the order of the receipts.

    Rows belong together by store, receipt number, local date, and whether they are marked as a refund. Unmarked
    receipts with a negative total are refunds; marked ones written with a positive total are turned negative.
    """
    numbers = rows.receipts if rows.receipts is not None else _numbered(rows)
    is_single = len(set(numbers)) == len(numbers)
    of, firsts = (range(len(numbers)), range(len(numbers))) if is_single else _groups(rows, numbers)
    nets = _whole(rows.nets, of, firsts) if "net_amount" in rows.whole else _sums(rows.nets, of, len(firsts))
    kinds = _kinds(rows, firsts, nets)
    if not is_single and True in rows.is_refund:
        # One refund for a number and a day: where one part was marked and another only negative, they are added up.
        marked = [kinds[group] == "refund" for group in of]
        if marked != rows.is_refund:
            rows.nets = [-net if is_back and nets[group] > 0 else net
                         for net, is_back, group in zip(rows.nets, marked, of, strict=True)]  # fmt: skip
            rows.is_refund = marked
            return gather(rows, findings)
    buyers = _buyers(rows, of, firsts, findings)
    has_lines = rows.has_items or len(firsts) < len(numbers)
    receipts = Receipts(
        rows=_at(rows.numbers, firsts),
        stores=_at(rows.stores, firsts),
        numbers=_at(numbers, firsts),
        days=_at(rows.days, firsts),
        ats=_earliest(rows.ats, of, firsts),
        kinds=kinds,
        refunds_of=_first(rows.refund_of, of, firsts),
        member_nos=buyers.member_no,
        phones=buyers.phone,
        emails=buyers.email,
        till_ids=buyers.till_id,
        names=buyers.name,
        cashiers=_first(rows.cashiers, of, firsts),
        payment_methods=_first(rows.payments, of, firsts),
        nets_minor=nets,
        discounts_minor=_amounts(rows, "discount", rows.discounts, of, firsts),
        taxes_minor=_amounts(rows, "tax", rows.taxes, of, firsts),
        are_void=[False] * len(firsts),
        returned_minor=[back or 0 for back in _amounts(rows, "refund_amount", rows.returned, of, firsts)],
        lines=_lines(rows, of, nets) if has_lines else no_lines(),
    )
    if "refund" in kinds:
        _turn_refunds(receipts)
    return receipts


def no_lines() -> Lines:
    """What a sheet without items has."""
    return Lines([], [], [], [], [], [], [])


def _numbered(rows: SaleRows) -> list[str]:
    """Numbers for rows without one: from what the row says, and a count among rows that say the same.

    The same sheet read again, or an overlapping one, gives the same numbers; identical rows stay separate sales.
    """
    said = zip(
        rows.stores, rows.days, rows.ats, rows.is_refund, rows.buyers.member_no, rows.buyers.phone,
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


def _groups(rows: SaleRows, numbers: list[str]) -> tuple[list[int], list[int]]:
    """The group of each row, counted in the order of first rows, and those first rows."""
    columns: list[Sequence[object]] = [numbers, rows.days]
    columns += [column for column in (rows.stores, rows.is_refund) if len(set(column)) > 1]
    index: dict[object, int] = {}
    of = [index.setdefault(key, len(index)) for key in zip(*columns, strict=True)]
    firsts: list[int] = []
    for place, group in enumerate(of):
        if group == len(firsts):
            firsts.append(place)
    return of, firsts


def _at(column: Sequence[Value], firsts: Sequence[int]) -> list[Value]:
    return list(column) if len(firsts) == len(column) else [column[place] for place in firsts]


def _first(column: list[Value | None], of: Sequence[int], firsts: Sequence[int]) -> list[Value | None]:
    """What the first row of a group says that says anything."""
    found = _at(column, firsts)
    if len(firsts) < len(column) and None in found and any(value is not None for value in set(column)):
        for group, value in zip(of, column, strict=True):
            if found[group] is None:
                found[group] = value
    return found


def _whole(column: list[int], of: Sequence[int], firsts: Sequence[int]) -> list[int]:
    return [value or 0 for value in _first(list[int | None](column), of, firsts)]


def _sums(column: list[int], of: Sequence[int], count: int) -> list[int]:
    if count == len(column):
        return list(column)
    sums = [0] * count
    for group, value in zip(of, column, strict=True):
        sums[group] += value
    return sums


def _amounts(rows: SaleRows, name: str, column: Numbers, of: Sequence[int], firsts: Sequence[int]) -> Numbers:
    """An amount of each receipt: written for the whole, or the sum over its rows; None where none says anything."""
    if name in rows.whole or len(firsts) == len(column) or column.count(None) == len(column):
        return _first(column, of, firsts)
    sums: Numbers = [None] * len(firsts)
    for group, value in zip(of, column, strict=True):
        if value is not None:
            sums[group] = (sums[group] or 0) + value
    return sums


def _earliest(ats: Texts, of: Sequence[int], firsts: Sequence[int]) -> Texts:
    found = _first(ats, of, firsts)
    if len(firsts) < len(ats) and any(at is not None for at in found):
        for group, at in zip(of, ats, strict=True):
            known = found[group]
            if at is not None and known is not None and at < known:
                found[group] = at
    return found


def _kinds(rows: SaleRows, firsts: Sequence[int], nets: list[int]) -> list[str]:
    if True not in rows.is_refund and min(nets, default=0) >= 0:
        return ["sale"] * len(firsts)
    marks = zip(_at(rows.is_refund, firsts), nets, strict=True)
    return ["refund" if is_marked or net < 0 else "sale" for is_marked, net in marks]


def _lines(rows: SaleRows, of: Sequence[int], nets: list[int]) -> Lines:
    own = _spread_over_lines(rows, of, nets) if "net_amount" in rows.whole else rows.nets
    quantities: list[int] = [
        many if many is not None else -1000 if net < 0 else 1000 for many, net in zip(rows.quantities, own, strict=True)
    ]
    lines = Lines(list(of), rows.skus, rows.items, rows.categories, quantities, own, rows.unit_costs)
    if not isinstance(of, range) and any(map(int.__gt__, of, of[1:])):
        order = sorted(range(len(of)), key=of.__getitem__)
        return Lines(*([getattr(lines, name)[place] for place in order] for name in Lines.__slots__))
    return lines


def _spread_over_lines(rows: SaleRows, of: Sequence[int], nets: list[int]) -> list[int]:
    """The amount of each whole receipt over its lines, in proportion to their prices, to the last minor unit."""
    places: dict[int, list[int]] = {}
    for place, group in enumerate(of):
        places.setdefault(group, []).append(place)
    own = [0] * len(of)
    for group, lines in places.items():
        shares = [max(0, rows.shares[place] or 0) for place in lines] if rows.shares is not None else []
        weights = shares if sum(shares) else [1] * len(lines)
        for place, part in zip(lines, split_largest_remainder(nets[group], weights), strict=True):
            own[place] = part
    return own


def _turn_refunds(receipts: Receipts) -> None:
    """Sets the signs of refunds: a total written positive is turned as a whole, lines keep their relation."""
    lines, turned = receipts.lines, receipts.nets_minor
    refunds = [kind == "refund" for kind in receipts.kinds]
    signs = [-1 if is_refund and net > 0 else 1 for is_refund, net in zip(refunds, turned, strict=True)]
    receipts.nets_minor = [sign * net for sign, net in zip(signs, turned, strict=True)]
    if not lines.of:
        return
    nets = [signs[group] * net for group, net in zip(lines.of, lines.nets_minor, strict=True)]
    lines.quantities_milli = [
        -many if refunds[group] and many > 0 and net <= 0 else many
        for group, many, net in zip(lines.of, lines.quantities_milli, nets, strict=True)
    ]
    lines.nets_minor = nets


def _buyers(rows: SaleRows, of: Sequence[int], firsts: Sequence[int], findings: Findings) -> Buyers:
    """Each receipt's customer; where its rows name different ones, the first that is named, and an issue."""
    columns = rows.buyers.columns
    found = {field: _first(column, of, firsts) for field, column in columns.items()}
    if len(firsts) == len(of):
        return Buyers(**found)
    others: dict[int, tuple[str, int]] = {}
    for field, column in columns.items():
        if len(set(column)) > 1:
            for place, (group, value) in enumerate(zip(of, column, strict=True)):
                if value is not None and value != found[field][group]:
                    others.setdefault(group, (field, place))
    if others:
        _settle_conflicts(rows, of, found, others, findings)
    return Buyers(**found)


def _settle_conflicts(
    rows: SaleRows,
    of: Sequence[int],
    found: dict[str, Texts],
    others: dict[int, tuple[str, int]],
    findings: Findings,
) -> None:
    kept: dict[int, int] = {}
    columns = rows.buyers.columns
    for place, group in enumerate(of):
        if group in others and group not in kept and any(column[place] for column in columns.values()):
            kept[group] = place
    for group, (field, place) in sorted(others.items(), key=itemgetter(0)):
        findings.ignore(rows.positions[place], "customer_conflict", field, columns[field][place] or "")
        for name, column in columns.items():
            found[name][group] = column[kept[group]]
