"""The rows of a stock sheet: what is on the shelf, one entry for each code."""

from collections.abc import Sequence
from pathlib import Path

from shopcrm.core.language import translate
from shopcrm.sheets.issues import Findings
from shopcrm.sheets.layout.body import Body
from shopcrm.sheets.meaning.money import QUANTITY_DECIMALS, Sheet, read_alone, refuse_column
from shopcrm.sheets.meaning.people import read_tags
from shopcrm.sheets.records import Request, Stock
from shopcrm.sheets.values.texts import LOST_DIGITS, clean_number, clean_text, spread


def read_stock(path: Path, body: Body, request: Request, findings: Findings) -> list[Stock]:
    """Everything on the sheet, known by its code or, where it has none, by its name.

    Rows of one code (one for each store or size) become one, with their quantities added up and of everything else
    what comes first. Raises CurrencyDiffers, and ColumnUnreadable for a column that holds no numbers.
    """
    items = _texts(body, "item")
    columns = zip(
        body.numbers,
        _codes(body, items, findings),
        items,
        _texts(body, "category"),
        read_tags(body),
        _numbers(path, body, "quantity", request, findings),
        _numbers(path, body, "unit_price", request, findings),
        _numbers(path, body, "unit_cost", request, findings),
        strict=True,
    )
    found: dict[str, Stock] = {}
    repeated = set()
    for number, sku, *rest in columns:
        if sku is None:
            continue
        stock = Stock(number, sku, *rest)
        if sku in found:
            repeated.add(sku)
            stock = _together(found[sku], stock)
        found[sku] = stock
    if repeated:
        notice = translate("{count} codes stand on several rows; the quantities of each were added up.")
        findings.notices.append(notice.format(count=len(repeated)))
    return list(found.values())


def _together(one: Stock, other: Stock) -> Stock:
    counted = [each.quantity_milli for each in (one, other) if each.quantity_milli is not None]
    return one._replace(
        item=one.item or other.item,
        category=one.category or other.category,
        tags=tuple(dict.fromkeys((*one.tags, *other.tags))),
        quantity_milli=sum(counted) if counted else None,
        price_minor=other.price_minor if one.price_minor is None else one.price_minor,
        unit_cost_minor=other.unit_cost_minor if one.unit_cost_minor is None else one.unit_cost_minor,
    )


def _codes(body: Body, items: Sequence[str | None], findings: Findings) -> list[str | None]:
    cells = body.cells("sku") if body.has("sku") else [""] * body.length
    codes = spread(cells, clean_number)
    for position, (code, item) in enumerate(zip(codes, items, strict=True)):
        if code is not None and LOST_DIGITS.fullmatch(code):
            findings.reject(position, "digits_lost", "sku", cells[position])
            codes[position] = None
        elif code is None and item is None:
            findings.reject(position, "stock_nameless", "sku", cells[position])
        else:
            codes[position] = code or item
    return codes


def _texts(body: Body, field: str) -> list[str | None]:
    return spread(body.cells(field), _one_line) if body.has(field) else [None] * body.length


def _one_line(cell: str) -> str | None:
    text = clean_text(cell)
    return " ".join(text.split()) if text else None


def _numbers(path: Path, body: Body, field: str, request: Request, findings: Findings) -> list[int | None]:
    """Quantities may be below zero, where more was sold than was counted; prices may not."""
    if not body.has(field):
        return [None] * body.length
    cells = body.cells(field)
    is_quantity = field == "quantity"
    sheet = Sheet(path, body, request)
    column = read_alone(sheet, field, QUANTITY_DECIMALS if is_quantity else sheet.exponent)
    if column.is_mostly_bad:
        refuse_column(sheet, field, [cells[position] for position in column.bad[:50]])
    values = [*column.values]
    for position in column.bad:
        findings.ignore(position, "quantity_unreadable" if is_quantity else "amount_unreadable", field, cells[position])
    for position, value in enumerate(values):
        if value is not None and value < 0 and not is_quantity:
            findings.ignore(position, "amount_negative", field, cells[position])
            values[position] = None
    return values
