"""What a sheet says, cleaned: what imports turn into facts. Sales, of which there may be a million, as columns."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shopcrm.core.clock import read_stored_instant, stored_instant


class Line(NamedTuple):
    """One item on a receipt. `net_minor` is what was paid for it, signed; `quantity_milli` thousandths, signed."""

    sku: str | None
    item: str | None
    category: str | None
    quantity_milli: int
    net_minor: int
    unit_cost_minor: int | None = None


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
    lines: tuple[Line, ...] = ()  # empty where the sheet has one row a receipt and no item column
    till_id: str | None = None
    discount_minor: int | None = None
    tax_minor: int | None = None
    is_void: bool = False  # the till calls it cancelled, void or unpaid: it counts nowhere
    returned_minor: int = 0  # given back since, as a column of the order says; 0 or more


@dataclass(slots=True)
class Lines:
    """Items side by side, in the order of their receipts: `of[i]` is the place of line i's receipt."""

    of: list[int]
    skus: list[str | None]
    items: list[str | None]
    categories: list[str | None]
    quantities_milli: list[int]
    nets_minor: list[int]
    unit_costs_minor: list[int | None]


@dataclass(slots=True)
class Receipts:
    """Sales and refunds side by side, each list as long as there are receipts; what is in them says `Receipt`."""

    rows: list[int]
    stores: list[str]
    numbers: list[str]
    days: list[date]
    ats: list[str | None]  # as the book stores instants
    kinds: list[str]
    refunds_of: list[str | None]
    member_nos: list[str | None]
    phones: list[str | None]
    emails: list[str | None]
    till_ids: list[str | None]
    names: list[str | None]
    cashiers: list[str | None]
    payment_methods: list[str | None]
    nets_minor: list[int]
    discounts_minor: list[int | None]
    taxes_minor: list[int | None]
    are_void: list[bool]
    returned_minor: list[int]
    lines: Lines

    def __len__(self) -> int:
        return len(self.rows)


class Birthday(NamedTuple):
    """A birthday; the year is often not known. A lunar one is a month and day of the Chinese calendar."""

    month: int
    day: int
    year: int | None
    is_lunar: bool = False


class Said(NamedTuple):
    """What a customer said about a channel: `sms`, `phone`, `email`, `wechat` or `post`."""

    channel: str
    is_granted: bool


class Person(NamedTuple):
    """One row of a customer sheet. None and () are what the sheet does not say."""

    row: int
    member_no: str | None
    phone: str | None
    email: str | None
    name: str | None
    birthday: Birthday | None
    gender: str | None  # "female", "male", "other" or None
    joined_on: date | None
    till_id: str | None = None
    tags: tuple[str, ...] = ()
    consents: tuple[Said, ...] = ()
    points_balance: int | None = None
    wallet_principal_minor: int | None = None
    wallet_bonus_minor: int | None = None


class Stock(NamedTuple):
    """One row of a stock sheet: what is on the shelf of one thing."""

    row: int
    sku: str  # the item's name where the sheet has no codes
    item: str | None
    category: str | None
    tags: tuple[str, ...]
    quantity_milli: int | None
    price_minor: int | None
    unit_cost_minor: int | None


class RowIssue(NamedTuple):
    """One thing wrong with one row; the import goes on. A rejected row was left out, another taken without the cell."""

    row: int
    code: str  # stable: "date_unreadable", "amount_unreadable", "receipt_missing", ...
    field: str  # canonical field name, "" for the whole row
    cell: str  # the offending text, as it stood
    is_rejected: bool


@dataclass(frozen=True, slots=True)
class Preamble:
    """What stands above the header, or below the data, about the sheet as a whole."""

    store: str | None = None
    first_on: date | None = None
    last_on: date | None = None
    declared_rows: int | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CleanSheet:
    """A sheet that was understood. `rows` counts data rows: neither header, preamble, footer nor blank rows."""

    tab: str
    kind: str  # "customers", "sales" or "stock"
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
    receipts: Receipts | None = None
    stock: Sequence[Stock] = ()
    preamble: Preamble = Preamble()
    source: str = ""  # whose receipts and customers these are; "" where no till is known
    fingerprint: str = ""  # of the header: sheets of one layout share it


