"""The gatekeeper of all ledgers: the only writer of entries, lots and draws. They only ever grow.

One engine keeps points, money in wallets and visits on cards; what is not said otherwise is about points.
"""

from shopcrm.core.ledger.accounts import (
    Account,
    Balance,
    Lot,
    balance,
    balances,
    code_of,
    last_standing_on,
    load_accounts,
    lots_left,
    open_lots,
    outstanding_points,
)
from shopcrm.core.ledger.events import NewLot, Posting
from shopcrm.core.ledger.expiring import Ended, expire_lots, unswept
from shopcrm.core.ledger.keys import open_key, plain_number, reversal_key, standing
from shopcrm.core.ledger.laws import broken_laws
from shopcrm.core.ledger.ledgers import LEDGERS, MONEY, POINTS, VISITS, Ledger
from shopcrm.core.ledger.posting import Posted, post, post_many

__all__ = [
    "LEDGERS",
    "MONEY",
    "POINTS",
    "VISITS",
    "Account",
    "Balance",
    "Ended",
    "Ledger",
    "Lot",
    "NewLot",
    "Posted",
    "Posting",
    "balance",
    "balances",
    "broken_laws",
    "code_of",
    "expire_lots",
    "last_standing_on",
    "load_accounts",
    "lots_left",
    "open_key",
    "open_lots",
    "outstanding_points",
    "plain_number",
    "post",
    "post_many",
    "reversal_key",
    "standing",
    "unswept",
]
