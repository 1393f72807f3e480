"""Entries taken back by hand: whole, once, into their old lots with their old days, and both legs of a transfer."""

from dataclasses import asdict
from datetime import date

import pytest

from core.postings import posting
from features.test_points_openings import opens
from shop import Person, Shop
from shopcrm.core import ledger
from shopcrm.core.errors import (
    AlreadyReversed,
    EntryBeforeLast,
    EntryUnknown,
    InsufficientPoints,
    NotReversible,
    PointsNotPositive,
)
from shopcrm.features.points import donations, grants, reversals, transfers


def reversed_(shop: Shop, entry: int, reason: str = "wrong customer", on: str | None = None) -> reversals.Reversed:
    with shop.writing(on) as book:
        return reversals.reverse(book, entry, reason=reason)


def lots(person: Person, as_of: str | None = None) -> list[tuple[str, str, int]]:
    return [(str(lot.earned_on), str(lot.expires_on), lot.left) for lot in person.statement(as_of).lots]


def ana_with_lots(shop: Shop) -> Person:
    """Ana has 30 points until July and 50 for ever; Bo has 5."""
    ana, bo = shop.customer("Ana"), shop.customer("Bo")
    with shop.writing("2026-06-01") as book:
        ledger.post(book, posting("ever", 50, "2026-06-01"))
        ledger.post(book, posting("july", 30, "2026-06-01", expires_on="2026-07-31"))
        ledger.post(book, posting("bo", 5, "2026-06-01", of=2))
    assert bo.statement().balance_points == 5
    return ana


def test_redeemed_points_go_back_into_their_old_lots_with_their_old_days(shop: Shop) -> None:
    ana = ana_with_lots(shop)
    before = lots(ana)
    entry = ana.redeemed(40, "R-1").entry

    moved = reversed_(shop, entry)

    assert (moved.points, moved.balance_points, moved.reverses, moved.key) == (40, 80, entry, f"reverse:entry:{entry}")
    assert lots(ana) == before == [("2026-06-01", "2026-07-31", 30), ("2026-06-01", "None", 50)]
    last = ana.statement().items[-1]
    assert (last.kind, last.points, last.reason) == ("reverse", 40, "wrong customer")
    assert shop.rows("SELECT reverses_id, sale_id FROM points_entry ORDER BY id DESC LIMIT 1") == [(entry, None)]
    assert shop.customer("Bo").statement().balance_points == 5
    assert shop.check()


@pytest.mark.parametrize(("on", "spendable"), [("2026-07-31", 80), ("2026-08-01", 50)])
def test_what_goes_back_after_its_last_day_is_no_longer_there(shop: Shop, on: str, spendable: int) -> None:
    ana = ana_with_lots(shop)
    entry = ana.redeemed(40, "R-1").entry

    assert reversed_(shop, entry, on=on).points == 40
    assert ana.statement(on).spendable_points == spendable
    assert shop.check()


def test_points_added_by_hand_leave_their_own_lot_first(shop: Shop) -> None:
    ana = ana_with_lots(shop)
    entry = ana.adjusted(20, on="2026-06-02").entry

    assert reversed_(shop, entry).points == -20
    assert lots(ana) == [("2026-06-01", "2026-07-31", 30), ("2026-06-01", "None", 50)]
    assert shop.check()


def test_what_was_spent_of_them_is_owed(shop: Shop) -> None:
    ana = shop.customer("Ana")
    entry = ana.adjusted(20, on="2026-06-02").entry
    ana.redeemed(15, "R-1")

    assert reversed_(shop, entry).balance_points == -15
    assert ana.adjusted(40).balance_points == 25
    assert lots(ana) == [("2026-06-30", "None", 25)]
    assert shop.check()


@pytest.mark.parametrize("kind", ["taken by hand", "granted", "donated"])
def test_every_kind_by_hand_can_be_taken_back(shop: Shop, kind: str) -> None:
    ana = ana_with_lots(shop)
    before = lots(ana)
    with shop.writing() as book:
        match kind:
            case "granted":
                entry = grants.grant(book, ana.code, "review").entry
            case "donated":
                entry = donations.donate(book, ana.code, points=40, project="Trees").entry
    if kind == "taken by hand":
        entry = ana.adjusted(-40).entry

    assert reversed_(shop, entry).balance_points == 80
    assert lots(ana) == before
    assert shop.check()


# --- what a sale earned -------------------------------------------------------------------------------------


def test_of_what_a_sale_earned_only_what_refunds_left_is_taken(shop: Shop) -> None:
    ana = shop.customer("Ana")
    sold = ana.bought("100.00", on="2026-06-01")
    ana.bought("40.00", on="2026-06-01")
    ana.returned("30.00", on="2026-06-10", of=sold)
    shop.accrue()
    assert ana.statement().balance_points == 110

    ((earned,),) = shop.rows("SELECT id FROM points_entry WHERE points = 100")
    assert reversed_(shop, earned).points == -70
    assert ana.statement().balance_points == 40
    assert shop.accrue().entries == 0
    assert shop.check()


