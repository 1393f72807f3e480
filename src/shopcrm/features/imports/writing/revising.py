"""Receipts that the book knows already: compared with what a sheet says now, and revised where that differs."""

import json
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import delete, exists, select, update

from shopcrm.core.book import Book
from shopcrm.core.clock import read_stored_instant, stored_instant
from shopcrm.core.schema.intake import row_change
from shopcrm.core.schema.sales import counting, sale, sale_line
from shopcrm.features.imports.writing.matching import ERASED
from shopcrm.sheets.records import Line, Receipts

KEPT = (
    "at", "customer_id", "refund_of_receipt", "net_minor", "cashier", "payment_method", "discount_minor", "tax_minor",
    "withdrawn", "revision",
)  # fmt: skip
BY_HAND = "hand"  # the source of sales that a person typed
_LINE = tuple(sale_line.c[name] for name in Line._fields)


class Change(NamedTuple):
    """A receipt that the book knows otherwise: its place in the sheet, the sale as it stands, and what it becomes."""

    place: int
    sale: Any
    lines: tuple[Line, ...]
    values: dict[str, Any]
    new_lines: tuple[Line, ...] | None  # None where they stay


@dataclass(slots=True)
class Comparison:
    """What of a sheet is new, and what has changed. `known` names the sale of every receipt that stands already."""

    fresh: Sequence[int]
    typed: int = 0  # receipts that a person had typed already, with the same amount
    clashing: list[int] = field(default_factory=list)  # typed already with another amount
    changed: list[Change] = field(default_factory=list)
    known: dict[int, int] = field(default_factory=dict)  # place → sale


def compare(book: Book, receipts: Receipts, customer_ids: list[int | None], source: str) -> Comparison:
    """Looks every receipt up by its key. Sales in the book are read one by one and none is kept that did not change."""
    if not len(receipts):
        return Comparison([])
    comparison = _compare(book, receipts, customer_ids, source)
    _leave_out_typed(book, receipts, comparison)
    return comparison


def _compare(book: Book, receipts: Receipts, customer_ids: list[int | None], source: str) -> Comparison:
    among = (sale.c.source == source, sale.c.on.between(min(receipts.days), max(receipts.days)))
    if not book.connection.scalar(select(exists().where(*among))):
        return Comparison(_all_but_void(receipts))
    keys = zip(receipts.stores, receipts.numbers, receipts.days, receipts.kinds, strict=True)
    places = {key: place for place, key in enumerate(keys)}
    comparison, storeless = Comparison([]), _Storeless(receipts, places)
    own_lines = _lines_by_receipt(receipts)

    def meet(place: int, row: Any, lines: tuple[Line, ...]) -> None:
        comparison.known[place] = row.id
        change = _compared(place, row, lines, receipts, customer_ids, own_lines)
        if change:
            comparison.changed.append(change)

    for row, lines in _standing(book, among):
        place = places.get((row.store, row.receipt, row.on, row.kind))
        if place is None:
            storeless.consider(row, lines)
        else:
            meet(place, row, lines)
    for place, row, lines in storeless.found(comparison.known):
        meet(place, row, lines)
    comparison.fresh = [place for place in _all_but_void(receipts) if place not in comparison.known]
    return comparison


