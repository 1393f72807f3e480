"""What sales earn is what the rules of their day say, worked out here sale by sale with a pencil."""

import json
import shutil
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop import Shop, open_shop
from shopcrm.features.customers.merging import merge
from shopcrm.sheets.records import Line, Receipt
from soak import IS_SOAK

PEOPLE = {"Ana": 5, "Ana too": 6, "Bo": None, "Cy": 6}  # with the month of their birth; Ana too is Ana
FIRST, TURN, LAST = date(2026, 4, 20), date(2026, 5, 20), date(2026, 6, 20)
TIERS = ((Fraction(100_000), "silver", Fraction(5, 4)), (Fraction(300_000), "gold", Fraction(2)))
DELIVERY = "delivery"
# Rates that end, that do not, and one finer than a database can multiply by.
RATES = ("1", "1/10", "0.37", "3/7", "1.00000000000000000001")


@dataclass(frozen=True)
class Rules:
    """What was in force from a day on."""

    rate: str
    earns_tax: bool
    excludes: bool
    pending_days: int


@dataclass(frozen=True)
class Sold:
    """A receipt: what was bought, what of it is delivery, the tax in it."""

    name: str
    on: date
    goods: int
    delivery: int
    tax: int


rules = st.builds(Rules, st.sampled_from(RATES), st.booleans(), st.booleans(), st.sampled_from((0, 14)))
amounts = st.one_of(st.integers(1, 120), st.integers(1, 150_000), st.sampled_from((100_000, 99_999, 200_000)))
sales = st.lists(
    st.builds(
        Sold, st.sampled_from(sorted(PEOPLE)), st.dates(FIRST, LAST), amounts, st.sampled_from((0, 0, 800)),
        st.sampled_from((0, 0, 37)),
    ),
    min_size=1, max_size=14,
)  # fmt: skip


@cache
def _pattern() -> Path:
    shop = open_shop(Path(mkdtemp(prefix="shopcrm-")), template="apparel")
    for name, month in PEOPLE.items():
        shop.customer(name)
        if month:
            shop.write(f"UPDATE customer SET birth_month = {month}, birth_day = 9 WHERE name = '{name}'")  # noqa: S608 - names from above
    for key, text in {
        "tiers.silver.multiplier": "1.25", "tiers.black.from": "1000000",
        "promotions.weekend.multiplier": "2", "promotions.weekend.weekdays": "sat, sun",
        "promotions.birthday.multiplier": "3", "promotions.birthday.birthday_month": "yes",
        "promotions.birthday.from": "2026-05-10", "promotions.may.multiplier": "2.5",
        "promotions.may.from": "2026-05-30", "promotions.may.to": "2026-05-31",
    }.items():  # fmt: skip
        shop.set(key, text, as_of="2020-01-01")
    return shop.path


def _points(sold: Sold, first: Rules, later: Rules, born: int | None, spent_before: int) -> tuple[int, int]:
    """(what of it earns, its points)."""
    now = later if sold.on >= TURN else first
    base = sold.goods + sold.delivery * (not now.excludes) - sold.tax * (not now.earns_tax)
    tier = max((multiplier for least, _name, multiplier in TIERS if spent_before >= least), default=Fraction(1))
    best = [Fraction(1)]
    if sold.on.weekday() >= 5:
        best.append(Fraction(2))
    if sold.on >= date(2026, 5, 10) and born == sold.on.month:
        best.append(Fraction(3))
    if date(2026, 5, 30) <= sold.on <= date(2026, 5, 31):
        best.append(Fraction(5, 2))
    return base, max(0, base * Fraction(now.rate) * tier * max(best) // 100)


def _expected(sold: Sequence[Sold], first: Rules, later: Rules, is_merged: bool) -> Iterator[tuple[int, int]]:
    people = {name: "Ana" if is_merged and name == "Ana too" else name for name in PEOPLE}
    days: defaultdict[str, list[tuple[date, int]]] = defaultdict(list)
    for each in sold:
        days[people[each.name]].append((each.on, each.goods + each.delivery))
    for own in days.values():
        own.sort()
    for each in sold:
        who = people[each.name]
        before = bisect_left(days[who], (each.on, 0))
        yield _points(each, first, later, PEOPLE[who], sum(minor for _on, minor in days[who][:before]))


@settings(
    max_examples=400 if IS_SOAK else 40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # fmt: skip
@given(sales, rules, rules, st.booleans(), st.lists(st.dates(FIRST, LAST), max_size=2))
def test_every_sale_earns_by_the_rules_of_its_day(
    sold: list[Sold], first: Rules, later: Rules, is_merged: bool, nights: list[date]
) -> None:
    """By rate, tier, promotion, what is excluded and tax; whatever night it is done, and on two cards as on one."""
    with TemporaryDirectory() as folder:
        shop = Shop(Path(shutil.copy(_pattern(), Path(folder) / "shop.db")))
        for since, rule in (("2020-01-01", first), (str(TURN), later)):
            shop.set("points.rate", rule.rate, as_of=since)
            shop.set("points.earns_tax", "yes" if rule.earns_tax else "no", as_of=since)
            shop.set("points.excluded", DELIVERY if rule.excludes else "nothing at all", as_of=since)
            shop.set("points.pending_days", str(rule.pending_days), as_of=since)
        shop.take_in([_receipt(shop, each) for each in sold])
        if is_merged:
            with shop.writing() as book:
                merge(book, "C-0001", "C-0002")
        for night in (*sorted(nights), None):
            shop.accrue(as_of=str(night) if night else None)
        found = {
            receipt: (points, json.loads(inputs), on, available_on)
            for receipt, points, inputs, on, available_on in shop.rows(
                'SELECT receipt, e.points, inputs, "on", available_on FROM points_entry e'
                " JOIN points_lot l ON l.entry_id = e.id"
            )
        }
        expected = list(_expected(sold, first, later, is_merged))
        assert {receipt: said[0] for receipt, said in found.items()} == {
            f"R-{number}": points for number, (_base, points) in enumerate(expected, 1) if points
        }
        for number, (each, (base, _points_of_it)) in enumerate(zip(sold, expected, strict=True), 1):
            if f"R-{number}" in found:
                _, said, on, available_on = found[f"R-{number}"]
                now = later if each.on >= TURN else first
                assert said["net_minor"] == each.goods + each.delivery
                assert said.get("base_minor", said["net_minor"]) == base
                assert (on, available_on) == (str(each.on), str(each.on + timedelta(now.pending_days)))
        shop.check()


def _receipt(shop: Shop, sold: Sold) -> Receipt:
    minor = sold.goods + sold.delivery
    lines: tuple[Line, ...] = (Line("SKU-1", "Silk dress", "Dresses", 1000, sold.goods),)
    if sold.delivery:
        lines += (Line(None, "courier", DELIVERY, 1000, sold.delivery),)
    receipt = shop.receipt(f"{minor / 100:.2f}", str(sold.on), name=sold.name)
    return receipt._replace(net_minor=minor, lines=lines, tax_minor=sold.tax)
