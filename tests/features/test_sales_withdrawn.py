"""A withdrawn sale counts nowhere, its refunds go with it, and what it gave is taken back once."""

import json
from datetime import date
from typing import Any

import openpyxl
import pytest

from features.by_hand import DAY, info, shown, typed, undone, withdrawn
from shop import Shop
from shopcrm.core.errors import SaleNotWritable, SaleWithdrawn
from shopcrm.features import book as books
from shopcrm.features import exports, tiers, winback

# --- withdraw: it counts nowhere ----------------------------------------------------------------------------


def test_a_withdrawn_sale_counts_nowhere(boutique: Shop) -> None:
    """Every figure of the book is as if it had never been."""
    fang = boutique.customer("Fang")
    for day in ("2026-01-05", "2026-02-05"):
        fang.bought("600.00", on=day)
    before = _figures(boutique)

    typed(boutique, "R-99", "3000.00", on="2026-03-05", customer="Fang", lines=["Hat|2000", "Belt|1000"])
    assert _figures(boutique) != before
    withdrawn(boutique, "R-99")

    assert _figures(boutique) == before


def _figures(shop: Shop) -> list[Any]:
    """What reports, lists, workbooks and sweeps say."""
    with shop.writing() as book:
        figures: list[Any] = [books.info(book), tiers.list_all(book)]
        workbook = exports.export_customers(book, book.path.with_suffix(".xlsx")).to
    figures.append(list(openpyxl.load_workbook(workbook)["Customers"].values))
    shop.refresh_segments()
    figures.append(shop.rows("SELECT customer_id, recency_days, frequency, monetary_minor FROM segment_snapshot"))
    with shop.writing() as book:
        figures.append(winback.build(book).spend_minor)
        figures += [(e.days_since, e.last_items, e.usual_items) for e in winback.list_all(book).items]
    return figures


def test_a_withdrawal_is_a_revision_that_says_what_was_before(shop: Shop) -> None:
    fang = shop.customer("Fang")
    fang.bought("50.00", on=DAY, number="R-7")

    answer = withdrawn(shop, "r-7", "typed twice")

    assert (answer.receipt, answer.withdrawn, answer.reason, answer.revision) == ("R-7", "hand", "typed twice", 2)
    ((batch, table, before),) = shop.rows("SELECT batch_id, table_name, before FROM row_change")
    said = json.loads(before)
    assert (batch, table) == (answer.batch, "sale")
    assert (said["withdrawn"], said["revision"], said["net_minor"]) == (None, 1, 5000)
    assert said["lines"] == [["SKU-1", "Silk dress", "Dresses", 1000, 5000, None]]
    assert shop.rows("SELECT id, kind, sheet, added, updated FROM batch ORDER BY id DESC LIMIT 1") == [
        (answer.batch, "sales", "by hand", 0, 1)
    ]
    assert shop.rows("SELECT change FROM audit ORDER BY id DESC LIMIT 1") == [
        (f"receipt R-7 of 2026-01-05 withdrawn, with 0 refunds, batch {answer.batch}",)
    ]
    assert "typed twice" not in "".join(shop.dump()), "a reason is a person's words"


def test_what_is_withdrawn_stays_so_and_a_second_time_changes_nothing(shop: Shop) -> None:
    shop.customer("Fang").bought("50.00", on=DAY, number="R-7")
    withdrawn(shop, "R-7", "typed twice")
    before = shop.dump()

    again = withdrawn(shop, "R-7", "another reason")

    assert (again.is_repeat, again.batch, again.reason, again.revision) == (True, None, "typed twice", 2)
    assert shop.dump() == before


def test_a_withdrawal_wants_a_reason(shop: Shop) -> None:
    shop.customer("Fang").bought("50.00", on=DAY, number="R-7")

    with pytest.raises(SaleNotWritable, match="a reason is needed"):
        withdrawn(shop, "R-7", " ")


def test_of_two_receipts_of_one_number_the_one_that_counts_is_withdrawn(shop: Shop) -> None:
    fang = shop.customer("Fang")
    fang.bought("10.00", on="2026-01-05", number="7")
    withdrawn(shop, "7")
    fang.bought("20.00", on="2026-01-06", number="7")

    assert withdrawn(shop, "7").on == date(2026, 1, 6)
    assert info(shop).sales == 0


