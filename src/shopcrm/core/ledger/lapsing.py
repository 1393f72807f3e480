"""Points that a clawback comes too late for: they had ended unspent, so that nobody owes them."""

from collections.abc import Sequence

from sqlalchemy import select

from shopcrm.core.book import Book
from shopcrm.core.ledger.accounts import Account, spending_order
from shopcrm.core.ledger.events import Posting
from shopcrm.core.ledger.writing import Writer
from shopcrm.core.merging import all_ids, kept
from shopcrm.core.portions import portions
from shopcrm.core.schema.bare import bare

LAPSE = "lapse"  # the policy of waivers for what had ended
_ENDED = ":ended:"

_sale = bare("sale", "id", "withdrawn")


def waiver_key(key: str, lot_id: int) -> str:
    """The key of what a posting let go since it had ended in that lot."""
    return f"{key}{_ENDED}{lot_id}"


def posting_key(key: str) -> str:
    """The key of the posting for which a waiver was written."""
    return key.partition(_ENDED)[0]


def load_lapsed(book: Book, accounts: dict[int, Account], customer_ids: Sequence[int]) -> None:
    """Adds to each account what clawbacks that still count have let go of each lot that had ended."""
    if not customer_ids:
        return
    from shopcrm.core.schema.waivers import points_waiver

    waiver = points_waiver.c
    for chunk in portions(customer_ids):
        rows = book.connection.execute(
            select(waiver.customer_id, waiver.key, waiver.points)
            .join(_sale, _sale.c.id == waiver.sale_id)
            .where(waiver.customer_id.in_(all_ids(book, chunk)), waiver.policy == LAPSE, _sale.c.withdrawn.is_(None))
        )
        for customer_id, key, points in rows:
            accounts[kept(book, customer_id)].lapsed[int(key.rpartition(":")[2])] += points


def let_lapse(writer: Writer, account: Account, p: Posting) -> int:
    """Lets go what of a clawback had ended unspent in the lots of its sale before it; answers how many points.

    The customer could not have spent them any more, whether a sweep has posted their end yet or not.
    """
    lots = {lot.id: lot for lot in (*account.lots, *(each.lot for each in account.expirations))}
    given = 0
    for lot in sorted(lots.values(), key=spending_order):
        is_of_sale = lot.sale_id is not None and lot.sale_id in (p.sale_id, p.takes_from_sale_id)
        if is_of_sale and lot.expires_on is not None and lot.expires_on < p.on:
            swept = sum(each.amount for each in account.expirations if each.lot.id == lot.id)
            ended = lot.left + swept - account.lapsed[lot.id]
            if (lapsed := min(ended, -p.amount - given)) > 0:
                writer.add_waiver(p._replace(key=waiver_key(p.key, lot.id), policy=LAPSE), lapsed)
                account.lapsed[lot.id] += lapsed
                given += lapsed
    return given
