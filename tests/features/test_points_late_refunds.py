"""Refunds that come to light when their points have ended: nobody owes what was there on the day of the refund."""

from datetime import date

import pytest

from core.postings import posting
from shop import Person, Shop
from shopcrm.core import ledger
from shopcrm.core.ledger import Posting
from shopcrm.features import imports, sales
from shopcrm.features.customers import merging
from shopcrm.features.points import expiry, reversals


def moved(shop: Shop) -> list[tuple[str, int, str]]:
    return [(line.kind, line.points, str(line.on)) for line in shop.customer("Ana").statement().items]


def give_back(shop: Shop, amount: str, of: str, on: str) -> None:
    shop.take_in([shop.receipt(f"-{amount}", on, name="Ana", of=of)])


def expire(shop: Shop, lot: int, points: int, on: str) -> None:
    with shop.writing(on) as book:
        key, day = f"expire:lot:{lot}", date.fromisoformat(on)
        ledger.post(book, Posting(key, 1, "expire", -points, day, "points.expiry", {}, 1))


def expire_all(shop: Shop, on: str) -> None:
    with shop.writing(on) as book:
        expiry.expire(book)


def ana_with_a_lot(shop: Shop) -> Person:
    """Ana has 100 points until the end of January."""
    ana = shop.customer("Ana")
    with shop.writing("2026-01-01") as book:
        ledger.post(book, posting("lot", 100, "2026-01-01", expires_on="2026-01-31"))
    return ana


def test_a_refund_that_comes_to_light_after_the_expiry_takes_what_was_there_on_its_day(shop: Shop) -> None:
    """Nobody owes points for goods that went back while the points were still there."""
    shop.set("points.expiry", "30 days", as_of="2025-01-01")
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-01-05", number="R-1")
    shop.accrue("2026-01-05")
    expire(shop, 1, 100, "2026-02-05")
    give_back(shop, "60.00", "R-1", "2026-01-20")

    shop.accrue("2026-03-01")

    assert moved(shop) == [
        ("earn", 100, "2026-01-05"), ("reverse", -60, "2026-01-20"),
        ("expire", -100, "2026-02-05"), ("reverse", 60, "2026-02-05"),
    ]  # fmt: skip
    assert [ana.statement(day).balance_points for day in ("2026-01-19", "2026-01-20", "2026-02-04", "2026-02-05")] == [
        100, 40, 40, 0,
    ]  # fmt: skip
    shop.check()


def test_a_refund_of_the_day_of_the_sale_that_comes_to_light_after_the_expiry_owes_nothing(shop: Shop) -> None:
    shop.set("points.expiry", "30 days", as_of="2025-01-01")
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-01-05", number="R-1")
    shop.accrue("2026-01-05")
    expire(shop, 1, 100, "2026-02-05")
    give_back(shop, "60.00", "R-1", "2026-01-05")

    shop.accrue("2026-03-01")

    assert [ana.statement(day).balance_points for day in ("2026-01-05", "2026-02-04", "2026-02-05")] == [40, 40, 0]
    shop.check()


def test_an_expiry_stays_where_what_the_sale_brought_is_there_to_the_point(shop: Shop) -> None:
    shop.set("points.expiry", "30 days", as_of="2025-01-01")
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-01-05", number="R-1")
    ana.bought("60.00", on="2026-01-20", number="R-2")
    shop.accrue("2026-01-20")
    expire(shop, 1, 100, "2026-02-05")
    give_back(shop, "60.00", "R-2", "2026-01-21")

    shop.accrue("2026-02-10")

    assert moved(shop) == [
        ("earn", 100, "2026-01-05"), ("earn", 60, "2026-01-20"),
        ("reverse", -60, "2026-01-21"), ("expire", -100, "2026-02-05"),
    ]  # fmt: skip
    assert ana.statement("2026-02-10").balance_points == 0
    shop.check()


@pytest.mark.parametrize("nights", [["2026-03-02"], ["2026-01-10", "2026-03-02"]])
def test_of_two_refunds_the_one_after_the_last_good_day_is_settled_on_its_own_day(
    shop: Shop, nights: list[str]
) -> None:
    shop.set("points.expiry", "30 days", as_of="2025-01-01")
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-01-05", number="R-1")
    give_back(shop, "10.00", "R-1", "2026-01-10")
    give_back(shop, "20.00", "R-1", "2026-03-01")

    for night in nights:
        shop.accrue(night)

    assert [line for line in moved(shop) if line[0] != "expire"] == [
        ("earn", 100, "2026-01-05"), ("reverse", -10, "2026-01-10"),
    ]  # fmt: skip
    assert shop.rows('SELECT policy, points, "on" FROM points_waiver') == [("lapse", 20, "2026-03-01")]
    shop.check()


