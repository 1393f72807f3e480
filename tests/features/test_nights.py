"""Five missed nights equal five nights: sweeps run every night or once leave the same book, whatever happened."""

import os
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from shop import Shop, open_shop
from shopcrm.sheets.records import Receipt

IS_SOAK = bool(os.environ.get("SHOPCRM_SOAK"))
COUNT, LONGEST = (150, 10) if IS_SOAK else (4, 6)
# Making a counterexample small takes minutes here; the soak does it.
PHASES = tuple(Phase) if IS_SOAK else (Phase.explicit, Phase.reuse, Phase.generate)
FIRST = date(2026, 6, 1)
TIERS = {"tiers.silver.from": "100.00", "tiers.gold.from": "200.00", "tiers.black.from": "400.00"}


class Event(NamedTuple):
    """What happened at the till: who bought for how much, or what was given back of an earlier receipt."""

    day: int
    who: str | None
    minor: int
    gives_back: int | None  # which of the receipts so far; None where the slip does not say


EVENTS = st.lists(
    st.builds(
        Event,
        day=st.integers(0, 9),
        who=st.sampled_from(["Ana", "Bo", None]),
        minor=st.integers(-20000, 30000).filter(bool),
        gives_back=st.none() | st.integers(0, 9),
    ),
    min_size=1,
    max_size=LONGEST,
)


@pytest.mark.soak
@settings(max_examples=COUNT, deadline=None, phases=PHASES)
@given(events=EVENTS, change=st.none() | st.integers(0, 9))
def test_nights_missed_and_nights_kept_leave_the_same_book(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event], change: int | None
) -> None:
    nightly, late, at_once = (_shop(tmp_path_factory, change) for _ in range(3))
    facts = _receipts(nightly, events)
    days = sorted({receipt.on for receipt in facts})
    for day in days:
        today = [receipt for receipt in facts if receipt.on == day]
        nightly.take_in(today)
        _sweep(nightly, day.isoformat())
        late.take_in(today)
    _sweep(late, days[-1].isoformat())
    at_once.take_in(facts)
    for day in days:
        _sweep(at_once, day.isoformat())

    assert late.dump() == nightly.dump()
    assert at_once.dump() == nightly.dump()
    assert nightly.check().items


@pytest.mark.soak
@settings(max_examples=COUNT, deadline=None, phases=PHASES)
@given(events=EVENTS, order=st.permutations(["tiers", "points", "segments"]))
def test_the_order_of_the_sweeps_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event], order: list[str]
) -> None:
    usual, other = (_shop(tmp_path_factory, None) for _ in range(2))
    facts = _receipts(usual, events)
    for shop in (usual, other):
        shop.take_in(facts)
    _sweep(usual, "2026-06-30")
    sweeps = {"tiers": other.assign_tiers, "points": other.accrue, "segments": other.refresh_segments}
    for name in order:
        sweeps[name]("2026-06-30")
    other.refresh_tags("2026-06-30")  # which asks for what the others left

    assert other.dump() == usual.dump()


def test_five_missed_nights_equal_five_nights_at_the_counter_of_a_boutique(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A gold customer's doubled points, a refund of them, and new rules halfway, by hand."""
    nightly, late = (_shop(tmp_path_factory, 2) for _ in range(2))
    events = [Event(day, "Ana", 10000, None) for day in range(5)] + [Event(4, "Ana", -10000, 2)]
    facts = _receipts(nightly, events)
    for day in range(5):
        today = [receipt for receipt in facts if receipt.on == FIRST + timedelta(day)]
        nightly.take_in(today)
        late.take_in(today)
        _sweep(nightly, (FIRST + timedelta(day)).isoformat())
    _sweep(late, "2026-06-05")

    assert late.dump() == nightly.dump()
    # 100 twice at the rate of 1; gold since the second day: 100 thrice at the new rate of 3 and doubled, one given back
    assert late.rows("SELECT sum(points) FROM points_entry") == [(100 + 100 + 2 * 600,)]


def _shop(factory: pytest.TempPathFactory, change: int | None) -> Shop:
    shop = open_shop(factory.mktemp("shop"), template="apparel")
    for key, value in TIERS.items():
        shop.set(key, value, as_of="2026-01-01")
    shop.set("tags.comes often.where", "visits in last 3 days >= 2 and tier is known", as_of="2026-01-01")
    if change is not None:
        shop.set("points.rate", "3", as_of=(FIRST + timedelta(change)).isoformat())
    for name in ("Ana", "Bo"):
        shop.customer(name)
    return shop


def _receipts(shop: Shop, events: list[Event]) -> list[Receipt]:
    facts: list[Receipt] = []
    for event in sorted(events, key=lambda event: event.day):
        sales = [receipt for receipt in facts if receipt.kind == "sale"]
        given_back = sales[event.gives_back % len(sales)].receipt if event.gives_back is not None and sales else None
        on = (FIRST + timedelta(event.day)).isoformat()
        facts.append(shop.receipt(f"{event.minor / 100:.2f}", on, name=event.who, of=given_back))
    return [fact if fact.kind == "refund" else fact._replace(refund_of=None) for fact in facts]


def _sweep(shop: Shop, as_of: str) -> None:
    shop.assign_tiers(as_of)
    shop.accrue(as_of)
    shop.refresh_segments(as_of)
    shop.refresh_tags(as_of)
