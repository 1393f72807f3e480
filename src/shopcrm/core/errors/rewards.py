"""What can be wrong with a reward that is added, retired or asked for."""

from shopcrm.core.errors.base import USAGE, ShopError
from shopcrm.core.language import mark


class RewardUnknown(ShopError):
    """No reward has that code."""

    code = "reward_unknown"
    sentence = mark("There is no reward “{reward}”; {nearest}.")
    hint = mark("shopcrm rewards list")


class RewardRetired(ShopError):
    """A reward that nobody gets any more."""

    code = "reward_retired"
    sentence = mark("Reward {reward} is not given any more since {retired_on}; {nearest}.")
    hint = mark("shopcrm rewards list")


class RewardTaken(ShopError):
    """A code that another reward has or had: what was exchanged for it must stay readable."""

    code = "reward_taken"
    sentence = mark(
        "Reward {reward} was added on {added_on} already, as “{name}” for {points:point|points} and {cash}."
    )
    hint = mark("shopcrm rewards list")


class RewardNotWritable(ShopError):
    """A reward typed in a way that cannot be."""

    code = "reward_not_writable"
    exit_code = USAGE
    sentence = mark("This reward cannot be written: {reason}.")
    hint = mark("shopcrm rewards add --help")
