"""A book in which every law has something to hold for, and copies of it to do with as one likes."""

import shutil
from pathlib import Path

import pytest

from core.postings import money, visits
from features.offers_by_hand import an_offer, issued, redeemed
from shop import Shop, open_shop
from shopcrm.core import ledger


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A book in which every law has something to hold for."""
    shop = open_shop(tmp_path_factory.mktemp("pattern"), template="apparel")
    fang = shop.customer("Fang", phone="13800138000")
    sold = fang.bought("1000.00", on="2026-01-05", number="R-1")
    fang.returned("40.00", on="2026-01-07", of=sold)
    shop.accrue()
    shop.assign_tiers()
    fang.redeemed(10, "R-100", on="2026-01-15")
    with shop.writing("2026-01-15") as book:
        paid_in, taken = money("top_up:1", 10000, 500, book.as_of), money("undo:1", -10000, -500, book.as_of)
        entry_id = ledger.post(book, paid_in._replace(rule="by hand"), ledger.MONEY).entry_id
        ledger.post(book, taken._replace(rule="by hand", kind="reverse", reverses_id=entry_id), ledger.MONEY)
        for moved in (visits("card:1", 10, book.as_of), visits("use:1", -1, book.as_of)):
            ledger.post(book, moved._replace(rule="by hand"), ledger.VISITS)
    letter = an_offer(shop, "LETTER")
    for key in ("open", "used"):
        code = issued(shop, letter, "Fang", as_of="2026-01-15", key=key).items[0].code
    redeemed(shop, code, receipt="R-101", total="88.00", as_of="2026-01-15")
    shop.set("points.rate", "2", as_of="2026-02-01")
    return shop


@pytest.fixture
def lived_in(pattern: Shop, tmp_path: Path) -> Shop:
    """A copy of it to do with as one likes."""
    return Shop(Path(shutil.copy(pattern.path, tmp_path / "lived-in.db")), pattern.receipts, dict(pattern.people))
