"""What is said of offers: added, edited and retired in a sentence, shown in sentences, results and cards."""

import pytest

from cli.desk import Desk
from shopcrm.core import coupons, language
from shopcrm.core.coupons import Redemption
from shopcrm.core.schema.coupons import coupon

GIVEN = ("--kind", "percent", "--value", "八五折", "--max-discount", "50", "--min-spend", "200")
ADD = ("offers", "add", "spring", *GIVEN)
SAID = "20 % off, at most 50.00, from 200.00"
RETIRED = f"SPRING {SAID} issues no more coupons since 2026-06-30; those that are out stay good.\n"


def test_what_was_done_is_one_sentence_and_a_retry_says_so(desk: Desk) -> None:
    lines = [ADD, ADD, ("offers", "edit", "spring", "--value", "20"), ("offers", "edit", "spring", "--value", "20%")]
    lines += [("offers", "retire", "spring")] * 2

    assert [desk.run(*line).out for line in lines] == [
        "SPRING: 15 % off, at most 50.00, from 200.00, good without end.\n",
        "In the book already, nothing changed: SPRING: 15 % off, at most 50.00, from 200.00, good without end.\n",
        (
            "SPRING: 20 % off, at most 50.00, from 200.00, good without end; version 2. Coupons that are out keep their"
            " terms.\n"
        ),
        (
            "So it stands already, nothing changed: SPRING: 20 % off, at most 50.00, from 200.00, good without end.\n"
        ),
        *[RETIRED] * 2,
    ]  # fmt: skip


def test_a_coupon_without_a_last_day_comes_back_without_end(desk: Desk) -> None:
    desk.run(*ADD)
    code = desk.run("coupons", "issue", "spring", "C-0001", "--json").data["items"][0]["code"]
    desk.run("coupons", "void", code, "--reason", "lost card")
    assert (
        desk.run("coupons", "restore", code, "--reason", "found").out
        == f"{code} of SPRING is good again, without end.\n"
    )


def test_an_offer_is_read_in_chinese(desk: Desk) -> None:
    language.choose("zh-CN")
    try:
        desk.run(*ADD)
        said = desk.run("offers", "show", "spring").out
    finally:
        language.choose("en")
    assert said.splitlines()[:3] == [
        "SPRING  满200.00，打8.5折，最多减50.00",
        "优惠：打8.5折，最多减50.00",
        "消费满：200.00",
    ]


def test_results_are_one_sentence_and_in_numbers(desk: Desk) -> None:
    with desk.shop.writing() as book:
        terms = coupons.current_terms(book, coupons.find_offer(book, "HAT20").id)
        coupons.issue(book, terms, [1, 2, 2], key="K", audience={})
        held = next(coupons.coupons_of(book, coupon.c.offer_id == terms.offer_id))
        coupons.redeem(book, Redemption(held, "main", "R-1", 2000, 33000, {}))

    assert desk.run("offers", "results", "hat20").out == (
        "HAT20 20.00 off from 200.00: 3 issued, 1 redeemed, 0 expired, 0 void, 2 open; 20.00 CNY off on 1 receipts,"
        " which brought 0.00. Redeemed of what was not void: 33.3%. 1 of them are not in the book yet.\n"
    )
    data = desk.run("offers", "results", "hat20", "--json").data
    assert (data["redemption_rate"], data["discount_minor"]) == ("1/3", 2000)
    assert data["stores"] == [
        {
            "store": "main", "redeemed": 1, "discount_minor": 2000, "receipts": 1, "receipts_missing": 1,
            "revenue_minor": 0,
        }
    ]  # fmt: skip
    table = desk.run("offers", "results", "hat20", is_terminal=True).out
    assert "By store" in table
    assert max(map(len, table.splitlines()[1:])) <= 80


@pytest.mark.parametrize("name", ["cards.html", "cards of a friend.xlsx"])
def test_cards_are_written_and_never_over_a_file_without_a_yes(desk: Desk, name: str) -> None:
    line = ("coupons", "print", "HAT20", "--to", name)
    assert desk.run(*line).err.startswith("Error: Offer HAT20 has no coupons on 2026-06-30 that could still be used.")
    with desk.shop.writing() as book:
        terms = coupons.current_terms(book, coupons.find_offer(book, "HAT20").id)
        coupons.issue(book, terms, [1, 2], key="K", audience={})

    assert desk.run("--dry-run", *line).code == 0
    assert not (desk.folder / name).exists()
    assert desk.run(*line).out == f"Wrote {name}: 2 cards of HAT20, 2 with a name.\n"
    (desk.folder / name).write_text("mine")
    refused = desk.run(*line)
    assert (refused.code, "is there already" in refused.err) == (1, True)
    assert (desk.folder / name).read_text() == "mine"
    assert desk.run("--yes", *line).code == 0
    assert (desk.folder / name).read_bytes()[:4] in (b"<!do", b"PK\x03\x04")
