"""Tables by the few columns that a look-up asks for: the class of a table costs every command two milliseconds.

A house test holds each of them against its class.
"""

from typing import Any

from sqlalchemy import TableClause, column, table
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime

INSTANT = UTCDateTime
BARE: list[TableClause] = []  # every one that was made


def bare(name: str, /, *columns: str, **typed: type[TypeEngine[Any]]) -> TableClause:
    """The table of that name, for statements that read or take away.

    Numbers and texts come as the driver gives them; a type is said of what it stores in another form than ours: days,
    instants, claims, JSON.
    """
    known = table(name, *map(column, columns), *(column(each, of) for each, of in typed.items()))
    BARE.append(known)
    return known
