"""Imports: facts come in once, however often their sheet does; what changed is a new revision, what is odd is said."""

import csv
import os
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop import Shop, open_shop
from shopcrm.core.errors import SheetUnreadable, TabsOverlap
from shopcrm.features import imports
from shopcrm.features.imports.staging import Staged, StagedSheet

COUNT = 200 if os.environ.get("SHOPCRM_SOAK") else 5

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
WITH_REFUND = "receipt,date,member number,amount,original receipt\n"


def test_a_sales_sheet_becomes_receipts_lines_and_customers(shop: Shop) -> None:
    (item,) = shop.import_text(SALES).items

    assert (item.rows, item.added, item.updated, item.unchanged, item.new_customers) == (4, 3, 0, 0, 2)
    assert (item.sales, item.refunds, item.net_minor) == (3, 0, 15950)
    assert (str(item.first_on), str(item.last_on)) == ("2026-01-05", "2026-01-06")
    assert shop.rows('SELECT receipt, "on", net_minor, revision FROM sale ORDER BY receipt') == [
        ("R-1", "2026-01-05", 12050, 1),
        ("R-2", "2026-01-06", 3000, 1),
        ("R-3", "2026-01-06", 900, 1),
    ]
    assert shop.rows("SELECT item, quantity_milli, net_minor FROM sale_line ORDER BY sale_id, position") == [
        ("Silk dress", 1000, 10000),
        ("Belt", 2000, 2050),
        ("Scarf", 1000, 3000),
        ("Socks", 3000, 900),
    ]
    assert shop.rows("SELECT receipt FROM sale WHERE customer_id IS NULL") == [("R-3",)]


@pytest.mark.parametrize("text", [SALES, PEOPLE], ids=["sales", "customers"])
def test_the_same_sheet_again_changes_nothing(shop: Shop, text: str) -> None:
    (first,) = shop.import_text(text).items
    dump, content = shop.dump(), shop.path.read_bytes()

    (again,) = shop.import_text(text).items

    assert (again.added, again.updated, again.new_customers) == (0, 0, 0)
    assert again.unchanged == first.added
    assert (again.sales, again.refunds, again.net_minor) == (first.sales, first.refunds, first.net_minor)
    assert (first.batch, again.batch) == (1, None)
    assert shop.dump() == dump
    assert shop.path.read_bytes() == content, "not one byte of the file: no batch, no row of the audit trail"


def test_the_same_sheet_under_another_name_changes_nothing_either(shop: Shop) -> None:
    shop.import_text(SALES, "january.csv")
    content = shop.path.read_bytes()

    shop.import_text(SALES, "january (1).csv")

    assert shop.path.read_bytes() == content


def test_a_sheet_given_twice_in_one_command_counts_once(shop: Shop, tmp_path: Path) -> None:
    sheet = tmp_path / "till.csv"
    sheet.write_text(SALES, encoding="utf-8")

    first, second = shop.import_sheets(sheet, sheet).items

    assert (first.added, second.added, second.unchanged) == (3, 0, 3)
    assert shop.rows("SELECT count(*) FROM batch") == [(1,)]


def test_overlapping_exports_add_only_what_is_new(shop: Shop) -> None:
    head, *rows = SALES.splitlines()
    shop.import_text("\n".join([head, *rows[:3]]))

    (item,) = shop.import_text("\n".join([head, *rows[2:]])).items

    assert (item.added, item.updated, item.unchanged) == (1, 0, 1)
    assert shop.rows("SELECT count(*), sum(net_minor) FROM sale") == [(3, 15950)]


def test_overlapping_exports_give_the_book_that_one_export_gives(shop: Shop, tmp_path: Path) -> None:
    head, rows = "receipt,date,member number,amount", [f"{n % 4},2026-01-{n:02},M-{n % 3},{n}.00" for n in range(1, 13)]
    whole = open_shop(_folder(tmp_path, "whole"))
    whole.import_text("\n".join([head, *rows]))

    for start in (0, 3, 5, 6, 8):
        shop.import_text("\n".join([head, *rows[start : start + 5]]))

    assert shop.dump() == whole.dump()


