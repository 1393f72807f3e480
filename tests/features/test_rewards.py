"""Rewards and what is exchanged for them: one price, one exchange a receipt, none after the day it is retired."""

from dataclasses import astuple

import pytest

from shop import Person, Shop
from shopcrm.core.errors import (
    AmountUnreadable,
    InsufficientPoints,
    KeyReused,
    PointsNotPositive,
    RewardNotWritable,
    RewardRetired,
    RewardTaken,
    RewardUnknown,
)
from shopcrm.features import rewards
from shopcrm.features.points import exchanges, reversals


def added(
    shop: Shop, code: str, points: int, cash: str | None = None, name: str = "Mug", on: str | None = "2026-06-01"
) -> rewards.Changed:
    with shop.writing(on) as book:
        return rewards.add(book, code, name=name, points=points, cash=cash)


def retired(shop: Shop, code: str, on: str | None = None) -> rewards.Changed:
    with shop.writing(on) as book:
        return rewards.retire(book, code)


def listed(shop: Shop, as_of: str | None = None) -> list[tuple[object, ...]]:
    with shop.reading(as_of) as book:
        return [astuple(row) for row in rewards.list_all(book).items]


def exchanged(
    person: Person, reward: str, receipt: str = "R-7", on: str | None = None, store: str | None = None
) -> exchanges.Exchanged:
    with person.shop.writing(on) as book:
        return exchanges.exchange(book, person.code, reward, receipt=receipt, store=store)


def with_points(shop: Shop, name: str = "Ana", number: int = 1000) -> Person:
    ana = shop.customer(name)
    ana.adjusted(number, on="2026-06-01")
    return ana


def test_a_reward_is_listed_from_its_day_on_by_what_it_costs(shop: Shop) -> None:
    added(shop, "tote", 500, name="Tote")
    added(shop, "mug", 300, "10", on="2026-06-15")
    retired(shop, "TOTE", on="2026-06-20")

    assert [row[:4] for row in listed(shop)] == [("MUG", "Mug", 300, 1000), ("TOTE", "Tote", 500, 0)]
    assert [str(row[5]) for row in listed(shop)] == ["None", "2026-06-20"]
    assert [str(row[5]) for row in listed(shop, "2026-06-19")] == ["None", "None"]
    assert [row[0] for row in listed(shop, "2026-06-14")] == ["TOTE"]
    assert listed(shop, "2026-05-31") == []


def test_the_same_reward_again_changes_nothing_and_another_under_its_code_is_refused(shop: Shop) -> None:
    first, again = added(shop, "mug", 300, "10"), added(shop, " MUG ", 300, "10.00", on="2026-06-30")

    assert (first.is_repeat, again.is_repeat, again.added_on) == (False, True, first.added_on)
    for points, cash, name in ((301, "10", "Mug"), (300, None, "Mug"), (300, "10", "Jug")):
        with pytest.raises(RewardTaken) as refused:
            added(shop, "mug", points, cash, name)
    assert refused.value.message == (
        "Reward MUG was added on 2026-06-01 already, as “Mug” for 300 points and 10.00 CNY."
    )
    retired(shop, "MUG")
    with pytest.raises(RewardTaken):
        added(shop, "mug", 300, "10")


@pytest.mark.parametrize(
    ("code", "name", "points", "cash", "refusal"),
    [
        (" ", "Mug", 1, None, RewardNotWritable),
        ("MUG", " ", 1, None, RewardNotWritable),
        ("MUG", "Mug", 0, None, RewardNotWritable),
        ("MUG", "Mug", -1, None, RewardNotWritable),
        ("MUG", "Mug", 1, "-1", RewardNotWritable),
        ("MUG", "Mug", 1, "1.005", AmountUnreadable),
    ],
)
def test_a_reward_that_cannot_be_is_not_written(
    shop: Shop, code: str, name: str, points: int, cash: str | None, refusal: type[RewardNotWritable]
) -> None:
    with pytest.raises(refusal):
        added(shop, code, points, cash, name)
    assert listed(shop) == []


def test_a_reward_is_retired_once(shop: Shop) -> None:
    added(shop, "MUG", 300)

    first, again = retired(shop, "mug", on="2026-06-20"), retired(shop, "mug")

    assert (first.is_repeat, again.is_repeat, again.retired_on) == (False, True, first.retired_on)
    with pytest.raises(RewardUnknown):
        retired(shop, "MUG", on="2026-05-31")


# --- exchanged ----------------------------------------------------------------------------------------------


