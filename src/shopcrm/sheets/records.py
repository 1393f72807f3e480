"""What a sheet says, cleaned: the records that imports turn into facts. Named tuples, since there are many of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Line(NamedTuple):
    """One item on a receipt. `net_minor` is what was paid for it, signed; `quantity_milli` thousandths, signed."""

    sku: str | None
    item: str | None
    category: str | None
    quantity_milli: int
    net_minor: int


class Receipt(NamedTuple):
    """One sale or refund. Amounts are signed: a refund's `net_minor` is negative (or zero)."""

    row: int  # the first of its rows, as the spreadsheet counts (from 1)
    store: str  # "" where the sheet names none
    receipt: str
    on: date  # the shop's local date
    at: datetime | None  # aware UTC; None where the sheet has no time of day
    kind: str  # "sale" or "refund"
    refund_of: str | None  # the receipt it gives back, where the sheet says so
    member_no: str | None
    phone: str | None  # as written; the importer reads it with the shop's country
    email: str | None
    name: str | None
    cashier: str | None
    payment_method: str | None
    net_minor: int
    lines: tuple[Line, ...]  # empty where the sheet has one row a receipt and no item column


class Birthday(NamedTuple):
    """A birthday; the year is often not known."""

    month: int
    day: int
    year: int | None


class Person(NamedTuple):
    """One row of a customer sheet."""

    row: int
    member_no: str | None
    phone: str | None
    email: str | None
    name: str | None
    birthday: Birthday | None
    gender: str | None  # "female", "male", "other" or None
    joined_on: date | None


class RowIssue(NamedTuple):
    """One thing wrong with one row; the import goes on. A rejected row was left out, another taken without the cell."""

    row: int
    code: str  # stable: "date_unreadable", "amount_unreadable", "receipt_missing", ...
    field: str  # canonical field name, "" for the whole row
    cell: str  # the offending text, as it stood
    is_rejected: bool


@dataclass(frozen=True, slots=True)
class CleanSheet:
    """A sheet that was understood. `rows` counts data rows: neither header, preamble, footer nor blank rows."""

    tab: str
    kind: str  # "customers" or "sales"
    profile: str
    mapping: Mapping[str, str]  # canonical field → header as written
    unmapped: Sequence[str]  # headers that nothing was read from
    header_row: int
    header: Sequence[str]
    rows: int
    skipped: int  # data rows left out on purpose (cancelled, example, repeated header)
    notices: Sequence[str]  # sentences worth saying: a footer left out, a total that does not agree
    issues: Sequence[RowIssue]
    cells: Mapping[int, Sequence[str]]  # row number → the row as it stood, for the rejects file
    people: Sequence[Person] = ()
    receipts: Sequence[Receipt] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the reader; what is None or empty is decided from the sheet itself."""

    zone: ZoneInfo
    currency: str  # ISO 4217
    today: date  # for sanity checks only
    kind: str = "auto"  # "auto", "customers" or "sales"
    mapping: Mapping[str, str] = field(default_factory=dict)  # canonical field → header, before any guess
    profile: str | None = None
    tab: str | None = None
    encoding: str | None = None
    date_order: str | None = None  # "ymd", "mdy" or "dmy"
