"""Opening balances: what a customer sheet says customers hold already, beside what the book says.

What is posted is the difference, so that the book then says what the customer was told. It is posted for who has no
opening yet: a later sheet with another balance is shown and changes nothing, since the book counts for itself by then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Table, func, select

from shopcrm.core import ledger, wallet
from shopcrm.core.book import Book
from shopcrm.core.portions import portions
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.points import OPENING, points_entry
from shopcrm.core.schema.wallet import wallet_entry
from shopcrm.sheets.records import Person


@dataclass(frozen=True, slots=True)
class OpeningBalance:
    """One customer: what the sheet says, what the book says, and what lacks; None where the sheet says nothing.

    A state says what becomes of it: `new` (to be posted), `same` (nothing lacks), `opened` (an opening was posted
    before), `above` (the book holds more) or `unclear` (rows of the sheet disagree); only `new` is posted.
    """

    customer: str
    name: str | None
    row: int
    sheet_points: int | None
    book_points: int | None
    difference_points: int | None
    points_state: str | None
    sheet_principal_minor: int | None
    book_principal_minor: int | None
    difference_principal_minor: int | None
    sheet_bonus_minor: int | None
    book_bonus_minor: int | None
    difference_bonus_minor: int | None
    wallet_state: str | None


@dataclass(frozen=True, slots=True)
class OpeningBalances:
    """Everyone of whom the sheet names a balance, and the sums over them. `new_` sums are what is to be posted."""

    items: tuple[OpeningBalance, ...]
    sheet_points: int
    book_points: int
    difference_points: int
    new_points: int
    sheet_principal_minor: int
    book_principal_minor: int
    difference_principal_minor: int
    new_principal_minor: int
    sheet_bonus_minor: int
    book_bonus_minor: int
    difference_bonus_minor: int
    new_bonus_minor: int
    differing: int  # customers whose balance differs, and of whom nothing is posted

    @property
    def has_new(self) -> bool:
        """Whether anything is to be posted."""
        return any("new" in (item.points_state, item.wallet_state) for item in self.items)


def differences(book: Book, matched: Sequence[tuple[Person, int]]) -> OpeningBalances:
    """The balances of a sheet's people, each with the customer it was matched to, beside those of the book."""
    said = _said(matched)
    ids = sorted(said)
    points, wallets = ledger.balances(book, ids), wallet.balances(book, ids, until=book.as_of)
    opened_points, opened_wallets = _openings(book, points_entry, ids), _openings(book, wallet_entry, ids)
    who = _named(book, ids)
    items = []
    for customer_id, of_sheet in said.items():
        held = (points[customer_id],)
        in_points = _compare(of_sheet.points, held, customer_id in opened_points)
        in_wallet = _compare(of_sheet.wallet, wallets[customer_id], customer_id in opened_wallets)
        items.append(_beside(*who[customer_id], of_sheet.row, in_points, in_wallet))
    return _summed(items)


class _Said(NamedTuple):
    """What the rows of one customer say together; None for "not said", two different balances side by side."""

    row: int
    points: tuple[frozenset[int], ...]
    wallet: tuple[frozenset[int], ...]


class _Amount(NamedTuple):
    """One balance of the sheet beside the book's; all None where the sheet says nothing."""

    sheet: int | None
    book: int | None
    difference: int | None


class _Compared(NamedTuple):
    """The balances of one ledger, and what becomes of them."""

    amounts: tuple[_Amount, ...]
    state: str | None


def _said(matched: Iterable[tuple[Person, int]]) -> dict[int, _Said]:
    said: dict[int, _Said] = {}
    for person, customer_id in matched:
        points: tuple[frozenset[int], ...] = (_one(person.points_balance),)
        purses: tuple[frozenset[int], ...] = (_one(person.wallet_principal_minor), _one(person.wallet_bonus_minor))
        if not any((*points, *purses)):
            continue
        before = said.get(customer_id)
        if before is not None:
            points = tuple(one | other for one, other in zip(before.points, points, strict=True))
            purses = tuple(one | other for one, other in zip(before.wallet, purses, strict=True))
        said[customer_id] = _Said(before.row if before else person.row, points, purses)
    return said


def _one(value: int | None) -> frozenset[int]:
    return frozenset() if value is None else frozenset({value})


def _compare(said: Sequence[frozenset[int]], held: Sequence[int], is_opened: bool) -> _Compared:
    amounts = tuple(
        _Amount(min(values), has, min(values) - has) if values else _Amount(None, None, None)
        for values, has in zip(said, held, strict=True)
    )
    lacking = [amount.difference for amount in amounts if amount.difference is not None]
    state: str | None = "above" if min(lacking, default=0) < 0 else "new"
    if not lacking:
        state = None
    elif any(len(values) > 1 for values in said):
        state = "unclear"
    elif not any(lacking):
        state = "same"
    elif is_opened:
        state = "opened"
    return _Compared(amounts, state)


def _beside(code: str, name: str | None, row: int, points: _Compared, purses: _Compared) -> OpeningBalance:
    principal, bonus = purses.amounts
    return OpeningBalance(
        customer=code,
        name=name,
        row=row,
        sheet_points=points.amounts[0].sheet,
        book_points=points.amounts[0].book,
        difference_points=points.amounts[0].difference,
        points_state=points.state,
        sheet_principal_minor=principal.sheet,
        book_principal_minor=principal.book,
        difference_principal_minor=principal.difference,
        sheet_bonus_minor=bonus.sheet,
        book_bonus_minor=bonus.book,
        difference_bonus_minor=bonus.difference,
        wallet_state=purses.state,
    )


def _summed(items: Sequence[OpeningBalance]) -> OpeningBalances:
    sums: dict[str, int] = {}
    for name, state in (
        ("points", "points_state"),
        ("principal_minor", "wallet_state"),
        ("bonus_minor", "wallet_state"),
    ):
        for side in ("sheet", "book", "difference"):
            sums[f"{side}_{name}"] = sum(getattr(item, f"{side}_{name}") or 0 for item in items)
        new = [item for item in items if getattr(item, state) == "new"]
        sums[f"new_{name}"] = sum(getattr(item, f"difference_{name}") or 0 for item in new)
    settled = (None, "new", "same")
    differing = sum(item.points_state not in settled or item.wallet_state not in settled for item in items)
    return OpeningBalances(items=tuple(items), differing=differing, **sums)


def _openings(book: Book, table: Table, customer_ids: Sequence[int]) -> set[int]:
    """Who of them has an opening in this ledger that was not taken back."""
    found: set[int] = set()
    amount = table.c.points if table is points_entry else table.c.amount_minor
    for chunk in portions(customer_ids):
        among = (table.c.customer_id.in_(chunk), table.c.rule == OPENING)
        sums = select(table.c.customer_id, func.sum(amount)).where(*among).group_by(table.c.customer_id)
        found.update(row[0] for row in book.connection.execute(sums) if row[1])
    return found


def _named(book: Book, customer_ids: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    named: dict[int, tuple[str, str | None]] = {}
    for chunk in portions(customer_ids):
        rows = select(customer.c.id, customer.c.code, customer.c.name).where(customer.c.id.in_(chunk))
        named.update({row[0]: (row[1], row[2]) for row in book.connection.execute(rows)})
    return named
