"""--dry-run: everything is done and shown, and not one byte on the disk is another."""

import pytest

from cli.contract import LINES, WRITING
from cli.desk import BAD_ROW, OPEN_COUPON, Desk, without_chance


def wait_to_end(desk: Desk) -> None:
    """Coupons that were good for one day, yesterday."""
    desk.run("--as-of", "2026-06-29", "offers", "add", "DAY", "--kind", "amount", "--value", "5", "--valid-days", "0")
    desk.run("--as-of", "2026-06-29", "coupons", "issue", "DAY", "王芳")


def wait_to_come_back(desk: Desk) -> None:
    """A coupon whose receipt was given back."""
    desk.run("coupons", "redeem", OPEN_COUPON, "--receipt", "R-88", "--total", "88")
    desk.run("sales", "add", "--receipt", "R-88", "--customer", "王芳", "--amount", "68")
    desk.run("sales", "refund", "R-88")


WAITING = {"coupons expire": wait_to_end, "coupons settle": wait_to_come_back}


@pytest.mark.parametrize("name", LINES)
def test_a_dry_run_changes_no_file_and_leaves_none_behind(desk: Desk, name: str) -> None:
    before = desk.contents()

    ran = desk.run("--dry-run", *name.split(), *LINES[name].arguments)

    assert ran.code == 0, ran.err
    assert desk.contents() == before


@pytest.mark.parametrize("name", WRITING)
def test_a_dry_run_answers_what_the_real_run_answers_and_the_real_run_changes_something(desk: Desk, name: str) -> None:
    if name in ("tiers assign", "points accrue", "segments refresh"):  # all swept already: give them something to do
        desk.run("import", "till.csv")
    if name in WAITING:
        WAITING[name](desk)
    line = (*name.split(), *LINES[name].arguments)
    before = desk.contents()

    dry = without_chance(desk.run("--dry-run", "--json", *line).data)
    real = without_chance(desk.run("--json", *line).data)

    assert dry.pop("is_dry_run") is True
    assert dry == real
    if name != "tiers assign":  # one more sale raises nobody's tier
        assert desk.contents() != before


@pytest.mark.parametrize("name", WRITING)
def test_a_dry_run_says_that_it_is_one(desk: Desk, name: str) -> None:
    ran = desk.run("--dry-run", *name.split(), *LINES[name].arguments)

    assert "Dry run, nothing is changed:" in ran.out + ran.err


def test_a_dry_run_of_an_import_writes_no_rejects(desk: Desk) -> None:
    (desk.folder / "bad.csv").write_text(BAD_ROW)
    before = desk.contents()

    ran = desk.run("--dry-run", "import", "bad.csv", "--rejects", "rejects.csv")

    assert ran.code == 3
    assert desk.contents() == before
    assert "rejects.csv" not in ran.err, "the file is not there"


def test_a_dry_run_of_the_demo_keeps_an_earlier_one(desk: Desk) -> None:
    before = desk.contents()

    ran = desk.run("--dry-run", "--yes", "demo", "--into", "old")

    assert ran.code == 0
    assert desk.contents() == before


def test_a_dry_run_that_would_be_refused_is_refused(desk: Desk) -> None:
    ran = desk.run("--dry-run", "points", "redeem", "李娜", "--points", "99999", "--receipt", "R-1")

    assert ran.code == 1


@pytest.mark.parametrize("name", ["customers list", "winback list", "customers find"])
def test_a_dry_run_leaves_no_trace_of_revealing_since_it_shows_nothing_to_trace(desk: Desk, name: str) -> None:
    """Phones are shown in full by a command that was asked to leave no trace: then they must not be."""
    before = desk.contents()

    ran = desk.run("--dry-run", *name.split(), *LINES[name].arguments, "--reveal")

    assert desk.contents() == before
    assert "13800138000" not in ran.out
