"""What a refund does to points that were spent, that have expired, or that paid for what came back."""

from datetime import date

import pytest

from shop import Shop
from shopcrm.core import ledger
from shopcrm.core.ledger import Posting
from shopcrm.features.points import reversals, simulating


@pytest.fixture
def spent(shop: Shop) -> Shop:
    """Ana bought R-1 for 100.00, spent 80 of its points on R-2 of 50.00, and holds 20."""
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-01-05", number="R-1")
    shop.accrue("2026-01-05")
    ana.redeemed(80, "R-2", on="2026-01-10")
    return shop


def moved(shop: Shop) -> list[tuple[str, int, str]]:
    return [(line.kind, line.points, str(line.on)) for line in shop.customer("Ana").statement().items]


def give_back(shop: Shop, amount: str, of: str, on: str) -> None:
    shop.take_in([shop.receipt(f"-{amount}", on, name="Ana", of=of)])


def expire(shop: Shop, lot: int, points: int, on: str) -> None:
    with shop.writing(on) as book:
        key, day = f"expire:lot:{lot}", date.fromisoformat(on)
        ledger.post(book, Posting(key, 1, "expire", -points, day, "points.expiry", {}, 1))


@pytest.mark.parametrize(
    ("policy", "taken", "balance", "waived"),
    [("owe", -100, -80, 0), ("clamp", -20, 0, 80), ("charge", -20, 0, 80)],
)
def test_points_that_were_spent_are_owed_or_let_go(
    spent: Shop, policy: str, taken: int, balance: int, waived: int
) -> None:
    spent.set("points.clawback", policy, as_of="2026-01-01")
    give_back(spent, "100.00", "R-1", "2026-01-20")

    accrued, again = spent.accrue("2026-01-20"), spent.accrue("2026-01-21")

    assert (accrued.reversed_points, accrued.waived_points, again.entries, again.waived_points) == (
        -taken,
        waived,
        0,
        0,
    )
    assert moved(spent)[-1] == ("reverse", taken, "2026-01-20")
    assert spent.customer("Ana").statement().balance_points == balance
    kept = [(policy, waived)] if waived else []
    assert spent.rows("SELECT policy, points FROM points_waiver") == kept
    spent.check()


def test_what_was_let_go_is_not_taken_from_what_is_earned_later(spent: Shop) -> None:
    spent.set("points.clawback", "clamp", as_of="2026-01-01")
    spent.customer("Ana").redeemed(20, "R-3", on="2026-01-11")
    give_back(spent, "100.00", "R-1", "2026-01-20")
    spent.accrue("2026-01-20")
    spent.customer("Ana").bought("30.00", on="2026-01-25")

    nights = [spent.accrue(f"2026-01-{day}").entries for day in (25, 26, 27)]

    assert nights == [1, 0, 0]
    assert spent.customer("Ana").statement().balance_points == 30
    spent.check()


def test_what_was_let_go_never_comes_back_when_the_refund_is_withdrawn(spent: Shop) -> None:
    spent.set("points.clawback", "clamp", as_of="2026-01-01")
    give_back(spent, "100.00", "R-1", "2026-01-20")
    spent.accrue("2026-01-20")
    spent.write("UPDATE sale SET withdrawn = 'hand', revision = revision + 1 WHERE kind = 'refund'")

    spent.accrue("2026-01-21")

    assert moved(spent)[-2:] == [("reverse", -20, "2026-01-20"), ("reverse", 20, "2026-01-20")]
    assert spent.customer("Ana").statement().balance_points == 20
    spent.check()


