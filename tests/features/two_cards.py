"""A shop with a person who has two cards, what happens there, and all that its owner sees of it."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import strategies as st
from openpyxl import load_workbook

from features.offers_by_hand import an_offer
from shop import Shop, open_shop
from shopcrm.core.book import Book
from shopcrm.core.clock import parse_period
from shopcrm.core.errors import NothingToLearnFrom, ShopError
from shopcrm.features import sales, segments, tiers, winback
from shopcrm.features.cards import counter as cards
from shopcrm.features.cards.statement import liability as cards_owed
from shopcrm.features.cards.statement import statement as cards_of
from shopcrm.features.coupons import issuing, listing
from shopcrm.features.exports.customers import export_customers
from shopcrm.features.points import accrual, counter, expiring, expiry, liability, simulating, statement
from shopcrm.features.wallet import counter as wallet
from shopcrm.features.wallet.liability import liability as money_owed
from shopcrm.features.wallet.statement import statement as money_of

FIRST, SECOND, OTHER = "Ana", "Ana too", "Bo"
BEGIN = date(2026, 1, 5)


@cache
def counter_book() -> Path:
    shop = open_shop(Path(mkdtemp(prefix="shopcrm-")), template="apparel")
    for name in (FIRST, SECOND, OTHER):
        shop.customer(name)
    an_offer(shop, per_customer=2)
    shop.set("topups.big.from", "50", as_of="2025-01-01")
    shop.set("topups.big.bonus", "10 %", as_of="2025-01-01")
    return shop.path


def copied(folder: Path) -> Shop:
    shop = Shop(Path(shutil.copy(counter_book(), folder / "shop.db")))
    shop.people = {name: f"C-{number:04d}" for number, name in enumerate((FIRST, SECOND, OTHER), 1)}
    return shop


# --- as if one -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """Something a person does on a day, with the first card or the second."""

    what: str
    days: int
    size: int
    is_second: bool
    is_other: bool


EVENTS = st.lists(
    st.builds(
        Event,
        what=st.sampled_from(
            ["buy", "buy", "buy", "buy", "return", "redeem", "adjust", "top_up", "pay", "sell_card", "use_card",
             "coupon", "accrue", "expire", "tiers"]
        ),
        days=st.integers(0, 25),
        size=st.integers(1, 40),
        is_second=st.booleans(),
        is_other=st.sampled_from([False, False, False, True]),
    ),
    min_size=3,
    max_size=25,
)  # fmt: skip


def live(shop: Shop, events: Sequence[Event], has_second: bool) -> str:
    """Everything that happens, and the day after it."""
    day = BEGIN
    for number, event in enumerate(events, 1):
        day += timedelta(event.days)
        name = OTHER if event.is_other else SECOND if event.is_second and has_second else FIRST
        happen(shop, event, name, str(day), f"N-{number}")
    return str(day + timedelta(40))


def happen(shop: Shop, event: Event, name: str, on: str, number: str) -> None:
    who, amount = shop.customer(name), f"{event.size * 37}.00"
    by_hand: dict[str, Callable[[Book], Any]] = {
        "redeem": lambda book: counter.redeem(book, who.code, points=event.size, receipt=number),
        "adjust": lambda book: counter.adjust(book, who.code, points=event.size, reason="so", key=number),
        "top_up": lambda book: wallet.top_up(book, who.code, amount=amount, receipt=number),
        "pay": lambda book: wallet.pay(book, who.code, amount=f"{event.size}.50", receipt=number),
        "sell_card": lambda book: cards.sell(book, who.code, "Ten", visits=10, price="100", receipt=number),
        "use_card": lambda book: cards.use(book, who.code, receipt=number),
        "coupon": lambda book: issuing.issue(book, issuing.Asked("TEN", (who.code,), key=number)),
        "accrue": accrual.accrue,
        "expire": expiry.expire,
        "tiers": tiers.assign,
    }
    if event.what == "buy":
        who.bought(amount, on, number)
    elif event.what == "return":
        who.returned(f"{event.size}.00", on)
    else:
        try:
            with shop.writing(on) as book:
                by_hand[event.what](book)
        except ShopError:
            pass  # who has too little is refused: in both books, or what they show differs


def shown(shop: Shop, on: str) -> dict[str, Any]:
    """What the owner sees of Ana and Bo, by their codes."""
    with shop.writing(on) as book:
        accrual.accrue(book)
        tiers.assign(book)
        segments.refresh(book)
        found: dict[str, Any] = {
            "winback": called(book),
            "tiers": tiers.list_all(book),
            "segments": segments.list_all(book),
            "export": cells(book, shop.path.with_suffix(".xlsx")),
            "ending": expiring.expiring(book, parse_period("400d")),
            "owed": liability.liability(book),
            "money": money_owed(book),
            "cards": cards_owed(book),
            "as if": simulating.simulate(book, {"points.rate": "2"}),
            "sales": sales.list_all(book, customer="C-0001"),
        }
        for code in ("C-0001", "C-0003"):
            found[code] = (
                statement.statement(book, code),
                money_of(book, code),
                cards_of(book, code),
                tiers.stand(book, int(code[2:])),
                listing.list_all(book, customer=code),
            )
    return {name: without_second(asdict(each) if hasattr(each, "__dataclass_fields__") else each)
            for name, each in found.items()}  # fmt: skip


def called(book: Book) -> Any:
    try:
        winback.build(book)
    except NothingToLearnFrom:
        return None
    return winback.list_all(book)


def cells(book: Book, path: Path) -> list[list[Any]]:
    """What stands in the list of the workbook of all customers."""
    export_customers(book, path, reveal=True)
    with closing(load_workbook(path)) as workbook:
        return [[cell.value for cell in row] for row in workbook.worksheets[1].iter_rows(min_row=5)]


def without_second(value: Any) -> Any:
    """The same without the card that nobody has in one of the books, and without codes drawn by lot."""
    if isinstance(value, dict):
        return {name: without_second(each) for name, each in value.items() if name not in ("code", "customers")}
    if isinstance(value, list | tuple):
        return [without_second(each) for each in value if "C-0002" not in str(each)]
    return without_second(asdict(value)) if hasattr(value, "__dataclass_fields__") else value