def test_a_changed_receipt_is_a_new_revision_with_what_it_said_before_kept(shop: Shop) -> None:
    shop.import_text(SALES)

    (item,) = shop.import_text(SALES.replace("Belt,2,20.50", "Belt,1,10.25")).items

    assert (item.added, item.updated, item.unchanged) == (0, 1, 2)
    assert shop.rows("SELECT net_minor, revision FROM sale WHERE receipt = 'R-1'") == [(11025, 2)]
    assert shop.rows("SELECT count(*) FROM sale_line JOIN sale ON sale.id = sale_id WHERE receipt = 'R-1'") == [(2,)]
    ((before,),) = shop.rows("SELECT json_extract(before, '$.net_minor') FROM row_change")
    assert before == 12050


def test_the_next_accrual_after_a_change_posts_the_difference(shop: Shop) -> None:
    shop.import_text(SALES)
    shop.accrue()

    shop.import_text(SALES.replace("Belt,2,20.50", "Belt,1,10.25"))
    accrued = shop.accrue()

    assert (accrued.entries, accrued.earned_points, accrued.reversed_points) == (1, 0, 10)
    assert shop.rows(
        "SELECT sum(points) FROM points_entry JOIN sale ON sale.id = sale_id WHERE sale.receipt = 'R-1'"
    ) == [(110,)]
    assert shop.accrue().entries == 0


def test_two_honest_equal_sales_are_two(shop: Shop) -> None:
    (item,) = shop.import_text(
        "receipt,date,member number,item,quantity,amount\n"
        "R-1,2026-01-05,M-1,Socks,1,9.00\n"
        "R-2,2026-01-05,M-1,Socks,1,9.00\n"
    ).items

    assert item.added == 2
    assert shop.rows("SELECT count(*), sum(net_minor) FROM sale") == [(2, 1800)]


def test_identical_lines_of_one_receipt_are_two_lines(shop: Shop) -> None:
    shop.import_text(
        "receipt,date,member number,item,quantity,amount\n"
        "R-1,2026-01-05,M-1,Socks,1,9.00\n"
        "R-1,2026-01-05,M-1,Socks,1,9.00\n"
    )

    assert shop.rows("SELECT net_minor FROM sale") == [(1800,)]
    assert shop.rows("SELECT count(*) FROM sale_line") == [(2,)]


def test_identical_rows_without_receipt_numbers_stay_separate_and_known(shop: Shop) -> None:
    text = "date,member number,item,quantity,amount\n" + "2026-01-05,M-1,Socks,1,9.00\n" * 2
    (first,) = shop.import_text(text).items
    (again,) = shop.import_text(text).items
    (third,) = shop.import_text(text + "2026-01-05,M-1,Socks,1,9.00\n").items

    assert [(item.added, item.unchanged) for item in (first, again, third)] == [(2, 0), (0, 2), (1, 2)]


def test_a_negative_sale_and_a_marked_refund_of_one_number_are_both_taken_in(shop: Shop) -> None:
    shop.import_text(
        "receipt,date,type,amount\nR-1,2026-01-05,sale,-10.00\nR-1,2026-01-05,refund,20.00\nR-2,2026-01-05,sale,50.00\n"
    )

    assert shop.rows("SELECT sum(net_minor) FROM sale") == [(2000,)]
    assert shop.rows("SELECT sum(net_minor) FROM sale WHERE kind = 'refund'") == [(-3000,)]


def test_numbers_that_restart_the_next_day_are_other_receipts(shop: Shop) -> None:
    (item,) = shop.import_text(
        "receipt,date,member number,amount\n1,2026-01-05,M-1,10.00\n1,2026-01-06,M-1,20.00\n"
    ).items

    assert item.added == 2
    assert shop.rows('SELECT "on", net_minor FROM sale ORDER BY "on"') == [("2026-01-05", 1000), ("2026-01-06", 2000)]


def test_a_refund_finds_the_latest_sale_of_its_number_up_to_its_day(shop: Shop) -> None:
    shop.import_text(
        "receipt,date,member number,amount,original receipt\n"
        "1,2026-01-05,M-1,10.00,\n1,2026-01-07,M-2,20.00,\n1,2026-01-09,M-3,30.00,\n9,2026-01-08,,-20.00,1\n"
    )

    found = shop.rows('SELECT sold."on" FROM sale JOIN sale AS sold ON sold.id = sale.refund_of_id')
    assert found == [("2026-01-07",)]


