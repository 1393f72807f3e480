"""The gatekeeper of erasures: takes what is personal out of the book for good, and leaves ledgers and sums as they are.

Rows that ledgers refer to stay and lose what they say; rows that are about the person alone go. A keyed hash of every
identity is kept, so that a sheet does not bring the person back.
"""

from shopcrm.core.erasing.carrying import Register, carry_over, read_register
from shopcrm.core.erasing.erasing import Erased, erase, needles_of
from shopcrm.core.erasing.needles import Needles
from shopcrm.core.erasing.policy import CLEARED, DELETED, SCRUBBED
from shopcrm.core.erasing.traces import Trace, find_traces

__all__ = [
    "CLEARED",
    "DELETED",
    "SCRUBBED",
    "Erased",
    "Needles",
    "Register",
    "Trace",
    "carry_over",
    "erase",
    "find_traces",
    "needles_of",
    "read_register",
]
