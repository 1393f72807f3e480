"""What stands in the way of taking a batch back: later facts that depend on it, each named in the refusal."""

from collections.abc import Callable

import pytest

from core.postings import money
from features.test_imports_undo import ANA, HEAD, SALE, balances, open_balances, undo
from shop import Shop
from shopcrm.core import ledger
from shopcrm.core.errors import BatchInUse, BatchUndone, BatchUnknown
from shopcrm.core.schema import every_table
from shopcrm.features.points import counter


def points_spent(shop: Shop) -> None:
    with shop.writing() as book:
        counter.redeem(book, "C-0001", points=100, receipt="R-50")


def money_spent(shop: Shop) -> None:
    with shop.writing() as book:
        ledger.post(book, money("pay", 0, -1, book.as_of, of=1, kind="pay"), ledger.MONEY)


@pytest.mark.parametrize("spend", [points_spent, money_spent])
def test_an_opening_balance_that_was_spent_stays(shop: Shop, spend: Callable[[Shop], None]) -> None:
    open_balances(shop)
    spend(shop)
    before = shop.dump()

    with pytest.raises(BatchInUse) as refusal:
        undo(shop, 1)

    assert refusal.value.details["all_reasons"] == ("C-0001 has spent of the opening balance that it brought",)
    assert shop.dump() == before


def redeemed(shop: Shop) -> None:
    shop.accrue()
    with shop.writing() as book:
        counter.redeem(book, "C-0001", points=100, receipt="R-50")


def test_a_batch_stands_where_its_points_were_redeemed(shop: Shop) -> None:
    shop.import_text(HEAD + SALE.replace("100.00", "500.00"))
    redeemed(shop)
    before = shop.dump()

    with pytest.raises(BatchInUse) as refusal:
        undo(shop, 1)

    assert refusal.value.details["all_reasons"] == ("C-0001 has redeemed points that its sales earned",)
    assert shop.dump() == before


def changed_again(shop: Shop) -> None:
    shop.import_text(HEAD + SALE.replace("Hat", "Scarf"))


def refunded(shop: Shop) -> None:
    shop.import_text(HEAD + f"R-7,2026-01-09,{ANA},Ana,Hat,-10.00,R-1\n")


def bought_again(shop: Shop) -> None:
    shop.import_text(HEAD + f"R-7,2026-01-09,{ANA},Ana,Hat,10.00,\n")


def took_points_back(shop: Shop) -> None:
    shop.accrue()
    shop.import_text(HEAD + f"R-7,2026-01-09,{ANA},Ana,Hat,-10.00,\n")
    shop.accrue()


def answered(shop: Shop) -> None:
    with shop.writing() as book:
        book.connection.execute(
            every_table().tables["review"].insert().values(
                batch_id=1, customer_id=1, field="name", source="", said="Anna", row=2, person={"name": "Anna"},
                answer="keep", answered_on=book.as_of,
            )
        )  # fmt: skip


@pytest.mark.parametrize(
    ("later", "reasons"),
    [
        (changed_again, ["batch 2 changed receipt R-1 after it"]),
        (refunded, ["a refund in batch 2 gives back receipt R-1", "batch 2 has sales of C-0001, whom it added"]),
        (bought_again, ["batch 2 has sales of C-0001, whom it added"]),
        (
            took_points_back,
            [
                "points of C-0001 that its sales earned were taken on 2026-01-09 (reverse)",
                "batch 2 has sales of C-0001, whom it added",
            ],
        ),
        (answered, ["question 1 about C-0001 was answered"]),
    ],
)
def test_a_batch_stands_while_later_facts_depend_on_it(
    shop: Shop, later: Callable[[Shop], None], reasons: list[str]
) -> None:
    shop.import_text(HEAD + SALE)
    later(shop)
    before = shop.dump()

    with pytest.raises(BatchInUse) as refusal:
        undo(shop, 1)

    assert list(refusal.value.details["all_reasons"]) == reasons
    assert shop.dump() == before


@pytest.mark.parametrize("later", [changed_again, refunded, bought_again, took_points_back])
def test_what_came_later_is_taken_back_first(shop: Shop, later: Callable[[Shop], None]) -> None:
    shop.import_text(HEAD + SALE)
    later(shop)

    undo(shop, 2)
    undo(shop, 1)

    assert shop.rows("SELECT count(*) FROM sale WHERE withdrawn IS NULL") == [(0,)]
    assert balances(shop) == {}
    assert shop.accrue().entries == 0
    assert shop.check().items


def test_many_reasons_are_counted(shop: Shop) -> None:
    many = "".join(f"R-{n},2026-01-05,,,Hat,10.00,\n" for n in range(9))
    shop.import_text(HEAD + many)
    shop.import_text(HEAD + many.replace("Hat", "Scarf"))

    with pytest.raises(BatchInUse, match="and 4 more"):
        undo(shop, 1)


def test_a_batch_is_undone_once_and_must_exist(shop: Shop) -> None:
    shop.import_text(HEAD + SALE)
    undo(shop, 1)

    with pytest.raises(BatchUndone):
        undo(shop, 1)
    with pytest.raises(BatchUnknown):
        undo(shop, 2)
