"""The canonical dump: facts and postings in a fixed order, without row ids, clock times and the audit trail.

Two books with equal dumps hold the same facts and the same postings, however often or late their sweeps ran. Rows
are named by what they are: a customer by code, a sale by source, store, day, receipt and kind, an entry by its key with
the name of its sale or lot in place of the row id. Batches, the logs of changes and the trail are history and stay out,
and so do saved profiles, which say how sheets are read, and the keyed hashes of who was erased.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Table, null, select

from shopcrm.core.book import Book
from shopcrm.core.ledger import LEDGERS, Ledger
from shopcrm.core.schema import every_table

TABLES = (
    "settings_version", "customer", "identity", "customer_merge", "not_same", "customer_tag", "preference",
    "customer_note", "consent", "audience", "erasure", "review", "stock_item", "sale", "sale_line",
    "points_entry", "points_lot", "points_draw", "points_waiver", "reward", "offer", "offer_terms", "coupon_issue",
    "coupon", "coupon_event", "wallet_entry", "wallet_lot", "wallet_draw", "visit_entry", "visit_lot", "visit_draw",
    "tier_change", "segment_refresh", "segment_snapshot", "campaign", "assignment", "contact",
)  # fmt: skip
# "at" of a sale is a fact, not a clock
_HISTORY = frozenset({"id", "batch_id", "settings_version_id", "set_at", "posted_at", "by"})
_HISTORY_OF = {
    "review": frozenset({"row", "person"}),  # which of several rows asked first
    "points_waiver": frozenset({"key"}),  # which names rows; customer, sale and revision say the same
    "customer_merge": frozenset({"at"}),
    "customer_note": frozenset({"at"}),
    "erasure": frozenset({"at"}),
}
_NAMED_AS = {"refund_of": "sale", "into": "customer", "kept": "customer", "one": "customer", "other": "customer"}
_ROW_IDS = re.compile(r"(?<=:)\d+")
_BY_ROW = ("return:", "reverse:")  # keys of entries that speak of other entries and of lots
_AFTER = re.compile(r"(?<=:after:)\d+")  # an entry that was taken back


@dataclass(frozen=True, slots=True)
class Dump:
    """One JSON array a line: the table's name, then its row."""

    lines: tuple[str, ...]
    sha256: str


def dump(book: Book, *, reveal: bool = False) -> Dump:
    """The dump of all facts and postings, whatever their day. Personal data is replaced by digests unless revealed."""
    tables = every_table().tables
    names = _Names(book, tables)
    lines: list[str] = []
    for name in TABLES:
        lines += sorted(_rows(book, tables[name], names, reveal))
    if reveal:
        book.tell("the book was dumped with personal data")
    return Dump(tuple(lines), sha256("\n".join(lines).encode()).hexdigest())


class _Names:
    """What rows are called instead of their ids."""

    def __init__(self, book: Book, tables: Mapping[str, Table]) -> None:
        sale, customer = tables["sale"], tables["customer"]
        self.customer = _pairs(book, customer.c.id, customer.c.code)
        columns = (sale.c.id, sale.c.source, sale.c.store, sale.c.on, sale.c.receipt, sale.c.kind)
        self.sale = {row[0]: "/".join(map(str, row[1:])) for row in book.connection.execute(select(*columns))}
        campaign, note = tables["campaign"], tables["note"]
        self.campaign = _pairs(book, campaign.c.id, campaign.c.code)
        self.reason = _pairs(book, note.c.id, note.c.text)
        offer, terms, issue = tables["offer"], tables["offer_terms"], tables["coupon_issue"]
        self.offer = _pairs(book, offer.c.id, offer.c.code)
        versions = book.connection.execute(select(terms.c.id, terms.c.offer_id, terms.c.version))
        self.terms = {row[0]: f"{self.offer[row[1]]}/{row[2]}" for row in versions}
        self.issue = _pairs(book, issue.c.id, issue.c.key)
        self.coupon = _pairs(book, tables["coupon"].c.id, tables["coupon"].c.code)
        self.event = _pairs(book, tables["coupon_event"].c.id, tables["coupon_event"].c.key)
        self.entry: dict[str, dict[int, str]] = {}  # by the name of their table
        self.lot: dict[str, dict[int, str]] = {}
        for each in LEDGERS:
            self._name_ledger(book, each)

    def of(self, column: Any, value: Any) -> Any:
        named, (ledger, _, _) = column.name.removesuffix("_id"), column.table.name.partition("_")
        if value is None:
            return None
        if named == "reverses" and ledger == "coupon":
            return self.event[value]
        if named in ("entry", "reverses"):
            return self.entry[ledger][value]
        if named == "lot":
            return self.lot[ledger][value]
        return getattr(self, _NAMED_AS.get(named, named))[value]

    def _name_ledger(self, book: Book, of: Ledger) -> None:
        entry, lot = of.entry.c, of.lot.c
        revision = entry.sale_revision if of.has_sales else null()
        entries = book.connection.execute(select(entry.id, entry.key, of.sale_id(of.entry), revision))
        names = {row[0]: self._entry_name(*row[1:]) for row in entries}
        lots = book.connection.execute(select(lot.id, lot.entry_id, of.lot_label))
        self.lot[of.table] = {row[0]: ":".join(filter(None, (names[row[1]], row[2]))) for row in lots}
        self.entry[of.table] = {
            entry_id: self._expiry_name(name, self.lot[of.table]) for entry_id, name in names.items()
        }

    def _entry_name(self, key: str, sale_id: int | None, revision: int | None) -> str:
        if sale_id is not None:
            return f"{key.partition(':')[0]}:{self.sale[sale_id]}:{revision}"
        return _ROW_IDS.sub("#", key) if key.startswith(_BY_ROW) else _AFTER.sub("#", key)

    def _expiry_name(self, key: str, lots: Mapping[int, str]) -> str:
        """`expire:lot:77:2` with what opened the lot in place of its row id."""
        kind, _, lot = key.partition(":lot:")
        lot_id, _, number = lot.partition(":")
        return f"expire:{lots[int(lot_id)]}:{number or 1}" if kind == "expire" and lot_id.isdigit() else key


def _pairs(book: Book, key: Any, value: Any) -> dict[int, str]:
    return {row[0]: row[1] for row in book.connection.execute(select(key, value))}


def _rows(book: Book, table: Table, names: _Names, reveal: bool) -> Iterator[str]:
    history = _HISTORY | _HISTORY_OF.get(table.name, frozenset())
    columns = [column for column in table.c if column.name not in history]
    ledger, _, part = table.name.partition("_")
    is_entry = part == "entry"
    wanted = select(table.c.id, *columns) if is_entry else select(*columns)
    for row in book.connection.execute(wanted):
        values = row._mapping
        said = {c.name.removesuffix("_id"): _value(c, values[c.name], names, reveal) for c in columns}
        if is_entry:
            said["key"] = names.entry[ledger][values["id"]]
        yield json.dumps([table.name, said], ensure_ascii=False, sort_keys=True)


def _value(column: Any, value: Any, names: _Names, reveal: bool) -> Any:
    if column.name.endswith("_id"):
        value = names.of(column, value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    is_personal = column.info.get("personal") or column.name == "reason_id"
    if is_personal and not reveal and value is not None:
        return f"#{sha256(str(value).encode()).hexdigest()[:16]}"
    return value