def test_a_reward_is_exchanged_whatever_the_rules_for_paying_with_points_are(shop: Shop) -> None:
    for key, value in (("minimum", "500"), ("step", "100"), ("max_share", "0"), ("value", "100 points = 10.00")):
        shop.set(f"points.{key}", value, as_of="2025-01-01")
    added(shop, "MUG", 333, "10")
    ana = with_points(shop)

    moved = exchanged(ana, "mug")

    assert (moved.points, moved.balance_points, moved.value_minor) == (-333, 667, 3330)
    assert (moved.reward, moved.reward_name, moved.cash_minor) == ("MUG", "Mug", 1000)
    assert [(item.kind, item.receipt) for item in ana.statement().items] == [("adjust", None), ("redeem", "R-7")]
    assert shop.check()


def test_a_reward_is_exchanged_once_for_a_store_a_day_and_a_receipt(shop: Shop) -> None:
    added(shop, "MUG", 100)
    added(shop, "TOTE", 150)
    ana = with_points(shop)
    shop.take_in([shop.receipt("9.00", "2026-06-01")._replace(store="airport")])
    first, again = exchanged(ana, "MUG"), exchanged(ana, "mug", receipt=" r-7")

    assert (first.is_repeat, again.is_repeat, again.entry) == (False, True, first.entry)
    others = [
        exchanged(ana, "TOTE"),
        exchanged(ana, "MUG", receipt="R-8"),
        exchanged(ana, "MUG", store="airport"),
        exchanged(ana, "MUG", on="2026-07-01"),
    ]
    assert [moved.is_repeat for moved in others] == [False] * 4
    assert ana.statement("2026-07-01").balance_points == 1000 - 4 * 100 - 150
    with pytest.raises(KeyReused):
        exchanged(with_points(shop, "Bo"), "MUG")


def test_a_retry_is_answered_though_the_reward_was_retired_that_day(shop: Shop) -> None:
    added(shop, "MUG", 100)
    ana = with_points(shop)
    first = exchanged(ana, "MUG")
    retired(shop, "MUG")

    assert exchanged(ana, "MUG").entry == first.entry
    with pytest.raises(RewardRetired):
        exchanged(ana, "MUG", receipt="R-8")


def test_an_exchange_taken_back_can_be_done_again(shop: Shop) -> None:
    added(shop, "MUG", 100)
    ana = with_points(shop)
    first = exchanged(ana, "MUG")
    with shop.writing() as book:
        reversals.reverse(book, first.entry, reason="broken")

    second = exchanged(ana, "MUG")

    assert (second.is_repeat, second.balance_points) == (False, 900)
    assert exchanged(ana, "MUG").entry == second.entry
    assert shop.check()


@pytest.mark.parametrize(
    ("on", "refusal"),
    [("2026-06-09", RewardUnknown), ("2026-06-10", None), ("2026-06-19", None), ("2026-06-20", RewardRetired)],
)
def test_a_reward_is_had_from_its_first_day_until_it_is_retired(
    shop: Shop, on: str, refusal: type[RewardUnknown] | None
) -> None:
    added(shop, "MUG", 100, on="2026-06-10")
    retired(shop, "MUG", on="2026-06-20")
    ana = with_points(shop)

    if refusal is None:
        assert exchanged(ana, "MUG", on=on).points == -100
    else:
        with pytest.raises(refusal):
            exchanged(ana, "MUG", on=on)


def test_a_refusal_names_the_nearest_reward_that_is_to_be_had(shop: Shop) -> None:
    ana = with_points(shop)
    with pytest.raises(RewardUnknown) as refused:
        exchanged(ana, "mog")
    assert refused.value.message == "There is no reward “MOG”; there is none to be had."

    for code in ("MUG", "TOTE", "MOP"):
        added(shop, code, 100, name=code)
    retired(shop, "MOP", on="2026-06-20")
    with pytest.raises(RewardUnknown) as refused:
        exchanged(ana, "mog")
    assert refused.value.message == "There is no reward “MOG”; the nearest is MUG."
    with pytest.raises(RewardRetired) as gone:
        exchanged(ana, "mop")
    assert gone.value.message == "Reward MOP is not given any more since 2026-06-20; the nearest is MUG."


def test_an_exchange_needs_a_receipt_and_points(shop: Shop) -> None:
    added(shop, "MUG", 1001)
    ana = with_points(shop)

    with pytest.raises(PointsNotPositive):
        exchanged(ana, "MUG", receipt=" ")
    with pytest.raises(InsufficientPoints):
        exchanged(ana, "MUG")
    assert ana.statement().balance_points == 1000
