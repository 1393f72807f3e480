"""What is said of points at the counter: who, how many, worth what, and what is left; and as JSON, field by field."""

import pytest

from cli.desk import Desk
from shopcrm.core import language

REDEEM = ("points", "redeem", "李娜", "--receipt", "R-7")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ((*REDEEM, "--amount", "12.34"), "C-0002 李娜: -123 points, worth 12.30 CNY; 1,977 points left.\n"),
        (
            ("points", "exchange", "李娜", "mug", "--receipt", "R-7"),
            "C-0002 李娜: -80 points for MUG Mug, blue, 5.00 CNY to pay; 2,020 points left.\n",
        ),
        (("points", "grant", "李娜", "--for", "signin"), "C-0002 李娜: 1 point for signin; 2,101 points now.\n"),
        (
            ("points", "transfer", "李娜", "王芳", "--points", "80", "--key", "K"),
            "C-0002 李娜: -80 points to C-0001; 2,020 points left, C-0001 has 1,030.\n",
        ),
        (
            ("points", "donate", "李娜", "--points", "80", "--project", "school books", "--key", "K"),
            (
                "D-000021: C-0002 gave 80 points (8.00 CNY) to “School books” on 2026-06-30;"
                " 100 points (10.00 CNY) in all; 2,020 points left.\n"
            ),
        ),
        (
            ("points", "reverse", "16", "--reason", "typed twice"),
            "C-0001 王芳: 100 points, entry 16 is taken back; 1,050 points now.\n",
        ),
        (("rewards", "add", "JUG", "--name", "Jug", "--points", "900"), "JUG Jug: 900 points and 0.00 CNY.\n"),
        (("rewards", "retire", "mug"), "MUG Mug, blue is not given any more since 2026-06-30.\n"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_what_was_done_is_one_sentence_and_a_retry_says_so(desk: Desk, line: tuple[str, ...], said: str) -> None:
    first, again = desk.run(*line), desk.run(*line)

    assert (first.code, first.out, first.err) == (0, said, "")
    assert (again.code, again.err) == (0, "")
    if line[1] == "add":
        assert again.out == f"In the book already, nothing changed: {said}"
    elif line[1] == "retire":
        assert again.out == said
    else:
        assert again.out == f"Posted before, nothing changed: {said}"


def test_a_grant_says_until_when_it_is_good(desk: Desk) -> None:
    desk.run("settings", "set", "points.expiry", "12 months")

    said = desk.run("points", "grant", "李娜", "--for", "review").out

    assert said == "C-0002 李娜: 20 points for review, good until 2027-06-30; 2,120 points now.\n"


def test_a_transfer_taken_back_says_what_both_have_now(desk: Desk) -> None:
    moved = desk.run("--json", "points", "transfer", "李娜", "王芳", "--points", "80").data

    said = desk.run("points", "reverse", str(moved["to_entry"]), "--reason", "wrong customer").out

    assert said == "C-0001 王芳: -80 points, entry 22 is taken back; 950 points now. C-0002: 80; 2,100 points now.\n"


def test_projects_and_rewards_are_rows(desk: Desk) -> None:
    projects, rewards = desk.run("points", "projects"), desk.run("rewards", "list")

    assert projects.out.splitlines()[1] == "School books\t20\t2.00\t1\t1\t2026-06-30\t2026-06-30"
    assert projects.err == "1 project had 20 points, worth 2.00 CNY.\n"
    assert rewards.out.splitlines()[1] == "MUG\tMug, blue\t80\t5.00\t2026-06-30\t"
    assert rewards.err == "1 reward.\n"


@pytest.mark.parametrize(
    ("line", "also"),
    [
        ((*REDEEM, "--points", "10"), set()),
        (("points", "adjust", "李娜", "--points", "+5", "--reason", "waited"), set()),
        (("points", "exchange", "李娜", "MUG", "--receipt", "R-7"), {"reward", "cash_minor"}),
        (("points", "grant", "李娜", "--for", "review"), {"grant", "expires_on"}),
        (("points", "transfer", "李娜", "王芳", "--points", "5"), {"to", "to_entry", "to_balance_points"}),
        (
            ("points", "donate", "李娜", "--points", "5", "--project", "Trees"),
            {"project", "certificate", "project_points", "project_minor"},
        ),
        (("points", "reverse", "16", "--reason", "typed twice"), {"reverses"}),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_every_answer_names_the_entry_and_what_is_left(desk: Desk, line: tuple[str, ...], also: set[str]) -> None:
    data = desk.run("--json", *line).data

    assert {"entry", "customer", "points", "balance_points", "value_minor", *also} <= data.keys()
    assert all(isinstance(data[name], int) for name in ("entry", "points", "balance_points", "value_minor"))


@pytest.mark.parametrize("more", [(), ("--points", "5", "--amount", "5")])
def test_how_much_is_redeemed_is_said_in_one_way(desk: Desk, more: tuple[str, ...]) -> None:
    before = desk.contents()

    ran = desk.run(*REDEEM, *more)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == ("Error: Say how much with one of --points, --amount.\nTry:   shopcrm points redeem --help\n")
    assert desk.contents() == before


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        ("2026-07-01", "Mind the date: what this writes is dated 2026-07-01, 1 day from today.\n"),
        ("2036-06-30", "Mind the date: what this writes is dated 2036-06-30, 3,653 days from today.\n"),
        ("2026-06-30", ""),
        ("2026-01-30", ""),
    ],
)
def test_what_is_written_with_a_date_after_today_says_so(desk: Desk, as_of: str, said: str) -> None:
    line = ("--as-of", as_of, "points", "adjust", "王芳", "--points", "+5", "--reason", "waited")

    assert (desk.run(*line).err, desk.run("--json", *line).err, desk.run("--quiet", *line).err) == (said, "", "")
    assert desk.run("--as-of", as_of, "points", "statement", "王芳").err.count("Mind the date") == 0


def test_the_warning_stands_in_its_language(desk: Desk) -> None:
    language.choose("zh-CN")
    try:
        ran = desk.run("--as-of", "2036-06-30", "points", "accrue")
    finally:
        language.choose("en")
    assert "请留意日期：这次写入的日期是 2036-06-30，距今天 3,653 天。" in ran.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            (*REDEEM, "--points", "12345"),
            "Error: C-0002 has 2,100 points; 12,345 are needed.\nTry:   shopcrm points statement C-0002\n",
        ),
        (
            (*REDEEM, "--amount", "much"),
            "Error: “much” is not an amount with at most 2 decimals.\nTry:   shopcrm points redeem --help\n",
        ),
        (
            ("sales", "refund", "R-1", "--amount", "1.005"),
            "Error: “1.005” is not an amount with at most 2 decimals.\nTry:   shopcrm sales refund --help\n",
        ),
        (
            ("points", "grant", "李娜", "--for", "review", "--points", "0"),
            (
                "Error: 0 points cannot be posted here: write how many to grant, 1 or more.\n"
                "Try:   shopcrm points grant --help\n"
            ),
        ),
        (
            ("points", "redeem", "李娜", "--receipt", "R-100", "--points", "5"),
            (
                "Error: R-100 was redeemed on 2026-06-30 already, with 100 points for C-0001.\n"
                "Try:   shopcrm points statement C-0001\n"
            ),
        ),
    ],
    ids=["numbers", "amount", "refund", "points", "receipt"],
)
def test_a_refusal_speaks_of_what_was_done_in_numbers_as_tables_show_them(
    desk: Desk, line: tuple[str, ...], said: str
) -> None:
    assert desk.run(*line).err == said


