"""What a command loads: a person at the counter waits for every library that start-up drags in."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shop import Shop
from shopcrm.cli import app as cli

FRAMES = {"pandas", "numpy"}
DATABASE = {"sqlmodel", "sqlalchemy", "alembic", "sqlite3"}
WORKBOOKS = {"openpyxl", "python_calamine"}
HEAVY = FRAMES | DATABASE | WORKBOOKS | {"rich", "phonenumbers", "babel", "rapidfuzz"}

# Asks every command of one process for its help, and says what that loaded and which databases it opened.
EVERY_HELP = """
import json, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args)) if event == "sqlite3.connect" else None)
from shopcrm.cli.app import COMMANDS, load, run
for name in COMMANDS:
    verbs = getattr(load(name), "commands", {})
    for line in ([name], *([name, verb] for verb in verbs)):
        assert run([*line, "--help"]) == 0, line
print(json.dumps([sorted(sys.modules), opened]), file=sys.stderr)
"""


def run(book: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SHOPCRM_BOOK": str(book), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, *command], capture_output=True, encoding="utf-8", env=environment, check=True
    )


def libraries(book: Path, *arguments: str) -> set[str]:
    """The top-level names of everything that `shopcrm ARGUMENTS` loads."""
    told = run(book, "-X", "importtime", "-m", "shopcrm", *arguments).stderr
    loaded = {name.partition(".")[0] for name in re.findall(r"^import time:.*\| +(\S+)$", told, re.MULTILINE)}
    assert {"shopcrm", "typer"} <= loaded
    return loaded


@pytest.fixture
def counter(shop: Shop) -> Path:
    """A book with one customer, who has points."""
    ana = shop.customer("Ana", phone="13800138000")
    ana.bought("42.50", on="2026-01-05")
    shop.accrue()
    return shop.path


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    book = tmp_path / "absent.db"
    assert libraries(book, "--help") & HEAVY == set()
    assert not book.exists()


def test_the_help_of_every_command_loads_nothing_heavy_and_opens_no_book(tmp_path: Path) -> None:
    garbage = tmp_path / "shop.db"
    garbage.write_bytes(b"no book at all")
    loaded, opened = json.loads(run(garbage, "-c", EVERY_HELP).stderr)
    assert {f"shopcrm.cli.{module}" for module, _ in cli.COMMANDS.values()} <= set(loaded)
    assert {name.partition(".")[0] for name in loaded} & HEAVY == set()
    assert opened == []
    assert garbage.read_bytes() == b"no book at all"


@pytest.mark.parametrize(
    "arguments",
    [
        ("points", "statement", "C-0001"),
        ("points", "redeem", "C-0001", "--points", "5", "--receipt", "R-1"),
        ("customers", "find", "8000"),
        ("customers", "find", "Ana"),
        ("customers", "find", "an"),
        ("customers", "edit", "Ana", "--wechat", "ana_2026"),
    ],
    ids=" ".join,
)
def test_the_counter_waits_for_no_frames_workbooks_or_migrations(counter: Path, arguments: tuple[str, ...]) -> None:
    loaded = libraries(counter, *arguments)
    assert "sqlalchemy" in loaded
    late = {"alembic", "phonenumbers", "babel", "rapidfuzz", "rich", "pypinyin"}
    assert loaded & (FRAMES | WORKBOOKS | late) == set()


@pytest.mark.parametrize("arguments", [("tiers", "list"), ("tiers", "assign"), ("book", "info")], ids=" ".join)
def test_what_the_database_can_count_needs_no_frames(counter: Path, arguments: tuple[str, ...]) -> None:
    assert libraries(counter, *arguments) & (FRAMES | WORKBOOKS | {"alembic"}) == set()
