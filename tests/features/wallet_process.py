"""What another process does with a wallet while a test looks on. Run as a program: BOOK, INSTANT, then what to do.

It says `ready`, waits for a line, and then says of each transaction the entry that answered, or the refusal.

`spend CUSTOMER AMOUNT TILL` pays so much on one receipt of that till after another, until it is refused.
`pay TIMES CUSTOMER AMOUNT RECEIPT` and `topup TIMES CUSTOMER AMOUNT RECEIPT` do the same receipt so many times.
`accrue TIMES` sweeps so many times.
"""

import sys
from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path

from shopcrm.core.book import Book, open_book
from shopcrm.core.errors import ShopError
from shopcrm.features.wallet import accrual, counter


class Till:
    """A process at a book, at an instant that does not pass."""

    def __init__(self, path: Path, now: datetime) -> None:
        self.path, self.now = path, now

    def spend(self, customer: str, amount: str, till: str) -> None:
        """One receipt after another, until there is not enough."""
        receipts = (f"{till}-{number}" for number in count(1))
        while self.pay("1", customer, amount, next(receipts)):
            pass

    def pay(self, times: str, customer: str, amount: str, receipt: str) -> bool:
        """The same receipt again and again; answers whether the last was taken."""
        return self.repeat(times, lambda book: counter.pay(book, customer, amount=amount, receipt=receipt).entry)

    def topup(self, times: str, customer: str, amount: str, receipt: str) -> bool:
        """The same top-up again and again."""
        return self.repeat(times, lambda book: counter.top_up(book, customer, amount=amount, receipt=receipt).entry)

    def accrue(self, times: str) -> bool:
        """What is due of bonus."""
        return self.repeat(times, lambda book: accrual.accrue(book).entries)

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


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    place, instant, what, *arguments = sys.argv[1:]
    till = Till(Path(place), datetime.fromisoformat(instant))
    say("ready")
    sys.stdin.readline()
    getattr(till, what)(*arguments)
