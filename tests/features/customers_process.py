"""What another process does to the list of customers while a test looks on. Run as a program: BOOK, INSTANT, then what.

It says `ready`, waits for a line, and then says of each transaction the customer, or the refusal.

`add TIMES TILL PHONE` adds a person of that till with that phone, so many times.
`edit TIMES CUSTOMER PHONE` gives that phone to that customer, so many times.
"""

import sys
from datetime import datetime
from pathlib import Path

from shopcrm.core.book import Book, open_book
from shopcrm.core.errors import ShopError
from shopcrm.features import customers


def act(book: Book, what: str, named: str, phone: str) -> str:
    """One transaction; answers the customer's code."""
    if what == "add":
        return customers.add(book, name=named, phone=phone).customer
    return customers.edit(book, named, customers.Asked(phone=phone)).customer


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    place, instant, what, times, named, phone = sys.argv[1:]
    say("ready")
    sys.stdin.readline()
    for _ in range(int(times)):
        try:
            with open_book(Path(place), write=True, by="test", now=datetime.fromisoformat(instant)) as opened:
                word = act(opened, what, named, phone)
        except ShopError as refusal:
            word = refusal.code
        say(word)
