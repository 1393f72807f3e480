"""Fixtures that every test may use."""

from pathlib import Path

import pytest
from hypothesis import settings

from shop import Shop, open_shop
from soak import IS_SOAK

# The same examples every time, so that a run says what the one before it said; new ones are drawn in the soak.
settings.register_profile("shopcrm", derandomize=not IS_SOAK)
settings.load_profile("shopcrm")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop of any trade: points at 1 a yuan, no tiers."""
    return open_shop(tmp_path)


@pytest.fixture
def boutique(tmp_path: Path) -> Shop:
    """An apparel shop: silver from 1,000, gold from 3,000 with double points, black from 8,000."""
    return open_shop(tmp_path, template="apparel")
