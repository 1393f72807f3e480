"""Fixtures that every test may use."""

from pathlib import Path

import pytest

from shop import Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop of any trade: points at 1 a yuan, no tiers."""
    return open_shop(tmp_path)


@pytest.fixture
def boutique(tmp_path: Path) -> Shop:
    """An apparel shop: silver from 1,000, gold from 3,000 with double points, black from 8,000."""
    return open_shop(tmp_path, template="apparel")