def test_a_refund_without_a_customer_belongs_to_the_customer_of_its_sale(shop: Shop) -> None:
    result = shop.import_text(WITH_REFUND + "R-1,2026-01-05,M-1,100.00,\nR-2,2026-01-07,,-40.00,R-1\n")

    assert result.refunds_linked == 1
    assert shop.rows("SELECT count(DISTINCT customer_id), count(customer_id) FROM sale") == [(1, 2)]


def test_a_refund_that_arrives_before_its_sale_is_linked_when_the_sale_comes(shop: Shop) -> None:
    early = shop.import_text(WITH_REFUND + "R-2,2026-01-07,M-1,-100.00,R-1\n")
    assert (early.refunds_linked, shop.accrue().entries) == (0, 0)

    late = shop.import_text(WITH_REFUND + "R-1,2026-01-05,M-1,100.00,\n")
    accrued = shop.accrue()

    assert late.refunds_linked == 1
    assert (accrued.earned_points, accrued.reversed_points) == (100, 100)
    assert shop.check().items


def test_a_refund_that_took_points_before_its_sale_came_takes_them_only_once(shop: Shop) -> None:
    shop.import_text(
        WITH_REFUND + "R-1,2026-01-02,M-1,500.00,\nR-9,2026-01-07,M-1,-100.00,R-8\n"
    )  # R-8 is not in the book yet
    assert shop.accrue().reversed_points == 100

    shop.import_text(WITH_REFUND + "R-8,2026-01-05,M-1,100.00,\n")
    shop.accrue()

    assert shop.rows("SELECT sum(points) FROM points_entry") == [(500,)]


def test_a_refund_is_never_taken_twice(shop: Shop) -> None:
    text = WITH_REFUND + "R-1,2026-01-05,M-1,100.00,\nR-2,2026-01-07,M-1,-100.00,R-1\n"
    shop.import_text(text)
    shop.accrue()

    for _night in range(3):
        shop.import_text(text)
        assert shop.accrue().entries == 0

    assert shop.rows("SELECT count(*) FROM sale WHERE kind = 'refund'") == [(1,)]
    assert shop.rows("SELECT sum(points) FROM points_entry") == [(0,)]


def test_a_refund_without_a_receipt_takes_points_but_no_more_than_were_earned(shop: Shop) -> None:
    fang = shop.customer("Fang")
    fang.bought("100.00", on="2026-01-05")
    fang.returned("30.00", on="2026-01-06")
    fang.returned("900.00", on="2026-01-07")
    shop.accrue()

    assert [line.points for line in fang.statement().items] == [100, -30, -70]


def test_partial_refunds_that_add_up_to_the_whole_take_the_points_back_exactly(shop: Shop) -> None:
    shop.set("points.rate", "1/3", as_of="2025-01-01")
    fang = shop.customer("Fang")
    sold = fang.bought("100.00", on="2026-01-05")  # 33 points
    balances = []
    for day, part in enumerate(("33.33", "33.33", "33.34"), 6):
        fang.returned(part, on=f"2026-01-{day:02}", of=sold)
        shop.accrue()
        balances.append(fang.statement().balance_points)

    assert balances == [22, 11, 0]


@pytest.mark.soak
@settings(max_examples=COUNT, deadline=None)
@given(
    parts=st.lists(st.integers(1, 9999), min_size=1, max_size=5),
    rate=st.sampled_from(["1/3", "7/10", "2.5", "1/100"]),
    is_nightly=st.booleans(),
)
def test_whatever_the_parts_a_sale_given_back_leaves_no_point(
    tmp_path_factory: pytest.TempPathFactory, parts: list[int], rate: str, is_nightly: bool
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("shop"))
    shop.set("points.rate", rate, as_of="2025-01-01")
    sold = shop.receipt(f"{sum(parts) / 100:.2f}", "2026-01-05", name="Fang")
    refunds = [
        shop.receipt(f"-{part / 100:.2f}", f"2026-01-{day:02}", name="Fang", of=sold.receipt)
        for day, part in enumerate(parts, 6)
    ]
    nights = [[sold], *([refund] for refund in refunds)] if is_nightly else [[sold, *refunds]]
    for night in nights:
        shop.take_in(night)
        shop.accrue()
        assert shop.rows("SELECT coalesce(sum(points), 0) >= 0 FROM points_entry") == [(1,)]

    assert shop.rows("SELECT coalesce(sum(points), 0) FROM points_entry") == [(0,)]


