"""What came of an offer: refunds taken off, restored redemptions left out, each store by itself, any day."""

from collections import Counter
from dataclasses import astuple, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.test_offers import added, issued
from shop import Shop, open_shop
from shopcrm.core import coupons
from shopcrm.core.book import Book
from shopcrm.core.coupons import Redemption
from shopcrm.features.offers import results
from shopcrm.features.offers.counting import tally_all


def redeemed(shop: Shop, code: str, receipt: str, on: str, *, off: int = 2000, store: str = "main") -> int:
    with shop.writing(on) as book:
        held = coupons.find_coupon(book, code)
        return coupons.redeem(book, Redemption(held, store, receipt, off, 10000, {}))


def restored(shop: Shop, code: str, event_id: int, on: str) -> None:
    with shop.writing(on) as book:
        held = coupons.find_coupon(book, code)
        coupons.restore(book, held, on=date.fromisoformat(on), expires_on=held.expires_on, reverses_id=event_id)


def came_of(shop: Shop, on: str | None = None, code: str = "SPRING20") -> results.Results:
    with shop.reading(on) as book:
        return results.results(book, code)


def test_nothing_came_of_an_offer_without_coupons(shop: Shop) -> None:
    added(shop)
    found = came_of(shop)
    assert (found.issued, found.redemption_rate, found.revenue_minor, found.stores) == (0, None, 0, ())


def test_revenue_is_what_was_paid_on_its_receipts_less_what_came_back(shop: Shop) -> None:
    ana = shop.customer("Ana")
    added(shop, last_on="2026-06-25")
    codes = issued(shop, "SPRING20", *[1] * 6)
    sold = ana.bought("180.00", on="2026-06-05", number="R-1")
    ana.bought("250.00", on="2026-06-07", number="R-2")  # no coupon on it
    for code, receipt, on in zip(codes, ("R-1", "R-1", "R-404"), ("2026-06-05",) * 3, strict=False):
        redeemed(shop, code, receipt, on)
    ana.returned("30.00", on="2026-06-15", of=sold)
    ana.bought("99.00", on="2026-06-16", number="R-1")  # the till began again
    with shop.writing("2026-06-10") as book:
        coupons.change(book, coupons.find_coupon(book, codes[3]), "void")

    found = came_of(shop)
    assert (found.issued, found.redeemed, found.expired, found.void, found.open) == (6, 3, 2, 1, 0)
    assert (str(found.redemption_rate), found.discount_minor) == ("3/5", 6000)
    assert (found.receipts, found.receipts_missing, found.revenue_minor) == (2, 1, 15000)
    before = came_of(shop, "2026-06-09")
    assert (before.issued, before.redeemed, before.expired, before.void, before.open) == (6, 3, 0, 0, 3)
    assert before.revenue_minor == 18000
    assert came_of(shop, "2026-06-04").receipts == 0


def test_a_restored_redemption_does_not_count_from_the_day_it_was_taken_back(shop: Shop) -> None:
    shop.customer("Ana").bought("180.00", on="2026-06-05", number="R-1")
    added(shop)
    (code,) = issued(shop, "SPRING20", 1)
    restored(shop, code, redeemed(shop, code, "R-1", "2026-06-05"), "2026-06-08")

    after, before = came_of(shop), came_of(shop, "2026-06-07")
    assert (after.redeemed, after.open, after.discount_minor, after.receipts, after.revenue_minor) == (0, 1, 0, 0, 0)
    assert (before.redeemed, before.open, before.discount_minor, before.revenue_minor) == (1, 0, 2000, 18000)
    redeemed(shop, code, "R-9", "2026-06-09", off=1500)
    again = came_of(shop)
    assert (again.redeemed, again.discount_minor, again.receipts, again.receipts_missing) == (1, 1500, 1, 1)
    assert shop.check()