def test_what_refunds_took_whole_is_taken_already_and_it_says_by_which_entry(shop: Shop) -> None:
    ana = shop.customer("Ana")
    sold = ana.bought("100.00", on="2026-06-01")
    ana.returned("30.00", on="2026-06-10", of=sold)
    ana.returned("70.00", on="2026-06-12", of=sold)
    shop.accrue()

    with pytest.raises(AlreadyReversed) as refused:
        reversed_(shop, 1)

    assert refused.value.message == "Entry 1 of C-0001 was taken back on 2026-06-12 already, by entry 3."


def test_a_sale_that_changed_is_taken_back_entry_by_entry(shop: Shop) -> None:
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-06-01", number="R-1")
    shop.accrue()
    ana.bought("120.00", on="2026-06-01", number="R-1")
    shop.accrue()

    assert [reversed_(shop, entry).balance_points for entry in (2, 1)] == [100, 0]
    assert shop.check()


def test_points_given_back_for_a_redemption_are_none_that_the_sale_brought(shop: Shop) -> None:
    ana = shop.customer("Ana")
    sold = ana.bought("100.00", on="2026-06-01")
    shop.accrue()
    entry = ana.redeemed(60, "R-9").entry
    ana.returned("100.00", on="2026-06-30", of=sold)
    shop.accrue()
    ((refund_id,),) = shop.rows("SELECT id FROM sale WHERE kind = 'refund'")
    with shop.writing() as book:
        back = posting("back", 60, "2026-06-30", kind="reverse", reverses_id=entry, sale_id=refund_id, sale_revision=1)
        ledger.post(book, back)

    for taken_back in (1, entry):
        with pytest.raises(AlreadyReversed):
            reversed_(shop, taken_back)
    assert ana.statement().balance_points == 0
    assert shop.check()


# --- transfers ----------------------------------------------------------------------------------------------


def given_to_bo(shop: Shop, number: int = 40) -> transfers.Transferred:
    with shop.writing() as book:
        return transfers.transfer(book, "C-0001", "C-0002", points=number, key="K")


@pytest.mark.parametrize("leg", ["giver", "receiver"])
def test_a_transfer_goes_back_on_both_legs_whichever_is_named(shop: Shop, leg: str) -> None:
    ana, bo = ana_with_lots(shop), shop.customer("Bo")
    before = (lots(ana), lots(bo))
    given = given_to_bo(shop)

    moved = reversed_(shop, given.entry if leg == "giver" else given.to_entry)
    other = reversed_(shop, given.to_entry if leg == "giver" else given.entry)

    shown = (moved.customer, moved.points, moved.balance_points)
    beside = (moved.other, moved.other_points, moved.other_balance_points)
    ana_side, bo_side = ("C-0001", 40, 80), ("C-0002", -40, 5)
    assert (shown, beside) == ((ana_side, bo_side) if leg == "giver" else (bo_side, ana_side))
    assert (other.is_repeat, other.entry) == (True, moved.other_entry)
    assert (lots(ana), lots(bo)) == before
    assert shop.check()


def test_a_transfer_whose_points_are_spent_stays(shop: Shop) -> None:
    ana, bo = ana_with_lots(shop), shop.customer("Bo")
    given = given_to_bo(shop)
    bo.redeemed(6, "R-1")

    for entry in (given.entry, given.to_entry):
        with pytest.raises(InsufficientPoints) as refused:
            reversed_(shop, entry)
        assert refused.value.message == "C-0002 has 39 points; 40 are needed."
    assert (ana.statement().balance_points, bo.statement().balance_points) == (40, 39)

    bo.adjusted(1)
    assert reversed_(shop, given.entry).balance_points == 80
    assert shop.check()


def test_a_transfer_is_not_taken_back_on_a_day_before_the_receivers_last_entry(shop: Shop) -> None:
    """As of that day the points are still there; they were spent since."""
    ana_with_lots(shop)
    given = given_to_bo(shop)
    shop.customer("Bo").redeemed(45, "R-1", on="2026-07-02")

    with pytest.raises(EntryBeforeLast):
        reversed_(shop, given.entry, on="2026-07-01")


# --- what is refused ----------------------------------------------------------------------------------------


def test_a_retry_with_the_same_reason_is_answered_and_another_reason_told_who_did_it(shop: Shop) -> None:
    ana = ana_with_lots(shop)
    entry = ana.redeemed(40, "R-1").entry
    first = reversed_(shop, entry)

    again, tomorrow = reversed_(shop, entry, reason=" wrong customer "), reversed_(shop, entry, on="2026-07-01")

    assert [each.is_repeat for each in (first, again, tomorrow)] == [False, True, True]
    assert asdict(again) == asdict(tomorrow) == {**asdict(first), "is_repeat": True}
    with pytest.raises(AlreadyReversed) as refused:
        reversed_(shop, entry, reason="wrong receipt")
    assert refused.value.message == (
        f"Entry {entry} of C-0001 was taken back on 2026-06-30 already, by entry {first.entry}."
    )
    assert ana.statement().balance_points == 80


