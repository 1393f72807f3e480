"""What the shop owes to all wallets together, and what it has promised on top."""

from dataclasses import dataclass

from sqlalchemy import case, func, or_, select

from shopcrm.core import ledger, wallet
from shopcrm.core.book import Book
from shopcrm.core.merging import whose
from shopcrm.core.schema.wallet import wallet_lot
from shopcrm.features.wallet.plans import load_plans


@dataclass(frozen=True, slots=True)
class Liability:
    """What all wallets hold as of one day, and how many hold something; `coming_bonus_minor` is promised for later."""

    customers: int
    principal_minor: int
    bonus_minor: int
    balance_minor: int
    coming_bonus_minor: int


def liability(book: Book) -> Liability:
    """What the shop owes to its customers' wallets; the principal could be asked back, the bonus could not.

    Bonus past its last good day counts no more, swept or not. What is still to come would become less by refunds.
    """
    alive = or_(wallet_lot.c.expires_on.is_(None), wallet_lot.c.expires_on >= book.as_of)
    lots = ledger.lots_left(alive, book.as_of, ledger.MONEY).subquery("lots")
    sums = [
        func.coalesce(func.sum(case((lots.c.label == purse, lots.c.left), else_=0)), 0)
        for purse in (wallet.PRINCIPAL, wallet.BONUS)
    ]
    customers, principal, bonus = book.connection.execute(
        select(func.count(whose(book, lots.c.customer_id).distinct()), *sums)
    ).one()
    plans = load_plans(book, least_parts=2, until=book.as_of)
    coming = sum(minor for plan in plans for _, minor in plan.to_come())
    return Liability(customers, int(principal), int(bonus), int(principal + bonus), coming)
