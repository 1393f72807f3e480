"""Consents: may we contact whom, how, and what for; said, taken back, looked up, and read from replies."""

from shopcrm.features.consents.listing import ConsentList, MissingList, list_all, list_missing
from shopcrm.features.consents.replies import Replied, read_replies, take_replies
from shopcrm.features.consents.saying import Spoken, grant, withdraw
from shopcrm.features.consents.showing import Shown, show

__all__ = [
    "ConsentList",
    "MissingList",
    "Replied",
    "Shown",
    "Spoken",
    "grant",
    "list_all",
    "list_missing",
    "read_replies",
    "show",
    "take_replies",
    "withdraw",
]
