"""What refunds take back is what the rules say, worked out here refund by refund with a pencil."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.postings import posting
from shop import Shop, open_shop
from shopcrm.core import ledger
from shopcrm.features.points.arithmetic import Inputs, calculation
from shopcrm.features.points.sharing import clawback_key
from shopcrm.sheets.records import Line, Receipt
from soak import IS_SOAK

FIRST, TURN, LAST = date(2026, 4, 1), date(2026, 5, 1), date(2026, 5, 25)


@dataclass(frozen=True)
class Back:
    """Part of a sale that comes back: so many quarters of the goods and of the delivery, so many days later."""

    goods: int
    delivery: int
    days: int
    has_lines: bool
    is_revised: bool  # it was known before its sale was


@dataclass(frozen=True)
class Sold:
    """A receipt, and what came back of it."""

    name: str
    on: date
    goods: int
    delivery: int
    tax: int
    back: tuple[Back, ...]

    def in_order(self) -> list[Back]:
        """What came back by its day; of one day, what was known first."""
        return sorted(self.back, key=lambda each: (each.days, not each.is_revised))


@dataclass(frozen=True)
class Rules:
    """What holds throughout."""

    rate: str
    earns_tax: bool
    excludes: bool
    lasts: str


quarters = st.sampled_from((0, 1, 2, 4))
backs = st.builds(Back, quarters, quarters, st.integers(0, 30), st.booleans(), st.booleans())
sold_ones = st.builds(
    Sold, st.sampled_from(("Ana", "Bo")), st.dates(FIRST, LAST), st.sampled_from((1, 99, 10_000, 29_950)),
    st.sampled_from((0, 0, 800)), st.sampled_from((0, 0, 37)), st.lists(backs, max_size=3).map(tuple),
)  # fmt: skip
RULES = st.builds(
    Rules, st.sampled_from(("1", "1/10", "3/7")), st.booleans(), st.booleans(), st.sampled_from(("none", "10 days"))
)


@cache
def _pattern() -> Path:
    shop = open_shop(Path(mkdtemp(prefix="shopcrm-")))
    for name in ("Ana", "Bo"):
        shop.customer(name)
    return shop.path


def _minor(part: int, whole: int) -> int:
    return whole * part // 4


def _taken(sold: Sold, rules: Rules) -> Iterator[tuple[int, int, int]]:
    """(points that the sale earns, or that a refund takes; what was paid; what stays), the sale first."""
    net = sold.goods + sold.delivery
    earning = sold.goods + sold.delivery * (not rules.excludes)
    base = earning - sold.tax * (not rules.earns_tax)
    earned = max(0, base * Fraction(rules.rate) // 100)
    yield earned, net, earned
    stays, paid_back, share = earned, 0, Fraction(0)
    for back in sold.in_order():
        goods, delivery = _minor(back.goods, sold.goods), _minor(back.delivery, sold.delivery)
        paid_back += goods + delivery
        if back.has_lines and rules.excludes:
            share += Fraction(goods, earning)
        else:
            share += Fraction(goods + delivery, net)
        left = 0 if paid_back >= net or base <= 0 else earned * max(Fraction(0), 1 - share) // 1
        # What has ended by then, unspent, is there no more to be taken.
        has_ended = rules.lasts == "10 days" and back.days > 10
        yield 0 if has_ended else min(stays, left) - stays, -goods - delivery, min(stays, left)
        stays = min(stays, left)


# Their amounts are all of the sale, their parts of what earned are not; and the other way round.
ALL_OF_IT = Sold("Ana", FIRST, 10_000, 800, 0, (Back(4, 0, 1, False, False), Back(0, 4, 2, True, False)))
MORE_THAN_EARNED = Sold("Ana", FIRST, 10_000, 800, 0, (Back(0, 2, 1, False, False), Back(4, 0, 2, True, False)))
NO_DELIVERY = Rules("1", True, True, "none")


@settings(max_examples=400 if IS_SOAK else 40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(sold_ones, min_size=1, max_size=5), RULES, st.lists(st.dates(FIRST, LAST), max_size=2))
@example([ALL_OF_IT], NO_DELIVERY, [])
@example([MORE_THAN_EARNED], NO_DELIVERY, [])
def test_every_refund_takes_its_part_of_what_the_sale_earned(
    bought: list[Sold], rules: Rules, nights: list[date]
) -> None:
    """By lines or by amount, what is excluded and tax; the last one takes the rest; whatever night it is done."""
    with TemporaryDirectory() as folder:
        shop = Shop(Path(shutil.copy(_pattern(), Path(folder) / "shop.db")))
        for key, text in {
            "points.rate": rules.rate, "points.earns_tax": "yes" if rules.earns_tax else "no",
            "points.excluded": "delivery" if rules.excludes else "nothing at all", "points.expiry": rules.lasts,
        }.items():  # fmt: skip
            shop.set(key, text, as_of="2020-01-01")
        shop.set("points.pending_days", "14", as_of=str(TURN))
        receipts = list(_receipts(shop, bought))
        shop.take_in([receipt for receipt, is_early in receipts if is_early])
        shop.take_in([receipt for receipt, is_early in receipts if not is_early])
        for night in (*sorted(nights), None):
            shop.accrue(as_of=str(night) if night else None)

        expected = [each for sold in bought for each in _taken(sold, rules)]
        found = dict(shop.rows("SELECT receipt, sum(points) FROM points_entry GROUP BY receipt"))
        assert found == {
            receipt.receipt: points for (receipt, _), (points, _, _) in zip(receipts, expected, strict=True) if points
        }
        by_receipt = dict(shop.rows("SELECT receipt, inputs FROM points_entry WHERE kind = 'earn'"))
        for text, receipt, on, since in shop.rows(_SAID):
            inputs, place = json.loads(text), [each.receipt for each, _ in receipts].index(receipt)
            assert inputs["net_minor"] == expected[place][1]
            if "sale_minor" in inputs:
                sold = next(each for each, _ in receipts if each.receipt == receipts[place][0].refund_of)
                earned = json.loads(by_receipt[sold.receipt])
                assert inputs["sale_minor"] == sold.net_minor
                assert inputs.get("sale_base_minor", sold.net_minor) == earned.get("base_minor", sold.net_minor)
                said = next(calculation(Inputs(inputs, {}, "CNY", 2), expected[place][0], 0))
                assert f"= {expected[place][2]:,} point" in said  # stay
            assert since == (str(TURN) if on >= str(TURN) else "2020-01-01")
        shop.check()


_SAID = """
    SELECT inputs, receipt, "on", effective_on FROM points_entry
    JOIN settings_version ON settings_version.id = settings_version_id
