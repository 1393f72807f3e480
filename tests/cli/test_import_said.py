"""What an import says and asks: what is to be posted before a yes, and what a sheet leaves open, once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.desk import AS_OF, Desk

BALANCES = """member_no,name,points_balance,wallet_principal
M-1,Ana,120,0
M-2,Bo,0,50.00
M-3,Cy,0,0
M-4,Di,7,8.50
"""
DAYS = "receipt,date,amount\nT-1,01/02/2026,10.00\nT-2,03/04/2026,20.00\n"
NO_AMOUNT = "receipt,date,cashier,worth it\nT-1,2026-01-05,Mei,10.00\n"


def test_everyone_to_whom_something_is_to_be_posted_is_shown_first(desk: Desk) -> None:
    sheet = desk.folder / "members.csv"
    sheet.write_text(BALANCES, encoding="utf-8")
    before = desk.book.read_bytes()

    ran = desk.run("import", str(sheet), "--opening-balances")

    assert ran.code == 1
    assert ran.err.splitlines()[:4] == [
        "  C-0008 Ana: points 0 → 120, stored value 0.00 (new)",
        "  C-0009 Bo: points 0 → 0, stored value 50.00 (new)",
        "  C-0011 Di: points 0 → 7, stored value 8.50 (new)",
        "To be posted: 127 points, 58.50 of stored value.",
    ]
    assert desk.book.read_bytes() == before


def test_what_was_posted_is_said_and_what_an_undo_took_back(desk: Desk) -> None:
    sheet = desk.folder / "members.csv"
    sheet.write_text(BALANCES, encoding="utf-8")
    desk.run("import", str(sheet))

    posted = desk.run("--yes", "import", str(sheet), "--opening-balances")
    batch = desk.run("imports", "list").out.splitlines()[1].split("\t")[0]
    shown, undone = desk.run("imports", "show", batch), desk.run("imports", "undo", batch)

    assert "  opening balances posted for 3 customers\n" in posted.err
    assert "Nothing new" not in posted.err
    assert "It brought openings 3. It can be undone." in shown.err
    assert undone.out == f"Batch {batch} (members.csv) is undone: 4 opening balances taken back.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
def test_an_unclear_order_of_days_is_asked_once_and_remembered(desk: Desk) -> None:
    (desk.folder / "days.csv").write_text(DAYS, encoding="utf-8")

    said = _typed(desk, "1\n", "import", str(desk.folder / "days.csv"), "--save-profile", "corner")

    assert "1  day, month, year" in said
    assert desk.run("sales", "show", "T-2").err.startswith("T-2 of 2026-04-03: 20.00 CNY for a walk-in.")
    (desk.folder / "more.csv").write_text(DAYS.replace("T-", "S-"), encoding="utf-8")
    assert desk.run("import", str(desk.folder / "more.csv")).code == 0  # nobody is asked again
    assert desk.run("sales", "show", "S-1").err.startswith("S-1 of 2026-02-01: 10.00 CNY")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
def test_a_column_that_nobody_can_guess_is_chosen_from_the_ones_there(desk: Desk) -> None:
    (desk.folder / "few.csv").write_text(NO_AMOUNT, encoding="utf-8")

    said = _typed(desk, "4\n", "import", str(desk.folder / "few.csv"))

    assert "Which column is" in said
    assert "4  worth it" in said
    assert desk.run("sales", "show", "T-1").err.startswith("T-1 of 2026-01-05: 10.00 CNY")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
@pytest.mark.parametrize("typed", ["\n", "9\n", "worth it\n"])
def test_whoever_answers_with_none_of_them_is_told_the_option_and_nothing_is_imported(desk: Desk, typed: str) -> None:
    (desk.folder / "few.csv").write_text(NO_AMOUNT, encoding="utf-8")
    before = desk.book.read_bytes()

    said = _typed(desk, typed, "import", str(desk.folder / "few.csv"))

    assert "--map" in said
    assert desk.book.read_bytes() == before


def _typed(desk: Desk, answer: str, *arguments: str) -> str:
    """What a terminal shows when that is typed at it."""
    import pty

    ours, theirs = pty.openpty()
    os.write(ours, answer.encode())
    command = [sys.executable, "-m", "shopcrm", "--book", str(desk.book), "--as-of", AS_OF, *arguments]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=Path.cwd()) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # Linux says so when the other end is closed
            pass
        process.wait()
    os.close(ours)
    return shown.decode()
