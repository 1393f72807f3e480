"""Whoever changes coupons in the book's file is found out: each law alone, and nothing else with it."""

import shutil
from pathlib import Path

import pytest

from features.offers_by_hand import (
    an_offer,
    broken,
    coupon_for,
    expire,
    extended,
    handed,
    issued,
    redeemed,
    restored,
    voided,
    write_terms,
)
from features.tampering import tampering
from shop import Shop, open_shop
from shopcrm.core.errors import BookUnsound

ONE = "(SELECT id FROM coupon WHERE code = '{}')"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, dict[str, str]]:
    """Coupons of which everything has become that may, and a code for each."""
    shop = open_shop(tmp_path_factory.mktemp("coupons"))
    shop.customer("Ana")
    an_offer(shop, valid_days=10, per_customer=8, issue_limit=8, budget_minor=8_000)
    an_offer(shop, "CAKE", kind="gift", item="a cake", is_bearer=True)
    coupons = {
        name: coupon_for(shop, "TEN", "Ana", as_of="2026-01-01")
        for name in ("open", "used", "back", "again", "longer", "over", "void")
    }
    coupons["cake"] = coupon_for(shop, "CAKE", as_of="2026-01-01")
    for number, name in enumerate(("used", "back", "again", "cake")):
        redeemed(shop, coupons[name], f"R-{number}", as_of="2026-01-03")
    handed(shop, coupons["cake"], "2026-01-04")
    restored(shop, coupons["back"], "2026-01-04")
    restored(shop, coupons["again"], "2026-01-04")
    redeemed(shop, coupons["again"], "R-9", as_of="2026-01-05")
    extended(shop, coupons["longer"], "2026-02-01", "2026-01-05")
    extended(shop, coupons["back"], "2026-02-01", "2026-01-05")
    voided(shop, coupons["void"], "2026-01-06")
    expire(shop, "2026-01-12")
    assert broken(shop) == []
    return shop, {name: code.replace("-", "") for name, code in coupons.items()}