"""


def test_a_refund_that_somebody_dated_before_its_sale_takes_from_that_sale(shop: Shop) -> None:
    ana = shop.customer("Ana")
    ana.returned("40.00", on="2026-03-12", of=ana.bought("100.00", on="2026-03-10"))
    shop.write("UPDATE sale SET \"on\" = '2026-03-01' WHERE kind = 'refund'")
    shop.accrue()
    assert [(line.points, line.balance) for line in ana.statement().items] == [(-40, -40), (100, 60)]


def test_a_refund_that_took_its_part_before_the_sale_was_posted_counts_with_the_next_one(shop: Shop) -> None:
    """As where the sale had been covered by an opening that was taken back."""
    ana = shop.customer("Ana")
    sold = ana.bought("10.00", on="2026-03-10")
    ana.returned("3.33", on="2026-03-11", of=sold)
    ((refund_id, revision),) = shop.rows("SELECT id, revision FROM sale WHERE kind = 'refund'")
    with shop.writing() as book:
        ledger.post(book, posting("opening", 50, "2026-03-01"))
        key = clawback_key(refund_id, revision, 1)
        taken = posting(key, -4, "2026-03-11", kind="reverse", sale_id=refund_id, sale_revision=revision)
        ledger.post(book, taken)
    ana.returned("3.33", on="2026-03-12", of=sold)

    shop.accrue()

    assert [line.points for line in ana.statement().items] == [50, 10, -4, -3]  # 10 → 6 → 3
    shop.check()


def _receipts(shop: Shop, bought: Sequence[Sold]) -> Iterator[tuple[Receipt, bool]]:
    """Every receipt, and whether it comes in a sheet before the others; a sale, then its refunds by their days."""
    for sold in bought:
        receipt = _receipt(shop, sold.name, sold.on, sold.goods, sold.delivery, None)
        yield receipt._replace(tax_minor=sold.tax), False
        for back in sold.in_order():
            on, goods = sold.on + timedelta(back.days), -_minor(back.goods, sold.goods)
            given_back = _receipt(shop, sold.name, on, goods, -_minor(back.delivery, sold.delivery), receipt.receipt)
            yield given_back._replace(lines=given_back.lines if back.has_lines else ()), back.is_revised


def _receipt(shop: Shop, name: str, on: date, goods: int, delivery: int, of: str | None) -> Receipt:
    lines: tuple[Line, ...] = (Line("SKU-1", "Silk dress", "Dresses", 1000, goods),)
    if delivery:
        lines += (Line(None, "courier", "delivery", 1000, delivery),)
    receipt = shop.receipt("-1.00" if of else "1.00", str(on), name=name, of=of)
    return receipt._replace(net_minor=goods + delivery, lines=lines)
