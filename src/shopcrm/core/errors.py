"""Everything shopcrm refuses, one class a condition: a stable code, one sentence, and a command to type next.

The sentences are templates over the keyword arguments an error is raised with; the same arguments go into the
JSON envelope, so that a program needs to parse no sentence.
"""

from typing import Any, ClassVar

from shopcrm.core.language import mark, translate

REFUSED, USAGE, ATTENTION, UNSOUND, BUSY, INTERRUPTED = 1, 2, 3, 4, 75, 130


class ShopError(Exception):
    """The base of every refusal; never raised itself."""

    code: ClassVar[str]
    sentence: ClassVar[str]
    hint: ClassVar[str] = ""
    exit_code: ClassVar[int] = REFUSED

    def __init__(self, **details: Any) -> None:
        self.details = details
        super().__init__(details)

    @property
    def message(self) -> str:
        """The sentence, in the chosen language."""
        return translate(self.sentence).format(**self.details)

    @property
    def next_step(self) -> str:
        """The command to type next; empty where there is none."""
        return translate(self.hint).format(**self.details) if self.hint else ""

    def __str__(self) -> str:
        return self.message


# --- the book ---------------------------------------------------------------------------------------------


class BookNotFound(ShopError):
    """No book at the named place."""

    code = "book_not_found"
    sentence = mark("There is no book at {path}.")
    hint = mark('shopcrm --book {path} init --shop-name "My shop" --currency CNY')


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


# --- settings and words -----------------------------------------------------------------------------------


class TimezoneUnknown(ShopError):
    """Not an IANA time zone."""

    code = "timezone_unknown"
    sentence = mark("“{timezone}” is not a time zone; the nearest name is {nearest}.")
    hint = mark("shopcrm init --timezone {nearest} ...")


class CurrencyUnknown(ShopError):
    """Not an ISO 4217 currency."""

    code = "currency_unknown"
    sentence = mark("“{currency}” is not a currency code; the nearest is {nearest}.")
    hint = mark("shopcrm init --currency {nearest} ...")


class CountryUnknown(ShopError):
    """Not an ISO 3166 country with telephone numbers."""

    code = "country_unknown"
    sentence = mark("“{country}” is not a two-letter country code.")
    hint = mark("shopcrm init --country CN ...")


class SettingUnknown(ShopError):
    """A key that no setting has."""

    code = "setting_unknown"
    sentence = mark("There is no setting “{key}”; the nearest is {nearest}.")
    hint = mark("shopcrm settings show")


class SettingRefused(ShopError):
    """A value that the setting cannot take."""

    code = "setting_refused"
    sentence = mark("{key} cannot be “{value}”: {expected}.")
    hint = mark("shopcrm settings show")


class SettingFixed(ShopError):
    """A setting that facts already in the book depend on."""

    code = "setting_fixed"
    sentence = mark("{key} is {current} for the life of this book: its amounts and dates are kept in it.")
    hint = mark("shopcrm settings show")


class DateUnreadable(ShopError):
    """A date that is not year-month-day."""

    code = "date_unreadable"
    exit_code = USAGE
    sentence = mark("“{text}” is not a date; write it like 2026-03-31.")
    hint = mark("shopcrm --as-of 2026-03-31 ...")


class AmountUnreadable(ShopError):
    """An amount that is no number, or finer than the currency."""

    code = "amount_unreadable"
    exit_code = USAGE
    sentence = mark("“{text}” is not an amount with at most {decimals} decimals.")


# --- sheets -----------------------------------------------------------------------------------------------


class SheetNotFound(ShopError):
    """No file at the named place."""

    code = "sheet_not_found"
    sentence = mark("There is no file {path}.")
    hint = mark("ls {folder}")


class SheetUnreadable(ShopError):
    """The file is damaged, locked, or no spreadsheet."""

    code = "sheet_unreadable"
    sentence = mark("{path} cannot be read: {reason}.")
    hint = mark("shopcrm import FILE.xlsx")


class SheetEmpty(ShopError):
    """The sheet holds no rows."""

    code = "sheet_empty"
    sentence = mark("{path} holds no rows.")
    hint = mark("shopcrm import FILE --sheet NAME")


