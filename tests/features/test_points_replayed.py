"""A statement of a past day is the one that was shown on that day, whatever has happened since."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from shop import Shop, open_shop
from shopcrm.core.book import open_book
from shopcrm.core.errors import ShopError
from shopcrm.features.points import counter, expiry, grants, reversals, transfers
from shopcrm.features.points.liability import Liability, liability
from shopcrm.features.points.statement import Statement, statement
from shopcrm.sheets.records import Receipt
from soak import IS_SOAK

COUNT, LONGEST = (60, 16) if IS_SOAK else (4, 12)
# Making a counterexample small takes minutes here; the soak does it.
PHASES = tuple(Phase) if IS_SOAK else (Phase.explicit, Phase.reuse, Phase.generate)
FIRST, DAYS = date(2026, 6, 1), 7
WHO = ("Ana", "Bo")
RULES = [("rate", "2"), ("value", "100 points = 3.00"), ("expiry", "1 day"), ("expiry", "none"), ("pending_days", "0")]


class Event(NamedTuple):
    """What happened on a day, to whom; `number` is of points or yuan, or says which receipt, entry or rule."""

    day: int
    kind: str
    who: str
    number: int


KINDS = ["buy", "buy", "give back", "redeem", "redeem", "adjust", "grant", "transfer", "reverse", "new rule"]
EVENTS = st.lists(
    st.builds(Event, st.integers(0, DAYS - 1), st.sampled_from(KINDS), st.sampled_from(WHO), st.integers(1, 60)),
    min_size=3,
    max_size=LONGEST,
)
Shown = tuple[tuple[Statement, ...], Liability]


@pytest.mark.soak
@settings(max_examples=COUNT, deadline=None, phases=PHASES)
@given(events=EVENTS, missed=st.sets(st.integers(0, DAYS - 1)))
@example(  # points that are pending, spent, given back and ended, each on another day
    events=[
        Event(0, "buy", "Ana", 60), Event(1, "redeem", "Ana", 20), Event(2, "reverse", "Ana", 1),
        Event(3, "transfer", "Ana", 30), Event(4, "new rule", "Ana", 1), Event(5, "give back", "Ana", 0),
    ],
    missed={4},
)  # fmt: skip
def test_a_past_day_reads_as_it_was_shown_on_that_day(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event], missed: set[int]
) -> None:
    shop = _shop(tmp_path_factory)
    bought: list[Receipt] = []
    shown: list[Shown] = []
    for number in range(DAYS):
        day = FIRST + timedelta(number)
        for event in (each for each in events if each.day == number):
            _happens(shop, event, str(day), bought)
        shop.accrue(str(day))
        if number not in missed:
            with shop.writing(str(day)) as book:
                expiry.expire(book)
        shown.append(_shown(shop, day, None))

    with shop.writing(str(FIRST + timedelta(DAYS))) as book:
        expiry.expire(book)
    for number, (statements, owed) in enumerate(shown):
        day = FIRST + timedelta(number)
        again, owed_again = _shown(shop, FIRST + timedelta(400), day)
        # What ended in a night that was missed is posted later: the entry is new then, and no number is.
        parts: dict[str, Any] = {"items": (), "lots": ()} if number in missed else {}
        assert [replace(each, **parts) for each in again] == [replace(each, **parts) for each in statements], day
        assert (owed_again.outstanding_points, owed_again.value_minor) == (owed.outstanding_points, owed.value_minor)
    assert shop.check().items


def _shop(factory: pytest.TempPathFactory) -> Shop:
    shop = open_shop(factory.mktemp("shop"))
    for name, value in (("expiry", "2 days"), ("pending_days", "1")):
        shop.set(f"points.{name}", value, as_of="2026-01-01")
    for who in WHO:
        shop.customer(who)
    return shop


def _shown(shop: Shop, today: date, as_of: date | None) -> Shown:
    """Everyone's statement and what is owed, at noon of a day in Shanghai."""
    noon = datetime(today.year, today.month, today.day, 4, tzinfo=UTC)
    with open_book(shop.path, as_of=as_of, now=noon) as book:
        return tuple(statement(book, who) for who in WHO), liability(book)


def _happens(shop: Shop, event: Event, day: str, bought: list[Receipt]) -> None:
    person, (_, kind, who, number) = shop.customer(event.who), event
    if kind == "buy":
        bought.append(person.bought(str(number), on=day))
    elif kind == "give back":
        own = [receipt for receipt in bought if receipt.member_no == f"M-{who}"]
        if own:
            receipt = own[number % len(own)]
            person.returned(str(receipt.net_minor / 100), on=day, of=receipt)
    elif kind == "new rule":
        name, value = RULES[number % len(RULES)]
        shop.set(f"points.{name}", value, as_of=day)
    else:
        _moves(shop, event, day, bought)


def _moves(shop: Shop, event: Event, day: str, bought: list[Receipt]) -> None:
    _, kind, who, number = event
    other = WHO[1 - WHO.index(who)]
    today = [receipt.receipt for receipt in bought if str(receipt.on) == day]
    try:
        with shop.writing(day) as book:
            if kind == "redeem":
                counter.redeem(book, who, points=number, receipt=today[-1] if today else f"T-{number}")
            elif kind == "adjust":
                counter.adjust(book, who, points=number if number % 3 else -number, reason="test")
            elif kind == "grant":
                grants.grant(book, who, "review")
            elif kind == "transfer":
                transfers.transfer(book, who, other, points=number)
            else:
                lines = statement(book, who).items
                reversals.reverse(book, lines[number % len(lines)].entry if lines else 0, reason="test")
    except ShopError:
        pass  # what is refused has not happened
