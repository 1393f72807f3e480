"""What every command of one command line shares: the root options, and the book, opened late and here alone."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from shopcrm.core import clock
from shopcrm.core.language import Counted
from shopcrm.core.language import translate as _
from shopcrm.core.money import exponent_of

if TYPE_CHECKING:
    from shopcrm.core.book import Book

VALUE_OPTIONS = ("--book", "--as-of", "--by", "--lang")
FLAGS = ("--json", "--dry-run", "--yes", "--quiet", "--no-color")


def _say_nothing(_text: str) -> None:
    pass


@dataclass(slots=True)
class Options:
    """The root options, and what is learned on the way: the command's name, the book's currency."""

    is_json: bool = False
    book: str | None = None
    as_of: date | None = None
    by: str = ""
    is_dry_run: bool = False
    is_yes: bool = False
    is_quiet: bool = False
    is_plain: bool = False
    language: str = "en"
    command: str = ""
    currency: str | None = None
    now: datetime | None = None  # the instant of the command, where it is not this one
    exit_code: int = 0
    is_refused: bool = False
    tell: Callable[[str], None] = _say_nothing  # says something beside the data; set by what can print

    def fill(
        self,
        *,
        book: str | None,
        as_of: str | None,
        by: str | None,
        dry_run: bool,
        yes: bool,
        quiet: bool,
        no_color: bool,
        lang: str,
    ) -> None:
        """Takes the root options as typed. Raises DateUnreadable."""
        self.book, self.by = book, by or _operating_system_user()
        self.as_of = clock.parse_date(as_of) if as_of else None
        self.is_dry_run, self.is_yes, self.is_quiet, self.is_plain = dry_run, yes, quiet, no_color
        self.language = lang

    @property
    def exponent(self) -> int:
        """Decimals of the book's currency."""
        return exponent_of(self.currency or "CNY")

    @property
    def place(self) -> str:
        """The book: as asked for, else ./shop.db where there is one, else in the user's data folder."""
        if self.book:
            return self.book
        if Path("shop.db").is_file():
            return "shop.db"
        from platformdirs import user_data_path

        return str(user_data_path("shopcrm", appauthor=False) / "shop.db")


def hoist(arguments: Sequence[str]) -> list[str]:
    """Root options first: people also type them behind the command (`points statement C-0001 --json`)."""
    root, rest = [], []
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            rest += [argument, *remaining]
        elif argument in FLAGS or argument.startswith(tuple(f"{name}=" for name in VALUE_OPTIONS)):
            root.append(argument)
        elif argument in VALUE_OPTIONS:
            value = next(remaining, None)
            if value is None:
                rest.append(argument)  # let the command say that it does not know it
            else:
                root += [argument, value]
        else:
            rest.append(argument)
    return root + rest


def options_of(ctx: typer.Context) -> Options:
    """The options of the running command, which learn its name here."""
    options: Options = ctx.obj
    options.command = ctx.command_path.partition(" ")[2]
    return options


def may_reveal(ctx: typer.Context, wanted: bool) -> bool:
    """Whether phones may be shown in full: not under --dry-run, which leaves no trace in the audit trail."""
    options: Options = ctx.obj
    return wanted and not options.is_dry_run


@contextmanager
def open_book(ctx: typer.Context, *, write: bool = False, is_preview: bool = False) -> "Iterator[Book]":
    """The book for this command's one transaction: committed at the end, or rolled back under --dry-run.

    A preview is rolled back in any case: it shows what a step would do before somebody says yes to it.
    """
    from shopcrm.core import book as books

    options = options_of(ctx)
    with books.open_book(
        options.place,
        write=write,
        dry_run=options.is_dry_run or is_preview,
        as_of=options.as_of,
        by=options.by,
        command=options.command,
        now=options.now,
    ) as book:
        options.currency = book.currency
        options.as_of = book.as_of
        if write:
            _warn_of_the_future(options, book)
        if book.upgraded:
            sentence = _("The book was from an older shopcrm and has been upgraded; {backup} is the book as it was.")
            options.tell(sentence.format(backup=book.upgraded.backup))
        yield book


def _warn_of_the_future(options: Options, book: "Book") -> None:
    """What is dated after today may be meant, and may be a slip that is hard to find later."""
    days = (book.as_of - book.now.astimezone(book.zone).date()).days
    if days > 0:
        sentence = _("Mind the date: what this writes is dated {as_of}, {days:day|days} from today.")
        options.tell(sentence.format(as_of=book.as_of, days=Counted(days)))


def _operating_system_user() -> str:
    """Who is logged in; from cron, which says less, the owner of the process."""
    told = next((os.environ[name] for name in ("USER", "USERNAME", "LOGNAME") if os.environ.get(name)), "")
    if told or os.name != "posix":
        return told or "unknown"
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return "unknown"
