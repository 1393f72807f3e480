"""What is printed: one value as a person reads it, and what a result's own sentence says."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from cli.desk import Desk, call
from shopcrm.cli.context import Options
from shopcrm.cli.labels import label_of
from shopcrm.cli.render import shown

INFO = (
    "Lan (lan.db): 6 customers, 15 sales and 0 refunds in 15 lines, 15,750.00 CNY net, 0 sales to walk-ins,"
    " 17,430 points outstanding. Sales from 2025-12-05 to 2026-01-14. Revision 0008."
)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("spend_minor", 1234567, "12,345.67"),
        ("spend_minor", -5, "-0.05"),
        ("spend_minor", 0, "0.00"),
        ("spend_minor", None, ""),
        ("balance_points", 1234567, "1,234,567"),
        ("balance_points", -80, "-80"),
        ("frequency", 1234, "1234"),
        ("is_repeat", True, "yes"),
        ("is_repeat", False, "no"),
        ("usual_gap_days", 13.195, "13.2"),
        ("last_items", ("Coat", "Hat"), "Coat, Hat"),
        ("last_items", (), ""),
        ("customers_by_tier", {"silver": 2, "gold": 0}, "silver 2, gold 0"),
        ("on", date(2026, 1, 5), "2026-01-05"),
        ("rate", Fraction(1, 3), "1/3"),
        ("name", "[/bad]", "[/bad]"),
    ],
)
def test_a_value_is_shown_by_the_suffix_of_its_name(name: str, value: Any, text: str) -> None:
    assert shown(Options(currency="CNY"), name, value) == text


@pytest.mark.parametrize(("currency", "text"), [("JPY", "1,235"), ("KWD", "1.235"), ("CNY", "12.35")])
def test_money_has_the_decimals_of_its_currency(currency: str, text: str) -> None:
    assert shown(Options(currency=currency), "spend_minor", 1235) == text


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("customer", "customer"),
        ("spend_minor", "spend (CNY)"),
        ("member_no", "member no."),
        ("new_customers", "new customers"),
        ("net_minor", "net (CNY)"),  # a suffix is for programs
    ],
)
def test_a_column_has_a_title_in_words(name: str, label: str) -> None:
    assert label_of(name, "CNY") == label


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            ("points", "adjust", "王芳", "--points", "+1500", "--reason", "waited"),
            "C-0001 王芳: 1,500; 2,450 points now.",
        ),
        (
            ("points", "redeem", "王芳", "--points", "50", "--receipt", "R-1"),
            "C-0001 王芳: -50 points, worth 5.00 CNY; 900 points left.",
        ),
        (
            ("points", "redeem", "王芳", "--points", "100", "--receipt", "R-100"),
            "Posted before, nothing changed: C-0001 王芳: -100 points, worth 10.00 CNY; 950 points left.",
        ),
        (("points", "accrue"), "Up to 2026-06-30: 0 points earned and 0 taken back, in 0 entries."),
        (("tiers", "assign"), "As of 2026-06-30: 0 tiers newly reached. Customers now: silver 2, gold 3, black 0."),
        (
            ("customers", "add", "--name", "赵敏", "--phone", "13500135000"),
            "C-0008 赵敏 135****5000 is on the list.",
        ),
        (
            ("book", "info"),
            INFO,
        ),
    ],
)
def test_a_command_says_what_it_did(desk: Desk, line: tuple[str, ...], sentence: str) -> None:
    ran = call("--book", "lan.db", "--as-of", "2026-06-30", *line)

    assert ran.code == 0, ran.err
    assert ran.out == f"{sentence}\n"


def test_a_customer_without_a_name_leaves_no_gap_in_the_sentence(desk: Desk) -> None:
    assert desk.run("customers", "add", "--phone", "13500135000").out == "C-0008 135****5000 is on the list.\n"
    assert desk.run("customers", "add", "--name", "赵敏").out == "C-0009 赵敏 is on the list.\n"


def test_what_to_type_next_is_said_on_stderr(desk: Desk) -> None:
    assert desk.run("winback", "build").err == "Next:  shopcrm exports winback --to winback.xlsx --reveal\n"


def test_an_empty_list_says_so_and_prints_no_table(tmp_path: Path) -> None:
    call("--book", "new.db", "init", "--shop-name", "Lan")

    for is_terminal in (False, True):
        ran = call("--book", "new.db", "customers", "list", is_terminal=is_terminal)
        assert (ran.code, ran.out, ran.err) == (0, "", "0 customers.\n")
