"""The points ledger's gatekeeper: the only writer of entries, lots and draws. It only ever grows."""

from shopcrm.core.ledger.accounts import (
    Account,
    Balance,
    Lot,
    balance,
    balances,
    chunks,
    last_standing_on,
    load_accounts,
    lots_left,
    open_lots,
    outstanding_points,
)
from shopcrm.core.ledger.events import NewLot, Posting
from shopcrm.core.ledger.expiring import Ended, expire_lots, unswept
from shopcrm.core.ledger.laws import broken_laws
from shopcrm.core.ledger.posting import Posted, post, post_many

__all__ = [
    "Account",
    "Balance",
    "Ended",
    "Lot",
    "NewLot",
    "Posted",
    "Posting",
    "balance",
    "balances",
    "broken_laws",
    "chunks",
    "expire_lots",
    "last_standing_on",
    "load_accounts",
    "lots_left",
    "open_lots",
    "outstanding_points",
    "post",
    "post_many",
    "unswept",
]
