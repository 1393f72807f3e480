"""What each row of a sales sheet comes to, and which of its amounts belong to the whole receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress, pairwise

from shopcrm.core.language import translate
from shopcrm.sheets.issues import Findings
from shopcrm.sheets.layout.body import Body
from shopcrm.sheets.meaning.money import Sheet, read_exactly, read_money, refuse_column, rescaled, split_annotations
from shopcrm.sheets.values.amounts import Amounts, read_amounts
from shopcrm.sheets.values.texts import is_blank
from shopcrm.sheets.vocabulary import key_of, vocabulary

Column = list[int | None]


@dataclass(slots=True)
class LineAmounts:
    """Parallel lists: minor units as the sheet signs them, and thousandths; a net of None was rejected.

    Where `is_whole`, the nets are amounts of the receipt, written on its first line or on each, and `shares` say how
    it is spread over its lines; None where every line counts alike.
    """

    nets: Column
    quantities: Column
    discounts: Column | None = None
    taxes: Column | None = None
    returned: Column | None = None
    unit_costs: Column | None = None
    is_whole: bool = False
    shares: Column | None = None


def read_line_amounts(sheet: Sheet, receipts: Sequence[str | None] | None, findings: Findings) -> LineAmounts:
    """The amount of each row: its net amount where there is such a column, else quantity × unit price − discount.

    Rounded half up a row. Raises CurrencyDiffers, ColumnUnreadable and DecimalMarkUnclear.
    """
    body = sheet.body
    annotated = split_annotations(body, "net_amount")
    if body.has("net_amount"):
        exact = read_exactly(sheet, ["net_amount", "quantity"])
        nets = rescaled(exact["net_amount"], sheet.exponent)
        needed = ["net_amount"]
        is_whole = receipts is not None and _is_of_receipts(sheet, receipts, nets)
    else:
        exact = read_exactly(sheet, ["unit_price", "discount", "quantity"])
        if "discount" in exact and _holds_rates(body, exact["discount"]):
            refuse_column(sheet, "discount", body.cells("discount"))
        nets = _multiplied(body, exact, sheet.exponent)
        needed, is_whole = ["quantity", "unit_price", "discount"], False
    _reject_unreadable(sheet, exact, needed, findings, is_whole)
    found = LineAmounts(nets, [None] * body.length, is_whole=is_whole)
    if "quantity" in exact:
        found.quantities = rescaled(exact["quantity"], 3)
    _add_information(sheet, found)
    if annotated is not None:
        found.returned = _given_back(sheet, annotated)
    return found


def _add_information(sheet: Sheet, found: LineAmounts) -> None:
    """The columns that say more than the net amount; a cell that cannot be read there says nothing."""
    body = sheet.body
    names = [name for name in ("tax", "refund_amount", "unit_cost") if _is_told(body, name)]
    if _is_told(body, "discount") and not _holds_rates(body, read_amounts(body.cells("discount"))):
        names.append("discount")
    if found.is_whole:
        names += [name for name in ("line_amount", "unit_price") if body.has(name)][:1]
    columns = read_money(sheet, names) if names else {}
    found.taxes, found.unit_costs = columns.get("tax"), columns.get("unit_cost")
    found.discounts, found.returned = _positive(columns.get("discount")), _positive(columns.get("refund_amount"))
    if "line_amount" in columns:
        found.shares = columns["line_amount"]
    elif found.is_whole and "unit_price" in columns:
        prices = zip(columns["unit_price"], found.quantities, strict=True)
        found.shares = [(price or 0) * (1000 if many is None else many) // 1000 for price, many in prices]


def _is_told(body: Body, name: str) -> bool:
    return body.has(name) and any(map(str.strip, set(body.cells(name))))


def _positive(column: Column | None) -> Column | None:
    """What was taken off or given back, whichever way round a till signs it."""
    return None if column is None else [None if value is None else abs(value) for value in column]


def _given_back(sheet: Sheet, cells: list[str]) -> Column:
    return rescaled(read_amounts(cells, sheet.request.decimal_mark or "."), sheet.exponent)


def _is_of_receipts(sheet: Sheet, receipts: Sequence[str | None], nets: Column) -> bool:
    """Whether the amount column holds each receipt's total, on its first line alone or again on every line.

    A profile says so; else the rows do: the later lines of all receipts are blank, or all lines of every receipt hold
    the same amount, in a column that is called a total or that quantity × price add up to.
    """
    body = sheet.body
    if "net_amount" in body.layout.till.order_level:
        return True
    of_later = [later == earlier for earlier, later in pairwise(receipts)]
    later_cells = list(compress(body.cells("net_amount")[1:], of_later))
    if not later_cells:
        return False
    if all(map(is_blank, later_cells)):
        return True
    pairs = list(compress(pairwise(nets), of_later))
    if any(one != other for one, other in pairs):
        return False
    if key_of(body.layout.title("net_amount")) not in vocabulary().whole_order:
        return body.has("quantity") and body.has("unit_price") and _add_up(sheet, of_later, nets)
    return len(pairs) > 2 or any(one for one, _ in pairs)


def _add_up(sheet: Sheet, of_later: Sequence[bool], nets: Column) -> bool:
    """Whether quantity × price of a receipt's lines come to the amount that each of them holds, for most receipts."""
    columns = read_money(sheet, ["quantity", "unit_price", "discount"])
    lines = [
        (many or 0) * (price or 0) // 1000 - abs(less or 0)
        for many, price, less in zip(
            columns["quantity"], columns["unit_price"], columns.get("discount") or [None] * len(nets), strict=True
        )
    ]
    sums: list[tuple[int, int, int | None]] = []  # how many lines, what they come to, what each says
    for line, net, is_later in zip(lines, nets, [False, *of_later], strict=True):
        count, total, _ = sums.pop() if is_later else (0, 0, None)
        sums.append((count + 1, total + line, net))
    of_several = [total == net for count, total, net in sums if count > 1 and net]
    return sum(of_several) * 2 > len(of_several)


