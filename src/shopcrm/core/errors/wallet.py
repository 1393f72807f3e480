"""Why money in a wallet cannot be moved."""

from shopcrm.core.errors.base import USAGE, ShopError
from shopcrm.core.errors.counter import AlreadyReversed, NotReversible
from shopcrm.core.errors.points import EntryBeforeLast, EntryUnknown, KeyReused
from shopcrm.core.language import mark


class InsufficientBalance(ShopError):
    """A payment asks for more than the wallet holds."""

    code = "insufficient_balance"
    sentence = mark("{customer} has {held} {currency} in the wallet; {needed} are needed.")
    hint = mark("shopcrm wallet statement {customer}")


class InsufficientPurse(InsufficientBalance):
    """A debit asks for more than one purse of the wallet, principal or bonus, holds."""

    code = "insufficient_balance"
    sentence = mark("{customer} has {held} {currency} of {purse} in the wallet; {needed} are needed.")


class NothingInWallet(InsufficientBalance):
    """A refund where no principal is left."""

    code = "insufficient_balance"
    sentence = mark("{customer} has no principal in the wallet that could be given back.")


class AmountNotPositive(ShopError):
    """An amount of money that moves nothing, or backwards, or lacks what goes with it."""

    code = "amount_not_positive"
    exit_code = USAGE
    sentence = mark("{amount} {currency} cannot be posted here: {expected}.")
    hint = mark("shopcrm wallet --help")


class WalletKeyReused(KeyReused):
    """A key of the wallet that was already posted with other content."""

    code = "key_reused"
    sentence = mark("{done} on {on} already, with {amount} {currency} for {customer}.")
    hint = mark("shopcrm wallet statement {customer}")


class WalletEntryBeforeLast(EntryBeforeLast):
    """A debit dated before the last entry of the customer's wallet."""

    code = "entry_before_last"
    sentence = mark("The wallet of {customer} has an entry dated {last_on}; a debit cannot be dated {on}, before it.")
    hint = mark("shopcrm --as-of {last_on} wallet statement {customer}")


class WalletEntryUnknown(EntryUnknown):
    """A number that no entry of a wallet has, or one of a later day."""

    code = "entry_unknown"
    sentence = mark("There is no wallet entry {entry} up to {as_of}.")
    hint = mark("shopcrm wallet statement CUSTOMER")


class WalletNotReversible(NotReversible):
    """An entry of a wallet that is put right in another way."""

    code = "not_reversible"
    sentence = mark("Entry {entry} of {on} ({amount} {currency} of {customer}) cannot be reversed: {why}.")
    hint = mark("shopcrm {command}")


class WalletAlreadyReversed(AlreadyReversed):
    """An entry of a wallet that was taken back."""

    code = "already_reversed"
    hint = mark("shopcrm wallet statement {customer}")
