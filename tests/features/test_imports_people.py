"""Imports of customers: who a row speaks of, and what becomes of the rows that leave it open."""

from pathlib import Path

from shop import Shop

SALES = """receipt,date,member number,item,quantity,amount
R-1,2026-01-05,M-1,Silk dress,1,100.00
R-1,2026-01-05,M-1,Belt,2,20.50
R-2,2026-01-06,M-2,Scarf,1,30.00
R-3,2026-01-06,,Socks,3,9.00
"""
PEOPLE = """member number,name,phone,birthday
M-1,王芳,13800138000,1990-12-25
M-2,李娜,13900139000,
"""


def test_a_customer_in_two_rows_is_one_with_what_both_say(shop: Shop) -> None:
    (item,) = shop.import_text(
        "member number,name,phone,email,birthday\nM-1,王芳,13800138000,,\nM-1,王芳,,fang@example.com,1990-12-25\n",
        "members.csv",
    ).items

    assert (item.kind, item.added, item.updated, item.rows) == ("customers", 1, 0, 2)
    assert shop.rows("SELECT name, birth_month, birth_day FROM customer") == [("王芳", 12, 25)]
    assert shop.rows("SELECT kind, value FROM identity ORDER BY kind") == [
        ("email", "fang@example.com"),
        ("member_no", "M-1"),
        ("phone", "+8613800138000"),
    ]


def test_a_family_that_shares_a_phone_is_not_one_customer(shop: Shop) -> None:
    result = shop.import_text(
        "member number,name,phone\nM-1,王芳,13800138000\nM-2,王小明,138 0013 8000\n", "members.csv"
    )

    assert result.items[0].added == 2
    assert [(problem.code, problem.row, problem.is_rejected) for problem in result.problems] == [
        ("identity_shared", 3, False)
    ]
    assert shop.rows("SELECT count(*) FROM identity WHERE kind = 'phone'") == [(1,)]


def test_a_phone_whose_holder_has_another_name_waits_for_an_answer(shop: Shop) -> None:
    shop.import_text("name,phone\n王芳,13800138000\n", "members.csv")

    result = shop.import_text("name,phone\n李强,13800138000\n陈静,13700137000\n", "more.csv")

    assert (result.items[0].added, result.items[0].rejects) == (1, 0)
    assert [(p.code, p.row, p.is_rejected, p.cell) for p in result.problems] == [("name_differs", 2, False, "…")]
    assert [p.hint for p in result.problems] == ["shopcrm imports review"]
    assert result.needs_attention
    assert shop.rows("SELECT name FROM customer ORDER BY id") == [("王芳",), ("陈静",)]


def test_on_a_receipt_the_phone_alone_decides(shop: Shop) -> None:
    shop.import_text("name,phone\n王芳,13800138000\n", "members.csv")

    result = shop.import_text("receipt,date,phone,customer name,amount\nR-1,2026-01-05,13800138000,芳芳,10.00\n")

    assert (result.items[0].added, result.items[0].new_customers, result.problems) == (1, 0, ())
    assert shop.rows("SELECT name FROM customer") == [("王芳",)]


def test_an_unreadable_phone_costs_the_phone_and_not_the_sale(shop: Shop) -> None:
    result = shop.import_text("receipt,date,phone,amount\nR-1,2026-01-05,12345,10.00\n")

    assert [(p.code, p.is_rejected) for p in result.problems] == [("phone_unreadable", False)]
    assert shop.rows("SELECT net_minor, customer_id FROM sale") == [(1000, None)]


def test_an_imported_member_number_finds_the_customer_added_at_the_counter(shop: Shop) -> None:
    fang = shop.customer("Fang", phone="13800138000")

    shop.import_text("receipt,date,phone,amount\nR-1,2026-01-05,+86 138-0013-8000,10.00\n")

    assert shop.rows("SELECT code FROM customer JOIN sale ON customer.id = customer_id") == [(fang.code,)]


def test_a_customer_sheet_updates_what_it_says_and_blanks_nothing(shop: Shop) -> None:
    shop.import_text(PEOPLE, "members.csv")

    (item,) = shop.import_text("member number,name,phone,birthday\nM-1,王小芳,,\n", "members.csv").items

    assert (item.added, item.updated, item.unchanged) == (0, 1, 0)
    assert shop.rows("SELECT name, birth_year FROM customer WHERE id = 1") == [("王小芳", 1990)]
    assert shop.rows("SELECT count(*) FROM identity WHERE kind = 'phone'") == [(2,)]


def test_customers_are_taken_in_before_sales_whatever_the_order_of_the_files(shop: Shop, tmp_path: Path) -> None:
    sales, people = tmp_path / "sales.csv", tmp_path / "members.csv"
    sales.write_text(SALES, encoding="utf-8")
    people.write_text(PEOPLE, encoding="utf-8")

    result = shop.import_sheets(sales, people)

    assert [item.kind for item in result.items] == ["customers", "sales"]
    assert shop.rows("SELECT count(*), count(name) FROM customer") == [(2, 2)]
