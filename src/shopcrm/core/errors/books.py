"""What can be wrong with a book: where it is, whether it is one, whether it is sound."""

from shopcrm.core.errors.base import BUSY, UNSOUND, ShopError
from shopcrm.core.language import mark


class BookNotFound(ShopError):
    """No book at the named place."""

    code = "book_not_found"
    sentence = mark("There is no book at {path}.")
    hint = mark('shopcrm --book {path} init --shop-name "My shop" --currency CNY')


class BackupNotFound(BookNotFound):
    """No backup at the named place."""

    code = "book_not_found"
    sentence = mark("There is no backup at {path}.")
    hint = mark("shopcrm privacy report")


class BookExists(ShopError):
    """`init` where a book, or another file, already stands."""

    code = "book_exists"
    sentence = mark("{path} exists already; nothing was changed.")
    hint = mark("shopcrm --book {path} book info")


class NotABook(ShopError):
    """The file is not a book of shopcrm."""

    code = "not_a_book"
    sentence = mark("{path} is not a shopcrm book.")
    hint = mark("shopcrm --book PATH book info")


class BookNewer(ShopError):
    """The book was written by a newer shopcrm."""

    code = "book_newer"
    sentence = mark("{path} was written by a newer shopcrm (revision {revision}; this one knows {known}).")
    hint = mark("pipx upgrade shopcrm")


class BookOlder(ShopError):
    """A dry run on a book of an older shopcrm, which only a command that may write brings up to date."""

    code = "book_older"
    sentence = mark(
        "{path} is from an older shopcrm (revision {revision}), and a dry run does not upgrade it. Any other command"
        " would: it keeps the book as it is in {backup} and brings it to revision {known}."
    )
    hint = mark("shopcrm --book {path} book info")


class BookNotUpgraded(ShopError):
    """A book of an older shopcrm could not be brought up to date; even reading it needs that."""

    code = "book_not_upgraded"
    sentence = mark(
        "{path} is from an older shopcrm and could not be upgraded: {reason}. Nothing was changed;"
        " a copy of it where you may write can be upgraded."
    )
    hint = mark("shopcrm --book PATH book info")


class BookBusy(ShopError):
    """Another command holds the book."""

    code = "book_busy"
    exit_code = BUSY
    sentence = mark("The book is busy: another command was still writing after {seconds:g} s.")
    hint = mark("shopcrm book info")


class BookUnsound(ShopError):
    """`book check` found a broken invariant."""

    code = "book_unsound"
    exit_code = UNSOUND
    sentence = mark("The book is unsound: {finding}")
    hint = mark("shopcrm book check")


class BookReadOnly(ShopError):
    """The book's file or its folder may not be written."""

    code = "book_read_only"
    sentence = mark("{path} cannot be written: {reason}.")
    hint = mark("shopcrm --book PATH book info")


class BookElsewhere(ShopError):
    """The book is named by a URL of a database that shopcrm does not keep books in."""

    code = "book_elsewhere"
    sentence = mark("A book is one SQLite file; {url} is something else.")
    hint = mark("shopcrm --book shop.db book info")