def test_a_redemption_taken_back_can_be_done_again_and_that_one_only_once(shop: Shop) -> None:
    """The wrong number was typed: the right one must not be told that this receipt has been redeemed."""
    ana = ana_with_lots(shop)
    reversed_(shop, ana.redeemed(40, "R-1").entry)

    second, again = ana.redeemed(30, "R-1"), ana.redeemed(30, "R-1")
    assert (second.is_repeat, second.balance_points, again.entry) == (False, 50, second.entry)
    reversed_(shop, second.entry)
    third = ana.redeemed(30, "R-1")

    assert (third.is_repeat, third.balance_points) == (False, 50)
    assert len({second.key, third.key}) == 2
    assert shop.check()


def test_reversals_expiries_and_openings_say_what_to_do_instead(shop: Shop) -> None:
    ana = ana_with_lots(shop)
    with shop.writing("2026-08-01") as book:
        expiry = ledger.post(book, posting("gone", -30, "2026-08-01", kind="expire")).entry_id
    reversal = reversed_(shop, ana.adjusted(7, on="2026-08-02").entry, on="2026-08-02").entry
    opens(shop, 500, on="2026-08-03")
    opening = max(item.entry for item in ana.statement("2026-08-03").items)

    said = []
    for entry in (expiry, reversal, opening):
        with pytest.raises(NotReversible) as refused:
            reversed_(shop, entry, on="2026-08-03")
        said += [refused.value.message.partition(" cannot be reversed: "), refused.value.next_step]

    assert said == [
        (f"Entry {expiry} of 2026-08-01 (-30 points of C-0001)", " cannot be reversed: ",
         "the points had expired; give them anew with an adjustment."),
        'shopcrm points adjust C-0001 --points +30 --reason "…"',
        (f"Entry {reversal} of 2026-08-02 (-7 points of C-0001)", " cannot be reversed: ",
         "it is a reversal itself; undo it with an adjustment."),
        'shopcrm points adjust C-0001 --points +7 --reason "…"',
        (f"Entry {opening} of 2026-08-03 (450 points of C-0001)", " cannot be reversed: ",
         "it is an opening balance, which goes with its import."),
        "shopcrm imports undo 1",
    ]  # fmt: skip


@pytest.mark.parametrize(("entry", "on"), [(99, "2026-06-30"), (0, "2026-06-30"), (1, "2026-05-31")])
def test_an_entry_that_is_not_there_yet_is_unknown(shop: Shop, entry: int, on: str) -> None:
    ana_with_lots(shop)

    with pytest.raises(EntryUnknown) as refused:
        reversed_(shop, entry, on=on)
    assert refused.value.message == f"There is no points entry {entry} up to {date.fromisoformat(on)}."


def test_a_reversal_needs_a_reason(shop: Shop) -> None:
    ana = ana_with_lots(shop)

    with pytest.raises(PointsNotPositive):
        reversed_(shop, 1, reason="  ")
    assert ana.statement().balance_points == 80


@pytest.mark.parametrize("parts", [["100.00"], ["30.00", "70.00"], ["30.00"]])
def test_what_was_reversed_by_hand_is_not_taken_again_by_refunds(shop: Shop, parts: list[str]) -> None:
    ana = shop.customer("Ana")
    sold = ana.bought("100.00", on="2026-06-01")
    shop.accrue()
    reversed_(shop, 1)
    for day, amount in enumerate(parts, 10):
        ana.returned(amount, on=f"2026-06-{day}", of=sold)
        shop.accrue()

    assert ana.statement().balance_points == 0
    assert shop.accrue().entries == 0
    assert shop.check()


def test_what_was_reversed_by_hand_is_not_taken_again_when_its_sale_is_withdrawn(shop: Shop) -> None:
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-06-01")
    shop.accrue()
    reversed_(shop, 1)
    shop.write("UPDATE sale SET withdrawn = 'hand', revision = revision + 1")

    shop.accrue()

    assert ana.statement().balance_points == 0


def test_a_partial_refund_then_a_reversal_then_the_rest_leaves_nothing(shop: Shop) -> None:
    ana = shop.customer("Ana")
    sold = ana.bought("100.00", on="2026-06-01")
    ana.returned("40.00", on="2026-06-05", of=sold)
    shop.accrue()
    assert reversed_(shop, 1).points == -60
    for day, amount in ((10, "30.00"), (12, "30.00")):
        ana.returned(amount, on=f"2026-06-{day}", of=sold)
        assert shop.accrue().entries == 0

    assert ana.statement().balance_points == 0
    assert shop.check()