class TabUnknown(ShopError):
    """`--sheet` names a tab that the file does not have."""

    code = "tab_unknown"
    sentence = mark("{path} has no tab “{tab}”; it has {tabs}.")
    hint = mark('shopcrm import {path} --sheet "{nearest}"')


class TabsOverlap(ShopError):
    """Two tabs of one file hold the same receipts, which would count twice."""

    code = "tabs_overlap"
    sentence = mark("The tabs “{other}” and “{tab}” of {path} hold the same receipts; import one of them.")
    hint = mark('shopcrm import {path} --sheet "{tab}"')


class HeaderNotFound(ShopError):
    """No row of the sheet looks like a header."""

    code = "header_not_found"
    sentence = mark("No row of {path} looks like a header. Its first rows are:\n{first_rows}")
    hint = mark('shopcrm import {path} --map "receipt=No." --map "date=Day" --map "net_amount=Paid"')


class FieldMissing(ShopError):
    """The sheet has no column for something an import cannot do without."""

    code = "field_missing"
    sentence = mark("{path} has no column for {fields}. Its columns are: {headers}.")
    hint = mark('shopcrm import {path} --map "{field}=HEADER"')


class FieldUnknown(ShopError):
    """`--map` names a field that does not exist."""

    code = "field_unknown"
    exit_code = USAGE
    sentence = mark("There is no field “{field}”; the fields are {fields}.")
    hint = mark('shopcrm import FILE --map "{nearest}=HEADER"')


class HeaderUnknown(ShopError):
    """`--map` names a column that the sheet does not have."""

    code = "header_unknown"
    sentence = mark("{path} has no column “{header}”. Its columns are: {headers}.")
    hint = mark('shopcrm import {path} --map "{field}={nearest}"')


class ProfileUnknown(ShopError):
    """`--profile` names a profile that does not exist."""

    code = "profile_unknown"
    sentence = mark("There is no profile “{profile}”; the profiles are {profiles}.")
    hint = mark("shopcrm import FILE --profile {nearest}")


class DateOrderUnclear(ShopError):
    """The dates of a column can be read in more than one way."""

    code = "date_order_unclear"
    sentence = mark("The dates in “{header}” of {path} can be read in more than one way: {examples}.")
    hint = mark("shopcrm import {path} --date-order {option}")


class ColumnUnreadable(ShopError):
    """So many cells of a column fail that it must be another column."""

    code = "column_unreadable"
    sentence = mark("“{header}” of {path} does not hold {expected}: {examples}.")
    hint = mark('shopcrm import {path} --map "{field}=HEADER"')


class EncodingWrong(ShopError):
    """`--encoding` cannot read the sheet, or is unknown."""

    code = "encoding_wrong"
    sentence = mark("{path} is not written in {encoding}.")
    hint = mark("shopcrm import {path} --encoding gb18030")


class CurrencyDiffers(ShopError):
    """A sheet in another currency than the book's."""

    code = "currency_differs"
    sentence = mark("{path} has amounts in {found} (row {row}); the book is kept in {currency}.")
    hint = mark("shopcrm --book OTHER.db init --currency {found}")


class FolderUnwritable(ShopError):
    """A file cannot be written where it was asked for."""

    code = "folder_unwritable"
    sentence = mark("{path} cannot be written: {reason}.")
    hint = mark("ls -ld {suggestion}")


# --- customers --------------------------------------------------------------------------------------------


class CustomerUnknown(ShopError):
    """Nobody on the list answers to the text."""

    code = "unknown_customer"
    sentence = mark("No customer answers to “{text}”.")
    hint = mark("shopcrm customers list")


class CustomerAmbiguous(ShopError):
    """Several customers answer to the text; none is guessed."""

    code = "ambiguous_customer"
    sentence = mark("“{text}” fits {count} customers: {matches}.")
    hint = mark("shopcrm points statement {first}")


class IdentityTaken(ShopError):
    """A phone, e-mail or member number that another customer has."""

    code = "identity_taken"
    sentence = mark("{identity} belongs to {customer} already.")
    hint = mark("shopcrm customers find {customer}")