@pytest.mark.parametrize(("sales", "waits"), [(1, "1 sale of"), (2, "2 sales of")])
def test_who_is_short_of_points_that_wait_for_the_sweep_is_told(desk: Desk, sales: int, waits: str) -> None:
    sold = ("--customer", "Zoë", "--on", "2026-06-01", "--amount")
    for number in range(sales):
        desk.run("sales", "add", "--receipt", f"H-{number}", *sold, "300")
    desk.run("sales", "add", "--receipt", "H-9", *sold, "0.40")  # earns nothing

    ran = desk.run("points", "redeem", "Zoë", "--points", "300", "--receipt", "R-7")

    assert ran.err == (
        f"Error: C-0006 has 0 points to spend; 300 are needed. {waits} this customer earned points that are not"
        " posted yet.\nTry:   shopcrm points accrue\n"
    )
    desk.run("points", "accrue")
    assert desk.run("points", "redeem", "Zoë", "--points", "300", "--receipt", "R-7").code == 0


def test_a_liability_says_what_customers_owe(desk: Desk) -> None:
    assert "owe" not in desk.run("points", "liability").out
    desk.run("sales", "add", "--receipt", "H-1", "--customer", "Zoë", "--on", "2026-06-01", "--amount", "300")
    desk.run("points", "accrue")
    desk.run("points", "redeem", "Zoë", "--points", "299", "--receipt", "R-7")
    desk.run("sales", "refund", "H-1")
    desk.run("points", "accrue")

    assert " What some customers owe is taken off: 299 points." in desk.run("points", "liability").out


def test_whoever_is_unknown_is_so_in_every_language(desk: Desk) -> None:
    entry = str(desk.run("--by", "unknown", "--json", "points", "grant", "李娜", "--for", "review").data["entry"])
    language.choose("zh-CN")
    try:
        said = desk.run("points", "explain", entry).out
    finally:
        language.choose("en")
    assert "unknown" not in said
    assert "由 未知 入账" in said
