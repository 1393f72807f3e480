"""A desk for every test of the command line, in a folder and an environment of its own."""

from pathlib import Path

import pytest

from cli.desk import Desk, open_desk
from shopcrm.core import language


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No option comes from the environment of whoever runs the tests, and no file is left in their folder."""
    for name in ("SHOPCRM_BOOK", "SHOPCRM_BY", "SHOPCRM_LANG", "SHOPCRM_DEBUG", "NO_COLOR", "FORCE_COLOR", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("USER", "lan")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    language.choose("en")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A lived-in book and a till's sheet in the folder that the test runs in; an old demo stands there too."""
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "shop.db").write_bytes(b"an earlier demo")
    return open_desk(tmp_path)
