"""stdout is data, stderr is talk; in any encoding, into any pipe, and quiet when asked to be."""

import os
import subprocess
import sys

import pytest

from cli.contract import LINES, LISTS
from cli.desk import Desk, Ran

SAYING = [name for name in LINES if name not in LISTS and name != "book dump"]


ANSWERS = (
    "book info", "wallet liability", "coupons check", "coupons redeem", "coupons issue", "offers show",
    "offers results",
)  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_rows_on_stdout_and_its_sentence_on_stderr(desk: Desk, name: str) -> None:
    ran = desk.run(*name.split(), *LINES[name].arguments)

    assert ran.out
    if name != "settings show":
        header, *rows = ran.out.splitlines()
        assert rows
        assert {row.count("\t") for row in rows} == {header.count("\t")}
    assert "Error" not in ran.err


@pytest.mark.parametrize("name", LISTS)
def test_quiet_says_nothing_but_the_rows(desk: Desk, name: str) -> None:
    line = ("--dry-run", *name.split(), *LINES[name].arguments)
    plain, quiet = desk.run(*line), desk.run("--quiet", *line)

    assert (quiet.code, quiet.out, quiet.err) == (0, plain.out, "")


@pytest.mark.parametrize("name", SAYING)
def test_quiet_leaves_a_command_that_only_says_something_with_nothing_to_say(desk: Desk, name: str) -> None:
    ran = desk.run("--quiet", *name.split(), *LINES[name].arguments)

    # What was asked for is said all the same.
    assert (ran.code, bool(ran.out), ran.err) == (0, name in ANSWERS, "")


@pytest.mark.parametrize("name", LINES)
def test_a_refusal_is_two_lines_on_stderr_even_when_quiet(desk: Desk, name: str) -> None:
    for options in ((), ("--quiet",)):
        ran = desk.run(*options, *name.split(), *LINES[name].failing)

        assert ran.out == ""
        error, hint = ran.err.splitlines()
        assert error.startswith("Error: ")
        assert error.endswith(".")
        assert hint.startswith("Try:   ")


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_no_encoding_breaks_a_command(desk: Desk, name: str, encoding: str) -> None:
    for is_terminal in (False, True):
        ran = desk.run("--dry-run", *name.split(), *LINES[name].arguments, encoding=encoding, is_terminal=is_terminal)
        assert ran.code == 0, ran.err


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "cp1252"])
def test_no_encoding_breaks_a_real_process(desk: Desk, encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    ended = _start(desk, "winback", "list", environment=environment)

    assert ended.returncode == 0
    assert ("王芳".encode("gbk") in ended.stdout) == (encoding == "gbk")


def test_names_cannot_break_a_row(desk: Desk) -> None:
    name = "a\tb\nc\rd"
    assert desk.run("customers", "add", "--name", name, "--phone", "13500135000").code == 0

    ran = desk.run("customers", "find", "13500135000")

    header, row = ran.out.split("\n")[:-1]
    assert (header.split("\t")[1], row.split("\t")[1]) == ("name", "a b c d")


def test_a_name_cannot_send_commands_to_the_terminal(desk: Desk) -> None:
    desk.run("customers", "add", "--name", "\x1b[31mred\x07", "--phone", "13500135000")

    for is_terminal in (False, True):
        ran = desk.run("customers", "find", "13500135000", is_terminal=is_terminal)
        assert "\x1b" not in ran.out + ran.err
        assert "\x07" not in ran.out + ran.err


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_reader_that_has_seen_enough_is_no_error(desk: Desk, options: tuple[str, ...]) -> None:
    """As `| head -1` does: the pipe is closed before everything is written."""
    line = [sys.executable, "-m", "shopcrm", "--book", str(desk.book), *options, "book", "dump"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        process.wait(timeout=60)

    assert (process.returncode, said) == (0, b"")


def _start(desk: Desk, *line: str, environment: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "shopcrm", "--book", str(desk.book), "--as-of", "2026-06-30", *line]
    return subprocess.run(command, capture_output=True, env=environment, check=False, timeout=60)


def test_an_import_tells_how_it_read_the_sheet_beside_the_counts(desk: Desk) -> None:
    first, again = desk.run("import", "till.csv"), desk.run("import", "till.csv")

    assert "till.csv: read as sales (generic): receipt ← receipt, date ← date" in first.err
    assert "Nothing new" not in first.err
    assert "Nothing new: the book has all of it already." in again.err
    assert _cells(first)["added"] == "1"
    assert (_cells(again)["added"], _cells(again)["unchanged"]) == ("0", "1")


def _cells(ran: Ran) -> dict[str, str]:
    header, row = ran.out.splitlines()
    return dict(zip(header.split("\t"), row.split("\t"), strict=True))
