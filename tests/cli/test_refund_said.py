"""What is said of a refund: before it happens and when it does, in the same words, at a terminal of 80 columns."""

import shlex

import pytest

from cli.desk import AS_OF, Desk, call

SOLD = ("sales", "add", "--receipt", "单-7", "--customer", "王芳", "--on", "2026-06-01")
LINES = ("--line", "D-1|丝绸连衣裙|2|2000", "--line", "Scarf|3|1000")
SCARF = ("sales", "refund", "单-7", "--line", "scarf|1")


@pytest.fixture
def sold(desk: Desk) -> Desk:
    """王芳 has spent 1,050.00 before, and 3,000.00 on this receipt."""
    desk.run(*SOLD, *LINES)
    desk.run("points", "accrue")
    return desk


def test_a_preview_shows_everything_and_changes_no_byte(sold: Desk) -> None:
    before = sold.contents()

    ran = sold.run(*SCARF, "--reason", "颜色不对", "--preview")

    assert sold.contents() == before
    assert ran.err.splitlines() == [
        "Dry run, nothing is changed:",
        "单-7-R1 of 2026-06-30 gives back 333.33 CNY of 单-7 of 2026-06-01.",
        "Of 3,000.00 paid by C-0001 王芳 138****8000, 2,666.67 are left.",
        "334 points are taken back.",
        "Balance: 3,950 points before, 3,616 after.",
        "Stays gold; spend falls to 3,716.67.",
        "Next:  shopcrm sales refund '单-7' --line 'scarf|1' --reason '颜色不对' --refund-receipt '单-7-R1'",
    ]
    assert ran.out.splitlines() == [
        "on\tkind\tpoints\treceipt\tearned_on\tavailable_on\texpires_on\tleft",
        "2026-06-30\treverse\t-334\t单-7-R1\t2026-06-01\t2026-06-08\t\t2666",
    ]


def test_the_command_that_a_preview_ends_with_does_what_was_shown_once(sold: Desk) -> None:
    tried = sold.run(*SCARF, "--preview")
    line = shlex.split(tried.err.splitlines()[-1].removeprefix("Next:  shopcrm "))

    done, again = sold.run(*line), sold.run(*line)

    assert done.out == tried.out
    assert done.err.splitlines() == [*tried.err.splitlines()[1:-1], "Next:  shopcrm points accrue"]
    assert again.err.splitlines() == [
        "In the book already, nothing changed: 单-7-R1 of 2026-06-30 gives back 333.33 CNY of 单-7 of 2026-06-01.",
        "Of 3,000.00 paid by C-0001 王芳 138****8000, 2,666.67 are left.",
        "334 points are taken back.",
        "Balance: 3,616 points.",
    ]
    assert "Reason" not in sold.run("sales", "show", "单-7-R1").err


def test_the_tier_that_a_refund_falls_short_of_is_said(sold: Desk) -> None:
    sold.run(*SCARF)

    ran = sold.run("sales", "refund", "单-7", "--amount", "1416.67", "--reason", "wrong size")

    assert ran.err.splitlines()[2:-1] == [
        "Given back before: 333.33.",
        "1,416 points are taken back.",
        "Balance: 3,616 points before, 2,200 after.",
        "Stays gold until the next review; spend falls to 2,300.00, 700.00 below gold.",
    ]
    assert "Reason: wrong size." in sold.run("sales", "show", "单-7-R2").err


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (
            "owe",
            [
                "3,000 points are taken back.",
                "2,900 of them were spent already: they are owed, and paid by what is earned next.",
                "Balance: 100 points before, -2,900 after.",
            ],
        ),
        (
            "clamp",
            [
                "100 points are taken back.",
                "2,900 points were spent already, and are let go.",
                "Balance: 100 points before, 0 after.",
            ],
        ),
        (
            "charge",
            [
                "100 points are taken back.",
                "2,900 points were spent already: 290.00 CNY are kept back for them.",
                "Hand over 2,710.00 CNY.",
                "Balance: 100 points before, 0 after.",
            ],
        ),
    ],
)
def test_what_becomes_of_points_that_were_spent_is_said(sold: Desk, policy: str, said: list[str]) -> None:
    sold.run("--as-of", "2025-12-01", "settings", "set", "points.clawback", policy)
    sold.run("points", "redeem", "王芳", "--points", "3850", "--receipt", "R-8")

    assert sold.run("sales", "refund", "单-7").err.splitlines()[2:-2] == said


