"""Exit codes: 0 done, 1 refused, 2 usage, 3 attention, 4 unsound, 75 busy, 130 interrupted."""

import inspect
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from cli.contract import LINES, WRITING
from cli.desk import AS_OF, BAD_ROW, Desk, call
from shopcrm.core import book as books


@pytest.mark.parametrize("name", LINES)
def test_done_is_0(desk: Desk, name: str) -> None:
    assert desk.run(*name.split(), *LINES[name].arguments).code == 0


@pytest.mark.parametrize("name", LINES)
def test_refused_is_1_and_changes_nothing(desk: Desk, name: str) -> None:
    before = desk.contents()

    ran = desk.run(*name.split(), *LINES[name].failing)

    assert ran.code == 1
    assert desk.contents() == before


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "points nonsense",
        "--nonsense book info",
        "book info --nonsense",
        "book info superfluous",
        "points redeem 王芳",
        "points redeem 王芳 --points many --receipt R-1",
        "points redeem 王芳 --points 0 --receipt R-1",
        "points adjust 王芳 --points 0 --reason why",
        "customers list --limit 0",
        "customers list --limit many",
        "winback build --lapsed-by 0",
        "winback build --lapsed-by -1",
        "winback build --lapsed-by often",
        "winback build --lapsed-by 1/0",
        "winback build --limit 0",
        "segments list --limit -1",
        "import",
        "import till.csv --as receipts",
        "import till.csv --date-order dym",
        "import till.csv --map receipt",
        "import till.csv --map recipt=No.",
        "settings set",
        "settings set points.rate",
        "settings set points.rate 1 --from rules.toml",
        "exports customers",
        "init",
        "--as-of 31.3.2026 book info",
        "--as-of 2026-02-30 book info",
        "--as-of",
        "--lang fr book info",
    ],
)
def test_a_line_that_cannot_be_understood_is_2_and_changes_nothing(desk: Desk, line: str) -> None:
    before = desk.contents()

    ran = desk.run(*line.split())

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Error: ")
    assert desk.contents() == before


def test_done_with_rows_that_need_attention_is_3(desk: Desk) -> None:
    (desk.folder / "bad.csv").write_text(BAD_ROW)

    ran = desk.run("import", "bad.csv", "--rejects", "rejects.csv")

    assert ran.code == 3
    assert (desk.folder / "rejects.csv").is_file()
    assert "rejects.csv" in ran.err


def test_a_row_taken_without_a_cell_is_3_too(desk: Desk) -> None:
    (desk.folder / "bad.csv").write_text("receipt,date,phone,amount\nR-1,2026-01-05,12345,10.00\n")

    assert desk.run("import", "bad.csv").code == 3


def test_an_unsound_book_is_4(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.book)) as connection:
        connection.execute("DROP TRIGGER audit_no_update")

    ran = desk.run("book", "check")

    assert (ran.code, ran.out) == (4, "")
    assert ran.err.startswith("Error: The book is unsound: the trigger audit_no_update")


def test_a_damaged_file_is_4(desk: Desk) -> None:
    content = bytearray(desk.book.read_bytes())
    content[4096 : len(content) // 2] = b"\x55" * (len(content) // 2 - 4096)
    desk.book.write_bytes(content)

    assert desk.run("book", "check").code == 4


def test_settings_that_cannot_be_read_are_4(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.book)) as connection:
        connection.execute("DROP TRIGGER settings_version_no_update")
        connection.execute("UPDATE settings_version SET changes = json_set(changes, '$.\"points.rate\"', 'much')")
        connection.commit()

    assert desk.run("book", "check").code == 4


@pytest.mark.parametrize("name", [name for name in WRITING if name not in ("init", "settings set")])
def test_a_book_that_another_command_holds_is_75(desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    _wait_only_a_moment(monkeypatch)
    with closing(sqlite3.connect(desk.book)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        ran = desk.run(*name.split(), *LINES[name].arguments)

    assert (ran.code, ran.out) == (75, "")
    assert ran.err.startswith("Error: The book is busy")


def test_readers_do_not_wait_for_a_writer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _wait_only_a_moment(monkeypatch)
    with closing(sqlite3.connect(desk.book)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        assert desk.run("points", "statement", "王芳").code == 0


def _wait_only_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = inspect.unwrap(books.open_book).__kwdefaults__
    assert defaults["busy_seconds"] == 30.0
    monkeypatch.setitem(defaults, "busy_seconds", 0.02)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks into /proc for what the command has open")
def test_a_command_that_is_interrupted_is_130_and_changes_nothing(desk: Desk) -> None:
    """A real process: it waits for the lock, gets Ctrl-C, then the lock, and must not commit."""
    before = desk.contents()
    line = ["--book", str(desk.book), "--as-of", AS_OF, "settings", "set", "points.rate", "3"]
    with closing(sqlite3.connect(desk.book)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with subprocess.Popen(
            [sys.executable, "-m", "shopcrm", *line], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            _wait_until_open(process, desk.book)
            process.send_signal(signal.SIGINT)
            holder.rollback()
            out, err = process.communicate(timeout=60)

    assert (process.returncode, out, err) == (130, "", "Error: Stopped; nothing was changed.\n")
    assert desk.contents() == before


def _wait_until_open(process: subprocess.Popen[str], book: Path) -> None:
    folder = Path(f"/proc/{process.pid}/fd")
    for _ in range(600):
        links = [link.readlink() for link in folder.iterdir() if link.is_symlink()]
        if book.resolve() in links:
            return
        time.sleep(0.05)
    raise AssertionError("the command never opened the book")


def test_a_fault_of_our_own_is_1_with_a_sentence_and_no_traceback(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _break(monkeypatch)

    ran = desk.run("book", "info")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("Error: shopcrm itself failed (ZeroDivisionError: broken); nothing was changed.")


def test_a_developer_may_ask_for_the_traceback(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _break(monkeypatch)
    monkeypatch.setenv("SHOPCRM_DEBUG", "1")

    with pytest.raises(ZeroDivisionError):
        desk.run("book", "info")


def _break(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(book: object) -> None:
        raise ZeroDivisionError("broken")

    monkeypatch.setattr("shopcrm.features.book.info", broken)


def test_the_process_ends_with_the_code_that_run_answers(desk: Desk) -> None:
    line = [sys.executable, "-m", "shopcrm", "--book", "none.db", "book", "info"]
    ended = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == call("--book", "none.db", "book", "info").err
