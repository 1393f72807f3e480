"""A sales sheet becomes sales and refunds: a receipt known already is compared, and revised where it changed.

A receipt is known by source, store, day, number and kind, since tills restart their numbers every day. All of it is
done column by column: a million lines as records would take four times the memory, and twice the time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress, repeat
from operator import not_
from typing import NamedTuple, TypeVar

from shopcrm.core.book import Book
from shopcrm.core.intake import Question, ask
from shopcrm.core.schema.sales import by_customer, by_store, sale, sale_line
from shopcrm.features.imports.writing.matching import ERASED, Directory, Match
from shopcrm.features.imports.writing.people import Outcome, issues_of, write_customers
from shopcrm.features.imports.writing.returns import write_returns
from shopcrm.features.imports.writing.revising import Comparison, compare, revise
from shopcrm.sheets.records import Lines, Receipts, RowIssue

_SALE_COLUMNS = ("id", "source", "store", "on", "receipt", "kind", "net_minor", "revision", "batch_id")
_LINE_COLUMNS = ("sale_id", "position", "quantity_milli", "net_minor")

Progress = Callable[[str, int, int], None]
Value = TypeVar("Value")


class Named(NamedTuple):
    """How receipts name their customers, and who those are."""

    customer_ids: list[int | None]
    issues: list[RowIssue]


def write_receipts(
    book: Book, receipts: Receipts, source: str, begin_batch: Callable[[], int], progress: Progress | None = None
) -> Outcome:
    """Adds sales and refunds that are new, revises those that changed, and leaves alone what is the same.

    What the till calls void by now is withdrawn, and what it has given back since becomes a refund. The batch is begun,
    and anything written, only where something is new.
    """
    directory = Directory(book, source, names_decide=False)
    named = _match(directory, receipts)
    comparison = compare(book, receipts, named.customer_ids, source)
    erased = named.customer_ids.count(ERASED)
    if erased:  # what is new of theirs is a sale to nobody
        named = Named([None if who == ERASED else who for who in named.customer_ids], named.issues)
    batch_ids: list[int] = []

    def batch() -> int:
        if not batch_ids:
            batch_ids.append(begin_batch())
            write_customers(book, directory, batch_ids[0])
        return batch_ids[0]

    if comparison.fresh or comparison.changed or directory.new_identities:
        batch()
        _add(book, receipts, named.customer_ids, comparison, source, batch_ids[0], progress)
        revise(book, receipts, named.customer_ids, comparison, batch_ids[0])
    returned = write_returns(book, receipts, comparison, source, batch) if any(receipts.returned_minor) else set()
    updated = {change.place for change in comparison.changed} | (returned - set(comparison.fresh))
    added, present = len(comparison.fresh), receipts.are_void.count(False)
    void = sum(receipts.are_void[place] for place in updated)
    clashing = [RowIssue(receipts.rows[p], "typed_otherwise", "receipt", receipts.numbers[p], True)
                for p in comparison.clashing]  # fmt: skip
    unchanged = present - added - (len(updated) - void) - len(clashing)
    if directory.weak:
        ask(book, [Question(who, "weak", name, 0, {"name": name}) for who, name in directory.weak], source, batch)
    return Outcome(
        added, len(updated), unchanged, len(directory.new_customers), [*named.issues, *clashing], erased=erased
    )


def _match(directory: Directory, receipts: Receipts) -> Named:
    """Each way of naming a customer is looked up once; a big sheet has ten receipts for each.

    The fullest first: a row with number and phone ties together what rows with one of them say, wherever it stands.
    """
    columns = (receipts.member_nos, receipts.phones, receipts.emails, receipts.till_ids, receipts.names)
    ways = dict.fromkeys(compress(zip(*columns, strict=True), map(not_, receipts.are_void)))
    answers: dict[tuple[str | None, ...], Match] = {
        how: directory.match(how) for how in sorted(ways, key=lambda how: how.count(None))
    }
    ids = {how: match.customer_id for how, match in answers.items()}
    customer_ids = [ids.get(how) for how in zip(*columns, strict=True)]
    wrong = {how: match for how, match in answers.items() if match.problems}
    issues: list[RowIssue] = []
    if wrong:
        for row, how in zip(receipts.rows, zip(*columns, strict=True), strict=True):
            if how in wrong:
                issues += issues_of(row, wrong[how])
    return Named(customer_ids, issues)


def _add(
    book: Book,
    receipts: Receipts,
    customer_ids: list[int | None],
    comparison: Comparison,
    source: str,
    batch_id: int,
    progress: Progress | None,
) -> None:
    fresh, first_id = comparison.fresh, book.next_id(sale)
    count = len(fresh)
    is_all = count == len(receipts)

    def pick(column: Sequence[Value]) -> Iterable[Value]:
        return column if is_all else (column[place] for place in fresh)

    days = {day: day.isoformat() for day in set(receipts.days)}
    told = _saying({
        "at": receipts.ats, "customer_id": customer_ids, "refund_of_receipt": receipts.refunds_of,
        "cashier": receipts.cashiers, "payment_method": receipts.payment_methods,
        "discount_minor": receipts.discounts_minor, "tax_minor": receipts.taxes_minor,
    })  # fmt: skip
    sales = zip(
        range(first_id, first_id + count), repeat(source, count), pick(receipts.stores),
        map(days.__getitem__, pick(receipts.days)), pick(receipts.numbers), pick(receipts.kinds),
        pick(receipts.nets_minor), repeat(1, count), repeat(batch_id, count), *map(pick, told.values()), strict=True,
    )  # fmt: skip
    with book.built_last(by_customer, count), book.built_last(by_store, count):
        book.insert_many(sale, (*_SALE_COLUMNS, *told), _counted(sales, "sales", count, progress))
    if receipts.lines.of:
        ids = list(range(first_id, first_id + count)) if is_all else _ids(fresh, first_id, len(receipts))
        _add_lines(book, receipts.lines, ids, progress)


def _add_lines(book: Book, lines: Lines, ids: Sequence[int | None], progress: Progress | None) -> None:
    """Writes the lines of the receipts that have an id, which are the new ones."""
    told = _saying({
        "sku": lines.skus, "item": lines.items, "category": lines.categories,
        "unit_cost_minor": lines.unit_costs_minor,
    })  # fmt: skip
    of: Iterable[int | None] = (ids[place] for place in lines.of)
    rows: Iterable[tuple[object, ...]] = zip(
        of, _positions(lines.of), lines.quantities_milli, lines.nets_minor, *told.values(), strict=True
    )
    if None in ids:
        rows = (row for row in rows if row[0] is not None)
    book.insert_many(sale_line, (*_LINE_COLUMNS, *told), _counted(rows, "lines", len(lines.of), progress))


def _saying(columns: Mapping[str, Sequence[object]]) -> Mapping[str, Sequence[object]]:
    """The columns that say anything: what is left out of an insert is nothing, and costs nothing."""
    return {name: column for name, column in columns.items() if column.count(None) < len(column)}


def _ids(fresh: Sequence[int], first_id: int, count: int) -> list[int | None]:
    ids: list[int | None] = [None] * count
    for sale_id, place in enumerate(fresh, first_id):
        ids[place] = sale_id
    return ids


def _positions(of: Sequence[int]) -> Iterator[int]:
    """1, 2, 3, … within each receipt; the lines stand in the order of their receipts."""
    last, position = -1, 0
    for group in of:
        position = position + 1 if group == last else 1
        last = group
        yield position


def _counted(
    rows: Iterable[tuple[object, ...]], what: str, count: int, progress: Progress | None
) -> Iterable[Sequence[object]]:
    """The rows, telling now and then how many went by."""
    return rows if progress is None else _told(rows, what, count, progress)


def _told(
    rows: Iterable[tuple[object, ...]], what: str, count: int, progress: Progress
) -> Iterator[tuple[object, ...]]:
    for done, row in enumerate(rows):
        if not done % 10_000:
            progress(what, done, count)
        yield row
    progress(what, count, count)