def test_each_store_has_a_row_of_its_own(shop: Shop) -> None:
    ana = shop.customer("Ana")
    receipt = ana.shop.receipt("100.00", "2026-06-05", name="Ana", number="r-7")
    shop.take_in([receipt, receipt._replace(store="airport", net_minor=20000, lines=())])
    added(shop)
    one, two = issued(shop, "SPRING20", 1, 1)
    redeemed(shop, one, "R-7", "2026-06-05")
    redeemed(shop, two, "R-7", "2026-06-05", store="airport", off=500)

    found = came_of(shop)
    assert [astuple(item) for item in found.stores] == [
        ("airport", 1, 500, 1, 0, 20000),
        ("main", 1, 2000, 1, 0, 10000),
    ]
    assert (found.receipts, found.revenue_minor) == (2, 30000)


def test_a_withdrawn_sale_is_not_in_the_book(shop: Shop) -> None:
    shop.customer("Ana").bought("180.00", on="2026-06-05", number="R-1")
    added(shop)
    (code,) = issued(shop, "SPRING20", 1)
    redeemed(shop, code, "R-1", "2026-06-05")
    shop.write("UPDATE sale SET withdrawn = 'hand'")

    assert (came_of(shop).receipts_missing, came_of(shop).revenue_minor) == (1, 0)


def test_other_offers_are_left_out(shop: Shop) -> None:
    shop.customer("Ana").bought("180.00", on="2026-06-05", number="R-1")
    added(shop)
    added(shop, "OTHER")
    (code,) = issued(shop, "OTHER", 1)
    redeemed(shop, code, "R-1", "2026-06-05")

    assert came_of(shop).receipts == 0
    assert came_of(shop, code="OTHER").revenue_minor == 18000


@pytest.fixture(scope="module")
def issuing(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop whose offer has four coupons out, good until the middle of the month."""
    shop = open_shop(tmp_path_factory.mktemp("issuing"))
    shop.customer("Ana")
    added(shop, last_on="2026-06-15")
    issued(shop, "SPRING20", 1, 1, on="2026-06-01")
    issued(shop, "SPRING20", 1, 1, on="2026-06-03", key="K2")
    return shop


MOVES = st.tuples(st.integers(0, 3), st.sampled_from(["redeem", "restore", "void", "extend"]), st.integers(3, 28))


@settings(max_examples=30, deadline=None)
@given(st.lists(MOVES, max_size=12).map(lambda moves: sorted(moves, key=lambda move: move[2])))
def test_the_counts_of_any_day_are_those_of_its_coupons_one_by_one(
    issuing: Shop, moves: list[tuple[int, str, int]]
) -> None:
    """They are counted in groups, so that a hundred thousand take no longer than ten; both ways must agree."""
    with issuing.writing("2026-06-28") as book, book.tried():
        codes = [each.code for each in coupons.coupons_of(book)]
        for place, kind, day in moves:
            move(at(book, day), codes[place], kind)
        for day in range(1, 29):
            that_day = at(book, day)
            one_by_one = Counter(each.status for each in coupons.coupons_of(that_day))
            (counted,) = tally_all(that_day).values()
            assert counted.by_status == one_by_one


def at(book: Book, day: int) -> Book:
    """The same book on another day."""
    return replace(book, asked_as_of=date(2026, 6, day))


def move(book: Book, code: str, kind: str) -> None:
    """Does it to the coupon, where it stands so that this may be."""
    held = coupons.find_coupon(book, code)
    if kind == "redeem" and held.status == "issued":
        coupons.redeem(book, Redemption(held, "main", "R-1", 100, 900, {}))
    elif kind == "restore" and held.status in {"redeemed", "void"}:
        coupons.restore(book, held, on=book.as_of, expires_on=date(2026, 6, 15), reverses_id=None)
    elif kind == "void" and held.status == "issued":
        coupons.change(book, held, "void")
    elif kind == "extend" and held.status == "issued":
        coupons.change(book, held, "extend", expires_on=date(2026, 6, 20))
