"""The shop's book: one SQLite file, opened for reading or for one short transaction."""

from shopcrm.core.book.opening import REVISION, Book, create_book, locate, open_book

__all__ = ["REVISION", "Book", "create_book", "locate", "open_book"]
