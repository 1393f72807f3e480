"""What stands above the header: the store, the days a sheet covers, how many rows it says it has."""

import re
from collections.abc import Sequence
from datetime import date

from shopcrm.sheets.records import Preamble
from shopcrm.sheets.values.texts import unwrap

_STORE = re.compile(
    r"(?:门店名称|登录店铺|店铺名称|所属门店|门店|店铺|store(?: name)?|location|shop)\s*[:：]\s*(\S.*)", re.I
)
_DAY = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_SPAN = re.compile(rf"{_DAY}(?:\s*\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?\s*(?:[-~–—至到]+|to)\s*{_DAY}")
_COUNT = re.compile(r"共\s*(\d+)\s*[笔条行单]|(?:rows|records|count|记录数|总笔数|总条数)\s*[:：]\s*(\d+)", re.I)
_END_OF_CELL = re.compile(r"[;；，,|\t]|\s{2,}")


def read_preamble(rows: Sequence[Sequence[str]]) -> Preamble:
    """The facts in the rows above a header; what is not said is None."""
    cells = [text for row in rows for cell in row if (text := unwrap(cell))]
    store: str | None = None
    days: tuple[date, date] | None = None
    declared: int | None = None
    for place, text in enumerate(cells):
        labelled = text if not text.endswith((":", "：")) else f"{text}{next(iter(cells[place + 1 :]), '')}"
        store = store or _store_of(labelled)
        days = days or _span_of(labelled)
        declared = declared if declared is not None else _count_of(labelled)
    first, last = days or (None, None)
    return Preamble(store, first, last, declared, tuple(dict.fromkeys(cells)))


def _store_of(text: str) -> str | None:
    found = _STORE.match(text)
    return _END_OF_CELL.split(found[1].strip())[0].strip() or None if found else None


def _span_of(text: str) -> tuple[date, date] | None:
    found = _SPAN.search(text)
    if not found:
        return None
    numbers = list(map(int, found.groups()))
    try:
        return date(*numbers[:3]), date(*numbers[3:])
    except ValueError:
        return None


def _count_of(text: str) -> int | None:
    found = _COUNT.search(text)
    return int(found[1] or found[2]) if found else None