@pytest.mark.parametrize("by", ["withdrawal", "undoing"])
def test_what_was_owed_once_and_goes_back_does_not_last_for_ever(shop: Shop, by: str) -> None:
    """Other points paid for it since, so it has no lot of its own to go back into."""
    shop.set("points.expiry", "20 days", as_of="2025-01-01")
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-01-05", number="R-1")
    shop.accrue("2026-01-05")
    ana.redeemed(100, "R-9", on="2026-01-06")
    give_back(shop, "100.00", "R-1", "2026-01-10")
    shop.accrue("2026-01-10")
    ana.adjusted(100, on="2026-01-12")
    with shop.writing("2026-01-14") as book:
        if by == "undoing":
            imports.undo(book, 2)
        else:
            sales.withdraw(book, sales.Asked("R-2", kind="refund"), reason="mistaken")

    shop.accrue("2026-01-14")

    assert [(str(lot.expires_on), lot.left) for lot in ana.statement("2026-01-14").lots] == [("2026-01-30", 100)]
    assert ana.statement("2026-01-31").balance_points == 0
    shop.check()


def test_what_was_owed_once_and_goes_back_is_not_pending_again(shop: Shop) -> None:
    shop.set("points.pending_days", "7", as_of="2025-01-01")
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-01-05", number="R-1")
    shop.accrue("2026-01-05")
    ana.redeemed(100, "R-9", on="2026-01-12")
    give_back(shop, "100.00", "R-1", "2026-01-13")
    shop.accrue("2026-01-13")
    ana.adjusted(100, on="2026-01-14")
    with shop.writing("2026-01-14") as book:
        sales.withdraw(book, sales.Asked("R-2", kind="refund"), reason="mistaken")

    shop.accrue("2026-01-14")

    assert ana.statement("2026-01-14").spendable_points == 100
    shop.check()


@pytest.mark.parametrize("is_swept", [False, True], ids=["not swept", "swept"])
def test_a_late_refund_takes_ended_points_of_its_own_sale_before_living_ones_of_another(
    shop: Shop, is_swept: bool
) -> None:
    """Whether a night was missed must not decide whose points go."""
    shop.set("points.expiry", "20 days", as_of="2025-01-01")
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-01-05", number="R-1")
    ana.bought("70.00", on="2026-01-20", number="R-2")
    shop.accrue("2026-01-20")
    if is_swept:
        expire_all(shop, "2026-01-30")
    give_back(shop, "60.00", "R-1", "2026-01-10")

    shop.accrue("2026-01-31")
    expire_all(shop, "2026-01-31")

    assert ana.statement("2026-01-31").balance_points == 70
    assert [ana.statement(day).balance_points for day in ("2026-01-10", "2026-01-25", "2026-01-26")] == [40, 110, 70]
    shop.check()


@pytest.mark.parametrize("is_swept", [False, True], ids=["not swept", "swept"])
@pytest.mark.parametrize("known_on", ["2026-01-05", "2026-01-25"], ids=["known before", "known after"])
def test_a_late_refund_takes_what_ended_unspent_on_the_other_card_before_living_points(
    shop: Shop, known_on: str, is_swept: bool
) -> None:
    """Those points were there on the day of the refund, whenever somebody noticed that both cards are hers."""
    shop.set("points.expiry", "20 days", as_of="2025-01-01")
    ana, too = shop.customer("Ana"), shop.customer("Ana too")
    too.adjusted(40, on="2026-01-01")
    ana.bought("40.00", on="2026-01-01")
    shop.accrue("2026-01-01")
    ana.redeemed(40, "R-9", on="2026-01-04")
    ana.bought("31.00", on="2026-01-13")
    shop.accrue("2026-01-22")
    if is_swept:
        expire_all(shop, "2026-01-22")
    with shop.writing(known_on) as book:
        merging.merge(book, ana.code, too.code)
    ana.returned("40.00", on="2026-01-13")

    shop.accrue("2026-01-26")
    expire_all(shop, "2026-01-26")

    assert ana.statement("2026-01-26").balance_points == 31
    shop.check()


def test_a_refund_whose_sale_comes_later_on_the_other_card_takes_of_that_and_gives_back_the_rest(shop: Shop) -> None:
    """It stands under the card of its sale, so that parting the cards again leaves each what it had."""
    shop.set("points.pending_days", "14", as_of="2025-01-01")
    ana, too = shop.customer("Ana"), shop.customer("Ana too")
    ana.bought("100.00", on="2026-01-01")
    with shop.writing("2026-01-05") as book:
        merging.merge(book, ana.code, too.code)
    shop.take_in([shop.receipt("-50.00", "2026-01-20", name="Ana", of="R-LATER")])
    shop.accrue("2026-01-20")
    before = ana.statement("2026-01-20")
    shop.take_in([shop.receipt("80.00", "2026-01-20", name="Ana too", number="R-LATER")])
    shop.accrue("2026-01-20")
    after = ana.statement("2026-01-20")

    assert (before.balance_points, before.pending_points) == (50, 0)
    assert (after.balance_points, after.pending_points) == (130, 30)
    with shop.writing("2026-01-20") as book:
        merging.unmerge(book, too.code)
    assert (ana.statement("2026-01-20").balance_points, too.statement("2026-01-20").balance_points) == (100, 30)
    shop.check()


