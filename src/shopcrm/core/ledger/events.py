"""What is handed to the ledger to be posted."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple


class NewLot(NamedTuple):
    """Points of a credit that come together, with the days between which they can be spent."""

    points: int
    available_on: date
    expires_on: date | None


class Posting(NamedTuple):
    """One event to post. `key` names all that makes it one event; `rule` and `inputs` say why, for ever.

    A credit of kind "reverse" gives back what was drawn, into the same lots with their old dates: by the entry that it
    takes back, else by the entries of its sale. A debit of that kind takes points out of the lots of that entry first,
    or of the sale that it names; it may take pending ones, and more than there are, as `policy` says.
    """

    key: str
    customer_id: int
    kind: str
    points: int
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
    lots: tuple[NewLot, ...] = ()  # credits that bring several lots at once
    reverses_id: int | None = None  # the entry that is taken back
    takes_from_sale_id: int | None = None  # debits of kind reverse: the sale whose lots are taken first
    policy: str = "owe"  # debits of kind reverse: owe, or clamp and charge, which write a waiver for what is not there
