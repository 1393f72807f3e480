"""Consents at the counter and from replies: said and taken back in one line each, looked up, and asked for."""

import stat
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from shop import Shop
from shopcrm.core.book import open_book
from shopcrm.core.consents import CHANNELS
from shopcrm.core.errors import CustomerUnknown
from shopcrm.features import consents, exports, winback


@pytest.fixture
def counter(shop: Shop) -> Shop:
    """Ana and Bo, who have phones, and Cai, who has none."""
    for name, phone in (("Ana", "13800138000"), ("Bo", "13900139000"), ("Cai", None)):
        shop.customer(name, phone)
    return shop


def grant(shop: Shop, who: str, *channels: str, on: str = "2026-06-01", evidence: str | None = None) -> consents.Spoken:
    with shop.writing() as book:
        return consents.grant(book, who, channels, on=date.fromisoformat(on), evidence=evidence)


def withdraw(shop: Shop, who: str, *channels: str, on: str = "2026-06-02") -> consents.Spoken:
    with shop.writing() as book:
        return consents.withdraw(book, who, channels or CHANNELS, on=date.fromisoformat(on))


def replies(
    shop: Shop, text: str, as_of: str | None = None, name: str = "td.csv", channel: str = "sms"
) -> consents.Replied:
    sheet = shop.path.parent / name
    sheet.write_text(text, encoding="utf-8")
    with shop.reading(as_of) as book:
        read = consents.read_replies(book, sheet)
    with shop.writing(as_of) as book:
        return consents.take_replies(book, read, channel=channel)


def test_a_yes_and_a_no_are_one_line_each(counter: Shop) -> None:
    said = grant(counter, "Ana", "sms", "phone", evidence="signed card")
    assert (said.customer, said.is_repeat, said.held_back) == ("C-0001", False, ())
    assert [(row.channel, row.is_allowed, str(row.since_on)) for row in said.items] == [
        ("sms", True, "2026-06-01"), ("phone", True, "2026-06-01"),
    ]  # fmt: skip
    said = withdraw(counter, "8000")
    assert len(said.items) == 5
    assert not any(row.is_allowed for row in said.items)
    assert grant(counter, "Ana", "sms").held_back == ("sms",)


def test_what_is_said_again_is_a_repeat_and_is_not_audited(counter: Shop) -> None:
    grant(counter, "Ana", "sms")
    assert grant(counter, "Ana", "sms").is_repeat
    assert counter.rows("SELECT count(*) FROM audit WHERE change LIKE '%said yes%'") == [(1,)]


def test_a_no_of_the_same_day_is_said_to_hold(counter: Shop) -> None:
    withdraw(counter, "Ana", "sms", on="2026-06-30")
    assert grant(counter, "Ana", "sms", on="2026-06-30").held_back == ("sms",)


def test_everything_said_is_shown_with_phones_in_it_masked(counter: Shop) -> None:
    grant(counter, "Ana", "sms", evidence="by 13800138000")
    withdraw(counter, "Ana", "sms")
    with counter.writing() as book:
        shown, revealed = consents.show(book, "Ana"), consents.show(book, "Ana", reveal=True)
    assert [(word.says, word.evidence) for word in shown.words] == [(False, None), (True, "by 138****8000")]
    assert revealed.words[1].evidence == "by 13800138000"
    holding = {(row.channel, row.purpose): (row.is_allowed, row.says) for row in shown.items}
    assert holding["sms", "marketing"] == (False, False)
    assert holding["post", "marketing"] == (False, None)
    assert holding["post", "service"] == (True, None)


def test_lists_say_who_said_what_and_whom_to_ask(counter: Shop) -> None:
    counter.customer("Cai").bought("88.00", on="2026-06-05")
    grant(counter, "Ana", "phone")
    with counter.reading() as book:
        said, missing = consents.list_all(book), consents.list_missing(book, "phone")
        one = consents.list_missing(book, "phone", limit=1)
    assert [(row.name, row.channel, row.says) for row in said.items] == [("Ana", "phone", True)]
    assert [(row.name, row.spend_minor) for row in missing.items] == [("Cai", 8800), ("Bo", 0)]
    assert (one.count_all, len(one.items)) == (2, 1)


def test_nobody_unknown_says_anything(counter: Shop) -> None:
    with pytest.raises(CustomerUnknown):
        grant(counter, "13700137000", "sms")


# --- replies ----------------------------------------------------------------------------------------------


def test_replies_become_a_no_of_the_day_on_which_they_came(counter: Shop) -> None:
    grant(counter, "Ana", "sms", on="2026-05-01")
    did = replies(counter, "手机号,回复内容,时间\n138 0013 8000,TD,2026-06-03 09:00\n13900139000,退订！,2026-06-04\n")
    assert (did.new, did.known, did.problems) == (2, 0, ())
    assert [(row.name, str(row.on), row.said, row.phone) for row in did.items] == [
        ("Ana", "2026-06-03", "TD", "138****8000"), ("Bo", "2026-06-04", "退订！", "139****9000"),
    ]  # fmt: skip
    assert counter.rows("SELECT DISTINCT source, channel, purpose, is_granted FROM consent WHERE id > 1") == [
        ("reply", "sms", "marketing", 0)
    ]


