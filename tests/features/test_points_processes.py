"""Points among several processes: the same balance is spent once, and the same event is one entry."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from core.test_book_processes import process_environment
from shop import NOW, Shop
from soak import IS_SOAK

TIMES = 250 if IS_SOAK else 20
TILLS, PROCESSES = (8, 4) if IS_SOAK else (4, 2)
PROGRAM = Path(__file__).with_name("points_process.py")


@contextmanager
def process(shop: Shop, *what: str, program: Path = PROGRAM) -> Iterator[subprocess.Popen[str]]:
    """Another process at the same book, which waits for a line; killed when the test is done with it."""
    command = [sys.executable, str(program), str(shop.path), NOW.isoformat(), *what]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=process_environment()) as running:
        try:
            yield running
        finally:
            running.kill()


def let_begin(*running: subprocess.Popen[str]) -> None:
    """Lets processes begin as soon as all are ready."""
    for each in running:
        assert each.stdout is not None
        assert each.stdout.readline().strip() == "ready"
    for each in running:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()


def at_once(shop: Shop, *programs: tuple[str, ...], program: Path = PROGRAM) -> list[list[str]]:
    """What each of these processes says of its transactions, all of them begun together."""
    with ExitStack() as stack:
        running = [stack.enter_context(process(shop, *what, program=program)) for what in programs]
        let_begin(*running)
        said = [each.stdout.read().split() for each in running if each.stdout is not None]
        assert [each.wait(10) for each in running] == [0] * len(programs)
    return said


def entries(shop: Shop, kind: str) -> list[tuple[int, int]]:
    """(entry, points) of every entry of a kind."""
    return shop.rows(f"SELECT id, points FROM points_entry WHERE kind = '{kind}' ORDER BY id")  # noqa: S608


@pytest.mark.soak
@pytest.mark.parametrize("tills", [2, TILLS])
def test_tills_that_spend_the_same_balance_at_once_spend_what_it_covers_and_no_more(shop: Shop, tills: int) -> None:
    balance = 7_003 if IS_SOAK else 353
    ana = shop.customer("Ana")
    ana.adjusted(balance // 2)
    ana.adjusted(balance - balance // 2)

    said = at_once(shop, *(("spend", ana.code, "7", f"T{till}") for till in range(tills)))

    won = [word for words in said for word in words if word.isdigit()]
    assert [words[-1] for words in said] == ["insufficient_points"] * tills, "each is refused once, at the end"
    assert len(won) + tills == sum(map(len, said)), "nobody is told that the book is busy"
    assert sorted(map(int, won)) == [entry for entry, _ in entries(shop, "redeem")]
    assert Counter(points for _, points in entries(shop, "redeem")) == {-7: balance // 7}
    assert ana.statement().balance_points == balance % 7
    assert min(line.balance for line in ana.statement().items) >= 0
    assert shop.check().items


@pytest.mark.soak
def test_tills_with_receipts_of_every_size_leave_less_than_the_smallest_asks_for(shop: Shop) -> None:
    balance = 5_000 if IS_SOAK else 500
    ana = shop.customer("Ana")
    ana.adjusted(balance)
    sizes = {"T1": 3, "T2": 17, "T3": 64, "T4": 250}

    said = at_once(shop, *(("spend", ana.code, str(size), till) for till, size in sizes.items()))

    spent = sum(size * (len(words) - 1) for size, words in zip(sizes.values(), said, strict=True))
    assert {words[-1] for words in said} == {"insufficient_points"}
    assert ana.statement().balance_points == balance - spent
    assert 0 <= balance - spent < 3
    assert shop.check().items


@pytest.mark.soak
@pytest.mark.parametrize(
    ("program", "kind", "points"),
    [
        (("redeem", str(TIMES), "Ana", "40", "R-1009"), "redeem", -40),
        (("grant", str(TIMES), "Ana", "review", "review-81"), "earn", 20),
        (("grant", str(TIMES), "Ana", "signin"), "earn", 1),
        (("grant", str(TIMES), "Ana", "questionnaire"), "earn", 50),
    ],
    ids=["a receipt", "a grant with a key", "a grant a day", "a grant once for ever"],
)
def test_the_same_event_over_and_over_from_several_processes_is_one_entry(
    shop: Shop, program: tuple[str, ...], kind: str, points: int
) -> None:
    ana = shop.customer("Ana")
    ana.adjusted(100)

    said = at_once(shop, *[program] * PROCESSES)

    assert len(entries(shop, kind)) == 1
    entry, posted = entries(shop, kind)[0]
    assert Counter(word for words in said for word in words) == {str(entry): PROCESSES * TIMES}
    assert posted == points
    assert ana.statement().balance_points == 100 + points
    assert shop.rows("SELECT count(*) FROM audit WHERE command = 'test' AND change LIKE '%entry%'") == [(2,)]
    assert shop.check().items


def test_a_receipt_that_two_tills_type_with_different_points_is_taken_once(shop: Shop) -> None:
    ana = shop.customer("Ana")
    ana.adjusted(100)

    said = at_once(shop, *(("redeem", "5", ana.code, points, "R-1") for points in ("30", "40")))

    assert [len(set(words)) for words in said] == [1, 1]
    assert sorted({word for words in said for word in words}) == ["2", "key_reused"]
    assert len(entries(shop, "redeem")) == 1
    assert shop.check().items


def test_a_limit_of_grants_holds_among_processes(shop: Shop) -> None:
    ana = shop.customer("Ana")

    said = at_once(shop, *[("grant", "10", ana.code, "review")] * 4)

    assert Counter(word for words in said for word in words) == {"1": 1, "2": 1, "3": 1, "grant_used_up": 37}
    assert ana.statement().balance_points == 60
    assert shop.check().items


def test_nights_that_overlap_post_each_sale_and_each_end_once(shop: Shop) -> None:
    """A sweep that cron starts while the one before still runs, twice over, beside a till."""
    shop.set("points.expiry", "30 days", as_of="2025-01-01")
    ana, bo = shop.customer("Ana"), shop.customer("Bo")
    ana.adjusted(70)
    bought = [shop.receipt("10", f"2026-0{1 + number % 6}-01", name="Bo") for number in range(60)]
    shop.take_in([*bought, shop.receipt("-4", "2026-06-02", name="Bo", of=bought[5].receipt)])

    programs = [("accrue", "2000"), ("expire", "2000")] * 2 + [("spend", ana.code, "7", "T")]
    *_, till = at_once(shop, *programs)
    shop.accrue()
    at_once(shop, *[("expire", "2000")] * 2)

    assert len(till) == 11
    sums = dict(shop.rows("SELECT kind, sum(points) FROM points_entry WHERE customer_id = 2 GROUP BY kind"))
    assert sums == {"earn": 600, "reverse": -4, "expire": -500}
    assert (ana.statement().balance_points, bo.statement().balance_points) == (0, 96)
    assert shop.check().items
