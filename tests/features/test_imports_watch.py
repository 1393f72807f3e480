"""A folder that is looked at every night: what arrived is taken in once, moved aside, and reported in plain words."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from shop import Shop
from shopcrm.core.book import Book
from shopcrm.core.errors import BookBusy, FolderMissing
from shopcrm.features import imports

SALES = "receipt,date,phone,amount\nR-1,2026-01-05,13800138000,100.00\n"
PEOPLE = "member number,name,phone\nM-1,王芳,13800138000\n"
BAD_ROW = "receipt,date,amount\nR-1,2026-01-05,10.00\nR-2,2026-01-05,ten\nR-3,2026-01-05,9\n"
NO_TABLE = "hello\nworld\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir()
    return made


def watch(shop: Shop, folder: Path, wait: Callable[[], None] | None = None, *, moves: bool = True) -> imports.Watched:
    def opener(*, write: bool = False) -> AbstractContextManager[Book]:
        return shop.writing() if write else shop.reading()

    return imports.watch(opener, folder, moves=moves, wait=lambda _seconds: wait() if wait else None)


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def became(watched: imports.Watched) -> dict[str, str]:
    return {item.file: item.became for item in watched.items}


def receipts(shop: Shop) -> int:
    return int(shop.rows("SELECT count(*) FROM sale")[0][0])


def test_what_arrived_is_imported_and_moved_with_a_report_beside_it(shop: Shop, folder: Path) -> None:
    (folder / "till.csv").write_text(SALES)

    watched = watch(shop, folder)

    assert (watched.imported, watched.failed, watched.needs_attention) == (1, 0, False)
    assert tree(folder) == ["done/till.csv", "done/till.csv.report.txt"]
    report = (folder / "done/till.csv.report.txt").read_text("utf-8")
    assert report.startswith("till.csv was imported on 2026-06-30.\n")
    assert "receipt ← receipt" in report
    assert "1 rows: 1 added, 0 updated, 0 unchanged; 0 rows passed over, 0 left out." in report
    assert "shopcrm imports undo 1" in report
    assert receipts(shop) == 1


def test_what_was_moved_can_be_read_by_its_owner_alone(shop: Shop, folder: Path) -> None:
    (folder / "till.csv").write_text(SALES)

    watch(shop, folder)

    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in (folder / "done").iterdir()}
    assert set(modes.values()) == {"0o600"}
    assert oct((folder / "done").stat().st_mode & 0o777) == "0o700"


def test_customers_are_taken_in_before_sales_whatever_they_are_called(shop: Shop, folder: Path) -> None:
    (folder / "a-sales.csv").write_text(SALES)
    (folder / "b-members.csv").write_text(PEOPLE)

    assert watch(shop, folder).imported == 2

    assert shop.rows("SELECT kind FROM batch ORDER BY id") == [("customers",), ("sales",)]
    assert shop.rows("SELECT name FROM customer") == [("王芳",)]


def test_a_file_that_cannot_be_read_is_moved_with_what_to_type_and_the_others_go_on(shop: Shop, folder: Path) -> None:
    (folder / "a.csv").write_text(NO_TABLE)
    (folder / "b.csv").write_text(SALES)

    watched = watch(shop, folder)

    assert became(watched) == {"a.csv": "failed", "b.csv": "imported"}
    assert watched.needs_attention
    assert [problem.sheet for problem in watched.problems] == ["a.csv"]
    assert tree(folder) == ["done/b.csv", "done/b.csv.report.txt", "failed/a.csv", "failed/a.csv.report.txt"]
    report = (folder / "failed/a.csv.report.txt").read_text("utf-8")
    assert report.startswith("a.csv was not imported; nothing was changed.\n")
    assert f"Try:   shopcrm import {folder / 'failed/a.csv'}" in report


def test_rows_left_out_are_written_beside_the_report(shop: Shop, folder: Path) -> None:
    (folder / "till.csv").write_text(BAD_ROW)

    watched = watch(shop, folder)

    (item,) = watched.items
    assert (item.became, item.added, item.rejects, watched.needs_attention) == ("imported", 2, 1, True)
    (rejects,) = [name for name in tree(folder) if ".rejects." in name]
    assert oct((folder / rejects).stat().st_mode & 0o777) == "0o600"
    report = (folder / "done/till.csv.report.txt").read_text("utf-8")
    assert "till.csv row 3: “ten”" in report
    assert Path(rejects).name in report


def test_the_same_file_under_another_name_is_known_and_moved_without_being_doubled(shop: Shop, folder: Path) -> None:
    (folder / "till.csv").write_text(SALES)
    watch(shop, folder)
    (folder / "again.csv").write_text(SALES)

    watched = watch(shop, folder)

    assert became(watched) == {"again.csv": "known"}
    assert not watched.needs_attention
    report = (folder / "done/again.csv.report.txt").read_text("utf-8")
    assert report == "again.csv was imported before, as batch 1; nothing was changed.\n"
    assert receipts(shop) == 1


def test_a_crash_between_commit_and_move_doubles_nothing(shop: Shop, folder: Path) -> None:
    sheet = folder / "till.csv"
    sheet.write_text(SALES)
    shop.import_sheets(sheet)  # committed, and then the power went off
    before = shop.dump()

    assert became(watch(shop, folder)) == {"till.csv": "known"}

    assert shop.dump() == before
    assert not sheet.exists()


def test_what_was_taken_back_and_put_there_again_is_imported_again(shop: Shop, folder: Path) -> None:
    (folder / "till.csv").write_text(SALES)
    watch(shop, folder)
    with shop.writing() as book:
        imports.undo(book, 1)
    (folder / "done/till.csv").rename(folder / "till.csv")

    assert became(watch(shop, folder)) == {"till.csv": "imported"}

    assert receipts(shop) == 1


def test_nothing_that_stands_there_is_ever_overwritten(shop: Shop, folder: Path) -> None:
    for number in range(3):
        (folder / "till.csv").write_text(SALES.replace("R-1", f"R-{number}"))
        watch(shop, folder)

    assert [name for name in tree(folder) if name.endswith(".csv")] == [
        "done/till-2.csv",
        "done/till-3.csv",
        "done/till.csv",
    ]
    assert "R-0" in (folder / "done/till.csv").read_text()
    assert receipts(shop) == 3


@pytest.mark.parametrize(
    "name", [".hidden.csv", "~$till.xlsx", "till.csv.part", "till.crdownload", "till.tmp", ".~lock.x.ods#", "Thumbs.db"]
)
def test_what_is_no_sheet_of_the_owners_is_passed_over(shop: Shop, folder: Path, name: str) -> None:
    (folder / name).write_text(SALES)
    (folder / "done").mkdir()
    (folder / "done" / "old.csv").write_text(SALES)

    assert watch(shop, folder).items == ()

    assert tree(folder) == sorted([name, "done/old.csv"])


@pytest.mark.parametrize("lock", ["~$till.csv", "~$ll.csv", ".~lock.till.csv#"])
def test_a_sheet_that_is_open_in_a_spreadsheet_program_waits(shop: Shop, folder: Path, lock: str) -> None:
    (folder / "till.csv").write_text(SALES)
    (folder / lock).write_text("")

    assert became(watch(shop, folder)) == {"till.csv": "waiting"}

    assert (folder / "till.csv").exists()
    assert receipts(shop) == 0


def test_a_file_that_is_still_growing_waits_for_the_next_time(shop: Shop, folder: Path) -> None:
    sheet = folder / "till.csv"
    sheet.write_text(SALES)
    (folder / "empty.csv").write_text("")

    def grow() -> None:
        with sheet.open("a") as file:
            file.write("R-2,2026-01-06,,5.00\n")

    assert became(watch(shop, folder, grow)) == {"empty.csv": "waiting", "till.csv": "waiting"}
    assert receipts(shop) == 0

    assert became(watch(shop, folder))["till.csv"] == "imported"
    assert receipts(shop) == 2


def test_without_moves_everything_stays_where_it_is(shop: Shop, folder: Path) -> None:
    (folder / "till.csv").write_text(SALES)
    (folder / "bad.csv").write_text(NO_TABLE)

    watched = watch(shop, folder, moves=False)

    assert became(watched) == {"bad.csv": "failed", "till.csv": "imported"}
    assert tree(folder) == ["bad.csv", "till.csv"]


def test_the_book_itself_is_no_sheet_wherever_it_lies(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "shop.db.0001.backup").write_text("a backup")
    (tmp_path / "till.csv").write_text(SALES)

    assert became(watch(shop, tmp_path)) == {"till.csv": "imported"}

    assert shop.path.exists()


def test_a_busy_book_leaves_every_file_for_the_next_time(shop: Shop, folder: Path) -> None:
    (folder / "till.csv").write_text(SALES)

    def opener(*, write: bool = False) -> AbstractContextManager[Book]:
        if write:
            raise BookBusy(seconds=30)
        return shop.reading()

    with pytest.raises(BookBusy):
        imports.watch(opener, folder, wait=lambda _seconds: None)

    assert tree(folder) == ["till.csv"]


def test_a_file_that_another_watch_took_is_no_failure(shop: Shop, folder: Path) -> None:
    (folder / "a.csv").write_text(SALES)
    (folder / "b.csv").write_text(SALES.replace("R-1", "R-2"))

    def opener(*, write: bool = False) -> AbstractContextManager[Book]:
        (folder / "b.csv").unlink(missing_ok=True)
        return shop.writing() if write else shop.reading()

    watched = imports.watch(opener, folder, wait=lambda _seconds: None)

    assert became(watched) == {"a.csv": "imported"}


def test_the_folder_must_be_there(shop: Shop, folder: Path) -> None:
    with pytest.raises(FolderMissing):
        watch(shop, folder / "nowhere")