def test_sales_and_a_refund_of_one_day_are_settled_in_one_sweep(shop: Shop) -> None:
    ana, ben = shop.customer("Ana"), shop.customer("Ben")
    ana.bought("100.00", on="2026-01-05", number="R-1")
    ben.bought("50.00", on="2026-01-05", number="R-2")
    give_back(shop, "30.00", "R-1", "2026-01-05")

    shop.accrue("2026-01-05")

    assert moved(shop) == [("earn", 100, "2026-01-05"), ("reverse", -30, "2026-01-05")]
    assert (ana.statement().balance_points, ben.statement().balance_points) == (70, 50)
    assert shop.rows("SELECT id, points FROM points_lot ORDER BY id") in ([(1, 100), (2, 50)], [(1, 50), (2, 100)])
    shop.check()


def test_a_refund_that_leaves_one_cent_leaves_what_the_cent_earned(shop: Shop) -> None:
    shop.set("points.rate", "100", as_of="2025-01-01")
    ana = shop.customer("Ana")
    ana.bought("1.00", on="2026-01-05", number="R-1")
    give_back(shop, "0.99", "R-1", "2026-01-06")

    shop.accrue("2026-01-06")

    assert (moved(shop)[-1], ana.statement().balance_points) == (("reverse", -99, "2026-01-06"), 1)
    shop.check()


def test_a_refund_without_its_receipt_takes_nothing_that_was_earned_after_it(shop: Shop) -> None:
    ana = shop.customer("Ana")
    ana.bought("20.00", on="2026-01-04")
    ana.returned("50.00", on="2026-01-05")
    ana.bought("100.00", on="2026-01-06")

    shop.accrue("2026-01-10")

    assert moved(shop) == [("earn", 20, "2026-01-04"), ("reverse", -20, "2026-01-05"), ("earn", 100, "2026-01-06")]
    shop.check()


def test_refunds_without_a_receipt_take_in_the_order_of_their_days_and_never_more_than_was_earned(shop: Shop) -> None:
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-01-05")
    for day in ("2026-01-07", "2026-01-05", "2026-01-06"):
        ana.returned("40.00", on=day)

    shop.accrue("2026-01-10")

    assert moved(shop)[1:] == [
        ("reverse", -40, "2026-01-05"),
        ("reverse", -40, "2026-01-06"),
        ("reverse", -20, "2026-01-07"),
    ]
    assert ana.statement().balance_points == 0
    shop.check()


def test_a_refund_of_an_earlier_day_takes_what_is_left_to_take_when_it_comes_to_light(shop: Shop) -> None:
    ana = shop.customer("Ana")
    ana.bought("10.00", on="2026-01-05", number="R-1")
    for day, amount in (("2026-01-10", "3.33"), ("2026-01-08", "3.33"), ("2026-01-07", "3.34")):
        give_back(shop, amount, "R-1", day)
        shop.accrue("2026-01-12")

    taken = [(-points, on) for kind, points, on in moved(shop) if kind == "reverse"]
    assert taken == [(3, "2026-01-07"), (3, "2026-01-08"), (4, "2026-01-10")]
    assert ana.statement().balance_points == 0
    shop.check()


def test_what_was_let_go_is_settled_where_the_refund_turns_out_to_be_less(spent: Shop) -> None:
    spent.set("points.clawback", "clamp", as_of="2026-01-01")
    back = spent.receipt("-100.00", "2026-01-20", name="Ana", of="R-1")
    spent.take_in([back])
    spent.accrue("2026-01-20")
    less = spent.receipt("-50.00", "2026-01-20", name="Ana", of="R-1", number=back.receipt)
    spent.take_in([less])

    accrued = spent.accrue("2026-01-21")

    assert (accrued.entries, accrued.waived_points) == (0, 0)
    assert spent.customer("Ana").statement().balance_points == 0
    spent.check()


@pytest.mark.parametrize("policy", ["clamp", "charge"])
def test_what_a_withdrawn_sale_had_brought_is_owed_under_any_policy(spent: Shop, policy: str) -> None:
    """Only what goods that came back had brought may be let go: this was never bought."""
    spent.set("points.clawback", policy, as_of="2026-01-01")
    spent.write("UPDATE sale SET withdrawn = 'hand', revision = revision + 1")

    spent.accrue("2026-01-20")

    assert spent.customer("Ana").statement().balance_points == -80
    assert spent.rows("SELECT count(*) FROM points_waiver") == [(0,)]
    spent.check()


