"""What a refund does to points, tier and the money handed over is said before it happens, and is what happens."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.by_hand import DAY, typed
from shop import Person, Shop, open_shop
from shopcrm.core import ledger
from shopcrm.core.book import open_book
from shopcrm.core.errors import RefundTooLarge
from shopcrm.features import sales, tiers
from shopcrm.features.points import effects
from shopcrm.jobs.refund import Refunded, refund
from soak import IS_SOAK


def given_back(shop: Shop, receipt: str = "R-7", as_of: str | None = None, **more: Any) -> Refunded:
    with shop.writing(as_of) as book:
        return refund(book, sales.Asked(receipt), **more)


def previewed(shop: Shop, receipt: str = "R-7", **more: Any) -> Refunded:
    as_of = date(2026, 6, 30)
    with open_book(shop.path, write=True, dry_run=True, as_of=as_of, by="test", command="test") as book:
        return refund(book, sales.Asked(receipt), **more)


def rows(refunded: Refunded) -> list[tuple[str, int, str, int | None]]:
    """Each entry, lot by lot: kind, points, day of the lot, what the lot holds."""
    return [(each.kind, each.points, str(each.earned_on), each.left) for each in refunded.items]


@pytest.fixture
def fang(shop: Shop) -> Person:
    """A customer with 50 points of one sale and 30 of another, neither swept yet."""
    fang = shop.customer("王芳")
    fang.bought("30.00", on="2026-01-02", number="R-6")
    fang.bought("50.00", on=DAY, number="R-7")
    return fang


# --- points -------------------------------------------------------------------------------------------------


def test_what_a_refund_takes_is_said_without_what_was_due_before(shop: Shop, fang: Person) -> None:
    answer = given_back(shop, amount="20", on=date(2026, 1, 8))

    assert (answer.returned_minor, answer.withheld_minor, answer.paid_out_minor) == (2000, 0, 2000)
    assert (answer.clawed_points, answer.returned_points, answer.owed_points, answer.waived_points) == (20, 0, 0, 0)
    assert (answer.balance_before_points, answer.points, answer.balance_points) == (80, -20, 60)
    assert [(each.kind, each.points, each.on, each.receipt) for each in answer.items] == [
        ("reverse", -20, date(2026, 1, 8), "R-7-R1")
    ]
    assert fang.statement().items == (), "facts award nothing, and what was tried is gone"


@pytest.mark.parametrize("what", [{}, {"amount": "20"}, {"lines": ["SKU-1"]}], ids=["all", "amount", "line"])
@pytest.mark.parametrize("is_swept", [False, True])
def test_what_was_said_is_what_the_sweep_posts(shop: Shop, fang: Person, what: dict[str, Any], is_swept: bool) -> None:
    if is_swept:
        shop.accrue()
    tried = previewed(shop, **what)
    done = given_back(shop, **what)
    shop.accrue()

    assert tried == done
    after = fang.statement()
    assert after.balance_points == done.balance_points
    assert sum(line.points for line in after.items if line.receipt == done.receipt) == done.points
    assert shop.accrue().entries == 0
    shop.check()


def test_two_parts_and_the_rest_take_all_points_and_no_more(shop: Shop, fang: Person) -> None:
    parts = [given_back(shop, amount="16.67"), given_back(shop, amount="16.66"), given_back(shop)]

    assert [part.net_minor for part in parts] == [-1667, -1666, -1667]
    assert sum(part.clawed_points for part in parts) == 50
    assert parts[-1].balance_points == 30


def test_a_preview_leaves_every_byte_and_no_audit(shop: Shop, fang: Person) -> None:
    before = shop.path.read_bytes()

    previewed(shop)

    assert shop.path.read_bytes() == before


def test_what_was_tried_is_not_in_the_audit_trail(shop: Shop, fang: Person) -> None:
    answer = given_back(shop)

    assert shop.rows("SELECT change FROM audit ORDER BY id DESC LIMIT 1") == [
        (f"refund R-7-R1 of 2026-06-30 added by hand, batch {answer.batch}",)
    ]


def test_a_refused_refund_leaves_nothing_behind(shop: Shop, fang: Person) -> None:
    before = shop.dump()

    with pytest.raises(RefundTooLarge):
        given_back(shop, amount="50.01")

    assert shop.dump() == before


@pytest.mark.parametrize("is_swept", [False, True])
def test_a_retry_says_what_the_first_one_did_and_changes_nothing(shop: Shop, fang: Person, is_swept: bool) -> None:
    first = given_back(shop, number="退-1", amount="20")
    if is_swept:
        shop.accrue()
    before = shop.dump()

    again = given_back(shop, as_of="2026-07-02", number="退-1", amount="20")

    assert shop.dump() == before
    assert (again.is_repeat, again.clawed_points, again.items) == (True, 20, first.items)
    assert (again.balance_points, again.paid_out_minor) == (60, 2000)


def test_a_walk_in_has_no_points_and_no_tier(shop: Shop) -> None:
    typed(shop, "R-7", "50")

    answer = given_back(shop)

    assert (answer.customer, answer.paid_out_minor, answer.items, answer.tier) == (None, 5000, (), None)
    assert shop.accrue().entries == 0


# --- points that were spent ---------------------------------------------------------------------------------


def spent(shop: Shop, fang: Person, policy: str) -> None:
    """All but 10 of 80 points are gone when the sale of 50 comes back: 100 points are worth 1.00."""
    shop.set("points.clawback", policy, as_of="2026-01-01")
    shop.accrue()
    fang.redeemed(70, "R-8", on="2026-01-06")


@pytest.mark.parametrize(
    ("policy", "clawed", "owed", "waived", "withheld_minor", "balance"),
    [("owe", 50, 40, 0, 0, -40), ("clamp", 10, 0, 40, 0, 0), ("charge", 10, 0, 40, 40, 0)],
)
def test_points_that_were_spent_are_owed_let_go_or_charged(
    shop: Shop, fang: Person, policy: str, clawed: int, owed: int, waived: int, withheld_minor: int, balance: int
) -> None:
    spent(shop, fang, policy)

    tried = previewed(shop)
    answer = given_back(shop)

    assert tried == answer
    assert (answer.clawed_points, answer.owed_points, answer.waived_points) == (clawed, owed, waived)
    assert (answer.withheld_minor, answer.paid_out_minor) == (withheld_minor, 5000 - withheld_minor)
    assert (answer.balance_before_points, answer.balance_points) == (10, balance)
    assert answer.policy == policy
    assert rows(answer)[0] == ("reverse", -10, "2026-01-05", 0)
    assert rows(answer)[1:] == ([("reverse", -40, "None", None)] if owed else [])
    shop.accrue()
    assert fang.statement().balance_points == balance
    assert given_back(shop, number=answer.receipt).waived_points == waived
    shop.check()


def test_what_an_earlier_refund_let_go_is_not_said_again(shop: Shop, fang: Person) -> None:
    spent(shop, fang, "clamp")

    found = [given_back(shop, amount=amount) for amount in ("20", "10")]

    assert [(each.clawed_points, each.waived_points) for each in found] == [(10, 10), (0, 10)]


def test_a_repeat_says_what_the_refund_did_whatever_became_of_other_sales(shop: Shop, fang: Person) -> None:
    fang.bought("31.00", on="2026-01-02", number="R-6")  # the till says by now that it was more
    shop.accrue()
    first = given_back(shop)

    again = given_back(shop, number=first.receipt)

    assert (first.clawed_points, again.clawed_points) == (50, 50)


def test_points_that_go_back_into_their_lots_are_told_with_their_old_days(shop: Shop, fang: Person) -> None:
    """A redemption is taken back as one entry: each lot it drew from is a row of its own."""
    shop.accrue()
    redeemed = fang.redeemed(40, "R-7", on="2026-01-06")
    with shop.writing() as book:
        begun = effects.mark(book, 1)
        back = ledger.Posting(
            key="returned:test", customer_id=1, kind="reverse", amount=40, on=date(2026, 6, 30), rule="points.returned",
            inputs={}, settings_version_id=1, receipt="R-7-R1", reverses_id=redeemed.entry,
        )  # fmt: skip
        ledger.post(book, back)
        now = effects.since(book, begun)

    assert (now.returned_points, now.clawed_points, now.points) == (40, 0, 40)
    assert (now.balance_before_points, now.balance_points) == (40, 80)
    lots = [(each.points, each.earned_on, each.left) for each in now.items]
    assert lots == [(30, date(2026, 1, 2), 30), (10, date(2026, 1, 5), 50)]


@pytest.mark.parametrize(
    ("expiry", "lapsed", "balance"), [("180 days", 0, 45), ("150 days", 30, 15)], ids=["good", "past"]
)
def test_points_spent_on_the_receipt_go_back_with_their_old_days(
    shop: Shop, expiry: str, lapsed: int, balance: int
) -> None:
    """Half of the goods come back on 30 June: half of the 60 points do, whose last day may have passed."""
    shop.set("points.expiry", expiry, as_of="2026-01-01")
    shop.set("points.expiry", "none", as_of="2026-01-04")
    fang = shop.customer("王芳")
    fang.bought("60.00", on="2026-01-02", number="R-6")
    shop.accrue()
    fang.bought("30.00", on=DAY, number="R-7")
    fang.redeemed(60, "R-7", on=DAY)

    tried, answer = previewed(shop, amount="15"), given_back(shop, amount="15")

    assert tried == answer
    assert (answer.clawed_points, answer.returned_points, answer.lapsed_points) == (15, 30, lapsed)
    assert (answer.balance_before_points, answer.balance_points) == (30, balance)
    last_on = date(2026, 7, 1) if expiry == "180 days" else date(2026, 6, 1)
    assert [(each.points, each.receipt, each.earned_on, each.expires_on) for each in answer.items] == [
        (-15, "R-7-R1", date(2026, 1, 5), None),
        (30, "R-7", date(2026, 1, 2), last_on),
    ]
    shop.accrue()
    assert fang.statement().balance_points == balance
    shop.check()


def test_points_that_go_back_pay_what_is_owed(shop: Shop) -> None:
    fang = shop.customer("王芳")
    fang.bought("60.00", on="2026-01-02", number="R-6")
    fang.bought("30.00", on=DAY, number="R-7")
    shop.accrue()
    fang.redeemed(40, "R-7", on=DAY)
    fang.redeemed(50, "R-8", on="2026-01-06")

    answer = given_back(shop)

    assert (answer.clawed_points, answer.returned_points, answer.owed_points) == (30, 40, 0)
    assert (answer.balance_before_points, answer.balance_points) == (0, 10)


# --- tier ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("back", "tier", "spend_minor", "short_minor"),
    [
        ("700", "gold", 230000, 70000),
        ("0.01", "gold", 299999, 1),
        ("3000", "gold", 0, 300000),
    ],
)
@pytest.mark.parametrize("is_posted", [False, True])
def test_a_tier_stays_until_the_review_and_what_is_lacking_is_said(
    boutique: Shop, back: str, tier: str, spend_minor: int, short_minor: int, is_posted: bool
) -> None:
    boutique.customer("王芳").bought("3000.00", on=DAY, number="R-7")
    if is_posted:
        boutique.assign_tiers()

    answer = given_back(boutique, amount=back)

    assert (answer.tier_before, answer.tier) == ("gold", tier)
    assert (answer.spend_before_minor, answer.spend_minor, answer.short_minor) == (300000, spend_minor, short_minor)
    boutique.assign_tiers()
    with boutique.reading() as book:
        (row,) = tiers.list_all(book).items
    assert (row.tier, row.spend_minor) == ("gold", spend_minor)


def test_a_tier_reached_on_the_day_of_the_refund_is_reached_no_more(boutique: Shop) -> None:
    boutique.customer("王芳").bought("3000.00", on="2026-06-30", number="R-7")

    answer = given_back(boutique, amount="700")

    assert (answer.tier_before, answer.tier, answer.short_minor) == ("gold", "silver", 0)


def test_a_spend_still_above_the_tier_lacks_nothing(boutique: Shop) -> None:
    boutique.customer("王芳").bought("3500.00", on=DAY, number="R-7")

    answer = given_back(boutique, amount="500")

    assert (answer.tier, answer.spend_minor, answer.short_minor) == ("gold", 300000, 0)


# --- laws ---------------------------------------------------------------------------------------------------


@pytest.mark.soak
@settings(max_examples=80 if IS_SOAK else 8, deadline=None)
@given(
    bought=st.lists(st.integers(100, 9999), min_size=1, max_size=3),
    redeemed=st.integers(0, 200),
    refunds=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9999)), min_size=1, max_size=4),
)
def test_a_preview_is_what_happens_whatever_happened_before(
    tmp_path_factory: pytest.TempPathFactory, bought: list[int], redeemed: int, refunds: list[tuple[int, int]]
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("law"), template="apparel")
    fang = shop.customer("王芳")
    sold = [fang.bought(f"{minor / 100:.2f}", on=f"2026-01-{5 + day:02}") for day, minor in enumerate(bought)]
    shop.accrue()
    if 0 < redeemed <= fang.statement().spendable_points:
        fang.redeemed(redeemed, "R-100", on="2026-02-01")
    left = list(bought)
    for number, (place, minor) in enumerate(refunds):
        place %= len(sold)
        if back := min(minor, left[place]):
            left[place] -= back
            asked = {"receipt": sold[place].receipt, "amount": f"{back / 100:.2f}", "number": f"T-{number}"}
            tried = previewed(shop, **asked)
            assert given_back(shop, **asked) == tried
            shop.accrue()
            assert fang.statement().balance_points == tried.balance_points
            assert tried.left_minor == left[place]
    shop.check()
