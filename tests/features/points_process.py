"""What another process does with points while a test looks on. Run as a program: BOOK, INSTANT, then what to do.

It says `ready`, waits for a line, and then says of each transaction the entry that answered, or the refusal.

`spend CUSTOMER POINTS TILL` redeems so many points on one receipt of that till after another, until it is refused.
`redeem TIMES CUSTOMER POINTS RECEIPT` redeems the same receipt so many times.
`grant TIMES CUSTOMER NAME [KEY]` gives the same grant so many times.
`accrue PAGES` and `expire PAGES` sweep, with so many pages of memory.
"""

import sys
from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from shopcrm.core.book import Book, open_book
from shopcrm.core.errors import ShopError
from shopcrm.features.points import accrual, counter, expiry, grants


class Till:
    """A process at a book, at an instant that does not pass."""

    def __init__(self, path: Path, now: datetime) -> None:
        self.path, self.now = path, now

    def spend(self, customer: str, points: str, till: str) -> None:
        """One receipt after another, until there is not enough."""
        receipts = (f"{till}-{number}" for number in count(1))
        while self.redeem("1", customer, points, next(receipts)):
            pass

    def redeem(self, times: str, customer: str, points: str, receipt: str) -> bool:
        """The same receipt again and again; answers whether the last was taken."""
        asked: dict[str, Any] = {"points": int(points), "receipt": receipt}
        return self.repeat(times, lambda book: counter.redeem(book, customer, **asked).entry)

    def grant(self, times: str, customer: str, name: str, key: str | None = None) -> bool:
        """The same grant again and again."""
        return self.repeat(times, lambda book: grants.grant(book, customer, name, key=key).entry)

    def accrue(self, pages: str) -> bool:
        """What is due for sales."""
        return self.repeat("1", lambda book: accrual.accrue(with_memory(book, pages)).entries)

    def expire(self, pages: str) -> bool:
        """What has ended."""
        return self.repeat("1", lambda book: expiry.expire(with_memory(book, pages)).entries)

    def repeat(self, times: str, act: Callable[[Book], int]) -> bool:
        """Does it so many times, each a transaction, and says how each went."""
        word = ""
        for _ in range(int(times)):
            try:
                with open_book(self.path, write=True, by="test", command="test", now=self.now) as book:
                    word = str(act(book))
            except ShopError as refusal:
                word = refusal.code
            say(word)
        return word.isdigit()


def with_memory(book: Book, pages: str) -> Book:
    """With few pages what is written goes into the file long before the end."""
    book.connection.exec_driver_sql(f"PRAGMA cache_size = {int(pages)}")
    return book


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    place, instant, what, *arguments = sys.argv[1:]
    till = Till(Path(place), datetime.fromisoformat(instant))
    say("ready")
    sys.stdin.readline()
    getattr(till, what)(*arguments)