def test_a_sale_that_changes_again_and_again_brings_what_it_is_worth_in_the_end(shop: Shop) -> None:
    ana = shop.customer("Ana")
    held = []
    for amount in ("100.00", "120.00", "130.00", "90.00", "91.00"):
        ana.bought(amount, on="2026-01-05", number="R-1")
        shop.accrue("2026-01-05")
        held.append(ana.statement().balance_points)

    assert held == [100, 120, 130, 90, 91]
    shop.check()


@pytest.mark.parametrize(
    ("refunds", "returned"),
    [
        ([("50.00", "2026-01-20")], [80]),
        ([("60.00", "2026-01-20")], [80]),  # more than was paid
        ([("12.50", "2026-01-20")], [20]),
        ([("0.60", "2026-01-20")], []),  # less than a point
        ([("16.67", "2026-01-20"), ("16.67", "2026-01-21"), ("16.66", "2026-01-22")], [26, 27, 27]),
    ],
)
def test_points_redeemed_on_a_receipt_go_back_into_their_old_lot(
    spent: Shop, refunds: list[tuple[str, str]], returned: list[int]
) -> None:
    spent.customer("Ana").bought("50.00", on="2026-01-10", number="R-2")
    spent.accrue("2026-01-10")
    for amount, on in refunds:
        give_back(spent, amount, "R-2", on)

    accrued, again = spent.accrue("2026-01-25"), spent.accrue("2026-01-26")

    assert (accrued.returned_points, again.entries) == (sum(returned), 0)
    back = [line for line in spent.customer("Ana").statement().items if line.kind == "reverse" and line.points > 0]
    assert [line.points for line in back] == returned
    assert spent.rows("SELECT lot_id, sum(points) FROM points_draw GROUP BY lot_id")[0] == (1, 80 - sum(returned))
    spent.check()


def test_missed_nights_give_what_every_night_would_have_given(tmp_path_factory: pytest.TempPathFactory) -> None:
    from shop import open_shop

    dumps = []
    for name, nights in (("every", range(10, 26)), ("one", [25])):
        shop = open_shop(tmp_path_factory.mktemp(name))
        ana = shop.customer("Ana")
        ana.bought("100.00", on="2026-01-05", number="R-1")
        shop.accrue("2026-01-05")
        ana.redeemed(80, "R-2", on="2026-01-10")
        ana.bought("50.00", on="2026-01-10", number="R-2")
        for amount, on in (("16.67", "2026-01-20"), ("16.67", "2026-01-21"), ("16.66", "2026-01-22")):
            give_back(shop, amount, "R-2", on)
        for night in nights:
            shop.accrue(f"2026-01-{night}")
        shop.check()
        dumps.append(shop.dump())
    assert dumps[0] == dumps[1]


def test_a_refund_that_is_withdrawn_takes_the_redeemed_points_again(spent: Shop) -> None:
    spent.customer("Ana").bought("50.00", on="2026-01-10", number="R-2")
    give_back(spent, "50.00", "R-2", "2026-01-20")
    spent.accrue("2026-01-20")
    assert spent.customer("Ana").statement().balance_points == 100
    spent.write("UPDATE sale SET withdrawn = 'hand', revision = revision + 1 WHERE kind = 'refund'")

    spent.accrue("2026-01-21")

    assert spent.customer("Ana").statement().balance_points == 70  # 20 left of R-1 and 50 of R-2
    assert spent.accrue("2026-01-22").entries == 0
    spent.check()


def test_the_same_receipt_number_in_another_store_gives_nothing_back(spent: Shop) -> None:
    for store in ("main", "East"):
        spent.take_in([spent.receipt("50.00", "2026-01-10", name="Ana", number="R-2")._replace(store=store)])
    back = spent.receipt("-50.00", "2026-01-20", name="Ana", of="R-2")._replace(store="East")
    spent.take_in([back])

    assert spent.accrue("2026-01-20").returned_points == 0


