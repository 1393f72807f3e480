"""What coupons take off: whatever is on the receipt and however they are stacked, every line of it adds up."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from features.offers_by_hand import an_offer, checked, coupon_for
from shop import open_shop
from shopcrm.core.coupons import Terms
from shopcrm.features.coupons.arithmetic import Basket, Line, stack

SKUS, CATEGORIES = ("A-1", "A-2", "B-1"), ("tea", "cups")


def terms(offer: str = "X", **said: Any) -> Terms:
    values: dict[str, Any] = dict.fromkeys(Terms._fields)
    values |= {"id": 1, "offer_id": 1, "version": 1, "name": offer, "kind": "amount", "is_bearer": True}
    values |= dict.fromkeys(("categories", "skus", "tiers", "segments"), ())
    return Terms(**values | {"offer": offer, "combines": frozenset(), "is_birthday_month": False} | said)


line = st.builds(
    lambda sku, category, milli, minor: (sku, category, milli, minor),
    st.sampled_from([None, *SKUS]),
    st.sampled_from([None, *CATEGORIES]),
    st.sampled_from([0, 1, 500, 999, 1_000, 1_500, 2_000, 3_000, 12_345]),
    st.integers(0, 50_000),
)


@st.composite
def some_terms(draw: st.DrawFn) -> Terms:
    kind = draw(st.sampled_from(["amount", "percent", "exchange", "gift"]))
    said: dict[str, Any] = {"kind": kind}
    if kind in ("amount", "exchange"):
        said["value_minor"] = draw(st.integers(0, 30_000))
    if kind == "percent":
        said["off_rate"] = Fraction(draw(st.integers(1, 100)), 100)
    if kind == "gift":
        said["item"] = "a cake"
    else:
        said["max_discount_minor"] = draw(st.none() | st.integers(0, 20_000))
    said["skus"] = tuple(draw(st.lists(st.sampled_from(SKUS), max_size=2, unique=True)))
    said["categories"] = tuple(draw(st.lists(st.sampled_from(CATEGORIES), max_size=1)))
    return terms(draw(st.sampled_from("UVWXYZ")), **said)


# Two versions of one offer, for goods of which the one leaves less to the other.
TWINS = [terms(version=1, value_minor=400, skus=("A-1",)), terms(version=2, value_minor=400, skus=("A-1", "A-2"))]


def basket(lines: list[tuple[str | None, str | None, int, int]], rest: int) -> Basket:
    return Basket(sum(each[3] for each in lines) + rest, [Line(*each) for each in lines])


stacks = st.lists(some_terms(), min_size=1, max_size=5).map(
    lambda some: [each._replace(version=number) for number, each in enumerate(some)]
)


@given(st.lists(line, max_size=6), st.integers(0, 9_000), stacks, st.data())
@example([("A-1", "tea", 1_000, 500), ("A-2", "cups", 1_000, 300)], 0, TWINS, None)
def test_every_stack_on_every_basket_adds_up(
    lines: list[tuple[str | None, str | None, int, int]], rest: int, stacked: list[Terms], data: st.DataObject | None
) -> None:
    on = basket(lines, rest)
    total, left = on.total_minor, on.total_minor

    steps = stack(on, stacked)

    assert sorted(step.place for step in steps) == list(range(len(stacked)))
    for step in steps:
        own = stacked[step.place]
        assert 0 <= step.discount_minor <= step.covered_minor <= left
        assert step.discount_minor <= (own.max_discount_minor if own.max_discount_minor is not None else total)
        assert step.left_minor == left - step.discount_minor >= 0, "each line of it follows from the one before"
        left = step.left_minor
        if own.kind == "percent":
            part = (own.off_rate or 0) * step.covered_minor
            assert step.discount_minor <= part
            assert step.discount_minor > part - 1 or step.discount_minor == own.max_discount_minor
        elif own.kind == "amount":
            asked = min(own.value_minor or 0, total if own.max_discount_minor is None else own.max_discount_minor)
            assert step.discount_minor == min(own.value_minor or 0, step.covered_minor, asked)
            assert step.discount_minor + step.unused_minor <= (own.value_minor or 0)
        elif own.kind == "gift":
            assert step.discount_minor == 0
    assert left == on.left_minor == total - sum(step.discount_minor for step in steps)
    assert all(each.left_minor >= 0 for each in [*(on.lines or ()), on.rest])
    assert sum(each.left_minor for each in [*(on.lines or ()), on.rest]) == left

    other = data.draw(st.permutations(range(len(stacked)))) if data else range(len(stacked))[::-1]
    again = stack(basket(lines, rest), [stacked[place] for place in other])
    took = [(stacked[step.place], step.covered_minor, step.discount_minor, step.left_minor) for step in steps]
    took_again = [(stacked[other[step.place]], *step[1:3], step.left_minor) for step in again]
    assert took_again == took, "the order in which they are named does not matter"


CUPS: list[tuple[str | None, str | None, int, int]] = [
    ("A-1", "cups", 2_000, 8_000),
    ("A-2", "cups", 1_000, 3_000),
    ("B-1", "tea", 500, 9_000),
]


@pytest.mark.parametrize(
    ("stacked", "steps"),
    [
        # covered, taken off, unused, left of 210.00
        ([terms(value_minor=2_000)], [(21_000, 2_000, 0, 19_000)]),
        ([terms(value_minor=30_000)], [(21_000, 21_000, 9_000, 0)]),
        ([terms(value_minor=30_000, max_discount_minor=500)], [(21_000, 500, 0, 20_500)]),
        ([terms(kind="percent", off_rate=Fraction(1, 3))], [(21_000, 7_000, 0, 14_000)]),
        ([terms(kind="percent", off_rate=Fraction(1, 8), skus=("a-1",))], [(8_000, 1_000, 0, 20_000)]),
        ([terms(kind="percent", off_rate=Fraction(1, 9), categories=("TEA",))], [(9_000, 1_000, 0, 20_000)]),
        ([terms(kind="percent", off_rate=Fraction(1, 7))], [(21_000, 3_000, 0, 18_000)]),
        # the dearest pieces first, two of one line and then the next; half a one is none
        ([terms(kind="exchange", value_minor=100)], [(8_000, 3_900, 0, 17_100)]),
        (
            [terms(kind="exchange", value_minor=100)] * 4,
            [(8_000, 3_900, 0, 17_100), (4_100, 3_900, 0, 13_200), (3_000, 2_900, 0, 10_300), (0, 0, 0, 10_300)],
        ),
        ([terms(kind="exchange", value_minor=100, categories=("tea",))], [(0, 0, 0, 21_000)]),
        ([terms(kind="exchange", value_minor=9_999)], [(8_000, 0, 0, 21_000)]),
        # a piece, then a part of what is left, then an amount, however they are named
        (
            [terms("C", value_minor=1_000), terms("A", kind="exchange", value_minor=0),
             terms("B", kind="percent", off_rate=Fraction(1, 2))],
            [(8_000, 4_000, 0, 17_000), (17_000, 8_500, 0, 8_500), (8_500, 1_000, 0, 7_500)],
        ),
        # goods of its own first, then everything
        (
            [terms("ALL", value_minor=20_000), terms("CUPS", value_minor=10_000, categories=("cups",))],
            [(11_000, 10_000, 0, 11_000), (11_000, 11_000, 9_000, 0)],
        ),
    ],
)  # fmt: skip
def test_what_a_basket_of_cups_and_tea_comes_to(stacked: list[Terms], steps: list[tuple[int, ...]]) -> None:
    on = basket(CUPS, 1_000)
    assert on.total_minor == 21_000
    assert [step[1:] for step in stack(on, stacked)] == steps


@pytest.mark.parametrize(
    ("currency", "total", "off", "arithmetic"),
    [
        ("JPY", "1050", 7, ["1,050  total", "− 350  THIRD: 33.3333 % off", "− 7  TEN: 7 off", "= 693  to pay"]),
        (
            "KWD", "10.501", 1_500,
            ["10.501  total", "− 3.500  THIRD: 33.3333 % off", "− 1.500  TEN: 1.500 off", "= 5.501  to pay"],
        ),
        (
            "CNY", "100.01", 1_000,
            ["100.01  total", "− 33.33  THIRD: 33.3333 % off", "− 10.00  TEN: 10.00 off", "= 56.68  to pay"],
        ),
    ],
)  # fmt: skip
def test_every_currency_is_reckoned_in_its_own_parts(
    tmp_path: Path, currency: str, total: str, off: int, arithmetic: list[str]
) -> None:
    shop = open_shop(tmp_path, currency=currency)
    both: dict[str, Any] = {"combines": ["order"], "is_bearer": True}
    an_offer(shop, value_minor=off, **both)
    an_offer(shop, "THIRD", kind="percent", off_rate="1/3", **both)
    codes = [coupon_for(shop, "TEN"), coupon_for(shop, "THIRD")]

    said, _ = checked(shop, codes, total)

    assert list(said.arithmetic) == arithmetic
    assert (
        said.total_minor - said.discount_minor == said.payable_minor == int(arithmetic[-1].split()[1].replace(".", ""))
    )
