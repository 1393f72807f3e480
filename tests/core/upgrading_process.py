"""Another process that opens an older book. Run as a program: BOOK; says `ready`, waits for a line, then opens it."""

import sys
from pathlib import Path

import alembic.command  # noqa: F401 - loaded beforehand, so that a kill falls into the upgrade and not into imports

import shopcrm.core.migrations.upgrading  # noqa: F401 - the same
from shopcrm.core.book import open_book
from shopcrm.core.errors import ShopError
from shopcrm.core.schema import every_table


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    every_table()
    say("ready")
    sys.stdin.readline()
    try:
        with open_book(Path(sys.argv[1])) as book:
            say("upgraded" if book.upgraded else "opened")
    except ShopError as refusal:
        say(refusal.code)
