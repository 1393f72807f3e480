"""One customer at a glance: every fact that is known stands on one screen, whatever there is of it."""

from datetime import date
from pathlib import Path
from unicodedata import east_asian_width

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from features.offers_by_hand import an_offer, issued, redeemed
from golden.compare import check_golden
from shop import Shop, open_shop
from shopcrm.core.errors import CustomerUnknown, UsageWrong
from shopcrm.features.cards import counter as cards
from shopcrm.features.customers import merging, showing
from shopcrm.features.customers.shown import Favourite, Shown
from shopcrm.features.customers.statement import state
from shopcrm.features.wallet import counter as wallet

ON, AT = "2026-06-30", "2026-05-09 04:00:00.000000"
CODES = ("AAAA-BBBB-C", "DDDD-EEEE-F")


def cells(line: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line)


def show(shop: Shop, text: str = "C-0001", *, as_of: str = ON, reveal: bool = False) -> Shown:
    with shop.writing(as_of) as book:
        return showing.show_customer(book, text, reveal=reveal)


@pytest.fixture
def full(tmp_path: Path) -> Shop:
    """A customer of whom there is something to say in every line."""
    shop = open_shop(tmp_path, template="apparel")
    fang = shop.customer("王芳", phone="13800138000")
    for day, amount in (("2026-01-05", "420"), ("2026-02-04", "380"), ("2026-03-06", "510.50"), ("2026-04-05", "99")):
        fang.bought(amount, day)
    receipt = fang.bought("129", "2026-05-05")
    fang.returned("29", "2026-05-09", of=receipt)
    shop.set("points.expiry", "12 months", as_of="2025-01-01")
    with shop.writing(ON) as book:
        wallet.top_up(book, "C-0001", amount="500", receipt="T-1")
        cards.sell(book, "C-0001", "咖啡", visits=10, price="200", receipt="T-2")
    an_offer(shop, "TEN", name="满减券", last_on=date(2026, 7, 31))
    an_offer(shop, "BAG", kind="gift", item="帆布包", name="礼品")
    issued(shop, "TEN", "C-0001")
    (gift,) = issued(shop, "BAG", "C-0001").items
    redeemed(shop, gift.code, receipt="T-3", customer="C-0001")
    rows: dict[str, dict[str, object]] = {
        "identity": {"kind": "wechat", "value": "fang_8888", "source": ""},
        "customer_tag": {"tag": "真丝", "since_on": "2026-01-05"},
        "customer_tag ": {"tag": "over", "expires_on": "2026-06-29"},
        "preference": {"field": "size", "value": "M", "on": "2026-01-05", "by": "Mei"},
        "consent": {"channel": "sms", "is_granted": 1, "source": "hand", "on": "2026-01-05"},
        "consent ": {"channel": "phone", "is_granted": 0, "source": "hand", "on": "2026-02-05"},
        "customer_note": {"kind": "note", "text": "喜欢复古", "on": "2026-05-05", "at": AT, "by": "Mei"},
        "customer_note ": {"kind": "not_bought", "text": "no large size", "on": "2026-05-09", "at": AT, "by": "Mei"},
    }
    for table, row in rows.items():
        columns, values = ", ".join(f'"{name}"' for name in row), ", ".join(repr(value) for value in row.values())
        shop.write(" ".join(("INSERT INTO", table, f"(customer_id, {columns}) VALUES (1, {values})")))
    shop.write("UPDATE customer SET gender = 'female', birth_year = 1990, birth_month = 12, birth_day = 25")
    shop.accrue()
    shop.assign_tiers()
    shop.refresh_segments()
    return shop


def test_everything_is_on_one_screen(full: Shop) -> None:
    shown = show(full)
    text = "\n".join(shown.lines) + "\n"
    check_golden(
        "customer.txt", text.replace(shown.coupons[0].code, "COUP-ON01").replace(shown.promises[0].code, "COUP-ON02")
    )


def test_the_screen_of_a_newcomer_says_what_there_is(tmp_path: Path) -> None:
    shop = open_shop(tmp_path)
    shop.customer("Ana")
    assert show(shop).lines == (
        "C-0001  Ana  member M-Ana",
        "Who       on the list since 2026-06-30",
        "Tier      none yet · 0.00 CNY spent",
        "Points    0 points to spend",
        "Segment   not known before `segments refresh`",
        "May send  no marketing: ask first",
    )