def test_its_refunds_are_withdrawn_with_a_sale(shop: Shop) -> None:
    fang = shop.customer("Fang")
    sold = fang.bought("50.00", on=DAY, number="R-7")
    fang.returned("20.00", on="2026-01-07", of=sold)
    typed(shop, "H-1", "5.00", refund_of="R-7", on="2026-01-08")

    answer = withdrawn(shop, "R-7")

    assert answer.refunds == ("R-2", "H-1")
    assert info(shop).net_minor == 0
    shop.check()
    with pytest.raises(SaleWithdrawn):
        typed(shop, "H-2", "1.00", refund_of="R-7", on="2026-01-09")


def test_a_refund_withdrawn_leaves_its_sale(shop: Shop) -> None:
    fang = shop.customer("Fang")
    fang.bought("50.00", on=DAY, number="R-7")
    typed(shop, "H-1", "20.00", refund_of="R-7")
    shop.accrue()
    assert fang.statement().balance_points == 30

    withdrawn(shop, "H-1")
    shop.accrue()

    assert fang.statement().balance_points == 50
    assert info(shop).net_minor == 5000
    assert typed(shop, "H-2", "50.00", refund_of="R-7").net_minor == -5000
    shop.check()


def test_a_sale_typed_wrong_is_withdrawn_and_typed_again(shop: Shop) -> None:
    fang = shop.customer("Fang")
    typed(shop, "R-7", "425.00", customer="Fang")
    shop.accrue()
    withdrawn(shop, "R-7", "42.50 it was")

    with pytest.raises(SaleWithdrawn):  # a retry from before
        typed(shop, "R-7", "425.00", customer="Fang")
    mended = typed(shop, "R-7", "42.50", customer="Fang", lines=["Hat|42.50"])
    shop.accrue()

    assert (mended.revision, mended.withdrawn, mended.is_repeat) == (3, None, False)
    assert fang.statement().balance_points == 42
    assert [line.item for line in shown(shop, "R-7").items] == ["Hat"]
    assert info(shop).net_minor == 4250
    shop.check()


def test_a_sheets_wrong_sale_is_withdrawn_and_the_right_one_typed(shop: Shop) -> None:
    fang = shop.customer("Fang")
    fang.bought("425.00", on=DAY, number="R-7")
    withdrawn(shop, "R-7")

    assert not typed(shop, "R-7", "42.50", customer="Fang").is_repeat
    assert info(shop).net_minor == 4250


def test_a_withdrawn_sale_stays_so_when_its_sheet_comes_again(shop: Shop) -> None:
    sold = shop.customer("Fang").bought("50.00", on=DAY, number="R-7")
    withdrawn(shop, "R-7")
    before = shop.dump()

    shop.take_in([sold])

    assert shop.dump() == before


# --- and takes back ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nights", [(), ("before",), ("after",), ("before", "after")])
def test_a_withdrawal_can_be_taken_back(shop: Shop, nights: tuple[str, ...]) -> None:
    fang = shop.customer("Fang")
    sold = fang.bought("50.00", on=DAY, number="R-7")
    fang.returned("20.00", on="2026-01-07", of=sold)
    if "before" in nights:
        shop.accrue()
    batch = withdrawn(shop, "R-7").batch
    if "after" in nights:
        shop.accrue()

    undone(shop, batch)
    shop.accrue()

    assert (info(shop).sales, info(shop).refunds, info(shop).net_minor) == (1, 1, 3000)
    assert (shown(shop, "R-7").withdrawn, shown(shop, "R-7").reason) == (None, None)
    assert fang.statement().balance_points == 30
    assert shop.accrue().entries == 0
    shop.check()
    assert withdrawn(shop, "R-7", "after all").refunds == ("R-2",)
    shop.accrue()
    assert fang.statement().balance_points == 0
    shop.check()


@pytest.mark.parametrize("nights", [(), ("before",), ("before", "after")])
def test_a_sale_typed_by_hand_can_be_taken_back_and_typed_again(shop: Shop, nights: tuple[str, ...]) -> None:
    fang = shop.customer("Fang")
    batch = typed(shop, "R-7", "50.00", customer="Fang").batch
    if "before" in nights:
        shop.accrue()

    undone(shop, batch)
    if "after" in nights:
        shop.accrue()

    assert info(shop).sales == 0
    assert fang.statement().balance_points == 0
    again = typed(shop, "R-7", "50.00", customer="Fang")
    shop.accrue()
    assert (again.is_repeat, again.withdrawn) == (False, None)
    assert fang.statement().balance_points == 50
    shop.check()


