"""What can be wrong with a sheet as a whole; what is wrong with one row is a row issue."""

from shopcrm.core.errors.base import USAGE, ShopError
from shopcrm.core.language import mark


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


class ReplyDatesUnclear(DateOrderUnclear):
    """The dates of replies can be read in more than one way."""

    code = "date_order_unclear"
    hint = mark("shopcrm consents import {path} --date-order {option}")


class PhonesMissing(ShopError):
    """A sheet of replies on which no column holds phones."""

    code = "phones_missing"
    sentence = mark("No column of {path} holds phone numbers.")
    hint = mark("shopcrm consents import {path} --sheet TAB")


class DecimalMarkUnclear(ShopError):
    """The amounts of a column can be read with either decimal mark."""

    code = "decimal_mark_unclear"
    sentence = mark("The amounts in “{header}” of {path} can be read in more than one way: {examples}.")
    hint = mark('shopcrm import {path} --decimal-mark "."')


class TotalsDiffer(ShopError):
    """What was read is not what the sheet, or the person, says it should come to."""

    code = "totals_differ"
    sentence = mark("{path} should come to {expected} {what}, says {origin}; {found} were read. Nothing was imported.")
    hint = mark("shopcrm import {path} {option}")


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
    hint = mark("ls -ld {folder}")