def test_points_that_came_back_after_their_last_day_were_not_spent_either(shop: Shop) -> None:
    """As if the refund had been known on its day: it would have been owed, and paid by what came back."""
    shop.set("points.expiry", "20 days", as_of="2025-01-01")
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-01-05", number="R-1")
    shop.accrue("2026-01-05")
    spent = ana.redeemed(100, "R-9", on="2026-01-10").entry
    with shop.writing("2026-02-10") as book:
        reversals.reverse(book, spent, reason="wrong customer")
    expire_all(shop, "2026-02-10")
    give_back(shop, "100.00", "R-1", "2026-02-05")

    shop.accrue("2026-02-11")

    assert ana.statement("2026-02-11").balance_points == 0
    shop.check()


@pytest.mark.parametrize("is_late", [False, True], ids=["known on its day", "known late"])
def test_what_a_refund_finds_spent_is_shown_as_owed_until_it_came_back(shop: Shop, is_late: bool) -> None:
    """A day in between is shown the same whenever the refund came to light: also after the last good day."""
    shop.set("points.expiry", "20 days", as_of="2025-01-01")
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-01-05", number="R-1")
    shop.accrue("2026-01-05")
    spent = ana.redeemed(100, "R-9", on="2026-01-10").entry
    if not is_late:
        give_back(shop, "60.00", "R-1", "2026-01-15")
        shop.accrue("2026-01-15")
    with shop.writing("2026-02-10") as book:
        reversals.reverse(book, spent, reason="wrong customer")
    if is_late:
        give_back(shop, "60.00", "R-1", "2026-01-15")
        shop.accrue("2026-02-10")

    days = ["2026-01-14", "2026-01-15", "2026-01-25", "2026-01-26", "2026-02-09", "2026-02-10"]
    shown = [ana.statement(day) for day in days]

    assert [each.balance_points for each in shown] == [0, -60, -60, -60, -60, 0]
    assert [lot for each in shown[:-1] for lot in each.lots] == []
    shop.check()


@pytest.mark.parametrize("is_one_sweep", [False, True], ids=["one by one", "in one sweep"])
@pytest.mark.parametrize(("takings", "balance"), [([100], 0), ([101], -1), ([99, 1], 0), ([70, 70], -40)])
def test_refunds_of_earlier_days_take_all_that_had_ended_and_the_rest_is_owed(
    shop: Shop, takings: list[int], balance: int, is_one_sweep: bool
) -> None:
    ana = ana_with_a_lot(shop)
    expire_all(shop, "2026-06-30")
    asked = [posting(f"late:{number}", -points, "2026-01-31", kind="reverse") for number, points in enumerate(takings)]
    for sweep in [asked] if is_one_sweep else [[one] for one in asked]:
        with shop.writing() as book:
            ledger.post_many(book, sweep)

    expire_all(shop, "2026-06-30")
    assert ana.statement().balance_points == balance
    assert shop.rows("SELECT sum(points) FROM points_entry WHERE kind = 'expire'") == [(-100,)]
    assert shop.check().items


def test_a_refund_of_an_earlier_day_takes_what_is_there_and_no_more_of_what_had_ended_than_is_missing(
    shop: Shop,
) -> None:
    ana = ana_with_a_lot(shop)
    entry = ana.redeemed(60, "R-1", on="2026-01-20").entry
    expire_all(shop, "2026-02-03")
    with shop.writing("2026-02-10") as book:
        ledger.post(book, posting("back", 25, "2026-02-10", kind="reverse", reverses_id=entry))
    with shop.writing() as book:
        ledger.post(book, posting("late", -30, "2026-01-25", kind="reverse"))

    expire_all(shop, "2026-06-30")

    assert shop.rows("SELECT sum(points) FROM points_entry WHERE kind = 'expire'") == [(-40,)]
    assert shop.rows("SELECT points FROM points_entry WHERE kind = 'reverse' ORDER BY id DESC LIMIT 2") == [
        (-30,),
        (5,),
    ]
    assert ana.statement().balance_points == 0
    assert shop.check().items


def test_only_the_end_of_what_is_taken_is_undone(shop: Shop) -> None:
    ana = ana_with_a_lot(shop)
    with shop.writing("2026-01-02") as book:
        own = ledger.post(book, posting("own", 50, "2026-01-02", expires_on="2026-02-10")).entry_id
    expire_all(shop, "2026-06-30")
    with shop.writing() as book:
        ledger.post(book, posting("late", -30, "2026-01-15", kind="reverse", reverses_id=own))

    expire_all(shop, "2026-06-30")

    assert shop.rows("SELECT sum(points) FROM points_entry WHERE kind = 'expire'") == [(-150,)]
    assert ana.statement().balance_points == 0
    shop.check()
