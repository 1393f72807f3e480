"""Rows of sales gathered into receipts, column by column: which rows belong together, sale or refund, and for whom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from itertools import islice
from operator import itemgetter
from typing import Any, TypeVar, cast

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

    positions: Sequence[int]  # among the body's rows, for findings
    numbers: Sequence[int]  # in the spreadsheet
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
    groups = _each_alone(len(numbers)) if is_single else _groups(rows, numbers)
    of = groups.of
    nets = _whole(rows.nets, groups) if "net_amount" in rows.whole else _sums(rows.nets, groups)
    kinds = _kinds(rows, groups, nets)
    if not is_single and True in rows.is_refund:
        # One refund for a number and a day: where one part was marked and another only negative, they are added up.
        marked = [kinds[group] == "refund" for group in of]
        if marked != rows.is_refund:
            rows.nets = [-net if is_back and nets[group] > 0 else net
                         for net, is_back, group in zip(rows.nets, marked, of, strict=True)]  # fmt: skip
            rows.is_refund = marked
            return gather(rows, findings)
    buyers = _buyers(rows, groups, findings)
    has_lines = rows.has_items or not groups.are_single
    receipts = Receipts(
        rows=_at(rows.numbers, groups),
        stores=_at(rows.stores, groups),
        numbers=_at(numbers, groups),
        days=_at(rows.days, groups),
        ats=_earliest(rows.ats, groups),
        kinds=kinds,
        refunds_of=_first(rows.refund_of, groups),
        member_nos=buyers.member_no,
        phones=buyers.phone,
        emails=buyers.email,
        till_ids=buyers.till_id,
        names=buyers.name,
        cashiers=_first(rows.cashiers, groups),
        payment_methods=_first(rows.payments, groups),
        nets_minor=nets,
        discounts_minor=_amounts(rows, "discount", rows.discounts, groups),
        taxes_minor=_amounts(rows, "tax", rows.taxes, groups),
        are_void=[False] * len(groups.firsts),
        returned_minor=[back or 0 for back in _amounts(rows, "refund_amount", rows.returned, groups)],
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


@dataclass(frozen=True, slots=True)
class _Groups:
    """Which rows belong together: the group of each row, counted in the order of first rows, and those first rows.

    Columns that say nothing are all one list, `nothing`: a dozen lists of a million would be a tenth of the memory.
    """

    of: Sequence[int]
    firsts: Sequence[int]
    nothing: list[Any]

    @property
    def are_single(self) -> bool:
        """Whether every row is a group of its own."""
        return len(self.firsts) == len(self.of)


def _each_alone(count: int) -> _Groups:
    return _Groups(range(count), range(count), [None] * count)


def _groups(rows: SaleRows, numbers: list[str]) -> _Groups:
    columns: list[Sequence[object]] = [numbers, rows.days]
    columns += [column for column in (rows.stores, rows.is_refund) if len(set(column)) > 1]
    index: dict[object, int] = {}
    of = [index.setdefault(key, len(index)) for key in zip(*columns, strict=True)]
    firsts: list[int] = []
    for place, group in enumerate(of):
        if group == len(firsts):
            firsts.append(place)
    return _Groups(of, firsts, [None] * len(firsts))


def _at(column: Sequence[Value], groups: _Groups) -> list[Value]:
    return list(column) if groups.are_single else [column[place] for place in groups.firsts]


def _first(column: list[Value | None], groups: _Groups) -> list[Value | None]:
    """What the first row of a group says that says anything. Not to be changed: it may be shared."""
    if column.count(None) == len(column):
        return groups.nothing
    found = _at(column, groups)
    if not groups.are_single and None in found:
        for group, value in zip(groups.of, column, strict=True):
            if found[group] is None:
                found[group] = value
    return found


def _whole(column: list[int], groups: _Groups) -> list[int]:
    return [value or 0 for value in _first(list[int | None](column), groups)]


def _sums(column: list[int], groups: _Groups) -> list[int]:
    if groups.are_single:
        return list(column)
    sums = [0] * len(groups.firsts)
    for group, value in zip(groups.of, column, strict=True):
        sums[group] += value
    return sums


def _amounts(rows: SaleRows, name: str, column: Numbers, groups: _Groups) -> Numbers:
    """An amount of each receipt: written for the whole, or the sum over its rows; None where none says anything."""
    if name in rows.whole or groups.are_single or column.count(None) == len(column):
        return _first(column, groups)
    sums: Numbers = [None] * len(groups.firsts)
    for group, value in zip(groups.of, column, strict=True):
        if value is not None:
            sums[group] = (sums[group] or 0) + value
    return sums


def _earliest(ats: Texts, groups: _Groups) -> Texts:
    found = _first(ats, groups)
    if not groups.are_single and found is not groups.nothing:
        for group, at in zip(groups.of, ats, strict=True):
            known = found[group]
            if at is not None and known is not None and at < known:
                found[group] = at
    return found


def _kinds(rows: SaleRows, groups: _Groups, nets: list[int]) -> list[str]:
    if True not in rows.is_refund and min(nets, default=0) >= 0:
        return ["sale"] * len(groups.firsts)
    marks = zip(_at(rows.is_refund, groups), nets, strict=True)
    return ["refund" if is_marked or net < 0 else "sale" for is_marked, net in marks]


def _lines(rows: SaleRows, of: Sequence[int], nets: list[int]) -> Lines:
    own = _spread_over_lines(rows, of, nets) if "net_amount" in rows.whole else rows.nets
    quantities = cast("list[int]", rows.quantities)
    if None in rows.quantities:  # a row that counts nothing is one thing, given or given back
        pairs = zip(rows.quantities, own, strict=True)
        quantities = [many if many is not None else -1000 if net < 0 else 1000 for many, net in pairs]
    lines = Lines(list(of), rows.skus, rows.items, rows.categories, quantities, own, rows.unit_costs)
    if not isinstance(of, range) and any(map(int.__gt__, of, islice(of, 1, None))):
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


def _buyers(rows: SaleRows, groups: _Groups, findings: Findings) -> Buyers:
    """Each receipt's customer; where its rows name different ones, the first that is named, and an issue."""
    columns = rows.buyers.columns
    found = {field: _first(column, groups) for field, column in columns.items()}
    if groups.are_single:
        return Buyers(**found)
    others: dict[int, tuple[str, int]] = {}
    for field, column in columns.items():
        if len(set(column)) > 1:
            for place, (group, value) in enumerate(zip(groups.of, column, strict=True)):
                if value is not None and value != found[field][group]:
                    others.setdefault(group, (field, place))
    if others:
        found = {field: list(column) for field, column in found.items()}
        _settle_conflicts(rows, groups.of, found, others, findings)
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
