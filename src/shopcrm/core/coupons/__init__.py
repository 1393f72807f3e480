"""The coupons' gatekeeper: the only writer of coupons and their events. A status moves only from where it stood."""

from shopcrm.core.coupons.changing import Redemption, change, expire_overdue, redeem, restore
from shopcrm.core.coupons.events import Event, events_of, redeemed_on
from shopcrm.core.coupons.issuing import (
    GivenOut,
    Issued,
    discount_given,
    given_out,
    held_by,
    is_issued,
    issue,
    refuse_beyond_budget,
    refuse_beyond_limits,
)
from shopcrm.core.coupons.offering import CONTENT, add_offer, add_version, retire_offer
from shopcrm.core.coupons.standing import Coupon, among, coupons_of, find_coupon
from shopcrm.core.coupons.terms import (
    HANDED_OVER,
    Terms,
    current_terms,
    every_version,
    find_offer,
    offer_code,
    plain_offer,
    terms_by_id,
)

__all__ = [
    "CONTENT",
    "HANDED_OVER",
    "Coupon",
    "Event",
    "GivenOut",
    "Issued",
    "Redemption",
    "Terms",
    "add_offer",
    "add_version",
    "among",
    "change",
    "coupons_of",
    "current_terms",
    "discount_given",
    "events_of",
    "every_version",
    "expire_overdue",
    "find_coupon",
    "find_offer",
    "given_out",
    "held_by",
    "is_issued",
    "issue",
    "offer_code",
    "plain_offer",
    "redeem",
    "redeemed_on",
    "refuse_beyond_budget",
    "refuse_beyond_limits",
    "restore",
    "retire_offer",
    "terms_by_id",
]
