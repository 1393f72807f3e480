"""Imports of refunds: linked to their sale whenever it comes, never taken twice, and points taken back to the point."""

import os

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from shop import Shop, open_shop

IS_SOAK = bool(os.environ.get("SHOPCRM_SOAK"))
COUNT = 200 if IS_SOAK else 5
# Making a counterexample small takes minutes here; the soak does it.
PHASES = tuple(Phase) if IS_SOAK else (Phase.explicit, Phase.reuse, Phase.generate)
WITH_REFUND = "receipt,date,member number,amount,original receipt\n"


def test_a_refund_finds_the_latest_sale_of_its_number_up_to_its_day(shop: Shop) -> None:
    shop.import_text(
        "receipt,date,member number,amount,original receipt\n"
        "1,2026-01-05,M-1,10.00,\n1,2026-01-07,M-2,20.00,\n1,2026-01-09,M-3,30.00,\n9,2026-01-08,,-20.00,1\n"
    )

    found = shop.rows('SELECT sold."on" FROM sale JOIN sale AS sold ON sold.id = sale.refund_of_id')
    assert found == [("2026-01-07",)]


def test_a_refund_without_a_customer_belongs_to_the_customer_of_its_sale(shop: Shop) -> None:
    result = shop.import_text(WITH_REFUND + "R-1,2026-01-05,M-1,100.00,\nR-2,2026-01-07,,-40.00,R-1\n")

    assert result.refunds_linked == 1
    assert shop.rows("SELECT count(DISTINCT customer_id), count(customer_id) FROM sale") == [(1, 2)]


def test_a_refund_that_arrives_before_its_sale_is_linked_when_the_sale_comes(shop: Shop) -> None:
    early = shop.import_text(WITH_REFUND + "R-2,2026-01-07,M-1,-100.00,R-1\n")
    assert (early.refunds_linked, shop.accrue().entries) == (0, 0)

    late = shop.import_text(WITH_REFUND + "R-1,2026-01-05,M-1,100.00,\n")
    accrued = shop.accrue()

    assert late.refunds_linked == 1
    assert (accrued.earned_points, accrued.reversed_points) == (100, 100)
    assert shop.check().items


def test_a_refund_that_took_points_before_its_sale_came_takes_them_only_once(shop: Shop) -> None:
    shop.import_text(
        WITH_REFUND + "R-1,2026-01-02,M-1,500.00,\nR-9,2026-01-07,M-1,-100.00,R-8\n"
    )  # R-8 is not in the book yet
    assert shop.accrue().reversed_points == 100

    shop.import_text(WITH_REFUND + "R-8,2026-01-05,M-1,100.00,\n")
    shop.accrue()

    assert shop.rows("SELECT sum(points) FROM points_entry") == [(500,)]


def test_a_refund_is_never_taken_twice(shop: Shop) -> None:
    text = WITH_REFUND + "R-1,2026-01-05,M-1,100.00,\nR-2,2026-01-07,M-1,-100.00,R-1\n"
    shop.import_text(text)
    shop.accrue()

    for _night in range(3):
        shop.import_text(text)
        assert shop.accrue().entries == 0

    assert shop.rows("SELECT count(*) FROM sale WHERE kind = 'refund'") == [(1,)]
    assert shop.rows("SELECT sum(points) FROM points_entry") == [(0,)]


def test_a_refund_without_a_receipt_takes_points_but_no_more_than_were_earned(shop: Shop) -> None:
    fang = shop.customer("Fang")
    fang.bought("100.00", on="2026-01-05")
    fang.returned("30.00", on="2026-01-06")
    fang.returned("900.00", on="2026-01-07")
    shop.accrue()

    assert [line.points for line in fang.statement().items] == [100, -30, -70]


def test_partial_refunds_that_add_up_to_the_whole_take_the_points_back_exactly(shop: Shop) -> None:
    shop.set("points.rate", "1/3", as_of="2025-01-01")
    fang = shop.customer("Fang")
    sold = fang.bought("100.00", on="2026-01-05")  # 33 points
    balances = []
    for day, part in enumerate(("33.33", "33.33", "33.34"), 6):
        fang.returned(part, on=f"2026-01-{day:02}", of=sold)
        shop.accrue()
        balances.append(fang.statement().balance_points)

    assert balances == [22, 11, 0]


@pytest.mark.soak
@settings(max_examples=COUNT, deadline=None, phases=PHASES)
@given(
    parts=st.lists(st.integers(1, 9999), min_size=1, max_size=5),
    rate=st.sampled_from(["1/3", "7/10", "2.5", "1/100"]),
    is_nightly=st.booleans(),
)
def test_whatever_the_parts_a_sale_given_back_leaves_no_point(
    tmp_path_factory: pytest.TempPathFactory, parts: list[int], rate: str, is_nightly: bool
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("shop"))
    shop.set("points.rate", rate, as_of="2025-01-01")
    sold = shop.receipt(f"{sum(parts) / 100:.2f}", "2026-01-05", name="Fang")
    refunds = [
        shop.receipt(f"-{part / 100:.2f}", f"2026-01-{day:02}", name="Fang", of=sold.receipt)
        for day, part in enumerate(parts, 6)
    ]
    nights = [[sold], *([refund] for refund in refunds)] if is_nightly else [[sold, *refunds]]
    for night in nights:
        shop.take_in(night)
        shop.accrue()
        assert shop.rows("SELECT coalesce(sum(points), 0) >= 0 FROM points_entry") == [(1,)]

    assert shop.rows("SELECT coalesce(sum(points), 0) FROM points_entry") == [(0,)]


def test_a_sale_that_turns_out_to_be_somebody_elses_takes_its_points_along(shop: Shop) -> None:
    text = "receipt,date,member number,amount\nR-1,2026-01-05,{},100.00\n"
    shop.import_text(text.format("M-1"))
    shop.accrue()

    (item,) = shop.import_text(text.format("M-2")).items
    shop.accrue()

    assert (item.added, item.updated) == (0, 1)
    assert _points_by_member(shop) == [("M-1", 0), ("M-2", 100)]
    assert shop.accrue().entries == 0


def test_a_sale_that_wanders_and_comes_back_leaves_each_with_their_own(shop: Shop) -> None:
    text = "receipt,date,member number,amount,original receipt\nR-1,2026-01-05,{},100.00,\nR-2,2026-01-06,,-40.00,R-1\n"
    for member in ("M-1", "M-2", "M-1"):
        shop.import_text(text.format(member))
        shop.accrue()

    assert _points_by_member(shop) == [("M-1", 60), ("M-2", 0)]
    assert shop.check().items


def test_a_sale_that_loses_its_customer_takes_its_points_back(shop: Shop) -> None:
    text = "receipt,date,member number,amount\nR-1,2026-01-05,{},100.00\nR-2,2026-01-05,M-1,5.00\n"
    shop.import_text(text.format("M-1"))
    shop.accrue()
    shop.import_text(text.format(""))
    shop.accrue()

    assert _points_by_member(shop) == [("M-1", 5)]


def _points_by_member(shop: Shop) -> list[tuple[str, int]]:
    return shop.rows(
        "SELECT value, sum(points) FROM points_entry JOIN identity USING (customer_id)"
        " WHERE identity.kind = 'member_no' GROUP BY value ORDER BY value"
    )
