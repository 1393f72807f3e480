"""Why money in a wallet cannot be moved."""

from shopcrm.core.errors.base import ShopError
from shopcrm.core.errors.points import EntryBeforeLast, KeyReused
from shopcrm.core.language import mark


class InsufficientBalance(ShopError):
    """A debit asks for more than a purse of the wallet holds."""

    code = "insufficient_balance"
    sentence = mark("{customer} has {held} {currency} of {purse} in the wallet; {needed} are needed.")
    hint = mark("shopcrm wallet statement {customer}")


class WalletKeyReused(KeyReused):
    """A key of the wallet that was already posted with other content."""

    code = "key_reused"
    sentence = mark(
        "{key} was posted on {on} already, with {principal} {currency} of principal and {bonus} of bonus"
        " for {customer}."
    )
    hint = mark("shopcrm wallet statement {customer}")


class WalletEntryBeforeLast(EntryBeforeLast):
    """A debit dated before the last entry of the customer's wallet."""

    code = "entry_before_last"
    sentence = mark("The wallet of {customer} has an entry dated {last_on}; a debit cannot be dated {on}, before it.")
    hint = mark("shopcrm --as-of {last_on} wallet statement {customer}")
