"""Points for a reward: a mug for 800 points, or for 300 and 10.00 in money."""

from dataclasses import asdict, dataclass

from shopcrm.core.audience import find_one
from shopcrm.core.book import Book
from shopcrm.core.errors import RewardRetired
from shopcrm.core.language import translate
from shopcrm.core.ledger.keys import open_key, standing
from shopcrm.core.rewards import find_reward, nearest_reward
from shopcrm.features.points.moved import Moved, move, plain_text, refuse_wrong_number
from shopcrm.features.points.receipts import known_store


@dataclass(frozen=True, slots=True)
class Exchanged(Moved):
    """What the points were given for, and the money that is still paid for it."""

    reward: str
    reward_name: str
    cash_minor: int


def exchange(book: Book, text: str, reward: str, *, receipt: str, store: str | None = None) -> Exchanged:
    """Gives a reward for a customer's points; each reward once for a store, a day and a receipt.

    The shop set its price: minimum, step and share of a receipt do not apply.

    Raises CustomerUnknown, CustomerAmbiguous, RewardUnknown, RewardRetired, InsufficientPoints, KeyReused,
    EntryBeforeLast, StoreUnknown.
    """
    found, row, number = find_one(book, text), find_reward(book, reward), plain_text(receipt).upper()
    refuse_wrong_number(row.points, translate("the number of the receipt is needed"), bool(number))
    place = known_store(book, store) or book.settings.shop.store
    key = open_key(book, f"exchange:{place}:{book.as_of}:{number}:{row.code}")
    if row.retired_on and row.retired_on <= book.as_of and not standing(book, key):
        raise RewardRetired(reward=row.code, retired_on=row.retired_on, nearest=nearest_reward(book, row.code))
    inputs = {"reward": row.code, "name": row.name, "cash_minor": row.cash_minor}
    moved = move(book, found, key=key, kind="redeem", points=-row.points, receipt=number, rule="rewards", inputs=inputs)
    return Exchanged(**asdict(moved), reward=row.code, reward_name=row.name, cash_minor=row.cash_minor)
