"""What other rules would have come to: those in force give what the sweep gave, and nothing is changed by asking."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.postings import posting
from shop import Shop, open_shop
from shopcrm.core import ledger
from shopcrm.core.errors import SettingNotTried, SettingRefused, SettingUnknown
from shopcrm.core.points_rules import NEVER, Expiry, PointsRules, PromotionRule
from shopcrm.core.settings import TierRule
from shopcrm.features.points.simulating import Side, Simulated, simulate
from shopcrm.features.points.simulation import (
    Given,
    Outcome,
    Programme,
    Receipt,
    Spent,
    base_minor,
    replay,
    share_of,
)
from shopcrm.features.points.statement import statement
from soak import IS_SOAK

NEW_YEAR, AS_OF = date(2026, 1, 1), date(2026, 6, 30)


def rules(**changed: Any) -> PointsRules:
    """A point a yuan, worth a fen; every change named."""
    plain: dict[str, Any] = {
        "rate": Fraction(1), "value_points": 100, "value_minor": 100, "minimum_points": 0, "step_points": 1,
        "expiry": NEVER,
    }  # fmt: skip
    return PointsRules(**plain | changed)


def sold(number: int, yuan: int, day: int, **more: Any) -> Receipt:
    return Receipt(number, 1, NEW_YEAR + timedelta(day), None, False, yuan * 100, yuan * 100, **more)


def returned(number: int, yuan: int, day: int, of: int | None = None, **more: Any) -> Receipt:
    return Receipt(number, 1, NEW_YEAR + timedelta(day), of, True, -yuan * 100, -yuan * 100, **more)


def spent(points: int, day: int, kind: str = "redeem") -> Spent:
    return Spent(1, NEW_YEAR + timedelta(day), points, kind)


def came_to(
    *events: Receipt | Spent | Given,
    extra: tuple[PromotionRule, ...] = (),
    tiers: tuple[TierRule, ...] = (),
    as_of: date = AS_OF,
    **changed: Any,
) -> Outcome:
    """The outcome of these events, in the order of their days."""
    receipts = [event for event in events if isinstance(event, Receipt)]
    debits = [event for event in events if isinstance(event, Spent)]
    credits_ = [event for event in events if isinstance(event, Given)]
    return replay(receipts, credits_, debits, Programme(rules(**changed), extra, tiers, 2), as_of)


def sums(outcome: Outcome) -> tuple[int, int, int, int, int, int]:
    """(earned, taken back, redeemed, not redeemed, expired, outstanding)."""
    return (
        outcome.earned_points, outcome.taken_back_points, outcome.redeemed_points, outcome.unredeemed_points,
        outcome.expired_points, outcome.outstanding_points,
    )  # fmt: skip


GOLD = (TierRule("gold", 10000, Fraction(2), ()),)
MAY = PromotionRule("may", Fraction(3), date(2026, 1, 6), date(2026, 1, 7), frozenset(), False)
BIRTHDAY = PromotionRule("birthday", Fraction(5), None, None, frozenset(), True)


@pytest.mark.parametrize(
    ("events", "changed", "expected"),
    [
        ((sold(1, 100, 0),), {"rate": Fraction(1, 3)}, (33, 0, 0, 0, 0, 33)),
        # The day that reaches a tier does not multiply itself; the next does.
        ((sold(1, 100, 0), sold(2, 10, 0), sold(3, 10, 1)), {"tiers": GOLD}, (130, 0, 0, 0, 0, 130)),
        ((sold(1, 99, 0), sold(2, 10, 1)), {"tiers": GOLD}, (109, 0, 0, 0, 0, 109)),
        ((sold(1, 10, 4), sold(2, 10, 5), sold(3, 10, 6), sold(4, 10, 7)), {"extra": (MAY,)}, (80, 0, 0, 0, 0, 80)),
        # The best of several counts.
        ((sold(1, 10, 5, birth_month=1), sold(2, 10, 5)), {"extra": (MAY, BIRTHDAY)}, (80, 0, 0, 0, 0, 80)),
        ((sold(1, 100, 0), spent(100, 6)), {"pending_days": 7}, (100, 0, 0, 100, 0, 100)),
        ((sold(1, 100, 0), spent(100, 7)), {"pending_days": 7}, (100, 0, 100, 0, 0, 0)),
        ((sold(1, 100, 0), spent(60, 10)), {"expiry": Expiry("day", 10)}, (100, 0, 60, 0, 40, 0)),
        ((sold(1, 100, 0), spent(60, 11)), {"expiry": Expiry("day", 10)}, (100, 0, 0, 60, 100, 0)),
        ((sold(1, 100, 0), spent(70, 1)), {"minimum_points": 80}, (100, 0, 0, 70, 0, 100)),
        ((sold(1, 100, 0), spent(70, 1)), {"step_points": 50}, (100, 0, 50, 20, 0, 50)),
        ((sold(1, 100, 0), spent(70, 1, "donate")), {"minimum_points": 80}, (100, 0, 70, 0, 0, 30)),
        ((sold(1, 100, 0), returned(2, 33, 1, 1), returned(3, 67, 2, 1)), {}, (100, 100, 0, 0, 0, 0)),
        ((sold(1, 100, 0), returned(2, 60, 1, 1), returned(3, 60, 2, 1)), {}, (100, 100, 0, 0, 0, 0)),
        ((sold(1, 10, 0), returned(2, 60, 1)), {}, (10, 10, 0, 0, 0, 0)),
        ((sold(1, 100, 0), spent(80, 1), returned(2, 100, 2, 1)), {}, (100, 100, 80, 0, 0, -80)),
        ((sold(1, 100, 0), spent(80, 1), returned(2, 100, 2, 1)), {"clawback": "clamp"}, (100, 20, 80, 0, 0, 0)),
        # What is owed is paid by what comes next.
        ((sold(1, 100, 0), spent(80, 1), returned(2, 100, 2, 1), sold(3, 90, 3), spent(11, 4)), {},
         (190, 100, 90, 1, 0, 0)),
        # On its own day a sale can be redeemed, before its refund takes it back.
        ((returned(2, 100, 0, 1), spent(100, 0), sold(1, 100, 0)), {}, (100, 100, 100, 0, 0, -100)),
        # A refund takes what its own sale brought, the points that last longer stay.
        ((sold(1, 50, 0), sold(2, 50, 3), returned(3, 50, 4, 2)), {"expiry": Expiry("day", 10)},
         (100, 50, 0, 0, 50, 0)),
    ],
)  # fmt: skip
def test_what_rules_come_to(events: tuple[Any, ...], changed: dict[str, Any], expected: tuple[int, ...]) -> None:
    outcome = came_to(*events, **changed)

    assert sums(outcome) == expected
    assert outcome.value_minor == expected[-1]


def test_what_came_otherwise_keeps_its_days_unless_it_was_granted() -> None:
    last = NEW_YEAR + timedelta(5)
    by_hand = Given(1, NEW_YEAR, 10, NEW_YEAR, last)
    granted = Given(1, NEW_YEAR, 20, NEW_YEAR, None, is_by_rules=True)

    outcome = came_to(by_hand, granted, expiry=Expiry("day", 180), as_of=NEW_YEAR + timedelta(6))

    assert (outcome.other_points, outcome.expired_points, outcome.outstanding_points) == (30, 10, 20)
    assert came_to(granted, expiry=Expiry("day", 180), as_of=NEW_YEAR + timedelta(181)).expired_points == 20


def test_a_covered_sale_earns_nothing_and_its_refund_takes_what_it_brought_to_the_opening() -> None:
    opening = Given(1, NEW_YEAR + timedelta(9), 500, NEW_YEAR + timedelta(9), None, is_opening=True)

    outcome = came_to(sold(1, 100, 0, is_covered=True), opening, returned(2, 40, 20, 1))

    assert sums(outcome) == (0, 40, 0, 0, 0, 460)
    assert came_to(opening, returned(2, 40, 20)).taken_back_points == 40, "a refund of no sale takes from it as well"


def test_what_a_refund_is_charged_for_is_no_cost() -> None:
    outcome = came_to(sold(1, 100, 0), spent(80, 1), returned(2, 100, 2, 1), clawback="charge")

    assert (outcome.cost_minor, outcome.outstanding_points, outcome.taken_back_points) == (0, 0, 20)


@pytest.mark.parametrize(
    ("net", "excluded", "tax", "earns_tax", "base"),
    [
        (30000, 0, 0, False, 30000),
        (30000, 2000, 0, False, 28000),
        (30000, 0, 2700, True, 30000),
        (30000, 0, 2700, False, 27300),
        (30000, 10000, 2700, False, 18200),
        (-30000, -10000, -2700, False, -18200),
        (1000, 5000, 0, False, 0),
        (0, 0, 10, False, 0),
    ],
)
def test_what_of_a_receipt_earns(net: int, excluded: int, tax: int, earns_tax: bool, base: int) -> None:
    assert base_minor(net, excluded, tax, rules(earns_tax=earns_tax)) == base


def test_a_refund_without_lines_gives_back_its_part_of_what_earned() -> None:
    assert share_of(-15000, 30000, 28000) == -14000
    assert share_of(-30000, 30000, 28000) == -28000


# --- over a book ------------------------------------------------------------------------------------------------------


def tried(shop: Shop, as_of: str | None = None, **asked: str) -> Simulated:
    with shop.reading(as_of) as book:
        return simulate(book, {key.replace("__", "."): value for key, value in asked.items()})


def of(found: Simulated, side: str) -> Side:
    (one,) = [item for item in found.items if item.side == side]
    return one


@pytest.fixture
def lived_in(boutique: Shop) -> Shop:
    ana = boutique.customer("Ana")
    ana.bought("3000.00", on="2026-01-05")
    back = ana.bought("500.00", on="2026-02-05")
    boutique.accrue()
    ana.redeemed(1000, "R-1", on="2026-03-01")
    ana.returned("100.00", on="2026-03-02", of=back)
    ana.adjusted(30)
    boutique.accrue()
    return boutique


def test_both_sides_and_their_difference(lived_in: Shop) -> None:
    found = tried(lived_in, points__rate="1/10", points__value="100 points = 20.00")

    now, then, change = (of(found, side) for side in ("in force", "proposed", "difference"))
    assert (now.earned_points, now.taken_back_points, now.redeemed_points) == (4000, 200, 1000)
    assert (now.outstanding_points, now.value_minor, now.cost_minor) == (2830, 28300, 10000)
    assert (then.earned_points, then.taken_back_points, then.redeemed_points) == (400, 20, 400)
    assert (then.unredeemed_points, found.unredeemed_points) == (600, 600)
    # Spent to the last; the refund takes 20 of them, which the points given by hand pay.
    assert (then.outstanding_points, then.value_minor, then.cost_minor) == (10, 200, 8000)
    assert (change.earned_points, change.unredeemed_points, change.value_minor) == (-3600, 600, -28100)
    assert (found.receipts, found.customers, found.value_change_minor, found.cost_change_minor) == (3, 1, -28100, -2000)


def test_asking_changes_nothing(lived_in: Shop) -> None:
    before, content = lived_in.dump(), lived_in.path.read_bytes()
    tried(lived_in, points__rate="5", points__expiry="30 days")

    assert (lived_in.dump(), lived_in.path.read_bytes()) == (before, content)


def test_lines_that_are_excluded_earn_nothing_however_they_are_spelled(lived_in: Shop) -> None:
    found = tried(lived_in, points__excluded="dresses")

    assert of(found, "proposed").earned_points == 0
    assert of(tried(lived_in, points__excluded="shoes"), "proposed").earned_points == 4000


@pytest.mark.parametrize(
    ("key", "value", "earned"),
    [
        ("tiers.gold.multiplier", "1", 3500),
        ("tiers.gold.from", "3000.01", 3500),
        ("tiers.order", "silver", 3500),
        ("promotions.new.multiplier", "2", 8000),
        ("points.rate", "2", 8000),
    ],
)
def test_whatever_earns_can_be_tried(lived_in: Shop, key: str, value: str, earned: int) -> None:
    assert of(tried(lived_in, **{key: value}), "proposed").earned_points == earned


@pytest.mark.parametrize(
    ("key", "value", "refusal"),
    [
        ("points.rat", "2", SettingUnknown),
        ("points.rate", "much", SettingRefused),
        ("tiers.silver.from", "9000", SettingRefused),  # must stay below gold
        ("shop.name", "Lan", SettingNotTried),
        ("points.max_share", "50 %", SettingNotTried),
        ("winback.lapsed_by", "3", SettingNotTried),
    ],
)
def test_what_could_not_be_set_or_moves_no_points_is_refused(
    lived_in: Shop, key: str, value: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        tried(lived_in, **{key: value})


def test_a_redemption_that_was_returned_was_none(lived_in: Shop) -> None:
    ((entry,),) = lived_in.rows("SELECT id FROM points_entry WHERE kind = 'redeem'")
    with lived_in.writing() as book:
        ledger.post(book, posting("back", 400, "2026-06-30", kind="reverse", reverses_id=entry))

    assert of(tried(lived_in, points__rate="1"), "in force").redeemed_points == 600


def test_only_what_happened_by_the_day_is_replayed(lived_in: Shop) -> None:
    found = of(tried(lived_in, "2026-02-28", points__rate="2"), "in force")

    assert (found.earned_points, found.redeemed_points, found.other_points) == (4000, 0, 0)


DAY = st.integers(0, 9)
FACTS = st.lists(
    st.tuples(DAY, st.sampled_from(["sale", "redeem", "refund"]), st.integers(1, 30000), st.none() | st.integers(0, 5)),
    min_size=1,
    max_size=10,
)


def _in_a_day(fact: tuple[int, str, int, int | None]) -> tuple[int, bool, bool, bool]:
    """Sales, what is redeemed, refunds, and last those of no sale: what is settled before it is known differs."""
    after, kind, _, gives_back = fact
    return after, kind == "refund" and gives_back is None, kind == "refund", kind == "redeem"


@pytest.mark.soak
@settings(max_examples=60 if IS_SOAK else 6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(facts=FACTS)
@example(facts=[(0, "sale", 20000, None), (1, "sale", 10000, None), (2, "refund", 30000, 1), (2, "refund", 500, None)])
def test_the_rules_in_force_come_to_what_the_sweep_posted(
    tmp_path_factory: pytest.TempPathFactory, facts: list[tuple[int, str, int, int | None]]
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("shop"), template="apparel")
    for key, value in {"tiers.silver.from": "100.00", "tiers.gold.from": "200.00", "points.pending_days": "0"}.items():
        shop.set(key, value, as_of="2020-01-01")
    ana = shop.customer("Ana")
    sales: list[str] = []
    for number, (after, kind, minor, gives_back) in enumerate(sorted(facts, key=_in_a_day)):
        day = str(NEW_YEAR + timedelta(after))
        if kind == "redeem":
            with shop.reading(day) as book:
                spendable = statement(book, "Ana").spendable_points
            if spendable:
                ana.redeemed(min(spendable, minor), f"P-{number}", on=day)
            continue
        of_receipt = sales[gives_back % len(sales)] if kind == "refund" and sales and gives_back is not None else None
        amount = f"{minor / 100 if kind == 'sale' else -minor / 100:.2f}"
        receipt = shop.receipt(amount, day, name="Ana", of=of_receipt)
        sales += [receipt.receipt] if kind == "sale" else []
        shop.take_in([receipt])
        shop.accrue(day)

    found = of(tried(shop, points__rate="1"), "in force")

    with shop.reading() as book:
        posted = statement(book, "Ana").items
        assert found.outstanding_points == ledger.outstanding_points(book)
    by_kind = {kind: sum(line.points for line in posted if line.kind == kind) for kind in ("earn", "reverse", "redeem")}
    assert (found.earned_points, -found.taken_back_points) == (by_kind["earn"], by_kind["reverse"])
    assert (-found.redeemed_points, found.unredeemed_points) == (by_kind["redeem"], 0)


PLAIN = st.lists(
    st.one_of(
        st.builds(sold, st.integers(1, 4), st.integers(1, 300), st.integers(0, 60)),
        st.builds(returned, st.integers(5, 8), st.integers(1, 300), st.integers(60, 90), st.none() | st.integers(1, 4)),
        st.builds(spent, st.integers(1, 300), st.integers(0, 90), st.sampled_from(["redeem", "donate", "adjust"])),
    ),
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(
    events=PLAIN,
    expiry=st.sampled_from([NEVER, Expiry("day", 20), Expiry("month_end", 1)]),
    pending=st.integers(0, 40),
    clawback=st.sampled_from(["owe", "clamp", "charge"]),
)
def test_what_came_and_went_is_what_is_outstanding(
    events: list[Receipt | Spent], expiry: Expiry, pending: int, clawback: str
) -> None:
    unique = {event.id if isinstance(event, Receipt) else id(event): event for event in events}
    found = came_to(*unique.values(), expiry=expiry, pending_days=pending, clawback=clawback)

    came = found.earned_points + found.other_points
    went = found.taken_back_points + found.redeemed_points + found.expired_points
    assert came - went == found.outstanding_points
    assert found.pending_points <= max(0, found.outstanding_points)
    assert clawback == "owe" or found.outstanding_points >= 0
    asked = sum(event.points for event in unique.values() if isinstance(event, Spent) and event.kind != "adjust")
    assert found.redeemed_points + found.unredeemed_points == asked
