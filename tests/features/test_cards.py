"""Visit cards: sold, used, given back and ended, never more often than were paid for."""

from datetime import date
from typing import Any

import pytest

from shop import Shop
from shopcrm.core.errors import (
    CardAmbiguous,
    InsufficientVisits,
    VisitsAlreadyReversed,
    VisitsEntryBeforeLast,
    VisitsKeyReused,
    VisitsNotPositive,
    VisitsNotReversible,
)
from shopcrm.features.cards import counter, expiry, refunds, reversals
from shopcrm.features.cards.statement import Liability, liability, statement


@pytest.fixture
def salon(shop: Shop) -> Shop:
    """A shop whose customer Ana has bought ten haircuts."""
    shop.customer("Ana")
    shop.customer("Bo")
    sold(shop, "Haircut")
    return shop


def sold(shop: Shop, card: str, receipt: str = "R-1", on: str = "2026-01-05", **asked: Any) -> counter.Sold:
    with shop.writing(on) as book:
        return counter.sell(book, "Ana", card, **{"visits": 10, "price": "305", "receipt": receipt, **asked})


def used(shop: Shop, receipt: str, on: str = "2026-01-06", card: str | None = None, visits: int = 1) -> Any:
    with shop.writing(on) as book:
        return counter.use(book, "Ana", card, receipt=receipt, visits=visits)


def left(shop: Shop, on: str = "2026-02-01") -> list[tuple[str, int]]:
    with shop.reading(on) as book:
        return [(card.card, card.left) for card in statement(book, "Ana").cards]


def test_a_card_is_used_up_and_no_further(salon: Shop) -> None:
    assert used(salon, "R-2").left_visits == 9
    assert used(salon, "R-3", visits=9).left_visits == 0
    with pytest.raises(InsufficientVisits, match="C-0001 has 0 visits left"):
        used(salon, "R-4")
    with salon.reading("2026-01-06") as book:
        lines = statement(book, "Ana").items
    assert [(line.kind, line.card, line.visits, line.left) for line in lines] == [
        ("sell", "Haircut", 10, 10), ("use", "Haircut", -1, 9), ("use", "Haircut", -9, 0),
    ]  # fmt: skip
    assert salon.check()


def test_a_second_click_uses_nothing_even_when_the_card_is_empty(salon: Shop) -> None:
    assert sold(salon, "haircut", "r-1").is_repeat
    first = used(salon, "R-2", visits=10)
    again = used(salon, "r-2", visits=10)
    assert (again.entry, again.is_repeat) == (first.entry, True)
    with pytest.raises(VisitsKeyReused):
        used(salon, "R-2", visits=1)
    with pytest.raises(VisitsKeyReused):
        sold(salon, "Haircut", "R-1", visits=5)


def test_of_several_cards_one_is_named_and_what_ends_first_is_used_first(salon: Shop) -> None:
    sold(salon, "Wash", "R-2")
    with pytest.raises(CardAmbiguous, match="Haircut, Wash"):
        used(salon, "R-3")
    sold(salon, "HAIRCUT", "R-4", until=date(2026, 1, 31), visits=2)
    assert used(salon, "R-3", card="haircut").left_visits == 11
    assert left(salon, "2026-01-31") == [("Haircut", 1), ("Haircut", 10), ("Wash", 10)]


def test_a_card_ends_after_its_last_good_day_once(salon: Shop) -> None:
    sold(salon, "Wash", "R-2", until=date(2026, 1, 31))
    assert used(salon, "R-3", "2026-01-31", card="Wash").left_visits == 9
    with pytest.raises(InsufficientVisits):
        used(salon, "R-4", "2026-02-01", card="Wash")
    for on, visits in (("2026-01-31", 0), ("2026-03-01", 9), ("2026-03-02", 0)):
        with salon.writing(on) as book:
            assert expiry.expire(book).visits == visits
    with pytest.raises(VisitsNotReversible):
        reverse(salon, 4, "2026-03-02")
    assert salon.check()


def test_what_was_not_used_is_given_back_for_its_share_of_the_price(salon: Shop) -> None:
    used(salon, "R-2", visits=7)
    with salon.reading() as book:
        assert liability(book) == Liability(3, 9_150, liability(book).items)
    result = refund(salon, visits=2)
    assert (result.refund_minor, result.left_visits) == (6_100, 1)
    assert refund(salon, visits=2).is_repeat
    assert refund(salon).refund_minor == 3_050
    assert refund(salon).is_repeat
    with pytest.raises(InsufficientVisits):
        refund(salon, visits=1)


def refund(shop: Shop, **asked: Any) -> refunds.Refunded:
    with shop.writing("2026-02-01") as book:
        return refunds.refund(book, "Ana", "haircut", **asked)


def reverse(shop: Shop, entry: int, on: str = "2026-02-01", reason: str = "typed twice") -> reversals.Reversed:
    with shop.writing(on) as book:
        return reversals.reverse(book, entry, reason=reason)


def test_a_visit_goes_back_to_its_card_and_a_card_that_was_used_stays(salon: Shop) -> None:
    visit = used(salon, "R-2")
    with pytest.raises(InsufficientVisits):
        reverse(salon, 1)
    assert reverse(salon, visit.entry).left_visits == 10
    assert reverse(salon, visit.entry).is_repeat
    with pytest.raises(VisitsAlreadyReversed):
        reverse(salon, visit.entry, reason="another")
    assert used(salon, "R-2", "2026-02-01").is_repeat is False
    assert reverse(salon, 4).left_visits == 10
    assert reverse(salon, 1).left_visits == 0
    assert salon.check()


@pytest.mark.parametrize(
    "asked",
    [{"visits": 0}, {"visits": -1}, {"price": "-1"}, {"until": date(2026, 1, 4)}, {"receipt": " "}],
    ids=lambda asked: next(iter(asked)),
)
def test_a_card_that_cannot_be_is_not_sold(salon: Shop, asked: dict[str, Any]) -> None:
    with pytest.raises(VisitsNotPositive):
        sold(salon, "Wash", "R-2", **asked) if "receipt" not in asked else sold(salon, "Wash", **asked)


def test_a_visit_dated_before_the_last_entry_is_refused(salon: Shop) -> None:
    used(salon, "R-2", "2026-02-01")
    with pytest.raises(VisitsEntryBeforeLast):
        used(salon, "R-3", "2026-01-31")