@pytest.mark.parametrize(("number", "on"), [("R-3", "2026-01-10"), ("R-2", "2026-01-11")])
def test_another_receipt_of_the_day_or_of_the_number_gives_nothing_back(spent: Shop, number: str, on: str) -> None:
    spent.customer("Ana").bought("50.00", on=on, number=number)
    give_back(spent, "50.00", number, "2026-01-20")

    assert spent.accrue("2026-01-20").returned_points == 0


def test_a_sweep_counts_its_entries_its_customers_and_its_points(spent: Shop) -> None:
    ana, ben, cara = (spent.customer(name) for name in ("Ana", "Ben", "Cara"))
    cara.bought("100.00", on="2026-01-05", number="R-4")
    spent.accrue("2026-01-05")
    cara.bought("120.00", on="2026-01-05", number="R-4")  # the till says by now that it was more
    ben.bought("30.00", on="2026-01-11")
    ana.bought("50.00", on="2026-01-10", number="R-2")
    give_back(spent, "50.00", "R-2", "2026-01-20")

    swept = spent.accrue("2026-01-20")

    assert (swept.entries, swept.customers) == (5, 3)
    assert (swept.earned_points, swept.reversed_points, swept.returned_points) == (20 + 30 + 50, 50, 80)
    spent.check()


def test_a_till_may_call_the_store_otherwise_where_the_receipt_is_hers(spent: Shop) -> None:
    spent.take_in([spent.receipt("50.00", "2026-01-10", name="Ana", number="R-2")._replace(store="旗舰店")])
    spent.take_in([spent.receipt("-50.00", "2026-01-20", name="Ana", of="R-2")._replace(store="旗舰店")])

    assert spent.accrue("2026-01-20").returned_points == 80


def test_points_that_go_back_past_their_last_day_are_worth_nothing(shop: Shop) -> None:
    shop.set("points.expiry", "30 days", as_of="2025-01-01")
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-01-05", number="R-1")
    shop.accrue("2026-01-05")
    ana.redeemed(100, "R-2", on="2026-01-10")
    shop.set("points.rate", "0", as_of="2026-01-10")
    ana.bought("50.00", on="2026-01-10", number="R-2")
    give_back(shop, "50.00", "R-2", "2026-03-01")

    shop.accrue("2026-03-01")

    assert (ana.statement("2026-03-01").balance_points, ana.statement("2026-03-01").spendable_points) == (0, 0)
    shop.check()


def test_what_was_taken_back_of_a_sale_stays_so_under_any_rules(shop: Shop) -> None:
    ana = shop.customer("Ana")
    sold = ana.bought("100.00", on="2026-06-01")
    ana.bought("40.00", on="2026-06-02")
    shop.accrue()
    ((earned,),) = shop.rows("SELECT id FROM points_entry WHERE points = 100")
    with shop.writing() as book:
        reversals.reverse(book, earned, reason="not hers")
    ana.returned("30.00", on="2026-06-10", of=sold)
    shop.accrue()

    with shop.reading() as book:
        found = {item.side: item.outstanding_points for item in simulating.simulate(book, {"points.rate": "2"}).items}
    assert ana.statement().balance_points == found["in force"] == 40
    assert found["proposed"] == 80


def test_a_sale_that_is_swept_alone_pays_what_is_owed_first(spent: Shop) -> None:
    """With nothing else due that night, whoever owes is still looked for."""
    give_back(spent, "100.00", "R-1", "2026-01-20")
    spent.accrue("2026-01-20")
    spent.customer("Ana").bought("30.00", on="2026-01-25")

    spent.accrue("2026-01-25")

    shown = spent.customer("Ana").statement()
    assert (shown.balance_points, [lot.left for lot in shown.lots if lot.left]) == (-50, [])
    spent.check()