def test_points_spent_on_the_receipt_go_back_and_are_said(desk: Desk) -> None:
    desk.run("sales", "add", "--receipt", "H-1", "--customer", "王芳", "--amount", "90")
    desk.run("points", "redeem", "王芳", "--points", "100", "--receipt", "H-1")

    ran = desk.run("sales", "refund", "H-1")

    assert "100 points that were spent on it go back into their lots.\n" in ran.err
    assert "Balance: 940 points before, 950 after.\n" in ran.err


def test_a_walk_in_is_said_without_points(desk: Desk) -> None:
    desk.run("sales", "add", "--receipt", "H-2", "--amount", "88")

    ran = desk.run("sales", "refund", "H-2", "--amount", "8")

    assert (ran.code, ran.out) == (0, "")
    assert ran.err.splitlines() == [
        "H-2-R1 of 2026-06-30 gives back 8.00 CNY of H-2 of 2026-06-30.",
        "Of 88.00 paid by a walk-in, 80.00 are left.",
    ]


def test_a_program_reads_the_money_and_every_lot(sold: Desk) -> None:
    data = sold.run("--json", *SCARF).data

    assert {name: data[name] for name in ("returned_minor", "withheld_minor", "paid_out_minor", "left_minor")} == {
        "returned_minor": 33333, "withheld_minor": 0, "paid_out_minor": 33333, "left_minor": 266667,
    }  # fmt: skip
    assert (data["clawed_points"], data["balance_points"], data["tier"], data["short_minor"]) == (334, 3616, "gold", 0)
    assert [(item["points"], item["earned_on"], item["left"]) for item in data["items"]] == [(-334, "2026-06-01", 2666)]


def test_a_refund_fits_a_terminal(sold: Desk) -> None:
    sold.run(*SCARF)

    ran = sold.run("sales", "refund", "单-7", "--preview", is_terminal=True)

    wide = [line for line in ran.out.splitlines() if sum(2 if ord(c) > 0x2E80 else 1 for c in line) > 80]
    assert wide == []
    assert "丝绸连衣裙" in ran.out
    assert "单-7-R1" in ran.out


@pytest.mark.parametrize(
    "arguments", [("--amount", "5", "--line", "Scarf"), ("--line", "Scarf|none"), ("--on", "1.2.2026")]
)
def test_what_cannot_be_understood_is_usage(sold: Desk, arguments: tuple[str, ...]) -> None:
    before = sold.book.read_bytes()

    assert sold.run("sales", "refund", "单-7", *arguments).code == 2
    assert sold.book.read_bytes() == before


def test_a_preview_on_a_day_shows_what_holds_on_that_day(sold: Desk) -> None:
    at = ("--book", str(sold.book), "--as-of", "2026-06-02")
    ran = call(*at, "--json", "sales", "refund", "单-7", "--preview")

    assert ran.data["on"] == "2026-06-02"
    assert AS_OF not in {item["on"] for item in ran.data["items"]}


def test_a_refund_typed_twice_says_that_it_stands_and_the_way_to_give_it_once_more_works(sold: Desk) -> None:
    sold.run(*SCARF)
    before = sold.book.read_bytes()

    again, tried = sold.run(*SCARF), sold.run(*SCARF, "--preview")

    assert (again.code, tried.code, sold.book.read_bytes()) == (1, 1, before)
    said, hint = again.err.splitlines()
    assert said.startswith("Error: Receipt 单-7 of 2026-06-01 gave back 333.33 on 2026-06-30 already, as 单-7-R1;")
    assert sold.run(*shlex.split(hint.removeprefix("Try:   shopcrm "))).code == 0
    assert sold.run("--json", "sales", "show", "单-7").data["refunds"][1]["receipt"] == "单-7-R2"


def test_points_that_had_ended_unspent_are_said(sold: Desk) -> None:
    sold.run("--as-of", "2025-12-01", "settings", "set", "points.expiry", "20 days")
    sold.run("sales", "add", "--receipt", "H-9", "--customer", "李娜", "--amount", "100", "--on", "2026-06-01")
    sold.run("points", "accrue")

    said = sold.run("sales", "refund", "H-9", "--amount", "99").err.splitlines()

    assert said[2] == "99 points of the sale had ended unspent: nothing is owed for them."