class _Storeless:
    """Pairs a receipt of a sheet that names no store with the one that the book has in a store, and the other way.

    One export of a till names the store and another of the same day does not; without this a month is counted twice.
    Since stores may well use the same numbers, the amount must agree too, and the time where both say one.
    """

    def __init__(self, receipts: Receipts, places: Mapping[Any, int]) -> None:
        self._receipts, self._places = receipts, places
        self._met: dict[int, list[tuple[Any, tuple[Line, ...]]]] = {}

    def consider(self, row: Any, lines: tuple[Line, ...]) -> None:
        """Keeps a sale of the book that no receipt of the sheet names by its store."""
        named = (row.receipt, row.on, row.kind)
        place = self._places.get(("", *named)) if row.store else self._of_any_store.get(named)
        if place is None or self._receipts.nets_minor[place] != row.net_minor:
            return
        at = self._receipts.ats[place]
        if at is None or row.at is None or at == stored_instant(row.at):
            self._met.setdefault(place, []).append((row, lines))

    def found(self, known: Container[int]) -> Iterator[tuple[int, Any, tuple[Line, ...]]]:
        """The receipts that are one sale of the book and no other."""
        for place, rows in self._met.items():
            if len(rows) == 1 and place not in known:
                yield place, *rows[0]

    @cached_property
    def _of_any_store(self) -> Mapping[Any, int]:
        own = [(key[1:], place) for key, place in self._places.items() if key[0]]
        times = Counter(named for named, _ in own)
        return {named: place for named, place in own if times[named] == 1}


def revise(
    book: Book, receipts: Receipts, customer_ids: list[int | None], comparison: Comparison, batch_id: int
) -> None:
    """Writes a new revision of every sale that changed, and keeps what it said before."""
    new_lines: list[tuple[object, ...]] = []
    before: list[tuple[object, ...]] = []
    for change in comparison.changed:
        sale_id = change.sale.id
        values = change.values | {"revision": change.sale.revision + 1}
        book.connection.execute(update(sale).where(sale.c.id == sale_id).values(values))
        if change.new_lines is not None:
            book.connection.execute(delete(sale_line).where(sale_line.c.sale_id == sale_id))
            new_lines += [(sale_id, position, *line) for position, line in enumerate(change.new_lines, 1)]
        before.append((batch_id, "sale", sale_id, as_it_stood(change.sale, change.lines)))
        if "withdrawn" in values:
            before += _with_their_sale(book, change.sale, values["withdrawn"], batch_id)
    book.insert_many(sale_line, ("sale_id", "position", *Line._fields), new_lines)
    book.insert_many(row_change, ("batch_id", "table_name", "row_id", "before"), before)


def _with_their_sale(book: Book, sold: Any, withdrawn: str | None, batch_id: int) -> Iterator[tuple[object, ...]]:
    """Refunds go with the sale that they give back, and come again with it."""
    own = select(sale).where(sale.c.refund_of_id == sold.id, sale.c.withdrawn.is_not_distinct_from(sold.withdrawn))
    for refund in book.connection.execute(own).all():
        lines = select(*_LINE).where(sale_line.c.sale_id == refund.id).order_by(sale_line.c.position)
        kept = [Line(*line) for line in book.connection.execute(lines)]
        values = {"withdrawn": withdrawn, "revision": refund.revision + 1}
        book.connection.execute(update(sale).where(sale.c.id == refund.id).values(values))
        yield batch_id, "sale", refund.id, as_it_stood(refund, kept)


def as_it_stood(row: Any, lines: Iterable[Line]) -> str:
    """A sale with its lines as the change log keeps them."""
    values = {name: getattr(row, name) for name in KEPT}
    at = {"at": None if row.at is None else stored_instant(row.at)}
    return json.dumps(values | at | {"refund_of_id": row.refund_of_id, "lines": list(lines)}, ensure_ascii=False)


def _leave_out_typed(book: Book, receipts: Receipts, comparison: Comparison) -> None:
    """What a person typed before the till's sheet came is the same sale, and counts once."""
    days = (min(receipts.days), max(receipts.days))
    typed = select(sale).where(sale.c.source == BY_HAND, sale.c.on.between(*days), counting)
    standing: dict[tuple[object, ...], list[Any]] = {}
    for row in book.connection.execute(typed):
        standing.setdefault((row.receipt, row.on, row.kind), []).append(row)
    if not standing:
        return
    fresh = []
    for place in comparison.fresh:
        key = (receipts.numbers[place].upper(), receipts.days[place], receipts.kinds[place])
        own = [row for row in standing.get(key, ()) if not row.store or row.store == receipts.stores[place]
               or not receipts.stores[place]]  # fmt: skip
        if not own:
            fresh.append(place)
        elif any(row.net_minor == receipts.nets_minor[place] for row in own):
            comparison.typed += 1
        else:
            comparison.clashing.append(place)
    comparison.fresh = fresh


