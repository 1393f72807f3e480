"""What wallets hold, purse by purse, and what entries of theirs moved. The ledger itself is kept by core/ledger.

What a customer paid in (principal) and what the shop added (bonus) are two purses, both in minor units.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select, union_all

from shopcrm.core.book import Book
from shopcrm.core.ledger import MONEY, NewLot, load_accounts
from shopcrm.core.merging import kept
from shopcrm.core.portions import portions
from shopcrm.core.schema.wallet import wallet_draw, wallet_lot

PRINCIPAL, BONUS = MONEY.labels


class Purses(NamedTuple):
    """Minor units of principal and of bonus: what a wallet holds, or, signed, what an entry moved."""

    principal_minor: int
    bonus_minor: int

    @property
    def balance_minor(self) -> int:
        """Both purses together."""
        return self.principal_minor + self.bonus_minor

    def as_lots(self, on: date, bonus_until: date | None = None) -> tuple[NewLot, ...]:
        """The lots that a credit of so much opens on a day."""
        principal, bonus = (NewLot(amount, on, None, label) for amount, label in zip(self, MONEY.labels, strict=True))
        return tuple(lot for lot in (principal, bonus._replace(expires_on=bonus_until)) if lot.amount)

    def as_shares(self) -> tuple[tuple[str, int], ...]:
        """What a debit takes of each purse."""
        return tuple((label, amount) for label, amount in zip(MONEY.labels, self, strict=True) if amount)


EMPTY = Purses(0, 0)


def balance(book: Book, customer_id: int) -> Purses:
    """What the customer's wallet holds as of the business date, without bonus past its last good day."""
    return balances(book, [customer_id], until=book.as_of)[customer_id]


def balances(book: Book, customer_ids: Sequence[int], until: date | None) -> dict[int, Purses]:
    """What these wallets hold, entries dated after `until` not yet made; nothing where nothing was paid in."""
    accounts = load_accounts(book, customer_ids, until, MONEY)
    found = {}
    for customer_id in customer_ids:
        held: defaultdict[str | None, int] = defaultdict(int)
        for lot in accounts[kept(book, customer_id)].lots:
            if not lot.expires_on or lot.expires_on >= book.as_of:
                held[lot.label] += lot.left
        found[customer_id] = Purses(held[PRINCIPAL], held[BONUS])
    return found


def moved_by(book: Book, entry_ids: Sequence[int]) -> Mapping[int, Purses]:
    """What each of these entries moved, signed: the lots it opened, less what it drew."""
    sums: defaultdict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(MONEY.labels, 0))
    lot, draw = wallet_lot.c, wallet_draw.c
    for chunk in portions(entry_ids):
        opened = select(lot.entry_id, lot.purse, func.sum(lot.amount_minor))
        drawn = select(draw.entry_id, lot.purse, -func.sum(draw.amount_minor)).join(wallet_lot, lot.id == draw.lot_id)
        both = union_all(
            opened.where(lot.entry_id.in_(chunk)).group_by(lot.entry_id, lot.purse),
            drawn.where(draw.entry_id.in_(chunk)).group_by(draw.entry_id, lot.purse),
        )
        for entry_id, purse, amount in book.connection.execute(both):
            sums[entry_id][purse] += amount
    return {entry_id: Purses(*purses.values()) for entry_id, purses in sums.items()}
