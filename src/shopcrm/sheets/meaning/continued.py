"""Later lines of a receipt, on which tills leave blank what they wrote on its first line."""

from shopcrm.sheets.layout.body import Body
from shopcrm.sheets.values.texts import is_blank

_OF_RECEIPT = ("receipt", "date", "time", "datetime", "store", "zone", "status")
_LONG = 12  # a cell of so many signs says something
_OF_LINE = ("sku", "item", "quantity")


def fill_down(body: Body) -> None:
    """Writes what belongs to the receipt on each of its lines.

    A later line is a row with an item whose receipt number is blank or the one above, and whose day or amount is blank.
    """
    if not body.has("receipt") or not any(body.has(name) for name in _OF_LINE):
        return
    dated = body.cells("datetime" if body.has("datetime") else "date")
    paid = body.cells("net_amount") if body.has("net_amount") else dated
    blank = _blank(dated) | _blank(paid)
    if not blank:
        return
    receipts = body.cells("receipt")
    lines = [body.cells(name) for name in _OF_LINE if body.has(name)]
    positions = [position for name in _OF_RECEIPT for position in body.layout.columns.get(name, ())]
    filled = {position: list(body.column(position)) for position in positions}
    for place in range(1, body.length):
        is_blank_number = is_blank(receipts[place])
        above = filled[body.layout.columns["receipt"][0]][place - 1]
        is_same = receipts[place] == above or (is_blank_number and dated[place] in blank)
        if not is_same or not (dated[place] in blank or paid[place] in blank):
            continue
        if all(is_blank(column[place]) for column in lines):
            continue
        for column in filled.values():
            if is_blank(column[place]):
                column[place] = column[place - 1]
    for position, column in filled.items():
        body.columns[position] = column


def _blank(cells: list[str]) -> set[str]:
    """The cells that say nothing. Such are short, or white space alone: a look at lengths spares most columns."""
    if min(map(len, cells), default=0) >= _LONG and not any(map(str.isspace, cells)):
        return set()
    return {cell for cell in set(cells) if not cell[:1].isdigit() and is_blank(cell)}
