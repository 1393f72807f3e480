"""Whatever is given back or withdrawn, and however many nights are missed: the balance is what counting sales earn."""

from dataclasses import dataclass, field
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.by_hand import typed, withdrawn
from shop import Shop, open_shop
from soak import IS_SOAK

COUNT = 80 if IS_SOAK else 4


class Event(NamedTuple):
    """What happened: a sale, a refund of one, a withdrawal, or a night in which the sweep ran."""

    kind: str
    minor: int
    of: int  # which of the receipts so far


EVENTS = st.lists(
    st.builds(
        Event,
        kind=st.sampled_from(["sale", "sale", "refund", "refund", "withdraw", "night"]),
        minor=st.integers(1, 30000),
        of=st.integers(0, 8),
    ),
    min_size=3,
    max_size=10,
)


@dataclass
class Ledger:
    """The model: what each receipt comes to, in a few integers."""

    sold: dict[str, int] = field(default_factory=dict)
    returned: dict[str, dict[str, int]] = field(default_factory=dict)  # sale → refund → minor units

    def left(self, sale: str) -> int:
        return self.sold[sale] - sum(self.returned[sale].values())

    def withdraw(self, receipt: str) -> None:
        self.sold.pop(receipt, None)
        self.returned.pop(receipt, None)
        for refunds in self.returned.values():
            refunds.pop(receipt, None)

    def points(self) -> int:
        """A point a yuan, rounded down, and of those the part that was not given back, rounded down."""
        return sum((net // 100) * self.left(sale) // net for sale, net in self.sold.items())


@pytest.mark.soak
@settings(max_examples=COUNT, deadline=None)
@given(events=EVENTS)
def test_the_balance_is_what_counting_sales_earn(tmp_path_factory: pytest.TempPathFactory, events: list[Event]) -> None:
    nightly, late = (open_shop(tmp_path_factory.mktemp(name)) for name in ("nightly", "late"))
    model = Ledger()
    for shop in (nightly, late):
        shop.customer("Fang")
    for place, event in enumerate(events):
        if event.kind == "night":
            nightly.accrue()
        else:
            _happen((nightly, late), model, event, f"R-{place}")
    for shop in (nightly, late):
        shop.accrue()
        assert shop.customer("Fang").statement().balance_points == model.points()
        assert shop.accrue().entries == 0
        shop.check()


def _happen(shops: tuple[Shop, Shop], model: Ledger, event: Event, number: str) -> None:
    """The same in both books and in the model; nothing where there is no receipt for it."""
    if event.kind == "sale":
        model.sold[number], model.returned[number] = event.minor, {}
        for shop in shops:
            typed(shop, number, _amount(event.minor), customer="Fang")
    elif event.kind == "refund" and (open_sales := [sale for sale in model.sold if model.left(sale)]):
        sale = open_sales[event.of % len(open_sales)]
        minor = model.returned[sale][number] = min(event.minor, model.left(sale))
        for shop in shops:
            typed(shop, number, _amount(minor), refund_of=sale)
    elif event.kind == "withdraw" and model.sold:
        receipts = [*model.sold, *(refund for refunds in model.returned.values() for refund in refunds)]
        receipt = receipts[event.of % len(receipts)]
        model.withdraw(receipt)
        for shop in shops:
            withdrawn(shop, receipt)


def _amount(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"
