"""What another process does with coupons while a test looks on. Run as a program: BOOK, INSTANT, then what to do.

It says `ready`, waits for a line, and then says of each transaction how it went: `ok`, `again`, or the refusal.

`redeem TILL CODES` redeems every coupon in a file of codes, each on a receipt of that till.
`issue TIMES KEY COUNT` gives so many coupons to bearers under a key; a key of `-` is a new one each time.
`give COUNT` gives coupons once; `expire` ends what is over; both with little memory.
"""

import gc
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from shopcrm.core.book import Book, open_book
from shopcrm.core.errors import ShopError
from shopcrm.features.coupons import checking, expiring, issuing, redeeming


class Till:
    """A process at a book, at an instant that does not pass."""

    def __init__(self, path: Path, now: datetime) -> None:
        self.path, self.now = path, now

    def redeem(self, till: str, codes: str) -> None:
        """Every coupon of a file, in an order of its own, each on a receipt of its own."""
        shuffled = Path(codes).read_text().split()
        Random(till).shuffle(shuffled)
        for number, code in enumerate(shuffled):
            self.do(partial(redeeming.redeem, asked=checking.Asked([code], "100", receipt=f"{till}-{number}")))

    def issue(self, times: str, key: str, count: str) -> None:
        """So many coupons for bearers, so often."""
        asked = issuing.Asked("TEN", bearer=int(count), key=None if key == "-" else key)
        for _ in range(int(times)):
            self.do(lambda book: issuing.issue(book, asked))

    def give(self, count: str) -> None:
        """Once, under a key."""
        self.do(
            lambda book: issuing.issue(with_little_memory(book), issuing.Asked("TEN", (), {}, int(count), "spring"))
        )

    def expire(self) -> None:
        """What is over."""
        self.do(lambda book: expiring.expire(with_little_memory(book)))

    def do(self, act: Callable[[Book], Any]) -> None:
        """A transaction, and a word on how it went."""
        try:
            with open_book(self.path, write=True, by="test", command="test", now=self.now) as book:
                word = "again" if getattr(act(book), "is_repeat", False) else "ok"
        except ShopError as refusal:
            word = refusal.code
        say(word)


def with_little_memory(book: Book) -> Book:
    """With few pages what is written goes into the file long before the end."""
    book.connection.exec_driver_sql("PRAGMA cache_size = 20")
    return book


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    place, instant, what, *arguments = sys.argv[1:]
    till = Till(Path(place), datetime.fromisoformat(instant))
    gc.freeze()  # nothing that start-up made is garbage
    say("ready")
    sys.stdin.readline()
    getattr(till, what)(*arguments)
