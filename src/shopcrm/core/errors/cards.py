"""Why visits on a card cannot be moved."""

from shopcrm.core.errors.base import USAGE, ShopError
from shopcrm.core.errors.counter import AlreadyReversed, NotReversible
from shopcrm.core.errors.points import EntryBeforeLast, EntryUnknown, KeyReused
from shopcrm.core.errors.wallet import InsufficientBalance
from shopcrm.core.language import mark


class InsufficientVisits(InsufficientBalance):
    """More visits than are left on the customer's cards of that name."""

    code = "insufficient_balance"
    sentence = mark("{customer} has {held} visits left on “{card}”; {needed} are needed.")
    hint = mark("shopcrm cards statement {customer}")


class VisitsKeyReused(KeyReused):
    """A key of visit cards that was already posted with other content."""

    code = "key_reused"
    sentence = mark("{done} on {on} already, with {number:visit|visits} for {customer}.")
    hint = mark("shopcrm cards statement {customer}")


class VisitsEntryBeforeLast(EntryBeforeLast):
    """A debit dated before the last entry of the customer's cards."""

    code = "entry_before_last"
    sentence = mark("The cards of {customer} have an entry dated {last_on}; a debit cannot be dated {on}, before it.")
    hint = mark("shopcrm --as-of {last_on} cards statement {customer}")


class VisitsNotPositive(ShopError):
    """A number of visits that moves nothing, or backwards, or lacks what goes with it."""

    code = "visits_not_positive"
    exit_code = USAGE
    sentence = mark("{visits} visits cannot be posted here: {expected}.")
    hint = mark("shopcrm cards --help")


class CardAmbiguous(ShopError):
    """A visit of a customer who has several kinds of cards, where none was named."""

    code = "card_ambiguous"
    sentence = mark("{customer} has visits left on several cards: {cards}; say on which.")
    hint = mark('shopcrm cards use {customer} "{first}" --receipt R')


class VisitsEntryUnknown(EntryUnknown):
    """A number that no entry of visit cards has, or one of a later day."""

    code = "entry_unknown"
    sentence = mark("There is no entry {entry} of visit cards up to {as_of}.")
    hint = mark("shopcrm cards statement CUSTOMER")


class VisitsNotReversible(NotReversible):
    """An entry of visit cards that is put right in another way."""

    code = "not_reversible"
    sentence = mark("Entry {entry} of {on} ({visits} visits of {customer}) cannot be reversed: {why}.")
    hint = mark("shopcrm cards statement {customer}")


class VisitsAlreadyReversed(AlreadyReversed):
    """An entry of visit cards that was taken back."""

    code = "already_reversed"
    hint = mark("shopcrm cards statement {customer}")
