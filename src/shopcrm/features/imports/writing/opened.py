"""Posts opening balances, once for each customer, and takes them back with the batch that brought them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, select

from shopcrm.core import ledger, wallet
from shopcrm.core.book import Book
from shopcrm.core.ledger.accounts import code_of
from shopcrm.core.portions import portions
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.points import OPENING, points_entry
from shopcrm.core.schema.wallet import wallet_entry
from shopcrm.features.imports.writing.opening import OpeningBalance, OpeningBalances


@dataclass(frozen=True, slots=True)
class Opened:
    """What was posted, and for how many customers."""

    customers: int
    points: int
    principal_minor: int
    bonus_minor: int


def post_openings(book: Book, openings: OpeningBalances, source: str, batch_id: int) -> Opened:
    """Posts what is `new`, dated on the business date, as one entry of points and one of the wallet a customer.

    The lots never expire. The key names source and customer; where an opening was taken back before, it is counted on.
    """
    in_points = [item for item in openings.items if item.points_state == "new"]
    in_wallet = [item for item in openings.items if item.wallet_state == "new"]
    points, money = _points(book, in_points, source, batch_id), _money(book, in_wallet, source, batch_id)
    ledger.post_many(book, points)
    ledger.post_many(book, money, ledger.MONEY)
    opened = Opened(
        customers=len({item.customer for item in (*in_points, *in_wallet)}),
        points=sum(posting.amount for posting in points),
        principal_minor=sum(item.difference_principal_minor or 0 for item in in_wallet),
        bonus_minor=sum(item.difference_bonus_minor or 0 for item in in_wallet),
    )
    if opened.customers:
        book.tell(f"opening balances of {opened.customers} customers, batch {batch_id}")
    return opened


def opened_by(book: Book, batch_id: int) -> int:
    """Of how many customers a batch brought opening balances."""
    tables = (points_entry, wallet_entry)
    return len({row.customer_id for table in tables for row in _of_batch(book, table, batch_id)})


def spent_openings(book: Book, batch_id: int) -> tuple[str, ...]:
    """The customers who hold less by now than the opening that a batch brought them: it cannot be taken back."""
    of_points, of_wallet = _of_batch(book, points_entry, batch_id), _of_batch(book, wallet_entry, batch_id)
    ids = sorted({row.customer_id for row in (*of_points, *of_wallet)})
    points, wallets = ledger.balances(book, ids), wallet.balances(book, ids, until=None)
    short = {row.customer_id for row in of_points if points[row.customer_id] < row.points}
    opened = wallet.moved_by(book, [row.id for row in of_wallet])
    for row in of_wallet:
        purses = zip(wallets[row.customer_id], opened[row.id], strict=True)
        if any(held < brought for held, brought in purses):
            short.add(row.customer_id)
    return tuple(code_of(book, customer_id) for customer_id in sorted(short))


def take_back_openings(book: Book, batch_id: int) -> int:
    """Reverses the openings that a batch brought, points out of their own lots; answers how many.

    Raises InsufficientBalance where money of an opening was spent.
    """
    points = [
        ledger.Posting(
            customer_id=row.customer_id, amount=-row.points, reverses_id=row.id, **_back(book, row, batch_id)
        )
        for row in _of_batch(book, points_entry, batch_id)
    ]
    of_wallet = _of_batch(book, wallet_entry, batch_id)
    opened = wallet.moved_by(book, [row.id for row in of_wallet])
    money = [
        ledger.Posting(
            customer_id=row.customer_id,
            amount=-row.amount_minor,
            shares=opened[row.id].as_shares(),
            reverses_id=row.id,
            **_back(book, row, batch_id),
        )
        for row in of_wallet
    ]
    ledger.post_many(book, points)
    ledger.post_many(book, money, ledger.MONEY)
    return len(points) + len(money)


def _points(book: Book, items: Sequence[OpeningBalance], source: str, batch_id: int) -> list[ledger.Posting]:
    ids = _ids(book, items)
    keys = _keys(book, points_entry, f"{OPENING}:points:{source}", ids)
    return [
        ledger.Posting(
            key=keys[item.customer],
            customer_id=ids[item.customer],
            kind="adjust",
            amount=item.difference_points or 0,
            on=book.as_of,
            rule=OPENING,
            inputs={"batch": batch_id, "sheet": item.sheet_points, "book": item.book_points},
            settings_version_id=book.settings.version_id,
        )
        for item in items
    ]


def _money(book: Book, items: Sequence[OpeningBalance], source: str, batch_id: int) -> list[ledger.Posting]:
    ids = _ids(book, items)
    keys = _keys(book, wallet_entry, f"{OPENING}:wallet:{source}", ids)
    postings = []
    for item in items:
        lacking = wallet.Purses(item.difference_principal_minor or 0, item.difference_bonus_minor or 0)
        inputs = {
            "batch": batch_id,
            "sheet": [item.sheet_principal_minor, item.sheet_bonus_minor],
            "book": [item.book_principal_minor, item.book_bonus_minor],
        }
        postings.append(
            ledger.Posting(
                key=keys[item.customer],
                customer_id=ids[item.customer],
                kind="adjust",
                amount=lacking.balance_minor,
                on=book.as_of,
                rule=OPENING,
                inputs=inputs,
                settings_version_id=book.settings.version_id,
                lots=lacking.as_lots(book.as_of),
            )
        )
    return postings


def _back(book: Book, row: Any, batch_id: int) -> dict[str, Any]:
    return {
        "key": f"undo:{row.key}",
        "kind": "reverse",
        "on": max(book.as_of, row.on),
        "rule": OPENING,
        "inputs": {"batch": batch_id},
        "settings_version_id": book.settings.version_id,
    }


def _keys(book: Book, table: Table, name: str, ids: Mapping[str, int]) -> dict[str, str]:
    """Code → key: the first opening of a customer bears no number, the next one after an undo is `:2`."""
    times: dict[int, int] = {}
    for chunk in portions([*ids.values()]):
        among = (table.c.customer_id.in_(chunk), table.c.rule == OPENING, table.c.kind == "adjust")
        counts = select(table.c.customer_id, func.count()).where(*among).group_by(table.c.customer_id)
        times.update({row[0]: row[1] for row in book.connection.execute(counts)})
    return {
        code: f"{name}:{code}" + (f":{times[customer_id] + 1}" if customer_id in times else "")
        for code, customer_id in ids.items()
    }


def _of_batch(book: Book, table: Table, batch_id: int) -> list[Any]:
    of_batch = table.c.inputs["batch"].as_integer() == batch_id
    wanted = select(table).where(table.c.rule == OPENING, table.c.kind == "adjust", of_batch).order_by(table.c.id)
    return list(book.connection.execute(wanted))


def _ids(book: Book, items: Sequence[OpeningBalance]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for chunk in portions([item.customer for item in items]):
        rows = select(customer.c.code, customer.c.id).where(customer.c.code.in_(chunk))
        ids.update({row[0]: row[1] for row in book.connection.execute(rows)})
    return ids
