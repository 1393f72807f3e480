"""The two segment tables shopcrm ships, as the settings write them, and what to do with each segment.

A table is an ordered mapping: segment → measure → condition. The first segment that fits is taken and the
last has no condition, so that everyone has exactly one. Money (`monetary`) is in major units.
"""

from collections.abc import Mapping
from typing import Final

from shopcrm.core.language import mark
from shopcrm.insight.rules import NEVER_BOUGHT

Table = Mapping[str, Mapping[str, str]]

GENERAL: Final[Table] = {
    mark("champions"): {"r": ">= 4", "f": ">= 4", "m": ">= 4"},
    mark("loyal"): {"r": ">= 3", "f": ">= 4"},
    mark("potential loyalists"): {"r": ">= 4", "f": "2-3"},
    mark("new customers"): {"r": "5", "f": "1"},
    mark("promising"): {"r": "4", "f": "1"},
    mark("need attention"): {"r": "3", "m": ">= 3"},
    mark("about to sleep"): {"r": "3"},
    mark("cannot lose"): {"r": "<= 2", "f": ">= 4", "m": ">= 4"},
    mark("at risk"): {"r": "<= 2", "f": ">= 3"},
    mark("hibernating"): {"r": "2"},
    mark("lost"): {},
}
"""Named RFM segments for any shop: all 125 combinations of r, f and m, each in one segment."""

APPAREL: Final[Table] = {
    mark("vip"): {"recency_days": "<= 30", "visits_half_year": ">= 5", "monetary": "> 5000"},
    mark("active"): {"recency_days": "<= 90", "visits_half_year": ">= 3"},
    mark("potential"): {"recency_days": "<= 90"},
    mark("slipping"): {"recency_days": "91-182"},
    mark("lapsed regular"): {"recency_days": "> 182", "frequency": ">= 3"},
    mark("dormant"): {},
}
"""An apparel shop's classes by days, visits and money.

The customary four (VIP, active, potential, dormant) leave out who bought last 91 to 182 days ago (slipping),
who is dormant after three purchases or more (lapsed regular), and the frequent who spend little or came last
more than 30 days ago (active).
"""

ADVICE: Final[Mapping[str, str]] = {
    "champions": mark("Thank them by name and show them new goods first; they need no discount."),
    "loyal": mark("Reward every visit, and suggest something finer than what they usually take."),
    "potential loyalists": mark("Tell them how near the next tier is, and invite them back within the month."),
    "new customers": mark("Welcome them within days, and give them a reason for the second purchase."),
    "promising": mark(
        "Remind them of the shop while they remember it, with something that goes with their first purchase."
    ),
    "need attention": mark("They spend well and have paused: a personal message now, with a limited offer."),
    "about to sleep": mark("Write once, with what is new and popular, before they forget the shop."),
    "cannot lose": mark("Call them yourself: these were among the best, and something has kept them away."),
    "at risk": mark("Win them back with an offer on what they used to buy, valid for a few days."),
    "hibernating": mark("A light touch: one seasonal message on what they liked; do not press."),
    "lost": mark("Spend nothing on them beyond an occasional note; look for the reason they left."),
    "vip": mark("Scarcity instead of discounts: first look at new goods, and a personal adviser."),
    "active": mark("Make the basket larger: matching pieces, and the benefits of the next tier."),
    "potential": mark("Give a small reason for the next visit within the month after the last."),
    "slipping": mark("Ask after them before half a year has passed, with an offer on their taste."),
    "lapsed regular": mark("Call them: they came again and again, and have stayed away for half a year."),
    "dormant": mark("A light touch: a short offer now and then; do not write often."),
    NEVER_BOUGHT: mark("Invite them to a first purchase; nothing is known of their taste yet."),
}
"""What to do with a shipped segment, one sentence each."""
