"""Collects the rows of a posting, and writes them in a few statements."""

import json

from shopcrm.core.book import Book
from shopcrm.core.clock import stored_instant
from shopcrm.core.ledger.events import NewLot, Posting
from shopcrm.core.schema.house import note
from shopcrm.core.schema.points import points_draw, points_entry, points_lot

# json.dumps would build an encoder for each call.
encode_inputs = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Writer:
    """Rows on their way into the book."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._entry_id, self._lot_id = book.next_id(points_entry), book.next_id(points_lot)
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
        self._entries.append(
            (entry_id, p.key, p.customer_id, p.kind, p.points, p.on.isoformat(), self._posted_at, self._book.by,
             p.sale_id, p.sale_revision, p.receipt, reason_id, p.rule, inputs, p.settings_version_id,
             p.reverses_id)
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
        self._lots.append(
            (lot_id, entry_id, p.customer_id, lot.points, p.on.isoformat(), lot.available_on.isoformat(), expires_on)
        )
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

    def add_draw(self, entry_id: int, lot_id: int, points: int) -> None:
        """Keeps what an entry takes from a lot, or puts back into it where that is below zero."""
        self._draws.append((entry_id, lot_id, points))

    def write(self) -> None:
        """Writes all of it, in an order in which nothing refers to what is not there."""
        insert_many = self._book.insert_many
        insert_many(note, ("id", "text"), self._reasons)
        insert_many(points_entry, _ENTRY_COLUMNS, self._entries)
        insert_many(points_lot, _LOT_COLUMNS, self._lots)
        insert_many(points_draw, ("entry_id", "lot_id", "points"), self._draws)
        if self._waivers:
            from shopcrm.core.schema.waivers import points_waiver

            insert_many(points_waiver, _WAIVER_COLUMNS, self._waivers)


_ENTRY_COLUMNS = (
    "id", "key", "customer_id", "kind", "points", "on", "posted_at", "by", "sale_id", "sale_revision", "receipt",
    "reason_id", "rule", "inputs", "settings_version_id", "reverses_id",
)  # fmt: skip
_WAIVER_COLUMNS = ("key", "customer_id", "sale_id", "sale_revision", "policy", "points", "on", "settings_version_id")
_LOT_COLUMNS = ("id", "entry_id", "customer_id", "points", "earned_on", "available_on", "expires_on")
