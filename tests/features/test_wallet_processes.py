"""Wallets among several processes: the same balance is spent once, and the same receipt is one entry."""

import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.test_book_processes import process_environment
from shop import NOW, Shop
from shopcrm.features.wallet import counter
from shopcrm.features.wallet.statement import statement

IS_SOAK = bool(os.environ.get("SHOPCRM_SOAK"))
BALANCE, TILLS = (3_000, 8) if IS_SOAK else (300, 3)
PROGRAM = Path(__file__).with_name("wallet_process.py")


def at_once(shop: Shop, *programs: tuple[str, ...]) -> list[list[str]]:
    """What each of these processes says of its transactions, all of them begun together."""
    pipe, command = subprocess.PIPE, [sys.executable, str(PROGRAM), str(shop.path), NOW.isoformat()]
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                subprocess.Popen([*command, *what], stdin=pipe, stdout=pipe, text=True, env=process_environment())
            )
            for what in programs
        ]
        streams = [(each.stdin, each.stdout) for each in running if each.stdin and each.stdout]
        assert [out.readline().strip() for _, out in streams] == ["ready"] * len(programs)
        for into, _ in streams:
            into.write("go\n")
            into.flush()
        said = [out.read().split() for _, out in streams]
        assert [each.wait(10) for each in running] == [0] * len(programs)
    return said


def topped_up(shop: Shop, amount: int) -> None:
    shop.customer("Ana")
    with shop.writing("2026-01-31") as book:
        counter.top_up(book, "Ana", amount=str(amount), receipt="R-1")


@pytest.mark.soak
def test_tills_that_spend_the_same_balance_at_once_spend_what_it_covers_and_no_more(shop: Shop) -> None:
    shop.set("topups.any.from", "1", as_of="2026-01-01")
    shop.set("topups.any.bonus", "1", as_of="2026-01-01")
    topped_up(shop, BALANCE)

    said = at_once(shop, *(("spend", "Ana", "7", f"T{till}") for till in range(TILLS)))

    won = [word for words in said for word in words if word.isdigit()]
    assert [words[-1] for words in said] == ["insufficient_balance"] * TILLS, "each is refused once, at the end"
    assert len(won) + TILLS == sum(map(len, said)), "nobody is told that the book is busy"
    assert len(set(won)) == len(won) == (BALANCE + 1) // 7
    with shop.reading() as book:
        shown = statement(book, "Ana")
    assert shown.balance_minor == (BALANCE + 1) % 7 * 100
    assert min(line.balance_minor for line in shown.items) >= 0
    assert shop.check().items


@pytest.mark.soak
@pytest.mark.parametrize("what", ["pay", "topup"])
def test_the_same_receipt_over_and_over_from_four_processes_is_one_entry(shop: Shop, what: str) -> None:
    topped_up(shop, BALANCE)

    said = at_once(shop, *[(what, "10", "Ana", "40", "R-1009")] * 4)

    assert Counter(word for words in said for word in words) == {"2": 40}
    assert shop.rows("SELECT count(*) FROM wallet_entry") == [(2,)]
    assert shop.check().items


def test_nights_that_overlap_pay_each_part_once_beside_a_till(shop: Shop) -> None:
    for key, value in (("from", "1"), ("bonus", "60"), ("paid", "monthly 6")):
        shop.set(f"topups.any.{key}", value, as_of="2026-01-01")
    topped_up(shop, 100)

    *_, till = at_once(shop, ("accrue", "3"), ("accrue", "3"), ("spend", "Ana", "40", "T"))

    assert [word.isdigit() for word in till] == [True, True, True, True, False]
    assert shop.rows("SELECT count(*), sum(amount_minor) FROM wallet_entry WHERE kind = 'bonus'") == [(5, 5_000)]
    assert shop.check().items
