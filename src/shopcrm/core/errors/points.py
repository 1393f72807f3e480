"""Why points cannot be moved."""

from shopcrm.core.errors.base import USAGE, ShopError
from shopcrm.core.language import mark


class InsufficientPoints(ShopError):
    """A debit asks for more points than can be spent."""

    code = "insufficient_points"
    sentence = mark("{customer} has {spendable_points:point|points}; {needed_points:is|are} needed.")
    hint = mark("shopcrm points statement {customer}")


class PendingPoints(InsufficientPoints):
    """A debit asks for points that are earned but not yet spendable."""

    code = "insufficient_points"
    sentence = mark(
        "{customer} has {spendable_points:point|points} to spend and {pending_points} pending until {frees_on};"
        " {needed_points:is|are} needed."
    )


class PointsNotAccrued(InsufficientPoints):
    """A debit asks for more points than can be spent, while sales of the customer wait for the sweep that earns."""

    code = "insufficient_points"
    sentence = mark(
        "{customer} has {spendable_points:point|points} to spend; {needed_points:is|are} needed. {sales:sale|sales} of"
        " this customer earned points that are not posted yet."
    )
    hint = mark("shopcrm points accrue")


class PointsNotPositive(ShopError):
    """A number of points that moves nothing, or backwards."""

    code = "points_not_positive"
    exit_code = USAGE
    sentence = mark("{points:point|points} cannot be posted here: {expected}.")
    hint = mark("shopcrm {running} --help")


class BelowMinimum(ShopError):
    """Fewer points than may be redeemed at once."""

    code = "below_minimum"
    sentence = mark("At least {minimum_points:point is|points are} redeemed at a time; {points:was|were} asked for.")
    hint = mark("shopcrm points redeem {customer} --points {least_points} {options}")


class NotAStep(ShopError):
    """A number of points that is not a whole number of steps."""

    code = "not_a_step"
    sentence = mark("Points are redeemed in steps of {step_points}; {points} is not a whole number of steps.")
    hint = mark("shopcrm points redeem {customer} --points {nearest_points} {options}")


class KeyReused(ShopError):
    """A key that was already posted with other content."""

    code = "key_reused"
    sentence = mark("{done} on {on} already, with {number:point|points} for {customer}.")
    hint = mark("shopcrm points statement {customer}")


class EntryBeforeLast(ShopError):
    """A debit dated before the customer's last entry."""

    code = "entry_before_last"
    sentence = mark("{customer} has an entry dated {last_on}; a debit cannot be dated {on}, before it.")
    hint = mark("shopcrm --as-of {last_on} points statement {customer}")


class EntryUnknown(ShopError):
    """A number that no entry has, or one of a later day."""

    code = "entry_unknown"
    sentence = mark("There is no points entry {entry} up to {as_of}.")
    hint = mark("shopcrm points statement CUSTOMER")
