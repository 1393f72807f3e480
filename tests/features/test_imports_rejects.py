"""Rejects: rows left out are written as they stood with the reason, to be mended and imported again."""

import csv
from pathlib import Path

from shop import Shop
from shopcrm.features import imports

SALES = """receipt,date,member number,item,quantity,amount
R-1,2026-01-05,M-1,Silk dress,1,100.00
R-1,2026-01-05,M-1,Belt,2,20.50
R-2,2026-01-06,M-2,Scarf,1,30.00
R-3,2026-01-06,,Socks,3,9.00
"""


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
