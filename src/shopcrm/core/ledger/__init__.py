"""The points ledger's gatekeeper: the only writer of entries, lots and draws. It only ever grows."""

from shopcrm.core.ledger.accounts import Balance, Lot, balance, balances, open_lots, outstanding_points
from shopcrm.core.ledger.events import NewLot, Posting
from shopcrm.core.ledger.laws import broken_laws
from shopcrm.core.ledger.posting import Posted, post, post_many

__all__ = [
    "Balance",
    "Lot",
    "NewLot",
    "Posted",
    "Posting",
    "balance",
    "balances",
    "broken_laws",
    "open_lots",
    "outstanding_points",
    "post",
    "post_many",
]
