"""Why an offer cannot be written, and why a coupon is not given, not taken, or not changed."""

from shopcrm.core.errors.base import USAGE, ShopError
from shopcrm.core.errors.points import KeyReused
from shopcrm.core.language import mark


class OfferUnknown(ShopError):
    """No offer has that code."""

    code = "offer_unknown"
    sentence = mark("There is no offer “{offer}”; {nearest}.")
    hint = mark("shopcrm offers list")


class OfferTaken(ShopError):
    """A code that another offer has: terms are changed by editing it."""

    code = "offer_taken"
    sentence = mark("Offer {offer} was added on {added_on} already, with other terms.")
    hint = mark("shopcrm offers edit {offer} --help")


class OfferNotWritable(ShopError):
    """Terms that cannot be kept, or that contradict each other."""

    code = "offer_not_writable"
    exit_code = USAGE
    sentence = mark("This offer cannot be written: {reason}.")
    hint = mark("shopcrm offers add --help")


class OfferRetired(ShopError):
    """An offer that issues no more coupons."""

    code = "offer_retired"
    sentence = mark("Offer {offer} issues no more coupons since {retired_on}.")
    hint = mark("shopcrm offers list")


class OfferOver(ShopError):
    """An offer whose last day has passed."""

    code = "offer_over"
    sentence = mark("Offer {offer} ended on {last_on}; a coupon of it would be good on no day.")
    hint = mark("shopcrm offers edit {offer} --to DATE")


class LimitReached(ShopError):
    """More coupons than the offer gives out, to a customer or in all."""

    code = "limit_reached"
    sentence = mark("Offer {offer} gives out {limit:coupon|coupons} in all; {left} left, {asked} asked for.")
    hint = mark("shopcrm offers show {offer}")


class CustomerLimitReached(LimitReached):
    """More coupons than the offer gives to one customer."""

    code = "limit_reached"
    sentence = mark("{customer} has had {had:coupon|coupons} of offer {offer}; one customer may have {limit}.")
    hint = mark("shopcrm coupons list --customer {customer} --offer {offer}")


class BudgetExhausted(ShopError):
    """More discount than the offer may cost."""

    code = "budget_exhausted"
    sentence = mark(
        "Offer {offer} may cost {budget} {currency}: {given} are given or promised, and this would be {more} more."
    )
    hint = mark("shopcrm offers show {offer}")


class NotForCustomer(ShopError):
    """A coupon that another customer holds, or an offer that this customer is not meant by."""

    code = "not_for_customer"
    sentence = mark("{what} is not for {customer}: {reason}.")
    hint = mark("shopcrm coupons list --customer {customer}")


class IssueKeyReused(KeyReused):
    """A key under which other coupons were issued."""

    code = "key_reused"
    sentence = mark("Under the key “{key}” {count:coupon|coupons} of {offer} went out on {on} already, and not these.")
    hint = mark("shopcrm coupons list --offer {offer}")


class CouponUnknown(ShopError):
    """No coupon has that code."""

    code = "coupon_unknown"
    sentence = mark("There is no coupon “{text}”; {nearest}.")
    hint = mark("shopcrm coupons list --customer CUSTOMER")


class CouponNotYet(ShopError):
    """A coupon whose first good day is still to come."""

    code = "coupon_not_yet"
    sentence = mark("Coupon {coupon} is good from {starts_on} on; today is {on}.")
    hint = mark("shopcrm coupons show {coupon}")


class CouponExpired(ShopError):
    """A coupon past its last good day."""

    code = "coupon_expired"
    sentence = mark("Coupon {coupon} was good until {expires_on}, through the end of that day.")
    hint = mark('shopcrm coupons extend {coupon} --until DATE --reason "..."')


class CouponRedeemed(ShopError):
    """A coupon that was used."""

    code = "coupon_redeemed"
    sentence = mark("Coupon {coupon} was redeemed on {on}, on receipt {receipt}.")
    hint = mark("shopcrm coupons show {coupon}")


class CouponVoid(ShopError):
    """A coupon that was taken out of use."""

    code = "coupon_void"
    sentence = mark("Coupon {coupon} is void since {on}.")
    hint = mark("shopcrm coupons show {coupon}")


class BelowMinSpend(ShopError):
    """A receipt that comes to less than the coupon asks for."""

    code = "below_min_spend"
    sentence = mark("Coupon {coupon}: {short} {currency} short of the {least} minimum{scope}.")
    hint = mark("shopcrm coupons show {coupon}")


class NothingCovered(ShopError):
    """A receipt without any of the goods that the coupon is for."""

    code = "nothing_covered"
    sentence = mark("Coupon {coupon} is for {scope} only, and none of that is on the receipt.")
    hint = mark("shopcrm coupons show {coupon}")


class LinesNeeded(ShopError):
    """A coupon for some goods only, and no word of what is on the receipt."""

    code = "lines_needed"
    sentence = mark("Coupon {coupon} is for {scope} only: say what is on the receipt.")
    hint = mark("shopcrm coupons check {coupon} --lines FILE")


class NotInBirthdayMonth(ShopError):
    """A birthday coupon outside the customer's birthday month."""

    code = "not_in_birthday_month"
    sentence = mark("Coupon {coupon} is good in the birthday month of {customer}: {month}.")
    hint = mark("shopcrm coupons show {coupon}")


class NotCombinable(ShopError):
    """Coupons of one receipt that do not go together."""

    code = "not_combinable"
    sentence = mark("Coupons {coupon} ({offer}) and {other} ({other_offer}) do not go together on one receipt.")
    hint = mark("shopcrm offers show {offer}")


class NothingToTakeOff(ShopError):
    """A coupon that would be used up for nothing."""

    code = "nothing_to_take_off"
    sentence = mark("Coupon {coupon} would be used up for nothing: it takes nothing off {left} {currency}.")
    hint = mark("shopcrm coupons show {coupon}")


class NothingToOwe(ShopError):
    """A coupon that has nothing waiting to be handed over."""

    code = "nothing_to_hand_over"
    sentence = mark("Coupon {coupon} has nothing to hand over: {reason}.")
    hint = mark("shopcrm coupons list --owed")


class CouponNotChanged(ShopError):
    """A change that the coupon's state does not allow."""

    code = "coupon_not_changed"
    sentence = mark("Coupon {coupon} cannot be changed so: {reason}.")
    hint = mark("shopcrm coupons show {coupon}")


class NothingToPrint(ShopError):
    """An offer of which no coupon is open."""

    code = "nothing_to_print"
    sentence = mark("Offer {offer} has no coupons on {as_of} that could still be used.")
    hint = mark("shopcrm coupons issue --help")


class CouponKeyReused(KeyReused):
    """A receipt on which the coupon was redeemed with another total."""

    code = "key_reused"
    sentence = mark(
        "Coupon {coupon} was redeemed on receipt {receipt} on {on} already, with a total of {total} {currency}."
    )
    hint = mark("shopcrm coupons show {coupon}")
