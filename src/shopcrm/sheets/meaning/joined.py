"""Two tabs of one workbook that tell of the same receipts: orders on one, their items on the other."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from shopcrm.sheets.layout.body import Body
from shopcrm.sheets.layout.headers import Layout
from shopcrm.sheets.values.texts import clean_numbers

_OF_LINE = ("sku", "item", "category", "quantity", "unit_price", "unit_cost")
_OF_RECEIPT = frozenset({"net_amount", "discount", "tax", "refund_amount"})


def partner_of(lines: Body, bodies: Sequence[Body]) -> Body | None:
    """The tab of orders that these items belong to: it names the same receipts, with their days, and no items."""
    own = _numbers(lines)
    for body in bodies:
        has_totals = body.has("receipt") and not body.layout.is_lines and not (body.has("item") or body.has("sku"))
        if body is not lines and has_totals and "net_amount" in body.layout.columns:
            shared = own & _numbers(body)
            if 2 * len(shared) > min(len(own), body.length):
                return body
    return None


def has_items(body: Body) -> bool:
    """Whether a tab could be the items of another tab's orders."""
    return body.has("receipt") and (body.has("item") or body.has("sku"))


def join_tabs(heads: Body, lines: Body) -> tuple[Body, list[int]]:
    """Orders with their items beside them, a row an item, in the order of the orders.

    What stands on both tabs is the order's. Also answers the rows of items that belong to no order.
    """
    numbers = clean_numbers(heads.cells("receipt"))
    items: defaultdict[str | None, list[int]] = defaultdict(list)
    for place, number in enumerate(clean_numbers(lines.cells("receipt"))):
        items[number].append(place)
    pairs: list[tuple[int, int | None]] = []
    for place, number in enumerate(numbers):
        pairs += [(place, item) for item in items.pop(number, [None])]
    left_over = [lines.numbers[place] for places in items.values() for place in places]
    columns = [[column[place] for place, _ in pairs] for column in heads.columns]
    columns += [["" if item is None else column[item] for _, item in pairs] for column in lines.columns]
    body = Body(
        _joined_layout(heads.layout, lines.layout),
        columns,
        [heads.numbers[place] for place, _ in pairs],
        repeated_headers=heads.repeated_headers + lines.repeated_headers,
        examples=heads.examples + lines.examples,
        hidden_rows=heads.hidden_rows + lines.hidden_rows,
        footers=[(number, [*cells, *[""] * len(lines.columns)]) for number, cells in heads.footers],
        declared_rows=heads.declared_rows,
        counts_from_1904=heads.counts_from_1904,
    )
    return body, sorted(left_over)


def _joined_layout(heads: Layout, lines: Layout) -> Layout:
    shift = len(heads.header)
    columns: dict[str, tuple[int, ...]] = dict(heads.columns)
    for name in _OF_LINE:
        if name in lines.columns:
            columns[name] = tuple(position + shift for position in lines.columns[name])
        else:
            columns.pop(name, None)
    if "net_amount" in lines.columns:
        columns["line_amount"] = tuple(position + shift for position in lines.columns["net_amount"])
    units: Mapping[str, str] = {**heads.till.units, **{n: u for n, u in lines.till.units.items() if n in _OF_LINE}}
    till = replace(heads.till, order_level=heads.till.order_level | _OF_RECEIPT, units=units)
    return replace(heads, till=till, header=(*heads.header, *lines.header), columns=columns)


def _numbers(body: Body) -> set[str | None]:
    return set(clean_numbers(body.cells("receipt"))) - {None}
