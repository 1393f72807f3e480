"""Merging customers: a person on two cards is the person on one, and a merge that is taken back has never been."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from features.two_cards import BEGIN, EVENTS, FIRST, OTHER, SECOND, Event, cells, copied, happen, live, shown
from shop import Shop
from shopcrm.core import audience
from shopcrm.core.errors import BookUnsound, MergeRefused, NotMerged, UnmergeRefused
from shopcrm.features.customers import merging
from shopcrm.features.points import reversals
from shopcrm.features.privacy import lasting
from shopcrm.features.wallet import counter as wallet
from soak import IS_SOAK


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return copied(tmp_path)


@pytest.mark.soak
@given(events=EVENTS, is_early=st.booleans())
@settings(
    max_examples=1_000 if IS_SOAK else 12, deadline=None, derandomize=not IS_SOAK,
    phases=set(Phase) if IS_SOAK else {Phase.generate},  # shrinking a failure takes minutes
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
def test_a_person_on_two_cards_is_the_person_on_one(events: Sequence[Event], is_early: bool) -> None:
    one, two = (copied(Path(mkdtemp(prefix="shopcrm-"))) for _ in range(2))
    facts = [event for event in events if event.what in ("buy", "return")]
    if not is_early:  # merged when everything is known and nothing is posted
        events = facts
    else:
        merged(two)
    last = live(one, events, has_second=False)
    live(two, events, has_second=True)
    if not is_early:
        merged(two)
    assert shown(one, last)["export"], "compared with something"
    assert shown(two, last) == shown(one, last)
    two.check()
    for shop in (one, two):
        shutil.rmtree(shop.path.parent)


def merged(shop: Shop, keep: str = "C-0001", drop: str = "C-0002") -> merging.Merged:
    with shop.writing() as book:
        return merging.merge(book, keep, drop)


# --- the way back ----------------------------------------------------------------------------------------------


@pytest.mark.soak
@given(events=EVENTS, later=EVENTS)
@settings(
    max_examples=500 if IS_SOAK else 8, deadline=None, derandomize=not IS_SOAK,
    phases=set(Phase) if IS_SOAK else {Phase.generate}, suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
def test_a_merge_that_is_taken_back_has_never_been(events: Sequence[Event], later: Sequence[Event]) -> None:
    shop = copied(Path(mkdtemp(prefix="shopcrm-")))
    live(shop, events, has_second=True)
    try:
        before = shop.dump()
        merged(shop)
        shop.check()
        unmerged(shop)
        assert shop.dump() == before
        merged(shop)
        day = BEGIN + timedelta(sum(event.days for event in events))
        for number, event in enumerate(later, 1):
            day += timedelta(event.days)
            happen(shop, event, FIRST if not event.is_second else SECOND, str(day), f"L-{number}")
        with suppress(UnmergeRefused):
            unmerged(shop)
        shop.check()
    except MergeRefused as refusal:
        assert "owes" in refusal.message
    shutil.rmtree(shop.path.parent)


def unmerged(shop: Shop, drop: str = "C-0002") -> merging.Unmerged:
    with shop.writing() as book:
        return merging.unmerge(book, drop)


def test_a_preview_says_what_each_has_and_both_together_and_changes_nothing(shop: Shop) -> None:
    shop.customer(FIRST).bought("100", "2026-01-05")
    shop.customer(SECOND).bought("50", "2026-01-06")
    shop.customer(SECOND).adjusted(30)
    before = shop.path.read_bytes()

    with shop.reading() as book:
        found = merging.merge(book, "C-0001", "C-0002", is_preview=True)

    assert (found.kept, found.dropped, found.is_preview) == ("C-0001", "C-0002", True)
    assert [(each.sales, each.net_minor, each.points) for each in found.items] == [
        (1, 10_000, 0), (1, 5_000, 30), (2, 15_000, 30),
    ]  # fmt: skip
    assert shop.path.read_bytes() == before


def test_lots_keep_their_days_and_the_first_to_end_is_spent_first(shop: Shop) -> None:
    shop.customer(FIRST).adjusted(10, on="2026-03-01")
    shop.customer(SECOND).adjusted(10, on="2026-02-01")
    merged(shop)

    shop.customer(FIRST).redeemed(15, "R-9", on="2026-06-01")

    (lot,) = shop.customer(SECOND).statement("2026-06-01").lots
    assert (lot.earned_on, lot.left) == (date(2026, 3, 1), 5)


def test_the_same_merge_again_answers_with_the_first(shop: Shop) -> None:
    merged(shop)
    again = merged(shop)
    assert again.is_repeat
    assert shop.rows("SELECT count(*) FROM customer_merge") == [(1,)]


def test_who_was_merged_is_found_by_their_own_code_phone_and_name_and_listed_no_more(shop: Shop) -> None:
    shop.customer("Cai", phone="13800138000")
    merged(shop, "C-0001", "C-0004")
    with shop.reading() as book:
        for text in ("C-0004", "13800138000", "8000", "Cai"):
            assert audience.find_one(book, text).customer == "C-0001"
        assert [each.customer for each in audience.everyone(book)] == ["C-0001", "C-0002", "C-0003"]
        assert audience.find_one(book, "C-0001").phone == "138****8000"  # of whom she is by now


def test_a_list_of_all_has_the_address_of_whoever_she_was(shop: Shop) -> None:
    shop.write("INSERT INTO identity (customer_id, kind, value, source) VALUES (2, 'email', 'ana@example.com', '')")
    merged(shop)
    with shop.writing() as book:
        rows = cells(book, shop.path.with_suffix(".xlsx"))
    assert [row[4] for row in rows if row[0] == "C-0001"] == ["ana@example.com"]


def test_money_that_was_paid_from_the_other_card_is_held_no_more(shop: Shop) -> None:
    with shop.writing() as book:
        wallet.top_up(book, "C-0002", amount="40", receipt="T-1")
        merging.merge(book, "C-0001", "C-0002")
        assert lasting.money_of(book) == {1: 4_000}
        wallet.pay(book, "C-0001", amount="40", receipt="R-1")
        assert lasting.money_of(book) == {}


def test_merges_one_after_the_other_are_taken_back_one_by_one(shop: Shop) -> None:
    shop.customer(SECOND).adjusted(10)
    merged(shop, "C-0001", "C-0002")
    merged(shop, "C-0003", "C-0001")
    assert shop.customer(SECOND).statement().customer == "C-0003"
    assert shop.customer(OTHER).statement().balance_points == 10

    unmerged(shop, "C-0001")
    assert shop.customer(SECOND).statement().customer == "C-0001"
    assert shop.customer(OTHER).statement().balance_points == 0
    unmerged(shop, "C-0002")
    assert shop.customer(SECOND).statement().customer == "C-0002"


def test_points_of_both_that_were_spent_together_cannot_be_told_apart(shop: Shop) -> None:
    shop.customer(FIRST).adjusted(10)
    shop.customer(SECOND).adjusted(10)
    merged(shop)
    shop.customer(FIRST).redeemed(15, "R-9")

    with pytest.raises(UnmergeRefused) as refusal:
        unmerged(shop)

    assert refusal.value.message == (
        "C-0002 and C-0001 cannot be told apart any more: entry 3 (redeem) of 2026-06-30 drew on what both had."
    )
    assert shop.customer(SECOND).statement().customer == "C-0001"


def test_what_is_taken_back_stands_under_whom_it_was_posted_for(shop: Shop) -> None:
    entry = shop.customer(SECOND).adjusted(10).entry
    merged(shop)
    with shop.writing() as book:
        reversals.reverse(book, entry, reason="a slip")

    unmerged(shop)

    assert [shop.customer(name).statement().balance_points for name in (FIRST, SECOND)] == [0, 0]
    assert len(shop.customer(SECOND).statement().items) == 2


def test_a_sale_that_came_since_stays_with_whom_the_till_named(shop: Shop) -> None:
    merged(shop)
    shop.customer(SECOND).bought("100", "2026-06-01")
    shop.accrue()
    assert shop.customer(FIRST).statement().balance_points == 100

    unmerged(shop)

    assert [shop.customer(name).statement().balance_points for name in (FIRST, SECOND)] == [0, 100]
    assert shop.accrue().entries == 0


def test_two_with_the_tills_number_of_the_other_are_no_question_at_the_next_import(shop: Shop) -> None:
    merged(shop)
    sheet = "会员号,姓名,手机\nM-Ana,Ana too,13800138000\nM-Ana too,Ana,13800138000\n"

    imported = shop.import_text(sheet, name="会员.csv")

    assert not imported.problems


REFUSED = [
    ("C-0001", "C-0001", "they are the same customer"),
    ("C-0003", "C-0002", "C-0002 is merged into C-0001 already"),
    ("C-0001", "C-0004", "it was said that they are not the same"),
    ("C-0001", "C-0005", "C-0005 owes 20 points; settle them first"),
]


@pytest.mark.parametrize(("keep", "drop", "reason"), REFUSED)
def test_these_are_not_merged(shop: Shop, keep: str, drop: str, reason: str) -> None:
    shop.customer("Not Ana")
    owing = shop.customer("Owing")
    receipt = owing.bought("100", "2026-06-01")
    shop.accrue()
    owing.redeemed(20, "R-9")
    owing.returned("100", "2026-06-30", of=receipt)
    shop.accrue()
    shop.customer(FIRST).adjusted(10)
    merged(shop, "C-0001", "C-0002")
    shop.write("INSERT INTO not_same VALUES (1, 4, '2026-01-01', 'Mei')")
    before = shop.dump()

    with pytest.raises(MergeRefused) as refusal:
        merged(shop, keep, drop)

    assert refusal.value.message == f"{drop} is not merged into {keep}: {reason}."
    assert shop.dump() == before


@pytest.mark.parametrize("text", ["C-0001", "C-0003", "Ana too", "nobody"])
def test_who_was_not_merged_cannot_be_unmerged(shop: Shop, text: str) -> None:
    merged(shop)
    with pytest.raises(NotMerged):
        unmerged(shop, text)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE customer_merge SET kept_id = 3",
        "UPDATE customer_merge SET into_id = 3",
        'INSERT INTO customer_merge SELECT 1, 2, 2, "on", at, by FROM customer_merge',  # round and round
    ],
)
def test_a_merge_that_leads_elsewhere_is_found_by_a_check(shop: Shop, sql: str) -> None:
    merged(shop)
    shop.check()
    shop.write(sql)
    with pytest.raises(BookUnsound) as refusal:
        shop.check()
    assert "C-0002 is merged, and C-0001 does not answer" in str(refusal.value) or "C-0003" in str(refusal.value)