def test_a_sale_that_turns_out_to_be_somebody_elses_takes_its_points_along(shop: Shop) -> None:
    text = "receipt,date,member number,amount\nR-1,2026-01-05,{},100.00\n"
    shop.import_text(text.format("M-1"))
    shop.accrue()

    (item,) = shop.import_text(text.format("M-2")).items
    shop.accrue()

    assert (item.added, item.updated) == (0, 1)
    assert _points_by_member(shop) == [("M-1", 0), ("M-2", 100)]
    assert shop.accrue().entries == 0


def test_a_sale_that_wanders_and_comes_back_leaves_each_with_their_own(shop: Shop) -> None:
    text = "receipt,date,member number,amount,original receipt\nR-1,2026-01-05,{},100.00,\nR-2,2026-01-06,,-40.00,R-1\n"
    for member in ("M-1", "M-2", "M-1"):
        shop.import_text(text.format(member))
        shop.accrue()

    assert _points_by_member(shop) == [("M-1", 60), ("M-2", 0)]
    assert shop.check().items


def test_a_sale_that_loses_its_customer_takes_its_points_back(shop: Shop) -> None:
    text = "receipt,date,member number,amount\nR-1,2026-01-05,{},100.00\nR-2,2026-01-05,M-1,5.00\n"
    shop.import_text(text.format("M-1"))
    shop.accrue()
    shop.import_text(text.format(""))
    shop.accrue()

    assert _points_by_member(shop) == [("M-1", 5)]


def _points_by_member(shop: Shop) -> list[tuple[str, int]]:
    return shop.rows(
        "SELECT value, sum(points) FROM points_entry JOIN identity USING (customer_id)"
        " WHERE identity.kind = 'member_no' GROUP BY value ORDER BY value"
    )


# --- who a row speaks of ------------------------------------------------------------------------------------


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


def test_a_phone_whose_holder_has_another_name_is_left_out_and_listed(shop: Shop) -> None:
    shop.import_text("name,phone\n王芳,13800138000\n", "members.csv")

    result = shop.import_text("name,phone\n李强,13800138000\n陈静,13700137000\n", "more.csv")

    assert (result.items[0].added, result.items[0].rejects) == (1, 1)
    assert [(p.code, p.row, p.is_rejected, p.cell) for p in result.problems] == [("name_differs", 2, True, "…")]
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


# --- one transaction ----------------------------------------------------------------------------------------


