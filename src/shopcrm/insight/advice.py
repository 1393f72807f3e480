"""What to do with each segment that shopcrm ships, one sentence each."""

from collections.abc import Mapping
from typing import Final

from shopcrm.core.language import mark
from shopcrm.insight.rules import NEVER_BOUGHT

ADVICE: Final[Mapping[str, str]] = {
    mark("champions"): mark("Thank them by name and show them new goods first; they need no discount."),
    mark("loyal"): mark("Reward every visit, and suggest something finer than what they usually take."),
    mark("potential loyalists"): mark("Tell them how near the next tier is, and invite them back within the month."),
    mark("new customers"): mark("Welcome them within days, and give them a reason for the second purchase."),
    mark("promising"): mark(
        "Remind them of the shop while they remember it, with something that goes with their first purchase."
    ),
    mark("need attention"): mark("They spend well and have paused: a personal message now, with a limited offer."),
    mark("about to sleep"): mark("Write once, with what is new and popular, before they forget the shop."),
    mark("cannot lose"): mark("Call them yourself: these were among the best, and something has kept them away."),
    mark("at risk"): mark("Win them back with an offer on what they used to buy, valid for a few days."),
    mark("hibernating"): mark("A light touch: one seasonal message on what they liked; do not press."),
    mark("lost"): mark("Spend nothing on them beyond an occasional note; look for the reason they left."),
    mark("vip"): mark("Scarcity instead of discounts: first look at new goods, and a personal adviser."),
    mark("active"): mark("Make the basket larger: matching pieces, and the benefits of the next tier."),
    mark("potential"): mark("Give a small reason for the next visit within the month after the last."),
    mark("slipping"): mark("Ask after them before half a year has passed, with an offer on their taste."),
    mark("lapsed regular"): mark("Call them: they came again and again, and have stayed away for half a year."),
    mark("dormant"): mark("A light touch: a short offer now and then; do not write often."),
    NEVER_BOUGHT: mark("Invite them to a first purchase; nothing is known of their taste yet."),
}
"""What to do with a shipped segment, one sentence each."""