@pytest.mark.parametrize(
    ("of", "damage", "finding"),
    [
        ("open", "UPDATE coupon SET status = 'issued' WHERE id = {one}", "is issued, but its last event left it exp"),
        ("used", "UPDATE coupon SET status = 'void' WHERE id = {one}", "is void, but its last event left it redeemed"),
        ("longer", "UPDATE coupon SET expires_on = '2026-03-01' WHERE id = {one}", "or another last day"),
        ("cake", "UPDATE coupon SET handed_on = NULL WHERE id = {one}", "was handed over on another day"),
        ("used", "UPDATE coupon SET handed_on = '2026-01-04' WHERE id = {one}", "was handed over on another day"),
        ("used", "DELETE FROM coupon_event WHERE coupon_id = {one}", "is redeemed, but its last event left it issued"),
        ("cake", "DELETE FROM coupon_event WHERE coupon_id = {one} AND kind = 'redeem'", "issued when handover became"),
        ("again", "UPDATE coupon_event SET 'on' = '2026-01-02' WHERE coupon_id = {one} AND receipt = 'R-9'", "before"),
        (
            "again",
            (
                "UPDATE coupon_event SET coupon_id = (SELECT max(id) FROM coupon) WHERE coupon_id = {one}"
                " AND kind = 'restore'"
            ),
            "redeemed when redeem became of it",
        ),
        (
            "again",
            (
                "UPDATE coupon_event SET reverses_id = (SELECT id FROM coupon_event WHERE receipt = 'R-0')"
                " WHERE coupon_id = {one} AND kind = 'restore'"
            ),
            "or by another's event",
        ),
        ("used", "UPDATE coupon_event SET 'on' = '2026-01-20' WHERE coupon_id = {one}", "when it was not good"),
        ("open", "UPDATE coupon SET issue_id = 1 + issue_id % 2 WHERE id = {one}", "says 1 coupons, and there are"),
        ("open", "DELETE FROM coupon WHERE code = (SELECT max(code) FROM coupon WHERE id = {one})", "there are 0"),
        ("used", "UPDATE coupon SET offer_id = 2 WHERE id = {one}", "is not what its issue and its terms say"),
        ("used", "UPDATE coupon SET terms_id = 2 WHERE id = {one}", "is not what its issue and its terms say"),
        ("used", "UPDATE coupon SET customer_id = NULL WHERE id = {one}", "is not what its issue and its terms say"),
        ("used", "UPDATE coupon SET issued_on = '2025-12-31' WHERE id = {one}", "is not what its issue"),
        ("used", "UPDATE coupon SET starts_on = '2025-12-31' WHERE id = {one}", "good on other days than its terms"),
        (
            "again",
            "UPDATE coupon_event SET expires_on = '2026-01-30' WHERE coupon_id = {one} AND receipt = 'R-2'",
            "good on other days than its terms",
        ),
        (
            "longer",
            "UPDATE coupon_event SET kind = 'redeem', status = 'redeemed', receipt = 'x' WHERE coupon_id = {one}",
            "but its last event left it redeemed",
        ),
        (
            "used",
            "UPDATE coupon_event SET discount_minor = 7001 WHERE coupon_id = {one}",
            "offer TEN gave 80.01 of discount, and may cost 80.00",
        ),
        (
            "used",
            "UPDATE offer_terms SET issue_limit = 5 WHERE id = 1 OR {one} = 0",
            "6 coupons, and its limit is 5",
        ),
        (
            "used",
            "UPDATE offer_terms SET per_customer = 5 WHERE id = 1 OR {one} = 0",
            "6 coupons, and its limit is 5",
        ),
    ],
)
def test_each_law_that_was_broken_by_hand_is_told(
    sound: tuple[Shop, dict[str, str]], tmp_path: Path, of: str, damage: str, finding: str
) -> None:
    shop, coupons = Shop(Path(shutil.copy(sound[0].path, tmp_path / "shop.db"))), sound[1]
    with tampering(shop) as connection:
        changed = connection.execute(damage.format(one=ONE.format(coupons[of]))).rowcount
        assert changed >= 1
    told = broken(shop)
    assert any(finding in sentence for sentence in told), told
    accused = {code for code in coupons.values() for each in told if f"{code[:5]}-{code[5:]}" in each}
    is_of_two = "(SELECT max(id)" in damage or "'R-0'" in damage
    assert is_of_two or accused <= {coupons[of]}, "and nothing is said of any other"
    with pytest.raises(BookUnsound):
        shop.check()


def test_the_days_of_a_coupon_of_which_nothing_has_become_are_those_of_its_terms(shop: Shop) -> None:
    an_offer(shop, is_bearer=True, valid_days=10)
    issued(shop, "TEN", bearer=3)
    shop.write("UPDATE coupon SET expires_on = '2026-12-31' WHERE id = 2")
    (told,) = broken(shop)
    assert told.endswith("is good on other days than its terms say")


def test_an_event_that_gives_another_last_day_must_say_so(shop: Shop) -> None:
    an_offer(shop, is_bearer=True, valid_days=10)
    coupon = coupon_for(shop, "TEN")
    extended(shop, coupon, "2026-07-20")
    redeemed(shop, coupon)
    with tampering(shop) as connection:
        connection.execute("UPDATE coupon_event SET expires_on = '2027-01-01' WHERE kind = 'redeem'")
        connection.execute("UPDATE coupon SET expires_on = '2027-01-01'")
    (told,) = broken(shop)
    assert told.endswith("got another last day from an event that gives none")


def test_a_limit_that_is_lowered_later_breaks_no_law(shop: Shop) -> None:
    an_offer(shop, is_bearer=True, issue_limit=3, budget_minor=3_000)
    for number, coupon in enumerate(issued(shop, "TEN", bearer=3).items):
        redeemed(shop, coupon.code, f"R-{number}")
    with shop.writing() as book:
        write_terms(book, "TEN", is_bearer=True, issue_limit=1, budget_minor=1_000)
    assert broken(shop) == []
    assert shop.check().items
