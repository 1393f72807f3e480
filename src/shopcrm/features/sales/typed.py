"""Reads what is typed about a sale: amounts exactly, lines as `ITEM|AMOUNT`, a time of day."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from shopcrm.core.book import Book
from shopcrm.core.clock import to_instant
from shopcrm.core.errors import AmountUnreadable, SaleNotWritable
from shopcrm.core.language import translate as _
from shopcrm.core.money import format_minor, parse_minor
from shopcrm.sheets.records import Line

_LARGEST = 10**15  # minor units; ten of these still fit a column together


class Amounts(NamedTuple):
    """What a sale or refund comes to, signed, and the lines that add up to it."""

    kind: str
    net_minor: int
    lines: tuple[Line, ...]


def read_amounts(book: Book, amount: str | None, lines: Sequence[str], *, is_refund: bool) -> Amounts:
    """The amount and the lines, which must agree. What is given back may be typed with a minus or without.

    Raises AmountUnreadable, SaleNotWritable.
    """
    items = [_read_line(text, book.exponent) for text in lines]
    total = sum(line.net_minor for line in items)
    if amount is None and not items:
        raise SaleNotWritable(reason=_("an amount is needed, or lines with theirs"))
    net_minor = total if amount is None else _read_minor(amount, book.exponent)
    if is_refund or net_minor < 0:
        kind, net_minor = "refund", -abs(net_minor)
        if total > 0:
            items = [i._replace(quantity_milli=-i.quantity_milli, net_minor=-i.net_minor) for i in items]
            total = -total
        if net_minor == 0:
            raise SaleNotWritable(reason=_("a refund of nothing gives nothing back"))
    else:
        kind = "sale"
    if items and total != net_minor:
        said = {"total": format_minor(total, book.exponent), "amount": format_minor(net_minor, book.exponent)}
        raise SaleNotWritable(reason=_("its lines add up to {total}, not to {amount}").format(**said))
    return Amounts(kind, net_minor, tuple(items))


def read_wanted(lines: Sequence[str]) -> list[tuple[str, int | None]]:
    """Lines to give back, typed `SKU` or `ITEM`, with or without `|QUANTITY`, as a name and thousandths.

    Raises AmountUnreadable, SaleNotWritable.
    """
    wanted = []
    for text in lines:
        name, _sign, quantity = (part.strip() for part in text.replace("｜", "|").partition("|"))
        milli = _read_minor(quantity, 3) if quantity else None
        if not name or (milli is not None and milli <= 0):
            forms = "ITEM, ITEM|QUANTITY"
            raise SaleNotWritable(reason=_("“{line}” is none of {forms}").format(line=text, forms=forms))
        wanted.append((name, milli))
    return wanted


def read_returned(book: Book, amount: str) -> int:
    """What is given back in minor units, typed with a minus or without. Raises AmountUnreadable, SaleNotWritable."""
    returned_minor = abs(_read_minor(amount, book.exponent))
    if returned_minor == 0:
        raise SaleNotWritable(reason=_("a refund of nothing gives nothing back"))
    return returned_minor


def read_instant(book: Book, on: date, time: str | None) -> datetime | None:
    """The instant of a time of day such as `14:05` in the shop; None where none is typed. Raises SaleNotWritable."""
    if time is None:
        return None
    try:
        of_day = datetime.strptime(time.strip(), "%H:%M").time()  # noqa: DTZ007 - a time of day, no instant yet
    except ValueError:
        raise SaleNotWritable(reason=_("“{time}” is no time; write it like 14:05").format(time=time)) from None
    return to_instant(datetime.combine(on, of_day), book.zone)


def _read_line(text: str, exponent: int) -> Line:
    parts = [part.strip() or None for part in text.replace("｜", "|").split("|")]
    amount = parts.pop()
    if not 1 <= len(parts) <= 3 or amount is None or parts[-1 if len(parts) == 1 else -2] is None:
        forms = "ITEM|AMOUNT, ITEM|QUANTITY|AMOUNT, SKU|ITEM|QUANTITY|AMOUNT"
        raise SaleNotWritable(reason=_("“{line}” is none of {forms}").format(line=text, forms=forms))
    net_minor = _read_minor(amount, exponent)
    quantity = parts.pop() if len(parts) > 1 else None
    quantity_milli = _read_minor(quantity, 3) if quantity else (1000 if net_minor >= 0 else -1000)
    item = parts.pop()
    return Line(parts[0] if parts else None, item, None, quantity_milli, net_minor)


def _read_minor(text: str, exponent: int) -> int:
    minor = parse_minor(text, exponent)
    if abs(minor) > _LARGEST:
        raise AmountUnreadable(text=text, decimals=exponent)
    return minor