def _all_but_void(receipts: Receipts) -> Sequence[int]:
    if True not in receipts.are_void:
        return range(len(receipts))
    return [place for place, is_void in enumerate(receipts.are_void) if not is_void]


def _lines_by_receipt(receipts: Receipts) -> dict[int, list[Line]]:
    own = receipts.lines
    columns = (own.skus, own.items, own.categories, own.quantities_milli, own.nets_minor, own.unit_costs_minor)
    found: dict[int, list[Line]] = {}
    for of, *line in zip(own.of, *columns, strict=True):
        found.setdefault(of, []).append(Line(*line))
    return found


def _standing(book: Book, among: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Line, ...]]]:
    """The sales of the book with their lines, side by side in the order of their ids."""
    bought = select(sale_line.c.sale_id, *_LINE).join(sale, sale.c.id == sale_line.c.sale_id).where(*among)
    lines = iter(book.connection.execute(bought.order_by(sale_line.c.sale_id, sale_line.c.position)))
    line = next(lines, None)
    for row in book.connection.execute(select(sale).where(*among).order_by(sale.c.id)):
        own: list[Line] = []
        while line is not None and line[0] == row.id:
            own.append(Line(*line[1:]))
            line = next(lines, None)
        yield row, tuple(own)


def _compared(
    place: int,
    row: Any,
    lines: tuple[Line, ...],
    receipts: Receipts,
    customer_ids: list[int | None],
    own_lines: dict[int, list[Line]],
) -> Change | None:
    if row.withdrawn == "hand":  # taken back by a person, whatever the till still says
        return None
    if receipts.are_void[place]:
        return None if row.withdrawn else Change(place, row, lines, {"withdrawn": "till"}, None)
    customer_id = customer_ids[place]
    if customer_id == ERASED:
        customer_id = row.customer_id  # the sale stays theirs, or nobody's, as it is
    if customer_id is None and row.refund_of_id is not None:
        customer_id = row.customer_id  # taken from its sale, where the sheet named none: no change of the refund
    said = {
        "customer_id": customer_id,
        "refund_of_receipt": receipts.refunds_of[place],
        "net_minor": receipts.nets_minor[place],
        "withdrawn": None,
    }
    at = receipts.ats[place]
    told = {
        "at": at,
        "cashier": receipts.cashiers[place],
        "payment_method": receipts.payment_methods[place],
        "discount_minor": receipts.discounts_minor[place],
        "tax_minor": receipts.taxes_minor[place],
    }
    standing = {name: getattr(row, name) for name in (*said, *told)}
    standing["at"] = None if row.at is None else stored_instant(row.at)
    said |= {name: value for name, value in told.items() if value is not None}  # a blank never erases
    values: dict[str, Any] = {name: value for name, value in said.items() if standing[name] != value}
    if "refund_of_receipt" in values:
        values["refund_of_id"] = None  # a refund that now names another sale is pointed at it afresh
    if "at" in values:
        values["at"] = None if at is None else read_stored_instant(at)
    new_lines = _changed_lines(lines, tuple(own_lines.get(place, ())), "net_minor" in values)
    return Change(place, row, lines, values, new_lines) if values or new_lines is not None else None


def _changed_lines(standing: tuple[Line, ...], own: tuple[Line, ...], has_other_net: bool) -> tuple[Line, ...] | None:
    """The lines as they are now, where they differ; a sheet without items says nothing about those of a known sale."""
    if not own and not has_other_net:
        return None
    if len(own) == len(standing):
        pairs = zip(own, standing, strict=True)
        own = tuple(new if new.unit_cost_minor is not None else new._replace(unit_cost_minor=old.unit_cost_minor)
                    for new, old in pairs)  # fmt: skip
    return None if own == standing else own