def test_a_second_file_that_cannot_be_read_leaves_the_first_out_too(shop: Shop, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.xlsx"
    good.write_text(SALES, encoding="utf-8")
    bad.write_bytes(b"PK\x03\x04 this is no workbook")
    content = shop.path.read_bytes()

    with pytest.raises(SheetUnreadable):
        shop.import_sheets(good, bad)

    assert shop.path.read_bytes() == content


def test_a_failure_while_the_second_sheet_is_written_takes_the_first_back(shop: Shop) -> None:
    good, bad = shop.receipt("10.00", "2026-01-05", name="Fang"), shop.receipt("20.00", "2026-01-05")
    dump = shop.dump()
    staged = Staged((_staged(good), _staged(bad._replace(kind="gift"))))

    with pytest.raises(Exception, match="CHECK constraint failed"), shop.writing() as book:
        imports.take_in(book, staged)

    assert shop.dump() == dump
    assert shop.rows("SELECT (SELECT count(*) FROM sale) + (SELECT count(*) FROM batch)") == [(0,)]


def _staged(receipt: object) -> StagedSheet:
    from shopcrm.sheets.records import CleanSheet, Receipt

    assert isinstance(receipt, Receipt)
    sheet = CleanSheet(
        tab="Sheet1", kind="sales", profile="generic", mapping={}, unmapped=(), header_row=1, header=(), rows=1,
        skipped=0, notices=(), issues=(), cells={}, receipts=(receipt,),
    )  # fmt: skip
    return StagedSheet(Path("till.csv"), "0" * 64, sheet)


def test_two_tabs_with_the_same_receipts_are_refused_and_either_may_be_chosen(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "till.xlsx"
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for title in ("Orders", "Lines"):
        tab = workbook.create_sheet(title)
        for row in (("receipt", "date", "amount"), ("R-1", "2026-01-05", 10), ("R-2", "2026-01-05", 20)):
            tab.append(row)
    workbook.save(path)

    with pytest.raises(TabsOverlap):
        shop.import_sheets(path)

    (item,) = shop.import_sheets(path, tab="Lines").items
    assert (item.tab, item.added) == ("Lines", 2)


# --- rejects ------------------------------------------------------------------------------------------------


def test_the_rejects_file_holds_the_rows_left_out_as_they_stood_and_why(shop: Shop, tmp_path: Path) -> None:
    till, rejects = tmp_path / "till.csv", tmp_path / "rejects.csv"
    till.write_text(
        "receipt,date,item,amount\nR-1,2026-01-05,Dress,100.00\nR-2,2026-01-05,=SUM(A1),ten\n"
        "R-3,2026-01-32,Belt,5.00\nR-4,2026-01-06,Hat,7.00\n",
        encoding="utf-8",
    )
    with shop.reading() as book:
        staged = imports.stage(book, [till])
    with shop.writing() as book:
        result, looked_at = imports.take_in(book, staged)
    written = imports.write_rejects(rejects, looked_at)

    assert (result.items[0].added, result.items[0].rejects, written) == (2, 2, (rejects,))
    header, *rows = csv.reader(rejects.read_text(encoding="utf-8-sig").splitlines())
    assert header == ["row", "problem", "receipt", "date", "item", "amount"]
    assert [(row[0], row[2:]) for row in rows] == [
        ("3", ["R-2", "2026-01-05", "'=SUM(A1)", "ten"]),
        ("4", ["R-3", "2026-01-32", "Belt", "5.00"]),
    ]
    assert all(row[1] for row in rows)


def test_mended_rejects_can_be_imported_as_they_are(shop: Shop, tmp_path: Path) -> None:
    till, rejects = tmp_path / "till.csv", tmp_path / "rejects.csv"
    till.write_text("receipt,date,amount\nR-1,2026-01-05,10.00\nR-2,2026-01-05,ten\n" + _FILLING, encoding="utf-8")
    with shop.reading() as book:
        staged = imports.stage(book, [till])
    with shop.writing() as book:
        _result, looked_at = imports.take_in(book, staged)
    imports.write_rejects(rejects, looked_at)

    rejects.write_text(rejects.read_text(encoding="utf-8-sig").replace("ten", "12.00"), encoding="utf-8")
    (item,) = shop.import_sheets(rejects).items

    assert (item.added, item.rejects) == (1, 0)
    assert shop.rows("SELECT net_minor FROM sale WHERE receipt = 'R-2'") == [(1200,)]


_FILLING = "R-3,2026-01-06,30.00\nR-4,2026-01-06,40.00\n"


def test_a_name_that_differs_is_in_the_rejects_file_too(shop: Shop, tmp_path: Path) -> None:
    shop.import_text("name,phone\n王芳,13800138000\n", "members.csv")
    more, rejects = tmp_path / "more.csv", tmp_path / "rejects.csv"
    more.write_text("name,phone\n李强,13800138000\n", encoding="utf-8")
    with shop.reading() as book:
        staged = imports.stage(book, [more])
    with shop.writing() as book:
        _result, looked_at = imports.take_in(book, staged)
    imports.write_rejects(rejects, looked_at)

    (_header, row) = csv.reader(rejects.read_text(encoding="utf-8-sig").splitlines())
    assert row[0] == "2"
    assert row[2:] == ["李强", "13800138000"]


def test_no_rejects_write_no_file(shop: Shop, tmp_path: Path) -> None:
    till = tmp_path / "till.csv"
    till.write_text(SALES, encoding="utf-8")
    with shop.reading() as book:
        staged = imports.stage(book, [till])

    assert imports.write_rejects(tmp_path / "rejects.csv", staged) == ()
    assert not (tmp_path / "rejects.csv").exists()


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder
