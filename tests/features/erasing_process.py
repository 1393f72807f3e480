"""A program that erases the first customer of a book as soon as it is told to."""

import sys

from shop import NOW
from shopcrm.core.book import open_book
from shopcrm.features import privacy

print("ready", flush=True)  # noqa: T201 - it speaks to the test that started it
sys.stdin.readline()
with open_book(sys.argv[1], write=True, by="test", command="privacy erase", now=NOW) as book:
    privacy.erase(book, "C-0001", reason="asked")
print("done", flush=True)  # noqa: T201
