"""The ledgers of the book: points, money in wallets, visits on cards. One engine keeps all of them, by one set of laws.

A ledger is three tables: entries, the lots that credits open, the draws that debits make. What tells one from another
stands here: what it counts, what sorts its lots, and whether anybody can owe it something.
"""

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

from sqlalchemy import Column, Table, literal, null, select, table

from shopcrm.core.book import Book
from shopcrm.core.language import mark


@dataclass(frozen=True)
class Ledger:
    """One ledger. Its tables are loaded when they are first asked for: a command pays for the ledgers it touches.

    `amount` is the column that counts, `label` the column that sorts lots; `labels` are spent in their order. Where
    `may_owe`, a reversal may take more than is there; in the others no balance is ever below zero. `where` begins the
    sentences about what is wrong in it; `expiry_rule` is the setting that entries which end a lot cite.
    """

    family: str
    table: str
    amount: str
    label: str | None = None
    labels: tuple[str, ...] = ()
    may_owe: bool = False
    where: str = ""
    expiry_rule: str = ""

    @cached_property
    def entry(self) -> Table:
        """The signed lines."""
        return self._table("entry")

    @cached_property
    def lot(self) -> Table:
        """What came together, and ends together."""
        return self._table("lot")

    @cached_property
    def draw(self) -> Table:
        """What an entry took from a lot; negative where it put back."""
        return self._table("draw")

    @property
    def entry_amount(self) -> Column[Any]:
        """How much an entry moves, signed."""
        return self.entry.c[self.amount]

    @property
    def lot_amount(self) -> Column[Any]:
        """How much a lot came with."""
        return self.lot.c[self.amount]

    @property
    def draw_amount(self) -> Column[Any]:
        """How much was taken."""
        return self.draw.c[self.amount]

    @property
    def lot_label(self) -> Any:
        """What sorts the lots; nothing where all are alike."""
        return self.lot.c[self.label] if self.label else null()

    @property
    def available_on(self) -> Column[Any]:
        """The first day on which a lot can be spent: the one on which it came, where nothing is ever pending."""
        return self.lot.c.available_on if self.has_pending else self.lot.c.earned_on

    @property
    def has_pending(self) -> bool:
        """Whether lots can come before they can be spent."""
        return "available_on" in self.lot.c

    @property
    def has_sales(self) -> bool:
        """Whether entries can be for a sale."""
        return "sale_id" in self.entry.c

    def sale_id(self, entry: Any) -> Any:
        """The sale that an entry is for; nothing where entries are for none."""
        return entry.c.sale_id if self.has_sales else null()

    def is_empty(self, book: Book) -> bool:
        """Whether nothing was ever posted: asked by name, without the tables, which a command would pay 15 ms for."""
        return book.connection.scalar(select(literal(1)).select_from(table(f"{self.table}_entry")).limit(1)) is None

    def rank(self, label: str | None) -> int:
        """Which lots are spent first: those of the lowest rank."""
        return self.labels.index(label) if label in self.labels else 0

    def _table(self, part: str) -> Table:
        table: Table = getattr(import_module(f"shopcrm.core.schema.{self.family}"), f"{self.table}_{part}")
        return table


POINTS = Ledger("points", "points", "points", may_owe=True, expiry_rule="points.expiry")
MONEY = Ledger(
    "wallet", "wallet", "amount_minor", label="purse", labels=("principal", "bonus"),
    where=mark("in the wallets: {finding}"), expiry_rule="wallet.bonus_expiry",
)  # fmt: skip
VISITS = Ledger(
    "visits", "visit", "visits", label="card", where=mark("on visit cards: {finding}"), expiry_rule="by hand"
)  # fmt: skip
LEDGERS = (POINTS, MONEY, VISITS)
