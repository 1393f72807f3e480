"""What is said of sales by hand: who bought for how much, that a retry changed nothing, and how to take it back."""

import pytest

from cli.desk import Desk

ADD = ("sales", "add", "--receipt", "h-1", "--customer", "8000", "--amount", "920", "--line", "Silk dress|680")
SCARF = ("--line", "SC-7|Scarf|2|240.00", "--time", "14:05", "--payment-method", "WeChat")


def test_a_sale_is_said_with_its_buyer_and_a_retry_with_what_it_left_alone(desk: Desk) -> None:
    first, again = desk.run(*ADD, *SCARF), desk.run(*ADD, *SCARF)

    assert first.out == "H-1 of 2026-06-30: 920.00 CNY for C-0001 王芳 138****8000.\n"
    assert first.err == "Next:  shopcrm points accrue\n"
    assert again.out == f"In the book already, nothing changed: {first.out}"
    assert again.err == ""


def test_a_walk_in_and_a_refund_are_said(desk: Desk) -> None:
    walk_in = desk.run("sales", "add", "--receipt", "H-2", "--amount", "88")
    refund = desk.run("sales", "add", "--receipt", "H-3", "--amount", "8", "--refund-of", "h-2")

    assert walk_in.out == "H-2 of 2026-06-30: 88.00 CNY for a walk-in.\n"
    assert refund.out == "H-3 of 2026-06-30: -8.00 CNY for a walk-in. It gives back H-2.\n"


def test_a_receipt_is_shown_line_by_line_after_a_sentence(desk: Desk) -> None:
    desk.run(*ADD, *SCARF)
    ran = desk.run("sales", "show", "H-1")

    assert ran.err.startswith(
        "H-1 of 2026-06-30: 920.00 CNY for C-0001 王芳 138****8000. At 14:05. In main. Paid by WeChat. 0 points posted."
        " Revision 1, from batch "
    )
    assert ran.out.splitlines() == [
        "sku\titem\tcategory\tquantity\tnet_minor\tunit_cost_minor",
        "\tSilk dress\t\t1\t680.00\t",
        "SC-7\tScarf\t\t2\t240.00\t",
    ]


def test_a_withdrawal_names_the_refunds_that_go_with_it_and_the_way_back(desk: Desk) -> None:
    desk.run("sales", "add", "--receipt", "H-3", "--amount", "8", "--refund-of", "R-1")
    line = ("sales", "withdraw", "R-1", "--reason", "typed twice")
    said = "Receipt R-1 of 2025-12-05 (350.00 CNY) counts nowhere any more. Its refunds are withdrawn with it: H-3."

    tried, done, again = desk.run("--dry-run", *line), desk.run(*line), desk.run(*line)

    assert tried.out == f"Dry run, nothing is changed:\n{said}\n"
    batch = done.out.split()[-1]
    assert done.out == f"{said} To take that back: shopcrm imports undo {batch}\n"
    assert again.out == "Receipt R-1 of 2025-12-05 was withdrawn before; nothing is changed.\n"
    assert desk.run("imports", "undo", batch).code == 0
    assert "Withdrawn" not in desk.run("sales", "show", "R-1").err


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "R-1", "--kind", "order"),
        ("show", "R-1", "--on", "5.12.2025"),
        ("withdraw", "R-1", "--reason", " "),
        ("add", "--receipt", "H-1", "--amount", "88", "--time", "noon"),
        ("list", "--from", "May"),
    ],
)
def test_what_cannot_be_understood_is_usage(desk: Desk, arguments: tuple[str, ...]) -> None:
    before = desk.book.read_bytes()

    assert desk.run("sales", *arguments).code == 2
    assert desk.book.read_bytes() == before
