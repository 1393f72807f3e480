"""Collects the rows of a posting, and writes them in a few statements."""

import json

from shopcrm.core.book import Book
from shopcrm.core.clock import stored_instant
from shopcrm.core.ledger.events import NewLot, Posting
from shopcrm.core.ledger.ledgers import Ledger
from shopcrm.core.schema.house import note

# json.dumps would build an encoder for each call.
encode_inputs = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Writer:
    """Rows of one ledger on their way into the book."""

    def __init__(self, book: Book, of: Ledger) -> None:
        self._book, self.of = book, of
        self._entry_id, self._lot_id = book.next_id(of.entry), book.next_id(of.lot)
        self._entries: list[tuple[object, ...]] = []
        self._lots: list[tuple[object, ...]] = []
        self._draws: list[tuple[int, int, int]] = []
        self._waivers: list[tuple[object, ...]] = []
        self._reasons: list[tuple[int, str]] = []
        self._posted_at = stored_instant(book.now)

    def add_entry(self, p: Posting) -> int:
        """Keeps an entry; answers its number."""
        entry_id = self._entry_id
        self._entry_id += 1
        reason_id = self._add_reason(p.reason) if p.reason else None
        inputs = encode_inputs(p.inputs)
        own = (p.sale_id, p.sale_revision) if self.of.has_sales else ()
        self._entries.append(
            (entry_id, p.key, p.customer_id, p.kind, p.amount, p.on.isoformat(), self._posted_at, self._book.by,
             p.receipt, reason_id, p.rule, inputs, p.settings_version_id, p.reverses_id, *own)
        )  # fmt: skip
        return entry_id

    def _add_reason(self, reason: str) -> int:
        if not self._reasons:
            self._reason_id = self._book.next_id(note)
        self._reasons.append((self._reason_id + len(self._reasons), reason))
        return self._reasons[-1][0]

    def add_lot(self, entry_id: int, p: Posting, lot: NewLot) -> int:
        """Keeps a lot that an entry opens; answers its number."""
        lot_id = self._lot_id
        self._lot_id += 1
        expires_on = lot.expires_on.isoformat() if lot.expires_on else None
        own = (lot.available_on.isoformat(),) if self.of.has_pending else ()
        labelled = (lot.label,) if self.of.label else ()
        self._lots.append((lot_id, entry_id, lot.amount, p.on.isoformat(), expires_on, *own, *labelled))
        return lot_id

    def add_waiver(self, p: Posting, points: int) -> None:
        """Keeps that so many points of a clawback were let go."""
        assert p.sale_id is not None
        self._waivers.append(
            (
                p.key,
                p.customer_id,
                p.sale_id,
                p.sale_revision,
                p.policy,
                points,
                p.on.isoformat(),
                p.settings_version_id,
            )
        )

    def add_draw(self, entry_id: int, lot_id: int, amount: int) -> None:
        """Keeps what an entry takes from a lot, or puts back into it where that is below zero."""
        self._draws.append((entry_id, lot_id, amount))

    def write(self) -> None:
        """Writes all of it, in an order in which nothing refers to what is not there."""
        insert_many, of = self._book.insert_many, self.of
        insert_many(note, ("id", "text"), self._reasons)
        own = ("sale_id", "sale_revision") if of.has_sales else ()
        insert_many(of.entry, (*_ENTRY_COLUMNS[:4], of.amount, *_ENTRY_COLUMNS[4:], *own), self._entries)
        days, labels = ("available_on",) if of.has_pending else (), (of.label,) if of.label else ()
        insert_many(of.lot, (*_LOT_COLUMNS[:2], of.amount, *_LOT_COLUMNS[2:], *days, *labels), self._lots)
        insert_many(of.draw, ("entry_id", "lot_id", of.amount), self._draws)
        if self._waivers:
            from shopcrm.core.schema.waivers import points_waiver

            insert_many(points_waiver, _WAIVER_COLUMNS, self._waivers)


_ENTRY_COLUMNS = (
    "id", "key", "customer_id", "kind", "on", "posted_at", "by", "receipt", "reason_id", "rule", "inputs",
    "settings_version_id", "reverses_id",
)  # fmt: skip
_WAIVER_COLUMNS = ("key", "customer_id", "sale_id", "sale_revision", "policy", "points", "on", "settings_version_id")
_LOT_COLUMNS = ("id", "entry_id", "earned_on", "expires_on")
