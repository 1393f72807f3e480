"""Coupons among several processes: each is redeemed once, a key issues once, limits hold, also when one is killed."""

import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from features.coupons_process import __file__ as program_file
from features.offers_by_hand import an_offer, broken, expire, issued
from features.test_points_processes import at_once, let_begin, process
from shop import Shop
from soak import IS_SOAK

COUPONS = 1_000 if IS_SOAK else 60
MANY = 5_000
KILLS = 8 if IS_SOAK else 2
PROGRAM = Path(program_file)


@pytest.mark.soak
@pytest.mark.parametrize("tills", [2, 8])
def test_coupons_that_two_tills_try_are_redeemed_once_each(shop: Shop, tills: int) -> None:
    an_offer(shop, is_bearer=True)
    every = [each.code for each in issued(shop, "TEN", bearer=COUPONS).items]
    pairs = [shop.path.with_name(f"codes-{pair}.txt") for pair in range(tills // 2)]
    for pair, codes in enumerate(pairs):
        codes.write_text("\n".join(every[pair :: len(pairs)]))

    trying = [("redeem", f"T{till}", str(pairs[till % len(pairs)])) for till in range(tills)]
    said = at_once(shop, *trying, program=PROGRAM)

    words = Counter(word for each in said for word in each)
    assert words == {"ok": COUPONS, "coupon_redeemed": COUPONS}, "nobody is told that the book is busy"
    redemptions = shop.rows("SELECT coupon_id, count(*) FROM coupon_event WHERE kind = 'redeem' GROUP BY coupon_id")
    assert redemptions == [(coupon, 1) for coupon in range(1, COUPONS + 1)]
    if IS_SOAK:  # one till may be through with a few before the other was given the processor
        assert max(each.count("ok") for each in said) < COUPONS, "they were at it at the same time"
    assert broken(shop) == []


@pytest.mark.soak
def test_processes_that_issue_under_one_key_issue_once(shop: Shop) -> None:
    an_offer(shop, is_bearer=True)
    times = 50 if IS_SOAK else 5

    said = at_once(shop, *[("issue", str(times), "spring", "20")] * 4, program=PROGRAM)

    assert Counter(word for each in said for word in each) == {"ok": 1, "again": 4 * times - 1}
    assert shop.rows("SELECT count(*), count(DISTINCT issue_id) FROM coupon") == [(20, 1)]
    assert broken(shop) == []


@pytest.mark.soak
@pytest.mark.parametrize("terms", [{"issue_limit": 25}, {"budget_minor": 25_999}], ids=["limit", "budget"])
def test_processes_that_issue_at_once_keep_to_the_limit(shop: Shop, terms: dict[str, Any]) -> None:
    an_offer(shop, is_bearer=True, **terms)

    said = at_once(shop, *[("issue", "10", "-", "3")] * 3, program=PROGRAM)

    words = Counter(word for each in said for word in each)
    assert words.pop("ok") == 8
    assert set(words) == {"limit_reached" if "issue_limit" in terms else "budget_exhausted"}
    assert shop.rows("SELECT count(*) FROM coupon") == [(24,)]
    assert broken(shop) == []


@pytest.mark.soak
@pytest.mark.parametrize("attempt", range(KILLS))
@pytest.mark.parametrize("what", ["give", "expire"])
def test_what_is_killed_leaves_nothing_or_all_and_doing_it_again_makes_it_right(
    shop: Shop, what: str, attempt: int
) -> None:
    an_offer(shop, is_bearer=True, valid_days=3)
    if what == "expire":
        issued(shop, "TEN", bearer=MANY, as_of="2026-01-01")
    size = shop.path.stat().st_size
    with process(shop, what, *([str(MANY)] if what == "give" else []), program=PROGRAM) as running:
        let_begin(running)
        if attempt % 2:  # once the file is half rewritten
            while shop.path.stat().st_size == size and running.poll() is None:
                time.sleep(0.001)
        else:
            time.sleep(0.3 * random.Random(attempt).random())
        running.send_signal(signal.SIGKILL)
        running.wait(10)

    assert broken(shop) == []
    counts = "SELECT (SELECT count(*) FROM coupon), (SELECT count(*) FROM coupon_event), (SELECT count(*) FROM audit)"
    before = shop.rows(counts)
    assert before[0][:2] in {(0, 0), (MANY, 0), (MANY, MANY)}
    if what == "give":
        assert issued(shop, "TEN", bearer=MANY, key="spring").issued == MANY
        assert shop.rows("SELECT count(*), count(DISTINCT code) FROM coupon") == [(MANY, MANY)]
    else:
        assert expire(shop) == MANY - before[0][1]
        ends = (
            'SELECT coupon.status, "on", count(*) FROM coupon JOIN coupon_event ON coupon_id = coupon.id GROUP BY 1, 2'
        )
        assert shop.rows(ends) == [("expired", "2026-01-05", MANY)]
    assert broken(shop) == []
    assert shop.check().items
