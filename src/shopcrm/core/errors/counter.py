"""Why points cannot be paid with, granted, given or taken back at the counter."""

from shopcrm.core.errors.base import ShopError
from shopcrm.core.language import mark


class AmountTooSmall(ShopError):
    """An amount of money that no whole step of points is worth."""

    code = "amount_too_small"
    sentence = mark(
        "{amount} {currency} is less than points can pay: at least {least_points:point goes|points go} at a time, worth"
        " {least} {currency}."
    )
    hint = mark("shopcrm points redeem --help")


class PointsWorthless(ShopError):
    """An amount of money, where points are worth none."""

    code = "points_worthless"
    sentence = mark("Points are worth no money by the settings, so none of them can pay {amount} {currency}.")
    hint = mark("shopcrm settings show")


class OverShare(ShopError):
    """More points than may pay for a receipt."""

    code = "over_share"
    sentence = mark(
        "Points may pay {share} of receipt {receipt}, which is {total} {currency}:"
        " {most_points:point|points} at most, worth"
        " {most} {currency}; {points:was|were} asked for."
    )
    hint = mark("shopcrm {command}")


class StoreUnknown(ShopError):
    """A store that neither the settings nor any sale names."""

    code = "store_unknown"
    sentence = mark("There is no store “{store}” in the settings or on any sale; the nearest is {nearest}.")
    hint = mark("shopcrm sales list --store {named}")


class GrantUnknown(ShopError):
    """A grant that the settings do not name."""

    code = "grant_unknown"
    sentence = mark("There is no grant “{grant}”: {known}.")
    hint = mark("shopcrm {command}")


class GrantWithoutPoints(ShopError):
    """A grant whose points are said at the counter, where none were said."""

    code = "grant_without_points"
    sentence = mark("The settings give 0 points for “{grant}”; say how many.")
    hint = mark("shopcrm points grant {customer} --for {typed} --points 10")


class GrantUsedUp(ShopError):
    """A grant that the customer has had as often as the settings allow."""

    code = "grant_used_up"
    sentence = mark(
        "{customer} has had “{grant}” {given:time|times} {period}, and {limit} is the most; the next is possible on"
        " {next_on}."
    )
    hint = mark("shopcrm points statement {customer}")


class GrantGivenOnce(GrantUsedUp):
    """A grant that every customer gets once, and this one had."""

    code = "grant_used_up"
    sentence = mark("{customer} had “{grant}” on {given_on}; it is given once.")
    hint = mark("shopcrm points statement {customer}")


class TransferToSelf(ShopError):
    """Points given to oneself."""

    code = "transfer_to_self"
    sentence = mark("{customer} cannot give points to {customer}; name who gets them.")
    hint = mark("shopcrm customers list")


class NotReversible(ShopError):
    """An entry that is put right in another way."""

    code = "not_reversible"
    sentence = mark("Entry {entry} of {on} ({points:point|points} of {customer}) cannot be reversed: {why}.")
    hint = mark("shopcrm {command}")


class AlreadyReversed(ShopError):
    """An entry of which nothing is left to take back."""

    code = "already_reversed"
    sentence = mark("Entry {entry} of {customer} was taken back on {reversed_on} already, by entry {by_entry}.")
    hint = mark("shopcrm points statement {customer}")


class PeriodBeforeLastExpiry(ShopError):
    """Points by hand dated before a day on which points of the customer expired."""

    code = "period_before_last_expiry"
    sentence = mark("Points of {customer} expired on {expired_on}; none can be added by hand on {on}, before it.")
    hint = mark("shopcrm --as-of {expired_on} points statement {customer}")
