"""Why a file is not opened: reasons without the file's name, which the door adds, so that a child can say them too."""

from shopcrm.core.language import mark

DAMAGED = mark("it is damaged, or no spreadsheet")
NO_TABLE = mark("it is neither a spreadsheet nor text")
PROTECTED = mark("it is protected by a password")
SPREAD = mark("its cells are spread over more rows and columns than fit")
UNPACKS = mark("it unpacks to more than a sheet can hold")
TOO_LARGE = mark("it is larger than a sheet can be")
ARCHIVE = mark("it is an archive; unpack it and import what is inside")
WEB_ARCHIVE = mark("it is a web page under a spreadsheet's name; open it and save it as .xlsx")
PAGE_WITHOUT_TABLE = mark("it is a web page without a table")
OTHER_XML = mark("it is XML of a kind that is not known here; open it and save it as .xlsx")
DECLARES = mark("it declares a document type of its own, which no spreadsheet does")
OPEN_QUOTE = mark("a quotation mark in it is never closed")
NO_ENCODING = mark("its letters are in no encoding that is known here")
TAKES_LONG = mark("it takes longer to read than a sheet of its size can")
TAKES_MEMORY = mark("it takes more memory to read than a sheet of its size can")
CRASHES = mark("it is damaged so that reading it breaks off")
NO_CHILD = mark("no process could be started to open it safely")


class Refused(Exception):
    """The file is not opened, for one of the reasons above."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
