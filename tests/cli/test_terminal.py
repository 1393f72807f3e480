"""A terminal of 80 columns: no line of a list is wider, whoever is on it, and nobody's name is markup."""

import os
import re
import subprocess
import sys
from pathlib import Path
from unicodedata import east_asian_width

import pytest

from cli.contract import LINES, LISTS
from cli.desk import AS_OF, BAD_NAME, FORMULA, LONG_NAME, Desk

# TOML, to be kept in a file, and sentences, are no tables.
TABLES = [name for name in LISTS if name not in ("settings show", "points explain", "offers show", "customers show")]
MARK = "\x1e"
SCRIPT = f"""
import sys
from shopcrm.cli.app import run
for line in sys.stdin.read().splitlines():
    run(line.split("\\t"))
    print({MARK!r}, flush=True)
"""


def cells(line: str) -> int:
    """How many columns of a terminal a line takes."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line)


@pytest.mark.parametrize("name", TABLES)
def test_no_line_of_a_list_is_wider_than_80_cells(desk: Desk, name: str) -> None:
    ran = desk.run("--dry-run", *name.split(), *LINES[name].arguments, is_terminal=True)

    assert ran.code == 0
    assert [line for line in ran.out.splitlines() if cells(line) > 80] == []
    assert "─" in ran.out or "━" in ran.out, "a table, not plain rows"


@pytest.mark.parametrize("name", ["customers list", "tiers list", "segments list", "winback list"])
def test_every_name_is_shown_whole_and_as_it_is(desk: Desk, name: str) -> None:
    ran = desk.run(*name.split(), is_terminal=True)
    names = "".join(line.split("│")[2].strip() for line in ran.out.splitlines() if line.startswith("│"))

    assert sorted(re.findall(r"C-\d{4}", ran.out))[:2] == ["C-0001", "C-0002"]
    assert all(person in names for person in ("王芳", "李娜", BAD_NAME, FORMULA, LONG_NAME))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
def test_on_a_real_terminal_too(desk: Desk, tmp_path: Path) -> None:
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    lines = [
        ["--book", str(desk.book), "--as-of", AS_OF, "--dry-run", *name.split(), *LINES[name].arguments]
        for name in TABLES
    ]
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "TERM")}
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdin=subprocess.PIPE, stdout=theirs, stderr=subprocess.PIPE,
        env={**environment, "TERM": "xterm-256color"},
    ) as process:  # fmt: skip
        os.close(theirs)
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write("\n".join("\t".join(line) for line in lines).encode())
        process.stdin.close()
        printed = _read_all(ours)
        assert b"Traceback" not in process.stderr.read()

    sections = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", printed).replace("\r", "").split(f"{MARK}\n")[:-1]
    assert len(sections) == len(TABLES)
    for name, section in zip(TABLES, sections, strict=True):
        assert section.strip(), name
        assert [line for line in section.splitlines() if cells(line) > 80] == [], name


def _read_all(terminal: int) -> str:
    found = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # how Linux says that the other side has gone
            part = b""
        if not part:
            os.close(terminal)
            return found.decode()
        found += part


@pytest.mark.parametrize("colour", [(), ("--no-color",)])
def test_colours_can_be_switched_off(desk: Desk, monkeypatch: pytest.MonkeyPatch, colour: tuple[str, ...]) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")

    ran = desk.run(*colour, "tiers", "list", is_terminal=True)

    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", ran.out) or not colour