@pytest.mark.parametrize("days", [",2026-06-03", ""])
def test_the_same_sheet_again_changes_nothing(counter: Shop, days: str) -> None:
    title = ",date" if days else ""
    sheet = f"phone,reply{title}\n13800138000,STOP{days}\n13900139000,N{days}\n"
    assert replies(counter, sheet).new == 2
    before = counter.path.read_bytes()
    again = replies(counter, sheet, as_of="2026-07-15")
    assert (again.new, again.known) == (0, 2)
    assert counter.path.read_bytes() == before


def test_rows_that_name_nobody_or_say_no_no_are_reported(counter: Shop) -> None:
    did = replies(counter, "phone,reply\n13700137000,TD\n139,TD\n13800138000,谢谢\n13900139000,TD\n")
    assert did.needs_attention
    assert [(each.row, each.code, each.cell) for each in did.problems] == [
        (2, "phone_unknown", "…"), (3, "reply_unreadable", "…"), (4, "reply_unclear", "谢谢"),
    ]  # fmt: skip
    assert [row.name for row in did.items] == ["Bo"]


def test_a_no_by_a_phone_that_a_family_shares_is_everybodys(counter: Shop) -> None:
    counter.write("INSERT INTO identity (customer_id, kind, value, source) VALUES (3, 'phone', '+8613800138000', '')")
    assert [row.name for row in replies(counter, "13800138000\n").items] == ["Ana", "Cai"]


def test_a_yes_after_the_reply_stays_when_the_sheet_comes_again(counter: Shop) -> None:
    sheet = "phone,reply,date\n13800138000,TD,2026-06-03\n"
    replies(counter, sheet)
    grant(counter, "Ana", "sms", on="2026-06-10")
    assert replies(counter, sheet).new == 0
    with counter.reading() as book:
        assert [row.says for row in consents.list_all(book, channel="sms").items] == [True]


# --- lists for contacting ---------------------------------------------------------------------------------


@pytest.fixture
def overdue(counter: Shop) -> Shop:
    """All three have been away for long."""
    days = {"Ana": ("01-01", "01-11", "01-21"), "Bo": ("01-01", "02-10"), "Cai": ("01-10",)}
    counter.take_in([counter.receipt("100.00", f"2026-{day}", name=name) for name in days for day in days[name]])
    return counter


def build(shop: Shop, channel: str = "phone", limit: int | None = None) -> winback.Built:
    with shop.writing() as book:
        return winback.build(book, channel=channel, limit=limit)


def listed(shop: Shop, *, reveal: bool = False) -> dict[str | None, tuple[str, str | None, str | None]]:
    with shop.writing() as book:
        return {e.name: (e.arm, e.suppressed_by, e.phone) for e in winback.list_all(book, reveal=reveal).items}


def test_who_may_not_be_called_is_listed_as_suppressed_and_why(overdue: Shop) -> None:
    grant(overdue, "Ana", "phone")
    withdraw(overdue, "Bo", "phone")
    built = build(overdue)
    assert (built.overdue, built.listed, built.suppressed, built.spend_minor) == (3, 1, 2, 30000)
    assert listed(overdue, reveal=True) == {
        "Ana": ("treated", None, "13800138000"),
        "Bo": ("suppressed", "said no", "139****9000"),
        "Cai": ("suppressed", "no consent", None),
    }


def test_a_no_after_the_list_was_built_takes_her_off_it(overdue: Shop) -> None:
    grant(overdue, "Ana", "phone", on="2026-06-01")
    build(overdue)
    withdraw(overdue, "Ana", on="2026-06-30")
    assert listed(overdue)["Ana"][:2] == ("suppressed", "said no")


def test_a_yes_after_the_list_was_built_puts_him_on_it(overdue: Shop) -> None:
    build(overdue)
    grant(overdue, "Bo", "phone")
    assert listed(overdue)["Bo"][0] == "treated"


def test_a_limit_counts_those_who_may_be_called(overdue: Shop) -> None:
    grant(overdue, "Cai", "phone")
    grant(overdue, "Ana", "phone")
    built = build(overdue, limit=1)
    assert (built.listed, built.suppressed) == (1, len(listed(overdue)) - 1)


def test_a_list_for_messages_asks_about_messages(overdue: Shop) -> None:
    grant(overdue, "Ana", "phone")
    assert build(overdue, channel="sms").listed == 0
    grant(overdue, "Ana", "sms")
    assert build(overdue, channel="sms").listed == 1


def test_the_workbook_to_call_from_holds_no_phone_of_who_must_not_be_called(overdue: Shop, tmp_path: Path) -> None:
    grant(overdue, "Ana", "phone")
    build(overdue)
    overdue.refresh_segments()
    path = tmp_path / "out.xlsx"
    with open_book(overdue.path, write=True) as book:
        exports.export_winback(book, path, reveal=True)
    workbook = openpyxl.load_workbook(path)
    cells = {str(cell.value) for tab in workbook for row in tab.iter_rows() for cell in row}
    assert workbook.sheetnames[1:3] == ["Call list", "Must not be contacted"]
    assert "13800138000" in cells
    assert "13900139000" not in cells
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
