"""What the counter asks of the book is found by an index: one customer of a million waits no longer than one of ten."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from shop import NOW, TODAY, Shop, open_shop
from shopcrm.core import ledger
from shopcrm.core.book import Book, open_book
from shopcrm.core.errors import ShopError
from shopcrm.features.points import counter, grants, reversals, transfers
from shopcrm.features.points.statement import statement

LONG = (
    "points_entry",
    "points_lot",
    "points_draw",
    "points_waiver",
    "sale",
    "sale_line",
)  # they grow with every receipt
Asked = tuple[str, Any]

AT_THE_COUNTER: dict[str, Callable[[Book], Any]] = {
    "a statement": lambda book: statement(book, "C-0001"),
    "a statement by phone": lambda book: statement(book, "13800138000"),
    "a redemption on a receipt in the book": lambda book: counter.redeem(book, "C-0001", points=40, receipt="R-2"),
    "one typed in small letters": lambda book: counter.redeem(book, "C-0001", points=40, receipt="r-2"),
    "one of another store": lambda book: counter.redeem(book, "C-0001", points=4, receipt="R-7", store="Pudong"),
    "one of a store that nobody knows": lambda book: refused(
        lambda: counter.redeem(book, "C-0001", points=4, receipt="R-7", store="Podung")
    ),
    "one of more than there are": lambda book: refused(
        lambda: counter.redeem(book, "C-0001", points=4000, receipt="R-7")
    ),
    "one with its total": lambda book: counter.redeem(book, "C-0001", amount="0.10", receipt="R-8", total="90"),
    "one on a receipt that was there": lambda book: counter.redeem(book, "C-0001", points=5, receipt="R-OLD"),
    "an adjustment": lambda book: counter.adjust(book, "C-0001", points=-5, reason="test"),
    "a grant": lambda book: grants.grant(book, "C-0001", "signin"),
    "a transfer": lambda book: transfers.transfer(book, "C-0001", "C-0002", points=5),
    "a reversal": lambda book: reversals.reverse(book, 2, reason="test"),
}


def refused(act: Callable[[], Any]) -> None:
    with pytest.raises(ShopError):
        act()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A book with hardly anybody in it."""
    shop = open_shop(tmp_path_factory.mktemp("alone"))
    lives(shop)
    return shop


def lives(shop: Shop) -> None:
    """A customer with points from sales, a redemption and a refund; beside her a walk-in and somebody else."""
    ana, bo = shop.customer("Ana", phone="13800138000"), shop.customer("Bo")
    first = ana.bought("500.00", on="2026-06-01", number="R-1")
    ana.bought("80.00", on="2026-06-30", number="R-2")
    shop.take_in([shop.receipt("90.00", "2026-06-30", number="R-3"), shop.receipt("9.00", "2026-06-30", name="Bo")])
    shop.take_in([shop.receipt("7.00", "2026-06-29")._replace(store="Pudong")])
    shop.accrue()
    with shop.writing() as book:
        counter.redeem(book, ana.code, points=5, receipt="R-OLD")
    ana.returned("20.00", on="2026-06-30", of=first)
    shop.accrue()
    assert (ana.statement().balance_points, bo.statement().balance_points) == (555, 9)


@pytest.mark.parametrize("what", AT_THE_COUNTER)
def test_nothing_at_the_counter_reads_through_a_table_that_grows(alone: Shop, what: str) -> None:
    with trying(alone) as book, recorded() as asked:
        AT_THE_COUNTER[what](book)

    assert len(asked) > 3
    assert [plan for each in asked for plan in read_through(alone, *each)] == []


@pytest.mark.parametrize(
    "act",
    [ledger.outstanding_points, lambda book: list(ledger.broken_laws(book)), lambda book: ledger.unswept(book)],
    ids=["all that is owed", "every law", "all that has ended"],
)
def test_what_is_asked_of_everyone_is_seen_to_read_through_them(
    alone: Shop, crowd: Shop, act: Callable[[Book], Any]
) -> None:
    """So that the tests beside it can fail."""
    with trying(alone) as book, recorded() as asked:
        act(book)

    assert [plan for each in asked for plan in read_through(alone, *each)]
    assert steps_of(crowd, act) > 100 * steps_of(alone, act)


@pytest.mark.parametrize("what", AT_THE_COUNTER)
def test_the_counter_takes_as_many_steps_in_a_book_that_is_a_thousand_times_as_large(
    alone: Shop, crowd: Shop, what: str
) -> None:
    """An index can be named in a plan and still lead through half a table: here the steps are counted."""
    few, many = (steps_of(each, AT_THE_COUNTER[what]) for each in (alone, crowd))
    assert many <= few * 1.1


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The same book, with thousands of sales of others and of walk-ins, all of which have had their points."""
    shop = open_shop(tmp_path_factory.mktemp("crowd"))
    lives(shop)
    others = [
        shop.receipt("30", f"2026-06-{1 + n % 29:02}", name=f"{n % 400}" if n % 2 else None) for n in range(6_000)
    ]
    shop.take_in(others)
    shop.accrue()
    return shop


def steps_of(shop: Shop, act: Callable[[Book], Any]) -> int:
    """How many steps SQLite's machine takes for it; nothing is kept."""
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    with trying(shop) as book:
        driver = book.connection.connection.driver_connection
        assert driver is not None
        driver.set_progress_handler(step, 1)
        act(book)
        driver.set_progress_handler(None, 1)
    return taken


@contextmanager
def trying(shop: Shop) -> Iterator[Book]:
    """The book as a command with --dry-run has it: everything is done, and nothing is kept."""
    with open_book(shop.path, write=True, dry_run=True, as_of=TODAY, by="test", command="test", now=NOW) as book:
        yield book


@contextmanager
def recorded() -> Iterator[list[Asked]]:
    """Every statement that reaches the database meanwhile, with its values."""
    asked: list[Asked] = []

    def record(_connection: Any, _cursor: Any, sql: str, values: Any, _context: Any, is_many: bool) -> None:
        asked.append((sql, values[0] if is_many else values))

    event.listen(Engine, "before_cursor_execute", record)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", record)


def read_through(shop: Shop, sql: str, values: Any) -> list[str]:
    """The steps of SQLite's plan that read a long table from end to end, or build an index over it for the moment."""
    called = {alias: table for table, alias in re.findall(r'(?:FROM|JOIN) (\w+) AS "?(\w+)"?', sql)}
    with shop.reading() as book:
        steps = [row[3] for row in book.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
    whole = [re.match(r"SCAN (\w+)|SEARCH (\w+) USING AUTOMATIC", step) for step in steps]
    read = [(found[1] or found[2], found.string) for found in whole if found]
    return [f"{step} <- {sql}" for name, step in read if called.get(name, name) in LONG]