def _holds_rates(body: Body, discount: Amounts) -> bool:
    """折扣 may hold 0.85 or 8.5 for "15 % off": every row has one then, and none exceeds ten."""
    if key_of(body.layout.title("discount")) != "折扣" or not discount.values:
        return False
    return all(value is not None and 0 < value <= 10 * 10**discount.decimals for value in discount.values)


def _multiplied(body: Body, columns: dict[str, Amounts], exponent: int) -> Column:
    quantity, price = columns["quantity"], columns["unit_price"]
    decimals = quantity.decimals + price.decimals
    products = [
        None if many is None or each is None else many * each
        for many, each in zip(quantity.values, price.values, strict=True)
    ]
    if "discount" in columns:
        discount = columns["discount"]
        level = max(decimals, discount.decimals)
        signed = -1 if _is_written_negative(discount, quantity) else 1
        up, off = 10 ** (level - decimals), signed * 10 ** (level - discount.decimals)
        offs = zip(products, discount.values, body.cells("discount"), strict=True)
        products = [
            None if product is None or (less is None and not is_blank(cell)) else product * up - (less or 0) * off
            for product, less, cell in offs
        ]
        decimals = level
    return rescaled(Amounts(products, decimals), exponent)


def _is_written_negative(discount: Amounts, quantity: Amounts) -> bool:
    """Square writes what it takes off as a negative amount, others as a positive one: the column says which."""
    on_sales = [less for less, many in zip(discount.values, quantity.values, strict=True) if less and (many or 0) > 0]
    return bool(on_sales) and all(less < 0 for less in on_sales)


def _reject_unreadable(
    sheet: Sheet, columns: dict[str, Amounts], needed: list[str], findings: Findings, is_whole: bool
) -> None:
    body = sheet.body
    for name in (name for name in columns if name in needed or name == "quantity"):
        if None not in columns[name].values:
            continue
        missing = [place for place, value in enumerate(columns[name].values) if value is None]
        cells = body.cells(name)
        blank = {place for place in missing if is_blank(cells[place])}
        bad = [place for place in missing if place not in blank]
        if name in needed and len(bad) * 2 > len(cells) - sum(map(is_blank, cells)):
            refuse_column(sheet, name, [cells[place] for place in bad], translate("amounts in the currency's own unit"))
        code = "quantity_unreadable" if name == "quantity" else "amount_unreadable"
        for place in bad:
            findings.reject(place, code, name, cells[place])
        for place in sorted(blank) if name in needed and name != "discount" and not is_whole else ():
            findings.reject(place, "amount_missing", name, cells[place])
