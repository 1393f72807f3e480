"""What refunds take back of plain sales that earn in the same sweep: out of the lots that those open."""

import json
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, select

from shopcrm.core import ledger
from shopcrm.core.book import Book
from shopcrm.core.ledger.earning import Clawback
from shopcrm.core.schema.points import points_entry
from shopcrm.core.schema.sales import sale
from shopcrm.features.points.facts import DUE, is_plain_refund
from shopcrm.features.points.sharing import Share, clawback_key
from shopcrm.features.points.worth import Excluded, Lines, Rates, load_having_lines

_back, _sold = sale.alias("back"), sale.alias("sold")
_OF_SALE = 8  # columns


def load_outlived(book: Book, rates: Rates) -> list[int]:
    """Plain sales of which something came back when their points had ended."""
    days = select(_sold.c.on, _back.c.on).distinct()
    ended = {
        (sold_on, back_on)
        for sold_on, back_on in book.connection.execute(_joined(days))
        if (last := rates.day(sold_on).expires_on) and back_on > last
    }
    if not ended:
        return []
    rows = book.connection.execute(_joined(select(_sold.c.id, _sold.c.on, _back.c.on)))
    return sorted({sale_id for sale_id, *on in rows if tuple(on) in ended})


def clawbacks(book: Book, rates: Rates, excluded: Excluded, rule: str) -> Iterator[Clawback]:
    """One for each plain refund that takes anything; to be asked for once the sales stand in the ledger."""
    detailed = _detailed(book) if any(excluded.values()) else frozenset()
    for earned, refunds in groupby(book.read_many(_earned_and_given_back()), key=itemgetter(slice(_OF_SALE))):
        entry_id, customer_id, points, inputs, sold_id, sold_revision, sold_on, sold_minor = earned
        left_out = excluded.get(rates.day(date.fromisoformat(sold_on)).settings.points.excluded, {})
        base_minor = json.loads(inputs).get("base_minor", sold_minor) if "base_minor" in inputs else sold_minor
        share, kept = Share(points, sold_minor, base_minor, left_out.get(sold_id, 0)), points
        for refund_id, revision, said_on, net_minor, receipt in map(itemgetter(slice(_OF_SALE, None)), refunds):
            on = date.fromisoformat(said_on)
            still = share.after(net_minor, Lines(left_out.get(refund_id, 0), refund_id in detailed))
            if still < kept:
                posting = ledger.Posting(
                    key=clawback_key(refund_id, revision, sold_revision),
                    customer_id=customer_id,
                    kind="reverse",
                    amount=still - kept,
                    on=on,
                    rule=rule,
                    inputs=share.inputs(net_minor, sold_revision, kept),
                    settings_version_id=rates.day(on).version_id,
                    sale_id=refund_id,
                    sale_revision=revision,
                    receipt=receipt,
                    takes_from_sale_id=sold_id,
                )
                yield Clawback(entry_id, posting)
                kept = still


def _earned_and_given_back() -> Select[Any]:
    """What each sale earned, in `_OF_SALE` columns, and a refund of it; by sale, in the order of its refunds."""
    entry = points_entry.c
    posted = (entry.id, entry.customer_id, entry.points, entry.inputs)
    sold = (_sold.c.id, _sold.c.revision, _sold.c.on, _sold.c.net_minor)
    back = (_back.c.id, _back.c.revision, _back.c.on, _back.c.net_minor, _back.c.receipt)
    rows = _joined(select(*posted, *sold, *back))
    return rows.join(points_entry, entry.sale_id == _sold.c.id).order_by(_sold.c.id, _back.c.on, _back.c.id)


def _joined(wanted: Select[Any]) -> Select[Any]:
    rows = DUE.join(_back, _back.c.id == DUE.c.sale_id).join(_sold, _sold.c.id == DUE.c.of_sale_id)
    return wanted.select_from(rows).where(is_plain_refund)


def _detailed(book: Book) -> set[int]:
    return load_having_lines(book, list(book.connection.scalars(select(DUE.c.sale_id).where(is_plain_refund))))