def test_what_is_looked_up_is_of_the_day(full: Shop) -> None:
    shown = show(full, as_of="2026-02-28")
    assert [(sale.on, sale.net_minor) for sale in shown.sales] == [
        (date(2026, 2, 4), 38_000), (date(2026, 1, 5), 42_000),
    ]  # fmt: skip
    assert (shown.segment, shown.notes, shown.coupons, shown.principal_minor) == (None, (), (), 0)
    assert shown.favourites == (Favourite("Silk dress", 2),)


def test_phones_are_masked_unless_revealed_and_that_is_told(full: Shop) -> None:
    assert "13800138000" not in str(show(full)) and "fang_8888" not in str(show(full))
    revealed = show(full, reveal=True)
    assert {"13800138000", "fang_8888"} <= {each.value for each in revealed.identities}
    assert full.rows("SELECT change FROM audit ORDER BY id DESC LIMIT 1") == [("identities of C-0001 revealed",)]


def test_both_are_shown_as_before_when_a_merge_is_taken_back(full: Shop) -> None:
    other = full.customer("王方", phone="13900139000")
    other.bought("77", "2026-06-01")
    full.accrue()
    before = show(full, "C-0001"), show(full, other.code)
    with full.writing() as book:
        merging.merge(book, "C-0001", other.code)
    together = show(full, other.code)
    assert (together.customer, together.merged) == ("C-0001", (other.code,))
    assert together.tier.spend_minor == sum(each.tier.spend_minor for each in before)

    with full.writing() as book:
        merging.unmerge(book, other.code)

    assert (show(full, "C-0001"), show(full, other.code)) == before


WORDS = st.text(st.sampled_from("王芳abc é、，\t\n真丝连衣裙"), min_size=1, max_size=60)


@given(name=WORDS, note=WORDS, tags=st.lists(WORDS, max_size=12), item=WORDS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_line_is_wider_than_a_terminal_and_no_screen_is_higher(
    full: Shop, name: str, note: str, tags: list[str], item: str
) -> None:
    with full.writing() as book:
        run = book.connection.exec_driver_sql
        run("UPDATE customer SET name = ?", (name,))
        run("UPDATE customer_note SET text = ?", (note,))
        run("UPDATE sale_line SET item = ?", (item,))
        run("DELETE FROM customer_tag")
        for tag in {tag.casefold(): tag for tag in tags}.values():
            run("INSERT INTO customer_tag (customer_id, tag) VALUES (1, ?)", (tag,))
        lines = showing.show_customer(book, "C-0001").lines
    assert len(lines) <= 23
    assert all(cells(line) <= 80 and not set("\t\n") & set(line) for line in lines)


# --- the statement -----------------------------------------------------------------------------------------


def test_a_statement_says_what_there_is_and_how_it_came_without_a_phone(full: Shop, tmp_path: Path) -> None:
    for name in ("王芳.html", "王芳.xlsx"):
        with full.reading(ON) as book:
            written = state(book, "C-0001", tmp_path / name)
        assert (written.customer, written.to) == ("C-0001", tmp_path / name)
        assert written.to.stat().st_mode & 0o777 == 0o600
    page = (tmp_path / "王芳.html").read_text(encoding="utf-8")
    workbook = load_workbook(tmp_path / "王芳.xlsx")
    sheet = "\n".join(str(cell.value) for tab in workbook.worksheets for row in tab.iter_rows() for cell in row)
    for said in ("王芳", "满减券", "咖啡", "1,5"):
        assert said in page
    for text in (page, sheet):
        assert "王芳" in text and "T-1" in text
        assert "13800138000" not in text
        assert "no large size" not in text


def test_entries_older_than_a_year_count_and_are_not_listed(full: Shop, tmp_path: Path) -> None:
    with full.reading("2027-03-01") as book:
        state(book, "C-0001", tmp_path / "paper.html")
    page = (tmp_path / "paper.html").read_text(encoding="utf-8")
    assert "2026-03-06" in page
    assert "2026-02-04" not in page


def test_a_statement_has_one_of_the_forms_and_a_customer(full: Shop, tmp_path: Path) -> None:
    with full.reading() as book:
        with pytest.raises(UsageWrong):
            state(book, "C-0001", tmp_path / "paper.pdf")
        with pytest.raises(CustomerUnknown):
            state(book, "nobody", tmp_path / "paper.html")
    assert not (tmp_path / "paper.pdf").exists()


def test_what_a_customer_wrote_is_text_on_the_page(full: Shop, tmp_path: Path) -> None:
    full.write("UPDATE customer SET name = '<script>alert(1)</script>'")
    with full.reading() as book:
        state(book, "C-0001", tmp_path / "paper.html")
    assert "<script>" not in (tmp_path / "paper.html").read_text(encoding="utf-8")