def test_a_sale_mended_by_hand_goes_back_to_withdrawn(shop: Shop) -> None:
    fang = shop.customer("Fang")
    typed(shop, "R-7", "425.00", customer="Fang")
    withdrawn(shop, "R-7", "42.50 it was")
    mended = typed(shop, "R-7", "42.50", customer="Fang")
    shop.accrue()

    undone(shop, mended.batch)
    shop.accrue()

    assert (shown(shop, "R-7").withdrawn, shown(shop, "R-7").reason) == ("hand", "42.50 it was")
    assert shown(shop, "R-7").net_minor == 42500
    assert fang.statement().balance_points == 0
    shop.check()


# --- withdraw: its points -----------------------------------------------------------------------------------


def test_the_points_of_a_withdrawn_sale_are_taken_back_once(shop: Shop) -> None:
    fang = shop.customer("Fang")
    fang.bought("50.00", on=DAY, number="R-7")
    shop.accrue()
    withdrawn(shop, "R-7")

    assert [shop.accrue().reversed_points for _night in range(3)] == [50, 0, 0]
    assert fang.statement().balance_points == 0
    assert [(line.points, line.on.isoformat()) for line in fang.statement().items] == [(50, DAY), (-50, DAY)]
    shop.check()


def test_a_sale_withdrawn_before_the_sweep_never_gives_points(shop: Shop) -> None:
    fang = shop.customer("Fang")
    fang.bought("50.00", on=DAY, number="R-7")
    withdrawn(shop, "R-7")

    assert shop.accrue().entries == 0
    assert fang.statement().items == ()


def test_points_spent_before_the_withdrawal_are_owed(shop: Shop) -> None:
    fang = shop.customer("Fang")
    fang.bought("50.00", on=DAY, number="R-7")
    shop.accrue()
    fang.redeemed(40, "R-8", on="2026-01-06")
    withdrawn(shop, "R-7")
    shop.accrue()

    assert fang.statement().balance_points == -40
    assert fang.statement().spendable_points == 0
    fang.bought("60.00", on="2026-01-09")
    shop.accrue()
    assert fang.statement().balance_points == 20
    shop.check()


@pytest.mark.parametrize("nights", [(), ("sale",), ("refund",), ("sale", "refund")])
def test_a_sale_given_back_in_part_and_withdrawn_leaves_nothing(shop: Shop, nights: tuple[str, ...]) -> None:
    fang = shop.customer("Fang")
    sold = fang.bought("9.99", on=DAY, number="R-7")
    if "sale" in nights:
        shop.accrue()
    for day, amount in (("2026-01-06", "3.33"), ("2026-01-07", "3.33")):
        fang.returned(amount, on=day, of=sold)
    if "refund" in nights:
        shop.accrue()
    withdrawn(shop, "R-7")
    shop.accrue()

    assert fang.statement().balance_points == 0
    assert shown(shop, "R-7").points == 0
    assert shop.accrue().entries == 0
    shop.check()


def test_why_points_were_taken_back_stands_in_the_ledger(shop: Shop) -> None:
    shop.customer("Fang").bought("50.00", on=DAY, number="R-7")
    shop.accrue()
    withdrawn(shop, "R-7")
    shop.accrue()

    ((key, inputs),) = shop.rows("SELECT key, inputs FROM points_entry WHERE points < 0")
    assert key == "earn:sale:1:2"
    assert json.loads(inputs) == {"net_minor": 0, "rate": "1", "withdrawn": "hand"}


def test_a_tier_is_not_lost_by_a_withdrawal_before_a_review(boutique: Shop) -> None:
    fang = boutique.customer("Fang")
    fang.bought("3000.00", on=DAY, number="R-7")
    boutique.assign_tiers()
    withdrawn(boutique, "R-7")

    assert boutique.assign_tiers().raised == 0
    with boutique.reading() as book:
        (row,) = tiers.list_all(book).items
    assert (row.tier, row.spend_minor) == ("gold", 0)


def test_a_tier_is_never_reached_by_what_was_withdrawn(boutique: Shop) -> None:
    fang = boutique.customer("Fang")
    fang.bought("3000.00", on=DAY, number="R-7")
    fang.bought("100.00", on="2026-01-06")
    withdrawn(boutique, "R-7")
    boutique.accrue()

    assert boutique.assign_tiers().raised == 0
    assert fang.statement().balance_points == 100