class IdentityUnreadable(ShopError):
    """Not a phone number (or e-mail address) that could be reached."""

    code = "identity_unreadable"
    sentence = mark("“{text}” is not a {kind}.")
    hint = mark("shopcrm customers add --name NAME --phone 13800138000")


class CustomerNameless(ShopError):
    """A customer with neither a name nor an identity."""

    code = "customer_nameless"
    sentence = mark("A customer needs a name or something to be found by.")
    hint = mark("shopcrm customers add --name NAME --phone 13800138000")


# --- points -----------------------------------------------------------------------------------------------


class InsufficientPoints(ShopError):
    """A debit asks for more points than can be spent."""

    code = "insufficient_points"
    sentence = mark("{customer} has {spendable_points} points; {needed_points} are needed.")
    hint = mark("shopcrm points statement {customer}")


class PendingPoints(InsufficientPoints):
    """A debit asks for points that are earned but not yet spendable."""

    code = "insufficient_points"
    sentence = mark(
        "{customer} has {spendable_points} points to spend and {pending_points} pending until {frees_on};"
        " {needed_points} are needed."
    )


class PointsNotPositive(ShopError):
    """A number of points that moves nothing, or backwards."""

    code = "points_not_positive"
    exit_code = USAGE
    sentence = mark("{points} points cannot be posted here: {expected}.")


class BelowMinimum(ShopError):
    """Fewer points than may be redeemed at once."""

    code = "below_minimum"
    sentence = mark("At least {minimum_points} points are redeemed at a time; {points} were asked for.")
    hint = mark("shopcrm points redeem {customer} --points {minimum_points} --receipt {receipt}")


class NotAStep(ShopError):
    """A number of points that is not a whole number of steps."""

    code = "not_a_step"
    sentence = mark("Points are redeemed in steps of {step_points}; {points} is not a whole number of steps.")
    hint = mark("shopcrm points redeem {customer} --points {nearest_points} --receipt {receipt}")


class KeyReused(ShopError):
    """A key that was already posted with other content."""

    code = "key_reused"
    sentence = mark("{key} was posted on {on} already, with {points} points for {customer}.")
    hint = mark("shopcrm points statement {customer}")


class EntryBeforeLast(ShopError):
    """A debit dated before the customer's last entry."""

    code = "entry_before_last"
    sentence = mark("{customer} has an entry dated {last_on}; a debit cannot be dated {on}, before it.")
    hint = mark("shopcrm --as-of {last_on} points statement {customer}")


# --- lists ------------------------------------------------------------------------------------------------


class NotRefreshed(ShopError):
    """A list that reads a sweep which has not run yet."""

    code = "not_refreshed"
    sentence = mark("{what} have not been worked out on or before {as_of}.")
    hint = mark("shopcrm --as-of {as_of} {command}")


class NothingToLearnFrom(ShopError):
    """Too little in the book for the usual gap between purchases."""

    code = "nothing_to_learn_from"
    sentence = mark("No customer has bought on two days up to {as_of}, so no usual gap can be told yet.")
    hint = mark("shopcrm import SALES.xlsx")


class NeedsYes(ShopError):
    """A step that wants a confirmation, where nobody can be asked."""

    code = "needs_yes"
    sentence = mark("{what} Nobody can be asked here.")
    hint = mark("shopcrm --yes {command}")


class UsageWrong(ShopError):
    """A command line that cannot be understood."""

    code = "usage"
    exit_code = USAGE
    sentence = mark("{problem}")
    hint = mark("{command} --help")


class Interrupted(ShopError):
    """Stopped by the person; nothing was changed."""

    code = "interrupted"
    exit_code = INTERRUPTED
    sentence = mark("Stopped; nothing was changed.")


class Defect(ShopError):
    """A fault of shopcrm itself."""

    code = "defect"
    sentence = mark("shopcrm itself failed ({kind}: {reason}); nothing was changed.")
    hint = mark("SHOPCRM_DEBUG=1 shopcrm ...")
