"""The same refund typed twice: nothing is given back twice where nobody meant it."""

from datetime import date
from typing import Any

import pytest

from features.by_hand import typed, withdrawn
from features.test_sales_refunds import DRESSES, given_back
from shop import Shop
from shopcrm.core.errors import RefundStands, RefundTooLarge


@pytest.mark.parametrize(
    "what", [{"lines": ["Scarf|1"]}, {"amount": "20"}, {"amount": "20", "on": date(2026, 6, 1)}],
    ids=["line", "amount", "another day"],
)  # fmt: skip
def test_the_same_again_on_one_day_without_a_number_gives_nothing_back(shop: Shop, what: dict[str, Any]) -> None:
    """Three scarfs for 10.00: each gives back other cents, and is the same to who types it."""
    typed(shop, "R-7", on="2026-05-01", lines=DRESSES)
    given_back(shop, lines=["丝绸连衣裙|1"])
    first = given_back(shop, **what)
    given_back(shop, amount="1.00")  # whatever else came back since
    before = shop.dump()

    with pytest.raises(RefundStands) as refused:
        given_back(shop, **what)

    assert shop.dump() == before
    assert refused.value.details["refund"] == first.receipt == "R-7-R2"
    assert "gave back" in refused.value.message
    assert refused.value.next_step.endswith("--refund-receipt R-7-R4")
    assert given_back(shop, number="R-7-R4", **what).net_minor in (first.net_minor, first.net_minor - 1)
    tomorrow = given_back(shop, as_of="2026-07-01", **(what | {"on": None}))
    assert tomorrow.receipt == "R-7-R5", "a day later it is another"


def test_another_amount_or_a_withdrawn_refund_is_no_repeat(shop: Shop) -> None:
    typed(shop, "R-7", "50")
    given_back(shop, amount="20")

    assert given_back(shop, amount="20.01").receipt == "R-7-R2"
    withdrawn(shop, "R-7-R1")
    assert given_back(shop, amount="20").receipt == "R-7-R3"


def test_more_than_is_left_is_refused_as_such(shop: Shop) -> None:
    typed(shop, "R-7", "50")
    given_back(shop, amount="30")

    with pytest.raises(RefundTooLarge):
        given_back(shop, amount="30")
