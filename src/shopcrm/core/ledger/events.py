"""What is handed to a ledger to be posted."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple


class NewLot(NamedTuple):
    """What of a credit comes together, with the days between which it can be spent, and the label it bears."""

    amount: int
    available_on: date
    expires_on: date | None
    label: str | None = None


class Posting(NamedTuple):
    """One event to post. `key` names all that makes it one event; `rule` and `inputs` say why, for ever.

    A credit of kind "reverse" gives back what was drawn, into the same lots with their old dates: by the entry that it
    takes back, else by the entries of its sale. A debit of that kind takes what that entry brought, or the sale that it
    names, out of their lots first. Of points it may take pending ones, and more than there are, as `policy` says.
    """

    key: str
    customer_id: int
    kind: str
    amount: int  # points, minor units of money, visits
    on: date
    rule: str
    inputs: Mapping[str, object]
    settings_version_id: int
    sale_id: int | None = None
    sale_revision: int | None = None
    receipt: str | None = None
    reason: str | None = None
    available_on: date | None = None  # credits: first spendable day, the day itself where not said
    expires_on: date | None = None  # credits: last good day, never where not said
    lots: tuple[NewLot, ...] = ()  # credits that bring several lots at once, or lots with labels
    shares: tuple[tuple[str, int], ...] = ()  # debits: how much of which label; in the order of spending where not said
    takes: tuple[tuple[int, int], ...] = ()  # debits: how much of which lot, where that is decided already
    reverses_id: int | None = None  # the entry that is taken back
    takes_from_sale_id: int | None = None  # debits of kind reverse: the sale whose lots are taken first
    policy: str = "owe"  # debits of kind reverse: owe, or clamp and charge, which write a waiver for what is not there
