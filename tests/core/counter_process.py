"""What another process does to a book while a test looks on. Run as a program: BOOK, then what to do.

`redeem NAME COUNT` spends 100 points of each of COUNT customers, as soon as a line comes in; it says how each went.
`hold NOTES` begins a transaction, writes so many notes with hardly a page of memory, says so, and waits to be killed.
"""

import sys
import time
from pathlib import Path

from sqlalchemy import insert

from core.postings import posting
from shopcrm.core import ledger
from shopcrm.core.book import open_book
from shopcrm.core.errors import ShopError
from shopcrm.core.schema.house import note


def redeem(path: Path, name: str, count: int) -> None:
    """Spends what each customer has on a receipt of this process's own, one transaction each."""
    say("ready")
    sys.stdin.readline()
    for customer in range(1, count + 1):
        try:
            with open_book(path, write=True, by=name, command="points redeem") as book:
                ledger.post(book, posting(f"{name}:{customer}", -100, "2026-01-02", of=customer))
            say("won")
        except ShopError as refusal:
            say(refusal.code)


def hold(path: Path, count: int) -> None:
    """Keeps a transaction open; what does not fit into memory is in the file by then."""
    with open_book(path, write=True) as book:
        book.connection.exec_driver_sql("PRAGMA cache_size = 5")
        book.connection.execute(insert(note), [{"text": "x" * 1000} for _ in range(count)])
        say("holding")
        time.sleep(60)


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    place, what, *arguments = sys.argv[1:]
    if what == "redeem":
        redeem(Path(place), arguments[0], int(arguments[1]))
    else:
        hold(Path(place), int(arguments[0]))
