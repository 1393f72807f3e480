"""Stored value as people read it: a customer's statement, and what the shop owes to all of them."""

from datetime import date

import pytest

from core.postings import money
from shop import Shop
from shopcrm.core import ledger
from shopcrm.core.errors import CustomerUnknown
from shopcrm.features.wallet.liability import Liability, liability
from shopcrm.features.wallet.statement import statement


@pytest.fixture
def counter(shop: Shop) -> Shop:
    """Ana topped up 100 with 20 on the house and paid 30; Bo has spent all he had."""
    shop.customer("Ana", phone="13800138000")
    shop.customer("Bo")
    moved = [
        (1, "top_up", 10000, 2000, "2026-01-05", None, None),
        (1, "pay", -3000, 0, "2026-02-01", "R-7", None),
        (2, "top_up", 500, 0, "2026-01-05", None, "birthday"),
        (2, "pay", -500, 0, "2026-03-01", "R-9", None),
    ]
    with shop.writing() as book:
        for n, (of, kind, principal, bonus, on, receipt, reason) in enumerate(moved, 1):
            entry = money(f"k{n}", principal, bonus, on, of=of, kind=kind, receipt=receipt, reason=reason)
            ledger.post(book, entry, ledger.MONEY)
    return shop


def test_a_statement_is_every_entry_and_the_balance_after_it(counter: Shop) -> None:
    with counter.reading() as book:
        result = statement(book, "13800138000")
    assert (result.customer, result.name, result.principal_minor, result.bonus_minor, result.balance_minor) == (
        "C-0001", "Ana", 7000, 2000, 9000,
    )  # fmt: skip
    assert [
        (line.on, line.kind, line.principal_minor, line.bonus_minor, line.balance_minor, line.receipt, line.key)
        for line in result.items
    ] == [
        (date(2026, 1, 5), "top_up", 10000, 2000, 12000, None, "k1"),
        (date(2026, 2, 1), "pay", -3000, 0, 9000, "R-7", "k2"),
    ]
    assert result.items[0].posted_on == date(2026, 6, 30)


def test_a_statement_of_a_day_knows_nothing_of_later_days(counter: Shop) -> None:
    with counter.reading("2026-01-31") as book:
        result = statement(book, "Ana")
    assert (result.balance_minor, len(result.items)) == (12000, 1)


def test_a_reason_is_shown(counter: Shop) -> None:
    with counter.reading() as book:
        assert statement(book, "Bo").items[0].reason == "birthday"


def test_a_wallet_that_was_never_used_is_empty(counter: Shop) -> None:
    counter.customer("Cleo")
    with counter.reading() as book:
        result = statement(book, "Cleo")
        assert (result.balance_minor, result.items) == (0, ())
        with pytest.raises(CustomerUnknown):
            statement(book, "nobody")


@pytest.mark.parametrize(
    ("as_of", "owed"),
    [
        ("2026-01-04", Liability(0, 0, 0, 0, 0)),
        ("2026-01-05", Liability(2, 10500, 2000, 12500, 0)),
        ("2026-03-01", Liability(1, 7000, 2000, 9000, 0)),
    ],
)
def test_the_shop_owes_what_all_wallets_hold(counter: Shop, as_of: str, owed: Liability) -> None:
    with counter.reading(as_of) as book:
        assert liability(book) == owed
