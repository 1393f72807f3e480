"""Imports: facts come in once, however often their sheet does; what changed is a new revision, what is odd is said."""

from pathlib import Path

import openpyxl
import pytest

from shop import Shop, open_shop
from shopcrm.core.errors import SheetUnreadable, TabsOverlap
from shopcrm.features import imports
from shopcrm.features.imports.staging import Staged, StagedSheet
from shopcrm.sheets.records import CleanSheet, Receipt, side_by_side

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


def _staged(receipt: Receipt) -> StagedSheet:
    sheet = CleanSheet(
        tab="Sheet1", kind="sales", profile="generic", mapping={}, unmapped=(), header_row=1, header=(), rows=1,
        skipped=0, notices=(), issues=(), cells={}, receipts=side_by_side([receipt]),
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


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder


@pytest.mark.parametrize("is_store_first", [True, False])
def test_a_sheet_that_names_no_store_counts_no_receipt_twice(shop: Shop, is_store_first: bool) -> None:
    named = "receipt,date,store,amount\nR-1,2026-01-05,North,10.00\nR-2,2026-01-05,North,20.00\n"
    unnamed = "receipt,date,amount,cashier\nR-1,2026-01-05,10.00,Mei\nR-2,2026-01-05,20.00,\nR-3,2026-01-05,30.00,\n"
    first, second = (named, unnamed) if is_store_first else (unnamed, named)

    shop.import_text(first)
    (item,) = shop.import_text(second).items

    assert (item.added, item.updated + item.unchanged) == ((1, 2) if is_store_first else (0, 2))
    assert shop.rows("SELECT receipt, net_minor FROM sale ORDER BY receipt") == [
        ("R-1", 1000), ("R-2", 2000), ("R-3", 3000),
    ]  # fmt: skip
    assert shop.rows("SELECT cashier FROM sale WHERE receipt = 'R-1'") == [("Mei",)]
    (again,) = shop.import_text(second).items
    assert (again.added, again.updated) == (0, 0)


@pytest.mark.parametrize(
    "unnamed",
    [
        "R-1,2026-01-05,10:00,11.00",  # another amount
        "R-1,2026-01-05,10:01,10.00",  # another time
        "R-9,2026-01-05,10:00,10.00",  # two stores have it: nobody knows which
    ],
)
def test_two_stores_may_use_the_same_number(shop: Shop, unnamed: str) -> None:
    rows = ("R-1,2026-01-05,10:00,North,10.00", "R-9,2026-01-05,10:00,North,10.00", "R-9,2026-01-05,10:00,South,10.00")
    shop.import_text("receipt,date,time,store,amount\n" + "\n".join(rows) + "\n")

    (item,) = shop.import_text(f"receipt,date,time,amount\n{unnamed}\n").items

    assert (item.added, item.unchanged) == (1, 0)
