"""What is left of a sale to give back: its money, and of each of its lines how many and what was paid for them."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from unicodedata import normalize

from sqlalchemy import select

from shopcrm.core.book import Book
from shopcrm.core.errors import LineAmbiguous, LineNotSold, LineTooMany
from shopcrm.core.language import translate as _
from shopcrm.core.money import split_largest_remainder
from shopcrm.core.schema.sales import counting, sale
from shopcrm.features.sales.revising import lines_of
from shopcrm.features.sales.rows import amount_of, naming, quantity_of
from shopcrm.sheets.records import Line


@dataclass(slots=True)
class LineLeft:
    """One line of a sale, with how much of it is left, and what was paid for that."""

    line: Line
    quantity_milli: int
    net_minor: int

    def give_back(self, quantity_milli: int) -> Line:
        """Takes some off; its money in proportion, rounded down, so that the last one takes the exact remainder."""
        net_minor = self.net_minor * quantity_milli // self.quantity_milli
        self.quantity_milli -= quantity_milli
        self.net_minor -= net_minor
        return self.line._replace(quantity_milli=-quantity_milli, net_minor=-net_minor)


@dataclass(frozen=True, slots=True)
class Remaining:
    """A sale as its refunds left it. Lines may come to more than `net_minor` where refunds named none."""

    sold: Any
    net_minor: int
    lines: tuple[LineLeft, ...]


class Wanted(NamedTuple):
    """A line to give back, by SKU or item; all that is left of it where no quantity is said."""

    name: str
    quantity_milli: int | None


def remaining(book: Book, sold: Any, *, before_id: int | None = None) -> Remaining:
    """What counting refunds left of a sale; with `before_id` those alone that were written before that one.

    What was paid for a line is the sale's net amount spread over its lines by the largest remainder: a line that takes
    something off (a discount) lowers what the others were paid with.
    """
    among = [sale.c.refund_of_id == sold.id, counting] + ([sale.c.id < before_id] if before_id else [])
    refunds = book.connection.execute(select(sale.c.id, sale.c.net_minor).where(*among).order_by(sale.c.id)).all()
    lines = [line for line in lines_of(book, sold.id) if line.net_minor >= 0]
    left: list[LineLeft] = []
    if sold.net_minor > 0 and any(line.net_minor for line in lines):
        paid = split_largest_remainder(sold.net_minor, [line.net_minor for line in lines])
        # A till may count nothing where it sold one thing.
        left = [
            LineLeft(line, line.quantity_milli if line.quantity_milli > 0 else 1000, net_minor)
            for line, net_minor in zip(lines, paid, strict=True)
        ]
    for refund in refunds:
        for back in lines_of(book, refund.id):
            _take_off(left, back)
    return Remaining(sold, sold.net_minor + sum(refund.net_minor for refund in refunds), tuple(left))


def rest(left: Remaining) -> tuple[Line, ...]:
    """Lines of a refund that gives back all that is left; none where it is not known of what."""
    lines = [each for each in left.lines if each.quantity_milli]
    weights = [each.net_minor for each in lines]
    if not any(weights):
        return ()
    parts = split_largest_remainder(left.net_minor, weights)
    return tuple(
        each.line._replace(quantity_milli=-each.quantity_milli, net_minor=-part)
        for each, part in zip(lines, parts, strict=True)
    )


def pick(book: Book, left: Remaining, wanted: Sequence[Wanted]) -> tuple[Line, ...]:
    """Lines of a refund that gives back what is named. Raises LineNotSold, LineAmbiguous, LineTooMany."""
    return tuple(line for each in wanted for line in _pick(book, left, each))


def _pick(book: Book, left: Remaining, wanted: Wanted) -> list[Line]:
    about = {"line": wanted.name, "receipt": left.sold.receipt, "on": left.sold.on}
    named = _named(left.lines, wanted.name)
    if not named:
        listed = _listed(book, left.lines) or _("no lines at all")
        raise LineNotSold(**about, lines=listed, first=naming(left.sold))
    there = sum(each.quantity_milli for each in named)
    asked = there if wanted.quantity_milli is None else wanted.quantity_milli
    if asked > there or not there:
        sold = sum(max(each.line.quantity_milli, 0) or 1000 for each in named)
        raise LineTooMany(
            **about,
            left=quantity_of(there),
            sold=quantity_of(sold),
            quantity=quantity_of(asked or sold),
            first=naming(left.sold),
        )
    named = [each for each in named if each.quantity_milli]
    if asked < there and not _are_alike(named):
        one = next((each.line.sku for each in named if each.line.sku), wanted.name)
        example = shlex.join([left.sold.receipt, "--line", one])
        raise LineAmbiguous(**about, lines=_listed(book, named), example=example)
    taken = []
    for each in named:
        if part := min(asked, each.quantity_milli):
            taken.append(each.give_back(part))
            asked -= part
    return taken


def _named(lines: Sequence[LineLeft], name: str) -> list[LineLeft]:
    """The lines of that SKU, else of that item, however it is typed."""
    wanted = _plain(name)
    by_sku = [each for each in lines if _plain(each.line.sku) == wanted]
    return by_sku or [each for each in lines if _plain(each.line.item) == wanted]


def _take_off(lines: Sequence[LineLeft], back: Line) -> None:
    """Takes a refund's line off the lines of the sale that it is of, the first of them first."""
    quantity_milli, net_minor = -back.quantity_milli, -back.net_minor
    for each in lines:
        if quantity_milli > 0 and each.quantity_milli and _is_of(back, each.line):
            part = min(quantity_milli, each.quantity_milli)
            share = net_minor * part // quantity_milli
            each.quantity_milli -= part
            each.net_minor = max(0, each.net_minor - share)
            quantity_milli, net_minor = quantity_milli - part, net_minor - share


def _is_of(back: Line, line: Line) -> bool:
    if back.sku and line.sku:
        return _plain(back.sku) == _plain(line.sku)
    return _plain(back.item) == _plain(line.item)


def _are_alike(lines: Sequence[LineLeft]) -> bool:
    """Whether it is all one which of these comes back: the same SKU, at the same price."""
    first = lines[0].line
    return all(
        _plain(each.line.sku) == _plain(first.sku)
        and each.line.net_minor * first.quantity_milli == first.net_minor * each.line.quantity_milli
        for each in lines
    )


def _listed(book: Book, lines: Sequence[LineLeft]) -> str:
    return ", ".join(
        _("{quantity} × {name} for {amount}").format(
            quantity=quantity_of(each.quantity_milli),
            name=" ".join(filter(None, (each.line.sku, each.line.item))),
            amount=amount_of(book, each.net_minor),
        )
        for each in lines
    )


def _plain(text: str | None) -> str:
    return " ".join(normalize("NFKC", text or "").casefold().split())