@dataclass(frozen=True, slots=True)
class SavedLayout:
    """A layout that was explained once: the fields and their headers, for every sheet with this header."""

    name: str
    kind: str
    fingerprint: str
    mapping: Mapping[str, str]
    options: Mapping[str, str]  # date_order and decimal_mark, where they had to be said


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the reader; what is None or empty is decided from the sheet itself."""

    zone: ZoneInfo
    currency: str  # ISO 4217
    today: date  # for sanity checks only
    kind: str = "auto"  # "auto", "customers", "sales" or "stock"
    mapping: Mapping[str, str] = field(default_factory=dict)  # canonical field → header, before any guess
    profile: str | None = None
    tab: str | None = None
    encoding: str | None = None
    date_order: str | None = None  # "ymd", "mdy" or "dmy"
    decimal_mark: str | None = None  # "." or ","
    expected_rows: int | None = None
    expected_total_minor: int | None = None
    saved: Sequence[SavedLayout] = ()  # of the book


def side_by_side(receipts: Iterable[Receipt]) -> Receipts:
    """A few receipts as columns."""
    rows = list(receipts)
    lines = [(place, line) for place, receipt in enumerate(rows) for line in receipt.lines]
    return Receipts(
        rows=[r.row for r in rows],
        stores=[r.store for r in rows],
        numbers=[r.receipt for r in rows],
        days=[r.on for r in rows],
        ats=[None if r.at is None else stored_instant(r.at) for r in rows],
        kinds=[r.kind for r in rows],
        refunds_of=[r.refund_of for r in rows],
        member_nos=[r.member_no for r in rows],
        phones=[r.phone for r in rows],
        emails=[r.email for r in rows],
        till_ids=[r.till_id for r in rows],
        names=[r.name for r in rows],
        cashiers=[r.cashier for r in rows],
        payment_methods=[r.payment_method for r in rows],
        nets_minor=[r.net_minor for r in rows],
        discounts_minor=[r.discount_minor for r in rows],
        taxes_minor=[r.tax_minor for r in rows],
        are_void=[r.is_void for r in rows],
        returned_minor=[r.returned_minor for r in rows],
        lines=Lines(
            of=[place for place, _ in lines],
            skus=[line.sku for _, line in lines],
            items=[line.item for _, line in lines],
            categories=[line.category for _, line in lines],
            quantities_milli=[line.quantity_milli for _, line in lines],
            nets_minor=[line.net_minor for _, line in lines],
            unit_costs_minor=[line.unit_cost_minor for _, line in lines],
        ),
    )


def one_by_one(columns: Receipts) -> list[Receipt]:
    """Columns as records, for who looks at a few."""
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    own = columns.lines
    for place, *line in zip(
        own.of, own.skus, own.items, own.categories, own.quantities_milli, own.nets_minor, own.unit_costs_minor,
        strict=True,
    ):  # fmt: skip
        lines[place].append(Line(*line))
    return [
        Receipt(
            row=columns.rows[place],
            store=columns.stores[place],
            receipt=columns.numbers[place],
            on=columns.days[place],
            at=None if (at := columns.ats[place]) is None else read_stored_instant(at),
            kind=columns.kinds[place],
            refund_of=columns.refunds_of[place],
            member_no=columns.member_nos[place],
            phone=columns.phones[place],
            email=columns.emails[place],
            name=columns.names[place],
            cashier=columns.cashiers[place],
            payment_method=columns.payment_methods[place],
            net_minor=columns.nets_minor[place],
            lines=tuple(lines[place]),
            till_id=columns.till_ids[place],
            discount_minor=columns.discounts_minor[place],
            tax_minor=columns.taxes_minor[place],
            is_void=columns.are_void[place],
            returned_minor=columns.returned_minor[place],
        )
        for place in range(len(columns))
    ]


def join(first: Receipts, second: Receipts) -> Receipts:
    """The receipts of both, one after the other."""
    shift, mine, theirs = len(first), first.lines, second.lines
    lines = Lines(
        [*mine.of, *(place + shift for place in theirs.of)],
        *([*getattr(mine, name), *getattr(theirs, name)] for name in Lines.__slots__[1:]),
    )
    both = {name: [*getattr(first, name), *getattr(second, name)] for name in Receipts.__slots__ if name != "lines"}
    return Receipts(**both, lines=lines)
