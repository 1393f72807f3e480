"""A book in which every law has something to hold for, and copies of it to do with as one likes."""

import shutil
from pathlib import Path

import pytest

from shop import Shop, open_shop
from shopcrm.core import wallet
from shopcrm.core.wallet import WalletPosting


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
        paid_in = WalletPosting("top_up:1", 1, "top_up", 10000, 500, book.as_of, "by hand", {}, 1)
        entry_id = wallet.post(book, paid_in).entry_id
        taken = paid_in._replace(key="undo:1", kind="reverse", principal_minor=-10000, bonus_minor=-500)
        wallet.post(book, taken._replace(reverses_id=entry_id))
    shop.set("points.rate", "2", as_of="2026-02-01")
    return shop


@pytest.fixture
def lived_in(pattern: Shop, tmp_path: Path) -> Shop:
    """A copy of it to do with as one likes."""
    return Shop(Path(shutil.copy(pattern.path, tmp_path / "lived-in.db")), pattern.receipts, dict(pattern.people))
