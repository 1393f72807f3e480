"""--json: exactly one envelope on stdout, whatever happens, and the fields that programs rely on."""

from typing import Any

import pytest

from cli.contract import LINES
from cli.desk import BAD_ROW, Desk, Ran, call

STATUS = {0: "ok", 3: "partial"}
IMPORT = (
    "sheet profile kind batch rows added updated unchanged skipped sales refunds net_minor first_on last_on rejects"
)
WINBACK = (
    "customer name member_no phone days_since usual_gap_days overdue_ratio spend_minor last_items reason arm"
    " suppressed_by"
)


def checked(ran: Ran, command: str) -> dict[str, Any]:
    """The envelope, proved to be one by the contract and to agree with the exit code."""
    envelope = ran.envelope
    assert list(envelope) == ["shopcrm", "command", "status", "data", "errors"]
    assert (envelope["shopcrm"], envelope["command"]) == (1, command)
    assert envelope["status"] == STATUS.get(ran.code, "error")
    assert isinstance(envelope["data"], dict)
    assert ran.err == ""
    for error in envelope["errors"]:
        assert error["code"]
        assert error["message"]
    return envelope


@pytest.mark.parametrize("name", LINES)
def test_a_command_that_succeeds_prints_one_envelope(desk: Desk, name: str) -> None:
    envelope = checked(desk.run("--json", *name.split(), *LINES[name].arguments), name)

    assert (envelope["status"], envelope["errors"]) == ("ok", [])
    assert envelope["data"]


@pytest.mark.parametrize("name", LINES)
def test_a_command_that_is_refused_prints_one_envelope(desk: Desk, name: str) -> None:
    ran = desk.run("--json", *name.split(), *LINES[name].failing)
    envelope = checked(ran, name)

    (error,) = envelope["errors"]
    assert (ran.code, error["code"]) == (1, LINES[name].code)
    # A no is an answer too: what was checked is said beside the reason.
    assert envelope["data"].get("valid", True) == (name != "coupons check")
    assert bool(envelope["data"]) == (name == "coupons check")
    assert "hint" in error


@pytest.mark.parametrize("name", LINES)
def test_a_command_that_is_mistyped_prints_one_envelope(desk: Desk, name: str) -> None:
    ran = desk.run("--json", *name.split(), "--no-such-option")
    (error,) = checked(ran, name)["errors"]

    assert (ran.code, error["code"]) == (2, "usage")
    assert error["hint"] == f"shopcrm {name} --help"


@pytest.mark.parametrize(
    ("arguments", "command", "code"),
    [
        (("nonsense",), "", "usage"),
        (("points", "nonsense"), "points", "usage"),
        (("--as-of", "tomorrow", "book", "info"), "book info", "date_unreadable"),
        (("--lang", "fr", "book", "info"), "book info", "usage"),
    ],
)
def test_a_command_line_that_is_wrong_before_its_command_prints_one_envelope(
    arguments: tuple[str, ...], command: str, code: str
) -> None:
    ran = call("--json", *arguments)

    (error,) = checked(ran, command)["errors"]
    assert (ran.code, error["code"]) == (2, code)


def test_rows_that_need_attention_are_errors_of_a_partial_envelope(desk: Desk) -> None:
    (desk.folder / "bad.csv").write_text(BAD_ROW)
    ran = desk.run("--json", "import", "bad.csv")
    envelope = checked(ran, "import")

    assert ran.code == 3
    (error,) = envelope["errors"]
    assert (error["code"], error["row"], error["sheet"], error["is_rejected"]) == (
        "amount_unreadable",
        3,
        "bad.csv",
        True,
    )
    assert envelope["data"]["items"][0]["added"] == 2


def test_a_refusal_carries_its_facts_so_that_no_sentence_need_be_parsed(desk: Desk) -> None:
    ran = desk.run("--json", "points", "redeem", "李娜", "--points", "99999", "--receipt", "R-1")

    (error,) = ran.envelope["errors"]
    assert (error["customer"], error["needed_points"]) == ("C-0002", 99999)
    assert error["spendable_points"] == 2100
    assert error["hint"] == "shopcrm points statement C-0002"


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (
            "import till.csv",
            IMPORT,
        ),
        (
            "segments list",
            "customer name member_no phone r f m segment recency_days frequency monetary_minor",
        ),
        ("tiers list", "customer name member_no phone tier spend_minor since_on next_tier to_next_minor"),
        (
            "winback list",
            WINBACK,
        ),
        ("customers list", "customer name member_no phone"),
        ("customers find 王", "customer name member_no phone"),
        ("points statement 王芳", "on kind points balance receipt reason"),
    ],
)
def test_lists_carry_the_fields_of_the_contract(desk: Desk, line: str, fields: str) -> None:
    data = desk.run("--json", *line.split()).data

    assert data["items"]
    assert all(set(fields.split()) <= item.keys() for item in data["items"])
    assert data["currency"] == "CNY"


def test_the_figures_of_book_info_are_those_of_the_contract(desk: Desk) -> None:
    data = desk.run("--json", "book", "info").data

    wanted = (
        "customers sales refunds lines net_minor walk_in_sales points_outstanding first_sale_on last_sale_on revision"
    )
    assert set(wanted.split()) <= data.keys()
    assert (data["customers"], data["sales"], data["refunds"], data["lines"]) == (6, 15, 0, 15)
    assert data["net_minor"] == 3 * 35000 * (1 + 2 + 3 + 4 + 5)
    assert (data["first_sale_on"], data["as_of"], data["currency"]) == ("2025-12-05", "2026-06-30", "CNY")


def test_segments_say_which_thresholds_were_used(desk: Desk) -> None:
    thresholds = desk.run("--json", "segments", "list").data["thresholds"]

    assert thresholds["segments"]["vip"]["recency_days"] == "<= 30"
    assert all(len(thresholds[name]) == 4 for name in ("recency_days", "frequency", "monetary_minor"))


def test_an_overdue_customer_who_has_not_said_yes_is_suppressed(desk: Desk) -> None:
    data = desk.run("--json", "winback", "list").data

    said = {(item["customer"], item["arm"], item["suppressed_by"]) for item in data["items"]}
    assert ("C-0001", "treated", None) in said
    assert ("C-0002", "suppressed", "no consent") in said
    assert (data["channel"], data["listed"], data["suppressed"]) == ("phone", 4, 1)


@pytest.mark.parametrize("name", ["customers list", "tiers list", "segments list", "winback list"])
def test_phones_are_masked(desk: Desk, name: str) -> None:
    ran = desk.run("--json", *name.split())

    assert "138****8000" in ran.out
    assert "13800138000" not in ran.out


def test_money_is_whole_minor_units(desk: Desk) -> None:
    def look(value: Any, name: str = "") -> None:
        if isinstance(value, dict):
            for key, item in value.items():
                look(item, key)
        elif isinstance(value, list):
            for item in value:
                look(item, name)
        elif name.endswith("_minor"):
            assert value is None or isinstance(value, int), name

    for name in ("tiers list", "winback list", "book info", "points statement"):
        look(desk.run("--json", *name.split(), *LINES[name].arguments).data)


def test_the_envelope_is_utf_8_whatever_the_terminal(desk: Desk) -> None:
    for encoding in ("gbk", "ascii"):
        ran = desk.run("--json", "customers", "find", "王芳", encoding=encoding)
        assert ran.data["items"][0]["name"] == "王芳"
