"""A reversal of what a sale took: points go back into the lots they were drawn from, with their old dates."""

import pytest

from core.postings import posting
from shop import Shop
from shopcrm.core import ledger
from shopcrm.core.errors import InsufficientPoints
from shopcrm.core.schema.points import points_draw

REFUND = 2  # the second receipt, which takes points


@pytest.fixture
def counter(shop: Shop) -> Shop:
    """A customer with two lots, 100 until March and 50 for ever, and a receipt that may take from them."""
    ana = shop.customer("Ana")
    ana.bought("10", on="2026-01-01")
    ana.returned("1", on="2026-01-20")
    post(shop, posting("a", 100, "2026-01-01", expires_on="2026-03-31"), posting("b", 50, "2026-01-02"))
    return shop


def post(shop: Shop, *asked: ledger.Posting) -> None:
    with shop.writing() as book:
        ledger.post_many(book, asked)
        assert list(ledger.broken_laws(book)) == []


def take(points: int, key: str = "taken") -> ledger.Posting:
    return posting(key, -points, "2026-01-20", kind="reverse", sale_id=REFUND)


def give_back(points: int, key: str = "back", sale_id: int | None = REFUND) -> ledger.Posting:
    return posting(key, points, "2026-01-20", kind="reverse", sale_id=sale_id)


def lots(shop: Shop, as_of: str = "2026-02-01") -> list[tuple[int, int]]:
    """(came with, left) of every open lot, in the order they are spent."""
    with shop.reading(as_of) as book:
        return [(lot.amount, lot.left) for lot in ledger.open_lots(book, 1)]


def balance(shop: Shop, as_of: str) -> int:
    with shop.reading(as_of) as book:
        return ledger.balance(book, 1).balance_points


@pytest.mark.parametrize(
    ("taken", "given", "left"),
    [
        (120, 120, [(100, 100), (50, 50)]),
        (120, 20, [(50, 50)]),  # what was drawn last goes back first
        (120, 60, [(100, 40), (50, 50)]),
        (30, 30, [(100, 100), (50, 50)]),
        (101, 101, [(100, 100), (50, 50)]),
    ],
)
def test_points_go_back_where_they_came_from(
    counter: Shop, taken: int, given: int, left: list[tuple[int, int]]
) -> None:
    post(counter, take(taken))
    post(counter, give_back(given))

    assert lots(counter) == left


def test_what_was_drawn_last_goes_back_first_though_its_lot_came_first(counter: Shop) -> None:
    """A sale that comes in late opens a late lot of early days; what goes back must not fall into it and be lost."""
    post(counter, posting("late", 30, "2025-12-15", expires_on="2026-01-25"))
    post(counter, take(150))
    post(counter, give_back(20))

    assert lots(counter) == [(50, 50)]


def test_what_was_never_drawn_comes_as_a_lot_of_its_own(counter: Shop) -> None:
    post(counter, take(30))
    post(counter, give_back(40))

    assert lots(counter) == [(100, 100), (50, 50), (10, 10)]


def test_a_debt_is_paid_before_anything_goes_back(counter: Shop) -> None:
    post(counter, take(200))
    assert lots(counter) == []

    post(counter, give_back(120))

    assert balance(counter, "2026-02-01") == 70
    assert sum(left for _, left in lots(counter)) == 70


def test_points_that_went_back_are_lost_on_their_old_last_day(counter: Shop) -> None:
    post(counter, take(100))
    post(counter, give_back(100))

    assert (balance(counter, "2026-03-31"), balance(counter, "2026-04-01")) == (150, 50)


def test_points_go_back_only_once(counter: Shop) -> None:
    post(counter, take(30))
    post(counter, give_back(30))
    post(counter, take(30, "again"))
    post(counter, give_back(30, "back again"))

    assert lots(counter) == [(100, 100), (50, 50)]
    with counter.reading() as book:
        assert sorted(book.connection.scalars(points_draw.select().with_only_columns(points_draw.c.points))) == [
            -30,
            -30,
            30,
            30,
        ]


def test_what_was_spent_goes_back_bit_by_bit_each_into_what_is_still_missing(counter: Shop) -> None:
    post(counter, posting("spent", -120, "2026-01-20"))
    spent = 3  # after the two that earned

    for number, (points, left) in enumerate(
        [(15, [(50, 45)]), (15, [(100, 10), (50, 50)]), (89, [(100, 99), (50, 50)]), (1, [(100, 100), (50, 50)])]
    ):
        post(counter, posting(f"back:{number}", points, "2026-01-20", kind="reverse", reverses_id=spent))
        assert lots(counter) == left


def test_a_reversal_without_a_sale_opens_a_lot(counter: Shop) -> None:
    post(counter, take(30))
    post(counter, give_back(30, sale_id=None))

    assert lots(counter) == [(100, 70), (50, 50), (30, 30)]


@pytest.mark.parametrize("is_one_sweep", [False, True], ids=["one by one", "in one sweep"])
def test_what_several_reversals_left_owing_is_paid_as_one_sum(shop: Shop, is_one_sweep: bool) -> None:
    shop.customer("Ana")
    asked = [
        posting("earned", 10, "2026-01-01"),
        posting("back", -30, "2026-01-02", kind="reverse"),
        posting("back too", -30, "2026-01-03", kind="reverse"),
        posting("next", 60, "2026-01-04"),
        posting("after", 5, "2026-01-05"),
    ]
    for sweep in [asked] if is_one_sweep else [[one] for one in asked]:
        post(shop, *sweep)
    assert (balance(shop, "2026-01-05"), lots(shop, "2026-01-05")) == (15, [(60, 10), (5, 5)])


def test_what_goes_back_twice_in_one_sweep_goes_into_what_is_still_missing(counter: Shop) -> None:
    post(counter, take(120))
    post(counter, give_back(20, "some"), give_back(20, "more"))

    assert lots(counter) == [(100, 20), (50, 50)]


@pytest.mark.parametrize(("before", "given"), [(0, 120), (20, 30)])
def test_what_went_back_can_be_spent_in_the_same_sweep_and_no_more(counter: Shop, before: int, given: int) -> None:
    post(counter, take(150))
    if before:
        post(counter, give_back(before, "before"))
    with pytest.raises(InsufficientPoints):
        post(counter, give_back(given), posting("too much", -before - given - 1, "2026-01-20"))
    assert lots(counter) == ([(50, before)] if before else [])

    post(counter, give_back(given), posting("spent", -before - given, "2026-01-20"))

    assert lots(counter) == []


def test_what_goes_back_adds_to_what_its_lot_still_holds(counter: Shop) -> None:
    post(counter, take(30))
    post(counter, give_back(30), posting("spent", -150, "2026-01-20"))

    assert lots(counter) == []


def test_what_came_on_the_day_of_a_reversal_is_taken_in_its_turn(counter: Shop) -> None:
    post(counter, posting("c", 10, "2026-01-20", expires_on="2026-02-25"))
    post(counter, take(30))

    assert lots(counter) == [(100, 80), (50, 50)]
