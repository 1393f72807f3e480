"""The shop's book: one SQLite file, opened for reading or for one short transaction."""

from shopcrm.core.book.opening import REVISION, Book, create_book, locate, open_book
from shopcrm.core.book.sqlite import InLowerCase

__all__ = ["REVISION", "Book", "InLowerCase", "create_book", "locate", "open_book"]
